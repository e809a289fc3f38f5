"""A process that works for a team on one PostgreSQL; test_team.py starts several.

It takes two keys, checks its fence, changes a number in a "cloud" that knows fences (a table,
reached past the store), writes that down in a journal, and gives the keys back; until it is told
to end. It prints a line for each change that the cloud took.
"""

from __future__ import annotations

import random
import select
import sys
import time
from contextlib import closing, suppress
from datetime import UTC, datetime

import psycopg

from cloudops.errors import Blocked
from cloudops.state.contract import Event, FenceLost, Store
from cloudops.state.sql import open_store
from cloudops.state.waiting import claim_within
from modalities.claim import Claim, Lease, Mode

TTL = 1.5
KEYS = ("a", "b", "c", "d")


def tell(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def change(store: Store, lease: Lease, cloud: psycopg.Connection[tuple[int]]) -> int | None:
    """One more in the cloud. Reading announces the fence, so an older one is refused after it."""
    key = lease.claims[0].key
    if store.check_fence(lease) < 0.2:
        return None
    row = cloud.execute(
        "UPDATE cloud SET fence = %s WHERE key = %s AND fence <= %s RETURNING value",
        (lease.fence, key, lease.fence),
    ).fetchone()
    if row is None:
        return None
    time.sleep(random.uniform(0, 0.02))  # noqa: S311
    store.check_fence(lease)
    done = cloud.execute(
        "UPDATE cloud SET value = %s WHERE key = %s AND fence = %s RETURNING value",
        (row[0] + 1, key, lease.fence),
    ).fetchone()
    return done[0] if done else None


def work(store: Store, name: str, n: int, cloud: psycopg.Connection[tuple[int]]) -> None:
    keys = random.sample(KEYS, 2)
    modes = (Mode.EXCLUSIVE, random.choice(list(Mode)))  # noqa: S311
    lease = claim_within(
        store,
        name,
        tuple(Claim(key, mode) for key, mode in zip(keys, modes, strict=True)),
        ttl=TTL,
        who=name,
        why="its work",
        timeout=60,
        on_wait=lambda held: None,
        sleep=lambda seconds: time.sleep(seconds / 5),
    )
    exclusive = tuple(c for c in lease.claims if c.mode is Mode.EXCLUSIVE)[:1]
    try:
        value = change(store, Lease(lease.holder, exclusive, lease.fence, lease.expires_at), cloud)
        if value is not None:
            tell("changed", exclusive[0].key, lease.fence)
            event = Event("shared", 0, datetime.now(UTC), "execute", f"{name}-{n}", {})
            store.append("shared", [event])
            tell("wrote", f"{name}-{n}")
        if random.random() < 0.3:  # noqa: S311
            lease = store.renew(lease, ttl=TTL)
    except FenceLost:
        tell("lost", lease.fence)
    store.release(lease)


def main(url: str, name: str) -> None:
    with (
        closing(open_store(url)) as store,
        closing(psycopg.connect(url, autocommit=True)) as cloud,
    ):
        tell("ready")
        sys.stdin.readline()
        n = 0
        while not select.select([sys.stdin], [], [], 0)[0]:
            with suppress(Blocked):
                work(store, name, n, cloud)
            n += 1
    tell("ended")


if __name__ == "__main__":
    main(*sys.argv[1:])
