"""The session as a person has it: a real process on a real pseudo-terminal."""

from __future__ import annotations

import fcntl
import os
import re
import select
import socket
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

    def __init__(self, folder: Path, *words: str) -> None:
        self._unseen = ""
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cloudops", *words],
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
                "AWS_ACCESS_KEY_ID": "nobody",
                "AWS_SECRET_ACCESS_KEY": "nothing",
                "TERM": "xterm",
            },
        )
        os.close(slave)

    def types(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def sees(self, text: str, *, within: float = 120.0) -> str:
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

    def says(self, line: str, expected: str) -> None:
        """Type a line and see what it comes to, then the prompt again."""
        self.types(f"{line}\r")
        self.sees(expected)
        self.sees(PROMPT)

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
    person.types("/target live\r")
    person.sees("target live")
    person.sees("PRODUCTION")
    person.says("/target lvie", "there is no target 'lvie'")


def test_ctrl_c_clears_the_line_and_ctrl_d_leaves(person: Person) -> None:
    person.types("Delete everything\x03")
    person.sees(PROMPT)
    person.says("/runs", "no runs yet")
    assert person.leaves() == 0


def test_whatever_stops_a_line_the_session_goes_on(person: Person) -> None:
    person.says("/nonsense", "there is no /nonsense")
    person.says("/apply", "no plan waits")
    person.says("/undo 1234", "there is no run")
    person.says("frobnicate the widgets", "not understood")
    person.says("Which VMs are stopped?", "There are no VMs")
    assert person.leaves() == 0


def test_completion_and_history(person: Person, folder: Path) -> None:
    person.sees(PROMPT)
    person.types("/qu\t")
    person.sees("/quit")
    person.types("\x15")
    person.says("/help", "lists the rest")
    person.types("\x1b[A")
    person.sees("/help")
    person.types("\x15")
    assert person.leaves() == 0
    history = folder / "state" / "history"
    assert "+/help" in history.read_text()
    assert history.stat().st_mode & 0o077 == 0


def test_a_conversation(person: Person) -> None:
    """A plan waits and is applied; the next line points back to what it made; then undo."""
    person.types("/plan Create two VMs named ada and bob\r")
    person.sees("planned; nothing was changed")
    person.sees("plan waits")
    person.types("/apply\r")
    person.sees("[y/N]")
    person.types("y\r")
    person.sees(": done |")
    person.sees(PROMPT)
    person.types("Attach a 10 GB disk to the second one\r")
    assert "bob" in person.sees("[y/N]")
    person.says("y", ": done |")
    person.types("/undo\r")
    person.sees("to confirm: ")
    person.says("wrong name", ": declined |")
    person.says("Which VMs are running?", "2 of 2 VMs are running: ada and bob")
    assert person.leaves() == 0


def test_ctrl_c_in_a_run_comes_back_to_the_prompt(folder: Path) -> None:
    """A cloud that takes the call and never answers; the session outlives the interrupt."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        config = folder / "hanging.toml"
        config.write_text(
            '[targets.hanging]\nprovider = "aws"\nregion = "eu-west-1"\n'
            f'endpoint_url = "http://127.0.0.1:{port}"\n'
        )
        other = Person(folder, "--config", str(config), "--target", "hanging")
        other.sees(PROMPT)
        other.types("List my VMs\r")
        connection, _ = silent.accept()
        other.types("\x03")
        other.sees("interrupted")
        other.sees(PROMPT)
        other.says("/runs", "interrupted")
        connection.close()
        assert other.leaves() == 0
