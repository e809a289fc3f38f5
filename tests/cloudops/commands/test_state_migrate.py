"""cloudops state migrate, and every command on a PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cloudops.state.contract import Run
from cloudops.state.sql import FILE, open_store
from fakes.postgres import Server, programs, running
from fakes.terminal import Terminal

NOW = datetime(2031, 5, 4, 3, 0, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    bin = programs()
    if bin is None:
        pytest.skip("no PostgreSQL: neither on PATH nor in /usr/lib/postgresql")
    with running(bin) as server:
        yield server


@pytest.fixture
def known(terminal: Terminal) -> Terminal:
    with closing(open_store(terminal.state / FILE)) as store:
        store.begin_run(Run("run-7", "make a VM", "sandbox", "1/us", "ann", "done", NOW, NOW))
    return terminal


def test_to_a_team_and_back(
    known: Terminal, postgres: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = postgres.url(postgres.database())
    said = known("state", "migrate", "--to", url, "-o", "json")
    assert said.code == 0, said.err
    assert said.document["to"] == url
    assert {t["table"]: t["rows"] for t in said.document["tables"]}["runs"] == 1
    refused = known("runs")
    assert refused.code == 64
    assert f"was moved to {url}" in refused.err
    assert "CLOUDOPS_STATE" in refused.err
    monkeypatch.setenv("CLOUDOPS_STATE", url)
    assert "run-7" in known("runs").out
    assert "no locks" in known("locks").out
    there = tmp_path / "mine"
    said = known("state", "migrate", "--to", str(there))
    assert said.code == 0, said.err
    assert str(there) in said.out
    monkeypatch.delenv("CLOUDOPS_STATE")
    assert "run-7" in known("runs", "--state-dir", str(there)).out


@pytest.mark.parametrize(
    ("to", "said", "code"),
    [
        ("postgresql://ann:hunter2@localhost/x", "holds a password", 64),
        ("mysql://ann@localhost/x", "not the address of a PostgreSQL", 64),
        ("postgresql://ann@127.0.0.1:1/x", "nobody answers", 8),
        ("state", "nothing to move", 64),
    ],
)
def test_where_it_cannot_go(known: Terminal, to: str, said: str, code: int) -> None:
    refused = known("state", "migrate", "--to", to)
    assert refused.code == code
    assert said in refused.err
    assert "hunter2" not in refused.err + refused.out
    assert "run-7" in known("runs").out


def test_where_there_is_no_state(terminal: Terminal) -> None:
    assert terminal("state", "migrate", "--to", "elsewhere").code == 64
    assert not (terminal.folder / "elsewhere").exists()


def test_doctor_and_config_tell_where_it_is(
    terminal: Terminal, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres.url(postgres.database())
    monkeypatch.setenv("CLOUDOPS_STATE", url)
    settings = terminal("config", "show", "-o", "json").document["settings"]
    assert settings["state"] == {"value": url, "origin": "CLOUDOPS_STATE"}
    (store,) = [
        c for c in terminal("doctor", "-o", "json").document["checks"] if c["name"] == "store"
    ]
    assert (store["found"], store["what"]) == (True, url)
