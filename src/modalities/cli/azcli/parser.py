"""Az's own parser, asked whether it would take commands: one process for all of them.

It runs in the interpreter that ``az`` itself runs in (parser_process.py), signed in to nothing,
with nowhere to go, and stays until this process ends: the first command of a kind costs it a
second, each further one some hundredths.
"""

from __future__ import annotations

import json
import os
import re
import select
import subprocess
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from modalities import tools
from modalities.azure.errors import printable
from modalities.cli.azcli import parser_process
from modalities.cli.azcli.tool import QUIET

PATIENCE = 120.0
"""Seconds for one answer; what az never heard of makes it look through all that it has."""

PYTHON = re.compile(r"(/\S*/python3?[\d.]*)(?=\s|$)", re.MULTILINE)
"""What an ``az`` that is a script names as its interpreter."""

HEAD = 4096
"""Bytes of the script that are looked at."""

DEAD = "http://127.0.0.1:9"


class Unheard(Exception):
    """Az's parser could not be asked; the text says why."""


class Parser:
    """``az`` is the program, ``home`` a directory of ours. Nothing runs before ``begin``."""

    def __init__(self, az: Path, home: Path) -> None:
        self._az = az
        self._home = home
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._known: dict[tuple[str, ...], str] = {}

    def begin(self) -> None:
        """Start it, where it does not run; its imports take a second. Raises Unheard."""
        with self._lock:
            self._running()

    def refusal(self, words: tuple[str, ...]) -> str:
        """What az's parser says against the words after ``az``; empty where it takes them.
        Raises Unheard."""
        with self._lock:
            if words not in self._known:
                self._known[words] = _first(self._asked(words))
            return self._known[words]

    def _asked(self, words: Sequence[str]) -> str:
        process = self._running()
        try:
            answer = json.loads(_answer(process, json.dumps(words).encode() + b"\n"))
        except (OSError, ValueError) as error:
            self._process = None
            _ended(process)
            raise Unheard(f"az's own parser gave no answer: {error}") from error
        return str(answer or "")

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._process = self._started()
            weakref.finalize(self, _ended, self._process)
        return self._process

    def _started(self) -> subprocess.Popen[bytes]:
        interpreter = interpreter_of(self._az)
        if interpreter is None:
            raise Unheard(f"{self._az} does not say what it runs in")
        try:
            return subprocess.Popen(  # noqa: S603 - the interpreter of az itself
                [str(interpreter), "-I", "-X", "utf8", str(Path(parser_process.__file__))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(self._home),
                cwd=self._home,
                start_new_session=True,
            )
        except OSError as error:
            raise Unheard(f"{interpreter}: {error}") from error


def interpreter_of(az: Path) -> Path | None:
    """The Python that an ``az`` names in its first lines; None where it is no such script."""
    try:
        with az.open("rb") as file:
            head = file.read(HEAD).decode("utf-8", "replace")
    except OSError:
        return None
    found = PYTHON.search(head)
    path = Path(found[1]) if found else None
    return path if path is not None and os.access(path, os.X_OK) else None


def _environment(home: Path) -> Mapping[str, str]:
    place = home / "parser"
    place.mkdir(mode=0o700, exist_ok=True)
    return {
        **tools.bare(place),
        **QUIET,
        "AZURE_CONFIG_DIR": str(place),
        "AZURE_EXTENSION_DIR": str(home / "no-extensions"),
        "HTTP_PROXY": DEAD,
        "HTTPS_PROXY": DEAD,
    }


def _answer(process: subprocess.Popen[bytes], question: bytes) -> bytes:
    """Raises OSError where it ends, or says nothing for too long."""
    if process.stdin is None or process.stdout is None:
        raise ConnectionError("it cannot be spoken to")
    process.stdin.write(question)
    process.stdin.flush()
    return _line(process.stdout.fileno())


def _line(descriptor: int) -> bytes:
    give_up = time.monotonic() + PATIENCE
    line = b""
    while not line.endswith(b"\n"):
        left = give_up - time.monotonic()
        if left <= 0 or not select.select([descriptor], [], [], left)[0]:
            raise TimeoutError(f"none within {PATIENCE:.0f} s")
        some = os.read(descriptor, 65536)
        if not some:
            raise ConnectionError("it ended")
        line += some
    return line


def _ended(process: subprocess.Popen[bytes]) -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(OSError):
                stream.close()
    process.kill()
    process.wait()


def _first(said: str) -> str:
    """The reason itself: examples and addresses come after it."""
    return printable(said.partition("\n\n")[0])
