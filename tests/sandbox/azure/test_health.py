"""Resource health and service health: what is told, and who may write it."""

from __future__ import annotations

from datetime import UTC, datetime

from fakes.arm import GROUP, HERE, NETWORK, Arm
from fakes.azure import machine
from sandbox.azure.health.events import Event, EventStatus, EventType, announce
from sandbox.azure.names import SUBSCRIPTION

HEALTH = "/providers/Microsoft.ResourceHealth"
STATUSES = f"{HEALTH}/availabilityStatuses"
EVENTS = f"{HERE}{HEALTH}/events"
VM = f"{GROUP}/providers/Microsoft.Compute/virtualMachines/vm"

INCIDENT = Event(
    id="VT60-RC0",
    type=EventType.ISSUE,
    status=EventStatus.ACTIVE,
    title="Virtual Machines in East US cannot be started",
    summary="Starting since 09:00 UTC, starts fail.",
    service="Virtual Machines",
    regions=("East US",),
    begins=datetime(2026, 2, 27, 9, tzinfo=UTC),
    level="Error",
)
MAINTENANCE = Event(
    id="PLM1-000",
    type=EventType.MAINTENANCE,
    status=EventStatus.ACTIVE,
    title="Hosts in West US 2 are updated",
    summary="Machines pause for up to ten seconds.",
    service="Virtual Machines",
    regions=("West US 2",),
    begins=datetime(2026, 3, 5, 1, tzinfo=UTC),
    ends=datetime(2026, 3, 5, 5, tzinfo=UTC),
)


def with_machine() -> Arm:
    arm = Arm()
    arm.network()
    arm.interface("nic-1")
    arm.done("PUT", VM, machine())
    return arm


def state(arm: Arm, id: str) -> tuple[str, str]:
    told = arm.done("GET", f"{id}{STATUSES}/current")["properties"]
    return told["availabilityState"], told["reasonType"]


def test_a_machine_that_runs_and_one_that_is_stopped() -> None:
    arm = with_machine()
    assert state(arm, VM) == ("Available", "")
    arm.done("POST", f"{VM}/deallocate")
    assert state(arm, VM) == ("Unavailable", "UserInitiated")
    assert len(arm.done("GET", f"{VM}{STATUSES}")["value"]) == 1


def test_all_of_a_group_and_of_a_subscription() -> None:
    arm = with_machine()
    arm.address("ip")
    for scope in (GROUP, HERE):
        told = arm.done("GET", f"{scope}{STATUSES}")["value"]
        assert {one["id"].split("/")[8] for one in told} == {"vm", "ip"}
    assert arm.refused("GET", f"{HERE}/resourceGroups/none{STATUSES}")[0] == 404


def test_types_without_a_health() -> None:
    arm = with_machine()
    network = f"{NETWORK}/virtualNetworks/net"
    assert arm.refused("GET", f"{network}{STATUSES}/current") == (400, "UnsupportedResourceType")
    assert arm.refused("GET", f"{VM}x{STATUSES}/current")[0] == 404


def test_events_newest_first_until_they_are_over() -> None:
    arm = Arm()
    assert arm.done("GET", EVENTS) == {"value": []}
    for event in (INCIDENT, MAINTENANCE):
        announce(arm.cloud, SUBSCRIPTION, event)
    listed = arm.done("GET", EVENTS)["value"]
    assert [one["name"] for one in listed] == ["PLM1-000", "VT60-RC0"]
    told = listed[1]["properties"]
    assert (told["eventType"], told["status"]) == ("ServiceIssue", "Active")
    assert told["impact"][0]["impactedRegions"][0]["impactedRegion"] == "East US"
    later = arm.done("GET", f"{EVENTS}?queryStartTime=03/06/2026")["value"]
    assert [one["name"] for one in later] == ["VT60-RC0"]
    assert arm.done("GET", f"{EVENTS}/VT60-RC0")["properties"] == told


def test_they_are_the_providers_to_write() -> None:
    arm = Arm()
    announce(arm.cloud, SUBSCRIPTION, INCIDENT)
    body = {"properties": {"eventType": "ServiceIssue"}}
    assert arm.refused("PUT", f"{EVENTS}/mine", body) == (405, "MethodNotAllowed")
    assert arm.refused("DELETE", f"{EVENTS}/VT60-RC0") == (405, "MethodNotAllowed")
