"""The product, ready to be started often: a process that has done its imports and forks.

``python product.py`` reads orders from its input, a line of JSON each, and answers with what
becomes of the process: it began, it stopped itself at the boundary it was to stop at, it ended.
What runs in the fork is ``cloudops.__main__.main`` as it is. The boundaries of the store are seen
by SQLite's own trace of a connection, or where psycopg is called; nothing in the product knows of
it.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import random
import signal
import sqlite3
import sys
import threading
from collections import Counter
from contextlib import suppress
from functools import partial
from typing import Any, NoReturn

ROOMS = ("cloudops", "modalities", "policies", "sandbox")
LATE = (
    "sandbox.aws.",
    "sandbox.azure.",
    "sandbox.console.",
    "cloudops.__main__",
    "cloudops.state.migrations.",
)
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


class Boundaries:
    """Notes every transaction that writes, by its first write, and stops the process at one."""

    def __init__(self, notes: str, stop: tuple[str, str] | None) -> None:
        self._notes = os.open(notes, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._stop = stop
        self._seen: Counter[str] = Counter()
        self._open = threading.local()

    def traced(self, statement: str) -> None:
        """The database is about to do this."""
        words = statement.split(None, 3)
        first = words[0].upper() if words else ""
        if first in ("BEGIN", "ROLLBACK"):
            self._open.label = ""
        elif first == "COMMIT":
            self._reached("commit")
        elif first in WRITES and not getattr(self._open, "label", ""):
            self._open.label = self._numbered(first, words)
            self._reached("before")

    def committed(self) -> None:
        """COMMIT has returned."""
        self._reached("after")
        self._open.label = ""

    def _numbered(self, first: str, words: list[str]) -> str:
        table = words[1] if first == "UPDATE" else words[2]
        label = f"{first} {table.partition('(')[0].strip(chr(34))}"
        self._seen[label] += 1
        os.write(self._notes, f"{label}#{self._seen[label]}\n".encode())
        return f"{label}#{self._seen[label]}"

    def _reached(self, when: str) -> None:
        if self._stop == (getattr(self._open, "label", ""), when):
            self._stop = None
            # All threads, at once; whoever waits for us sees it and decides.
            os.kill(os.getpid(), signal.SIGSTOP)


def watch_server(boundaries: Boundaries) -> None:
    """The same of every connection to PostgreSQL."""
    import psycopg

    def told(method: Any) -> Any:
        def traced(cursor: Any, query: Any, *arguments: Any, **more: Any) -> Any:
            boundaries.traced(query if isinstance(query, str) else "")
            return method(cursor, query, *arguments, **more)

        return traced

    commit = psycopg.Connection.commit

    def committed(connection: Any) -> None:
        boundaries.traced("COMMIT")
        commit(connection)
        boundaries.committed()

    for name in ("execute", "executemany"):
        setattr(psycopg.Cursor, name, told(getattr(psycopg.Cursor, name)))
    psycopg.Connection.commit = committed  # type: ignore[assignment]


def watch(boundaries: Boundaries) -> None:
    """Every connection to SQLite from now on tells what it does."""

    class Told(sqlite3.Connection):
        def __init__(self, *arguments: Any, **more: Any) -> None:
            super().__init__(*arguments, **more)
            self.set_trace_callback(boundaries.traced)

        def commit(self) -> None:
            super().commit()
            boundaries.committed()

    sqlite3.connect = partial(sqlite3.connect, factory=Told)  # type: ignore[assignment]


def child(order: dict[str, Any]) -> NoReturn:
    """Be the command. Never returns."""
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["directory"])
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for descriptor, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(order[name], flags, 0o600), descriptor)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.argv = ["cloudops", *order["argv"]]
    random.seed()
    if order.get("notes"):
        at = order.get("stop")
        boundaries = Boundaries(order["notes"], (at[0], at[1]) if at else None)
        watch(boundaries)
        if "CLOUDOPS_STATE" in os.environ:
            watch_server(boundaries)
    status = 70
    try:
        from cloudops.__main__ import main

        status = main(order["argv"])
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def warm() -> None:
    """What each command would do first: imports, and the vendor's models."""
    for room in ROOMS:
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            if not f"{module.name}.".startswith(LATE):
                with suppress(Exception):  # a command that needs it will say so
                    importlib.import_module(module.name)
    from modalities.aws.loader import service_model

    for service in ("ec2", "elbv2", "sts", "s3"):
        service_model(service)
    gc.collect()
    gc.freeze()


def say(**word: object) -> None:
    sys.stdout.write(json.dumps(word) + "\n")
    sys.stdout.flush()


def main() -> None:
    warm()
    say(ready=True)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            child(json.loads(line))
        say(pid=pid)
        while True:
            _, status = os.waitpid(pid, os.WUNTRACED)
            if not os.WIFSTOPPED(status):
                break
            say(stopped=pid)
        say(ended=pid, status=os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
