"""Commands as processes: limits, and nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from fakes.executables import executable
from modalities.running import (
    GRACE,
    LATE,
    Finished,
    NotStarted,
    Started,
    TooLong,
    TooMuch,
    finished,
    run,
)

SLEEPS = "time.sleep(60)"


def ran(
    body: str,
    directory: Path,
    seconds: float = 10.0,
    limit: int = 1 << 20,
    environment: Mapping[str, str] | None = None,
) -> Finished:
    program = executable(directory / "program", body)
    return run([str(program), "a b", "$(c)"], environment or {}, directory, seconds, limit)


def gone(pid: int, within: float = 5.0) -> bool:
    """Whether the process has ended, a moment given."""
    give_up = time.monotonic() + within
    while time.monotonic() < give_up:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.01)
    return False


class TestWhatItGets:
    def test_its_words_as_they_are_and_no_shell(self, tmp_path: Path) -> None:
        done = ran("print(sys.argv[1:])", tmp_path)
        assert done == Finished(0, b"['a b', '$(c)']\n", b"")

    def test_exactly_its_environment(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OF_OURS", "1")
        done = ran("print(sorted(os.environ))", tmp_path, environment={"OF_ITS": "1"})
        assert b"OF_OURS" not in done.stdout
        assert b"OF_ITS" in done.stdout

    def test_no_input_and_no_terminal(self, tmp_path: Path) -> None:
        done = ran("print(repr(sys.stdin.read()), os.isatty(1), os.isatty(2))", tmp_path)
        assert done.stdout == b"'' False False\n"

    def test_its_directory(self, tmp_path: Path) -> None:
        assert ran("print(os.getcwd())", tmp_path).stdout.decode().strip() == str(tmp_path)


class TestHowItEnds:
    def test_with_a_status_and_both_outputs(self, tmp_path: Path) -> None:
        done = ran("print('out'); print('err', file=sys.stderr); sys.exit(3)", tmp_path)
        assert done == Finished(3, b"out\n", b"err\n")

    def test_by_a_signal(self, tmp_path: Path) -> None:
        done = ran("os.kill(os.getpid(), 9)", tmp_path)
        assert done.status == -signal.SIGKILL

    def test_with_much_to_say_on_both(self, tmp_path: Path) -> None:
        body = "sys.stderr.write('e' * 300000); sys.stdout.write('o' * 300000)"
        done = ran(body, tmp_path)
        assert (len(done.stdout), len(done.stderr)) == (300000, 300000)

    def test_by_us_when_it_hangs(self, tmp_path: Path) -> None:
        began = time.monotonic()
        with pytest.raises(TooLong):
            ran("time.sleep(60)", tmp_path, seconds=0.3)
        assert time.monotonic() - began < 5

    def test_by_us_when_it_will_not_listen(self, tmp_path: Path) -> None:
        body = (
            "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
            "open('pid', 'w').write(str(os.getpid()))\n"
            "time.sleep(60)"
        )
        with pytest.raises(TooLong):
            ran(body, tmp_path, seconds=0.5)
        assert gone(int((tmp_path / "pid").read_text()))

    def test_with_all_that_it_started(self, tmp_path: Path) -> None:
        body = "pid = os.fork()\nif pid: open('pid', 'w').write(str(pid))\ntime.sleep(60)"
        with pytest.raises(TooLong):
            ran(body, tmp_path, seconds=0.5)
        assert gone(int((tmp_path / "pid").read_text()))

    def test_when_it_ends_though_what_it_started_holds_its_output(self, tmp_path: Path) -> None:
        body = (
            "pid = os.fork()\nif pid:\n    open('pid', 'w').write(str(pid))\n    print('done')\n"
            "else:\n    time.sleep(60)"
        )
        began = time.monotonic()
        assert ran(body, tmp_path).stdout == b"done\n"
        assert time.monotonic() - began < 5
        assert gone(int((tmp_path / "pid").read_text()))

    @pytest.mark.parametrize("stream", ["stdout", "stderr"])
    def test_by_us_when_it_never_stops_talking(self, tmp_path: Path, stream: str) -> None:
        with pytest.raises(TooMuch):
            ran(f"while True: sys.{stream}.write('x' * 10000)", tmp_path, limit=100_000)

    def test_by_us_when_we_are_interrupted(self, tmp_path: Path) -> None:
        class Interrupted(Started):
            """Somebody presses Ctrl-C while it is waited for."""

            pressed = False

            def ended(self, within: float) -> int | None:
                if not self.pressed:
                    self.pressed = True
                    raise KeyboardInterrupt
                return super().ended(within)

        program = executable(tmp_path / "program", "time.sleep(60)")
        running = Interrupted([str(program)], {}, tmp_path)
        with pytest.raises(KeyboardInterrupt):
            finished(running, 10.0)
        assert gone(running.pid)


STARTS = """
import sys, time
from pathlib import Path
from modalities.running import Started
started = Started(sys.argv[1:], {}, Path(), until=time.monotonic() + 0.5)
print(started.pid, flush=True)
time.sleep(60)
"""


HEARTBEATS = """
import sys, time
from pathlib import Path
from modalities.running import Started, finished
began = time.monotonic()
def covered():
    now = time.monotonic()
    return began + (3.0 if now < began + 1.0 else 10.0) - now
