"""One emulated Azure: what it holds, and everything a family may ask of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from sandbox.azure import leaving, showing, writing
from sandbox.azure.activity import ActivityLog, Event
from sandbox.azure.contract import Scope
from sandbox.azure.documents import Document
from sandbox.azure.entry import Entry
from sandbox.azure.faults import Faults
from sandbox.azure.ids import ResourceId, key_of, parse
from sandbox.azure.names import SUBSCRIPTION
from sandbox.azure.operations import Operations
from sandbox.azure.refusal import bad_request, resource_not_found
from sandbox.azure.registry import Registry
from sandbox.azure.store import Store


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Settings:
    """``pace`` scales how long operations take: 0 is at once, 1 as long as in the real cloud.
    ``page`` is the length of a page of a list. ``quotas`` are limits by counter, in every
    region, or by ``counter@region``."""

    pace: float = 0.0
    page: int = 1000
    quotas: Mapping[str, int] = field(
        default_factory=lambda: {"cores": 100, "PublicIPAddresses": 1000, "VirtualNetworks": 1000}
    )
    unregistered: tuple[str, ...] = ()
    """Provider namespaces that must be registered first."""


class Trial:
    def __init__(self, store: Store, log: list[tuple[str, Entry | None]]) -> None:
        self._store, self._log = store, log

    def changes(self) -> tuple[tuple[str, Entry | None, Entry | None], ...]:
        first: dict[str, Entry | None] = {}
        for key, before in self._log:
            first.setdefault(key, before)
        now = ((key, before, self._store.get(key)) for key, before in first.items())
        return tuple(change for change in now if change[1] is not change[2])


class _TakenBack(Exception):
    pass


class EmulatedCloud:
    """Not for threads: one request at a time, as the server does it."""

    def __init__(
        self,
        registry: Registry,
        settings: Settings | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.registry = registry
        self.settings = settings or Settings()
        self.now = clock
        self.store = Store()
        self.operations = Operations()
        self.activity = ActivityLog()
        self.faults = Faults()
        self.subscriptions: dict[str, str] = {SUBSCRIPTION: "sandbox"}
        self.unregistered = {name.casefold() for name in self.settings.unregistered}
        self.principal = ""
        self.correlation = ""
        """Who the request in hand is from, and what it goes by."""

    def copy(self) -> EmulatedCloud:
        """A cloud of its own with the same in it."""
        twin = EmulatedCloud(self.registry, self.settings, self.now)
        twin.store = self.store.copy()
        twin.activity = self.activity.copy()
        twin.unregistered = set(self.unregistered)
        twin.subscriptions = dict(self.subscriptions)
        return twin

    def get(self, id: str | ResourceId) -> Entry | None:
        return self.store.get(key_of(id) if isinstance(id, str) else id.key)

    def require(self, id: str | ResourceId) -> Entry:
        found = self.get(id)
        if found is None:
            raise resource_not_found(self.id_of(id))
        return found

    def find(self, type: str, within: str = "") -> tuple[Entry, ...]:
        return self.store.at(f"{key_of(within)} {type.casefold()}")

    def referrers(self, entry: Entry, type: str = "") -> tuple[Entry, ...]:
        found = self.store.referrers(entry.key)
        return tuple(e for e in found if e.type == type) if type else found

    def shown(self, entry: Entry, expand: str = "") -> Document:
        return showing.shown(self, entry, expand)

    def put(self, id: str | ResourceId, body: Document) -> Entry:
        return writing.put(self, self.id_of(id), body)

    def patch(self, id: str | ResourceId, body: Document) -> Entry:
        return writing.patch(self, self.require(id), body)

    def delete(self, id: str | ResourceId) -> None:
        if (entry := self.get(id)) is not None:
            leaving.delete(self, entry)

    def keep(self, entry: Entry) -> None:
        self.store.put(replace(entry, changed=self.now()))

    def transaction(self) -> AbstractContextManager[object]:
        return self.store.transaction()

    @contextmanager
    def trial(self) -> Iterator[Trial]:
        try:
            with self.store.transaction() as log:
                yield Trial(self.store, log)
                raise _TakenBack
        except _TakenBack:
            pass

    def quota(self, name: str, location: str) -> int | None:
        limits = self.settings.quotas
        return limits.get(f"{name}@{location}", limits.get(name))

    def note(self, operation: str, id: str) -> None:
        done = Event(self.now(), operation, id, self.principal, True, 200, self.correlation)
        self.activity.note(done)

    def id_of(self, id: str | ResourceId) -> ResourceId:
        """Raises Refused where the text is not an id."""
        found = parse(id) if isinstance(id, str) else id
        if found is None:
            raise bad_request("LinkedInvalidPropertyId", f"Property id '{id}' is invalid.")
        return found

    def extensions(self, entry: Entry) -> list[Entry]:
        """What extends it: locks, role assignments, tags."""
        types = (type for type in self.registry if type.scope is Scope.ANY)
        return [found for type in types for found in self.find(type.name, entry.id.text)]

    def settle(self) -> None:
        """Bring what has come to its end by now to its end; before every request."""
        self.operations.settle(self.now())
