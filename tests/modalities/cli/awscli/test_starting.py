"""Commands as forks of an ``aws`` that has done its imports: as if each were started anew."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from fakes.aws import HANG, Scripted, sandbox_target
from fakes.commands import needs_aws
from fakes.executables import executable
from modalities.aws.connection import Connection
from modalities.cli.awscli import prestarted, tool
from modalities.cli.awscli.environment import Home
from modalities.cli.awscli.starting import Prestarted
from modalities.running import LATE, NotStarted, TooLong, finished, run

HOME = Home()
FOUND = tool.find(HOME).tool

forks = pytest.mark.skipif(
    FOUND is None or FOUND.interpreter is None or FOUND.flavour != 1,
    reason="aws is no Python program here (`make tools` sets one up)",
)


def heard(url: str) -> dict[str, str]:
    return HOME.environment(Connection.to(sandbox_target(url)), attempts=1)


@pytest.fixture(scope="module")
def ready() -> Iterator[Prestarted]:
    assert FOUND is not None
    assert FOUND.interpreter is not None
    waiting = Prestarted(FOUND.interpreter, HOME.bare(), HOME.path)
    yield waiting
    waiting.close()


@needs_aws
@forks
class TestForks:
    @pytest.mark.parametrize(
        "words",
        [
            ("ec2", "describe-vpcs", "--output", "json"),
            ("ec2", "delete-vpc", "--vpc-id", "vpc-12345678"),
            ("ec2", "describe-vpcs", "--no-such-option"),
            ("ec2", "no-such-operation"),
            ("--version",),
            ("ec2", "create-vpc", "--cidr-block", "größe ; $(reboot)"),
        ],
    )
    def test_end_as_a_program_does(
        self, ready: Prestarted, moto: str, words: tuple[str, ...]
    ) -> None:
        assert FOUND is not None
        argv = [str(FOUND.path), *words]
        forked = finished(ready.start(argv, heard(moto), HOME.path), 20.0)
        started = run(argv, heard(moto), HOME.path, 20.0)
        assert (forked.status, forked.stdout) == (started.status, started.stdout)
        assert forked.stderr == started.stderr

    def test_hear_only_what_they_are_told(self, ready: Prestarted, scripted: Scripted) -> None:
        """Where to, and as whom, is another matter for each."""
        for _ in range(2):
            endpoint = scripted(HANG)
            argv = ["aws", "sts", "get-caller-identity"]
            with pytest.raises(TooLong):
                finished(ready.start(argv, heard(endpoint.url), HOME.path), 1.0)
            assert len(endpoint.requests) == 1

    def test_one_that_is_killed_ends_without_a_word(
        self, ready: Prestarted, scripted: Scripted
    ) -> None:
        endpoint = scripted(HANG)
        argv = ["aws", "sts", "get-caller-identity"]
        fork = ready.start(argv, heard(endpoint.url), HOME.path)
        fork.signal(signal.SIGKILL)
        assert finished(fork, 10.0).status < 0

    def test_one_that_is_overdue_ends_though_nobody_ends_it(
        self, ready: Prestarted, scripted: Scripted
    ) -> None:
        endpoint = scripted(HANG)
        argv = ["aws", "ec2", "create-vpc", "--cidr-block", "10.0.0.0/16"]
        fork = ready.start(argv, heard(endpoint.url), HOME.path, until=time.monotonic() + 4.0)
        assert fork.ended(30.0) == -signal.SIGKILL
        assert len(endpoint.requests) == 1
        fork.close()

    def test_one_that_was_stopped_until_it_was_overdue_sends_nothing(
        self, ready: Prestarted, scripted: Scripted
    ) -> None:
        endpoint = scripted(HANG)
        argv = ["aws", "ec2", "create-vpc", "--cidr-block", "10.0.0.0/16"]
        fork = ready.start(argv, heard(endpoint.url), HOME.path, until=time.monotonic() - LATE + 1)
        fork.signal(signal.SIGSTOP)
        time.sleep(1.5)
        sent = len(endpoint.requests)
        fork.signal(signal.SIGCONT)
        assert fork.ended(30.0) == -signal.SIGKILL
        assert sent == len(endpoint.requests) == 0
        fork.close()

    def test_go_on_when_the_one_they_come_from_is_gone(self, scripted: Scripted) -> None:
        assert FOUND is not None
        assert FOUND.interpreter is not None
        waiting = Prestarted(FOUND.interpreter, HOME.bare(), HOME.path)
        fork = waiting.start([str(FOUND.path), "--version"], HOME.bare(), HOME.path)
        waiting.close()
        assert finished(fork, 10.0).status == 0
        with pytest.raises(NotStarted):
            waiting.start([str(FOUND.path), "--version"], HOME.bare(), HOME.path)

    def test_leave_no_process_behind(self) -> None:
        assert FOUND is not None
        assert FOUND.interpreter is not None
        waiting = Prestarted(FOUND.interpreter, HOME.bare(), HOME.path)
        pid = waiting.pid
        assert psutil.pid_exists(pid)
        del waiting
        assert not psutil.pid_exists(pid)


class TestNoneToForkFrom:
    def test_a_program_that_ends_at_once(self, tmp_path: Path) -> None:
        waiting = Prestarted(executable(tmp_path / "python", "sys.exit(1)"), {}, tmp_path)
        with pytest.raises(NotStarted):
            waiting.start(["aws"], {}, tmp_path)

    def test_one_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(NotStarted):
            Prestarted(tmp_path / "python", {}, tmp_path)

    def test_one_that_says_nothing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("modalities.cli.awscli.starting.PATIENCE", 0.3)
        waiting = Prestarted(executable(tmp_path / "python", "time.sleep(60)"), {}, tmp_path)
        began = time.monotonic()
        with pytest.raises(NotStarted):
            waiting.start(["aws"], {}, tmp_path)
        assert time.monotonic() - began < 5
        waiting.close()


class Driver:
    """awscli's, as far as its end is concerned."""

    def __init__(self, end: object) -> None:
        self._end = end

    def main(self) -> object:
        if isinstance(self._end, BaseException):
            raise self._end
        return self._end


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (0, 0),
        (None, 0),
        (255, 255),
        (SystemExit(2), 2),
        (SystemExit(None), 0),
        (SystemExit("no"), 1),
        (ZeroDivisionError(), 1),
        (KeyboardInterrupt(), 1),
    ],
)
def test_statuses_are_those_of_an_interpreter(
    end: object, status: int, capfd: pytest.CaptureFixture[str]
) -> None:
    assert prestarted.run(Driver(end)) == status
    assert bool(capfd.readouterr().err) == (status == 1)


def test_the_program_needs_nothing_of_ours(tmp_path: Path) -> None:
    """It runs in another interpreter, in which none of our modules are."""
    text: Any = Path(prestarted.__file__).read_text()
    assert "modalities" not in text
    assert os.access(prestarted.__file__, os.R_OK)
