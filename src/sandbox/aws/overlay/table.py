"""Every change to moto, in one place: what is changed, and the function around it; and what is
added.

Where several are around the same function, the last is outermost.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.cloudtrail.responses import CloudTrailResponse
from moto.core.serialize import XFormedAttributePicker
from moto.ec2 import utils
from moto.ec2.models import EC2Backend
from moto.ec2.models.amis import Ami
from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.models.elastic_block_store import VolumeAttachment
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.models.instances import Instance
from moto.ec2.models.spot_requests import SpotInstanceRequest
from moto.ec2.responses import EC2Response
from moto.elbv2.models import ELBv2Backend
from moto.elbv2.responses import ELBV2Response
from moto.iam.models import IAMBackend
from moto.s3.responses import S3Response
from moto.sqs.models import Queue, SQSBackend
from moto.ssm.models import ParameterDict

from sandbox.aws import ids
from sandbox.aws.overlay import (
    balancers,
    gateways,
    images,
    launch,
    machines,
    network,
    pace,
    pages,
    policies,
    queues,
    spot,
    tokens,
    trail,
    volumes,
)
from sandbox.aws.overlay.around import around

TABLE: tuple[tuple[Any, str, Callable[..., Any]], ...] = (
    (EC2Response, "call_action", tokens.call_action),
    (EC2Response, "run_instances", spot.run_instances),
    (EC2Response, "run_instances", launch.run_instances),
    (EC2Response, "_parse_block_device_mapping", launch.parse_mappings),
    (EC2Response, "modify_instance_attribute", machines.modify_instance_attribute),
    (EC2Response, "monitor_instances", machines.monitor_instances),
    (EC2Response, "unmonitor_instances", machines.unmonitor_instances),
    (EC2Response, "create_volume", volumes.ask_for_volume),
    (EC2Response, "describe_snapshots", volumes.describe_snapshots),
    (EC2Response, "deregister_image", images.deregister_image),
    (EC2Response, "detach_volume", volumes.detach_volume),
    (EC2Response, "delete_route_table", network.delete_route_table),
    (EC2Response, "delete_security_group", network.delete_security_group),
    (EC2Backend, "run_instances", launch.make_instances),
    (EC2Backend, "start_instances", machines.start_instances),
    (EC2Backend, "stop_instances", machines.stop_instances),
    (EC2Backend, "stop_instances", spot.stop_instances),
    (EC2Backend, "reboot_instances", machines.reboot_instances),
    (EC2Backend, "modify_instance_security_groups", machines.modify_security_groups),
    (EC2Backend, "modify_network_interface_attribute", network.modify_interface),
    (EC2Backend, "cancel_spot_instance_requests", spot.cancel),
    (EC2Backend, "create_volume", volumes.create_volume),
    (EC2Backend, "modify_volume", volumes.modify_volume),
    (EC2Backend, "attach_volume", volumes.attach_volume),
    (EC2Backend, "create_default_vpc", network.create_default_vpc),
    (EC2Backend, "create_subnet", network.create_subnet),
    (EC2Backend, "create_nat_gateway", gateways.create_nat_gateway),
    (EC2Backend, "delete_nat_gateway", gateways.delete_nat_gateway),
    (EC2Backend, "delete_subnet", network.delete_subnet),
    (EC2Backend, "delete_vpc", network.delete_vpc),
    (EC2Backend, "detach_internet_gateway", network.detach_internet_gateway),
    (EC2Backend, "associate_address", network.associate_address),
    (EC2Backend, "release_address", network.release_address),
    (EC2Backend, "_load_amis", images.load_amis),
    (Instance, "prep_nics", launch.prep_nics),
    (Instance, "terminate", machines.terminate),
    (Instance, "terminate", spot.terminate),
    (SpotInstanceRequest, "__init__", spot.new_request),
    (ELBv2Backend, "create_load_balancer", balancers.create_load_balancer),
    (ELBv2Backend, "create_listener", balancers.create_listener),
    (IAMBackend, "_init_aws_policies", policies.init_aws_policies),
    (ParameterDict, "_check_loading_status", images.load_parameters),
    (TaggedEC2Resource, "get_tags", pace.tags_of),
    (XFormedAttributePicker, "__call__", pace.pick),
    (Queue, "_set_attributes", queues.set_attributes),
    (SQSBackend, "get_queue_attributes", queues.get_attributes),
    (S3Response, "all_buckets", pages.buckets),
    *((EC2Response, name, pages.of_ec2) for name in pages.EC2),
    *((ELBV2Response, name, pages.of_elb) for name in pages.ELB),
)

PROPERTIES: tuple[tuple[Any, str, Callable[[Any], Any]], ...] = (
    (Ami, "block_device_mappings", launch.image_disks),
    (Instance, "network_interfaces", machines.network_interfaces),
    (NetworkInterface, "association", network.association(NetworkInterface.association)),
    (NetworkInterface, "group_set", network.groups_of),
    (Queue, "attributes", queues.attributes(Queue.attributes)),
    (VolumeAttachment, "delete_on_termination", volumes.goes_with_machine),
)

ADDED: tuple[tuple[Any, str, Callable[..., Any]], ...] = (
    (CloudTrailResponse, "lookup_events", trail.lookup_events),
)
"""Operations that moto lacks."""

FILTERS = {
    "client-token": "client_token",
    "instance-lifecycle": "lifecycle",
    "root-device-name": "root_device_name",
    "spot-instance-request-id": "spot_instance_request_id",
}
"""Filters of DescribeInstances that moto does not know, and the attribute each compares."""


def install() -> None:
    """Once, before the first request."""
    ids.install()
    pace.install()
    for owner, name, outer in TABLE:
        around(owner, name, outer)
    for owner, name, added in ADDED:
        setattr(owner, name, added)
    for owner, name, value in PROPERTIES:
        setattr(owner, name, property(value))
    Instance.spot_instance_request_id = None  # where it has none, filters find this
    utils.filter_dict_attribute_mapping.update(FILTERS)
