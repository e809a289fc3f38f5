"""Whatever is sent, it is done or refused: nothing fails inside, and a refusal leaves nothing."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest

from fakes.arm import GROUP, HERE, NETWORK, Arm

SUBNET = {"id": f"{NETWORK}/virtualNetworks/net/subnets/default"}
PIP = {"id": f"{NETWORK}/publicIPAddresses/ip"}
LB = f"{NETWORK}/loadBalancers/lb"
RULE = {
    "priority": 1000,
    "direction": "Inbound",
    "access": "Allow",
    "protocol": "Tcp",
    "sourcePortRange": "*",
    "destinationPortRanges": ["22", "80-90"],
    "sourceAddressPrefixes": ["10.0.0.0/8"],
    "destinationAddressPrefix": "*",
}
BALANCING = {
    "frontendIPConfiguration": {"id": f"{LB}/frontendIPConfigurations/f"},
    "backendAddressPool": {"id": f"{LB}/backendAddressPools/b"},
    "probe": {"id": f"{LB}/probes/p"},
    "protocol": "Tcp",
    "frontendPort": 80,
    "backendPort": 80,
}
BODIES: dict[str, dict[str, Any]] = {
    f"{NETWORK}/virtualNetworks/net": {
        "location": "eastus",
        "tags": {"a": "b"},
        "properties": {
            "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
            "subnets": [{"name": "default", "properties": {"addressPrefix": "10.0.0.0/24"}}],
        },
    },
    f"{NETWORK}/networkSecurityGroups/nsg": {
        "location": "eastus",
        "properties": {"securityRules": [{"name": "ssh", "properties": RULE}]},
    },
    f"{NETWORK}/publicIPAddresses/ip": {
        "location": "eastus",
        "sku": {"name": "Standard"},
        "properties": {"dnsSettings": {"domainNameLabel": "abc"}, "idleTimeoutInMinutes": 4},
    },
    f"{NETWORK}/networkInterfaces/nic": {
        "location": "eastus",
        "properties": {
            "dnsSettings": {"dnsServers": []},
            "ipConfigurations": [
                {
                    "name": "first",
                    "properties": {
                        "primary": True,
                        "subnet": SUBNET,
                        "publicIPAddress": PIP,
                        "privateIPAddress": "10.0.0.9",
                        "privateIPAllocationMethod": "Static",
                    },
                }
            ],
        },
    },
    LB: {
        "location": "eastus",
        "sku": {"name": "Standard"},
        "properties": {
            "frontendIPConfigurations": [{"name": "f", "properties": {"subnet": SUBNET}}],
            "backendAddressPools": [
                {"name": "b", "properties": {"loadBalancerBackendAddresses": [{"name": "x"}]}}
            ],
            "probes": [{"name": "p", "properties": {"protocol": "Tcp", "port": 80}}],
            "loadBalancingRules": [{"name": "r", "properties": BALANCING}],
        },
    },
    f"{GROUP}/providers/Microsoft.Authorization/locks/l": {
        "properties": {"level": "CanNotDelete", "notes": "x"}
    },
    f"{GROUP}/providers/Microsoft.Authorization/roleAssignments/r": {
        "properties": {
            "roleDefinitionId": "/x/acdd72a7-3385-48ef-bd42-f606fba81ae7",
            "principalId": "p",
        }
    },
    f"{HERE}/providers/Microsoft.Authorization/policyDefinitions/d": {
        "properties": {
            "policyRule": {"if": {"field": "type", "equals": "x"}, "then": {"effect": "deny"}}
        }
    },
    f"{GROUP}/providers/Microsoft.Authorization/policyAssignments/a": {
        "properties": {
            "policyDefinitionId": f"{HERE}/providers/Microsoft.Authorization/policyDefinitions/d",
            "parameters": {"a": {"value": 1}},
            "notScopes": [],
        }
    },
    f"{GROUP}/providers/Microsoft.Resources/tags/default": {"properties": {"tags": {"a": "b"}}},
}  # fmt: skip
JUNK: tuple[Any, ...] = (
    None, 0, -1, 3.5, True, "", "x", "//", "10.0.0.0/33", [], [[]], ["x"], {}, {"id": 5},
    {"id": "/"}, {"name": []}, [{"name": "x"}], [None], {"x": {"y": 1}},
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The ways to everything that is in a body."""
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [path, *(found for key, one in inner for found in places(one, (*path, key)))]


def spoiled(body: dict[str, Any], where: tuple[Any, ...], junk: Any) -> Any:
    whole = {"": copy.deepcopy(body)}
    at: Any = whole
    for key in ("", *where)[:-1]:
        at = at[key]
    at[("", *where)[-1]] = junk
    return whole[""]


@pytest.mark.parametrize("url", list(BODIES), ids=lambda url: url.rpartition("providers/")[2])
def test_nonsense_is_refused(url: str) -> None:
    arm = Arm()
    for path, body in BODIES.items():
        arm.ask("PUT", path, body)
    held = len(arm.cloud.store)
    for where in places(BODIES[url]):
        for junk in JUNK:
            body = spoiled(BODIES[url], where, junk)
            for method in ("PUT", "PATCH"):
                with arm.cloud.trial():
                    answer = arm.ask(method, url, body)
                    assert answer.status < 500
                    arm.ask("GET", url)
                    arm.ask("GET", f"{HERE}/resources")
    assert len(arm.cloud.store) == held


def test_paths_that_mean_nothing() -> None:
    arm = Arm()
    dice = random.Random(7)  # noqa: S311
    known = [*NETWORK.split("/")[1:], "virtualNetworks", "net", "subnets"]
    words = [*known, "..", "%", "operations", "locks", "$x"]
    for _ in range(3000):
        path = "/".join(["", *dice.choices(words, k=dice.randint(0, 9))])
        for method in ("GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS"):
            assert arm.ask(method, path, {}).status < 500
            arm.ask("PUT", GROUP, {"location": "eastus"})
