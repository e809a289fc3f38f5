"""What AWS refuses of load balancers, their listeners and targets."""

from __future__ import annotations

from collections.abc import Iterator

from modalities.action import SdkCall
from modalities.aws.attributes import texts
from modalities.aws.refusals.view import View, key
from modalities.contract import Problem
from modalities.resource import Kind
from modalities.step import Step

SPEAKS = {
    "application": ("HTTP", "HTTPS"),
    "network": ("TCP", "UDP", "TLS", "TCP_UDP", "QUIC", "TCP_QUIC"),
}
ENCRYPTED = ("HTTPS", "TLS")


def subnets(step: Step, call: SdkCall, view: View) -> Iterator[Problem]:
    """User guide for Application Load Balancers, "Subnets for your load balancer"; API
    reference, CreateLoadBalancer."""
    if call.operation != "CreateLoadBalancer":
        return
    chosen = call.parameters.get("Subnets") or ()
    zones = [view.zone_of_subnet(s) for s in chosen]
    networks = {key(n) for s in chosen if (n := view.network_of_subnet(s)) is not None}
    if len(networks) > 1:
        yield Problem(step.id, "Subnets", "the subnets are not all in one network")
    known = [zone for zone in zones if zone is not None]
    if len(set(known)) < len(known):
        yield Problem(step.id, "Subnets", f"two subnets are in one zone ({', '.join(known)})")
    application = call.parameters.get("Type", "application") == "application"
    if application and (len(chosen) < 2 or (len(known) == len(chosen) and len(set(known)) < 2)):
        text = "an application load balancer needs subnets in two zones"
        yield Problem(step.id, "Subnets", text, "add a subnet in another zone")


def way_out(step: Step, call: SdkCall, view: View) -> Iterator[Problem]:
    """API reference, CreateLoadBalancer, "Scheme": what faces the internet needs a gateway."""
    if call.operation != "CreateLoadBalancer" or call.parameters.get("Scheme") == "internal":
        return
    chosen = call.parameters.get("Subnets") or ()
    for network in dict.fromkeys(key(view.network_of_subnet(s)) for s in chosen):
        gateways = view.world.of(Kind.GATEWAY)
        attached = any(network in texts(g, "networks") for g in gateways)
        planned = any(
            c.operation == "AttachInternetGateway" and key(c.parameters.get("VpcId")) == network
            for c in view.before
        )
        if network != "None" and not attached and not planned:
            there = view.resource(Kind.NETWORK, network)
            default = bool(there and there.attributes.get("default"))
            text = "a public load balancer needs an internet gateway in its network"
            yield Problem(step.id, "Scheme", text, "make it internal", blocking=not default)


def listeners(step: Step, call: SdkCall, view: View) -> Iterator[Problem]:
    """API reference, CreateListener."""
    if call.operation != "CreateListener":
        return
    balancer, port = call.parameters.get("LoadBalancerArn"), call.parameters.get("Port")
    protocol = str(call.parameters.get("Protocol"))
    type = str(view.attribute(Kind.LOAD_BALANCER, balancer, "type", "Type") or "application")
    if protocol not in SPEAKS.get(type, (protocol,)):
        spoken = ", ".join(SPEAKS[type])
        yield Problem(step.id, "Protocol", f"a load balancer of type {type} speaks {spoken}")
    if protocol in ENCRYPTED and not call.parameters.get("Certificates"):
        yield Problem(step.id, "Certificates", f"{protocol} needs a certificate", "TCP needs none")
    planned = [
        c.parameters.get("Port")
        for c in view.before
        if c.operation == "CreateListener"
        and key(c.parameters.get("LoadBalancerArn")) == key(balancer)
    ]
    there = view.resource(Kind.LOAD_BALANCER, balancer)
    mine = [x for x in view.world.needs(there) if x.kind is Kind.LISTENER] if there else []
    if port in (*planned, *(x.attributes.get("port") for x in mine)):
        yield Problem(step.id, "Port", f"the load balancer listens on port {port} already")


def targets(step: Step, call: SdkCall, view: View) -> Iterator[Problem]:
    """User guide for Application Load Balancers, "Target groups": instances are in the target
    group's network."""
    if call.operation != "RegisterTargets":
        return
    pool = call.parameters.get("TargetGroupArn")
    network = view.attribute(Kind.TARGET_GROUP, pool, "network", "VpcId")
    for number, target in enumerate(call.parameters.get("Targets") or ()):
        home = view.network_of_vm(target.get("Id"))
        if network is not None and home is not None and key(home) != key(network):
            path = f"Targets[{number}].Id"
            yield Problem(step.id, path, f"{key(target['Id'])} is in another network")
