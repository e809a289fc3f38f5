"""The session as a person has it: a real process on a real pseudo-terminal."""

from __future__ import annotations

import fcntl
import os
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

PROMPT = "cloudops>"
ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[=>]|\x1b\][^\x07]*\x07")

WHERE = "\x1b[6n"
"""The question where the cursor is, which a terminal answers."""


class Person:
    """Types into the session and reads the screen's text, escape sequences taken out."""

    def __init__(self, folder: Path) -> None:
        self._unseen = ""
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cloudops"],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=folder,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # so that ^C is a signal
            env={
                **{k: v for k, v in os.environ.items() if k not in ("CI", "NO_COLOR")},
                "CLOUDOPS_STATE_DIR": str(folder / "state"),
                "XDG_CONFIG_HOME": str(folder / "config"),
                "TERM": "xterm",
            },
        )
        os.close(slave)

    def types(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def sees(self, text: str, *, within: float = 40.0) -> str:
        """What came up to and with ``text``; what follows is seen next."""
        until = time.monotonic() + within
        while text not in self._unseen:
            ready, _, _ = select.select([self._master], [], [], max(0.0, until - time.monotonic()))
            if not ready:
                pytest.fail(f"{text!r} did not come; this did:\n{self._unseen}")
            try:
                more = os.read(self._master, 65536).decode(errors="replace")
            except OSError:  # the other end is closed
                pytest.fail(f"the session ended before {text!r}:\n{self._unseen}")
            for _ in range(more.count(WHERE)):
                self.types("\x1b[1;1R")
            self._unseen = ANSI.sub("", self._unseen + more)
        seen, _, self._unseen = self._unseen.partition(text)
        return seen + text

    def says(self, line: str) -> str:
        """Type a line at the prompt; what it came to."""
        self.types(f"{line}\r")
        self.sees(line)
        return self.sees(PROMPT)

    def leaves(self) -> int:
        self.types("\x04")
        return self.process.wait(timeout=20)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("session")
    (folder / "cloudops.toml").write_text(
        '[targets.live]\nprovider = "aws"\nregion = "eu-west-1"\n'
        'endpoint_url = "http://127.0.0.1:9"\n'
    )
    yield folder
    subprocess.run(
        [sys.executable, "-m", "cloudops", "sandbox", "down"],
        env={**os.environ, "CLOUDOPS_STATE_DIR": str(folder / "state")},
        capture_output=True,
        check=True,
    )


@pytest.fixture
def person(folder: Path) -> Iterator[Person]:
    person = Person(folder)
    person.sees(PROMPT)
    yield person
    person.process.kill()
    person.process.wait()


def test_the_target_is_in_sight(person: Person) -> None:
    person.sees("target sandbox")
    person.sees("us-east-1")
    person.says("/target live")
    person.sees("target live")
    person.sees("PRODUCTION")
    assert "there is no target 'lvie'" in person.says("/target lvie")


def test_ctrl_c_clears_the_line_and_ctrl_d_leaves(person: Person) -> None:
    person.types("Delete everything\x03")
    person.sees(PROMPT)
    assert "no runs yet" in person.says("/runs")
    assert person.leaves() == 0


def test_whatever_stops_a_line_the_session_goes_on(person: Person) -> None:
    assert "there is no /nonsense" in person.says("/nonsense")
    assert "no plan waits" in person.says("/apply")
    assert "there is no run" in person.says("/undo 1234")
    assert "not understood" in person.says("frobnicate the widgets")
    assert "There are no VMs" in person.says("Which VMs are stopped?")
    assert person.leaves() == 0


def test_completion_and_history(person: Person, folder: Path) -> None:
    person.types("/qu\t")
    person.sees("/quit")
    person.types("\x15")
    person.says("/help")
    person.types("\x1b[A")
    person.sees("/help")
    person.types("\x15")
    assert person.leaves() == 0
    history = folder / "state" / "history"
    assert "+/help" in history.read_text()
    assert history.stat().st_mode & 0o077 == 0


def test_a_conversation(person: Person) -> None:
    """A plan waits and is applied; the next lines point back to what it made; then undo."""
    said = person.says("/plan Create two VMs named ada and bob")
    assert "planned; nothing was changed" in said
    person.sees("plan waits")
    person.types("/apply\r")
    person.sees("[y/N]")
    person.types("y\r")
    assert "done" in person.sees(PROMPT)
    person.types("Attach a 10 GB disk to the second one\r")
    person.sees("[y/N]")
    person.types("y\r")
    assert "bob" in person.sees(PROMPT)
    person.types("/undo\r")
    person.sees("to confirm: ")
    person.types("wrong name\r")
    assert "declined" in person.sees(PROMPT)
    assert person.leaves() == 0
