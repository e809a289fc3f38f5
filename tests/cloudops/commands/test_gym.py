"""The gym from the command line: real episodes by the SDK hand, interrupted and resumed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from fakes.terminal import Terminal

TWO = ("--task", "P1:1", "--task", "M2:1", "--hand", "sdk")


def test_two_episodes_and_their_report(terminal: Terminal, tmp_path: Path) -> None:
    out = tmp_path / "out"
    told = terminal("gym", "run", *TWO, "--out", str(out), "-o", "json")
    assert told.code == 0, told.out + told.err
    episodes = told.document["episodes"]
    assert {e["key"]: e["status"] for e in episodes} == {
        "P1-1-sdk-1": "passed",
        "M2-1-sdk-1": "passed",
    }
    assert {e["planner"] for e in episodes} == {"built-in"}
    assert all(e["steps"] and e["seconds"] for e in episodes)
    assert "[2/2]" in told.err
    assert not (out / "clouds").exists() or not list((out / "clouds").iterdir())
    again = terminal("gym", "run", "--resume", *TWO, "--out", str(out), "-o", "json")
    assert again.document["episodes"] == episodes, "nothing is played twice"
    report = terminal("gym", "report", "--out", str(out))
    assert "2 passed, 0 did not" in report.out
    for name in ("report.json", "report.md", "report.svg", "report.html"):
        assert (out / name).stat().st_size > 500
    refused = terminal("gym", "run", *TWO, "--out", str(out))
    assert refused.code == 64
    assert "--resume" in refused.err


def _start(out: Path, state: Path, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "cloudops", "gym", "run", "--task", "M1", "--hand", "sdk"]
    return subprocess.Popen(
        [*command, "--jobs", "1", "--out", str(out), *words],
        env={**os.environ, "CLOUDOPS_STATE_DIR": str(state)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _lines(out: Path) -> list[Any]:
    path = out / "results.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def _after(count: int, out: Path, running: subprocess.Popen[str]) -> None:
    """Until so many episodes are over."""
    until = time.monotonic() + 120
    while len(_lines(out)) < count:
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < until, "no episode in two minutes"
        time.sleep(0.05)


def _daemons(out: Path) -> list[int]:
    found = psutil.process_iter(["cmdline", "status"])
    return [
        p.pid
        for p in found
        if str(out) in " ".join(p.info["cmdline"] or ()) and p.info["status"] != "zombie"
    ]


def test_killed_and_interrupted_in_the_middle_and_resumed(tmp_path: Path) -> None:
    out, state = tmp_path / "out", tmp_path / "state"
    killed = _start(out, state)
    _after(1, out, killed)
    killed.send_signal(signal.SIGKILL)
    killed.communicate(timeout=60)
    kept = _lines(out)
    interrupted = _start(out, state, "--resume")
    _after(len(kept) + 1, out, interrupted)
    interrupted.send_signal(signal.SIGINT)
    _, said = interrupted.communicate(timeout=60)
    assert interrupted.returncode == 130
    assert f"cloudops gym run --resume --out {out}" in said
    assert "Traceback" not in said
    assert _daemons(out) == [], "what the killed one left is ended as well"
    lines = _lines(out)
    assert lines[: len(kept)] == kept
    keys = [line["key"] for line in lines]
    assert len(set(keys)) == len(keys), "nothing is played twice"
    assert {line["status"] for line in lines} == {"passed"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "--hand", "foot"), "there is no hand 'foot'"),
        (("run", "--task", "X9"), "--task X9: no task"),
        (("run", "--task", "P1:99"), "there is no such episode"),
        (("run", "--tasks", "none.json"), "cannot be read"),
        (("run", "--cloud", "gcp"), "there is no cloud 'gcp'"),
        (("report",), "the gym has not been run yet"),
        (("report", "--out", "nowhere"), "holds no results"),
    ],
)
def test_what_cannot_be(terminal: Terminal, words: tuple[str, ...], said: str) -> None:
    told = terminal("gym", *words)
    assert told.code == 64
    assert said in told.err


def test_tasks_from_the_environment(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUDOPS_GYM_TASKS", "others.json")
    assert "others.json cannot be read" in terminal("gym", "run").err
