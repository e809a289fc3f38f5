"""The person at the terminal, on a real one (a pty)."""

from __future__ import annotations

import io
import os
import pty
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TextIO

import pytest
from rich.console import Console

from cloudops.engine.contract import Asker
from cloudops.request import OpenQuestion
from cloudops.views.asking import NobodyAsker, TerminalAsker
from fakes.reports import allowed, creation, upheaval

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pty on Windows")
WAIT = 5.0


@dataclass
class Seat:
    """Both ends of a terminal: ``asker`` sits at one, the test types at the other."""

    asker: TerminalAsker
    keyboard: int
    seen: bytearray

    def types(self, prompt: bytes, keys: bytes) -> None:
        """Type ``keys`` as soon as ``prompt`` is on the screen."""

        def wait_and_type() -> None:
            give_up = time.monotonic() + WAIT
            while prompt not in self.seen and time.monotonic() < give_up:
                time.sleep(0.002)
            os.write(self.keyboard, keys)

        threading.Thread(target=wait_and_type, daemon=True).start()


@pytest.fixture
def seat() -> Iterator[Seat]:
    keyboard, screen = pty.openpty()
    seen = bytearray()

    def read() -> None:
        while True:
            try:
                got = os.read(keyboard, 4096)
            except OSError:
                return
            if not got:
                return
            seen.extend(got)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    with os.fdopen(screen, "r+b", buffering=0, closefd=False) as raw:
        out = io.TextIOWrapper(io.BufferedWriter(raw), encoding="utf-8", write_through=True)
        stdin: TextIO = os.fdopen(os.dup(screen), "r", encoding="utf-8")
        console = Console(file=out, width=100, color_system=None)
        yield Seat(TerminalAsker(console, stdin=stdin), keyboard, seen)
        stdin.close()
        out.detach()
    os.close(screen)
    reader.join(WAIT)
    os.close(keyboard)


PLAN = creation()
ASK = b"(eu-west-1)? [y/N] "


@pytest.mark.parametrize(
    ("keys", "yes"),
    [
        (b"y\n", True),
        (b"YES\n", True),
        (b"\n", False),
        (b"n\n", False),
        (b"yep\n", False),
        (b"\x04", False),
    ],
    ids=["y", "YES", "enter", "n", "yep", "ctrl-d"],
)
def test_a_plan_is_approved_by_yes_alone(seat: Seat, keys: bytes, yes: bool) -> None:
    seat.types(ASK, keys)
    decision = seat.asker.approve(PLAN, allowed(PLAN), typed_name=None)
    assert decision.yes is yes
    assert decision.means == "asked on the terminal"
    assert b"2 to create, 0 to change" in seat.seen
    assert b"Apply these 2 changes to account 123456789012 (eu-west-1)?" in seat.seen
    assert PLAN.digest in seat.asker.shown


@pytest.mark.parametrize(
    ("keys", "yes"), [(b"web-1\n", True), (b"y\n", False), (b"WEB-1\n", False), (b"\n", False)]
)
def test_what_destroys_wants_the_name(seat: Seat, keys: bytes, yes: bool) -> None:
    plan = upheaval()
    seat.types(b"type web-1 to confirm: ", keys)
    assert seat.asker.approve(plan, allowed(plan), typed_name="web-1").yes is yes


def test_keys_typed_before_the_question_do_not_answer_it(seat: Seat) -> None:
    os.write(seat.keyboard, b"y\n")
    time.sleep(0.01)
    seat.types(ASK, b"n\n")
    assert not seat.asker.approve(PLAN, allowed(PLAN), typed_name=None).yes


def test_ctrl_c_is_an_interrupt(seat: Seat) -> None:
    heard = threading.Event()

    def interrupt() -> None:
        """Pressed until it is heard: a key that comes just before the read is not seen by it."""
        give_up = time.monotonic() + WAIT
        while ASK not in seat.seen and time.monotonic() < give_up:
            time.sleep(0.002)
        while not heard.is_set() and time.monotonic() < give_up:
            os.kill(os.getpid(), signal.SIGINT)
            heard.wait(0.05)

    def hear(number: int, frame: object) -> None:
        if not heard.is_set():
            heard.set()
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, hear)
    try:
        threading.Thread(target=interrupt, daemon=True).start()
        with pytest.raises(KeyboardInterrupt):
            seat.asker.approve(PLAN, allowed(PLAN), typed_name=None)
    finally:
        signal.signal(signal.SIGINT, before)


def _question(**more: Any) -> OpenQuestion:
    return OpenQuestion(text="Which VM?", **more)


@pytest.mark.parametrize(
    ("question", "keys", "answer"),
    [
        (_question(), b"web-1\n", "web-1"),
        (_question(), b"  web-1 \n", "web-1"),
        (_question(options=("web-1", "web-2")), b"2\n", "web-2"),
        (_question(options=("web-1", "web-2")), b"web-2\n", "web-2"),
        (_question(options=("web-1", "web-2")), b"9\n", "9"),
        (_question(options=("32", "64")), b"2\n", "2"),
        (_question(default="web-1"), b"\n", "web-1"),
        (_question(), b"\n", None),
        (_question(default="web-1"), b"\x04", None),
    ],
)
def test_an_open_question(
    seat: Seat, question: OpenQuestion, keys: bytes, answer: str | None
) -> None:
    seat.types(b"> ", keys)
    assert seat.asker.ask(question) == answer


def test_text_that_is_no_text_is_no_answer(seat: Seat) -> None:
    seat.types(b"> ", b"\xff\xfe\n")
    assert seat.asker.ask(_question()) is None


def test_a_hostile_question_is_harmless(seat: Seat) -> None:
    seat.types(b"> ", b"x\n")
    seat.asker.ask(OpenQuestion(text="\x1b[2Jx", options=("\x1b[2Jy",), hint="\x1b[2Jz"))
    assert b"\x1b[2J" not in seat.seen


def test_present_only_where_a_person_sees_and_types(seat: Seat) -> None:
    assert seat.asker.present
    screen = seat.asker._console
    assert not TerminalAsker(screen, stdin=seat.asker._stdin, no_input=True).present
    assert not TerminalAsker(screen, stdin=io.StringIO()).present
    assert not TerminalAsker(Console(file=io.StringIO()), stdin=seat.asker._stdin).present
    closed = io.StringIO()
    closed.close()
    assert not TerminalAsker(screen, stdin=closed).present


def test_nobody_never_says_yes() -> None:
    nobody: Asker = NobodyAsker()
    assert not nobody.present
    assert nobody.ask(_question(default="web-1")) is None
    assert not nobody.approve(PLAN, allowed(PLAN), typed_name=None).yes
