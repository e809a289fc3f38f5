"""Who holds a lease: a process on a machine, so that others can tell whether it still lives."""

from __future__ import annotations

import getpass
import os
import socket
from contextlib import suppress
from pathlib import Path

import psutil

from cloudops.state.contract import Store


def actor() -> str:
    """Who is asking, for the journal: ``user@host``."""
    return f"{getpass.getuser()}@{socket.gethostname()}"


def holder_of(run: str) -> str:
    """This process as the holder of ``run``'s claims: no other process has this name."""
    me = psutil.Process()
    return f"{run}@{machine()}:{os.getpid()}:{me.create_time():.2f}"


def machine() -> str:
    """Where process numbers mean what they mean here: two containers may have one name, and
    one machine several boots. No colon in it."""
    told = [socket.gethostname()]
    with suppress(OSError):
        told.append(Path("/proc/sys/kernel/random/boot_id").read_text().strip()[:8])
    with suppress(OSError):
        told.append(str(Path("/proc/self/ns/pid").stat().st_ino))
    return "+".join(told)


def run_of(holder: str) -> str:
    return holder.partition("@")[0]


def is_gone(holder: str) -> bool:
    """Whether the holder ran on this machine and its process has certainly ended.

    A holder on another machine is never called gone: only its lease's end tells.
    """
    host, _, process = holder.partition("@")[2].partition(":")
    pid, _, created = process.partition(":")
    if host != machine() or not pid.isdigit():
        return False
    try:
        return f"{psutil.Process(int(pid)).create_time():.2f}" != created
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False


def bury_the_dead(store: Store) -> None:
    """End the leases of processes of this machine that are certainly gone, with a record."""
    for holder in sorted({held.holder for held in store.claims()}):
        if is_gone(holder):
            store.break_claims(holder, who=actor(), reason="its process has ended")
