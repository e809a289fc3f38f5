"""From a draft of AWS calls to Terraform files: what a person would have written for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from modalities.aws.terraform import edits, values
from modalities.aws.terraform.calls import (
    addresses,
    balancing,
    deletions,
    guards,
    labels,
    machines,
    network,
    storage,
)
from modalities.aws.terraform.capacity import convert
from modalities.aws.terraform.folding import Conversion, call_of, folded
from modalities.aws.terraform.module import Module, owners
from modalities.aws.terraform.sheet import Body, Sheet
from modalities.aws.terraform.values import Nested, Ref, Value
from modalities.contract import Draft, Unsupported
from modalities.plan import Advisory
from modalities.resource import World
from modalities.step import Step

TERRAFORM = ">= 1.5"
"""The first with import blocks."""

PROVIDER = "~> 5.100"
"""What the blocks here are written for and tested with."""

OUTPUTS = "outputs.tf"
"""Import blocks of an edition that is applied before another; that takes them out again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What is to be written. ``files``: the whole new text of each that changes, None where it
    goes. ``addresses`` may change by it. ``made`` maps a step of the draft to the address
    that stands for it; ``outputs`` maps ``step.name`` to address and attribute. ``imports``
    maps addresses to the ids that import blocks need for them; those are no part of the code,
    and are put beside it by whoever plans and applies. ``first`` must be applied before, where
    something goes that the module never had: Terraform deletes only what it has taken over.
    """

    files: Mapping[str, str | None]
    addresses: tuple[str, ...]
    made: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    imports: Mapping[str, str] = field(default_factory=dict)
    advisories: tuple[Advisory, ...] = ()
    defaults: tuple[str, ...] = ()
    first: Edition | None = None


def written(draft: Draft, world: World, module: Module, region: str) -> Edition:
    """The draft as an edition of the module's files; nothing is written to disk.

    Raises Unsupported for what HCL or the provider cannot say, with the reason.
    """
    sheet = Sheet(
        module=module,
        world=world,
        region=region,
        files=dict(module.files),
        owners=owners(module),
    )
    steps, conversions = folded(draft.steps)
    for step in steps:
        call = call_of(step)
        say = CALLS.get(call.operation)
        if say is None:
            raise Unsupported(f"{call} is not something that Terraform says")
        say(sheet, step, dict(call.parameters))
    for conversion in conversions:
        convert(sheet, conversion)
    _link(sheet)
    _refuse_dangling(sheet)
    first = _taking_over(sheet) if sheet.doomed else None
    return Edition(
        files=_files(sheet, first),
        addresses=tuple(sheet.changed),
        made=sheet.made,
        outputs=sheet.outputs,
        imports=sheet.imports,
        advisories=(*_fitting(draft, conversions), *sheet.advisories),
        defaults=draft.defaults,
        first=first,
    )


def _link(sheet: Sheet) -> None:
    """What was named by its id before the module owned it is named by reference."""
    for address, body in sheet.fresh.items():
        sheet.fresh[address] = {k: _linked(sheet, address, v) for k, v in body.items()}


def _linked(sheet: Sheet, address: str, value: Value) -> Value:
    if isinstance(value, Nested):
        return Nested({k: _linked(sheet, address, v) for k, v in value.body.items()})
    if isinstance(value, tuple):
        return tuple(_linked(sheet, address, v) for v in value)
    return sheet.link(value, address) if isinstance(value, str) else value


def _refuse_dangling(sheet: Sheet) -> None:
    """Raises Unsupported where the code still refers to what goes."""
    for address in sheet.removed:
        holders = sheet.holders(address)
        if holders:
            raise Unsupported(
                f"{address} is still named by {', '.join(holders)}: change that first"
            )


def _taking_over(sheet: Sheet) -> Edition:
    """The edition that takes over what is deleted after it."""
    before = replace(
        sheet,
        files=dict(sheet.module.files),
        owners={**owners(sheet.module), **sheet.going},
        removed=set(),
        fresh={},
        shown={},
        imports={a: d.id for a, d in sheet.doomed.items()},
    )
    before.fresh = {a: d.body(before) for a, d in sheet.doomed.items()}
    _link(before)
    files = _files(before, None)
    return Edition(files=files, addresses=tuple(sheet.doomed), imports=before.imports)


def _fitting(draft: Draft, conversions: tuple[Conversion, ...]) -> tuple[Advisory, ...]:
    """The draft's advisories; of a machine that is made again Terraform has others to give."""
    names = [c.name for c in conversions]
    return tuple(a for a in draft.advisories if not any(name in a.text for name in names))


# files


