"""The line to the cloud, which knows who of the team sent what, and where fate strikes."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

import psutil

from kill.line import Answer, Line, Sent

READS = ("Describe", "Get", "List", "GET ", "HEAD ", "POST deployments/whatIf")
LATE = 1.0
"""Seconds after the death of its sender that a late request arrives."""


class Sender(Protocol):
    """Somebody who was started, and what is to happen to them at a write."""

    @property
    def pid(self) -> int: ...

    def at_write(self) -> str:
        """What is to happen now: nothing, ``late``, ``lost``, ``after`` or ``stopped``."""
        ...

    def kill(self) -> None: ...

    def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Write:
    """A write that the cloud took: when it arrived (seconds, time of day), and the process number
    of the member that sent it; 0: of nobody who is known."""

    at: float
    member: int
    label: str


@dataclass(slots=True)
class Watched(Line):
    """``team`` says who is there now."""

    team: Callable[[], Sequence[Sender]] = tuple
    taken: list[Write] = field(default_factory=list)
    _of: threading.local = field(default_factory=threading.local)

    def __post_init__(self) -> None:
        self.kill = self._strike

    def passing(self, sent: Sent) -> str:
        """Nothing happens to a request but what its sender's fate says."""
        self._of.sender = None
        if _reads(sent):
            return ""
        self._of.sender = sender = self._sender(sent.port)
        word = sender.at_write() if sender else ""
        if sender and word == "late":
            threading.Timer(LATE, self._arrive, (sent, sender)).start()
        if sender and word == "stopped":
            sender.stop()
            return ""
        return word

    def forward(self, sent: Sent, upstream: int | None = None) -> Answer:
        at, sender = time.time(), getattr(self._of, "sender", None)
        answer = Line.forward(self, sent, upstream)
        if answer[0] < 300 and not _reads(sent):
            self.taken.append(Write(at, sender.pid if sender else 0, sent.label))
        return answer

    def _strike(self, _alone: bool) -> None:
        self._of.sender.kill()

    def _arrive(self, sent: Sent, sender: Sender) -> None:
        self._of.sender = sender
        with suppress(OSError, http.client.HTTPException):
            self.forward(sent)

    def _sender(self, port: int) -> Sender | None:
        """The member whose process, or a descendant of whose, has this end of a connection."""
        pids = {member.pid: member for member in self.team()}
        for connection in psutil.net_connections("tcp4"):
            if connection.pid and connection.laddr and connection.laddr.port == port:
                with suppress(psutil.NoSuchProcess):
                    process = psutil.Process(connection.pid)
                    for each in (process, *process.parents()):
                        if each.pid in pids:
                            return pids[each.pid]
        return None


def _reads(sent: Sent) -> bool:
    service, _, operation = sent.label.partition(":")
    return service == "signing-in" or operation.startswith(READS)
