"""A process that works on a store; test_processes.py starts several.

Says ``ready``, waits for a line, does its work, and prints a line for all it was promised.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from cloudops.state.contract import Event, FenceLost, Run, Store
from cloudops.state.sql import open_store
from cloudops.state.waiting import claim_within
from modalities.claim import Claim, Lease, Mode
from modalities.resource import Kind, Link, Provider, Resource, ResourceRef

NOW = datetime.now(UTC)


def tell(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def claim(store: Store, name: str, folder: Path) -> None:
    """Take and release the same two keys; a marker file shows if two ever hold them at once."""
    for _ in range(15):
        lease = claim_within(
            store,
            name,
            (Claim("a", Mode.EXCLUSIVE), Claim("b", Mode.EXCLUSIVE)),
            ttl=30,
            who=name,
            why="contention",
            timeout=60,
            on_wait=lambda held: None,
            sleep=lambda seconds: time.sleep(seconds / 50),
        )
        marker = folder / "marker"
        os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
        marker.unlink()
        tell(lease.fence)
        store.release(lease)


def append(store: Store, name: str, folder: Path) -> None:
    """Append to one run that all share, until killed."""
    for n in range(1_000_000):
        store.append("shared", [Event("shared", 0, NOW, "execute", f"{name}-{n}", {"n": n})])
        tell(n)


def record(store: Store, name: str, folder: Path) -> None:
    """Record the same resources, each time with a new generation, until killed."""
    for generation in range(1_000_000):
        store.record(
            [
                Resource(
                    ResourceRef(Provider.AWS, "1/us", Kind.VM, f"vm-{n}"),
                    f"i-{n}",
                    {"generation": generation},
                    {"generation": str(generation)},
                    (Link("in", Kind.SUBNET, f"s-{generation}"),),
                )
                for n in range(50)
            ],
            run=None,
            modality=f"sdk-{generation}",
            whole="1/us",
        )
        tell(generation)


def hold(store: Store, name: str, folder: Path) -> None:
    """Take a short lease, and hold it until killed."""
    lease = store.claim(name, (Claim("a", Mode.EXCLUSIVE),), ttl=0.4, who=name, why="to die")
    tell(getattr(lease, "fence", 0))
    time.sleep(60)


def sleep(store: Store, name: str, folder: Path) -> None:
    """Hold a short lease without renewing it, and try to go on when it is over."""
    lease = store.claim(name, (Claim("a", Mode.EXCLUSIVE),), ttl=1.0, who=name, why="to sleep")
    assert isinstance(lease, Lease)
    tell(lease.fence)
    time.sleep(1.2)
    for go_on in (store.check_fence, lambda held: store.renew(held, ttl=60)):
        try:
            go_on(lease)
        except FenceLost:
            continue
        tell("went on")
    store.release(lease)
    tell("lost")


def begin(store: Store, name: str, folder: Path) -> None:
    store.begin_run(Run(name, "x", "t", "s", "ann", "running", NOW, NOW))


def main(work: str, name: str, where: str, folder: str) -> None:
    """``where``: a PostgreSQL's address or a file. ``folder`` is one that all of them share."""
    tell("ready")
    sys.stdin.readline()
    store = open_store(where, patience=120)
    works = (claim, append, record, hold, sleep, begin)
    {each.__name__: each for each in works}[work](store, name, Path(folder))
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
