"""A wanted call as facts that a form may have fields for, and which field is for which."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from modalities.action import SdkCall, outputs_in
from modalities.browser.driver.contract import Field
from modalities.browser.matching import GENERATED
from modalities.codec import decode
from modalities.contract import Unsupported

MADE_UP = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}$|^[0-9a-f]{24,}$", re.IGNORECASE)
"""Values that a page makes up by itself: tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The page on which an operation's form is opened, and the button that opens it."""

    page: str
    button: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Synonyms:
    """``parameters`` map an operation's parameters (the last parts of their paths) to what forms
    call them; ``implied`` are those that a form need not have; ``nothing`` is how an option
    says that nothing is chosen."""

    operations: Mapping[str, Opening]
    parameters: Mapping[str, tuple[str, ...]]
    words: Mapping[str, tuple[str, ...]]
    implied: tuple[str, ...]
    nothing: tuple[str, ...]

    def opening(self, operation: str) -> Opening:
        """Of an operation that nothing is said of, what its name says: ``CreateVolume``."""
        known = self.operations.get(operation)
        if known is not None:
            return known
        words = spoken(operation)
        return Opening(
            page=f"{words.partition(' ')[2]}s".capitalize(), button=(words.capitalize(),)
        )

    def of(self, path: str) -> tuple[str, ...]:
        """What forms may call the parameter at this path."""
        parts = path.split(".")
        for start in range(len(parts)):
            known = self.parameters.get(".".join(parts[start:]))
            if known is not None:
                return known
        return (spoken(parts[-1]),)

    def implies(self, path: str) -> bool:
        parts = path.split(".")
        return any(".".join(parts[start:]) in self.implied for start in range(len(parts)))


@cache
def synonyms() -> Synonyms:
    text = (files("modalities.browser") / "synonyms.json").read_text(encoding="utf-8")
    return decode(Synonyms, json.loads(text))


@dataclass(frozen=True, slots=True)
class Fact:
    path: str
    value: str | int | float | bool


@dataclass(frozen=True, slots=True)
class Facts:
    """``tags`` are those beside the name."""

    facts: tuple[Fact, ...]
    tags: tuple[tuple[str, str], ...]


def facts_of(call: SdkCall) -> Facts:
    """Raises Unsupported where something of it is not known yet."""
    if any(True for _ in outputs_in(dict(call.parameters))):
        raise Unsupported(f"{call} needs something that is not there yet: a form cannot be tried")
    found: list[Fact] = []
    tags: dict[str, str] = {}
    for name, value in call.parameters.items():
        if name in GENERATED:
            continue
        if name == "TagSpecifications":
            found += _of_parts(value)
            tags |= _tags(value[0]["Tags"])
        elif name == "Tags":
            tags |= _tags(value)
        else:
            found += _flat(name, value)
    if "Name" in tags:
        found.append(Fact("Name", tags.pop("Name")))
    return Facts(tuple(found), tuple(tags.items()))


def placed(facts: Iterable[Fact], fields: Iterable[Field]) -> Iterator[tuple[Fact, Field]]:
    """Each fact with the field for it; a field that could be for two is for the nearer."""
    pairs = sorted(
        (
            (score, fact.path, fact, field)
            for fact in facts
            for field in fields
            if field.kind != "radio" and (score := _surplus(fact, field)) is not None
        ),
        key=lambda each: each[:2],
    )
    used: set[str] = set()
    taken: set[str] = set()
    for _, path, fact, field in pairs:
        if path not in used and field.label not in taken:
            used.add(path)
            taken.add(field.label)
            yield fact, field


def radios(facts: Iterable[Fact], fields: Iterable[Field]) -> Iterator[tuple[Fact, Field]]:
    """Each fact that is one of several buttons: the only one that says its value."""
    buttons = [each for each in fields if each.kind == "radio"]
    for fact in facts:
        meant = [b for b in buttons if isinstance(fact.value, str) and _holds(b.label, fact.value)]
        if len(meant) == 1:
            yield fact, meant[0]


def option_for(value: object, field: Field) -> str | None:
    """The option that a value means; None where none or several may be meant."""
    told = str(value).lower() if isinstance(value, bool) else str(value)
    wanted = {told, *synonyms().words.get(told, ())}
    exact = [o for o in field.options if o.casefold() in wanted]
    within = [o for o in field.options if any(_holds(o, word) for word in wanted)]
    found = exact or within
    return found[0] if len(found) == 1 else None


def nothing_of(field: Field) -> str | None:
    """The option that chooses nothing."""
    said = synonyms().nothing
    found = [o for o in field.options if any(word in o.casefold() for word in said)]
    return found[0] if len(found) == 1 else None


def spoken(name: str) -> str:
    """``CreateVolume`` as people say it: ``create volume``."""
    return " ".join(re.findall(r"[A-Z]+(?=[A-Z][a-z]|$|\d)|[A-Z]?[a-z0-9]+", name)).casefold()


def _surplus(fact: Fact, field: Field) -> int | None:
    """How many words a field's label has beyond what the fact is called; None: another thing."""
    label = words_of(field.label)
    fits = [
        len(label) - len(words)
        for each in synonyms().of(fact.path)
        if (words := words_of(each)) <= label
    ]
    return min(fits, default=None)


def words_of(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z0-9]+", text.casefold()))


def _holds(option: str, word: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", option, re.IGNORECASE) is not None


def _flat(path: str, value: Any) -> Iterator[Fact]:
    match value:
        case Mapping():
            for name, item in value.items():
                yield from _flat(f"{path}.{name}", item)
        case list() | tuple():
            for item in value:
                yield from _flat(path, item)
        case str() | bool() | int() | float():
            yield Fact(path, value)


def _of_parts(specifications: Any) -> list[Fact]:
    """That the parts of something are tagged, too."""
    return [Fact(f"tags of {each['ResourceType']}", True) for each in specifications[1:]]


def _tags(tags: Any) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}
