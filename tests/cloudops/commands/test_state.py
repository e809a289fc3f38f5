"""What the state knows, shown without asking any cloud."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from cloudops.state.contract import Run
from cloudops.state.sql import FILE, open_store
from fakes.terminal import Terminal
from modalities.resource import Kind, Provider, Resource, ResourceRef

SCOPE = "111122223333/us-east-1"


def resource(kind: Kind, name: str, id: str, **attributes: Any) -> Resource:
    return Resource(ResourceRef(Provider.AWS, SCOPE, kind, name), id, dict(attributes))


@pytest.fixture
def known(terminal: Terminal) -> Terminal:
    """A terminal whose state knows two VMs and a disk, one attribute written by a run."""
    store = open_store(terminal.state / FILE)
    now = datetime.now(UTC)
    store.begin_run(Run("r-1", "Create web-1", "sandbox", SCOPE, "me", "done", now, now))
    web = resource(Kind.VM, "web-1", "i-1", state="running", size="t3.small")
    others = (resource(Kind.VM, "web-2", "i-2"), resource(Kind.DISK, "data", "vol-1"))
    store.record((web,), run="r-1", modality="sdk", whole=None)
    store.record(others, run=None, modality="outside", whole=None)
    store.close()
    return terminal


def test_list(known: Terminal) -> None:
    found = known("state", "list", "-o", "json").document["resources"]
    assert sorted(r["id"] for r in found) == ["i-1", "i-2", "vol-1"]
    assert known("state", "list", "--kind", "disks").out.count("vol-1") == 1
    assert "web-1" not in known("state", "list", "--kind", "disk").out


def test_list_of_a_target(known: Terminal) -> None:
    assert len(known("state", "list", "-t", "sandbox", "-o", "json").document["resources"]) == 3
    assert known("state", "list", "-t", "nowhere").code == 64


@pytest.mark.parametrize("name", ["web-1", "WEB-1", "i-1"])
def test_show_says_who_wrote_what(known: Terminal, name: str) -> None:
    (found,) = known("state", "show", name, "-o", "json").document["resources"]
    written = {p["attribute"]: p for p in found["provenance"]}
    assert (written["size"]["run"], written["size"]["modality"]) == ("r-1", "sdk")
    people = known("state", "show", name).out
    assert "t3.small" in people
    assert "r-1" in people


def test_show_of_nothing(known: Terminal) -> None:
    told = known("state", "show", "web-3")
    assert told.code == 64
    assert "did you mean web-" in told.err
