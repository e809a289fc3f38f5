"""What AWS refuses of machines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modalities.action import SdkCall
from modalities.aws.refusals.view import View, key, subnet_in
from modalities.contract import Problem
from modalities.drafting import RUN_TAG
from modalities.resource import Kind
from modalities.step import Step

MOST_GROUPS = 5
"""Of one interface, unless AWS has raised it (VPC user guide, "Amazon VPC quotas")."""


def existing(step: Step, call: SdkCall, view: View) -> Iterator[Problem]:
    """EC2 user guide, "Amazon EC2 instance state changes": from terminated no way leads back."""
    if call.operation.startswith("Describe"):
        return
    ids = call.parameters.get("InstanceIds") or [call.parameters.get("InstanceId")]
    for id in ids:
        known = isinstance(id, str) and id.startswith("i-")
        if known and view.states.get(id, "terminated") == "terminated":
            yield Problem(step.id, "InstanceId", f"there is no machine {id}, or it is terminated")


def guards(step: Step, call: SdkCall, view: View) -> Iterator[Problem]:
    """EC2 API reference, RunInstances and ModifyInstanceAttribute: groups are of the machine's
    own network."""
    groups: list[Any] = []
    network: Any = None
    if call.operation == "RunInstances":
        network = view.network_of_subnet(subnet_in(call.parameters))
        for interface in call.parameters.get("NetworkInterfaces") or ():
            groups += interface.get("Groups") or ()
    elif call.operation == "ModifyInstanceAttribute":
        network = view.network_of_vm(call.parameters.get("InstanceId"))
        groups += call.parameters.get("Groups") or ()
    if len(groups) > MOST_GROUPS:
        text = f"{len(groups)} security groups; an interface has {MOST_GROUPS} unless AWS raised it"
        yield Problem(step.id, "Groups", text, blocking=False)
    for group in groups:
        home = view.attribute(Kind.SECURITY_GROUP, group, "network", "VpcId")
        if home is not None and network is not None and key(home) != key(network):
            yield Problem(step.id, "Groups", f"group {key(group)} is of another network")


def resizing(step: Step, call: SdkCall, view: View) -> Iterator[Problem]:
    """EC2 user guide, "Change the instance type": only of a stopped machine."""
    if call.operation != "ModifyInstanceAttribute" or "InstanceType" not in call.parameters:
        return
    vm = key(call.parameters.get("InstanceId"))
    if view.states.get(vm, "running") != "stopped":
        cure = "stop it first"
        yield Problem(step.id, "InstanceType", "the size of a running machine is fixed", cure)


def protection(step: Step, call: SdkCall, view: View) -> Iterator[Problem]:
    """EC2 user guide, "Change instance termination protection"; a machine does not show it
    where its other attributes are read. What we made has none."""
    if call.operation == "TerminateInstances":
        for id in call.parameters.get("InstanceIds") or ():
            there = view.resource(Kind.VM, id)
            if there is not None and RUN_TAG not in there.tags:
                text = f"AWS refuses this if {there.name} has termination protection"
                yield Problem(step.id, "InstanceIds", text, blocking=False)
