"""Networks, security groups, addresses, interfaces and balancers: references and guards."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.arm import NETWORK, Arm

NET = f"{NETWORK}/virtualNetworks/net"
NIC = f"{NETWORK}/networkInterfaces/nic"
PIP = f"{NETWORK}/publicIPAddresses/ip"
NSG = f"{NETWORK}/networkSecurityGroups/nsg"
LB = f"{NETWORK}/loadBalancers/lb"


def located(**properties: Any) -> dict[str, Any]:
    return {"location": "eastus", "properties": properties}


def rule(name: str = "ssh", **more: Any) -> dict[str, Any]:
    told = {
        "priority": 1000,
        "direction": "Inbound",
        "access": "allow",
        "protocol": "TCP",
        "sourcePortRange": "*",
        "destinationPortRange": "22",
        "sourceAddressPrefix": "*",
        "destinationAddressPrefix": "*",
    }
    return {"name": name, "properties": {**told, **more}}


def balancer(**more: Any) -> dict[str, Any]:
    front = {"name": "front", "properties": {"publicIPAddress": {"id": PIP}}}
    web = {
        "frontendIPConfiguration": {"id": f"{LB}/frontendIPConfigurations/front"},
        "backendAddressPool": {"id": f"{LB}/backendAddressPools/pool"},
        "probe": {"id": f"{LB}/probes/probe"},
        "protocol": "Tcp",
        "frontendPort": 80,
        "backendPort": 80,
    }
    parts = {
        "frontendIPConfigurations": [front],
        "backendAddressPools": [{"name": "pool"}],
        "probes": [{"name": "probe", "properties": {"protocol": "Tcp", "port": 80}}],
        "loadBalancingRules": [{"name": "web", "properties": web}],
    }
    return located(**{**parts, **more})


@pytest.mark.parametrize(
    ("spaces", "subnets", "code"),
    [
        (["10.0.0.0/33"], [], "InvalidCIDRNotation"),
        (["10.0.0.1/16"], [], "InvalidCIDRNotation"),
        ([], [], "InvalidRequestFormat"),
        (["10.0.0.0/16", "10.0.1.0/24"], [], "VnetAddressSpaceOverlapsInternally"),
        (["10.0.0.0/16"], ["10.1.0.0/24"], "NetcfgInvalidSubnet"),
        (["10.0.0.0/16"], ["10.0.0.0/24", "10.0.0.128/25"], "NetcfgSubnetRangesOverlap"),
    ],
)
def test_networks_that_are_not_taken(spaces: list[str], subnets: list[str], code: str) -> None:
    parts = [{"name": f"s{n}", "properties": {"addressPrefix": p}} for n, p in enumerate(subnets)]
    body = located(addressSpace={"addressPrefixes": spaces}, subnets=parts)
    assert Arm().refused("PUT", NET, body) == (400, code)


def test_a_network_without_its_subnets_keeps_them_and_with_an_empty_list_loses_them() -> None:
    arm = Arm()
    arm.network()
    space = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}
    assert len(arm.done("PUT", NET, located(**space))["properties"]["subnets"]) == 1
    assert arm.done("PUT", NET, located(**space, subnets=[]))["properties"]["subnets"] == []


def test_subnets_can_change_places_in_one_request() -> None:
    arm = Arm()
    space = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}
    for one, two in (("10.0.0.0/24", "10.0.1.0/24"), ("10.0.1.0/24", "10.0.0.0/24")):
        parts = [
            {"name": name, "properties": {"addressPrefix": prefix}}
            for name, prefix in (("a", one), ("b", two))
        ]
        arm.done("PUT", NET, located(**space, subnets=parts))
    assert arm.done("GET", f"{NET}/subnets/a")["properties"]["addressPrefix"] == "10.0.1.0/24"


def test_interfaces_get_the_lowest_free_address_and_keep_it() -> None:
    arm = Arm()
    arm.network()
    given = [_address(arm.interface(name)) for name in ("a", "b", "c")]
    assert given == ["10.0.0.4", "10.0.0.5", "10.0.0.6"]
    arm.done("DELETE", f"{NETWORK}/networkInterfaces/b")
    assert _address(arm.interface("c")) == "10.0.0.6"
    assert _address(arm.interface("d")) == "10.0.0.5"
    assert (
        _address(
            arm.done(
                "PUT",
                f"{NETWORK}/networkInterfaces/a",
                arm.done("GET", f"{NETWORK}/networkInterfaces/a"),
            )
        )
        == "10.0.0.4"
    )


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("10.0.1.4", "PrivateIPAddressNotInSubnet"),
        ("10.0.0.3", "PrivateIPAddressInReservedRange"),
        ("10.0.0.255", "PrivateIPAddressInReservedRange"),
        ("10.0.0.4", "PrivateIPAddressIsAllocated"),
    ],
)
def test_addresses_that_are_not_given(address: str, code: str) -> None:
    arm = Arm()
    arm.network()
    arm.interface("first")
    wanted = {"privateIPAllocationMethod": "Static", "privateIPAddress": address}
    subnet = {"subnet": {"id": f"{NET}/subnets/default"}}
    body = located(ipConfigurations=[{"name": "a", "properties": {**subnet, **wanted}}])
    assert arm.refused("PUT", NIC, body) == (400, code)


def test_references_must_be_there_and_in_the_same_region() -> None:
    arm = Arm()
    subnet = {"subnet": {"id": f"{NET}/subnets/default"}}
    body = located(ipConfigurations=[{"name": "a", "properties": subnet}])
    assert arm.refused("PUT", NIC, body) == (400, "InvalidResourceReference")
    arm.network()
    assert arm.refused("PUT", NIC, {**body, "location": "westus2"}) == (
        400,
        "InvalidResourceReference",
    )
    wrong = located(ipConfigurations=[{"name": "a", "properties": {"subnet": {"id": NET}}}])
    assert arm.refused("PUT", NIC, wrong) == (400, "LinkedInvalidPropertyId")


def test_what_is_in_use_cannot_be_deleted_and_says_by_whom() -> None:
    arm = Arm()
    arm.network()
    arm.address("ip")
    arm.done("PUT", NSG, located(securityRules=[rule()]))
    arm.interface("nic", publicIPAddress={"id": PIP})
    body = arm.done("GET", NIC)
    body["properties"]["networkSecurityGroup"] = {"id": NSG}
    arm.done("PUT", NIC, body)
    user = f"{NIC}/ipConfigurations/first"
    assert arm.done("GET", PIP)["properties"]["ipConfiguration"] == {"id": user}
    subnet = arm.done("GET", f"{NET}/subnets/default")["properties"]
    assert subnet["ipConfigurations"] == [{"id": user}]
    assert arm.done("GET", NSG)["properties"]["networkInterfaces"] == [{"id": NIC}]
    for path, code in (
        (PIP, "PublicIPAddressCannotBeDeleted"),
        (NET, "InUseSubnetCannotBeDeleted"),
        (f"{NET}/subnets/default", "InUseSubnetCannotBeDeleted"),
        (NSG, "InUseNetworkSecurityGroupCannotBeDeleted"),
    ):
        answer = arm.ask("DELETE", path)
        assert (answer.status, answer.body["error"]["code"]) == (400, code)
        assert NIC in answer.body["error"]["message"]
    arm.done("DELETE", NIC)
    for path in (PIP, NET, NSG):
        arm.done("DELETE", path)


def test_a_public_address_is_one_configuration_s_alone() -> None:
    arm = Arm()
    arm.network()
    assert arm.address("ip")["properties"]["ipAddress"].startswith("198.18.")
    arm.interface("nic", publicIPAddress={"id": PIP})
    body = arm.done("GET", NIC)
    assert arm.refused("PUT", f"{NIC}2", {**body, "id": f"{NIC}2"}) == (400, "PublicIPAddressInUse")


@pytest.mark.parametrize(
    ("sku", "more", "code"),
    [
        ("Standard", {"publicIPAllocationMethod": "Dynamic"},
         "StandardSkuPublicIPAddressesMustBeStatic"),
        ("Premium", {}, "InvalidRequestFormat"),
        ("Standard", {"dnsSettings": {"domainNameLabel": "A_b"}}, "InvalidDomainNameLabel"),
        ("Standard", {"dnsSettings": {"domainNameLabel": "taken"}}, "DnsRecordInUse"),
    ],
)  # fmt: skip
def test_addresses_that_are_not_taken(sku: str, more: dict[str, Any], code: str) -> None:
    arm = Arm()
    arm.address("other", dnsSettings={"domainNameLabel": "taken"})
    body = {**located(**more), "sku": {"name": sku}}
    assert arm.refused("PUT", PIP, body) == (400, code)


def test_a_dynamic_address_is_seen_while_it_is_used() -> None:
    arm = Arm()
    arm.network()
    arm.done("PUT", PIP, {**located(), "sku": {"name": "Basic"}})
    assert "ipAddress" not in arm.done("GET", PIP)["properties"]
    arm.interface("nic", publicIPAddress={"id": PIP})
    assert "ipAddress" in arm.done("GET", PIP)["properties"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"priority": 99}, "SecurityRuleInvalidPriority"),
        ({"destinationPortRange": "70000"}, "SecurityRuleInvalidPortRange"),
        ({"destinationPortRange": "90-80"}, "SecurityRuleInvalidPortRange"),
        ({"sourceAddressPrefix": "10.0.0.0/99"}, "SecurityRuleInvalidAddressPrefix"),
        ({"protocol": "Sctp"}, "InvalidRequestFormat"),
        ({"priority": 1000, "direction": "inbound"}, "SecurityRuleConflict"),
    ],
)
def test_rules_that_are_not_taken(change: dict[str, Any], code: str) -> None:
    arm = Arm()
    arm.done("PUT", NSG, located(securityRules=[rule("first")]))
    one = rule("second", **{"priority": 200, **change})
    assert arm.refused("PUT", f"{NSG}/securityRules/second", one) == (400, code)
    both = located(securityRules=[rule("first"), one])
    assert arm.refused("PUT", NSG, both) == (400, code)


def test_rules_are_told_in_the_service_s_own_words() -> None:
    arm = Arm()
    made = arm.done("PUT", NSG, located(securityRules=[rule()]))["properties"]
    (told,) = made["securityRules"]
    assert (told["properties"]["protocol"], told["properties"]["access"]) == ("Tcp", "Allow")
    assert [one["name"] for one in made["defaultSecurityRules"]][-1] == "DenyAllOutBound"
    arm.done("PUT", NSG, arm.done("GET", NSG))
    assert arm.done("PUT", NSG, located())["properties"]["securityRules"] == []


def test_a_balancer_and_its_parts() -> None:
    arm = Arm()
    arm.network()
    arm.address("ip")
    arm.done("PUT", LB, balancer())
    pool = {"id": f"{LB}/backendAddressPools/pool"}
    arm.interface("nic", loadBalancerBackendAddressPools=[pool])
    seen = arm.done("GET", LB)["properties"]
    member = f"{NIC}/ipConfigurations/first"
    assert seen["backendAddressPools"][0]["properties"]["backendIPConfigurations"] == [
        {"id": member}
    ]
    assert seen["probes"][0]["properties"]["loadBalancingRules"] == [
        {"id": f"{LB}/loadBalancingRules/web"}
    ]
    front = f"{LB}/frontendIPConfigurations/front"
    assert arm.done("GET", PIP)["properties"]["ipConfiguration"] == {"id": front}
    assert arm.refused("DELETE", PIP) == (400, "PublicIPAddressCannotBeDeleted")
    assert arm.ask("PUT", LB, arm.done("GET", LB)).status == 200  # what was read can be sent
    assert arm.refused("DELETE", f"{LB}/backendAddressPools/pool")[0] == 400  # a rule names it
    gone = balancer(loadBalancingRules=[], backendAddressPools=[])
    assert arm.done("PUT", LB, gone)["properties"]["backendAddressPools"] == []
    configuration = arm.done("GET", NIC)["properties"]["ipConfigurations"][0]["properties"]
    assert configuration["loadBalancerBackendAddressPools"] == []
    arm.done("DELETE", LB)
    arm.done("DELETE", PIP)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"frontendIPConfigurations": [{"name": "front"}]},
         "LoadBalancerFrontendIPConfigurationMustHaveSubnetOrPublicIP"),
        ({"probes": []}, "InvalidResourceReference"),
        ({"probes": [{"name": "probe", "properties": {"protocol": "Http", "port": 80}}]},
         "MissingJsonProperty"),
        ({"probes": [{"name": "probe", "properties": {"protocol": "Tcp", "port": 0}}]},
         "InvalidRequestFormat"),
    ],
)  # fmt: skip
def test_balancers_that_are_not_taken(change: dict[str, Any], code: str) -> None:
    arm = Arm()
    arm.address("ip")
    assert arm.refused("PUT", LB, balancer(**change)) == (400, code)
    assert arm.ask("GET", LB).status == 404


def test_an_address_of_another_sku_is_not_for_a_balancer() -> None:
    arm = Arm()
    arm.done("PUT", PIP, {**located(), "sku": {"name": "Basic"}})
    standard = {**balancer(), "sku": {"name": "Standard"}}
    assert arm.refused("PUT", LB, standard) == (400, "PublicIPAndLBSkuDoNotMatch")
    arm.done("PUT", LB, balancer())  # where none is said, that of the address is meant
    assert arm.done("GET", LB)["sku"]["name"] == "Basic"


def test_peerings_are_two_halves() -> None:
    arm = Arm()
    arm.network()
    arm.network("near")
    far = {"addressSpace": {"addressPrefixes": ["10.8.0.0/16"]}}
    arm.done("PUT", f"{NETWORK}/virtualNetworks/far", located(**far))

    def peer(here: str, there: str) -> Any:
        remote = {"remoteVirtualNetwork": {"id": f"{NETWORK}/virtualNetworks/{there}"}}
        path = f"{NETWORK}/virtualNetworks/{here}/virtualNetworkPeerings/to-{there}"
        return arm.ask("PUT", path, {"properties": remote})

    assert peer("net", "near").body["error"]["code"] == "VnetAddressSpacesOverlap"
    assert peer("net", "none").body["error"]["code"] == "InvalidResourceReference"
    assert peer("net", "far").body["properties"]["peeringState"] == "Initiated"
    assert peer("far", "net").body["properties"]["peeringState"] == "Connected"
    (told,) = arm.done("GET", NET)["properties"]["virtualNetworkPeerings"]
    assert told["properties"]["peeringState"] == "Connected"
    arm.done("DELETE", f"{NETWORK}/virtualNetworks/far")
    (told,) = arm.done("GET", NET)["properties"]["virtualNetworkPeerings"]
    assert told["properties"]["peeringState"] == "Disconnected"


def test_what_a_subnet_is_given_cannot_go() -> None:
    arm = Arm()
    arm.network()
    arm.address("ip")
    table, gateway = f"{NETWORK}/routeTables/routes", f"{NETWORK}/natGateways/nat"
    hop = {"addressPrefix": "0.0.0.0/0", "nextHopType": "virtualappliance"}
    routes = [{"name": "out", "properties": hop}]
    assert arm.refused("PUT", table, located(routes=routes))[1] == "InvalidRouteNextHopIpAddress"
    hop["nextHopIpAddress"] = "10.0.0.4"
    arm.done("PUT", table, located(routes=routes))
    arm.done("PUT", gateway, located(publicIpAddresses=[{"id": PIP}]))
    given = {"routeTable": {"id": table}, "natGateway": {"id": gateway}}
    arm.done(
        "PUT", f"{NET}/subnets/default", {"properties": {"addressPrefix": "10.0.0.0/24", **given}}
    )
    assert arm.done("GET", PIP)["properties"]["natGateway"] == {"id": gateway}
    assert arm.done("GET", table)["properties"]["subnets"] == [{"id": f"{NET}/subnets/default"}]
    assert arm.refused("DELETE", table)[1] == "InUseRouteTableCannotBeDeleted"
    assert arm.refused("DELETE", gateway)[1] == "InUseNatGatewayCannotBeDeleted"
    assert arm.refused("DELETE", PIP)[1] == "PublicIPAddressCannotBeDeleted"


def _address(nic: dict[str, Any]) -> str:
    (configuration,) = nic["properties"]["ipConfigurations"]
    return str(configuration["properties"]["privateIPAddress"])
