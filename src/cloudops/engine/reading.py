"""Reads during execution, shared: one look at the cloud serves every step that waits for one.

Things that no kind names are looked at one by one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from cloudops.engine.expectations import Outputs
from modalities.action import resolve
from modalities.look import Look
from modalities.postcondition import value_of
from modalities.resource import Kind, Provider, Resource, World
from modalities.step import Expect, Step

Read = Callable[[Sequence[Kind]], World]
See = Callable[[Sequence[Look]], tuple[Resource, ...]]
Tell = Callable[[Step, Resource, Callable[[Kind], World]], Mapping[str, Any]]
"""As modalities.contract.Teller.told."""


def blind(looks: Sequence[Look]) -> tuple[Resource, ...]:
    """Of a target on which nothing is looked at one by one."""
    raise LookupError(f"nothing here can look at {looks[0].name}")


NOTHING = World(Provider.AWS, "")
"""A world of nothing: whose, makes no difference."""


class Reader:
    """Coalesces reads by kind.

    A caller is served by a read that began after it asked, never by an older one: what it
    sees includes whatever it did before asking. ``also`` are those of a plan's other targets.
    """

    def __init__(
        self,
        read: Read,
        also: Mapping[str, Reader] | None = None,
        see: See = blind,
        tell: Tell | None = None,
    ) -> None:
        self._read = read
        self._tell = tell
        self._see = see
        self._also = also or {}
        self._condition = threading.Condition()
        self._begun: dict[Kind, int] = {}
        self._ended: dict[Kind, tuple[int, World | BaseException]] = {}

    def at(self, target: str) -> Reader:
        """That of the target that a step names; empty: the plan's own."""
        return self._also[target] if target else self

    def look(self, kinds: Sequence[Kind]) -> World:
        """What the target holds of all these kinds now. Raises CloudError."""
        return self._read(kinds)

    def of(self, expect: Expect, outputs: Outputs) -> World:
        """What there is now of the kind that a postcondition is about; of a thing that no kind
        names, that alone. Raises CloudError, LookupError where an output is not known."""
        if expect.kind is not Kind.OTHER:
            return self.read(expect.kind)
        return NOTHING.with_resources(self.see((expect,), outputs))

    def see(self, expects: Iterable[Expect], outputs: Outputs) -> tuple[Resource, ...]:
        """Those things that no kind names and that are there, of what the postconditions are
        about. Raises CloudError, LookupError."""
        ids = [resolve(e.id, outputs, "") for e in expects if e.kind is Kind.OTHER]
        looks = {look.id: look for look in map(Look.parse, ids)}
        return self._see(tuple(looks.values())) if looks else ()

    def outputs(self, step: Step, made: Resource) -> Mapping[str, Any]:
        """Those of a bound step, as ``made`` and what came with it tell them by now: None of
        what does not show. Raises CloudError."""
        shown = {name: made.id if name == "id" else value_of(made, name) for name in step.outputs}
        if self._tell is not None and None in shown.values():
            shown |= self._tell(step, made, self.read)
        return shown

    def read(self, kind: Kind) -> World:
        """What the target holds of ``kind`` now. Raises CloudError."""
        with self._condition:
            ticket = self._begun.get(kind, 0) + 1
            while self._busy(kind):
                self._condition.wait()
            done, result = self._ended.get(kind, (0, None))
            if done >= ticket and result is not None:
                return self._unwrap(result)
            self._begun[kind] = mine = self._begun.get(kind, 0) + 1
        outcome: World | BaseException
        try:
            outcome = self._read((kind,))
        except BaseException as error:  # noqa: BLE001 - handed to every waiter and raised here
            outcome = error
        with self._condition:
            self._ended[kind] = (mine, outcome)
            self._condition.notify_all()
        return self._unwrap(outcome)

    def _busy(self, kind: Kind) -> bool:
        return self._begun.get(kind, 0) > self._ended.get(kind, (0, None))[0]

    @staticmethod
    def _unwrap(result: World | BaseException) -> World:
        if isinstance(result, BaseException):
            raise result
        return result
