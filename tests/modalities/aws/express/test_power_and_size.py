from __future__ import annotations

from typing import Any

import pytest

from modalities.change import Power, Resize, Selection, SetDiagnostics, SetPower
from modalities.contract import Unresolved, Unsupported
from modalities.resource import Kind

WEB = Selection(names=("web-1",))


def power(cloud: Any, way: Power, what: Selection = WEB) -> Any:
    return cloud.make(SetPower(what=what, power=way))


def test_off_and_on_again(cloud: Any) -> None:
    id = cloud.outside("web-1")
    draft = power(cloud, Power.STOP)
    assert cloud.vm("web-1")["State"]["Name"] == "stopped"
    assert draft.steps[0].disrupts == "web-1 is off"
    assert power(cloud, Power.STOP).steps == ()
    power(cloud, Power.START)
    assert cloud.vm("web-1")["State"]["Name"] == "running"
    cloud.undo()
    assert cloud.vm("web-1")["State"]["Name"] == "running"
    assert cloud.vm("web-1")["InstanceId"] == id


def test_restart_starts_what_is_off(cloud: Any) -> None:
    cloud.outside("web-1")
    assert power(cloud, Power.RESTART).steps[0].action.operation == "RebootInstances"
    power(cloud, Power.STOP)
    assert power(cloud, Power.RESTART).steps[0].action.operation == "StartInstances"
    assert cloud.vm("web-1")["State"]["Name"] == "running"


def test_all_of_them_side_by_side_by_tag_or_all(cloud: Any) -> None:
    for name, env in (("a", "dev"), ("b", "dev"), ("c", "prod")):
        cloud.outside(name, tags={"env": env})
    draft = power(cloud, Power.STOP, Selection(kind=Kind.VM, tags=(("env", "dev"),)))
    assert [s.needs for s in draft.steps] == [(), ()]
    assert cloud.vm("c")["State"]["Name"] == "running"
    every = power(cloud, Power.STOP, Selection(kind=Kind.VM, every=True))
    assert [s.id for s in every.steps] == ["stop-c"]


def test_nothing_of_the_kind_is_nothing_to_do(cloud: Any) -> None:
    assert power(cloud, Power.STOP, Selection(kind=Kind.VM, every=True)).steps == ()
    with pytest.raises(Unresolved, match="no VM web-1"):
        power(cloud, Power.STOP)


def test_only_machines_have_power(cloud: Any) -> None:
    cloud.volume("data")
    with pytest.raises(Unsupported, match="only a VM"):
        power(cloud, Power.STOP, Selection(kind=Kind.DISK, names=("data",)))


def test_another_size_takes_an_outage_and_says_so(cloud: Any) -> None:
    id = cloud.outside("web-1")
    draft = cloud.make(Resize(what=WEB, vcpus=2, memory_gib=8))
    assert [s.id for s in draft.steps] == ["stop-web-1", "resize-web-1", "start-web-1"]
    assert "while its size changes" in draft.steps[0].disrupts
    vm = cloud.vm("web-1")
    assert (vm["InstanceId"], vm["State"]["Name"]) == (id, "running")
    assert vm["InstanceType"] == draft.steps[1].after["size"] != "t3.small"
    cloud.undo()
    assert cloud.vm("web-1")["InstanceType"] == "t3.small"
    assert cloud.vm("web-1")["State"]["Name"] == "running"


def test_what_is_off_stays_off(cloud: Any) -> None:
    cloud.outside("web-1")
    power(cloud, Power.STOP)
    cloud.make(Resize(what=WEB, size="t3.large"))
    assert cloud.vm("web-1")["State"]["Name"] == "stopped"
    assert cloud.draft(Resize(what=WEB, size="t3.large")).steps == ()


def test_sizes_that_cannot_be(cloud: Any) -> None:
    cloud.outside("web-1")
    with pytest.raises(Unsupported, match=r"x86_64 and t4g\.small is arm64"):
        cloud.draft(Resize(what=WEB, size="t4g.small"))
    with pytest.raises(Unsupported, match="say to which size"):
        cloud.draft(Resize(what=WEB))
    cloud.outside("spot", InstanceMarketOptions={"MarketType": "spot"})
    with pytest.raises(Unsupported, match="spot machine"):
        cloud.draft(Resize(what=Selection(names=("spot",)), size="t3.large"))


def test_stop_and_resize_in_one_sentence_is_one_stop(cloud: Any) -> None:
    cloud.outside("web-1")
    draft = cloud.make(SetPower(what=WEB, power=Power.STOP), Resize(what=WEB, size="t3.large"))
    assert [s.id for s in draft.steps] == ["stop-web-1", "resize-web-1"]
    assert draft.steps[1].needs == ("stop-web-1",)


def test_monitoring_off(cloud: Any) -> None:
    cloud.outside("web-1", Monitoring={"Enabled": True})
    draft = cloud.make(SetDiagnostics(what=WEB, enabled=False))
    assert cloud.vm("web-1")["Monitoring"]["State"] == "disabled"
    assert draft.advisories == (), "monitoring was asked for, and monitoring it is"
