"""The values of a wanted call and of what it is about: all that may be entered on a page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from modalities.action import TOKEN, SdkCall
from modalities.browser.facts import spoken
from modalities.browser.matching import GENERATED, word_of

NAMED = ("id", "called", "name")
"""What a page may call the resource that is changed."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """``name`` stands for it in braces; ``path`` is a JMESPath into what workflows know
    (matching.document); ``words`` are what the vendor calls it, as people say it."""

    name: str
    path: str
    value: str | int | float | bool
    words: str

    @property
    def place(self) -> str:
        return f"{{{self.name}}}"

    def says(self, value: object) -> bool:
        """Whether ``value``, as it was typed, is this one."""
        return str(value).strip().casefold() == str(self.value).casefold()


def of_call(call: SdkCall) -> tuple[Leaf, ...]:
    """Those of its parameters, in their order; a console makes up its tokens by itself."""
    found: list[Leaf] = []
    for key, value in call.parameters.items():
        if key not in GENERATED and value != TOKEN:
            for path, words, leaf in _within(key, spoken(key), value):
                where = f"{word_of(call.operation)}.{path}"
                found.append(Leaf(_name(words, found), where, leaf, words))
    return tuple(found)


def of_resource(known: Mapping[str, Any], before: Sequence[Leaf]) -> tuple[Leaf, ...]:
    """The names of what is changed that the call does not say itself."""
    said = {str(leaf.value) for leaf in before}
    found: list[Leaf] = []
    for key in NAMED:
        value = known.get(key)
        if isinstance(value, str) and value and value not in said:
            said.add(value)
            found.append(
                Leaf(_name(f"resource {key}", before), f"resource.{key}", value, f"its {key}")
            )
    return tuple(found)


def of_attributes(known: Mapping[str, Any], before: Sequence[Leaf]) -> tuple[Leaf, ...]:
    """What is so of it now: what a form shows before anything is entered. A value that two
    attributes have tells neither."""
    plain = {
        key: value
        for key, value in dict(known.get("attributes") or {}).items()
        if key.isidentifier() and isinstance(value, str | int) and not isinstance(value, bool)
    }
    values = [str(value) for value in plain.values()]
    said = {str(leaf.value) for leaf in before}
    return tuple(
        Leaf(_name(f"known {key}", before), f"resource.attributes.{key}", value, f"its {key}")
        for key, value in plain.items()
        if values.count(str(value)) == 1 and str(value) not in said and str(value)
    )


def _within(path: str, words: str, value: Any) -> Iterator[tuple[str, str, Any]]:
    match value:
        case Mapping():
            for key, item in value.items():
                yield from _within(f"{path}.{_quoted(key)}", spoken(key) or str(key), item)
        case list() | tuple():
            for number, item in enumerate(value):
                yield from _within(f"{path}[{number}]", words, item)
        case str() | bool() | int() | float():
            yield path, words, value


def _quoted(key: object) -> str:
    text = str(key)
    return text if text.isidentifier() else '"' + text.replace('"', '\\"') + '"'


def _name(words: str, before: Sequence[Leaf]) -> str:
    """As no other is called, and no parameter that every workflow has."""
    base = re.sub(r"\W+", "_", words).strip("_") or "value"
    taken = {"region", "resource", "item", "number", "made", *(leaf.name for leaf in before)}
    name, number = base, 2
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    return name
