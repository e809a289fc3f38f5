"""The judges on Azure, on what is done by hand: well, and badly in one way each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sandbox.gym.azure import given, parts
from sandbox.gym.azure.topology import links

SceneOf = Callable[[str], Any]

WARNED: Mapping[str, Any] = {
    "plan": {"advisories": [{"severity": "danger", "text": "web-1 is destroyed and made anew"}]}
}


def said(text: str, rows: Sequence[Sequence[str]] = ()) -> dict[str, Any]:
    return {"answer": {"text": text, "table": {"columns": [], "rows": rows} if rows else None}}


def _attach(here: Any, disk: str, lun: int = 0) -> None:
    document = here.web()
    disks = document["properties"]["storageProfile"].setdefault("dataDisks", [])
    disks.append({"lun": lun, "createOption": "Attach", "managedDisk": {"id": disk}})
    here.write(document)


def test_one_machine(scene: SceneOf) -> None:
    here = scene("P1")
    given.one_vm(here.reader)
    assert here.judged("Create a VM named web-1").reasons == ()
    assert here.judged("a Standard_D2s_v5 VM named web-1").passed
    assert here.judged("Create a VM named web-2").missed
    assert here.judged("a Standard_B2s VM named web-1").missed
    assert here.judged("a VM named web-1 in a new network 10.9.0.0/16").missed
    here.disk("stray", 8)
    (left,) = here.judged("Create a VM named web-1").left_over
    assert "stray" in left


def test_three_behind_a_balancer(scene: SceneOf) -> None:
    here = scene("P3")
    given.tier(here.reader)
    prompt = "Put three servers named web-1, web-2 and web-3 behind a load balancer"
    assert here.judged(prompt).reasons == ()
    assert here.judged(f"{prompt} on port 81").missed
    nics = here.reader.client("network").network_interfaces
    nic = nics.get(here.group, "web-2-nic")
    nic.ip_configurations[0].load_balancer_backend_address_pools = None
    nics.begin_create_or_update(here.group, "web-2-nic", nic).result()
    assert here.judged(prompt).missed == ("web-2 get nothing from the load balancer's rule",)


def test_a_disk_more(scene: SceneOf) -> None:
    here = scene("U1")
    _attach(here, here.disk("logs", 48))
    assert here.judged("Attach a 48 GB disk to web-1").reasons == ()
    assert here.judged("Attach a disk to web-1").missed == ("the new disk has 48 GiB, not 32",)
    here.machines.begin_deallocate(here.group, "web-1").result()
    assert here.judged("Attach a 48 GB disk to web-1").missed == ("web-1 is stopped",)


def test_diagnostics(scene: SceneOf) -> None:
    here = scene("U2")
    prompt = "Enable boot diagnostics for web-1"
    assert here.judged(prompt).missed
    document = here.web()
    document["properties"]["diagnosticsProfile"] = {"bootDiagnostics": {"enabled": True}}
    here.write(document)
    assert here.judged(prompt).reasons == ()
    document["tags"] = {"a": "b"}
    here.write(document)
    assert "tags" in here.judged(prompt).unwanted[0]


def _spot(here: Any, *, keep: bool = True) -> None:
    """By hand: deleted, and made again from its own disks."""
    old = here.web()
    told = old["properties"]
    here.machines.begin_delete(here.group, "web-1").result()
    storage = told["storageProfile"]
    for disk in (storage["osDisk"], *storage["dataDisks"]):
        disk["createOption"] = "Attach"
        disk["managedDisk"] = {"id": disk["managedDisk"]["id"]}
    storage.pop("imageReference")
    if not keep:
        storage["dataDisks"] = []
    storage["osDisk"]["osType"] = "Linux"
    body = {
        "location": old["location"],
        "tags": old["tags"],
        "properties": {
            "hardwareProfile": told["hardwareProfile"],
            "storageProfile": storage,
            "networkProfile": told["networkProfile"],
            "priority": "Spot",
            "evictionPolicy": "Deallocate",
        },
    }
    here.write(body)


def test_spot(scene: SceneOf) -> None:
    here = scene("U3")
    _spot(here)
    assert here.judged("Turn web-1 into a spot VM", WARNED).reasons == ()
    assert here.judged("Turn web-1 into a spot VM").unwarned


def test_spot_without_its_data(scene: SceneOf) -> None:
    here = scene("U3")
    _spot(here, keep=False)
    (reason,) = here.judged("Turn web-1 into a spot VM", WARNED).missed
    assert "is attached at None" in reason


def test_answers(scene: SceneOf) -> None:
    here = scene("M1")
    right, wrong = said("web-2 is stopped (deallocated)."), said("web-2 is running.")
    assert here.judged("Is web-2 up?", right, after=here.before).passed
    assert not here.judged("Is web-2 up?", wrong, after=here.before).passed
    here = scene("M2")
    (vm,) = here.before.of("instance").values()
    (address,) = parts.public_ips(here.before, vm)
    assert here.judged("public ip of web-1", said(f"It is {address}."), after=here.before).passed
    assert not here.judged("public ip of web-1", said("10.40.1.4"), after=here.before).passed


def test_disks(scene: SceneOf) -> None:
    here = scene("M3")
    rows = [
        [disk["name"], f"{disk['properties']['diskSizeGB']} GiB", disk["sku"]["name"]]
        for disk in here.before.of("volume").values()
    ]
    assert len(rows) == 3
    assert here.judged("disks of web-1", said("Three.", rows), after=here.before).passed
    assert not here.judged("disks of web-1", said("Two.", rows[1:]), after=here.before).passed


def test_graph(scene: SceneOf, tmp_path: Any) -> None:
    here = scene("M4")
    edges = sorted(links(here.before))
    ids = {id for edge in edges for id in edge}
    picture = tmp_path / "graph.svg"
    picture.write_text("<svg>web-1 web-2 web-3 front</svg>")
    graph = {
        "nodes": [{"id": id} for id in ids],
        "edges": [{"from": one, "to": other} for one, other in edges],
    }
    answer = {"answer": {"text": "", "graph": graph, "files": [str(picture)]}}
    assert here.judged("Draw everything", answer, after=here.before).reasons == ()
    graph["edges"].append({"from": edges[0][0], "to": "/subscriptions/nobody"})
    assert here.judged("Draw everything", answer, after=here.before).missed


def test_health(scene: SceneOf) -> None:
    here = scene("M5")
    whole = "Virtual Machines in East US, Active: no way in. Planned: Load Balancer."
    assert here.judged("Any incidents?", said(whole), after=here.before).passed
    for lacking in ("Virtual Machines", "East US", "Active", "Load Balancer"):
        answer = said(whole.replace(lacking, "?"))
        assert not here.judged("Any incidents?", answer, after=here.before).passed
