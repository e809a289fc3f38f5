"""What is known at one point of a plan: the world, and what the steps before have made of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, ip_network
from typing import Any

from modalities.action import Output, SdkCall
from modalities.resource import Kind, Resource, World
from modalities.step import Step


@dataclass(slots=True)
class View:
    """Ids may be literal or references to outputs; both are looked through.

    ``held`` maps a disk to the machine and device that hold it, ``states`` a machine to its
    state; both change as the steps are gone through with :meth:`done`.
    """

    world: World
    steps: tuple[Step, ...]
    held: dict[str, tuple[str, str]] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    before: list[SdkCall] = field(default_factory=list)

    def __post_init__(self) -> None:
        for disk in self.world.of(Kind.DISK):
            if disk.attributes.get("attached_to"):
                vm, device = disk.attributes["attached_to"], disk.attributes.get("device")
                self.held[disk.id] = (str(vm), str(device))
        self.states.update((v.id, str(v.attributes.get("state"))) for v in self.world.of(Kind.VM))

    @property
    def region(self) -> str:
        return self.world.scope.rpartition("/")[2]

    def done(self, step: Step) -> None:
        """The step has been gone through."""
        call = step.action
        if not isinstance(call, SdkCall):
            return
        self.before.append(call)
        p = call.parameters
        match call.operation:
            case "AttachVolume":
                self.held[key(p["VolumeId"])] = (key(p["InstanceId"]), str(p.get("Device")))
            case "DetachVolume":
                self.held.pop(key(p["VolumeId"]), None)
            case "TerminateInstances":
                for vm in map(key, p["InstanceIds"]):
                    self.states[vm] = "terminated"
                    self.held = {d: h for d, h in self.held.items() if h[0] != vm}
            case "StopInstances":
                self.states.update((key(vm), "stopped") for vm in p["InstanceIds"])
            case "StartInstances":
                self.states.update((key(vm), "running") for vm in p["InstanceIds"])
            case _:
                pass

    def resource(self, kind: Kind, id: Any) -> Resource | None:
        """What the world holds under a literal id."""
        return self.world.get(kind, id) if isinstance(id, str) else None

    def maker(self, id: Any) -> Mapping[str, Any] | None:
        """The parameters of the step that a reference points to."""
        output = Output.parse(id)
        for step in self.steps if output else ():
            if output and step.id == output.step and isinstance(step.action, SdkCall):
                return step.action.parameters
        return None

    def attribute(self, kind: Kind, id: Any, name: str, parameter: str) -> Any:
        """An attribute of what is there, or the parameter it will be made with; None where
        neither is known."""
        there = self.resource(kind, id)
        if there is not None:
            return there.attributes.get(name)
        return (self.maker(id) or {}).get(parameter)

    # what rules ask about

    def zone_of_subnet(self, id: Any) -> Any:
        return self.attribute(Kind.SUBNET, id, "zone", "AvailabilityZone")

    def network_of_subnet(self, id: Any) -> Any:
        return self.attribute(Kind.SUBNET, id, "network", "VpcId")

    def zone_of_vm(self, id: Any) -> Any:
        there = self.resource(Kind.VM, id)
        return there.attributes.get("zone") if there else self.zone_of_subnet(self._subnet(id))

    def network_of_vm(self, id: Any) -> Any:
        there = self.resource(Kind.VM, id)
        return (
            there.attributes.get("network") if there else self.network_of_subnet(self._subnet(id))
        )

    def _subnet(self, vm: Any) -> Any:
        return subnet_in(self.maker(vm) or {})


def key(id: Any) -> str:
    """A literal id, or the name of the step that a reference points to."""
    output = Output.parse(id)
    return f"$ {output.step}" if output else str(id)


def subnet_in(parameters: Mapping[str, Any]) -> Any:
    """Where RunInstances' parameters put the machine."""
    interfaces: Sequence[Mapping[str, Any]] = parameters.get("NetworkInterfaces") or ()
    return next((i.get("SubnetId") for i in interfaces), parameters.get("SubnetId"))


def range_of(text: Any) -> IPv4Network | None:
    """None where it is no IPv4 range."""
    try:
        network = ip_network(str(text))
    except ValueError:
        return None
    return network if isinstance(network, IPv4Network) else None


def ranges(resources: Sequence[Resource]) -> Iterator[tuple[str, IPv4Network]]:
    """Names and ranges of networks or subnets."""
    for resource in resources:
        network = range_of(resource.attributes.get("cidr"))
        if network is not None:
            yield resource.name, network
