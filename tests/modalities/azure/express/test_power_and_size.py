"""Machines off, on, of another size, with larger disks; read back, undone, compared."""

from __future__ import annotations

from typing import Any

import pytest

from fakes import azure_outside as outside
from modalities.change import Power, Resize, Selection, SetDiagnostics, SetPower
from modalities.contract import Unresolved, Unsupported
from modalities.resource import Kind
from modalities.step import Irreversible

WEB = Selection(names=("web-1",))


def power(cloud: Any, way: Power, what: Selection = WEB) -> Any:
    return cloud.make(SetPower(what=what, power=way))


def state(cloud: Any) -> str:
    return outside.power(cloud, "web-1")


def ids(draft: Any) -> list[str]:
    return [step.id for step in draft.steps]


def test_off_is_deallocated_and_says_what_is_lost(cloud: Any) -> None:
    cloud.outside("web-1")
    draft = power(cloud, Power.STOP)
    assert state(cloud) == "deallocated"
    assert draft.steps[0].disrupts == "web-1 is off"
    assert any("temporary disk" in a.text for a in draft.advisories)
    assert power(cloud, Power.STOP).steps == ()
    cloud.undo()
    assert state(cloud) == "running"


def test_what_is_only_powered_off_is_given_back_and_undone_to_just_that(cloud: Any) -> None:
    id = cloud.outside("web-1")
    cloud.ask("POST", f"{id}/powerOff")
    draft = power(cloud, Power.STOP)
    assert state(cloud) == "deallocated"
    assert draft.steps[0].disrupts == "", "it was off before"
    cloud.undo()
    assert state(cloud) == "stopped"
    power(cloud, Power.START)
    assert state(cloud) == "running"
    cloud.undo()
    assert state(cloud) == "stopped"


def test_restart_starts_what_is_off(cloud: Any) -> None:
    cloud.outside("web-1")
    assert power(cloud, Power.RESTART).steps[0].action.operation.endswith("begin_restart")
    power(cloud, Power.STOP)
    assert power(cloud, Power.RESTART).steps[0].action.operation.endswith("begin_start")
    assert state(cloud) == "running"


def test_all_of_them_side_by_side_by_tag_or_all(cloud: Any) -> None:
    for name, env in (("a", "dev"), ("b", "dev"), ("c", "prod")):
        id = cloud.outside(name)
        cloud.ask("PATCH", id, {"tags": {"env": env}})
    draft = power(cloud, Power.STOP, Selection(kind=Kind.VM, tags=(("env", "dev"),)))
    assert [s.needs for s in draft.steps] == [(), ()]
    assert outside.power(cloud, "c") == "running"
    every = power(cloud, Power.STOP, Selection(kind=Kind.VM, every=True))
    assert ids(every) == ["stop-c"]


def test_nothing_of_the_kind_is_nothing_to_do(cloud: Any) -> None:
    assert power(cloud, Power.STOP, Selection(kind=Kind.VM, every=True)).steps == ()
    with pytest.raises(Unresolved, match="no VM web-1"):
        power(cloud, Power.STOP)


def test_only_machines_have_power(cloud: Any) -> None:
    cloud.outside("web-1")
    with pytest.raises(Unsupported, match="only a VM"):
        power(cloud, Power.STOP, Selection(kind=Kind.DISK, names=("web-1-os",)))


# sizes


def size(cloud: Any) -> str:
    return str(cloud.get(Kind.VM, "web-1")["properties"]["hardwareProfile"]["vmSize"])


def test_a_size_that_its_hardware_has_takes_a_restart_and_says_so(cloud: Any) -> None:
    cloud.outside("web-1")
    before = cloud.holdings()
    draft = cloud.make(Resize(what=WEB, size="Standard_B2ms"))
    assert ids(draft) == ["resize-web-1"]
    assert "restarts" in draft.steps[0].disrupts
    assert (size(cloud), state(cloud)) == ("Standard_B2ms", "running")
    assert cloud.draft(Resize(what=WEB, size="Standard_B2ms")).steps == ()
    cloud.undo()
    assert cloud.holdings() == before


