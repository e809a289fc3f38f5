"""`cloudops knowledge` and the suite of commands, on an index of a few services."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from cloudops.app import knowledge_sources
from cloudops.knowledge.building import build, place
from cloudops.knowledge.contract import Source
from cloudops.knowledge.sources.botocore import source
from fakes.terminal import Terminal


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state directory where the index of all that is installed is said to be there: it holds
    one service, since all take a minute."""
    spec = find_spec("botocore")
    assert spec is not None
    assert spec.origin is not None
    whole = source(Path(spec.origin).parent / "data", "1")
    one = Source("botocore", "1", tuple(p for p in whole.parts if p.name == "aws sqs"))
    home = tmp_path / "given" / "knowledge"
    built = build(home, (one,), lambda *_: None)
    built.replace(place(home, knowledge_sources()))
    return home.parent


def test_search_proposes_what_is_meant(terminal: Terminal, state: Path) -> None:
    words = "create an amazon queue; queue name orders"
    told = terminal("knowledge", "search", words, "--state-dir", str(state), "-o", "json")
    assert told.code == 0, told.err
    first = told.document["candidates"][0]
    assert (first["command"], first["service"]) == ("aws sqs create-queue", "sqs")
    assert first["confidence"] > 0.3
    shown = terminal("knowledge", "search", words, "--state-dir", str(state))
    assert "sqs:CreateQueue" in shown.out


def test_what_nothing_is_like_is_exit_10(terminal: Terminal, state: Path) -> None:
    told = terminal("knowledge", "search", "xyzzy", "--state-dir", str(state))
    assert told.code == 10


def test_show_tells_what_an_operation_needs(terminal: Terminal, state: Path) -> None:
    told = terminal("knowledge", "show", "aws sqs send-message", "--state-dir", str(state))
    assert told.code == 0, told.err
    assert "needs  --queue-url" in told.out
    assert "gives  MD5OfMessageBody" in told.out
    wrong = terminal("knowledge", "show", "aws sqs fly", "--state-dir", str(state))
    assert wrong.code == 64
    assert "knowledge search" in wrong.err


def test_the_suite_of_commands_is_asked_and_reported(
    terminal: Terminal, state: Path, tmp_path: Path
) -> None:
    row = {
        "id": "1",
        "cloud": "aws",
        "service": "sqs",
        "operation": "delete-queue",
        "title": "Delete a queue",
        "command": "aws sqs delete-queue --queue-url x",
    }
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps(row) + "\n")
    where = ("--out", str(tmp_path / "out"), "--state-dir", str(state))
    told = terminal("gym", "run", "--suite", "commands", "--tasks", str(file), *where, "-o", "json")
    assert told.code == 0, told.err
    assert told.document["parts"][0]["top1"]["successes"] == 1
    again = terminal("gym", "report", *where)
    assert again.code == 0, again.err
    assert "aws sqs" in again.out
