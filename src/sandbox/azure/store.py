"""Everything one cloud holds, found by id, by list and by who refers to it.

Entries are immutable, so a copy shares them and a change that is taken back leaves nothing.
Only one request works on a store at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.azure.entry import Entry


class Store:
    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._places: dict[str, dict[str, None]] = {}
        self._referrers: dict[str, dict[str, None]] = {}
        self._undo: list[tuple[str, Entry | None]] | None = None

    def get(self, key: str) -> Entry | None:
        return self._entries.get(key)

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def at(self, place: str) -> tuple[Entry, ...]:
        """Everything in a list, oldest first."""
        return tuple(self._entries[key] for key in self._places.get(place, ()))

    def count_at(self, place: str) -> int:
        return len(self._places.get(place, ()))

    def referrers(self, key: str) -> tuple[Entry, ...]:
        """Everything that refers to the resource of this key, oldest first."""
        return tuple(self._entries[source] for source in self._referrers.get(key, ()))

    def put(self, entry: Entry) -> None:
        before = self._entries.get(entry.key)
        self._note(entry.key, before)
        self._set(entry.key, before, entry)

    def remove(self, key: str) -> None:
        before = self._entries.get(key)
        self._note(key, before)
        self._set(key, before, None)

    @contextmanager
    def transaction(self) -> Iterator[list[tuple[str, Entry | None]]]:
        """All that is done inside, or nothing where it raises. Yields what was before: (key,
        entry or None) of every change so far, oldest first. May be nested."""
        outer, log = self._undo, []  # type: ignore[var-annotated]
        self._undo = log
        try:
            yield log
        except BaseException:
            self._undo = None
            for key, before in reversed(log):
                self._set(key, self._entries.get(key), before)
            self._undo = outer
            raise
        self._undo = outer
        if outer is not None:
            outer.extend(log)

    def copy(self) -> Store:
        twin = Store()
        twin._entries = dict(self._entries)
        twin._places = {place: dict(keys) for place, keys in self._places.items()}
        twin._referrers = {key: dict(sources) for key, sources in self._referrers.items()}
        return twin

    def _note(self, key: str, before: Entry | None) -> None:
        if self._undo is not None:
            self._undo.append((key, before))

    def _set(self, key: str, before: Entry | None, after: Entry | None) -> None:
        """A list keeps its order where an entry is only changed."""
        old = (before.places, before.references) if before else ((), ())
        new = (after.places, after.references) if after else ((), ())
        if old != new:
            _move(self._places, key, old[0], new[0])
            _move(self._referrers, key, old[1], new[1])
        if after is None:
            self._entries.pop(key, None)
        else:
            self._entries[key] = after


def _move(
    index: dict[str, dict[str, None]], key: str, old: tuple[str, ...], new: tuple[str, ...]
) -> None:
    for place in old:
        if place not in new and (keys := index.get(place)) is not None:
            keys.pop(key, None)
            if not keys:
                del index[place]
    for place in new:
        index.setdefault(place, {})[key] = None
