from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from cloudops.state.columns import JsonText, Time, json_text, time_text, utf8

DIALECT = sqlite.dialect()

zones = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
times = st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=zones)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(times, times)
def test_text_sorts_as_time_does(a: datetime, b: datetime) -> None:
    assert (time_text(a) < time_text(b)) == (a < b)


@given(times)
def test_a_time_is_the_same_moment_again(at: datetime) -> None:
    text = Time().process_bind_param(at, DIALECT)
    assert text is not None
    assert len(text) == 27
    assert Time().process_result_value(text, DIALECT) == at


def test_times_read_well() -> None:
    assert time_text(datetime(2031, 5, 4, 3, 2, 1, tzinfo=UTC)) == "2031-05-04T03:02:01.000000Z"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        time_text(datetime(2031, 5, 4))


@given(values)
def test_json_comes_back(value: Any) -> None:
    text = JsonText().process_bind_param(value, DIALECT)
    text.encode()
    back = JsonText().process_result_value(text, DIALECT)
    assert back == value
    assert json_text(back) == text


def test_json_reads_well() -> None:
    assert json_text({"b": "Zoë", "a": [1, None]}) == '{"a":[1,null],"b":"Zoë"}'


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_not_json_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        json_text([value])


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_can_be_stored(text: str) -> None:
    stored = utf8(text)
    stored.encode()
    assert len(stored) == len(text)
    if json.loads(json.dumps(text)) == stored:
        assert stored == text
