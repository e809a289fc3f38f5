"""plan --hold: locks that hold from `plan` to `apply`, on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cloudops.commands.options import completed
from fakes.terminal import Terminal
from sandbox.daemon import Sandbox

STOP = ("plan", "Stop VM web-1", "--out", "stop.json")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("hold")
    sandbox = Sandbox(folder / "state" / "sandbox")
    sandbox.up()
    yield folder
    sandbox.down()


@pytest.fixture
def product(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    """A sandbox with one machine, web-1, and nobody who can be asked."""
    product = Terminal(folder, capsys, monkeypatch)
    known = product("state", "list", "--kind", "vm", "-o", "json").document["resources"]
    if not known:
        assert product("run", "Create a VM named web-1", "--yes").code == 0
    return product


def test_nothing_is_held_where_there_is_nothing_to_hold(product: Terminal) -> None:
    for words, code, why in (
        ("Start VM web-1", 0, "there is nothing to do"),
        ("Delete VM web-9", 10, "there is no VM web-9"),
    ):
        told = product("plan", words, "--out", "x.json", "--hold")
        assert told.code == code
        assert f"nothing is held: {why}" in told.err
    denied = product("plan", "Delete VM web-1", "--out", "x.json", "--hold", "--read-only")
    assert denied.code == 4
    assert "nothing is held: this request changes things and --read-only is set" in denied.err
    longest = f"{'x' * 245}.json"  # its draft beside it has a longer name than a file may have
    unwritten = product("plan", "Stop VM web-1", "--out", longest, "--hold")
    assert unwritten.code == 64
    assert "name too long" in unwritten.err
    assert product("locks").out == "no locks are held\n"


def test_from_plan_to_apply_nobody_gets_in_between(product: Terminal) -> None:
    planned = product(*STOP, "--hold", "2h", "-o", "json").document
    digest, run = planned["plan"]["digest"], planned["run"]
    locks = product("locks", "-o", "json").document["locks"]
    assert {(h["run"], h["plan"], h["holder"]) for h in locks} == {
        (run, digest, planned["hold"]["holder"])
    }
    assert planned["hold"]["claims"] == len(locks)
    people = product("locks").out
    assert f"held for plan {digest[:19]}: Stop VM web-1" in people
    assert f"cloudops locks break {run} --reason" in people
    assert "planned, held" in product("runs").out

    blocked = product("run", "Delete VM web-1", "--yes", "--max-risk", "high", "-o", "json")
    assert (blocked.code, blocked.document["outcome"]) == (5, "blocked")
    second = product("plan", "Stop VM web-1", "--out", "2.json", "--hold", "-o", "json")
    assert (second.code, second.document["hold"]) == (5, None)
    assert not (product.folder / "2.json").exists()

    parked = product("apply", "stop.json", "-o", "json")
    assert parked.code == 3
    assert len(product("locks", "-o", "json").document["locks"]) == len(locks)
    words = ("resume", parked.document["run"], "--yes", "--max-risk", "medium", "-o", "json")
    done = product(*words)
    assert (done.code, done.document["outcome"]) == (0, "done")
    journal = product("runs", parked.document["run"], "-o", "json").document["journal"]
    (taken,) = [event["body"] for event in journal if event["what"] == "locked"]
    assert taken["kept"] == planned["hold"]["holder"]
    assert taken["fence"] > planned["hold"]["fence"]
    assert product("locks", "-o", "json").document["locks"] == []

    words = ("plan", "Start VM web-1", "--out", "start.json", "--hold", "-o", "json")
    dropped = product(*words).document
    assert product("undo", dropped["run"]).code == 0  # a plan nobody wants any more
    assert product("locks", "-o", "json").document["locks"] == []


@pytest.mark.parametrize(
    ("hold", "said"),
    [
        ("soon", "'soon' is not a time"),
        ("-5m", "'-5m' is not a time"),
        ("0", "no time at all"),
        ("0s", "no time at all"),
        ("25h", "longer than a plan is good"),
        ("1e3", "'1e3' is not a time"),
    ],
)
def test_how_long_is_a_time_within_limits(terminal: Terminal, hold: str, said: str) -> None:
    told = terminal("plan", "Stop VM web-1", "--out", "x.json", f"--hold={hold}")
    assert told.code == 64
    assert said in told.err
    assert "at most 24h" in told.err


def test_a_hold_is_for_a_plan_that_is_kept(terminal: Terminal) -> None:
    told = terminal("plan", "Stop VM web-1", "--hold")
    assert told.code == 64
    assert "--out FILE" in told.err


def test_the_time_may_be_left_out() -> None:
    def filled(*words: str) -> tuple[str, ...]:
        return tuple(completed(words))

    assert filled("--hold", "--out", "x") == ("--hold=", "--out", "x")
    assert filled("x", "--hold") == ("x", "--hold=")
    assert filled("--hold", "Stop VM web-1") == ("--hold=", "Stop VM web-1")
    assert filled("--hold", "2h", "x") == ("--hold", "2h", "x")
    assert filled("--hold=2h") == ("--hold=2h",)
    assert filled("--", "--hold") == ("--", "--hold")
