from __future__ import annotations

from typing import Any

import pytest

from modalities.action import Output
from modalities.browser.filling import fill, names_in, rendered

VALUES = {
    "size": 32,
    "name": "web-1",
    "id": Output("create-disk").as_json(),
    "tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}],
    "spot": True,
    "none": [],
}


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("{size}", 32),
        ("{size} GiB of {name}", "32 GiB of web-1"),
        ("{nobody}", None),
        ({"a": "{size}", "b": "{nobody}"}, {"a": 32}),
        (["{size}", "{nobody}"], [32]),
        ([{"$each": "tags", "do": ["{number}", "{item.Key}"]}], [1, "a", 2, "b"]),
        ([{"$if": "spot", "then": ["yes"]}, {"unless": "spot", "then": ["no"]}], ["yes"]),
        ({"$case": "spot", "of": {"true": "on"}}, "on"),
        ({"$case": "size", "of": {"true": "on", "else": "off"}}, "off"),
        ({"x": {"$some": "none"}, "y": {"$some": "tags"}}, {"y": VALUES["tags"]}),
    ],
)
def test_templates(template: Any, filled: Any) -> None:
    assert fill(template, VALUES) == filled


def test_what_is_known_later_stays_a_reference_even_inside_a_text() -> None:
    assert fill("{id}", VALUES) == {"$output": "create-disk.id"}
    address = fill("/volumes/{id}?size={size}", VALUES)
    assert address == {"$join": ["/volumes/", {"$output": "create-disk.id"}, "?size=", 32]}
    assert rendered({"url": {"$join": ["/volumes/", "vol-1", "?size=", 32]}}) == {
        "url": "/volumes/vol-1?size=32"
    }


def test_one_is_not_true() -> None:
    assert fill({"$case": "n", "of": {"true": "yes", "1": "one"}}, {"n": 1}) == "one"


def test_every_name_of_a_template_is_known() -> None:
    template = [{"$each": "tags", "do": ["{item.Key}"]}, {"$if": "spot", "then": ["{size} {name}"]}]
    assert set(names_in(template)) == {"tags", "item", "spot", "size", "name"}
