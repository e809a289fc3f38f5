"""Ids that moto would draw at random, given instead: a copy keeps the ids of what it copies."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from moto.ec2 import utils

_given: ContextVar[dict[str, deque[str]]] = ContextVar("given")
_random = utils.random_id


@contextmanager
def given(*ids: str | None) -> Iterator[None]:
    """Inside, the next id with the prefix of one of ``ids`` (``vol`` of ``vol-1a2b``) is that
    one; those after it, and all other prefixes, are random as ever."""
    queues: dict[str, deque[str]] = defaultdict(deque)
    for id in ids:
        if id:
            queues[id.rpartition("-")[0]].append(id)
    token = _given.set(queues)
    try:
        yield
    finally:
        _given.reset(token)


def _next_id(prefix: str = "", size: int = 17) -> str:
    queue = _given.get({}).get(prefix)
    return queue.popleft() if queue else _random(prefix, size)


def install() -> None:
    """Every ``random_*_id`` of moto.ec2 calls this one by its global name."""
    utils.random_id = _next_id
