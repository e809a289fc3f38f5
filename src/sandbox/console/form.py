"""Forms as data: wizards with tabs, and dialogs. What was posted is read and checked here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

NEW = "new:"
"""The value of a field whose "Create new" callout was filled in."""

TAG_LIMITS = (128, 256)
"""Longest key and value: docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html."""


class Shape(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    AREA = "area"
    SELECT = "select"
    SUGGEST = "suggest"
    CHECK = "check"
    RADIO = "radio"
    MANY = "many"
    TAGS = "tags"
    RULES = "rules"


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """``source`` is where a SUGGEST field's suggestions come from; ``callout`` the fields of
    its "Create new"; ``bare`` fields have their label for the eye alone where the hazard is on.
    ``pattern`` is what a text must match in full, ``fault`` what is said where it does not."""

    name: str
    label: str
    shape: Shape = Shape.TEXT
    value: str = ""
    values: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    required: bool = False
    hint: str = ""
    least: int | None = None
    most: int | None = None
    pattern: str = ""
    fault: str = ""
    source: str = ""
    callout: tuple[Field, ...] = ()
    called: str = ""
    bare: bool = False
    pairs: tuple[tuple[str, str], ...] = ()
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A security group's rule as the console shows it. ``id`` is empty for a new one."""

    id: str = ""
    type: str = ""
    protocol: str = ""
    ports: str = ""
    source: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    name: str
    fields: tuple[Field, ...]
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """``action`` is posted to with ``ids``; ``word`` is what must be typed to confirm. With
    ``cancel``, the page to go back to, it is a page of its own, else a dialog; several
    ``tabs`` make it a wizard that ends with a review. ``check`` tells what is wrong by field
    where one field depends on another."""

    action: str
    title: str
    submit: str
    tabs: tuple[Tab, ...] = ()
    ids: tuple[str, ...] = ()
    word: str = ""
    about: tuple[str, ...] = ()
    warning: str = ""
    cancel: str = ""
    check: Callable[[Values], Mapping[str, str]] | None = None

    @property
    def template(self) -> str:
        return "wizard.html" if self.cancel else "dialog.html"

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(field for tab in self.tabs for field in tab.fields)

    def filled(self, values: Values) -> Form:
        """The form with what was posted in its fields."""
        tabs = (replace(t, fields=tuple(_filled(f, values) for f in t.fields)) for t in self.tabs)
        return replace(self, tabs=tuple(tabs))


@dataclass(frozen=True, slots=True)
class Values:
    """What was posted, by field."""

    posted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Values:
        found: dict[str, tuple[str, ...]] = {}
        for name, value in pairs:
            found[name] = (*found.get(name, ()), value)
        return cls(found)

    def text(self, name: str) -> str:
        return self.posted.get(name, ("",))[-1].strip()

    def number(self, name: str, default: int = 0) -> int:
        text = self.text(name)
        return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else default

    def flag(self, name: str) -> bool:
        return bool(self.text(name))

    def many(self, name: str) -> tuple[str, ...]:
        return tuple(value for value in self.posted.get(name, ()) if value)

    def new(self, name: str) -> bool:
        """Whether the field's "Create new" was used; its fields are ``name.field``."""
        return self.text(name).startswith(NEW)

    def tags(self, name: str = "tags") -> dict[str, str]:
        keys = self.posted.get(f"{name}.key", ())
        values = self.posted.get(f"{name}.value", ())
        pairs = zip(keys, values, strict=False)
        return {key.strip(): value.strip() for key, value in pairs if key.strip()}

    def rules(self, name: str) -> tuple[Rule, ...]:
        columns = (
            self.posted.get(f"{name}.{part}", ())
            for part in ("id", "type", "protocol", "ports", "source", "description")
        )
        rows = (Rule(*(cell.strip() for cell in row)) for row in zip(*columns, strict=False))
        return tuple(rule for rule in rows if rule.type)


