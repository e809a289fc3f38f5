"""What AWS refuses of a machine in the wrong state, and what is left of a terminated one."""

from __future__ import annotations

from copy import copy
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.instance_types import INSTANCE_TYPES

from sandbox.aws.overlay.around import Inner


def start_instances(start: Inner, backend: Any, instance_ids: list[str]) -> Any:
    _refuse_ended(backend, instance_ids, "started")
    return start(backend, instance_ids)


def stop_instances(stop: Inner, backend: Any, instance_ids: list[str]) -> Any:
    _refuse_ended(backend, instance_ids, "stopped")
    return stop(backend, instance_ids)


def reboot_instances(reboot: Inner, backend: Any, instance_ids: list[str]) -> Any:
    for machine in backend.get_multi_instances_by_id(instance_ids):
        if machine.state != "running":
            raise EC2ClientError(
                "IncorrectState", f"Instance '{machine.id}' is not in the 'running' state."
            )
    return reboot(backend, instance_ids)


def _refuse_ended(backend: Any, instance_ids: list[str], what: str) -> None:
    for machine in backend.get_multi_instances_by_id(instance_ids):
        if machine.state == "terminated":
            raise EC2ClientError(
                "IncorrectInstanceState",
                f"The instance '{machine.id}' is not in a state from which it can be {what}.",
            )


def modify_instance_attribute(modify: Inner, response: Any) -> Any:
    """The type of a machine changes only while it is stopped, and only to one there is."""
    size = response._get_param("InstanceType.Value")
    if response._get_param("Attribute") == "instanceType":
        size = response._get_param("Value")
    machine = response.ec2_backend.get_instance(response._get_param("InstanceId"))
    if size is not None:
        refuse_unknown_size(size)
        if machine.state != "stopped":
            raise EC2ClientError(
                "IncorrectInstanceState",
                f"The instance '{machine.id}' is not in the 'stopped' state.",
            )
    return modify(response)


def refuse_unknown_size(size: str) -> None:
    if size not in INSTANCE_TYPES:
        raise EC2ClientError("InvalidParameterValue", f"Invalid value '{size}' for InstanceType.")


def terminate(end: Inner, machine: Any) -> Any:
    """Its own addresses are free again, and interfaces that stay are on their own."""
    if machine.state == "terminated":
        return copy(machine._state)
    for address in machine.ec2_backend.addresses:
        if address.instance is machine:
            address.instance = address.eni = address.association_id = None
    for nic in machine.nics.values():
        nic.public_ip = None
        nic.public_ip_auto_assign = False
    previous = end(machine)
    for nic in machine.nics.values():
        if nic.id in machine.ec2_backend.enis:
            nic.instance = nic.attachment_id = nic.attach_time = nic.device_index = None
            nic.status = "available"
    return previous


def network_interfaces(machine: Any) -> Any:
    return [] if machine.state == "terminated" else list(machine.nics.values())


def modify_security_groups(modify: Inner, backend: Any, *args: Any, **more: Any) -> Any:
    """They are those of its first interface, and not besides the ones it had."""
    machine = modify(backend, *args, **more)
    if 0 in machine.nics:
        machine.nics[0]._group_set = list(machine.security_groups)
    return machine


def monitor_instances(_: Inner, response: Any) -> ActionResult:
    return _monitored(response, "enabled", "pending")


def unmonitor_instances(_: Inner, response: Any) -> ActionResult:
    return _monitored(response, "disabled", "disabling")


def _monitored(response: Any, state: str, on_its_way: str) -> ActionResult:
    machines = response.ec2_backend.get_multi_instances_by_id(response._get_param("InstanceIds"))
    for machine in machines:
        machine.monitoring_state = state
    told = [{"InstanceId": m.id, "Monitoring": {"State": on_its_way}} for m in machines]
    return ActionResult({"InstanceMonitorings": told})
