"""What a token means by its shape, and ranges of names."""

from __future__ import annotations

import pytest

from cloudops.planner.interpreter.shapes import is_name, kind_of_id, meanings, span
from cloudops.planner.interpreter.vocabulary.tags import Tag
from modalities.resource import Kind, Provider


@pytest.mark.parametrize(
    ("first", "last", "names"),
    [
        ("app-1", "app-3", ("app-1", "app-2", "app-3")),
        ("app-1", "3", ("app-1", "app-2", "app-3")),
        ("n08", "n10", ("n08", "n09", "n10")),
        ("web-a", "web-c", ("web-a", "web-b", "web-c")),
        ("app-3", "app-1", ()),
        ("app-1", "db-3", ()),
        ("app-1", "app-9999", ()),
        ("web", "app", ()),
    ],
)
def test_span(first: str, last: str, names: tuple[str, ...]) -> None:
    assert span(first, last) == names


@pytest.mark.parametrize(
    ("text", "tag", "value"),
    [
        ("64GB", Tag.QUANTITY, ("gib", 64.0)),
        ("1.5TB", Tag.QUANTITY, ("gib", 1536.0)),
        ("4vCPUs", Tag.QUANTITY, ("vcpus", 4.0)),
        ("10.0.0.0/16", Tag.CIDR, "10.0.0.0/16"),
        ("t3.medium", Tag.SIZE, (Provider.AWS, "t3.medium")),
        ("standard_B2s", Tag.SIZE, (Provider.AZURE, "Standard_B2s")),
        ("eu-west-1a", Tag.ZONE, "eu-west-1a"),
        ("80:8080", Tag.PORTS, ("pair", 80, 8080, None)),
        ("8000-8100", Tag.PORTS, ("range", 8000, 8100, None)),
        ("443/tcp", Tag.PORTS, ("one", 443, 443, "tcp")),
        ("owner=platform", Tag.TAGS, ("owner", "platform")),
        ("size=t3.small", Tag.SETTING, ("size", "t3.small")),
        ("app-1..app-3", Tag.NAME, ("app-1", "app-2", "app-3")),
        ("app-1..3", Tag.NAME, ("app-1", "app-2", "app-3")),
        ("app-[1-2]", Tag.NAME, ("app-1", "app-2")),
        ("5pm", Tag.HAZARD, "a schedule or a time"),
    ],
)
def test_meanings(text: str, tag: Tag, value: object) -> None:
    assert meanings(text)[tag] == value


@pytest.mark.parametrize("word", ["web", "bastion", "GB", "create", "ünï-1", "a b", "", "-", "42"])
def test_plain_words_are_no_names_by_shape(word: str) -> None:
    assert not is_name(word)
    assert Tag.NAME not in meanings(word)


def test_ids_tell_their_kind() -> None:
    assert kind_of_id("i-0123456789abcdef0") is Kind.VM
    assert kind_of_id("vol-0abc1234def567890") is Kind.DISK
    assert kind_of_id("i-1") is None
