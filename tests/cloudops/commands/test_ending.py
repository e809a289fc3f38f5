"""Every way a command ends: one clear line, or one document, and the right code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from cloudops.commands.ending import DOCUMENT, guarded, said
from cloudops.errors import Blocked, Denied, NotUnderstood, Stop
from fakes.terminal import Terminal


@pytest.mark.parametrize(
    ("words", "summary"),
    [
        (["rusn"], "No such command 'rusn'. Did you mean 'run', 'runs'?"),
        (["runs", "--limti", "3"], "No such option: --limti"),
        (["runs", "--limit", "many"], "Invalid value for '--limit'"),
        (["runs", "a", "b"], "unexpected extra argument"),
        (["run"], "Missing argument 'TEXT"),
        (["run", "x", "--max-risk", "extreme"], "--max-risk: 'extreme' is not one of low"),
        (["run", "x", "--timeout", "soon"], "--timeout: 'soon' is not a time"),
        (["run", "x", "--budget", "-5"], "--budget: '-5' is not a number of zero or more"),
        (["runs", "--output", "xml"], "--output: 'xml' is not one of human, json, ndjson"),
        (["run", "x", "--target", "nowhere"], "there is no target 'nowhere'"),
        (["runs", "--config", "missing.toml"], "cannot be read"),
        (["runs", "nothing-like-it"], "there is no run nothing-like-it"),
        (["locks", "break", "nobody"], "breaking a lock needs a reason"),
        (["show", "missing.json"], "cannot be read"),
        (["apply", "missing.json"], "cannot be read"),
        (["prices", "list", "--cloud", "gcp"], "'gcp' is no cloud"),
        (["state", "list", "--kind", "spaceship"], "there is no kind 'spaceship'"),
    ],
)
def test_wrong_usage_is_64(terminal: Terminal, words: list[str], summary: str) -> None:
    people = terminal(*words)
    assert people.code == 64
    assert people.out == ""
    assert people.err.startswith("cloudops: ")
    assert summary in people.err.splitlines()[0]
    assert "Traceback" not in people.err
    wanted = () if "--output" in words else ("-o", "json")
    if wanted:
        machine = terminal(*words, *wanted)
        assert machine.code == 64
        assert set(machine.document) == set(DOCUMENT)
        assert summary in machine.document["error"]["summary"]
        assert machine.document["outcome"] == "refused"


def test_a_request_without_a_verb_is_told_which(terminal: Terminal) -> None:
    people = terminal("Create a VM")
    assert (people.code, people.out) == (64, "")
    assert 'cloudops run "Create a VM"' in people.err


def test_no_verb_and_no_terminal(terminal: Terminal) -> None:
    people = terminal()
    assert people.code == 64
    assert "a session needs a terminal" in people.err


def test_a_broken_configuration_in_json(terminal: Terminal) -> None:
    (terminal.folder / "cloudops.toml").write_text("tagret = 'x'")
    machine = terminal("runs", "-o", "json")
    assert machine.code == 64
    assert machine.document["error"]["remedy"] == "did you mean target?"
    assert machine.document["error"]["detail"].endswith("cloudops.toml:1")


def test_output_may_come_from_the_environment(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLOUDOPS_OUTPUT", "ndjson")
    machine = terminal("runs", "nothing-like-it")
    assert machine.out.count("\n") == 1
    assert machine.document["exit_code"] == 64


def ending(
    capture: pytest.CaptureFixture[str], error: BaseException, *words: str
) -> tuple[int, str]:
    app = typer.Typer(pretty_exceptions_enable=False)

    @app.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
    def fail() -> None:
        raise error

    return guarded(app, list(words)), capture.readouterr().err


@pytest.mark.parametrize(
    ("stop", "code"),
    [(Blocked("a", detail="b", remedy="c"), 5), (Denied("a", detail="b", remedy="c"), 4)],
)
def test_a_stop_is_three_lines_and_its_code(
    capsys: pytest.CaptureFixture[str], stop: Stop, code: int
) -> None:
    ended, err = ending(capsys, stop)
    assert ended == code
    assert err == "cloudops: a\n  b\n  c\n"


def test_what_is_nearest_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    _, err = ending(capsys, NotUnderstood("a", nearest=("Create a VM",)))
    assert err == "cloudops: a\n  nearest: Create a VM\n"


def test_a_fault_is_one_line_and_a_traceback_for_who_asks(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, err = ending(capsys, ZeroDivisionError("by zero"))
    assert code == 70
    assert err.startswith("cloudops: a fault in cloudops: ZeroDivisionError: by zero\n")
    assert "Traceback" not in err
    code, err = ending(capsys, ZeroDivisionError("by zero"), "--debug")
    assert code == 70
    assert "Traceback" in err


@pytest.mark.parametrize(
    ("words", "value"),
    [
        (["-o", "json"], "json"),
        (["-ojson"], "json"),
        (["--output=json"], "json"),
        (["-o", "human", "x", "--output", "json"], "json"),
        (["x", "-o"], None),
        (["--", "-o", "json"], None),
        (["--outputs=json"], None),
    ],
)
def test_an_option_in_words_that_nobody_parsed(words: list[str], value: str | None) -> None:
    assert said(words, "-o", "--output") == value


def run(folder: Path, words: list[str], stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "cloudops", *words],
        input=stdin,
        capture_output=True,
        env={**os.environ, "CLOUDOPS_STATE_DIR": str(folder / "state")},
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "stdin", "summary"),
    [
        (["run", ""], b"", "the request is empty"),
        (["run", "-"], b" \n\t", "the request is empty"),
        (["run", "-"], b"\xff\xfe\x00", "the request on stdin is not text in UTF-8"),
        (["run", "-"], b"x" * 200_000, "the request on stdin is too long"),
        (["run", "x" * 100_000], b"", "the request is too long: 100,000 characters"),
        (["run", "a\x1b[2Jb"], b"", "the request holds control characters"),
        (["run", b"caf\xe9".decode(errors="surrogateescape")], b"", "not text in UTF-8"),
    ],
)
def test_what_is_no_request(tmp_path: Path, words: list[str], stdin: bytes, summary: str) -> None:
    done = run(tmp_path, words, stdin)
    assert done.returncode == 10
    assert summary in done.stderr.decode().splitlines()[0]
    assert b"Traceback" not in done.stderr
    assert not (tmp_path / "state").exists()


def test_nobody_reads_on(tmp_path: Path) -> None:
    """`cloudops prices list | head -1` ends quietly."""
    process = subprocess.Popen(
        [sys.executable, "-m", "cloudops", "prices", "list", "-o", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "CLOUDOPS_STATE_DIR": str(tmp_path)},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.wait(timeout=30) == 0
    assert process.stderr.read() == b""
