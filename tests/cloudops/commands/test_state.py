"""What the state knows, shown without asking any cloud."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from cloudops.engine.drift import Drift, Drifted
from cloudops.state.contract import Run
from cloudops.state.sql import FILE, open_store
from cloudops.views.drift import lines
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


@pytest.mark.parametrize(
    "name", ["web-1", "WEB-1", "i-1", "vm/web-1", "vm/i-1", f"aws:{SCOPE}:vm/web-1"]
)
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


def test_what_drift_prints_can_be_shown(known: Terminal) -> None:
    gone = Drift(resource(Kind.VM, "web-1", "i-1").ref, "i-1", Drifted.VANISHED)
    named = [text for text, _ in lines((gone,), SCOPE)][2].partition(" ")[0]
    assert named == "vm/web-1"
    assert known("state", "show", named).code == 0


def test_of_two_with_one_name_the_kind_tells(known: Terminal) -> None:
    store = open_store(known.state / FILE)
    twin = resource(Kind.DISK, "web-1", "vol-2")
    store.record((twin,), run=None, modality="outside", whole=None)
    store.close()
    found = known("state", "show", "web-1", "-o", "json").document["resources"]
    assert sorted(r["id"] for r in found) == ["i-1", "vol-2"]
    (one,) = known("state", "show", "disk/web-1", "-o", "json").document["resources"]
    assert one["id"] == "vol-2"


@pytest.mark.parametrize("columns", [80, 100])
def test_tables_fit_a_terminal(
    known: Terminal, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name or an id is never broken, and each resource is one line."""
    monkeypatch.setenv("COLUMNS", str(columns))
    arn = f"arn:aws:elasticloadbalancing:{SCOPE}:loadbalancer/app/front/a0ac7846894aa2a3"
    long = "subnet-0d600bc287427e041"
    store = open_store(known.state / FILE)
    more = (resource(Kind.LOAD_BALANCER, "front", arn), resource(Kind.SUBNET, long, long))
    store.record(more, run=None, modality="outside", whole=None)
    store.close()
    lines = known("state", "list").out.splitlines()
    assert f"5 in {SCOPE}:" in lines[0]
    assert max(map(len, lines)) <= columns
    assert sum("/" in line for line in lines[1:]) == 5
    assert any(f"subnet/{long}" in line for line in lines)
    assert any("load_balancer/front" in line and "a0ac7846894aa2a3" in line for line in lines)
    assert known("state", "show", "a0ac7846894aa2a3").code == 0


def test_nothing_is_lost_where_there_is_no_room(
    known: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "1")
    assert "vm/web-1" in known("state", "list").out
