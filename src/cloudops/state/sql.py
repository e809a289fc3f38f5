"""The store on a SQL database. Every method is one transaction."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from cloudops.request import Goal
from cloudops.state import claims as holdings
from cloudops.state import counters, journal, plans, provenance, runs, schema, versions
from cloudops.state import record as measured
from cloudops.state import resources as inventory
from cloudops.state.clock import Clock, SystemClock
from cloudops.state.contract import Event, Held, Provenance, Run, StoreError
from cloudops.state.database import Database
from cloudops.state.sqlite import Sqlite
from cloudops.state.trial import Tally, Trial
from modalities.claim import Claim, Lease
from modalities.plan import Plan
from modalities.resource import Provider, Resource, ResourceRef
from modalities.target import Realm

FILE = "state.db"
"""What the store's file is called in a state directory."""


def open_store(
    path_or_url: str | Path, *, clock: Clock | None = None, patience: float = 30.0
) -> SqlStore:
    """The store in a file, made or brought up to date where needed.

    ``patience``: how long a transaction waits for other processes, in seconds. Raises
    StoreError where the store cannot be used.
    """
    database = Database(Sqlite(_path(path_or_url), patience=patience))
    try:
        versions.bring_to(database, schema.VERSION)
    except BaseException:
        database.close()
        raise
    return SqlStore(database, clock or SystemClock())


def _path(path_or_url: str | Path) -> Path:
    if isinstance(path_or_url, Path) or "://" not in path_or_url:
        return Path(path_or_url)
    url = urlsplit(path_or_url)
    if url.scheme == "sqlite" and len(url.path) > 1:
        return Path(url.path[1:])
    raise StoreError(
        f"the state cannot be kept in a {url.scheme} database yet",
        "name a file: a path or sqlite:///PATH",
    )


class SqlStore:
    """See ``cloudops.state.contract.Store``. May be used by many threads."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    # runs and their journal

    def begin_run(self, run: Run) -> None:
        with self._database.writing() as connection:
            runs.begin(connection, run)

    def set_status(
        self,
        run: str,
        status: str,
        *,
        exit_code: int | None = None,
        digest: str | None = None,
        scope: str | None = None,
    ) -> None:
        given = {"status": status, "exit_code": exit_code, "digest": digest, "scope": scope}
        with self._database.writing() as connection:
            runs.change(connection, run, self._clock.now(), **given)

    def run(self, id: str) -> Run | None:
        with self._database.reading() as connection:
            return runs.find(connection, id)

    def runs(self, *, limit: int = 50, status: Sequence[str] = ()) -> tuple[Run, ...]:
        with self._database.reading() as connection:
            return runs.latest(connection, limit, status)

    def append(self, run: str, events: Sequence[Event]) -> None:
        with self._database.writing() as connection:
            journal.append(connection, run, events)

    def journal(self, run: str) -> tuple[Event, ...]:
        with self._database.reading() as connection:
            return journal.of(connection, run)

    # plans

    def put_plan(self, plan: Plan) -> None:
        with self._database.writing() as connection:
            plans.put(connection, plan)

    def plan(self, digest: str) -> Plan | None:
        with self._database.reading() as connection:
            return plans.get(connection, digest)

    # claims

    def claim(
        self,
        holder: str,
        claims: Sequence[Claim],
        *,
        ttl: float,
        who: str,
        why: str,
        place: float = 0.0,
    ) -> Lease | tuple[Held, ...]:
        _check_ttl(ttl)
        asked = holdings.asked(holder, claims, who, why)
        with self._database.writing() as connection:
            return holdings.take(connection, self._clock, asked, ttl=ttl, place=place)

    def renew(self, lease: Lease, *, ttl: float) -> Lease:
        _check_ttl(ttl)
        with self._database.writing() as connection:
            return holdings.renew(connection, self._clock, lease, ttl)

    def check_fence(self, lease: Lease) -> float:
        with self._database.reading() as connection:
            return holdings.left(connection, self._clock, lease)

    def release(self, lease: Lease) -> None:
        with self._database.writing() as connection:
            holdings.release(connection, lease)

    def claims(self) -> tuple[Held, ...]:
        with self._database.reading() as connection:
            return holdings.live(connection, self._clock)

    def quiet(self) -> int | None:
        with self._database.reading() as connection:
            if holdings.live(connection, self._clock):
                return None
            return counters.last(connection, "fence")

    def break_claims(self, holder: str, *, who: str, reason: str) -> tuple[Held, ...]:
        with self._database.writing() as connection:
            broken = holdings.break_(connection, self._clock, holder)
            if broken and runs.exists(connection, broken[0].run):
                run = broken[0].run
                body = {"who": who, "reason": reason, "keys": [held.key for held in broken]}
                event = Event(run, 0, self._clock.now(), "execute", "lock_broken", body)
                journal.append(connection, run, (event,))
            return broken

    # resources

    def record(
        self,
        resources: Iterable[Resource],
        *,
        run: str | None,
        modality: str,
        whole: str | None,
    ) -> None:
        read = inventory.as_stored(resources)
        writer = provenance.Writer(run, modality, self._clock.now())
        with self._database.writing() as connection:
            inventory.record(connection, read, writer, whole)

    def forget(self, refs: Iterable[ResourceRef]) -> None:
        with self._database.writing() as connection:
            inventory.forget(connection, refs)

    def resources(self, scope: str | None = None) -> tuple[Resource, ...]:
        with self._database.reading() as connection:
            return inventory.read(connection, scope)

    def provenance(self, ref: ResourceRef) -> tuple[Provenance, ...]:
        with self._database.reading() as connection:
            return provenance.of(connection, ref.key)

    # the measured record

    def note(self, trial: Trial) -> None:
        with self._database.writing() as connection:
            measured.append(connection, self._clock, trial)

    def trials(
        self, *, goal: Goal, provider: Provider, realm: Realm, last: int
    ) -> tuple[Tally, ...]:
        with self._database.reading() as connection:
            return measured.tallies(connection, goal, provider, realm, last)

    def close(self) -> None:
        self._database.close()


def _check_ttl(ttl: float) -> None:
    if not (math.isfinite(ttl) and ttl > 0):
        raise ValueError(f"a lease of {ttl} seconds")
