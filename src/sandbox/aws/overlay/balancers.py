"""What AWS refuses of a load balancer."""

from __future__ import annotations

from typing import Any

from moto.elbv2.exceptions import DuplicateListenerError, DuplicateLoadBalancerName, ELBClientError

from sandbox.aws.overlay.around import Inner


def create_load_balancer(create: Inner, backend: Any, *args: Any, **kwargs: Any) -> Any:
    """Asked for again under the same name, it is the same one."""
    kwargs["scheme"] = kwargs.get("scheme") or "internet-facing"
    made = create(backend, *args, **kwargs)
    del backend.load_balancers[made.arn]
    before = next((b for b in backend.load_balancers.values() if b.name == made.name), None)
    if before is not None:
        backend.tagging_service.delete_all_tags_for_resource(made.arn)
        if _shape(before) != _shape(made):
            raise DuplicateLoadBalancerName
        return before
    _refuse_subnets(backend.ec2_backend, made)
    backend.load_balancers[made.arn] = made
    return made


def _shape(balancer: Any) -> tuple[Any, ...]:
    subnets = sorted(subnet.id for subnet in balancer.subnets)
    return balancer.type, balancer.scheme, subnets, sorted(balancer.security_groups or ())


def _refuse_subnets(ec2: Any, balancer: Any) -> None:
    zones = [subnet.availability_zone for subnet in balancer.subnets]
    if len(set(zones)) < len(zones):
        raise ELBClientError(
            "InvalidConfigurationRequest",
            "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
        )
    if balancer.type == "application" and len(zones) < 2:
        raise ELBClientError(
            "ValidationError",
            "At least two subnets in two different Availability Zones must be specified",
        )
    open_networks = {g.vpc.id for g in ec2.internet_gateways.values() if g.vpc}
    if balancer.scheme == "internet-facing" and balancer.vpc_id not in open_networks:
        raise ELBClientError("InvalidSubnet", f"VPC {balancer.vpc_id} has no internet gateway")


def create_listener(
    create: Inner,
    backend: Any,
    load_balancer_arn: str,
    protocol: str,
    port: Any,
    *args: Any,
    **kwargs: Any,
) -> Any:
    balancer = backend.load_balancers.get(load_balancer_arn)
    if balancer and any(str(other.port) == str(port) for other in balancer.listeners.values()):
        raise DuplicateListenerError
    return create(backend, load_balancer_arn, protocol, port, *args, **kwargs)
