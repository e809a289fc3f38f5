"""Which run is taken where none is named: the least surprising one, or none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cloudops.engine.fitting import chosen, fitting
from cloudops.engine.holder import holder_of
from cloudops.errors import Misused
from cloudops.state.contract import Event, Run, Store
from fakes.cloud import created, receipt
from fakes.plans import plan
from modalities.claim import Claim, Mode
from modalities.codec import encode
from modalities.receipt import Outcome
from modalities.resource import Kind

BEGAN = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
VM = created(Kind.VM, "web-1")


def ran(store: Store, id: str, status: str, *, minute: int, did: bool = False) -> None:
    at = BEGAN + timedelta(minutes=minute)
    store.begin_run(
        Run(
            id=id,
            request=f"make {id}",
            target="t",
            scope="",
            actor="me",
            status="running",
            started_at=at,
            changed_at=at,
        )
    )
    if did:
        body = {"receipt": encode(receipt(VM, Outcome.DONE, outputs={"id": "vm-1"}))}
        store.append(id, [Event(run=id, seq=1, at=at, stage="execute", what="receipt", body=body)])
    store.set_status(id, status, digest="d")


def test_undo_takes_the_latest_that_did_something_ended_or_not(store: Store) -> None:
    ran(store, "old", "done", minute=1, did=True)
    ran(store, "broken", "interrupted", minute=2, did=True)
    ran(store, "early", "interrupted", minute=3)
    ran(store, "parked", "parked", minute=4)
    ran(store, "failed", "failed", minute=5)
    assert fitting(store, None, "undo").id == "broken"
    store.set_status("broken", "undone")
    assert fitting(store, None, "undo").id == "old"
    store.set_status("old", "undone")
    with pytest.raises(Misused, match="no run to undo"):
        fitting(store, None, "undo")


def test_undo_again_goes_one_run_further_back(store: Store) -> None:
    ran(store, "old", "done", minute=1, did=True)
    ran(store, "undo", "done", minute=2, did=True)
    undo = plan(VM, undoes="between")
    store.put_plan(undo)
    store.set_status("undo", "done", digest=undo.digest)
    assert fitting(store, None, "undo").id == "old"


def test_resume_takes_the_only_one_that_waits(store: Store) -> None:
    ran(store, "done", "done", minute=1, did=True)
    ran(store, "parked", "parked", minute=2)
    assert fitting(store, None, "resume").id == "parked"
    ran(store, "broken", "interrupted", minute=3, did=True)
    with pytest.raises(Misused) as several:
        fitting(store, None, "resume")
    assert "parked (make parked)" in several.value.detail
    assert "broken (make broken)" in several.value.detail


def test_what_another_process_is_at_is_left_to_it(store: Store) -> None:
    ran(store, "parked", "parked", minute=1)
    ran(store, "busy", "running", minute=2, did=True)
    key = VM.changes[0].key
    store.claim(holder_of("busy"), [Claim(key, Mode.EXCLUSIVE)], ttl=60, who="me", why="x")
    assert fitting(store, None, "resume").id == "parked"
    with pytest.raises(Misused):
        fitting(store, None, "undo")


def test_what_was_taken_is_said(store: Store) -> None:
    ran(store, "parked", "parked", minute=1)
    told = chosen(fitting(store, None, "resume"), "resume")
    assert told.startswith("resume parked: 'make parked' (parked, begun 2026-01-0")
    assert told.endswith("on t)")
