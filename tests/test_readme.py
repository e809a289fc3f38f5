"""The commands in our documents exist, with the options they are shown with; the TOML loads."""

from __future__ import annotations

import re
import shlex
import subprocess
import tomllib
from pathlib import Path

import pytest

from cloudops.config import load
from cloudops.planner.interpreter.grammar import BuiltInInterpreter
from cloudops.request import Context, Request
from cloudops.settings.targets import BUILT_IN
from fakes.terminal import Terminal

ROOT = Path(__file__).parent.parent
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.M | re.S)


def blocks(language: str) -> list[str]:
    texts = (document.read_text() for document in DOCUMENTS)
    return [body for text in texts for kind, body in FENCE.findall(text) if kind == language]


COMMANDS = [
    line.removeprefix("$ ")
    for block in blocks("console")
    for line in block.splitlines()
    if line.startswith("$ ")
]
OURS = [line for line in COMMANDS if line.startswith("cloudops ")]
MAKE = [line for line in COMMANDS if line.startswith("make ")]


@pytest.fixture
def terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    return Terminal(tmp_path, capsys, monkeypatch)


@pytest.mark.parametrize("line", OURS)
def test_the_command_is_one(terminal: Terminal, line: str) -> None:
    """Parsed with its options; ``--help`` keeps it from being done."""
    told = terminal(*shlex.split(line)[1:], "--help")
    assert told.code == 0, told.err


@pytest.mark.parametrize("line", MAKE)
def test_the_make_target_is_one(line: str) -> None:
    subprocess.run(
        ["make", "--dry-run", *shlex.split(line)[1:]], cwd=ROOT, check=True, capture_output=True
    )


def test_there_are_commands_to_check() -> None:
    assert len(OURS) > 10
    assert len(MAKE) > 2


@pytest.mark.parametrize("text", blocks("toml"))
def test_the_configuration_is_one(tmp_path: Path, text: str) -> None:
    file = tmp_path / "named.toml"
    file.write_text(text)
    config = load({"config": str(file)}, {}, tmp_path)
    assert set(config.targets) == {*BUILT_IN, *tomllib.loads(text).get("targets", {})}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    for link in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text()):
        assert (document.parent / link).exists(), link


REQUESTS = [words[2] for words in map(shlex.split, OURS) if words[1] in ("run", "plan")]


@pytest.mark.parametrize("text", REQUESTS)
def test_the_request_is_understood(text: str) -> None:
    request = Request(text=text, target="sandbox", actor="")
    intent = BuiltInInterpreter().interpret(request, Context())
    assert not intent.open_questions
    assert intent.changes or intent.question
