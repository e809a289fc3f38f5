"""The store on a SQL database. Every method is one transaction."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import Connection

from cloudops.request import Goal
from cloudops.settings import postgres_url
from cloudops.state import (
    areas,
    counters,
    finding,
    foreign,
    grounds,
    journal,
    plans,
    preferences,
    provenance,
    reaching,
    runs,
    schema,
    sightings,
    versions,
    workflows,
)
from cloudops.state import claims as holdings
from cloudops.state import near as nearness
from cloudops.state import record as measured
from cloudops.state import resources as inventory
from cloudops.state.clock import Clock
from cloudops.state.contract import (
    Event,
    Filter,
    Held,
    Page,
    Provenance,
    Reach,
    Run,
    Sighting,
    StoreError,
    run_of,
)
from cloudops.state.database import Backend, Database
from cloudops.state.sqlite import Sqlite
from cloudops.state.trial import Tally, Trial
from cloudops.state.workflow import Preference, Use, UseEnd, Workflow
from modalities.claim import Claim, Lease
from modalities.plan import Plan
from modalities.resource import Kind, Provider, Resource, ResourceRef
from modalities.target import Realm

FILE = "state.db"
"""What the store's file is called in a state directory."""


def open_store(
    path_or_url: str | Path, *, clock: Clock | None = None, patience: float = 30.0
) -> SqlStore:
    """The store in a file or a PostgreSQL, made or brought up to date where needed.

    ``patience``: how long a transaction waits for other processes, and for a server that went
    away, in seconds. Raises StoreError where the store cannot be used.
    """
    return SqlStore(open_database(path_or_url, patience=patience), clock)


def open_database(path_or_url: str | Path, *, patience: float = 30.0) -> Database:
    """What ``open_store`` opens, for what is done to a store as a whole."""
    database = Database(_backend(path_or_url, patience))
    try:
        versions.bring_to(database, schema.VERSION)
    except BaseException:
        database.close()
        raise
    return database


def _backend(path_or_url: str | Path, patience: float) -> Backend:
    if isinstance(path_or_url, Path) or "://" not in path_or_url:
        return Sqlite(Path(path_or_url), patience=patience)
    url = urlsplit(path_or_url)
    if url.scheme == "sqlite" and len(url.path) > 1:
        return Sqlite(Path(url.path[1:]), patience=patience)
    if url.scheme in postgres_url.SCHEMES:
        from cloudops.state.postgres import Postgres

        return Postgres(path_or_url, patience=patience)
    raise StoreError(
        f"the state cannot be kept in a {url.scheme} database",
        f"name a file, or a PostgreSQL such as {postgres_url.EXAMPLE}",
    )


