"""Do postconditions hold, and did a step take effect: answered from what was read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any, assert_never

from modalities.action import Output, resolve
from modalities.postcondition import true_of, value_of
from modalities.resource import Kind, Resource, World
from modalities.step import Expect, Probe

Outputs = Callable[[Output], Any]


def holds(expect: Expect, world: World, outputs: Outputs) -> bool:
    """Whether the postcondition is true of ``world``."""
    return true_of(bound(expect, outputs), world)


def bound(expect: Expect, outputs: Outputs) -> Expect:
    """With what steps have told in the place of references. Raises LookupError."""
    id, value = (resolve(part, outputs, "") for part in (expect.id, expect.value))
    return replace(expect, id=id, value=value)


def known(expects: Iterable[Expect], outputs: Outputs) -> Iterator[Expect]:
    """Those of which nothing is still to be told, bound."""
    for expect in expects:
        with suppress(LookupError):
            yield bound(expect, outputs)


def found(
    probe: Probe, world: World, outputs: Outputs, existing: Collection[str]
) -> tuple[Resource, ...]:
    """Resources that fit the probe and were not there when the plan was made."""
    where = {k: resolve(v, outputs, "") for k, v in probe.where.items()}
    return tuple(
        r
        for r in world.of(probe.kind)
        if r.id not in existing and all(value_of(r, k) == v for k, v in where.items())
    )


def said(expect: Expect, outputs: Outputs) -> str:
    """The postcondition in words."""
    id = resolve(expect.id, outputs, "")
    subject = id["name"] if expect.kind is Kind.OTHER else f"{expect.kind.words} {id}"
    match expect.test:
        case "exists":
            return f"{subject} exists"
        case "absent":
            return f"{subject} is gone"
        case "is":
            return f"{subject}: {expect.attribute} is {resolve(expect.value, outputs, '')}"
        case "contains" | "lacks":
            verb = "has" if expect.test == "contains" else "lacks"
            return f"{subject}: {expect.attribute} {verb} {resolve(expect.value, outputs, '')}"
        case _:
            assert_never(expect.test)
