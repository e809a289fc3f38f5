"""How can it be reached from the internet?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cloudops.engine.questions.chosen import chosen
from cloudops.engine.questions.wording import brief, plural
from cloudops.request import Answer, PublicIpOf, Table
from modalities.resource import Kind, Resource, World


def addresses(question: PublicIpOf, world: World) -> Answer:
    """The public address of each; where there is none, plainly so and how to get one."""
    found = chosen(world, question.what)
    data: dict[str, Any] = {"vms": [_entry(r, world) for r in found if r.kind is Kind.VM]}
    others = [_entry(r, world) for r in found if r.kind is not Kind.VM]
    if others:
        data["resources"] = others
    return Answer(text=_text(question, found, world), table=_table(found, world), data=data)


def _text(question: PublicIpOf, found: Sequence[Resource], world: World) -> str:
    if not found:
        return f"There are {plural(0, question.what.kind)}."
    without = [r for r in found if r.kind is Kind.VM and not address_of(r)]
    sentences = [_sentence(r, world) for r in found]
    if without:
        name = without[0].name
        sentences.append(
            f'To give {name} one: cloudops run "create a public IP and attach it to {name}".'
        )
    return " ".join(sentences)


def _sentence(resource: Resource, world: World) -> str:
    address = address_of(resource)
    match resource.kind:
        case Kind.PUBLIC_IP:
            return f"Public IP {resource.name} is {address or 'not known'}."
        case Kind.LOAD_BALANCER:
            return (
                f"Load balancer {resource.name} is reached as {address}: "
                "its addresses change, the name stays."
                if address
                else f"Load balancer {resource.name} cannot be reached from the internet."
            )
    if not address:
        stopped = resource.attributes.get("state") == "stopped"
        return f"{resource.name} has no public IP" + (" while it is stopped." if stopped else ".")
    stays = ", which stays when it is stopped" if _reserved(resource, world) else ""
    return f"{resource.name} has the public IP {address}{stays}."


def address_of(resource: Resource) -> str | None:
    """Its address on the internet; of a load balancer the name that stands for its addresses."""
    match resource.kind:
        case Kind.PUBLIC_IP:
            name = "address"
        case Kind.LOAD_BALANCER:
            name = "dns_name" if resource.attributes.get("public") else ""
        case _:
            name = "public_ip"
    value = resource.attributes.get(name)
    return str(value) if value else None


def _reserved(vm: Resource, world: World) -> Resource | None:
    """The address of its own that is assigned to the machine, if any."""
    mine = (ip for ip in world.of(Kind.PUBLIC_IP) if ip.attributes.get("attached_to") == vm.id)
    return next(mine, None)


def _entry(resource: Resource, world: World) -> Mapping[str, Any]:
    """``reserved`` names the public IP resource; None: the address comes and goes with the VM."""
    ip = _reserved(resource, world)
    return {
        **brief(resource),
        "public_ip": address_of(resource),
        "private_ip": resource.attributes.get("private_ip"),
        "reserved": ip.id if ip else None,
    }


def _kept(resource: Resource, world: World) -> str:
    if not address_of(resource):
        return "-"
    return "no" if resource.kind is Kind.VM and not _reserved(resource, world) else "yes"


def _table(found: Sequence[Resource], world: World) -> Table | None:
    if not found:
        return None
    return Table(
        columns=("name", "public ip", "private ip", "kept when stopped"),
        rows=tuple(
            (
                r.name,
                address_of(r) or "none",
                str(r.attributes.get("private_ip") or "-"),
                _kept(r, world),
            )
            for r in found
        ),
    )
