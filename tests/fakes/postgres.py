"""A real PostgreSQL, for tests: in a directory of its own, on a socket there and a port of
loopback, run by somebody who is not root, gone afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

NOBODY = 65534
OWNER = "owner"
NUMBERS = count(1)


def programs() -> Path | None:
    """Where initdb and postgres are, the newest of several."""
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), reverse=True
    )
    return next((p for p in places if (p / "initdb").exists() and (p / "postgres").exists()), None)


class Server:
    """``hba`` are lines that stand before the one that lets everybody in."""

    def __init__(self, bin: Path, home: Path) -> None:
        self.bin = bin
        self.home = home
        self.data = home / "data"
        self.port = _free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.settings: dict[str, str] = {}

    def _run(self, *argv: str) -> None:
        done = subprocess.run(argv, capture_output=True, text=True, **self._user())  # type: ignore[call-overload]
        assert done.returncode == 0, done.stdout + done.stderr

    @staticmethod
    def _user() -> dict[str, object]:
        """postgres refuses to be run by root."""
        if os.getuid() != 0:
            return {}
        return {"user": NOBODY, "group": NOBODY, "extra_groups": []}

    def make(self) -> None:
        if os.getuid() == 0:
            os.chown(self.home, NOBODY, NOBODY)
        icu = ["--locale-provider=icu", "--icu-locale=en"] if self.version >= 15 else []
        self._run(
            str(self.bin / "initdb"),
            f"--pgdata={self.data}",
            f"--username={OWNER}",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
            *icu,
        )

    @property
    def version(self) -> int:
        said = subprocess.run([self.bin / "postgres", "--version"], capture_output=True, text=True)
        return int(said.stdout.split()[2].partition(".")[0])

    def start(self) -> None:
        settings = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self.home),
            "fsync": "off",  # what is tested is processes that die, not machines
            "max_connections": "200",
            "shared_buffers": "64MB",
            "log_line_prefix": "%m [%p] %q%a ",
            **self.settings,
        }
        argv = [str(self.bin / "postgres"), "-D", str(self.data)]
        argv += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(argv, stdout=log, stderr=log, **self._user())  # type: ignore[call-overload]
        give_up = time.monotonic() + 60
        while not self._answers():
            assert self.process is not None
            assert self.process.poll() is None, (self.home / "log").read_text()[-2000:]
            assert time.monotonic() < give_up, "the server does not start"
            time.sleep(0.05)

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError):
            psycopg.connect(self.url("postgres"), connect_timeout=5).close()
            return True
        return False

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT: at once, in good order. SIGQUIT: as if it crashed."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(60)
            self.process = None

    @contextmanager
    def hanging(self, *processes: int) -> Iterator[None]:
        """Stopped as by SIGSTOP: its kernel takes what is sent, and nobody answers. Only these
        processes, or the whole server."""
        assert self.process is not None
        stopped = [psutil.Process(pid) for pid in processes or (self.process.pid,)]
        try:
            for process in stopped:
                process.suspend()
            if not processes:
                # Only now: a server that is stopped neither begins nor reaps a child.
                children = stopped[0].children(recursive=True)
                stopped += children
                for child in children:
                    child.suspend()
            yield
        finally:
            for process in stopped:
                with suppress(psutil.NoSuchProcess):
                    process.resume()

    def url(self, database: str, *, user: str = OWNER, tcp: bool = False, **options: str) -> str:
        host = "127.0.0.1" if tcp else quote(str(self.home), safe="")
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in options.items())
        return f"postgresql://{user}@{host}:{self.port}/{database}" + (f"?{query}" if query else "")

    def sql(self, *statements: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """The rows of the last one."""
        with closing(psycopg.connect(self.url(database), autocommit=True)) as client:
            for statement in statements:
                cursor = client.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def empty(self) -> str:
        """The address of a place of its own for one test: a schema, which is made in a
        hundredth of the time of a database."""
        name = f"test_{next(NUMBERS)}"
        self.sql(f"CREATE SCHEMA {name}")
        return self.url("postgres", options=f"-csearch_path={name}")

    def database(self) -> str:
        """The name of a new, empty database."""
        name = f"db_{next(NUMBERS)}"
        self.sql(f"CREATE DATABASE {name}")
        return name


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(bin: Path) -> Iterator[Server]:
    home = Path(tempfile.mkdtemp(prefix="cloudops-pg-", dir="/tmp"))  # a socket's path is short
    server = Server(bin, home)
    try:
        server.make()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)
