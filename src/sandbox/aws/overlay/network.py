"""Networks as AWS has them: what is default, and what is still in use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.ec2.exceptions import DependencyViolationError, EC2ClientError
from moto.elbv2.models import elbv2_backends

from sandbox.aws.overlay.around import Inner


def create_default_vpc(create: Inner, backend: Any) -> Any:
    """With the gateway and the route to it that AWS's has."""
    vpc = create(backend)
    gateway = backend.create_internet_gateway()
    backend.attach_internet_gateway(gateway.id, vpc.id)
    (table,) = backend.describe_route_tables(filters={"vpc-id": [vpc.id]})
    backend.create_route(table.id, "0.0.0.0/0", gateway_id=gateway.id)
    return vpc


def create_subnet(create: Inner, backend: Any, vpc_id: str, *args: Any, **kwargs: Any) -> Any:
    """Only the default network has default subnets; moto takes the first of any zone for one."""
    subnet = create(backend, vpc_id, *args, **kwargs)
    if not backend.get_vpc(vpc_id).is_default:
        subnet.default_for_az = False
        subnet.map_public_ip_on_launch = False
    return subnet


def association(told: Any) -> Callable[[Any], Any]:
    """Of an interface without a public address moto says an empty one, AWS none at all; by
    that Terraform tells whether a machine was given one, and would make it anew."""
    return lambda nic: told.fget(nic) or None


def modify_interface(modify: Inner, backend: Any, eni_id: str, *args: Any, **more: Any) -> Any:
    """The groups of a machine's first interface are the machine's."""
    done = modify(backend, eni_id, *args, **more)
    nic = backend.get_network_interface(eni_id)
    if nic.instance is not None and nic.device_index == 0:
        nic.instance.security_groups = list(nic._group_set)
    return done


def groups_of(nic: Any) -> Any:
    """An interface has groups of its own; moto adds those of its machine."""
    return nic._group_set


def delete_subnet(delete: Inner, backend: Any, subnet_id: str) -> Any:
    balancers = elbv2_backends[backend.account_id][backend.region_name].load_balancers.values()
    used = any(nic.subnet.id == subnet_id for nic in backend.enis.values()) or any(
        subnet.id == subnet_id for balancer in balancers for subnet in balancer.subnets
    )
    if used:
        raise DependencyViolationError(
            f"The subnet '{subnet_id}' has dependencies and cannot be deleted."
        )
    return delete(backend, subnet_id)


def delete_vpc(delete: Inner, backend: Any, vpc_id: str) -> Any:
    gateways = any(g.vpc and g.vpc.id == vpc_id for g in backend.internet_gateways.values())
    groups = any(not group.is_default for group in backend.groups[vpc_id].values())
    if gateways or groups:
        raise DependencyViolationError(
            f"The vpc '{vpc_id}' has dependencies and cannot be deleted."
        )
    return delete(backend, vpc_id)


def delete_route_table(delete: Inner, response: Any) -> Any:
    table = response.ec2_backend.get_route_table(response._get_param("RouteTableId"))
    if table.main_association_id is not None:
        raise DependencyViolationError(
            f"The routeTable '{table.id}' has dependencies and cannot be deleted."
        )
    return delete(response)


def detach_internet_gateway(detach: Inner, backend: Any, gateway_id: str, vpc_id: str) -> Any:
    if any(nic.public_ip and nic.vpc_id == vpc_id for nic in backend.enis.values()):
        raise DependencyViolationError(
            f"Network {vpc_id} has some mapped public address(es). Please unmap those public "
            "address(es) before detaching the gateway."
        )
    return detach(backend, gateway_id, vpc_id)


def associate_address(associate: Inner, backend: Any, *args: Any, **more: Any) -> Any:
    """One on an interface is on the interface's machine, too (EC2 API, Address.InstanceId)."""
    address = associate(backend, *args, **more)
    if address.instance is None and address.eni is not None:
        address.instance = address.eni.instance
    return address


def release_address(release: Inner, backend: Any, **which: Any) -> Any:
    found = [
        address
        for address in backend.addresses
        if which in ({"address": address.public_ip}, {"allocation_id": address.allocation_id})
    ]
    if found and found[0].association_id:
        raise EC2ClientError(
            "InvalidIPAddress.InUse", f"The address '{found[0].public_ip}' is in use."
        )
    return release(backend, **which)


def delete_security_group(delete: Inner, response: Any) -> Any:
    """Refused while a network interface, a load balancer or another group's rule names it."""
    backend = response.ec2_backend
    name = response._get_param("GroupId") or response._get_param("GroupName")
    group = backend.get_security_group_by_name_or_id(name)
    if group is not None:
        if group.is_default:
            raise EC2ClientError(
                "CannotDelete",
                f'the specified group: "{group.id}" name: "default" cannot be deleted by a user',
            )
        if _names_group(backend, group.id):
            raise DependencyViolationError(f"resource {group.id} has a dependent object")
    return delete(response)


def _names_group(backend: Any, group_id: str) -> bool:
    nics = any(g.id == group_id for nic in backend.enis.values() for g in nic.group_set)
    rules = any(
        rule.source_group.get("GroupId") == group_id
        for other in backend.describe_security_groups()
        for rule in (*other.ingress_rules, *other.egress_rules)
        if other.id != group_id
    )
    balancers = elbv2_backends[backend.account_id][backend.region_name].load_balancers.values()
    return nics or rules or any(group_id in (b.security_groups or ()) for b in balancers)
