"""Where rounds are: a server, a cloud with the machines that all are at, the line to it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from types import TracebackType

from cloudops.state.sql import open_store
from fakes import claims_reader
from fakes.postgres import Server
from kill.bench import GO
from kill.cloud import CLOUDS
from kill.process import SOURCES
from kill.store import server
from rounds.team import SHARED, Fate, Member, Task, ended
from rounds.watched import Watched

MACHINES = ("m1", "m2", "m3")
WAITING = ("--lock-timeout", "300s")
WITHIN = 420.0
"""Seconds after which who is still at it counts as hung."""


class Ground:
    """Of one round: a cloud at ``port``, a state at ``url``, homes of machines in ``home``."""

    def __init__(self, place: Place, port: int, url: str, home: Path) -> None:
        self.port = port
        self.url = url
        self.members: list[Member] = []
        self._place = place
        self._home = home
        for machine in MACHINES:
            state = home / machine / "state"
            state.mkdir(parents=True)
            (state / "sandbox").symlink_to(place.cloud.home)
            (home / machine / "cloudops.toml").write_text(
                f'[targets.lab]\nrealm = "production"\n{place.cloud.target}'
                f'endpoint_url = "{place.line.address}"\n'
            )

    def join(self, task: Task, fate: Fate, lease: float) -> Member:
        """Another member, on the next machine, begins."""
        number = len(self.members)
        machine = MACHINES[number % len(MACHINES)]
        member = Member(task, fate, lease, self._home / str(number))
        self.members.append(member)
        member.start(machine, (*WAITING, *GO), self._environment(self._home / machine))
        return member

    def _environment(self, home: Path) -> Mapping[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(SOURCES),
            "PYTHONSAFEPATH": "1",
            "HOME": str(home),
            "CLOUDOPS_CONFIG": str(home / "cloudops.toml"),
            "CLOUDOPS_STATE": self.url,
            "CLOUDOPS_STATE_DIR": str(home / "state"),
            "CLOUDOPS_TARGET": "lab",
            "NO_COLOR": "1",
            **self._place.cloud.environment(home),
        }

    def close(self) -> None:
        for member in self.members:
            member.close()


class Place:
    """``home`` is an empty directory, ``cloud`` ``aws`` or ``azure``, ``pace`` Azure's, of the real
    one's time. Use as a context manager, from one thread. Raises FileNotFoundError where there is
    no PostgreSQL."""

    def __init__(self, home: Path, cloud: str = "aws", pace: float = 0.0) -> None:
        self.cloud = CLOUDS[cloud](home / "cloud")
        self.line = Watched()
        self._home = home
        self._pace = pace
        self._stack = ExitStack()

    def __enter__(self) -> Place:
        self._home.mkdir(parents=True, exist_ok=True)
        found = self._stack.enter_context(server("postgresql"))
        assert found is not None
        self._server: Server = found
        self._stack.callback(self.cloud.close)
        self.cloud.open(self._pace)
        self._stack.callback(self.line.close)
        self.line.open(self.cloud.secure)
        self._furnished = self._stack.enter_context(self.cloud.fork())
        with self._ground(self._furnished) as ground:
            words = f"create two VMs named {' and '.join(SHARED)}"
            member = ground.join(Task(("run", words), ""), Fate(""), 60.0)
            ended([member], WITHIN)
            assert member.code == 0, member.said.error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    @contextmanager
    def ground(self) -> Iterator[Ground]:
        """On a fork of the cloud, and with an empty state."""
        with self.cloud.fork(self._furnished) as port, self._ground(port) as ground:
            yield ground

    @contextmanager
    def _ground(self, port: int) -> Iterator[Ground]:
        self.line.begin(port)
        self.line.taken.clear()
        url = self._server.url(self._server.database())
        with closing(open_store(url)):
            claims_reader.witness(url)
        home = self._home / "round"
        shutil.rmtree(home, ignore_errors=True)
        ground = Ground(self, port, url, home)
        self.line.team = lambda: ground.members
        with closing(ground):
            yield ground
