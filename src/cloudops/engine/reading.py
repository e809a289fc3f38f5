"""Reads during execution, shared: one look at the cloud serves every step that waits for one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from modalities.resource import Kind, World

Read = Callable[[Sequence[Kind]], World]


class Reader:
    """Coalesces reads by kind.

    A caller is served by a read that began after it asked, never by an older one: what it
    sees includes whatever it did before asking.
    """

    def __init__(self, read: Read) -> None:
        self._read = read
        self._condition = threading.Condition()
        self._begun: dict[Kind, int] = {}
        self._ended: dict[Kind, tuple[int, World | BaseException]] = {}

    def look(self, kinds: Sequence[Kind]) -> World:
        """What the target holds of all these kinds now. Raises CloudError."""
        return self._read(kinds)

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
