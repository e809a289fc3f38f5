"""What was understood, said back in one line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import assert_never

from cloudops.request import (
    AnswerOf,
    Details,
    DisksOf,
    Graph,
    Listing,
    PublicIpOf,
    Question,
    ServiceHealth,
    StatusOf,
)
from modalities.change import (
    Attach,
    Change,
    Create,
    Delete,
    Detach,
    Operate,
    Resize,
    Selection,
    SetDiagnostics,
    SetPort,
    SetPower,
    SetPriority,
    SetTags,
)
from modalities.resource import Kind
from modalities.wanted import Disk, LoadBalancer, Network, PublicIp, Rule, Subnet, Tags, Vm, Wanted


def of_changes(changes: Sequence[Change]) -> str:
    """ "Create 3 VMs (web-1, web-2, web-3) in a new network web-net; stop VM db-1"."""
    return capitalised("; ".join(_change(change) for change in changes))


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _change(change: Change) -> str:
    match change:
        case Create():
            return "create " + joined(_created(change.wanted))
        case Attach(what=Disk() as disk):
            return f"attach {_disk(disk)} to {change.to}"
        case Attach():
            return f"attach {change.what} to {change.to}"
        case Detach():
            return f"detach {change.what}" + (f" from {change.source}" if change.source else "")
        case Delete():
            return f"delete {change.what}"
        case SetPower():
            return f"{change.power} {change.what}"
        case Resize():
            return f"resize {change.what} to {_size(change)}"
        case SetTags():
            return _tagged(change)
        case SetPort():
            return _port(change)
        case SetPriority():
            return f"run {change.what} on {'spot' if change.spot else 'standard'} capacity"
        case SetDiagnostics():
            return f"{'enable' if change.enabled else 'disable'} {change.wording} on {change.what}"
        case Operate():
            return change.words
    assert_never(change)


def _created(wanted: Sequence[Wanted]) -> Iterable[str]:
    """Containers and load balancers are told with the VMs that they hold."""
    vms = [w for w in wanted if isinstance(w, Vm)]
    balancers = [w for w in wanted if isinstance(w, LoadBalancer)]
    networks = {w.name: w for w in wanted if isinstance(w, Network)}
    subnets = {w.name: w for w in wanted if isinstance(w, Subnet)}
    told: set[str] = set()
    if vms:
        yield _vms(vms, networks, subnets, told)
    for network in networks.values():
        if network.name not in told:
            yield f"network {network.name}" + (f" ({network.cidr})" if network.cidr else "")
    for subnet in subnets.values():
        if subnet.name not in told:
            yield f"subnet {subnet.name}" + (f" in network {subnet.network}" * bool(subnet.network))
    for balancer in balancers:
        yield _balancer(balancer)
    for other in wanted:
        if not isinstance(other, (Vm, LoadBalancer, Network, Subnet)):
            yield _other(other)


def _vms(
    vms: Sequence[Vm], networks: dict[str, Network], subnets: dict[str, Subnet], told: set[str]
) -> str:
    names = ", ".join(vm.name for vm in vms)
    said = f"VM {names}" if len(vms) == 1 else f"{len(vms)} VMs ({names})"
    first = vms[0]
    details = [
        first.size,
        f"{first.vcpus} vCPU" if first.vcpus else None,
        f"{first.memory_gib:g} GiB" if first.memory_gib else None,
        first.image,
        f"{first.disk_gib} GB disk" if first.disk_gib else None,
        "spot" if first.spot else None,
        {True: "public IP", False: "no public IP", None: None}[first.public_ip],
        f"ports {_rules(first.open_ports)} open" if first.open_ports else None,
        f"tags {_tags(first.tags)}" if first.tags else None,
    ]
    shown = [detail for detail in details if detail]
    if shown and all(_alike(first, vm) for vm in vms):
        said += f" [{', '.join(shown)}]"
    return said + _where(first, networks, subnets, told)


def _alike(one: Vm, other: Vm) -> bool:
    return (one.size, one.vcpus, one.memory_gib, one.image, one.spot, one.public_ip) == (
        other.size, other.vcpus, other.memory_gib, other.image, other.spot, other.public_ip
    )  # fmt: skip


def _where(
    vm: Vm, networks: dict[str, Network], subnets: dict[str, Subnet], told: set[str]
) -> str:  # fmt: skip
    said = ""
    if vm.subnet:
        said += f" in {'a new ' if vm.subnet in subnets else ''}subnet {vm.subnet}"
        told.add(vm.subnet)
    if vm.network:
        new = networks.get(vm.network)
        said += f" in {'a new ' if new else ''}network {vm.network}"
        said += f" ({new.cidr})" if new and new.cidr else ""
        told.add(vm.network)
    return said


def _balancer(balancer: LoadBalancer) -> str:
    kind = {True: "public ", False: "internal ", None: ""}[balancer.public]
    said = f"{kind}load balancer {balancer.name}{_listens(balancer)}"
    return said + (f" in front of {', '.join(balancer.targets)}" if balancer.targets else "")


def _listens(balancer: LoadBalancer) -> str:
    """Nothing where no port was said: then the hand's default is taken, and told."""
    if balancer.port is None:
        return ""
    said = f" listening on {(balancer.protocol or 'tcp').upper()} {balancer.port}"
    if balancer.target_port not in (None, balancer.port):
        said += f" -> {balancer.target_port}"
    return said


