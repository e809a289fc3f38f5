"""The store on SQLite and on PostgreSQL, side by side.

    python benchmarks/state.py [--resources 10000,100000] [--million] [--seconds 3]
                               [--only claims,journal,resources]

Both on the disk that --directory is on, both durable at every commit. The PostgreSQL is one that
this script starts (its binaries must be there) with its default settings. Contenders are
processes, each with keys, or a run, of its own, so that what they contend for is the store itself;
"one key" is the opposite. Resources have 5 links, 2 tags and 4 attributes each and lie in scopes
of 50,000; --million adds a million of them, with five million links, which takes long and some GB
of disk. What breaks is asked for a VM: who names it as a peer, who names those, and so on. Rates
depend on disk and load; ratios and how they grow are what to look at.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from multiprocessing.synchronize import Barrier
from pathlib import Path

from sqlalchemy import func, select

from cloudops.state.contract import Event, Filter, Run
from cloudops.state.schema import links, resources, tags
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
Timed = Callable[[SqlStore], Iterator[tuple[str, float]]]


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


def contender(
    place: Place,
    name: str,
    work: Work,
    seconds: float,
    start: Barrier,
    results: multiprocessing.Queue[tuple[int, float, float]],
) -> None:
    """How often it did its work, in how many seconds, and how long the longest time took."""
    with closing(open_store(place, patience=120)) as store:
        start.wait()
        done, longest = 0, 0.0
        begun = last = time.perf_counter()
        while last - begun < seconds:
            work(store, name, done)
            now = time.perf_counter()
            done, longest, last = done + 1, max(longest, now - last), now
        results.put((done, last - begun, longest))


def contend(place: Place, work: Work, count: int, seconds: float, tag: str) -> tuple[float, str]:
    """Done per second by all of them, and how evenly."""
    start = FORK.Barrier(count)
    results: multiprocessing.Queue[tuple[int, float, float]] = FORK.Queue()
    names = [f"{tag}-{work.__name__}-{count}-{n}" for n in range(count)]
    processes = [
        FORK.Process(target=contender, args=(place, name, work, seconds, start, results))
        for name in names
    ]
    for process in processes:
        process.start()
    got = [results.get(timeout=seconds + 300) for _ in processes]
    for process in processes:
        process.join()
    each = sorted(done for done, _, _ in got)
    rate = sum(done / spent for done, spent, _ in got)
    longest = max(waited for _, _, waited in got)
    return rate, f"{each[0]}..{each[-1]} each, longest {longest:.2f} s"


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


def loaded(store: SqlStore, count: int) -> Iterator[tuple[str, float]]:
    sizes = [min(SCOPE, count - begun) for begun in range(0, count, SCOPE)]
    spent = 0.0
    for scope, size in enumerate(sizes):
        read = list(machines(scope, size))
        begun = time.perf_counter()
        store.record(read, run=None, modality="outside", whole=read[0].ref.scope)
        spent += time.perf_counter() - begun
    yield f"load {count:,} resources", spent
    yield "query by tag (median of 20)", median(lambda n: by_tag(store, n))
    yield "find by tag, a page (median of 20)", median(lambda n: found_by_tag(store, n))
    yield "what breaks with a VM (median of 20)", median(lambda n: broken(store, n, sizes[0]))
    yield "neighbours, both ways (median of 20)", median(lambda n: neighbours(store, n, sizes[0]))
    fresh = list(machines(0, sizes[0]))
    begun = time.perf_counter()
    store.record(fresh, run=None, modality="outside", whole=fresh[0].ref.scope)
    yield f"refresh {sizes[0]:,}, no drift", time.perf_counter() - begun
    drifted = list(machines(0, sizes[0], changed=sizes[0] // 100))
    begun = time.perf_counter()
    known = {r.ref: r for r in store.resources(drifted[0].ref.scope)}
    found = sum(known[r.ref] != r for r in drifted)
    yield f"compare {sizes[0]:,}, drift of 1 %", time.perf_counter() - begun
    assert found == sizes[0] // 100
    begun = time.perf_counter()
    store.record(drifted, run=None, modality="outside", whole=drifted[0].ref.scope)
    yield f"refresh {sizes[0]:,}, drift of 1 %", time.perf_counter() - begun


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


def median(work: Callable[[int], object]) -> float:
    spent = []
    for n in range(20):
        begun = time.perf_counter()
        work(n)
        spent.append(time.perf_counter() - begun)
    return statistics.median(spent)


def one_long_run(store: SqlStore) -> Iterator[tuple[str, float]]:
    store.begin_run(Run("long", "x", "t", "s", "ann", "running", NOW, NOW))
    events = [Event("long", 0, NOW, "execute", "done", {"step": n}) for n in range(EVENTS)]
    begun = time.perf_counter()
    for first in range(0, EVENTS, 100):
        store.append("long", events[first : first + 100])
    yield f"write {EVENTS:,} events, 100 at a time", time.perf_counter() - begun
    begun = time.perf_counter()
    assert len(store.journal("long")) == EVENTS
    yield f"read {EVENTS:,} events of a run", time.perf_counter() - begun


def rates(places: dict[str, Place], seconds: float, works: dict[str, Work]) -> None:
    for what, work in works.items():
        for count in CONTENDERS:
            found = {n: contend(p, work, count, seconds, n) for n, p in places.items()}
            told = "   ".join(f"{n} {rate:8.0f}/s ({how})" for n, (rate, how) in found.items())
            rate = [rate for rate, _ in found.values()]
            print(
                f"{what:10} {count:3} processes   {told}   ratio {rate[1] / rate[0]:.2f}",
                flush=True,
            )


def times(
    places: dict[str, Place], work: Callable[[SqlStore], Iterator[tuple[str, float]]]
) -> None:
    found: dict[str, list[float]] = {}
    for place in places.values():
        with closing(open_store(place, patience=600)) as store:
            for what, spent in work(store):
                found.setdefault(what, []).append(spent)
    for what, (sqlite, postgresql) in found.items():
        print(
            f"{what:40} sqlite {sqlite:9.4f} s   postgresql {postgresql:9.4f} s   "
            f"ratio {postgresql / sqlite:.2f}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--resources", default="10000")
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--only", default="claims,journal,resources")
    parser.add_argument("--directory", type=Path, default=Path.cwd())
    given = parser.parse_args()
    bin = programs()
    if bin is None:
        sys.exit("this needs a PostgreSQL: neither on PATH nor in /usr/lib/postgresql")
    only = given.only.split(",")
    with tempfile.TemporaryDirectory(dir=given.directory) as folder, running(bin) as server:
        durable(server)
        places: dict[str, Place] = {
            "sqlite": Path(folder) / "state.db",
            "postgresql": server.url(server.database()),
        }
        if "claims" in only:
            rates(places, given.seconds, {"claims": claim, "one key": claim_one})
        if "journal" in only:
            rates(places, given.seconds, {"appends": append})
            times(places, one_long_run)
    if "resources" in only:
        sizes = [int(size) for size in given.resources.split(",")]
        for size in (*sizes, *([1_000_000] if given.million else [])):
            grown(bin, given.directory, size)


def grown(bin: Path, directory: Path, size: int) -> None:
    """One size, in stores of its own."""
    with tempfile.TemporaryDirectory(dir=directory) as folder, running(bin) as server:
        durable(server)
        places: dict[str, Place] = {
            "sqlite": Path(folder) / "state.db",
            "postgresql": server.url(server.database()),
        }
        times(places, lambda store: loaded(store, size))


def durable(server: Server) -> None:
    server.stop()
    server.settings |= {"fsync": "on", "shared_buffers": "128MB"}
    server.start()


if __name__ == "__main__":
    main()
