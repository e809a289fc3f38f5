"""What holds for every value, whatever it is."""

from __future__ import annotations

import base64
import ipaddress
import json
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.templates import value
from sandbox.azure.templates.faults import ExpressionFault
from sandbox.azure.templates.parser import parse, plain
from sandbox.azure.templates.syntax import Literal

NAMES = st.text("abcxyz", min_size=1, max_size=4)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**31), 2**31) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
LISTS = st.lists(st.integers(-9, 9) | st.text("ab", max_size=2), max_size=8)
few = settings(max_examples=40, deadline=None)


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@few
@given(st.text(max_size=30))
def test_a_literal_is_read_back(text: str) -> None:
    assert parse(quoted(text)) == Literal(text)


@few
@given(st.text("()[],.'ab1 ?", max_size=25))
def test_any_text_is_an_expression_or_a_fault(text: str) -> None:
    with suppress(ExpressionFault):
        value(text)


@few
@given(JSON)
def test_json_through_text(data: Any) -> None:
    written = json.dumps(data)
    assert value("json(parameters('t'))", t=written) == data
    assert value("equals(json(parameters('t')), parameters('d'))", t=written, d=data) is True


@few
@given(st.text(max_size=20))
def test_base64_both_ways(text: str) -> None:
    assert value("base64(parameters('t'))", t=text) == base64.b64encode(text.encode()).decode()
    assert value("base64ToString(base64(parameters('t')))", t=text) == text
    assert value("uriComponentToString(uriComponent(parameters('t')))", t=text) == text
    assert value("dataUriToString(dataUri(parameters('t')))", t=text) == text


@few
@given(LISTS, LISTS)
def test_union_and_intersection(one: list[Any], other: list[Any]) -> None:
    union = value("union(parameters('a'), parameters('b'))", a=one, b=other)
    common = value("intersection(parameters('a'), parameters('b'))", a=one, b=other)
    assert all(item in union for item in (*one, *other))
    assert len(union) == len({(type(item), item) for item in union})
    assert all(item in one and item in other for item in common)


@few
@given(LISTS, st.integers(-3, 12))
def test_skip_and_take_make_the_whole(items: list[Any], count: int) -> None:
    parts = value(
        "concat(take(parameters('i'), parameters('n')), skip(parameters('i'), parameters('n')))",
        i=items,
        n=count,
    )
    assert parts == items


@few
@given(st.integers(-50, 50), st.integers(-9, 9).filter(bool))
def test_division_and_remainder(one: int, by: int) -> None:
    whole = value("div(parameters('a'), parameters('b'))", a=one, b=by)
    rest = value("mod(parameters('a'), parameters('b'))", a=one, b=by)
    assert whole * by + rest == one
    assert abs(rest) < abs(by)


@few
@given(st.integers(0, 2**32 - 1), st.integers(8, 24), st.integers(0, 6), st.integers(0, 63))
def test_subnets_lie_within_their_network(address: int, prefix: int, more: int, at: int) -> None:
    network = ipaddress.ip_network((address, prefix), strict=False)
    index = at % (1 << more)
    made = value(
        "cidrSubnet(parameters('n'), parameters('p'), parameters('i'))",
        n=str(network),
        p=prefix + more,
        i=index,
    )
    expected = list(network.subnets(new_prefix=prefix + more))[index]
    assert made == str(expected)


@few
@given(st.lists(st.text(max_size=12), min_size=1, max_size=3))
def test_hashes_are_the_same_each_time(words: list[str]) -> None:
    given = ", ".join(quoted(word) for word in words)
    first = value(f"uniqueString({given})")
    assert first == value(f"uniqueString({given})")
    assert len(first) == 13
    assert set(first) <= set("abcdefghijklmnopqrstuvwxyz234567")
    assert value(f"guid({given})") == value(f"guid({quoted('-'.join(words))})")


@few
@given(st.lists(st.integers(-99, 99), max_size=9))
def test_sort_sorts(numbers: list[int]) -> None:
    less = "lambda('a', 'b', less(lambdaVariables('a'), lambdaVariables('b')))"
    assert value(f"sort(parameters('n'), {less})", n=numbers) == sorted(numbers)


@few
@given(st.text(max_size=12))
def test_what_is_no_expression_stays_as_it_is(text: str) -> None:
    if not (text.startswith("[") and text.endswith("]")):
        assert plain(text) == text
