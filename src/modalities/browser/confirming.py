"""Did it take effect? Answered by the cloud's API, never by the page."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jmespath

from modalities.browser.workflow import OWN
from modalities.codec import decode
from modalities.postcondition import true_of, value_of
from modalities.receipt import CloudError
from modalities.resource import Kind, Resource, World
from modalities.step import Expect

Reader = Callable[[Kind], World]
"""Reads one kind from the cloud. Raises CloudError."""

POLLS = 1.0
"""Seconds between two looks."""


class Several(Exception):
    """More than one resource is like what is to be made: nobody can say which was."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The last action of a script: what the cloud shows when it is done.

    With ``kind`` there must be one resource like ``where``, with all ``outputs``; and all
    ``expects`` hold, in which ``{OWN: output}`` stands for what was made. ``evident`` False:
    nothing shows it.
    """

    kind: Kind | None
    where: Mapping[str, Any]
    expects: tuple[Mapping[str, Any], ...]
    outputs: Mapping[str, Mapping[str, Any]]
    evident: bool = True

    @staticmethod
    def of(action: Mapping[str, Any]) -> Confirmation:
        return Confirmation(
            kind=Kind(action["kind"]) if action.get("kind") else None,
            where=action.get("where") or {},
            expects=tuple(action.get("expects") or ()),
            outputs=action.get("outputs") or {},
            evident=action.get("evident", True),
        )

    @property
    def tells(self) -> bool:
        """Whether reading the cloud shows anything at all."""
        return self.evident and (self.kind is not None or bool(self.expects))

    def holds(self, read: Reader) -> tuple[Resource, ...] | None:
        """What it is about, where it took effect; None where it did not (yet).

        Raises Several, and CloudError.
        """
        made = self.made(read)
        if self.kind is not None and not made:
            return None
        own = {"id": made[0].id} if made else {}
        own |= self.values([*self.outputs], made, read)
        if any(name not in own for name in self.outputs):
            return None
        expects = [decode(Expect, _told(each, own)) for each in self.expects]
        worlds = {kind: read(kind) for kind in {e.kind for e in expects}}
        if not all(true_of(e, worlds[e.kind]) for e in expects):
            return None
        found = (worlds[e.kind].get(e.kind, str(e.id)) for e in expects)
        return made or tuple(r for r in found if r is not None)

    def made(self, read: Reader) -> tuple[Resource, ...]:
        """The one resource that is like what is to be made, finished or not; none where there
        is none. Raises Several, and CloudError."""
        if self.kind is None:
            return ()
        found = tuple(r for r in read(self.kind).of(self.kind) if like(r, self.where))
        if len(found) > 1:
            ids = ", ".join(sorted(each.id for each in found))
            raise Several(f"more than one {self.kind.words} could be what was made: {ids}")
        return found

    def awaited(self, read: Reader, seconds: float) -> tuple[Resource, ...] | None:
        """The same, looking again and again for so long; a look that fails is none. Raises
        CloudError where the last one failed, and Several."""
        end = time.monotonic() + seconds
        while True:
            left = end - time.monotonic()
            try:
                found = self.holds(read)
            except CloudError:
                if left <= 0:
                    raise
                found = None
            if found is not None or left <= 0:
                return found
            time.sleep(min(POLLS, left))

    def values(
        self, outputs: Sequence[str], about: Sequence[Resource], read: Reader
    ) -> dict[str, Any]:
        """The step's outputs; what the cloud does not show is left out."""
        found: dict[str, Any] = {}
        for name in outputs:
            spec = self.outputs.get(name)
            value = (
                _elsewhere(spec, about[0], read)
                if spec is not None and about
                else next((v for r in about if (v := value_of(r, name)) is not None), None)
            )
            if value is not None:
                found[name] = value
        return found


def _told(value: Any, own: Mapping[str, Any]) -> Any:
    """A postcondition with what was made in it."""
    match value:
        case Mapping() if OWN in value:
            return own.get(value[OWN])
        case Mapping():
            return {key: _told(item, own) for key, item in value.items()}
        case list() | tuple():
            return [_told(item, own) for item in value]
    return value


def like(resource: Resource, where: Mapping[str, Any]) -> bool:
    """Every attribute has its value; a list must have all that is wanted of it in it."""
    for name, wanted in where.items():
        has = value_of(resource, name)
        if isinstance(wanted, (list, tuple)):
            if not isinstance(has, list) or any(each not in has for each in wanted):
                return False
        elif has != wanted and str(has) != str(wanted):
            return False
    return True


def _elsewhere(spec: Mapping[str, Any], made: Resource, read: Reader) -> Any:
    """An output that another resource tells, such as the listener of a load balancer."""
    kind = Kind(spec["kind"])
    where = {name: _of(value, made) for name, value in (spec.get("where") or {}).items()}
    found = [made] if not where else [r for r in read(kind).of(kind) if like(r, where)]
    if len(found) != 1:
        return None
    plain = {**found[0].attributes, "id": found[0].id, "name": found[0].name}
    return jmespath.search(spec["take"], plain)


def _of(value: Any, made: Resource) -> Any:
    """``value`` with the id of what was made in it."""
    if value == OWN:
        return made.id
    return [_of(item, made) for item in value] if isinstance(value, (list, tuple)) else value