def test_another_size_is_given_while_the_machine_is_off(cloud: Any, azure_daemon: Any) -> None:
    """Where Azure does not tell what the hardware has that a running machine is on."""
    cloud.outside("web-1")
    before = cloud.holdings()
    order = {"operation": "Microsoft.Compute/virtualMachines/vmSizes/*", "kind": "error"}
    azure_daemon.ask("POST", "faults", [{**order, "status": 403, "code": "AuthorizationFailed"}])
    draft = cloud.draft(Resize(what=WEB, vcpus=2, memory_gib=8))
    cloud.do(draft)
    assert ids(draft) == ["stop-web-1", "resize-web-1", "start-web-1"]
    assert "while its size changes" in draft.steps[0].disrupts
    assert state(cloud) == "running"
    assert size(cloud) == draft.steps[1].after["size"] != "Standard_B2s"
    cloud.undo()
    assert cloud.holdings() == before
    assert state(cloud) == "running"


def test_what_is_off_stays_off(cloud: Any) -> None:
    cloud.outside("web-1")
    power(cloud, Power.STOP)
    assert ids(cloud.make(Resize(what=WEB, size="Standard_D2s_v5"))) == ["resize-web-1"]
    assert (size(cloud), state(cloud)) == ("Standard_D2s_v5", "deallocated")


def test_sizes_on_which_it_would_not_run_are_refused(cloud: Any) -> None:
    cloud.outside("web-1")
    with pytest.raises(Unsupported, match="arm64"):
        cloud.draft(Resize(what=WEB, size="Standard_D2ps_v5"))
    with pytest.raises(Unsupported, match="no premium disks"):
        cloud.draft(Resize(what=WEB, size="Standard_D2_v3"))
    with pytest.raises(Unsupported, match="say to which size"):
        cloud.draft(Resize(what=WEB))


# disks


def test_a_data_disk_grows_in_place_and_never_shrinks(cloud: Any) -> None:
    cloud.outside("web-1")
    outside.data_disk(cloud, "web-1", "data", 64)
    data = Selection(kind=Kind.DISK, names=("data",))
    draft = cloud.make(Resize(what=data, gib=128))
    assert ids(draft) == ["grow-disk-data"]
    assert isinstance(draft.steps[0].undo, Irreversible)
    assert cloud.get(Kind.DISK, "data")["properties"]["diskSizeGB"] == 128
    assert cloud.draft(Resize(what=data, gib=128)).steps == ()
    with pytest.raises(Unsupported, match="cannot become smaller"):
        cloud.draft(Resize(what=data, gib=64))
    passing = cloud.draft(Resize(what=data, gib=8192))
    assert ids(passing) == ["stop-web-1", "grow-disk-data", "start-web-1"]


def test_the_system_disk_grows_while_its_machine_is_off(cloud: Any) -> None:
    cloud.outside("web-1")
    draft = cloud.make(Resize(what=WEB, gib=64))
    assert ids(draft) == ["stop-web-1", "grow-disk-web-1-os", "start-web-1"]
    assert cloud.get(Kind.DISK, "web-1-os")["properties"]["diskSizeGB"] == 64
    assert state(cloud) == "running"


# diagnostics


def boot(cloud: Any) -> Any:
    told = cloud.get(Kind.VM, "web-1")["properties"].get("diagnosticsProfile", {})
    return told.get("bootDiagnostics")


def test_boot_diagnostics_on_and_nothing_else(cloud: Any) -> None:
    cloud.outside("web-1")
    before = cloud.get(Kind.VM, "web-1")["properties"]
    draft = cloud.make(SetDiagnostics(what=WEB, wording="boot diagnostics"))
    assert ids(draft) == ["turn-on-diagnostics-of-web-1"]
    assert boot(cloud) == {"enabled": True}
    now = cloud.get(Kind.VM, "web-1")["properties"]
    now.pop("diagnosticsProfile")
    assert now == before
    assert cloud.draft(SetDiagnostics(what=WEB)).steps == ()
    cloud.undo()
    assert boot(cloud) == {"enabled": False}


def test_off_again_keeps_its_own_storage_account(cloud: Any) -> None:
    where = {"enabled": True, "storageUri": "https://logs.blob.core.windows.net/"}
    cloud.outside("web-1", diagnosticsProfile={"bootDiagnostics": where})
    draft = cloud.make(SetDiagnostics(what=WEB, enabled=False, wording="monitoring"))
    assert any("Azure Monitor" in a.text for a in draft.advisories)
    assert boot(cloud)["enabled"] is False
    cloud.undo()
    assert boot(cloud) == where
