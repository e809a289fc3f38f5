"""Spot machines that read back right.

moto marks a machine run with InstanceMarketOptions as spot, but makes no request for it and
forgets the options: the machine looks half converted, and Terraform wants to replace it for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.instances import Instance
from moto.ec2.models.spot_requests import SpotInstanceRequest
from moto.ec2.utils import random_spot_request_id

from sandbox.aws.overlay.around import Inner

ONE_TIME = "one-time"


class Fulfilled(SpotInstanceRequest):
    """A request for a machine that runs already."""

    def __init__(self, machine: Instance, options: Mapping[str, Any], backend: Any) -> None:
        self._machine = machine
        super().__init__(
            backend,
            random_spot_request_id(),
            price=str(options.get("MaxPrice") or ""),
            image_id=machine.image_id,
            spot_instance_type=str(options.get("SpotInstanceType") or ONE_TIME),
            valid_from=None,
            valid_until=options.get("ValidUntil"),
            launch_group=None,
            availability_zone_group=None,
            key_name=machine.key_name or "",
            security_groups=[group.id for group in machine.security_groups],
            user_data=None,
            instance_type=machine.instance_type,
            placement=machine.availability_zone,
            kernel_id=None,
            ramdisk_id=None,
            monitoring_enabled=machine.monitored,
            subnet_id=machine.subnet_id or "",
            tags={},
            spot_fleet_id=None,
            instance_interruption_behaviour=options.get("InstanceInterruptionBehavior"),
        )

    def launch_instance(self) -> Instance:
        return self._machine


def register(backend: Any, machine: Instance, options: Mapping[str, Any]) -> None:
    """An active request that ``machine`` fulfils."""
    request = Fulfilled(machine, options, backend)
    backend.spot_instance_requests[request.id] = request
    machine.lifecycle = "spot"


def run_instances(run: Inner, response: Any) -> Any:
    result = run(response)
    options = response._get_param("InstanceMarketOptions", {})
    if options.get("MarketType") == "spot":
        for machine in result.result.instances:
            register(response.ec2_backend, machine, options.get("SpotOptions") or {})
    return result


def new_request(make: Inner, request: Any, *args: Any, **kwargs: Any) -> None:
    """The machine of any request names it, as RequestSpotInstances' do not in moto."""
    make(request, *args, **kwargs)
    request.instance.spot_instance_request_id = request.id


def stop_instances(stop: Inner, backend: Any, instance_ids: list[str]) -> Any:
    for machine in backend.get_multi_instances_by_id(instance_ids):
        request = request_of(backend, machine)
        if request is not None and request.type == ONE_TIME:
            raise EC2ClientError(
                "UnsupportedOperation",
                f"You can't stop the Spot Instance '{machine.id}' because it is associated with "
                "a one-time Spot Instance request. You can only stop Spot Instances associated "
                "with persistent Spot Instance requests.",
            )
    return stop(backend, instance_ids)


def terminate(end: Inner, machine: Any) -> Any:
    previous = end(machine)
    request = request_of(machine.ec2_backend, machine)
    if request is not None and request.state == "active":
        request.state = "closed" if request.type == ONE_TIME else "open"
        request._status_code = "instance-terminated-by-user"
    return previous


def cancel(drop: Inner, backend: Any, request_ids: list[str]) -> Any:
    """AWS goes on listing a cancelled request; moto forgets it."""
    missing = [id for id in request_ids if id not in backend.spot_instance_requests]
    if missing:
        raise EC2ClientError(
            "InvalidSpotInstanceRequestID.NotFound",
            f"The spot instance request ID '{missing[0]}' does not exist",
        )
    requests = drop(backend, request_ids)
    for request in requests:
        request.state = "cancelled"
        backend.spot_instance_requests[request.id] = request
    return requests


def request_of(backend: Any, machine: Any) -> SpotInstanceRequest | None:
    id = getattr(machine, "spot_instance_request_id", None)
    request: SpotInstanceRequest | None = backend.spot_instance_requests.get(id)
    return request
