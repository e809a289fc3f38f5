"""The sandbox from the command line, looked at with a client of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from fakes.terminal import Terminal

LOOK = """
import json, sys, boto3
ec2 = boto3.client("ec2")
print(json.dumps([ec2.meta.endpoint_url, len(ec2.describe_instances()["Reservations"])]))
"""


def cloudops(state: Path, *words: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "cloudops", "sandbox", *words, "-o", "json"],
        capture_output=True,
        text=True,
        env={**os.environ, "CLOUDOPS_STATE_DIR": str(state)},
        check=True,
    )
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The state directory of a sandbox that runs."""
    state = tmp_path_factory.mktemp("state")
    try:
        yield state
    finally:
        cloudops(state, "down")


def test_up_twice_is_one_sandbox(state: Path) -> None:
    first = cloudops(state, "up")
    second = cloudops(state, "up")
    assert second["started"] is False
    assert second["status"]["pid"] == first["status"]["pid"]
    assert cloudops(state, "status")["status"]["endpoint"].startswith("http://127.0.0.1:")


def test_env_is_for_eval(state: Path) -> None:
    """In a shell that has real credentials, another client sees the sandbox and only that."""
    endpoint = cloudops(state, "up")["status"]["endpoint"]
    script = f"eval \"$({sys.executable} -m cloudops sandbox env)\" && {sys.executable} -c '{LOOK}'"
    done = subprocess.run(
        ["bash", "-c", script],
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "CLOUDOPS_STATE_DIR": str(state),
            "AWS_PROFILE": "production",
            "AWS_SESSION_TOKEN": "real",
            "AWS_ENDPOINT_URL_EC2": "http://127.0.0.1:9",
        },
        check=True,
    )
    assert json.loads(done.stdout) == [endpoint, 0]


def test_env_in_json_says_what_to_unset(state: Path) -> None:
    document = cloudops(state, "env")
    assert document["environment"]["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")
    assert "AWS_PROFILE" in document["unset"]
    assert not set(document["unset"]) & set(document["environment"])


def test_env_starts_it_and_says_so_aside(terminal: Terminal) -> None:
    told = terminal("sandbox", "env")
    try:
        assert told.code == 0
        assert told.err == "cloudops: started the sandbox\n"
        assert all(line.startswith(("export ", "unset ")) for line in told.out.splitlines())
    finally:
        assert terminal("sandbox", "down").out == "sandbox ended\n"


def test_where_it_does_not_run(terminal: Terminal) -> None:
    assert "is not running" in terminal("sandbox", "status").out
    assert terminal("sandbox", "status", "-o", "json").document["status"] is None
    assert terminal("sandbox", "down", "-o", "json").document["ended"] is False
    assert terminal("sandbox", "reset", "-o", "json").document["reset"] is False


def test_a_port_that_is_taken(terminal: Terminal, state: Path) -> None:
    taken = cloudops(state, "up")["status"]["port"]
    told = terminal("sandbox", "up", "--port", str(taken))
    assert told.code == 8
    assert f"port {taken} is taken" in told.err
    assert "--port" in told.err
    assert "is not a port" in terminal("sandbox", "up", "--port", "99999").err


def test_a_state_directory_that_cannot_be_used(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLOUDOPS_STATE_DIR", "/proc/nowhere")
    for words, code in ((("sandbox", "up"), 8), (("runs",), 64)):
        told = terminal(*words)
        assert told.code == code
        assert "--state-dir" in told.err
        assert "Traceback" not in told.err


def test_console_is_opened_and_ends_with_the_sandbox(state: Path) -> None:
    opened = cloudops(state, "console", "--without", "survey")["console"]
    with urllib.request.urlopen(opened["url"] + "signin", timeout=10) as answer:
        assert b"Sign in" in answer.read()
    assert (opened["user"], len(opened["password"])) == ("sandbox-admin", 48)
    assert cloudops(state, "console")["console"] == opened
    assert cloudops(state, "console", "--end")["ended"] is True
    assert cloudops(state, "console", "--end")["ended"] is False
    pid = cloudops(state, "console")["console"]["pid"]
    cloudops(state, "down")
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_hazard_that_is_none_is_named(terminal: Terminal) -> None:
    done = terminal("sandbox", "console", "--without", "surveys")
    assert done.code == 64
    assert "did you mean survey?" in done.err
