"""What all resource types have alike."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fakes.arm import GROUP, HERE, NETWORK, Arm
from sandbox.azure import front
from sandbox.azure.cloud import Settings
from sandbox.azure.faults import Fault, FaultKind
from sandbox.azure.requests import Request

NET = f"{NETWORK}/virtualNetworks/net"
PIP = f"{NETWORK}/publicIPAddresses/ip"
BODY = {"location": "eastus", "properties": {}}


def test_without_a_token_it_says_where_to_sign_in() -> None:
    arm = Arm(who="me")
    answer = front.answer(arm.cloud, Request("GET", "/subscriptions", {"api-version": "1"}))
    assert answer.status == 401
    assert "authorization_uri=" in answer.headers["WWW-Authenticate"]


def test_an_api_version_is_required_and_any_will_do() -> None:
    arm = Arm()
    answer = front.answer(arm.cloud, Request("GET", "/subscriptions", principal="me"))
    assert (answer.status, answer.body["error"]["code"]) == (400, "MissingApiVersionParameter")
    assert arm.ask("GET", "/subscriptions?api-version=1999-01-01").status == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/subscriptions/11111111-0000-0000-0000-000000000000", 404, "SubscriptionNotFound"),
        ("GET", f"{HERE}/resourceGroups/none", 404, "ResourceGroupNotFound"),
        ("GET", f"{GROUP.replace('rg', 'none')}/providers/Microsoft.Network/virtualNetworks/net",
         404, "ResourceGroupNotFound"),
        ("GET", NET, 404, "ResourceNotFound"),
        ("GET", f"{NET}/subnets", 404, "ResourceNotFound"),
        ("PUT", f"{NET}/subnets/a", 404, "ParentResourceNotFound"),
        ("PUT", f"{HERE}/resourceGroups/none/providers/Microsoft.Network/publicIPAddresses/ip",
         404, "ResourceGroupNotFound"),
        ("GET", f"{GROUP}/providers/Microsoft.Nope/things/a", 404, "InvalidResourceNamespace"),
        ("GET", f"{NETWORK}/azureFirewalls/a", 400, "NotEmulated"),
        ("POST", f"{NETWORK}/virtualNetworks/net/moveIpConfigurations", 400, "NotEmulated"),
        ("DELETE", f"{HERE}/resourceGroups/none", 404, "ResourceGroupNotFound"),
    ],
)  # fmt: skip
def test_what_is_not_there(method: str, path: str, status: int, code: str) -> None:
    body = BODY if method == "PUT" else None
    assert Arm().refused(method, path, body) == (status, code)


def test_ids_are_read_in_any_casing_and_shown_as_they_were_first_spelled() -> None:
    arm = Arm()
    arm.network()
    shouted = NET.upper().replace("VIRTUALNETWORKS/", "VIRTUALNETWORKS//")
    assert arm.done("GET", shouted)["id"] == NET
    assert arm.done("PUT", f"{shouted}/SUBNETS/two", _subnet("10.0.2.0/24"))["id"] == (
        f"{NET}/subnets/two"
    )
    assert (
        len(
            arm.done("GET", f"{GROUP.upper()}/PROVIDERS/microsoft.network/VirtualNetworks")["value"]
        )
        == 1
    )


def test_nulls_are_nothing_and_a_location_has_one_spelling() -> None:
    arm = Arm()
    body = {"location": "East US", "tags": None, "properties": {"dnsSettings": None}}
    made = arm.done("PUT", PIP, body)
    assert made["location"] == "eastus"
    assert "dnsSettings" not in made["properties"]
    assert "tags" not in made


def test_json_is_read_as_clients_really_send_it() -> None:
    arm = Arm()
    text = b"""{"location": "eastus", properties: { // a comment
        'publicIPAddressVersion': "IPv4", /* another */
        "idleTimeoutInMinutes": 10,
    },}"""
    assert arm.done("PUT", PIP, text)["properties"]["idleTimeoutInMinutes"] == 10
    assert arm.refused("PUT", PIP, b'{"location": }') == (400, "InvalidRequestContent")
    assert arm.refused("PUT", PIP, b"[1]") == (400, "InvalidRequestContent")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"properties": {}}, "LocationRequired"),
        ({"location": "atlantis"}, "LocationNotAvailableForResourceType"),
        ({"location": "eastus", "properties": 3}, "InvalidRequestContent"),
        ({"location": "eastus", "tags": {str(n): "" for n in range(51)}}, "InvalidTagCount"),
    ],
)
def test_bodies_that_are_not_taken(body: dict[str, Any], code: str) -> None:
    arm = Arm()
    assert arm.refused("PUT", PIP, body) == (400, code)
    assert arm.refused("GET", PIP) == (404, "ResourceNotFound")


def test_a_location_cannot_change() -> None:
    arm = Arm()
    arm.done("PUT", PIP, BODY)
    assert arm.refused("PUT", PIP, {"location": "westus2"}) == (409, "InvalidResourceLocation")
    assert arm.refused("PUT", GROUP, {"location": "westus2"}) == (
        409,
        "InvalidResourceGroupLocation",
    )


def test_statuses_are_those_of_the_operation_table() -> None:
    arm = Arm()
    assert arm.ask("PUT", PIP, BODY).status == 201
    assert arm.ask("PUT", PIP, BODY).status == 200
    assert arm.ask("DELETE", PIP).status == 202
    assert arm.ask("DELETE", PIP).status == 204
    assert arm.ask("HEAD", GROUP).status == 204
    assert arm.ask("HEAD", f"{GROUP}x").status == 404


def test_etags_guard_a_write() -> None:
    arm = Arm()
    arm.network()
    first = arm.ask("GET", NET).headers["ETag"]
    arm.done("PUT", f"{NET}/subnets/two", _subnet("10.0.2.0/24"))  # a part of it changes it
    assert arm.refused("PUT", NET, BODY, if_match=first) == (412, "PreconditionFailed")
    assert arm.refused("PUT", NET, BODY, if_none_match="*") == (412, "PreconditionFailed")
    assert arm.refused("DELETE", PIP, if_match="*") == (412, "PreconditionFailed")
    now = arm.ask("GET", NET).headers["ETag"]
    assert arm.ask("DELETE", NET, if_match=now).status == 202


def test_patch_replaces_tags_and_keeps_the_rest() -> None:
    arm = Arm()
    arm.network()
    arm.done("PATCH", NET, {"tags": {"a": "1", "b": "2"}})
    arm.done("PATCH", NET, {"tags": {"b": "3"}})
    seen = arm.done("GET", NET)
    assert seen["tags"] == {"b": "3"}
    assert len(seen["properties"]["subnets"]) == 1
    assert arm.refused("PATCH", PIP, {"tags": {}}) == (404, "ResourceNotFound")


def test_a_refused_request_leaves_nothing_behind() -> None:
    arm = Arm()
    subnets = [
        {"name": n, "properties": {"addressPrefix": p}}
        for n, p in (("a", "10.0.1.0/24"), ("b", "10.9.0.0/24"))
    ]
    space = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": subnets}
    assert arm.refused("PUT", NET, {"location": "eastus", "properties": space})[0] == 400
    assert arm.refused("GET", NET) == (404, "ResourceNotFound")
    assert len(arm.cloud.store) == 1


def test_a_group_goes_with_all_that_is_in_it_and_nothing_that_is_not() -> None:
    arm = Arm()
    arm.network()
    arm.interface("nic")
    arm.done("PUT", f"{HERE}/resourceGroups/rg2", {"location": "eastus"})
    other = f"{HERE}/resourceGroups/rg2/providers/Microsoft.Network/publicIPAddresses/ip"
    arm.done("PUT", other, BODY)
    answer = arm.ask("DELETE", GROUP)
    assert (answer.status, list(answer.headers)[-1]) == (202, "Location")
    assert arm.done("GET", f"{HERE}/resources")["value"][0]["id"] == other


def test_a_group_that_something_outside_needs_stays() -> None:
    arm = Arm()
    arm.network()
    arm.done("PUT", f"{HERE}/resourceGroups/rg2", {"location": "eastus"})
    subnet = {"subnet": {"id": f"{NET}/subnets/default"}}
    body = {
        "location": "eastus",
        "properties": {"ipConfigurations": [{"name": "a", "properties": subnet}]},
    }
    arm.done(
        "PUT", f"{HERE}/resourceGroups/rg2/providers/Microsoft.Network/networkInterfaces/n", body
    )
    assert arm.refused("DELETE", GROUP) == (409, "ResourceGroupDeletionBlocked")
    assert arm.ask("GET", NET).status == 200


def test_lists_come_in_pages() -> None:
    arm = Arm(Settings(page=4))
    for n in range(10):
        arm.address(f"ip{n}")
    url, names = f"{NETWORK}/publicIPAddresses", []
    for _ in range(3):
        page = arm.done("GET", url)
        names += [row["name"] for row in page["value"]]
        url = page.get("nextLink", "").removeprefix("https://here")
    assert names == [f"ip{n}" for n in range(10)]
    assert url == ""
    assert len(arm.done("GET", f"{HERE}/resources?$top=3")["value"]) == 3


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("resourceType eq 'microsoft.network/publicIPAddresses'", ["ip-a", "ip-b"]),
        ("resourceType ne 'Microsoft.Network/publicIPAddresses'", ["net"]),
        ("name eq 'IP-A' or name eq 'net'", ["net", "ip-a"]),
        ("tagName eq 'owner' and tagValue eq 'ann'", ["ip-a"]),
        ("substringof('-b', name) and (resourceGroup eq 'RG')", ["ip-b"]),
        ("startswith(tagName, 'own')", ["ip-a"]),
        ("not location eq 'eastus'", []),
    ],
)
def test_lists_are_filtered(text: str, names: list[str]) -> None:
    arm = Arm()
    arm.network()
    arm.address("ip-a")
    arm.address("ip-b")
    arm.done("PATCH", f"{NETWORK}/publicIPAddresses/ip-a", {"tags": {"owner": "ann"}})
    rows = arm.done("GET", f"{HERE}/resources?$filter={text}")["value"]
    assert [row["name"] for row in rows] == names


def test_a_filter_that_is_none_is_said() -> None:
    assert Arm().refused("GET", f"{HERE}/resources?$filter=name eq") == (
        400,
        "InvalidFilterInQueryString",
    )


def test_operations_take_time_where_a_pace_is_set() -> None:
    arm = Arm(Settings(pace=1.0))
    made = arm.ask("PUT", PIP, BODY)
    link = made.headers["Azure-AsyncOperation"].removeprefix("https://here")
    assert made.body["properties"]["provisioningState"] == "Creating"
    running = arm.ask("GET", link)
    assert running.body["status"] == "InProgress"
    assert running.headers["retry-after-ms"] == "200"
    arm.clock.advance(3)
    assert arm.done("GET", link)["status"] == "Succeeded"
    assert arm.done("GET", PIP)["properties"]["provisioningState"] == "Succeeded"

    gone = arm.ask("DELETE", PIP)
    result = gone.headers["Location"].removeprefix("https://here")
    assert arm.done("GET", PIP)["properties"]["provisioningState"] == "Deleting"
    assert arm.ask("GET", result).status == 202
    arm.clock.advance(8)
    assert arm.ask("GET", result).status == 204
    assert arm.refused("GET", PIP) == (404, "ResourceNotFound")


def test_faults_on_order() -> None:
    arm = Arm()
    order = arm.cloud.faults.orders
    order.append(Fault("Microsoft.Network/publicIPAddresses/write", FaultKind.THROTTLE, seconds=7))
    throttled = arm.ask("PUT", PIP, BODY)
    assert (throttled.status, throttled.headers["Retry-After"]) == (429, "7")
    order.append(Fault("*/write", FaultKind.QUOTA, resource="/ip"))
    assert arm.refused("PUT", PIP, BODY) == (409, "QuotaExceeded")
    assert arm.refused("GET", PIP) == (404, "ResourceNotFound")
    order.append(Fault("*/WRITE", FaultKind.CAPACITY))
    accepted = arm.ask("PUT", PIP, BODY)
    assert accepted.status == 201
    link = accepted.headers["Azure-AsyncOperation"].removeprefix("https://here")
    assert arm.done("GET", link)["error"]["code"] == "AllocationFailed"
    assert arm.done("GET", PIP)["properties"]["provisioningState"] == "Failed"
    order.append(Fault("*/delete", FaultKind.LOST))
    assert arm.ask("DELETE", PIP).lost
    assert arm.refused("GET", PIP) == (404, "ResourceNotFound")
    order.append(Fault("*/read", FaultKind.SLOW, seconds=2, times=0))
    assert [arm.ask("GET", NET + "s").wait for _ in range(2)] == [0.0, 0.0]
    arm.network()
    assert [arm.ask("GET", NET).wait for _ in range(2)] == [2.0, 2.0]


def test_the_activity_log_has_every_write_and_no_read() -> None:
    arm = Arm(who="ann")
    arm.done("PUT", PIP, BODY)
    arm.done("GET", PIP)
    arm.refused("PUT", NET, BODY)
    url = f"{HERE}/providers/Microsoft.Insights/eventtypes/management/values"
    rows = arm.done("GET", f"{url}?$filter=eventTimestamp ge '2026-02-28T00:00:00Z'")["value"]
    assert [
        (row["operationName"]["value"], row["status"]["value"], row["caller"]) for row in rows
    ] == [
        ("Microsoft.Network/virtualNetworks/write", "Failed", "ann"),
        ("Microsoft.Network/publicIPAddresses/write", "Succeeded", "ann"),
        ("Microsoft.Resources/resourceGroups/write", "Succeeded", "ann"),
    ]
    assert arm.done("GET", f"{url}?$filter=eventTimestamp ge '2026-03-02T00:00:00Z'")["value"] == []


def test_a_trial_leaves_nothing_and_tells_what_it_did() -> None:
    arm = Arm()
    arm.network()
    with arm.cloud.trial() as trial:
        arm.cloud.put(PIP, BODY)
        arm.cloud.delete(NET)
        changes = trial.changes()
    told = {key.rpartition("/")[2]: (b is not None, a is not None) for key, b, a in changes}
    assert told == {"ip": (False, True), "net": (True, False), "default": (True, False)}
    assert arm.refused("GET", PIP) == (404, "ResourceNotFound")
    assert len(arm.done("GET", NET)["properties"]["subnets"]) == 1


def test_a_template_of_a_group_would_make_it_anew() -> None:
    arm = Arm()
    arm.network()
    arm.interface("nic")
    answer = arm.ask("POST", f"{GROUP}/exportTemplate", {"resources": ["*"]})
    assert answer.status == 202
    result = arm.done("GET", answer.headers["Location"].removeprefix("https://here"))
    network, nic = result["template"]["resources"]
    assert network["name"] == "net"
    assert nic["dependsOn"] == ["[resourceId('Microsoft.Network/virtualNetworks', 'net')]"]
    text = json.dumps(network)
    assert "provisioningState" not in text
    assert "etag" not in text


def test_tags_are_a_resource_of_their_own() -> None:
    arm = Arm()
    tags = "/providers/Microsoft.Resources/tags/default"
    arm.done("PUT", f"{GROUP}{tags}", {"properties": {"tags": {"a": "1", "b": "2"}}})
    patch = {"operation": "Delete", "properties": {"tags": {"a": "1"}}}
    arm.done("PATCH", f"{GROUP}{tags}", patch)
    assert arm.done("GET", GROUP)["tags"] == {"b": "2"}
    arm.done("PUT", f"{HERE}{tags}", {"properties": {"tags": {"team": "x"}}})
    assert arm.done("GET", f"{HERE}{tags}")["properties"]["tags"] == {"team": "x"}
    assert arm.refused("GET", f"{GROUP}x{tags}") == (404, "ResourceGroupNotFound")


def test_providers_are_registered_before_they_are_used() -> None:
    arm = Arm(Settings(unregistered=("Microsoft.Network",)))
    assert arm.refused("PUT", PIP, BODY) == (409, "MissingSubscriptionRegistration")
    arm.done("POST", f"{HERE}/providers/microsoft.network/register")
    assert arm.ask("PUT", PIP, BODY).status == 201
    told = arm.done("GET", f"{HERE}/providers/Microsoft.Network")
    assert told["registrationState"] == "Registered"
    assert "virtualNetworks" in [type["resourceType"] for type in told["resourceTypes"]]


def _subnet(prefix: str) -> dict[str, Any]:
    return {"properties": {"addressPrefix": prefix}}
