"""Calls of Azure's SDKs, as the policies read them: by their names and parameters alone.

An operation is ``group.method`` (``virtual_machines.begin_delete``), its parameters are what
stands for the placeholders of the URL, and ``body`` is the JSON that goes over the wire. What
the names do not tell is UNKNOWN, and never taken for harmless.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from modalities.action import SdkCall
from modalities.resource import Kind, Resource
from modalities.step import Step

PROVIDERS = "/providers/"
COMPUTE, NETWORK = "Microsoft.Compute", "Microsoft.Network"

PATHS: dict[str, str] = {
    "virtual_machines": f"{COMPUTE}/virtualMachines/{{vmName}}",
    "disks": f"{COMPUTE}/disks/{{diskName}}",
    "snapshots": f"{COMPUTE}/snapshots/{{snapshotName}}",
    "images": f"{COMPUTE}/images/{{imageName}}",
    "ssh_public_keys": f"{COMPUTE}/sshPublicKeys/{{sshPublicKeyName}}",
    "availability_sets": f"{COMPUTE}/availabilitySets/{{availabilitySetName}}",
    "virtual_networks": f"{NETWORK}/virtualNetworks/{{virtualNetworkName}}",
    "subnets": f"{NETWORK}/virtualNetworks/{{virtualNetworkName}}/subnets/{{subnetName}}",
    "network_security_groups": f"{NETWORK}/networkSecurityGroups/{{networkSecurityGroupName}}",
    "security_rules": f"{NETWORK}/networkSecurityGroups/{{networkSecurityGroupName}}"
    "/securityRules/{securityRuleName}",
    "public_ip_addresses": f"{NETWORK}/publicIPAddresses/{{publicIpAddressName}}",
    "network_interfaces": f"{NETWORK}/networkInterfaces/{{networkInterfaceName}}",
    "load_balancers": f"{NETWORK}/loadBalancers/{{loadBalancerName}}",
    "storage_accounts": "Microsoft.Storage/storageAccounts/{accountName}",
    "deployments": "Microsoft.Resources/deployments/{deploymentName}",
}
"""Where a group's resources are in their resource group."""

WHOLE = {"resources": "resourceId", "tags": "scope"}
"""Groups with a parameter that is the id of what they are about."""

TYPES: dict[str, Kind] = {
    "microsoft.compute/virtualmachines": Kind.VM,
    "microsoft.compute/disks": Kind.DISK,
    "microsoft.compute/snapshots": Kind.SNAPSHOT,
    "microsoft.compute/images": Kind.IMAGE,
    "microsoft.compute/sshpublickeys": Kind.KEY_PAIR,
    "microsoft.network/virtualnetworks": Kind.NETWORK,
    "microsoft.network/virtualnetworks/subnets": Kind.SUBNET,
    "microsoft.network/networksecuritygroups": Kind.SECURITY_GROUP,
    "microsoft.network/publicipaddresses": Kind.PUBLIC_IP,
    "microsoft.network/networkinterfaces": Kind.NIC,
    "microsoft.network/loadbalancers": Kind.LOAD_BALANCER,
    "microsoft.storage/storageaccounts": Kind.BUCKET,
}

PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Verb(StrEnum):
    """What a method does to what it names."""

    READ = "read"
    PUT = "put"
    CHANGE = "change"
    REMOVE = "remove"
    SWITCH = "switch"
    """A machine is started, stopped or the like: nothing is lost."""
    UNKNOWN = "unknown"


READS = re.compile(
    r"(get|list|check|validate|what_if|export_template|calculate_template_hash|retrieve_boot"
    r"|instance_view|supported_security_providers|fetch)(_|$)"
)
PUTS = re.compile(r"(create|create_or_update)(_(at|by)_(\w+_)?(scope|level)|_by_id|_value)?|put")
CHANGES = re.compile(r"(update(_at_scope|_by_id|_tags)?|patch)")
REMOVES = re.compile(r"(^|_)delete(_|$)")

SWITCHES = frozenset(
    {
        *("start", "power_off", "deallocate", "restart", "redeploy", "reapply"),
        *("assess_patches", "perform_maintenance", "attach_detach_data_disks"),
        *("register", "cancel", "cancel_at_scope", "cancel_at_subscription_scope"),
        *("cancel_at_management_group_scope", "cancel_at_tenant_scope"),
    }
)
SERVICES_SWITCHED = frozenset({"compute", "resource", "resource-deployments"})
GRAPH = ("resourcegraph", "resources")
SHARING = frozenset({"gallery_sharing_profile"})
"""Groups whose ``update`` hands something to somebody else."""


