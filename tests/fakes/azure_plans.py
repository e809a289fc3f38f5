"""Plans, steps and worlds on Azure in few words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fakes import specimens
from modalities.action import SdkCall
from modalities.codec import sealed
from modalities.resource import Kind, Link, Provider, Resource, ResourceRef, World
from modalities.step import Effect, Reversal, Step, Undo
from modalities.target import Identity
from policies.subject import Subject

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
SCOPE = f"{SUBSCRIPTION}/lab"
GROUP_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/lab"
ME = Identity(Provider.AZURE, SUBSCRIPTION, "westeurope", "someone", resource_group="lab")

TYPES = {
    Kind.NETWORK: "Microsoft.Network/virtualNetworks",
    Kind.SECURITY_GROUP: "Microsoft.Network/networkSecurityGroups",
    Kind.NIC: "Microsoft.Network/networkInterfaces",
    Kind.PUBLIC_IP: "Microsoft.Network/publicIPAddresses",
    Kind.LOAD_BALANCER: "Microsoft.Network/loadBalancers",
    Kind.VM: "Microsoft.Compute/virtualMachines",
    Kind.DISK: "Microsoft.Compute/disks",
    Kind.SNAPSHOT: "Microsoft.Compute/snapshots",
    Kind.BUCKET: "Microsoft.Storage/storageAccounts",
}


def arm(kind: Kind, name: str) -> str:
    if kind is Kind.RESOURCE_GROUP:
        return GROUP_ID
    if kind is Kind.SUBNET:
        network, _, subnet = name.partition("/")
        return f"{arm(Kind.NETWORK, network)}/subnets/{subnet}"
    return f"{GROUP_ID}/providers/{TYPES[kind]}/{name}"


def ref(kind: Kind, name: str) -> ResourceRef:
    return ResourceRef(Provider.AZURE, SCOPE, kind, name)


def resource(
    kind: Kind,
    name: str,
    *,
    tags: Mapping[str, str] | None = None,
    links: tuple[Link, ...] = (),
    **attributes: Any,
) -> Resource:
    return Resource(ref(kind, name), arm(kind, name), attributes, tags or {}, links)


def world(*resources: Resource) -> World:
    return World(Provider.AZURE, SCOPE, resources)


def call(
    operation: str, service: str = "compute", group: str = "lab", **parameters: Any
) -> SdkCall:
    """One call; ``group`` is the resource group it names."""
    return SdkCall(service, operation, {"resourceGroupName": group, **parameters})


def step(
    id: str,
    effect: Effect,
    action: SdkCall,
    *changes: ResourceRef,
    undo: Undo | None = None,
    **more: Any,
) -> Step:
    way_back = (Reversal(call("virtual_machines.get"), Effect.READ, "way back"),)
    return specimens.step(
        id, effect, action, *changes, undo=way_back if undo is None else undo, **more
    )


def subject(*steps: Step, holds: World | None = None, **more: Any) -> Subject:
    """As ``specimens.subject``, of a plan for the resource group ``lab`` in West Europe."""
    made = specimens.subject(*steps, holds=holds or world(), region="westeurope", **more)
    return replace(made, plan=sealed(replace(made.plan, identity=ME)))


def machine(name: str, *links: Link, **attributes: Any) -> tuple[Resource, ...]:
    """A VM with its system disk and its interface, which go with it."""
    vm = arm(Kind.VM, name)
    disk = resource(
        Kind.DISK, f"{name}-os", attached_to=vm, boot=True, device="os", delete_with_vm=True
    )
    nic = resource(Kind.NIC, f"{name}-nic", attached_to=vm, delete_with_vm=True)
    uses = (Link("uses", Kind.DISK, disk.id), Link("uses", Kind.NIC, nic.id), *links)
    return (resource(Kind.VM, name, links=uses, **attributes), disk, nic)


def delete_vm(name: str, effect: Effect = Effect.DELETE, **more: Any) -> Step:
    action = call("virtual_machines.begin_delete", vmName=name)
    return step(f"delete-vm-{name}", effect, action, ref(Kind.VM, name), **more)
