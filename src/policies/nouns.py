"""How people speak of kinds of resources, as regular expressions: enough to tell which kind a
request to delete is about."""

from __future__ import annotations

import re

from modalities.resource import Kind

NOUNS: dict[Kind, str] = {
    Kind.NETWORK: r"networks?(?! (interface|load))|vpcs?|vnets?",
    Kind.SUBNET: r"subnets?|subnetworks?",
    Kind.GATEWAY: r"gateways?|igws?",
    Kind.ROUTE_TABLE: r"route tables?|routing tables?",
    Kind.SECURITY_GROUP: r"(?<!target )(?<!resource )groups?|firewalls?|nsgs?",
    Kind.VM: r"vms?|machines?|instances?|servers?|hosts?|box|boxes|nodes?",
    Kind.DISK: r"disks?|volumes?|storage|drives?",
    Kind.NIC: r"interfaces?|nics?|enis?",
    Kind.PUBLIC_IP: r"ips?|address|addresses|eips?",
    Kind.LOAD_BALANCER: r"balancers?|lbs?|albs?|elbs?|nlbs?",
    Kind.LISTENER: r"listeners?",
    Kind.TARGET_GROUP: r"target groups?|pools?",
    Kind.KEY_PAIR: r"key ?pairs?|keys?",
    Kind.BUCKET: r"buckets?",
    Kind.IMAGE: r"images?|amis?",
    Kind.SNAPSHOT: r"snapshots?",
}

_ALL_OF = r"\b(all|every|each|any|both|whole|\d+|two|three|four|five|six|seven|eight|nine|ten)\b"
_THE = r"\b(the|my|our|your|that|this|those|these)"
_END = (
    r"(?=\s*($|[.,;:!?)]|\b(and|or|in|of|from|with|that|which|now|please|for|on|at|behind|too)\b))"
)
_PLURAL = r"(?<=s)"


def mentions(text: str, kind: Kind) -> bool:
    """The kind is spoken of at all."""
    return bool(re.search(rf"\b({NOUNS[kind]})\b", text, re.I))


def means_all(text: str, kind: Kind) -> bool:
    """All of the kind, or the only one, are meant: ``all VMs``, ``the three VMs``, ``the load
    balancer``, ``VMs``; but not ``the VM blue``, which names one."""
    noun = rf"\b({NOUNS[kind]})\b"
    return any(
        re.search(pattern, text, re.I)
        for pattern in (
            rf"{_ALL_OF}[\s\w,]*{noun}{_END}",
            rf"{_THE}(\s+\w+){{0,3}}\s+{noun}{_END}",
            rf"{noun}{_PLURAL}{_END}",
        )
    )
