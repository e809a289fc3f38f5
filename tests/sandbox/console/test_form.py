from __future__ import annotations

from typing import Any

import pytest

from sandbox.console.form import Field, Form, Option, Rule, Shape, Tab, Values, faults


def fault(field: Field, *posted: tuple[str, str]) -> str:
    form = Form(action="A", title="A", submit="A", tabs=(Tab("Basics", (field,)),))
    return faults(form, Values.of(posted)).get(field.name, "")


ZONES = (Option("a", "zone a"), Option("b", "zone b"))


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ({"required": True}, "", "Name is required"),
        ({"required": True}, "   ", "Name is required"),
        ({}, "", ""),
        ({"pattern": "[a-z]+", "fault": "letters only"}, "a1", "letters only"),
        ({"pattern": "[a-z]+"}, "abc\n", ""),
        ({}, "x" * 1001, "Name is not valid"),
        ({"shape": Shape.NUMBER, "least": 1, "most": 9}, "10", "Name must be between 1 and 9"),
        ({"shape": Shape.NUMBER}, "-1", "Name must be a whole number"),
        ({"shape": Shape.NUMBER}, "٣", "Name must be a whole number"),
        ({"shape": Shape.NUMBER}, "9" * 30, "Name must be a whole number"),
        ({"shape": Shape.NUMBER, "least": 1, "most": 9}, "9", ""),
        ({"shape": Shape.SELECT, "options": ZONES, "required": True}, "", "Name is required"),
        ({"shape": Shape.SELECT, "options": ZONES}, "c", "Choose from the list"),
        ({"shape": Shape.RADIO, "options": ZONES}, "b", ""),
        ({"shape": Shape.SELECT, "options": ZONES}, "new:x", "Choose from the list"),
        ({"shape": Shape.MANY, "options": ZONES, "least": 2}, "a", "Choose at least 2"),
        ({"shape": Shape.MANY, "options": ZONES}, "c", "Choose from the list"),
    ],
)
def test_one_field(field: dict[str, Any], value: str, expected: str) -> None:
    assert fault(Field(name="name", label="Name", **field), ("name", value)) == expected


def test_what_is_new_is_checked_too() -> None:
    part = Field(name="name", label="Key pair name", required=True)
    field = Field(name="key", label="Key", shape=Shape.SELECT, required=True, callout=(part,))
    assert fault(field, ("key", "new:x"), ("key.name", "x")) == ""
    assert fault(field, ("key", "new:x")) == "Key pair name: Key pair name is required"


@pytest.mark.parametrize(
    ("kind", "ports", "source", "expected"),
    [
        ("SSH", "22", "0.0.0.0/0", ""),
        ("Custom TCP", "80 - 90", "sg-1", ""),
        ("Custom TCP", "", "sg-1", "Rule 1: enter a port or a port range"),
        ("Custom TCP", "http", "sg-1", "Rule 1: enter a port or a port range"),
        ("Custom TCP", "90-80", "sg-1", "Rule 1: ports are 0 to 65535"),
        ("Custom TCP", "70000", "sg-1", "Rule 1: ports are 0 to 65535"),
        ("SSH", "22", "", "Rule 1: Source is required"),
    ],
)
def test_rules(kind: str, ports: str, source: str, expected: str) -> None:
    field = Field(name="rules", label="Rules", shape=Shape.RULES)
    row = [("id", ""), ("type", kind), ("protocol", ""), ("ports", ports)]
    row += [("source", source), ("description", "")]
    found = fault(field, *((f"rules.{name}", value) for name, value in row))
    assert found.startswith(expected)
    assert bool(found) == bool(expected)


def test_what_was_typed_stays_in_the_form() -> None:
    form = Form(
        action="A",
        title="A",
        submit="A",
        tabs=(
            Tab(
                "Basics",
                (
                    Field(name="name", label="Name"),
                    Field(name="tags", label="Tags", shape=Shape.TAGS),
                    Field(name="zones", label="Zones", shape=Shape.MANY, options=ZONES),
                    Field(name="rules", label="Rules", shape=Shape.RULES),
                ),
            ),
        ),
    )
    parts = ("id", "type", "protocol", "ports", "source", "description")
    posted = [("name", " a b "), ("tags.key", "k"), ("tags.value", "v"), ("zones", "a")]
    posted += [(f"rules.{part}", part) for part in parts]
    name, tags, zones, rules = form.filled(Values.of(posted)).fields
    assert name.value == "a b"
    assert tags.pairs == (("k", "v"),)
    assert zones.values == ("a",)
    assert rules.rules == (Rule("id", "type", "protocol", "ports", "source", "description"),)


def test_rows_of_different_length_do_not_crash() -> None:
    values = Values.of([("tags.key", "a"), ("tags.key", "b"), ("tags.value", "1")])
    assert values.tags() == {"a": "1"}
    assert Values.of([("rules.id", "1")]).rules("rules") == ()
