"""Who is signed in, and until when."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

LONG = 12 * 3600.0
KEPT = 200


@dataclass(slots=True)
class Session:
    """One browser's session. ``user`` is None until it signed in; ``csrf`` goes with every
    change it asks for; ``pages`` counts those it saw; ``seen`` holds the lists it was shown,
    and when."""

    id: str
    csrf: str
    expires_at: float
    user: str | None = None
    pages: int = 0
    surveyed: bool = False
    seen: dict[Hashable, tuple[float, Any]] = field(default_factory=dict)


class Sessions:
    """``lifetime`` and ``clock`` are in seconds."""

    def __init__(self, lifetime: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._lifetime = lifetime
        self.clock = clock
        self._lock = threading.Lock()
        self._sessions: dict[str, Session] = {}

    def begin(self, user: str | None = None) -> Session:
        """A new one: its id is never one that a visitor brought along."""
        lifetime = self._lifetime if user else LONG
        fresh = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        session = Session(*fresh, self.clock() + lifetime, user)
        with self._lock:
            self._forget_old()
            self._sessions[session.id] = session
        return session

    def get(self, id: str | None) -> Session | None:
        """The session, where it still lives."""
        with self._lock:
            session = self._sessions.get(id or "")
            if session and self.clock() >= session.expires_at:
                del self._sessions[session.id]
                return None
        return session

    def end(self, session: Session) -> None:
        with self._lock:
            self._sessions.pop(session.id, None)

    def _forget_old(self) -> None:
        now = self.clock()
        alive = [s for s in self._sessions.values() if s.expires_at > now][-(KEPT - 1) :]
        self._sessions = {session.id: session for session in alive}
