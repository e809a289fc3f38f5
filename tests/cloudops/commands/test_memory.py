"""cloudops memory, as people use it."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cloudops.request import Goal, Intent
from cloudops.state.contract import Event, Run
from cloudops.state.sql import open_store
from cloudops.state.workflow import Preference, Use, UseEnd
from fakes.ground import NOW, named, workflow
from fakes.terminal import Terminal
from modalities.change import Attach, Power, SetPower
from modalities.codec import encode
from modalities.wanted import Disk

DISK = workflow(Attach(what=Disk(name="data-1", gib=40), to=named("api-1")))


@pytest.fixture
def terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    return Terminal(tmp_path, capsys, monkeypatch)


def filled(terminal: Terminal) -> None:
    with closing(open_store(terminal.state / "state.db")) as store:
        store.keep(DISK)
        store.begin_run(Run("run-1", "x", "lab", "s", "ann", "done", NOW, NOW))
        store.begin_use(
            Use(
                plan="plan-1",
                workflow=DISK.id,
                form=DISK.form,
                run="run-1",
                at=NOW,
                versions=DISK.versions,
                candidate=DISK,
            )
        )
        store.end_use("plan-1", UseEnd.DONE)
        at = datetime.now(UTC)
        for project, answer in ((str(terminal.folder), "8443"), ("/elsewhere", "1")):
            store.prefer(Preference(project=project, question="Which port?", answer=answer, at=at))


def test_nothing_yet(terminal: Terminal) -> None:
    told = terminal("memory", "list")
    assert told.code == 0
    assert "nothing is remembered yet" in told.out


def test_a_list_of_workflows_and_of_this_directorys_answers(terminal: Terminal) -> None:
    filled(terminal)
    told = terminal("memory", "list")
    assert DISK.id in told.out
    assert "attach disk (name, gib), vm (names) on aws" in told.out
    assert "came through once, last on 2031-05-04" in told.out
    assert "8443" in told.out
    document = terminal("memory", "list", "-o", "json").document
    assert [w["id"] for w in document["workflows"]] == [DISK.id]
    assert [a["answer"] for a in document["answers"]] == ["8443"]


def test_one_in_words(terminal: Terminal) -> None:
    filled(terminal)
    told = terminal("memory", "show", DISK.id[:5])
    assert told.code == 0
    for line in (
        "gib: any number",
        "the VM called <name 2>",
        "its state: running",
        "no disk <name> yet",
        "make disk <name> (<gib> GiB gp3)",
        "botocore 1.44.8",
        "run run-1: done",
    ):
        assert line in told.out
    assert terminal("memory", "show", "wf-nothing").code == 64


def test_forgetting(terminal: Terminal) -> None:
    filled(terminal)
    assert terminal("memory", "forget").code == 64
    assert terminal("memory", "forget", "wf-nothing").code == 64
    assert terminal("memory", "forget", "--answer", "Which VM?").code == 64
    told = terminal("memory", "forget", DISK.id, "--answer", "Which port?", "-o", "json")
    assert told.document["forgotten"] == {
        "workflows": [DISK.id],
        "readings": [],
        "answers": ["Which port?"],
    }
    left = terminal("memory", "list", "-o", "json").document
    assert (left["workflows"], left["answers"]) == ([], [])
    with closing(open_store(terminal.state / "state.db")) as store:
        assert [p.project for p in store.preferences()] == ["/elsewhere"]


def a_reading(terminal: Terminal) -> None:
    change = SetPower(what=named("web-1"), power=Power.STOP)
    note = "read by model m, since the built-in grammar did not understand it"
    intent = Intent(goal=Goal.UPDATE, summary="Stop it", changes=(change,), defaults=(note,))
    with closing(open_store(terminal.state / "state.db")) as store:
        store.begin_run(Run("r-1", "pray shut web-1 off", "lab", "s", "ann", "done", NOW, NOW))
        body = {"intent": encode(intent)}
        store.append("r-1", (Event("r-1", 1, NOW, "interpret", "understood", body),))


def test_a_reading_is_listed_shown_and_forgotten(terminal: Terminal) -> None:
    a_reading(terminal)
    told = terminal("memory", "list")
    assert "pray shut web-1 off" in told.out
    assert "nothing is remembered yet" not in told.out
    shown = terminal("memory", "show", "r-")
    assert "model m, 2031-05-04" in shown.out
    assert "may be other   web-1" in shown.out
    (entry,) = terminal("memory", "list", "-o", "json").document["readings"]
    assert (entry["id"], entry["values"]) == ("r-1", ["web-1"])
    assert terminal("memory", "forget", "r-1").out == (
        "forgotten: 0 workflows, 1 readings, 0 answers\n"
    )
    assert terminal("memory", "list", "-o", "json").document["readings"] == []
    assert terminal("memory", "show", "r-1").code == 64


def test_all_is_forgotten_at_once(terminal: Terminal) -> None:
    filled(terminal)
    a_reading(terminal)
    gone = terminal("memory", "forget", "--all", "-o", "json").document["forgotten"]
    assert gone == {"workflows": [DISK.id], "readings": ["r-1"], "answers": ["Which port?"]}


def test_from_one_state_to_another(terminal: Terminal, tmp_path: Path) -> None:
    filled(terminal)
    assert terminal("memory", "export", "ours.json").code == 0
    other = ("--state-dir", str(tmp_path / "other"))
    told = terminal("memory", "import", "ours.json", *other)
    assert told.code == 0, told.err
    assert "imported: 1 workflows, not trusted until they came through here" in told.out
    (entry,) = terminal("memory", "list", "-o", "json", *other).document["workflows"]
    assert entry["trusted"] is False
    assert "from ours.json, not trusted yet; not used here yet" in entry["record"]


def test_what_is_known_here_is_not_overwritten(terminal: Terminal) -> None:
    filled(terminal)
    terminal("memory", "export", "ours.json")
    told = terminal("memory", "import", "ours.json", "-o", "json")
    assert told.document["known"] == [DISK.id]
    (entry,) = terminal("memory", "list", "-o", "json").document["workflows"]
    assert entry["trusted"] is True


def test_a_bad_file_changes_nothing(terminal: Terminal) -> None:
    (terminal.folder / "bad.json").write_text('{"schema_version": 1, "workflows": [')
    told = terminal("memory", "import", "bad.json")
    assert told.code == 64
    assert "cut short" in told.err
    assert terminal("memory", "list", "-o", "json").document["workflows"] == []


def test_nothing_to_export(terminal: Terminal) -> None:
    assert terminal("memory", "export", "ours.json").code == 64
