"""Answers from which it is certain that the wanted state was there already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modalities.action import SdkCall
from modalities.aws.codes import GONE
from modalities.aws.effects import effect_of
from modalities.aws.refs import touched
from modalities.receipt import CloudError
from modalities.resource import Provider, World
from modalities.step import Effect

TRANSITIONS = {
    "StartInstances": "StartingInstances",
    "StopInstances": "StoppingInstances",
    "TerminateInstances": "TerminatingInstances",
}

ANYWHERE = World(Provider.AWS, "")


def changed_nothing(call: SdkCall, answer: Mapping[str, Any]) -> bool:
    """Whether a call that went well found every machine in the state it was to bring it to."""
    transitions = answer.get(TRANSITIONS.get(call.operation, ""), ())
    return bool(transitions) and all(
        t.get("PreviousState", {}).get("Code") == t.get("CurrentState", {}).get("Code")
        for t in transitions
    )


def already_so(call: SdkCall, error: CloudError) -> bool:
    """Whether a refusal says that what the call wants is so. Certain only where it is about
    one thing: of several rules in one call, those that are new were not added either."""
    match call.operation:
        case "AuthorizeSecurityGroupIngress" | "AuthorizeSecurityGroupEgress":
            return error.code == "InvalidPermission.Duplicate" and _one_rule(call)
        case "RevokeSecurityGroupIngress" | "RevokeSecurityGroupEgress":
            return error.code == "InvalidPermission.NotFound" and _one_rule(call)
        case "AttachInternetGateway":
            network = str(call.parameters.get("VpcId"))
            return error.code == "Resource.AlreadyAssociated" and network in error.message
        case "DetachInternetGateway":
            return error.code == "Gateway.NotAttached"
        case "DetachVolume":
            return error.code == "IncorrectState" and "'available'" in error.message
        case "DisassociateAddress" | "DisassociateRouteTable":
            return error.code == "InvalidAssociationID.NotFound"
        case _ if effect_of(call.service, call.operation) is Effect.DELETE:
            return GONE.search(error.code) is not None and _one_thing(call)
        case _:
            return False


def _one_thing(call: SdkCall) -> bool:
    """Of what no kind names, whatever lists nothing is about one."""
    named = len(touched(call, ANYWHERE))
    lists = any(isinstance(value, (list, tuple)) for value in call.parameters.values())
    return named == 1 or (named == 0 and not lists)


def _one_rule(call: SdkCall) -> bool:
    permissions = call.parameters.get("IpPermissions")
    if permissions is None:
        return True  # the short form with CidrIp can say only one
    sources = [s for p in permissions for s in _sources(p)]
    return len(permissions) == 1 and len(sources) == 1


def _sources(permission: Mapping[str, Any]) -> list[Any]:
    keys = ("IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs")
    return [source for key in keys for source in permission.get(key, ())]