@dataclass(frozen=True, slots=True)
class AzureCall:
    """One call. ``service`` is ``compute``, ``group`` ``virtual_machines`` (or empty), ``method``
    is without ``begin_``."""

    service: str
    group: str
    method: str
    parameters: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.service}:{self.group}.{self.method}".replace(":.", ":")

    @property
    def verb(self) -> Verb:
        if READS.match(self.method) or (self.service, self.method) == GRAPH:
            return Verb.READ
        if REMOVES.search(self.method):
            return Verb.REMOVE
        if self.method in SWITCHES and self.service in SERVICES_SWITCHED:
            return Verb.SWITCH
        if PUTS.fullmatch(self.method):
            return Verb.PUT
        if CHANGES.fullmatch(self.method) and self.group not in SHARING:
            return Verb.CHANGE
        return Verb.UNKNOWN

    @property
    def body(self) -> Mapping[str, Any]:
        found = self.parameters.get("body")
        return found if isinstance(found, Mapping) else {}

    @property
    def properties(self) -> Mapping[str, Any]:
        return _mapping(self.body.get("properties"))

    @property
    def resource_group(self) -> str:
        return str(self.parameters.get("resourceGroupName") or "")

    @property
    def path(self) -> str:
        """What it is about, from the resource group on and without case; empty where the
        call's parameters do not tell."""
        if self.group == "resource_groups":
            return place_of(f"/resourceGroups/{self.resource_group}") if self.resource_group else ""
        whole = self.parameters.get(WHOLE.get(self.group, ""))
        if isinstance(whole, str):
            return place_of("/" + whole)
        inner = _generic(self.parameters) if self.group == "resources" else PATHS.get(self.group)
        if not inner or not _filled(inner, self.parameters):
            return ""
        named = PLACEHOLDER.sub(lambda m: str(self.parameters[m[1]]), inner)
        return place_of(f"/resourceGroups/{self.resource_group}{PROVIDERS}{named}")

    @property
    def type(self) -> str:
        """``microsoft.compute/disks``, without case; empty where it is not known."""
        return type_of(PROVIDERS + PATHS.get(self.group, "").casefold()) or type_of(self.path)

    @property
    def kind(self) -> Kind | None:
        if self.group == "resource_groups" or _is_group(self.path):
            return Kind.RESOURCE_GROUP
        return TYPES.get(self.type)

    @property
    def deploys(self) -> bool:
        return self.service == "resource-deployments" and self.verb is Verb.PUT

    def means(self, resource: Resource) -> bool:
        """Whether ``resource`` is the very one that the call is about."""
        return bool(self.path) and place_of(resource.id) == self.path


def azure_call(step: Step) -> AzureCall | None:
    """The Azure call that a step is; None for any other action."""
    return azure_of(step.action) if isinstance(step.action, SdkCall) else None


def azure_of(call: SdkCall) -> AzureCall | None:
    """AWS names its operations in capitals (``RunInstances``), Azure's SDKs as Python does."""
    if not call.operation[:1].islower():
        return None
    group, _, method = call.operation.rpartition(".")
    return AzureCall(call.service, group, method.removeprefix("begin_"), call.parameters)


def place_of(id: str) -> str:
    """An ARM id from its resource group on, without case: ids that differ in case alone are
    one (ARM's own rule), and a target is one subscription."""
    id = "/".join(part for part in id.casefold().split("/") if part)
    return "/" + (id.partition("resourcegroups/")[2] if "resourcegroups/" in id else id)


def type_of(place: str) -> str:
    """The type in a place; that of the last provider where there are several."""
    parts = place.rpartition(PROVIDERS)[2].split("/") if PROVIDERS in place else []
    return "/".join((parts[0], *parts[1::2])) if len(parts) >= 3 else ""


def mappings(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every mapping inside a JSON value, itself included."""
    if isinstance(value, Mapping):
        yield value
        for item in value.values():
            yield from mappings(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from mappings(item)


def declared(call: AzureCall) -> Iterator[Mapping[str, Any]]:
    """The resources in the templates of a deployment, nested ones included. What has a type and
    an apiVersion is one, wherever it stands."""
    for mapping in mappings(call.body):
        if isinstance(mapping.get("type"), str) and "apiVersion" in mapping:
            yield mapping


def elsewhere(call: AzureCall) -> str:
    """Where the template of a deployment is, that does not stand in the call; empty where all
    of it does."""
    for mapping in mappings(call.body):
        for name in ("templateLink", "parametersLink"):
            if mapping.get(name):
                link = _mapping(mapping[name])
                return str(link.get("uri") or link.get("id") or name)
    return ""


def _generic(parameters: Mapping[str, Any]) -> str:
    """The path of any resource, from the parameters that name its parts."""
    parent = parameters.get("parentResourcePath")
    middle = "{parentResourcePath}/" if parent else ""
    return f"{{resourceProviderNamespace}}/{middle}{{resourceType}}/{{resourceName}}"


def _filled(inner: str, parameters: Mapping[str, Any]) -> bool:
    return all(isinstance(parameters.get(name), str) for name in PLACEHOLDER.findall(inner))


def _is_group(place: str) -> bool:
    return place.count("/") == 1 and len(place) > 1


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
