"""The members of a body, each taken once, so that what nobody has a word for is seen."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from modalities.contract import Unsupported


class Members:
    """A body, or a part of one. ``of`` says of what, for people; what is taken is no longer
    there. :meth:`done` refuses what is left."""

    def __init__(self, body: Mapping[str, Any], of: str) -> None:
        self._body = copy.deepcopy(dict(body))
        self._of = of
        self._parts: list[Members] = []
        self._unsaid: list[str] = []

    def take(self, path: str) -> Any:
        """What stands at a dotted path; None where nothing does, or nothing that says anything."""
        *above, last = path.split(".")
        at: Any = self._body
        for name in above:
            at = at.get(name)
            if not isinstance(at, dict):
                return None
        value = at.pop(last, None)
        return None if value in ({}, [], "") else value

    def items(self, path: str) -> tuple[Members, ...]:
        """Each object of a list, to be taken apart; their ``id`` follows from their name."""
        found = self.take(path) or []
        parts = []
        for number, item in enumerate(found):
            if not isinstance(item, dict):
                raise Unsupported(f"{self._of}: {path}[{number}] is no object")
            name = item.get("name") or number
            parts.append(Members(item, f"{self._of}: {path.rpartition('.')[2]} {name}"))
        self._parts += parts
        return tuple(parts)

    def only(self, path: str, *values: Any) -> None:
        """Azure's own value of what the provider cannot say. Raises Unsupported for another."""
        value = self.take(path)
        if value is not None and _folded(value) not in map(_folded, values):
            raise Unsupported(f"{self._of}: azurerm has no argument for {path} = {value!r:.60}")

    def passed(self, *paths: str) -> None:
        """What only Azure says, or what follows from something else."""
        for path in paths:
            self.take(path)

    def unsaid(self, path: str, usual: str, follows: str) -> None:
        """What the provider has no word for and manages in its own way."""
        value = self.take(path)
        if value is not None and _folded(value) != _folded(usual):
            inner = self._of.partition(": ")[2]
            where = f"{inner}: {path}" if inner else path
            self._unsaid.append(f"{where} = {value!r:.40}: {follows}")

    def done(self) -> tuple[str, ...]:
        """What was not said. Raises Unsupported where something was not even taken."""
        left = list(_leaves(self._body, ""))
        if left:
            raise Unsupported(f"{self._of}: nothing is known that says {', '.join(left[:5])}")
        inner = (text for part in self._parts for text in part.done())
        return tuple(dict.fromkeys((*self._unsaid, *inner)))


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _leaves(value: Any, at: str) -> Iterator[str]:
    """Paths of what says something."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _leaves(item, f"{at}.{name}" if at else str(name))
    elif value not in (None, [], ""):
        yield at
