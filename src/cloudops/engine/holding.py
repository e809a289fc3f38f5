"""Holding a lease while a run writes: heartbeat, and the fence before every call."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from cloudops.state.contract import FenceLost, Store, StoreError
from modalities import awake
from modalities.claim import Lease, Mode

TTL = 60.0
"""Seconds a lease lives without a heartbeat: how long others wait for a dead holder."""


class Held:
    """A lease that is renewed in the background until the block ends.

    The store is asked before every call, so a lease that was broken or ran out is noticed. It
    ends ``ttl`` seconds after the last heartbeat, or when the calls under way may write no
    more: who dies keeps others waiting no longer than that.
    """

    def __init__(self, store: Store, lease: Lease, *, ttl: float) -> None:
        self._store = store
        self._lease = lease
        self._ttl = ttl
        self._pulse = ttl / 3
        self._keys = frozenset(c.key for c in lease.claims if c.mode is Mode.EXCLUSIVE)
        self._stop = threading.Event()
        self._lost: FenceLost | None = None
        self._renewing = threading.Lock()
        self._calls: list[tuple[float, float]] = []
        """Of each call under way, for how long at a time it is covered, and when it is over at
        the latest."""
        self._lasts = -math.inf
        self._thread = threading.Thread(target=self._beat, name="lease", daemon=True)

    @property
    def lease(self) -> Lease:
        return self._lease

    @property
    def fence(self) -> int:
        return self._lease.fence

    def require(self) -> None:
        if self._lost is not None:
            raise self._lost

    def left(self) -> float:
        """Seconds until the lease ends, as the store says. Raises FenceLost."""
        self.require()
        return self._store.check_fence(self._lease)

    def lasts(self) -> float:
        """The moment of :func:`modalities.awake.now` until which the lease certainly lasts, by
        its last heartbeat; asks nobody."""
        return self._lasts if self._lost is None else -math.inf

    @contextmanager
    def during(self, seconds: float, whole: float = 0.0) -> Iterator[float]:
        """Around a call: seconds for which the lease certainly lasts, so many or fewer; each
        heartbeat makes it so many again until the ``whole`` call is over. Raises FenceLost."""
        call = (seconds, time.monotonic() + max(seconds, whole))
        with self._renewing:  # a heartbeat that does not know of it could shorten the lease
            self._calls.append(call)
        try:
            left = self.left()
            if left < seconds:
                self._renew()
                left = self.left()
            yield min(left, seconds)
        finally:
            with self._renewing:
                self._calls.remove(call)

    def covers(self, key: str) -> bool:
        return key in self._keys

    def keep(self, ttl: float) -> None:
        """Leave the claims in place for ``ttl`` seconds after the block: something they
        guard is not settled."""
        self._stop.set()
        self._ttl = ttl  # also for a heartbeat that is under way, and would shorten it
        self._renew()
        self._kept = True

    _kept = False

    def _beat(self) -> None:
        while not self._stop.wait(self._pulse):
            try:
                self._renew()
            except FenceLost as lost:
                self._lost = lost
                return
            except StoreError:
                continue  # the next beat may succeed; if none does, the fence refuses

    def _renew(self) -> None:
        with self._renewing:
            now, asked = time.monotonic(), awake.now()
            ttl = max([self._ttl, *(min(each, end - now) for each, end in self._calls)])
            self._lease = self._store.renew(self._lease, ttl=ttl)
            self._lasts = asked + ttl

    def __enter__(self) -> Held:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()
        if not self._kept:
            self._store.release(self._lease)


class Alone:
    """The hold of a rehearsal: the copy is ours alone."""

    fence = 0

    @contextmanager
    def during(self, seconds: float, whole: float = 0.0) -> Iterator[float]:  # noqa: ARG002
        yield seconds

    def lasts(self) -> float:
        return math.inf

    def covers(self, key: str) -> bool:
        return bool(key)

    def require(self) -> None:
        """Nobody takes it."""