started = Started(sys.argv[1:], {}, Path(), until=began + 3.0)
grant = started.grant
started.grant = lambda seconds: (grant(seconds), print("granted", flush=True))
print(started.pid, flush=True)
finished(started, 60.0, covered=covered)
"""


ENDS_WELL = """
import signal, sys, time
from pathlib import Path
from modalities.running import Started, finished
started = Started(sys.argv[1:], {}, Path(), until=time.monotonic() + 4.0)
print(started.pid, flush=True)
finished(started, 4.0, ending=((signal.SIGTERM, 3.0), (signal.SIGTERM, 1.0)))
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="this system has no pidfd")
class TestThatWriteAreEnded:
    """At their time, which the lease covers, whatever became of who started them."""

    def test_though_nobody_waits_for_them(self, tmp_path: Path) -> None:
        program = executable(tmp_path / "program", SLEEPS)
        began = time.monotonic()
        running = Started([str(program)], {}, tmp_path, until=began + 0.5)
        assert running.ended(30.0) == -signal.SIGKILL
        assert time.monotonic() - began >= 0.5 + LATE
        running.close()

    @pytest.mark.parametrize("became", [signal.SIGSTOP, signal.SIGKILL])
    def test_though_we_are_stopped_or_dead(self, tmp_path: Path, became: signal.Signals) -> None:
        program = executable(tmp_path / "program", SLEEPS)
        argv = [sys.executable, "-c", STARTS, str(program)]
        with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as us:
            assert us.stdout is not None
            pid = int(us.stdout.readline())
            us.send_signal(became)
            assert gone(pid, 30.0)
            us.kill()

    def test_with_the_time_it_takes_to_end_well(self, tmp_path: Path) -> None:
        """Asked to end, it is given longer than the other hand would wait."""
        body = (
            "import signal\n"
            "def end(*_): time.sleep(2.0); open('saved', 'w').close(); sys.exit(0)\n"
            "signal.signal(signal.SIGTERM, end)\ntime.sleep(60)"
        )
        program = executable(tmp_path / "program", body)
        running = Started([str(program)], {}, tmp_path, until=time.monotonic() + 3.0)
        with pytest.raises(TooLong):
            finished(running, 3.0, ending=((signal.SIGTERM, 20.0),))
        assert (tmp_path / "saved").exists()

    @pytest.mark.parametrize("became", [signal.SIGSTOP, signal.SIGKILL])
    def test_though_we_are_gone_while_they_end_well(
        self, tmp_path: Path, became: signal.Signals
    ) -> None:
        body = (
            "import signal\n"
            "def end(*_): open('asked', 'w').close()\n"
            "signal.signal(signal.SIGTERM, end)\nwhile True: time.sleep(1)"
        )
        asked = executable(tmp_path / "program", body)
        argv = [sys.executable, "-c", ENDS_WELL, str(asked)]
        with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as us:
            assert us.stdout is not None
            program = psutil.Process(int(us.stdout.readline()))
            try:
                while not (tmp_path / "asked").exists():
                    assert program.is_running()
                    time.sleep(0.01)
                us.send_signal(became)
                assert gone(program.pid, 30.0)
            finally:
                us.kill()
                with suppress(psutil.NoSuchProcess):
                    program.kill()

    def test_when_the_lease_did_not_become_longer_and_no_later_though_we_are_stopped(
        self, tmp_path: Path
    ) -> None:
        """It became longer once: the program lives that long, and no longer."""
        program = executable(tmp_path / "program", SLEEPS)
        argv = [sys.executable, "-c", HEARTBEATS, str(program)]
        with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as us:
            assert us.stdout is not None
            pid = int(us.stdout.readline())
            assert us.stdout.readline() == "granted\n"
            us.send_signal(signal.SIGSTOP)
            assert not gone(pid, 3.0 + LATE + 0.5)  # the time that it had at first is over by then
            assert gone(pid, 30.0)
            us.kill()

    def test_so_long_before_the_lease_ends_as_they_are_given_to_end_well(
        self, tmp_path: Path
    ) -> None:
        program = executable(tmp_path / "program", SLEEPS)
        began = time.monotonic()
        with pytest.raises(TooLong):
            run([str(program)], {}, tmp_path, 600.0, covered=lambda: GRACE)
        assert time.monotonic() - began < 300.0  # not by its own time

    def test_or_not_begun_where_nobody_would(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        program = executable(tmp_path / "program", SLEEPS)
        before = psutil.Process().children()
        monkeypatch.setattr(sys, "executable", "/nonexistent/python")
        with pytest.raises(NotStarted, match="nobody to end it"):
            run([str(program)], {}, tmp_path, 60.0, covered=lambda: 60.0)
        assert psutil.Process().children() == before

    def test_and_who_would_end_them_is_gone_with_them(self, tmp_path: Path) -> None:
        before = psutil.Process().children()
        program = executable(tmp_path / "program", "print('done')")
        assert run([str(program)], {}, tmp_path, 60.0, covered=lambda: 60.0).stdout == b"done\n"
        assert psutil.Process().children() == before


class TestWhatIsNotStarted:
    @pytest.mark.parametrize(
        "argv", [["/nonexistent/aws"], ["/"], [__file__], [sys.executable, "\0"]]
    )
    def test_is_told_apart(self, tmp_path: Path, argv: list[str]) -> None:
        with pytest.raises(NotStarted):
            run(argv, {}, tmp_path, 1.0)

    def test_nor_is_what_is_no_program(self, tmp_path: Path) -> None:
        path = tmp_path / "aws"
        path.write_bytes(b"\x00garbage")
        path.chmod(0o755)
        with pytest.raises(NotStarted):
            run([str(path)], {}, tmp_path, 1.0)

    def test_nor_in_a_directory_that_is_gone(self, tmp_path: Path) -> None:
        with pytest.raises(NotStarted):
            run([sys.executable], {}, tmp_path / "none", 1.0)