def _files(sheet: Sheet, first: Edition | None) -> Mapping[str, str | None]:
    """Those that are other than on disk, where ``first`` has been applied before."""
    now = dict(sheet.files)
    if sheet.module.empty:
        for name, text in _foundation(sheet.region).items():
            now.setdefault(name, text)
    for address, body in sheet.fresh.items():
        type, name = address.split(".")
        file = _home(sheet, now, type)
        block = values.block(values.headed("resource", type, name), body)
        now[file] = edits.append(now.get(file, ""), block)
    for name, shown in sheet.shown.items():
        body = {"description": shown.description, "value": shown.value}
        block = values.block(values.headed("output", name), body)
        now[OUTPUTS] = edits.append(now.get(OUTPUTS, ""), block)
    on_disk = {**sheet.module.files, **(first.files if first else {})}
    emptied = [n for n, t in now.items() if not t.strip() and (on_disk.get(n) or "").strip()]
    for name in emptied:
        del now[name]
    names = dict.fromkeys((*on_disk, *now))
    return {n: now.get(n) for n in names if on_disk.get(n) != now.get(n)}


def _home(sheet: Sheet, now: Mapping[str, str], type: str) -> str:
    """Where blocks of this type go, counting those that this edition has put somewhere."""
    return Module({n: t for n, t in now.items() if t.strip()}, sheet.module.kept).home(type)


def _foundation(region: str) -> dict[str, str]:
    """What a module needs before its first resource."""
    aws = {"source": "hashicorp/aws", "version": PROVIDER}
    pinned: Body = {"required_version": TERRAFORM, "required_providers": Nested({"aws": aws})}
    variable: Body = {
        "description": "AWS region in which everything here lives",
        "type": Ref("string"),
        "default": region,
    }
    return {
        "versions.tf": values.block("terraform", pinned)
        + "\n"
        + values.block(values.headed("provider", "aws"), {"region": Ref("var.region")}),
        "variables.tf": values.block(values.headed("variable", "region"), variable),
    }


Say = Callable[[Sheet, Step, dict[str, Any]], None]

CALLS: Mapping[str, Say] = {
    "AddTags": labels.create_tags,
    "AllocateAddress": addresses.allocate,
    "AssociateAddress": addresses.associate,
    "AttachInternetGateway": network.attach_gateway,
    "AttachNetworkInterface": addresses.plug,
    "AttachVolume": storage.attach,
    "AuthorizeSecurityGroupIngress": guards.open_ports,
    "CreateBucket": storage.create_bucket,
    "CreateImage": storage.no_image,
    "CreateInternetGateway": network.create_gateway,
    "CreateKeyPair": machines.create_key,
    "CreateListener": balancing.create_listener,
    "CreateLoadBalancer": balancing.create_balancer,
    "CreateNetworkInterface": addresses.create_nic,
    "CreateRoute": network.create_route,
    "CreateSecurityGroup": guards.create_group,
    "CreateSubnet": network.create_subnet,
    "CreateTags": labels.create_tags,
    "CreateTargetGroup": balancing.create_target_group,
    "CreateVolume": storage.create_volume,
    "CreateVpc": network.create_vpc,
    "DeleteBucket": deletions.delete,
    "DeleteBucketTagging": storage.tag_bucket,
    "DeleteInternetGateway": deletions.delete,
    "DeleteKeyPair": deletions.delete,
    "DeleteListener": deletions.delete,
    "DeleteLoadBalancer": deletions.delete,
    "DeleteNetworkInterface": deletions.delete,
    "DeleteRoute": network.delete_route,
    "DeleteRouteTable": deletions.delete,
    "DeleteSecurityGroup": deletions.delete,
    "DeleteSnapshot": storage.no_image,
    "DeleteSubnet": deletions.delete,
    "DeleteTags": labels.delete_tags,
    "DeleteTargetGroup": deletions.delete,
    "DeleteVolume": deletions.delete,
    "DeleteVpc": deletions.delete,
    "DeregisterImage": storage.no_image,
    "DeregisterTargets": balancing.deregister,
    "DescribeRouteTables": network.find_route_table,
    "DetachInternetGateway": network.detach_gateway,
    "DetachNetworkInterface": addresses.unplug,
    "DetachVolume": storage.detach,
    "DisassociateAddress": addresses.disassociate,
    "ImportKeyPair": machines.import_key,
    "ModifyInstanceAttribute": machines.modify,
    "ModifySubnetAttribute": network.modify_subnet,
    "ModifyVolume": storage.modify_volume,
    "MonitorInstances": machines.monitor,
    "PutBucketTagging": storage.tag_bucket,
    "PutBucketVersioning": storage.keep_versions,
    "RebootInstances": machines.reboot,
    "RegisterTargets": balancing.register,
    "ReleaseAddress": deletions.delete,
    "RemoveTags": labels.delete_tags,
    "RevokeSecurityGroupIngress": guards.close_ports,
    "RunInstances": machines.run,
    "StartInstances": machines.start,
    "StopInstances": machines.stop,
    "TerminateInstances": deletions.delete,
    "UnmonitorInstances": machines.unmonitor,
}
"""How each call is said in HCL; by the vendor's own names."""
