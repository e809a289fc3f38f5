"""The store on SQLite and on PostgreSQL, side by side.

    python benchmarks/state.py [--resources 10000,100000] [--million] [--seconds 3]
                               [--only claims,journal,resources] [--stores sqlite,postgresql]
                               [--copied]

Both on the disk that --directory is on, both durable at every commit. The PostgreSQL is one that
this script starts (its binaries must be there) with its default settings. Contenders are
processes, each with keys, or a run, of its own, so that what they contend for is the store itself;
"one key" is the opposite. Resources have 5 links, 2 tags and 4 attributes each and lie in scopes
of 50,000; --million adds a million of them, with five million links, which takes long and some GB
of disk. With --copied only the first scope is recorded, and the database itself makes the others
from it: for what is asked of many, not for what it takes to load them.
What breaks is asked for a VM: who names it as a peer, who names those, and so on.

A contender claims once before it is measured. Times are by the clock, and in brackets of
processors (this process's and the server's): others on the machine change the first much, the
second little. Rates depend on disk and load; ratios and how they grow are what to look at.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import Column, ColumnElement, Insert, Table, func, insert, select

from cloudops.state.contract import Event, Filter, Run
from cloudops.state.schema import links, provenance, resources, tags
from cloudops.state.sql import SqlStore, open_store
from cloudops.state.waiting import claim_within
from modalities.claim import Claim, Mode
from modalities.resource import Kind, Link, Provider, Resource, ResourceRef

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from fakes.postgres import Server, programs, running

NOW = datetime.now(UTC)
CONTENDERS = (1, 4, 16, 64)
SCOPE = 50_000
EVENTS = 20_000
FORK = multiprocessing.get_context("fork")
Place = str | Path


def claim(store: SqlStore, name: str, n: int) -> None:
    claimed(store, name, f"{name}-{n % 50}")


def claim_one(store: SqlStore, name: str, _: int) -> None:
    claimed(store, name, "hot")


def claimed(store: SqlStore, name: str, key: str) -> None:
    """A claim, waited for as a run waits for it, and its release."""
    lease = claim_within(
        store,
        name,
        (Claim(key, Mode.EXCLUSIVE),),
        ttl=60,
        who="",
        why="",
        timeout=600,
        on_wait=lambda _: None,
    )
    store.release(lease)


def append(store: SqlStore, name: str, n: int) -> None:
    if n == 0:
        store.begin_run(Run(name, "x", "t", "s", "ann", "running", NOW, NOW))
    store.append(name, (Event(name, 0, NOW, "execute", "intended", {"step": n}),))


Work = Callable[[SqlStore, str, int], None]


@dataclass(frozen=True, slots=True)
class Spent:
    """In seconds."""

    clock: float
    processors: float

    def __str__(self) -> str:
        return f"{self.clock:9.4f} ({self.processors:8.4f}) s"


class Watch:
    """Tells what work took, of this process and of the server where there is one."""

    def __init__(self, server: Server | None) -> None:
        self._server = server

    def of(self, work: Callable[[], object]) -> Spent:
        clock, processors = time.perf_counter(), self._processors()
        work()
        return Spent(time.perf_counter() - clock, self._processors() - processors)

    def median(self, work: Callable[[int], object]) -> Spent:
        spent = [self.of(partial(work, n)) for n in range(20)]
        return Spent(
            statistics.median(one.clock for one in spent),
            statistics.fmean(one.processors for one in spent),
        )

    def _processors(self) -> float:
        return time.process_time() + sum(map(_spent_by, self._tree()))

    def _tree(self) -> list[psutil.Process]:
        if self._server is None or self._server.process is None:
            return []
        whole = psutil.Process(self._server.process.pid)
        return [whole, *whole.children()]


def _spent_by(process: psutil.Process) -> float:
    """With children of its own that have ended."""
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)


def contender(
    place: Place,
    name: str,
    work: Work,
    seconds: float,
    start: Barrier,
    results: multiprocessing.Queue[tuple[int, float, float, float]],
) -> None:
    """How often it did its work, in how many seconds, how long the longest time took, and how
    long it had a processor."""
    with closing(open_store(place, patience=600)) as store:
        claim(store, f"warm-{name}", 0)  # the first one pays for what is made once a process
        start.wait()
        done, longest = 0, 0.0
        begun = last = time.perf_counter()
        processor = time.process_time()
        while last - begun < seconds:
            work(store, name, done)
            now = time.perf_counter()
            done, longest, last = done + 1, max(longest, now - last), now
        results.put((done, last - begun, longest, time.process_time() - processor))


def contend(place: Place, work: Work, count: int, seconds: float, tag: str) -> tuple[float, str]:
    """Done per second by all of them, and how evenly."""
    start = FORK.Barrier(count)
    results: multiprocessing.Queue[tuple[int, float, float, float]] = FORK.Queue()
    names = [f"{tag}-{work.__name__}-{count}-{n}" for n in range(count)]
    processes = [
        FORK.Process(target=contender, args=(place, name, work, seconds, start, results))
        for name in names
    ]
    for process in processes:
        process.start()
    got = [results.get(timeout=seconds + 900) for _ in processes]
    for process in processes:
        process.join()
    each = sorted(done for done, *_ in got)
    rate = sum(done / spent for done, spent, *_ in got)
    longest = max(waited for _, _, waited, _ in got)
    processor = 1000 * sum(busy for *_, busy in got) / sum(each)
    spread = f"{each[0]}..{each[-1]} each, longest {longest:.2f} s"
    return rate, f"{spread}, {processor:.1f} ms of processor for one"


def machines(
    scope: int, count: int, changed: int = 0, first: int = 0, last: int | None = None
) -> Iterator[Resource]:
    """``changed``: so many of them have another size."""
    where = f"1{scope:011}/us-east-1"
    for n in range(first, count if last is None else last):
        size = "m5.large" if n < changed else "m5.small"
        yield Resource(
            ResourceRef(Provider.AWS, where, Kind.VM, f"vm-{n}"),
            f"i-{scope}-{n}",
            {"state": "running", "size": size, "image": "ami-1", "zone": "us-east-1a"},
            {"Name": f"vm-{n}", "team": f"team-{n % 200}"},
            (
                Link("in", Kind.SUBNET, f"subnet-{scope}-{n % 250}"),
                Link("uses", Kind.DISK, f"vol-{scope}-{n}"),
                *(Link("peer", Kind.VM, f"i-{scope}-{(n * 7 + m) % count}") for m in range(3)),
            ),
        )


WHERE_IT_SAYS_SO = {
    resources: ("uid", "key", "scope", "id"),
    tags: ("resource",),
    links: ("resource", "id"),
    provenance: ("resource", "key"),
}
"""The columns that name the scope."""


def copied(store: SqlStore, scopes: int) -> None:
    """Scopes like the first one, made by the database; their indices at the end."""
    indices = [index for table in WHERE_IT_SAYS_SO for index in table.indexes]
    with store._database.migrating() as connection:
        for index in indices:
            index.drop(connection)
    for scope in range(1, scopes):
        with store._database.migrating() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            for table in WHERE_IT_SAYS_SO:
                connection.execute(_like_the_first(table, scope))
    with store._database.migrating() as connection:
        for index in indices:
            index.create(connection)
        if connection.dialect.name == "postgresql":  # a file's planner is never told anything
            connection.exec_driver_sql("ANALYZE")


def _like_the_first(table: Table, scope: int) -> Insert:
    def moved(column: Column[Any]) -> ColumnElement[Any]:
        if column.name not in WHERE_IT_SAYS_SO[table]:
            return column
        there = func.replace(column, f"1{0:011}/", f"1{scope:011}/")
        return func.replace(there, "-0-", f"-{scope}-")

    uid = table.c[WHERE_IT_SAYS_SO[table][0]]
    first = (uid >= f"aws:1{0:011}/") & (uid < f"aws:1{0:011}0")
    rows = select(*map(moved, table.c)).where(first).order_by(*table.primary_key)
    return insert(table).from_select([column.name for column in table.c], rows)


def loaded(
    store: SqlStore, count: int, watch: Watch, by_copies: bool
) -> Iterator[tuple[str, Spent]]:
    sizes = [min(SCOPE, count - begun) for begun in range(0, count, SCOPE)]
    parts = []
    for scope, size in enumerate(sizes[:1] if by_copies else sizes):
        read = list(machines(scope, size))
        parts.append(watch.of(partial(recorded, store, read)))
    clock, processors = sum(p.clock for p in parts), sum(p.processors for p in parts)
    yield f"load {sizes[0] if by_copies else count:,} resources", Spent(clock, processors)
    if by_copies:
        yield f"copied to {count:,}", watch.of(lambda: copied(store, len(sizes)))
    elif len(parts) > 1:
        yield f"of that the last {sizes[-1]:,}", parts[-1]
    yield "query by tag (median of 20)", watch.median(lambda n: by_tag(store, n))
    yield "find by tag, a page (median of 20)", watch.median(lambda n: found_by_tag(store, n))
    yield (
        "what breaks with a VM (median of 20)",
        watch.median(lambda n: broken(store, n, sizes[0])),
    )
    yield (
        "neighbours, both ways (median of 20)",
        watch.median(lambda n: neighbours(store, n, sizes[0])),
    )
    fresh = list(machines(0, sizes[0]))
    yield f"refresh {sizes[0]:,}, no drift", watch.of(lambda: recorded(store, fresh))
    drifted = list(machines(0, sizes[0], changed=sizes[0] // 100))
    yield f"compare {sizes[0]:,}, drift of 1 %", watch.of(lambda: compared(store, drifted))
    yield f"refresh {sizes[0]:,}, drift of 1 %", watch.of(lambda: recorded(store, drifted))


def recorded(store: SqlStore, read: Sequence[Resource]) -> None:
    store.record(read, run=None, modality="outside", whole=read[0].ref.scope)


def compared(store: SqlStore, read: Sequence[Resource]) -> None:
    known = {r.ref: r for r in store.resources(read[0].ref.scope)}
    assert sum(known[r.ref] != r for r in read) == len(read) // 100


def by_tag(store: SqlStore, n: int) -> int:
    query = (
        select(resources.c.key)
        .join(tags, tags.c.resource == resources.c.uid)
        .where(tags.c.name == "team", tags.c.value == f"team-{n}")
        .limit(1000)
    )
    return store._database.read(lambda c: len(c.execute(query).all()))


def found_by_tag(store: SqlStore, n: int) -> int:
    return len(store.find(Filter(tags=(("team", f"team-{n}"),)), limit=100).resources)


def broken(store: SqlStore, n: int, size: int) -> int:
    """What needs it, and what needs that, up to 200."""
    (vm,) = machines(0, size, first=n * 37 % size, last=n * 37 % size + 1)
    return len(store.dependents(vm, most=200).found)


def neighbours(store: SqlStore, n: int, size: int) -> int:
    """What one VM links to, and what links to it."""
    id = f"i-0-{n * 37 % size}"
    there = select(func.count()).select_from(
        links.join(resources, resources.c.uid == links.c.resource)
    )
    from_it = there.where(resources.c.uid == f"aws:1{0:011}/us-east-1:vm/{id}")
    to_it = there.where(links.c.kind == Kind.VM.value, links.c.id == id)
    return store._database.read(lambda c: (c.scalar(from_it) or 0) + (c.scalar(to_it) or 0))


def one_long_run(store: SqlStore, watch: Watch) -> Iterator[tuple[str, Spent]]:
    store.begin_run(Run("long", "x", "t", "s", "ann", "running", NOW, NOW))
    events = [Event("long", 0, NOW, "execute", "done", {"step": n}) for n in range(EVENTS)]

    def write() -> None:
        for first in range(0, EVENTS, 100):
            store.append("long", events[first : first + 100])

    yield f"write {EVENTS:,} events, 100 at a time", watch.of(write)
    yield f"read {EVENTS:,} events of a run", watch.of(lambda: store.journal("long"))
    assert len(store.journal("long")) == EVENTS


def rates(places: dict[str, Place], seconds: float, works: dict[str, Work]) -> None:
    for what, work in works.items():
        for count in CONTENDERS:
            found = {n: contend(p, work, count, seconds, n) for n, p in places.items()}
            told = "   ".join(f"{n} {rate:8.0f}/s ({how})" for n, (rate, how) in found.items())
            ratio = _ratio([rate for rate, _ in found.values()])
            print(f"{what:10} {count:3} processes   {told}{ratio}", flush=True)


Timed = Callable[[SqlStore, Watch], Iterator[tuple[str, Spent]]]


def times(places: dict[str, Place], server: Server, work: Timed) -> None:
    """Each line as soon as the last store has come so far."""
    found: dict[str, dict[str, Spent]] = {}
    for name, place in places.items():
        watch = Watch(server if name == "postgresql" else None)
        with closing(open_store(place, patience=600)) as store:
            for what, spent in work(store, watch):
                found.setdefault(what, {})[name] = spent
                if name == list(places)[-1]:
                    _tell(what, found[what])


def _tell(what: str, found: dict[str, Spent]) -> None:
    told = "   ".join(f"{name} {spent}" for name, spent in found.items())
    print(f"{what:40} {told}{_ratio([s.clock for s in found.values()])}", flush=True)


def _ratio(values: Sequence[float]) -> str:
    return f"   ratio {values[1] / values[0]:.2f}" if len(values) == 2 else ""


def stores(folder: str, server: Server, only: str) -> dict[str, Place]:
    every: dict[str, Place] = {
        "sqlite": Path(folder) / "state.db",
        "postgresql": server.url(server.database()),
    }
    return {name: place for name, place in every.items() if name in only.split(",")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--resources", default="10000")
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--copied", action="store_true")
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--only", default="claims,journal,resources")
    parser.add_argument("--stores", default="sqlite,postgresql")
    parser.add_argument("--directory", type=Path, default=Path.cwd())
    given = parser.parse_args()
    bin = programs()
    if bin is None:
        sys.exit("this needs a PostgreSQL: neither on PATH nor in /usr/lib/postgresql")
    only = given.only.split(",")
    with tempfile.TemporaryDirectory(dir=given.directory) as folder, running(bin) as server:
        durable(server)
        places = stores(folder, server, given.stores)
        if "claims" in only:
            rates(places, given.seconds, {"claims": claim, "one key": claim_one})
        if "journal" in only:
            rates(places, given.seconds, {"appends": append})
            times(places, server, one_long_run)
    if "resources" in only:
        sizes = [int(size) for size in given.resources.split(",")]
        for size in (*sizes, *([1_000_000] if given.million else [])):
            grown(bin, given.directory, size, given.stores, given.copied)


def grown(bin: Path, directory: Path, size: int, only: str, by_copies: bool) -> None:
    """One size, in stores of its own."""
    with tempfile.TemporaryDirectory(dir=directory) as folder, running(bin) as server:
        durable(server)
        places = stores(folder, server, only)
        times(places, server, lambda store, watch: loaded(store, size, watch, by_copies))


def durable(server: Server) -> None:
    server.stop()
    server.settings |= {"fsync": "on", "shared_buffers": "128MB"}
    server.start()


if __name__ == "__main__":
    main()
