"""Holding a lease while a run writes: heartbeat, and the fence before every call."""

from __future__ import annotations

import threading
from types import TracebackType

from cloudops.state.contract import FenceLost, Store, StoreError
from modalities.claim import Lease, Mode

TTL = 60.0
"""Seconds a lease lives without a heartbeat: how long others wait for a dead holder."""


class Held:
    """A lease that is renewed in the background until the block ends.

    ``left`` asks the store, so a lease that was broken or ran out is noticed before a call.
    """

    def __init__(self, store: Store, lease: Lease, *, ttl: float = TTL) -> None:
        self._store = store
        self._lease = lease
        self._ttl = ttl
        self._pulse = ttl / 3
        self._keys = frozenset(c.key for c in lease.claims if c.mode is Mode.EXCLUSIVE)
        self._stop = threading.Event()
        self._lost: FenceLost | None = None
        self._renewing = threading.Lock()
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

    def left(self, wanted: float = 0.0) -> float:
        self.require()
        left = self._store.check_fence(self._lease)
        if left >= wanted:
            return left
        with self._renewing:
            self._ttl = max(self._ttl, wanted)  # the heartbeat must not shorten it again
            self._lease = self._store.renew(self._lease, ttl=self._ttl)
        return self._store.check_fence(self._lease)

    def covers(self, key: str) -> bool:
        return key in self._keys

    def keep(self, ttl: float) -> None:
        """Leave the claims in place for ``ttl`` seconds after the block: something they
        guard is not settled."""
        self._stop.set()
        self._lease = self._store.renew(self._lease, ttl=ttl)
        self._kept = True

    _kept = False

    def _beat(self) -> None:
        while not self._stop.wait(self._pulse):
            try:
                with self._renewing:
                    self._lease = self._store.renew(self._lease, ttl=self._ttl)
            except FenceLost as lost:
                self._lost = lost
                return
            except StoreError:
                continue  # the next beat may succeed; if none does, the fence refuses

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

    def left(self, wanted: float = 0.0) -> float:
        return max(3600.0, wanted)

    def covers(self, key: str) -> bool:
        return bool(key)

    def require(self) -> None:
        """Nobody takes it."""
