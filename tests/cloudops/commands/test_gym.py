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


def _after_one(out: Path, running: subprocess.Popen[str]) -> None:
    until = time.monotonic() + 120
    while not _lines(out):
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


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_ended_in_the_middle_and_resumed(tmp_path: Path, how: signal.Signals) -> None:
    out, state = tmp_path / "out", tmp_path / "state"
    running = _start(out, state)
    _after_one(out, running)
    running.send_signal(how)
    _, said = running.communicate(timeout=60)
    kept = _lines(out)
    if how is signal.SIGINT:
        assert running.returncode == 130
        assert "--resume" in said
        assert "Traceback" not in said
        assert _daemons(out) == [], "an interrupted gym clears up"
    resumed = _start(out, state, "--resume", "--prompts", "2", "-o", "json")
    document, said = resumed.communicate(timeout=120)
    assert resumed.returncode == 0, said
    found = {e["key"]: e["status"] for e in json.loads(document)["episodes"]}
    assert found == {"M1-1-sdk-1": "passed", "M1-2-sdk-1": "passed"}
    assert _lines(out)[: len(kept)] == kept, "what was over is not played again"
    assert _daemons(out) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "--hand", "foot"), "there is no hand 'foot'"),
        (("run", "--task", "X9"), "--task X9: no task"),
        (("run", "--task", "P1:99"), "there is no such episode"),
        (("run", "--tasks", "none.json"), "cannot be read"),
        (("run", "--cloud", "azure"), "the gym has no azure yet"),
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
