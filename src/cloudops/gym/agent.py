"""The agent as a user has it: the command, in a process, an environment and a folder of its own.

In this process an episode would be shorter by what Python needs to start: 1.6 s, on a machine where
all is busy 4 s (median of 88). But exit codes, documents, flags and the start of the tools are part
of what a user gets, one episode must not see what another has loaded, and a process can be given a
time limit and killed.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cloudops

WITHIN = 900.0
"""Seconds an episode may take: Terraform's fixed waits fit in."""

POLITE = 20.0
"""Seconds an agent has to finish the step under way when it is interrupted."""

KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PLAYWRIGHT_BROWSERS_PATH")


@dataclass(frozen=True, slots=True)
class Spoken:
    """``document`` is empty where stdout held none. ``seconds`` from start to end."""

    exit_code: int
    document: Mapping[str, Any]
    seconds: float
    timed_out: bool = False


class Agent:
    """Runs one command at a time; ``interrupt`` may be called from any thread."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop

    def ask(self, prompt: str, hand: str, folder: Path, more: Sequence[str] = ()) -> Spoken:
        """``cloudops run PROMPT --modality HAND``, with everything allowed, in ``folder``,
        which holds its state. Raises KeyboardInterrupt where the gym is stopped."""
        (folder / "cloudops.toml").touch()
        begun = time.monotonic()
        with (folder / "stdout.json").open("wb") as out, (folder / "stderr.txt").open("wb") as err:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and command
                command(prompt, hand, folder, more),
                cwd=folder,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
            timed_out = not self._ended(process, begun + WITHIN)
        return Spoken(
            exit_code=process.returncode,
            document=_document(folder / "stdout.json"),
            seconds=round(time.monotonic() - begun, 2),
            timed_out=timed_out,
        )

    def _ended(self, process: subprocess.Popen[bytes], until: float) -> bool:
        """Whether it ended by itself; it has ended in any case."""
        try:
            while time.monotonic() < until:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(0.2)
                    return True
                if self._stop.is_set():
                    raise KeyboardInterrupt
            return False
        finally:
            _end(process)


def command(prompt: str, hand: str, folder: Path, more: Sequence[str] = ()) -> list[str]:
    """What a user would type, and where things are kept."""
    return [
        *(sys.executable, "-m", "cloudops", "run", "--modality", hand),
        *("--yes", "--max-risk", "high", "-o", "json", "--no-input"),
        *("--state-dir", str(folder / "state"), "--config", str(folder / "cloudops.toml")),
        *(*more, "--", prompt),
    ]


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | {
        "PYTHONPATH": str(Path(cloudops.__file__).parents[1]),
        "PYTHONSAFEPATH": "1",
        "NO_COLOR": "1",
    }


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end, then make it and all it started."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(POLITE)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _document(path: Path) -> Mapping[str, Any]:
    try:
        data: Any = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, Mapping) else {}
