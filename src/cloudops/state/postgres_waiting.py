"""A connection on which no wait is without end.

libpq's own limits (keepalives, ``tcp_user_timeout``) notice a machine or a network that is gone.
They do not notice a server that is stopped, or hangs: its kernel goes on confirming all that it
is sent. So it is our side that ends a wait in which nothing comes.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.waiting import Ready, Wait

T = TypeVar("T")
LOOK = 0.1
"""Seconds between two looks at the clock while nothing comes."""
PROBE = 5
"""Seconds in which a server that lives lets in who asks whether it does."""


class Silent(psycopg.OperationalError):
    """The server took a message and answered nothing."""


class Patient(psycopg.Connection[Any]):
    """``doubt``: seconds of silence after which the server is asked, on another connection,
    whether it lives. ``longest``: seconds of silence that are waited for in any case at most.

    Raises Silent, with the connection closed.
    """

    doubt = 35.0
    longest = 35.0

    def wait(self, gen: PQGen[T], interval: float = LOOK, timeout: float | None = None) -> T:
        try:
            return super().wait(self._listening(gen), interval, timeout)
        except Silent:
            self.close()
            raise

    def _listening(self, gen: PQGen[T]) -> PQGen[T]:
        """``gen``, which does the talking, until there was silence for too long."""
        try:
            wanted: Wait = next(gen)
            heard = asked = time.monotonic()
            while True:
                ready = yield wanted
                now = time.monotonic()
                if ready != Ready.NONE:
                    heard = asked = now
                elif now - heard >= self.longest or (
                    now - asked >= self.doubt and not self._lives()
                ):
                    raise Silent(f"nothing came from the server for {now - heard:.0f} s")
                elif now - asked >= self.doubt:
                    asked = now
                wanted = gen.send(ready)
        except StopIteration as end:
            result: T = end.value
            return result

    def _lives(self) -> bool:
        with suppress(psycopg.Error):
            info = self.info
            psycopg.connect(info.dsn, password=info.password, connect_timeout=PROBE).close()
            return True
        return False