class SqlStore:
    """See ``cloudops.state.contract.Store``. May be used by many threads.

    Each method names the areas that it writes in; a database that can lets others write
    elsewhere meanwhile. ``clock`` stands in for the database's own where one is given.
    """

    def __init__(self, database: Database, clock: Clock | None) -> None:
        self._database = database
        self._given = clock

    def _clock(self, connection: Connection) -> Clock:
        return self._given or self._database.backend.clock(connection)

    # runs and their journal

    def begin_run(self, run: Run) -> None:
        self._database.write(
            lambda c: runs.begin(c, run), areas.run(run.id), unless=lambda c: runs.begun(c, run)
        )

    def set_status(
        self,
        run: str,
        status: str,
        *,
        exit_code: int | None = None,
        digest: str | None = None,
        scope: str | None = None,
        unless: Collection[str] = (),
    ) -> None:
        given = {"status": status, "exit_code": exit_code, "digest": digest, "scope": scope}
        self._database.write(
            lambda c: runs.change(c, run, self._clock(c).now(), unless, **given),
            areas.run(run),
        )

    def run(self, id: str) -> Run | None:
        return self._database.read(lambda c: runs.find(c, id))

    def runs(
        self, *, limit: int = 50, status: Sequence[str] = (), undoes: str | None = None
    ) -> tuple[Run, ...]:
        return self._database.read(lambda c: runs.latest(c, limit, status, undoes))

    def append(self, run: str, events: Sequence[Event]) -> None:
        lines = journal.lines(run, events)
        if lines:
            self._database.write(
                lambda c: journal.append(c, run, lines),
                areas.run(run),
                unless=lambda c: journal.last_of(c, lines),
            )

    def journal(self, run: str) -> tuple[Event, ...]:
        return self._database.read(lambda c: journal.of(c, run))

    # plans

    def put_plan(self, plan: Plan) -> None:
        self._database.write(lambda c: plans.put(c, plan), areas.PLANS)

    def plan(self, digest: str) -> Plan | None:
        return self._database.read(lambda c: plans.get(c, digest))

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
        instead_of: str | None = None,
    ) -> Lease | tuple[Held, ...]:
        _check_ttl(ttl)
        asked = holdings.asked(holder, claims, who, why, instead_of)
        return self._database.write(
            lambda c: holdings.take(c, self._clock(c), asked, ttl=ttl, place=place), areas.CLAIMS
        )

    def renew(self, lease: Lease, *, ttl: float) -> Lease:
        _check_ttl(ttl)
        return self._database.write(
            lambda c: holdings.renew(c, self._clock(c), lease, ttl), areas.CLAIMS
        )

    def check_fence(self, lease: Lease) -> float:
        return self._database.read(lambda c: holdings.left(c, self._clock(c), lease))

    def release(self, lease: Lease) -> None:
        self._database.write(lambda c: holdings.release(c, lease), areas.CLAIMS)

    def claims(self) -> tuple[Held, ...]:
        return self._database.read(lambda c: holdings.live(c, self._clock(c)))

    def quiet(self) -> int | None:
        def last_fence(connection: Connection) -> int | None:
            if holdings.live(connection, self._clock(connection)):
                return None
            return counters.last(connection, "fence")

        return self._database.read(last_fence)

    def break_claims(self, holder: str, *, who: str, reason: str) -> tuple[Held, ...]:
        run = run_of(holder)
        broken: tuple[Held, ...] = ()

        def break_(connection: Connection) -> tuple[Held, ...]:
            nonlocal broken  # where an earlier try took effect, that is what it broke
            clock = self._clock(connection)
            now = holdings.break_(connection, clock, holder)
            if now and runs.exists(connection, run):
                body = {"who": who, "reason": reason, "keys": [held.key for held in now]}
                event = Event(run, 0, clock.now(), "execute", "lock_broken", body)
                journal.append(connection, run, journal.lines(run, (event,)))
            broken = now or broken
            return broken

        return self._database.write(break_, areas.CLAIMS, areas.run(run))

    # resources

    def record(
        self,
        resources: Iterable[Resource],
        *,
        run: str | None,
        modality: str,
        whole: str | None,
        kinds: Collection[Kind] | None = None,
        since: datetime | None = None,
    ) -> None:
        read = inventory.as_stored(resources)

        def write(connection: Connection) -> None:
            writer = provenance.Writer(run, modality, self._clock(connection).now())
            inventory.record(connection, read, writer, whole, kinds, since)

        self._database.write(write, areas.RESOURCES)

    def moment(self) -> datetime:
        return self._database.read(lambda c: self._clock(c).now())

    def forget(self, refs: Iterable[ResourceRef]) -> None:
        named = tuple(refs)
        self._database.write(lambda c: inventory.forget(c, named), areas.RESOURCES)

    def resources(self, scope: str | None = None) -> tuple[Resource, ...]:
        return self._database.read(lambda c: inventory.read(c, scope))

    def find(self, wanted: Filter, *, after: str = "", limit: int = 500) -> Page:
        return self._database.read(lambda c: finding.page(c, wanted, after, limit))

    def called(self, name: str) -> tuple[Resource, ...]:
        return self._database.read(lambda c: finding.called(c, name))

    def dependents(self, resource: Resource, *, most: int) -> Reach:
        return self._database.read(lambda c: reaching.dependents(c, resource, most))

    def needs(self, resource: Resource, *, most: int) -> Reach:
        return self._database.read(lambda c: reaching.needs(c, resource, most))

    def near(self, refs: Iterable[ResourceRef]) -> tuple[Resource, ...]:
        named = tuple(refs)
        return self._database.read(lambda c: nearness.near(c, named))

    def foreign_runs(self) -> Mapping[str, int]:
        return self._database.read(foreign.of)

    def located(self, target: str, scope: str) -> None:
        if scope not in self.scopes(target):
            self._database.write(lambda c: grounds.put(c, target, scope), areas.RESOURCES)

    def scopes(self, target: str) -> tuple[str, ...]:
        return self._database.read(lambda c: grounds.of(c, target))

    def knows(self, scope: str) -> bool:
        return self._database.read(lambda c: inventory.knows(c, scope))

    def provenance(self, ref: ResourceRef) -> tuple[Provenance, ...]:
        return self._database.read(lambda c: provenance.of(c, ref.key))

    def sighted(
        self, scope: str, kinds: Collection[Kind], found: Iterable[Sighting]
    ) -> tuple[Sighting, ...]:
        named = tuple(found)
        return self._database.write(
            lambda c: sightings.sighted(c, scope, kinds, named, self._clock(c).now()),
            areas.RESOURCES,
        )

    # the measured record

    def note(self, trial: Trial) -> None:
        self._database.write(
            lambda c: measured.append(c, self._clock(c), trial), areas.run(trial.run)
        )

    def trials(
        self, *, goal: Goal, provider: Provider, realm: Realm, last: int
    ) -> tuple[Tally, ...]:
        return self._database.read(lambda c: measured.tallies(c, goal, provider, realm, last))

    # memory

    def keep(self, workflow: Workflow) -> None:
        self._database.write(
            lambda c: workflows.put(c, workflow, self._clock(c).now()), areas.MEMORY
        )

    def workflows(self, structure: str | None = None) -> tuple[Workflow, ...]:
        return self._database.read(lambda c: workflows.find(c, structure))

    def workflow(self, id: str) -> Workflow | None:
        return self._database.read(lambda c: workflows.get(c, id))

    def drop(self, workflow: str) -> bool:
        return self._database.write(lambda c: workflows.drop(c, workflow), areas.MEMORY)

    def begin_use(self, use: Use) -> None:
        def begin(connection: Connection) -> None:
            if not runs.exists(connection, use.run):
                raise runs.unknown(use.run)
            workflows.begin_use(connection, use)

        self._database.write(begin, areas.MEMORY)

    def end_use(self, plan: str, ending: UseEnd) -> Use | None:
        ended: Use | None = None

        def end(connection: Connection) -> Use | None:
            nonlocal ended  # where an earlier try took effect, that is what it ended
            ended = workflows.end_use(connection, plan, ending) or ended
            return ended

        return self._database.write(end, areas.MEMORY)

    def uses(self, workflow: str) -> tuple[Use, ...]:
        return self._database.read(lambda c: workflows.uses_of(c, workflow))

    def prefer(self, preference: Preference) -> None:
        # answered twice where an answer to COMMIT was lost: it counts one more, no harm done
        self._database.write(lambda c: preferences.put(c, preference), areas.MEMORY)

    def preference(self, project: str, question: str) -> Preference | None:
        return self._database.read(lambda c: preferences.get(c, project, question))

    def preferences(self, project: str | None = None) -> tuple[Preference, ...]:
        return self._database.read(lambda c: preferences.all_of(c, project))

    def unprefer(self, project: str, question: str) -> bool:
        return self._database.write(lambda c: preferences.drop(c, project, question), areas.MEMORY)

    def close(self) -> None:
        self._database.close()


def _check_ttl(ttl: float) -> None:
    if not (math.isfinite(ttl) and ttl > 0):
        raise ValueError(f"a lease of {ttl} seconds")
