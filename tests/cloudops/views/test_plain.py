"""What a cloud or a person wrote cannot steer a terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudops.views.plain import plain, safe, worded


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("web-1", "web-1"),
        ("a\nb\tc", "a b c"),
        ("\x1b[31mred\x1b[0m", "\ufffdred\ufffd"),
        ("\x1b]0;title\x07x", "\ufffdx"),
        ("\x1b]8;;http://evil\x1b\\click\x1b]8;;\x1b\\", "\ufffdclick\ufffd"),
        ("\x9b2Jgone", "\ufffdgone"),
        ("\x1bcreset", "\ufffdreset"),
        ("back\x08space\x00", "back\ufffdspace\ufffd"),
        ("txt.\u202eexe", "txt.\ufffdexe"),
        ("web\u200b-1", "web\ufffd-1"),
        ("lone \ud800", "lone \ufffd"),
        ("café ☃ 名前", "café ☃ 名前"),
        ("[bold]x[/bold] :smile:", "[bold]x[/bold] :smile:"),
    ],
)
def test_plain(hostile: str, harmless: str) -> None:
    assert plain(hostile) == harmless


@given(st.text())
def test_nothing_that_steers_is_left(text: str) -> None:
    assert all(unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in plain(text))


@given(st.text(st.characters(blacklist_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))))
def test_what_is_plain_stays_as_it_is(text: str) -> None:
    assert plain(text) == text


def test_markup_is_text() -> None:
    assert safe("[red]x[/red]").plain == "[red]x[/red]"
    assert not safe("[red]x[/red]").spans


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "none"),
        (True, "yes"),
        (3, "3"),
        (["a", "b"], "a, b"),
        ({"k": "v"}, "k=v"),
        ([{"a": 1}, {"a": 2}], "a=1; a=2"),
        ({"$output": "create-net.id"}, "<id of create-net>"),
    ],
)
def test_values_in_words(value: object, words: str) -> None:
    assert worded(value) == words
