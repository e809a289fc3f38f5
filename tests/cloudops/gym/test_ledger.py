"""Results on disk: durable, each once, and readable after any kill."""

from __future__ import annotations

from pathlib import Path

import pytest

from cloudops.errors import Blocked, Misused
from cloudops.gym.ledger import RESULTS, Ledger
from cloudops.gym.result import Status
from fakes.results import failed, result


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "out")
    with ledger.held():
        told = failed(unwanted=("volume vol-1 added",), reasons=("ein Ümlaut", 'and "quotes"\n'))
        for each in (result(), told):
            ledger.add(each)
        assert ledger.results() == (told,), "the same episode: the newest holds"
        ledger.add(result("M5", 2))
    assert [r.key for r in ledger.results()] == ["P1-1-sdk-1", "M5-2-sdk-1"]


def test_a_line_that_was_cut_short(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    with ledger.held():
        ledger.add(result("P1"))
        ledger.add(result("P2"))
    path = tmp_path / RESULTS
    path.write_bytes(path.read_bytes()[:-40])
    assert [r.task for r in ledger.results()] == ["P1"]
    with ledger.held():
        ledger.add(result("P3"))
    assert [r.task for r in ledger.results()] == ["P1", "P3"]


def test_what_need_not_be_played_again(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    with ledger.held():
        ledger.add(failed("P1"))
        ledger.add(result("P2", status=Status.BROKEN))
        ledger.add(result("P3", status=Status.UNAVAILABLE))
        ledger.add(result("U1", status=Status.REFUSED))
    assert ledger.done() == {"P1-1-sdk-1", "U1-1-sdk-1"}


def test_two_at_once_in_one_place(tmp_path: Path) -> None:
    blocked = pytest.raises(Blocked, match="at work")
    with Ledger(tmp_path).held(), blocked, Ledger(tmp_path).held():
        pass
    with Ledger(tmp_path).held():
        pass


def test_a_place_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Misused, match="cannot be used"), Ledger(tmp_path / "file").held():
        pass
