"""A process that works on a store; test_processes.py starts several.

Says ``ready``, waits for a line, does its work, and prints a line for all it was promised.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from cloudops.state.contract import Event, Run, Store
from cloudops.state.sql import open_store
from cloudops.state.waiting import claim_within
from modalities.claim import Claim, Mode
from modalities.resource import Kind, Link, Provider, Resource, ResourceRef

NOW = datetime.now(UTC)


def tell(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def claim(store: Store, name: str, path: Path) -> None:
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
        marker = os.open(path.with_name("marker"), os.O_CREAT | os.O_EXCL)
        os.close(marker)
        path.with_name("marker").unlink()
        tell(lease.fence)
        store.release(lease)


def append(store: Store, name: str, path: Path) -> None:
    """Append to one run that all share, until killed."""
    for n in range(1_000_000):
        store.append("shared", [Event("shared", 0, NOW, "execute", f"{name}-{n}", {"n": n})])
        tell(n)


def record(store: Store, name: str, path: Path) -> None:
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


def hold(store: Store, name: str, path: Path) -> None:
    """Take a short lease, and hold it until killed."""
    lease = store.claim(name, (Claim("a", Mode.EXCLUSIVE),), ttl=0.4, who=name, why="to die")
    tell(getattr(lease, "fence", 0))
    time.sleep(60)


def begin(store: Store, name: str, path: Path) -> None:
    store.begin_run(Run(name, "x", "t", "s", "ann", "running", NOW, NOW))


def main(work: str, name: str, where: str) -> None:
    path = Path(where)
    tell("ready")
    sys.stdin.readline()
    store = open_store(path)
    {"claim": claim, "append": append, "record": record, "hold": hold, "begin": begin}[work](
        store, name, path
    )
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
