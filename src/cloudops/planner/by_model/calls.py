"""What of a model's calls stands: the operation by the vendor's model, every value in the words.

A value that nobody said ends the plan, but for one of a list where the vendor wants one: that is
taken, and told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from cloudops.knowledge.contract import Operation, Parameter
from cloudops.knowledge.filling import plain
from cloudops.knowledge.words import stem
from cloudops.planner.by_model.grounding import Unfounded
from cloudops.planner.by_model.operations import Known, command_of
from cloudops.planner.by_model.spoken import Words
from modalities.action import OUTPUT, CliCommand, SdkCall
from modalities.resource import Provider
from modalities.step import Effect
from policies.words import DENIED, GO_VERB

EffectOf: TypeAlias = Callable[[SdkCall | CliCommand], Effect]
"""By the vendor's model; no model of language is asked."""

Problems: TypeAlias = Callable[[SdkCall], tuple[str, ...]]
"""What the vendor's model has against a call, in words."""

MOST_CALLS = 8


@dataclass(frozen=True, slots=True)
class Law:
    """What calls are held to. ``heard`` are commands that the index hears in the request."""

    known: Known
    effect_of: EffectOf
    problems: Problems
    heard: frozenset[str]
    provider: Provider = Provider.AWS


@dataclass(slots=True)
class _Said:
    """The request's words, as a name's, and as stems; and what was taken without being said."""

    words: Words
    stems: frozenset[str]
    taken: list[str] = field(default_factory=list)


def grounded(calls: Sequence[SdkCall], text: str, law: Law) -> tuple[str, ...]:
    """What was taken that nobody said, in words. Raises Unfounded."""
    if len(calls) > MOST_CALLS:
        raise Unfounded(f"{len(calls)} calls")
    words = Words(text)
    said = _Said(words, frozenset(stem(word) for word in plain(words.text)))
    for number, call in enumerate(calls, 1):
        operation = law.known(command_of(call, law.provider))
        if operation is None:
            raise Unfounded(f"operation {call.service} {call.operation}, which there is not")
        for problem in law.problems(call):
            raise Unfounded(f"{call.operation}: {problem}")
        _asked(operation, call, said, law)
        _values(call.parameters, operation.parameters, said, number)
    return tuple(said.taken)


def _asked(operation: Operation, call: SdkCall, said: _Said, law: Law) -> None:
    """Whether such an operation is spoken of at all, and where it destroys, asked for."""
    nouns = {stem(word) for word in plain(operation.name)[1:]}
    if not nouns & said.stems and operation.command not in law.heard:
        raise Unfounded(f"operation {call.operation}")
    if law.effect_of(call) in (Effect.DELETE, Effect.REPLACE):
        text = DENIED.sub(" ", said.words.text)
        if not GO_VERB.search(text):
            raise Unfounded(f"operation {call.operation}, which destroys")


def _values(
    given: Mapping[str, Any], parameters: Sequence[Parameter], said: _Said, number: int
) -> None:
    by_name = {parameter.name: parameter for parameter in parameters}
    for name, value in given.items():
        _value(name, value, by_name.get(name), said, number)


def _value(name: str, value: Any, known: Parameter | None, said: _Said, number: int) -> None:
    """Raises Unfounded where it is not said."""
    match value:
        case {"$output": str(reference)} if len(value) == 1:
            _refers(reference, number)
        case Mapping():
            members = known.members if known else ()
            if not members:
                _keys(value, said)
            item = known.item if known else None
            for key, each in value.items():
                part = next((m for m in members if m.name == key), item)
                _value(key if members else name, each, part, said, number)
        case list() | tuple():
            for each in value:
                _value(name, each, known.item if known and known.item else known, said, number)
        case bool():
            if not _named(name, said):
                raise Unfounded(f"{name} {str(value).lower()}")
        case int() | float():
            if not said.words.counts(value):
                raise Unfounded(f"{name} {value:g}")
        case _:
            _text(name, str(value), known, said)


def _refers(reference: str, number: int) -> None:
    at = reference.partition(".")[0]
    if not (at.isdecimal() and 0 < int(at) < number):
        raise Unfounded(f"{OUTPUT} {reference}, of a call that is not before it")


def _keys(given: Mapping[str, Any], said: _Said) -> None:
    """Of a map: a name of the vendor's own, spoken of in words, or the person's."""
    for key in given:
        if not (said.words.says(key) or _named(key, said)):
            raise Unfounded(key)


def _named(name: str, said: _Said) -> bool:
    return {stem(word) for word in plain(name)} <= said.stems


def _text(name: str, value: str, known: Parameter | None, said: _Said) -> None:
    number = _number(value)
    if said.words.says(value) or (number is not None and said.words.counts(number)):
        return
    if known is not None and value in known.choices:
        if {stem(word) for word in plain(value)} <= said.stems:
            return
        if known.required:
            said.taken.append(f"{' '.join(plain(name))}: {value}, since one is required")
            return
    raise Unfounded(f"{name} {value[:80]}")


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def leaves(calls: Sequence[SdkCall]) -> Iterator[Any]:
    """All that is given, with the keys of maps."""
    stack: list[Any] = [call.parameters for call in calls]
    while stack:
        match stack.pop():
            case Mapping() as given:
                stack += [*given.keys(), *given.values()]
            case list() | tuple() as many:
                stack += many
            case leaf:
                yield leaf
