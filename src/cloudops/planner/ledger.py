"""The bill while a plan goes on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cloudops.planner.billing import Billed, Machine, Volume, billed_as, runs
from modalities.action import Output
from modalities.resource import Kind, World
from modalities.step import Effect, Step

MACHINE_FIELDS = {"size": "size", "spot": "spot", "monitoring": "monitored"}
VOLUME_FIELDS = {"type": "type", "gib": "gib", "iops": "iops", "throughput": "throughput"}


@dataclass(slots=True)
class Ledger:
    """``held`` is what is billed: by the provider's id, by the step that makes it, or by kind
    and name where the step's own words are all there is to go by."""

    world: World
    held: dict[str, Billed]

    def make(self, key: str, kind: Kind, name: str, attributes: Mapping[str, Any]) -> None:
        billed = billed_as(kind, name, attributes, self.world.provider)
        if billed is not None:
            self.held[key] = billed

    def remove(self, key: str) -> None:
        """It is no longer billed, nor are the disks that go with it."""
        gone = self.held.pop(key, None)
        for disk in gone.disks if isinstance(gone, Machine) else ():
            self.held.pop(disk, None)

    def alter(self, key: str, type_: type[Machine] | type[Volume], **changes: Any) -> None:
        """Change fields of what is under ``key``, where it is a ``type_``."""
        billed = self.held.get(key)
        if isinstance(billed, type_):
            self.held[key] = replace(billed, **changes)

    def machine(self, key: str) -> Machine | None:
        found = self.held.get(key)
        return found if isinstance(found, Machine) else None

    def keys(self, step: Step, value: object = None) -> tuple[str, ...]:
        """What the ids and references in ``value`` stand for; where they name nothing that is
        billed, what the step says it changes."""
        found = tuple(self.resolve(value))
        return found or tuple(key for key in self._said(step) if key in self.held)

    def resolve(self, value: object) -> Iterator[str]:
        output = Output.parse(value)
        if output is not None:
            made = f"{output.step}#"
            yield from (k for k in self.held if k == output.step or k.startswith(made))
        elif isinstance(value, str):
            yield from (value,) if value in self.held else ()
        elif isinstance(value, (list, tuple)):
            for item in value:
                yield from self.resolve(item)

    def by_effect(self, step: Step) -> None:
        """Enter a step by what it says it does and leaves behind: neutral attributes."""
        if step.effect in (Effect.DELETE, Effect.REPLACE):
            for key in self.keys(step):
                self.remove(key)
        if step.effect in (Effect.CREATE, Effect.REPLACE) and step.changes:
            ref = step.changes[0]
            known = {**step.before, **step.after}
            self.make(_by_name(ref.kind, ref.name), ref.kind, ref.name, known)
        if step.effect is Effect.UPDATE:
            for key in self.keys(step):
                self._restate(key, step.after)

    def _restate(self, key: str, after: Mapping[str, Any]) -> None:
        """Only what is named is restated; all else stays as it is known."""
        self.alter(key, Volume, **_fields(after, VOLUME_FIELDS))
        self.alter(key, Machine, **_fields(after, MACHINE_FIELDS))
        if "state" in after:
            self.alter(key, Machine, running=runs(after, self.world.provider))

    def _said(self, step: Step) -> Iterator[str]:
        for ref in step.changes:
            yield from (r.id for r in self.world.named(ref.kind, ref.name))
            yield _by_name(ref.kind, ref.name)


def _fields(attributes: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {field: attributes[name] for name, field in names.items() if name in attributes}


def _by_name(kind: Kind, name: str) -> str:
    return f"{kind}/{name}"