def faults(form: Form, values: Values) -> dict[str, str]:
    """What is wrong, by field name."""
    found = {f.name: fault for f in form.fields if (fault := _fault(f, values))}
    for field_ in form.fields:
        if field_.callout and values.new(field_.name):
            for part in field_.callout:
                inner = replace(part, name=f"{field_.name}.{part.name}")
                if fault := _fault(inner, values):
                    found[field_.name] = f"{part.label}: {fault}"
    if form.check:
        found = {**form.check(values), **found}
    if form.word and values.text("confirm") != form.word:
        found["confirm"] = f"To confirm, enter {form.word}"
    return found


def _fault(field: Field, values: Values) -> str:
    match field.shape:
        case Shape.TAGS:
            return _tags_fault(field, values)
        case Shape.RULES:
            return _rules_fault(values.rules(field.name))
        case Shape.CHECK:
            return ""
        case Shape.MANY:
            known = {option.value for option in field.options}
            if any(value not in known for value in values.many(field.name)):
                return "Choose from the list"
            if len(values.many(field.name)) < (field.least or 0):
                return f"Choose at least {field.least}"
            return ""
        case Shape.SELECT | Shape.RADIO:
            return _choice_fault(field, values)
    text = values.text(field.name)
    if not text:
        return f"{field.label} is required" if field.required else ""
    if field.shape is Shape.NUMBER:
        return _number_fault(field, text)
    if len(text) > 1000 or (field.pattern and not re.fullmatch(field.pattern, text, re.ASCII)):
        return field.fault or f"{field.label} is not valid"
    return ""


def _choice_fault(field: Field, values: Values) -> str:
    text = values.text(field.name)
    if field.callout and values.new(field.name):
        return ""
    if not text:
        return f"{field.label} is required" if field.required else ""
    known = {option.value for option in field.options}
    return "" if text in known else "Choose from the list"


def _number_fault(field: Field, text: str) -> str:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        return f"{field.label} must be a whole number"
    least, most = field.least, field.most
    if (least is not None and int(text) < least) or (most is not None and int(text) > most):
        return f"{field.label} must be between {least} and {most}"
    return ""


def _tags_fault(field: Field, values: Values) -> str:
    keys = [key.strip() for key in values.posted.get(f"{field.name}.key", ())]
    given = [key for key in keys if key]
    if len(set(given)) < len(given):
        return "Tag keys must be unique"
    longest = TAG_LIMITS
    for key, value in values.tags(field.name).items():
        if len(key) > longest[0] or len(value) > longest[1] or key.lower().startswith("aws:"):
            return f"The tag {key[:40]} is not valid"
    contents = values.posted.get(f"{field.name}.value", ())
    if any(value and not key for key, value in zip(keys, contents, strict=False)):
        return "You must specify a tag key"
    return ""


def _rules_fault(rules: Sequence[Rule]) -> str:
    for number, rule in enumerate(rules, 1):
        if rule.type.startswith("Custom") and not re.fullmatch(
            r"\d{1,5}(\s*-\s*\d{1,5})?", rule.ports
        ):
            return f"Rule {number}: enter a port or a port range, such as 8080 or 8000-8100"
        bounds = [int(part) for part in re.findall(r"[0-9]+", rule.ports)]
        if bounds and (max(bounds) > 65535 or bounds != sorted(bounds)):
            return f"Rule {number}: ports are 0 to 65535"
        if not rule.source:
            return f"Rule {number}: Source is required"
    return ""


def _filled(field: Field, values: Values) -> Field:
    match field.shape:
        case Shape.MANY:
            return replace(field, values=values.many(field.name))
        case Shape.TAGS:
            keys = values.posted.get(f"{field.name}.key", ())
            contents = values.posted.get(f"{field.name}.value", ())
            return replace(field, pairs=tuple(zip(keys, contents, strict=False)))
        case Shape.RULES:
            return replace(field, rules=values.rules(field.name))
    parts = tuple(
        replace(part, value=values.text(f"{field.name}.{part.name}")) for part in field.callout
    )
    return replace(field, value=values.text(field.name), callout=parts)
