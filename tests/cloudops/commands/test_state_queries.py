"""state list, show and graph over what is known: filters, pages, and what breaks."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from cloudops.commands import state_graph, which
from cloudops.state.contract import Run
from cloudops.state.sql import FILE, open_store
from fakes.terminal import Terminal
from modalities.resource import Kind, Link, Provider, Resource, ResourceRef

EAST, WEST = "111122223333/us-east-1", "111122223333/us-west-2"
NET = Link("in", Kind.NETWORK, "vpc-1")


def made(
    kind: Kind,
    name: str,
    id: str,
    *links: Link,
    scope: str = EAST,
    tags: dict[str, str] | None = None,
    **facts: Any,
) -> Resource:
    ref = ResourceRef(Provider.AWS, scope, kind, name)
    return Resource(ref, id, {"state": "running", **facts}, tags or {}, links)


@pytest.fixture
def known(terminal: Terminal) -> Terminal:
    """A terminal whose state knows a network with a machine in it behind a target group, and
    something in another region."""
    store = open_store(terminal.state / FILE)
    now = datetime.now(UTC)
    store.begin_run(Run("r-1", "Create web-1", "sandbox", EAST, "me", "done", now, now))
    web = made(
        *(Kind.VM, "web-1", "i-1", Link("in", Kind.SUBNET, "subnet-1")),
        tags={"env": "prod", "owner": "ann"},
    )
    store.record((web,), run="r-1", modality="sdk", whole=None)
    others = (
        made(Kind.NETWORK, "main", "vpc-1"),
        made(Kind.SUBNET, "front", "subnet-1", NET),
        made(Kind.TARGET_GROUP, "pool", "tg-1", Link("targets", Kind.VM, "i-1")),
        made(Kind.VM, "db-1", "i-2", scope=WEST, tags={"env": "prod", "Owner": "bob"}),
        made(Kind.DISK, "web-1", "vol-1", scope=WEST),
    )
    store.record(others, run=None, modality="outside", whole=None)
    store.close()
    return terminal


def listed(known: Terminal, *words: str) -> list[str]:
    said = known("state", "list", *words, "-o", "json")
    assert said.code == 0
    return sorted(r["id"] for r in said.document["resources"])


def test_what_no_kind_names_by_its_type_and_by_its_name(known: Terminal) -> None:
    queue = made(
        *(Kind.OTHER, "sqs queue orders", "arn:aws:sqs:us-east-1:1:orders"),
        *(Link("uses", Kind.VM, "i-1"),),
        resource_type="sqs:queue",
        looks=[{"name": "how it is read"}],
    )
    with closing(open_store(known.state / FILE)) as store:
        store.record((queue,), run=None, modality="outside", whole=None)
    for type in ("sqs:queue", "sqs queue", "sqs", "other"):
        assert listed(known, "--type", type) == [queue.id]
    assert listed(known, "--type", "vms") == listed(known, "--kind", "vm")
    assert listed(known, "--type", "sns") == []
    people = known("state", "list").out
    assert "1 sqs:queue" in people
    assert "other/" not in people
    shown = known("state", "show", "orders").out
    assert "sqs queue orders (arn:aws:sqs:us-east-1:1:orders)" in shown
    assert "how it is read" not in shown
    broken = known("state", "graph", "vm/web-1", "--breaks", "-o", "json").document["breaks"]
    assert {one["name"] for one in broken} == {"pool", "sqs queue orders"}


def test_list_by_what_is_said(known: Terminal) -> None:
    assert listed(known, "--tag", "env=prod") == ["i-1", "i-2"]
    assert listed(known, "--tag", "env", "--tag", "owner=ann") == ["i-1"]
    assert listed(known, "--region", "us-west-2") == ["i-2", "vol-1"]
    assert listed(known, "--owner", "bob") == ["i-2"]
    assert listed(known, "--by", "sdk") == listed(known, "--by", "r-1") == ["i-1"]
    assert "i-1" not in listed(known, "--by", "outside")
    assert listed(known, "--name", "WEB-*", "--kind", "disk") == ["vol-1"]
    assert listed(known, "--kind", "image") == []


def test_list_counts_by_kind_and_folds_no_id(
    known: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = known("state", "list").out
    assert "4 in 111122223333/us-east-1: " in people
    monkeypatch.setenv("COLUMNS", "50")
    long = "i-0123456789abcdef0"
    with closing(open_store(known.state / "state.db")) as store:
        name = "customer-facing-web-application-server"
        store.record((made(Kind.VM, name, long),), run=None, modality="outside", whole=None)
    assert long in known("state", "list", "--kind", "vm").out


def test_paths_of_azure_are_shown_by_their_ends(known: Terminal) -> None:
    group = "/subscriptions/5a4db0c5/resourceGroups/rg/providers/Microsoft"
    disk = f"{group}.Compute/disks/data-1"
    ref = ResourceRef(Provider.AZURE, "5a4db0c5/rg", Kind.VM, "web-1")
    attributes: dict[str, Any] = {"disks": [disk], "devices": {"os": disk}, "state": "running"}
    vm = Resource(ref, f"{group}.Compute/virtualMachines/web-1", attributes)
    with closing(open_store(known.state / "state.db")) as store:
        store.record((vm,), run=None, modality="outside", whole=None)
    listed = known("state", "list").out.partition("5a4db0c5/rg: 1 VM")[2]
    assert [line.split() for line in listed.splitlines() if "vm/" in line] == [
        ["vm/web-1", "running"]
    ]
    shown = known("state", "show", vm.id).out
    assert '{"os": "data-1"}' in shown
    assert [line.split()[:2] for line in shown.splitlines() if "disks" in line] == [
        ["disks", "data-1"]
    ]


def test_list_says_that_there_is_more(known: Terminal) -> None:
    people = known("state", "list", "--limit", "2").out
    assert people.count("running") == 2
    assert "--limit shows more than 2" in people
    assert "and more" not in known("state", "list", "--limit", "6").out
    assert len(listed(known, "--limit", "2")) == 2
    assert known("state", "list", "--owner", "eve").out == "nothing that is known is like that\n"


def test_list_streams_one_document(known: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(which, "PAGE", 2)
    assert len(listed(known)) == 6
    line = known("state", "list", "-o", "ndjson").out
    assert line.count("\n") == 1
    assert len(json.loads(line)["resources"]) == 6
    assert known("state", "list", "--owner", "eve", "-o", "json").document == {
        "schema_version": 1,
        "resources": [],
    }


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--tag", "=x"), "has no key"),
        (("--kind", "vmm"), "there is no kind 'vmm'"),
        (("--by", "me"), "neither a hand nor a run"),
        (("--limit", "0"), "--limit"),
    ],
)
def test_what_means_nothing_is_refused(known: Terminal, words: tuple[str, ...], said: str) -> None:
    told = known("state", "list", *words)
    assert told.code == 64
    assert said in told.err


def test_show_tells_what_hangs_on_what(known: Terminal) -> None:
    (one,) = known("state", "show", "subnet/front", "-o", "json").document["resources"]
    assert [(n["id"], n["depth"], n["links"]) for n in one["needs"]] == [
        ("vpc-1", 1, [{"role": "in", "key": f"aws:{EAST}:subnet/front"}])
    ]
    assert [(n["id"], n["depth"]) for n in one["dependents"]] == [("i-1", 1), ("tg-1", 2)]
    people = known("state", "show", "front").out
    assert "network/main" in people
    assert "vm/web-1" in people
    assert "cloudops state graph subnet/front --breaks" in people
    alone = known("state", "show", "db-1").out
    assert "it hangs on nothing, and nothing on it" in alone


def test_graph_of_all_of_some_and_around_one(known: Terminal) -> None:
    def nodes(*words: str) -> list[str]:
        answer = known("state", "graph", *words, "-o", "json").document["answer"]
        assert all(file.endswith((".svg", ".html")) for file in answer["files"])
        return sorted(node["id"] for node in answer["graph"]["nodes"])

    assert nodes() == ["i-1", "i-2", "subnet-1", "tg-1", "vol-1", "vpc-1"]
    assert nodes("--region", "us-east-1") == ["i-1", "subnet-1", "tg-1", "vpc-1"]
    assert nodes("vm/web-1") == ["i-1", "subnet-1", "tg-1", "vpc-1"]
    assert nodes("vm/web-1", "--breaks") == ["i-1", "tg-1"]
    people = known("state", "graph", "vm/web-1").out
    assert "<- asked about" in people


def test_what_breaks_link_by_link(known: Terminal) -> None:
    said = known("state", "graph", "vpc-1", "--breaks", "-o", "json").document
    assert [(b["id"], b["depth"], [x["role"] for x in b["links"]]) for b in said["breaks"]] == [
        ("subnet-1", 1, ["in"]),
        ("i-1", 2, ["in"]),
        ("tg-1", 3, ["targets"]),
    ]
    assert said["more"] is False
    people = known("state", "graph", "vpc-1", "--breaks").out
    assert "If network main goes, 3 things break" in people
    assert "targets vm/web-1" in people
    nothing = known("state", "graph", "pool", "--breaks").out
    assert "If target group pool goes, nothing else breaks." in nothing


def test_graph_wants_one_and_not_too_many(known: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    several = known("state", "graph", "web-1")
    assert several.code == 64
    assert "disk/web-1, vm/web-1" in several.err
    assert known("state", "graph", "--breaks").code == 64
    assert known("state", "graph", "db-1", "--kind", "vm").code == 64
    monkeypatch.setattr(state_graph, "DRAWN", 3)
    many = known("state", "graph")
    assert many.code == 64
    assert "too many for one picture" in many.err
    assert known("state", "graph", "--kind", "vm").code == 0
    near = known("state", "graph", "vpc-1", "--breaks", "-o", "json")
    assert near.document["more"] is False
    monkeypatch.setattr(state_graph, "DRAWN", 2)
    near = known("state", "graph", "vpc-1", "--breaks", "-o", "json")
    assert near.document["more"] is True
    assert "only the nearest 2" in near.err