def _other(wanted: Wanted) -> str:
    if isinstance(wanted, Disk):
        return _disk(wanted) + (f" attached to {wanted.attach_to}" if wanted.attach_to else "")
    if isinstance(wanted, PublicIp):
        said = "public IP" + (f" {wanted.name}" if wanted.name else "")
        return said + (f" for {wanted.attach_to}" if wanted.attach_to else "")
    return f"{wanted.kind.words} {wanted.name}"


def _disk(disk: Disk) -> str:
    parts = [f"{disk.gib} GB" if disk.gib else "", disk.type or "", "disk", disk.name or ""]
    return "a new " + " ".join(part for part in parts if part)


def _size(change: Resize) -> str:
    if change.gib is not None:
        return f"{change.gib} GB"
    needs = [
        f"{change.vcpus} vCPU" if change.vcpus else "",
        f"{change.memory_gib:g} GiB of memory" if change.memory_gib else "",
    ]
    return change.size or " and ".join(need for need in needs if need)


def _tagged(change: SetTags) -> str:
    if change.remove:
        return f"remove tag {', '.join(change.remove)} from {change.what}"
    return f"tag {change.what} with {_tags(change.add)}"


def _tags(tags: Tags) -> str:
    return ", ".join(f"{key}={value}" for key, value in tags)


def _port(change: SetPort) -> str:
    ports = f"port {_rules((change.rule,))} on {change.what}"
    if not change.open:
        return f"close {ports}"
    source = "everyone" if change.rule.source == "0.0.0.0/0" else change.rule.source
    return f"open {ports} to {source}"


def _rules(rules: Iterable[Rule]) -> str:
    return ", ".join(
        f"{r.first_port}" + (f"-{r.last_port}" if r.last_port != r.first_port else "")
        + f"/{r.protocol}"
        for r in rules
    )  # fmt: skip


def joined(parts: Iterable[str]) -> str:
    found = list(parts)
    return found[0] if len(found) == 1 else ", ".join(found[:-1]) + " and " + found[-1]


def of_question(question: Question) -> str:
    """What is asked, in plain words."""
    match question:
        case StatusOf():
            only = f" that is {question.state}" if question.state else ""
            return f"Show the status of {question.what}{only}"
        case PublicIpOf():
            return f"Show the public IP of {question.what}"
        case DisksOf():
            return f"List the disks of {question.what} with size and type"
        case Listing():
            return f"List {question.what}"
        case Details():
            return f"Show the details of {question.what}"
        case ServiceHealth():
            of = f" of {question.service}" if question.service else ""
            return f"Show the cloud's service health{of}"
        case Graph():
            return _graph(question)
        case AnswerOf():
            return capitalised(question.words)
    assert_never(question)


def _graph(question: Graph) -> str:
    if question.focus is None:
        return "Show the dependency graph of all resources"
    if question.impact:
        return f"Show what breaks if {question.focus} goes"
    return {
        "needs": f"Show what {question.focus} depends on",
        "needed_by": f"Show what depends on {question.focus}",
        "both": f"Show the dependency graph around {question.focus}",
    }[question.direction]


_ = (Kind, Selection)
