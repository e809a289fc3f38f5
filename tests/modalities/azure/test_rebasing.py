"""A way back keeps what others have changed since, or is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from modalities.azure import ids
from modalities.azure.express import calls
from modalities.azure.rebasing import Rebasing, merge
from modalities.contract import Moved
from modalities.receipt import CloudError, Trouble
from modalities.resource import Kind

SCOPE = "11111111-1111-1111-1111-111111111111/lab"
NIC, OTHER = (ids.arm_id(SCOPE, Kind.NIC, name) for name in ("nic", "other"))
BALANCER = ids.arm_id(SCOPE, Kind.LOAD_BALANCER, "front")
FRONT, NEW = (ids.arm_id(SCOPE, Kind.PUBLIC_IP, name) for name in ("front-ip", "new-ip"))
POOL, EDGE = f"{BALANCER}/backendAddressPools/all", f"{BALANCER}-edge/backendAddressPools/all"
SUBNET = f"{ids.arm_id(SCOPE, Kind.NETWORK, 'net')}/subnets/inner"


def nic(address: str = "", *pools: str, **more: Any) -> dict[str, Any]:
    inner: dict[str, Any] = {"primary": True}
    if address:
        inner["publicIPAddress"] = {"id": address}
    if pools:
        inner["loadBalancerBackendAddressPools"] = [{"id": pool} for pool in pools]
    first = {"name": "first", "properties": inner}
    return {"location": "eastus", "properties": {"ipConfigurations": [first], **more}}


def laid(there: Mapping[str, Mapping[str, Any]]) -> Rebasing:
    def look(id: str) -> Mapping[str, Any]:
        if id not in there:
            raise CloudError(Trouble.NOT_FOUND, "ResourceNotFound", "it is not there")
        return there[id]

    return Rebasing(SCOPE, look)


def back(
    done: dict[str, Any], was: dict[str, Any], now: dict[str, Any], id: str = NIC
) -> dict[str, Any]:
    call = laid({id: now}).rebased([calls.put(id, done)], calls.put(id, was))
    body: dict[str, Any] = call.parameters["body"]
    return body


def test_where_nobody_changed_anything_it_is_what_it_was() -> None:
    was, done = nic(), nic(FRONT)
    shown = {"id": NIC, "name": "nic", "etag": "1", **nic(FRONT.upper())}
    shown["properties"]["provisioningState"] = "Succeeded"
    assert back(done, was, shown) == was


@pytest.mark.parametrize(
    ("more", "pools"),
    [({"enableIPForwarding": True}, ()), ({}, (POOL,)), ({"dnsSettings": {"dnsServers": []}}, ())],
)
def test_what_others_changed_beside_it_stays(more: Mapping[str, Any], pools: Any) -> None:
    assert back(nic(FRONT), nic(), nic(FRONT, *pools, **more)) == nic("", *pools, **more)
    assert back(nic(), nic(FRONT), nic("", *pools, **more)) == nic(FRONT, *pools, **more)


def test_of_a_list_only_what_was_put_into_it_is_taken_out() -> None:
    assert back(nic("", POOL), nic(), nic("", POOL, EDGE)) == nic("", EDGE)
    kept = back(nic(), nic("", POOL), nic("", EDGE))
    assert kept == nic("", EDGE, POOL)


def test_what_both_changed_is_nobody_s_to_decide() -> None:
    with pytest.raises(Moved, match=r"nic\.properties\.ipConfigurations\.first.*publicIPAddress"):
        back(nic(), nic(FRONT), nic(NEW))


def test_what_is_back_already_stays_as_it_is() -> None:
    assert back(nic(), nic(FRONT), nic(FRONT)) == nic(FRONT)


def test_what_was_deleted_is_made_again_where_nobody_made_another() -> None:
    subnet = {"properties": {"addressPrefix": "10.0.0.0/24"}}
    deleted, made = calls.delete(SUBNET), calls.put(SUBNET, subnet)
    assert laid({}).rebased([deleted], made) == made
    shown = {"properties": {"addressPrefix": "10.0.0.0/24", "provisioningState": "Succeeded"}}
    assert laid({SUBNET: shown}).rebased([deleted], made) == made
    other = {"properties": {"addressPrefix": "10.9.7.0/24"}}
    with pytest.raises(Moved, match="inner has been changed since"):
        laid({SUBNET: other}).rebased([deleted], made)


def test_what_went_out_of_others_with_something_deleted_goes_back_into_them() -> None:
    """A balancer that is deleted leaves no pool of its own on an interface."""
    deleted, again = calls.delete(BALANCER), calls.put(NIC, nic("", POOL))
    now = nic(NEW, EDGE, enableIPForwarding=True)
    body = laid({NIC: now}).rebased([deleted], again).parameters["body"]
    assert body == nic(NEW, EDGE, POOL, enableIPForwarding=True)


def test_each_way_back_stands_on_those_before_it() -> None:
    first, second, third = nic(), nic(FRONT), nic(FRONT, POOL)
    both = laid({NIC: nic(FRONT, POOL, enableIPForwarding=True)})
    one = both.rebased([calls.put(NIC, third)], calls.put(NIC, second)).parameters["body"]
    assert one == nic(FRONT, enableIPForwarding=True)
    two = both.rebased([calls.put(NIC, second)], calls.put(NIC, first)).parameters["body"]
    assert two == nic(enableIPForwarding=True)


def test_of_a_step_of_several_calls_each_way_back_stands_on_those_before_it() -> None:
    """A deployment writes a thing once, whatever came of how many steps in it."""
    done = [calls.put(OTHER, nic()), calls.put(NIC, nic(NEW))]
    both = laid({NIC: nic(NEW, EDGE)})
    assert both.rebased(done, calls.put(NIC, nic(FRONT))).parameters["body"] == nic(FRONT, EDGE)
    assert both.rebased(done, calls.put(NIC, nic())).parameters["body"] == nic("", EDGE)


def test_what_is_no_document_stays_as_it_is() -> None:
    vm = ids.arm_id(SCOPE, Kind.VM, "web")
    off, on = calls.post(vm, "powerOff"), calls.post(vm, "start")
    assert laid({}).rebased([off], on) is on
    gone = calls.delete(OTHER)
    assert laid({OTHER: nic()}).rebased([calls.put(OTHER, nic())], gone) is gone


def test_of_what_the_step_did_not_write_nothing_is_known() -> None:
    there = laid({NIC: nic(FRONT)})
    again = calls.put(NIC, nic())
    for done in (calls.put(OTHER, nic()), calls.patch(NIC, {"tags": {}})):
        assert there.rebased([done], again) is again


def test_defaults_that_azure_adds_are_nobody_s_change() -> None:
    done = {"rules": [{"name": "web", "port": 80}]}
    assert merge(done, {"rules": []}, {"rules": [{"name": "web", "port": 80, "idle": 4}]}) == {
        "rules": []
    }


def test_what_the_run_itself_put_into_a_list_goes_whatever_has_become_of_it() -> None:
    done = {"rules": [{"name": "web", "port": 80}]}
    now = {"rules": [{"name": "web", "port": 8080}, {"name": "other", "port": 1}]}
    assert merge(done, {"rules": []}, now) == {"rules": [{"name": "other", "port": 1}]}


def test_nothing_is_nothing_however_it_is_said() -> None:
    was, done, now = nic(FRONT), nic(), nic()
    done["properties"]["ipConfigurations"][0]["properties"]["publicIPAddress"] = None
    assert back(done, was, now) == was
