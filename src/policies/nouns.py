"""How people speak of kinds of resources, as regular expressions: enough to tell which kind a
request to delete is about."""

from __future__ import annotations

import re

from modalities.resource import Kind

NOUNS: dict[Kind, str] = {
    Kind.RESOURCE_GROUP: r"resource groups?|rgs?",
    Kind.NETWORK: r"networks?(?! (interface|load|security|card|adapter))|vpcs?|vnets?"
    r"|virtual private clouds?",
    Kind.SUBNET: r"subnets?|sub nets?|subnetworks?",
    Kind.GATEWAY: r"gateways?|igws?",
    Kind.ROUTE_TABLE: r"route tables?|routing tables?",
    Kind.SECURITY_GROUP: r"(?<!target )(?<!resource )groups?|firewalls?|nsgs?|sgs?",
    Kind.VM: r"(vms?|machines?)(?! images?\b)|instances?|servers?|hosts?|box|boxes|nodes?|vps"
    r"|ec2s?",
    Kind.DISK: r"(disks?|volumes?)(?! (snapshot|space))|disk space|drives?"
    r"|storages?(?! (bucket|account))"
    r"|block devices?|osdisks?|ssds?|hdds?|ebs",
    Kind.NIC: r"interfaces?(?! card)|interface cards?|network (cards?|adapters?)|nics?|enis?",
    Kind.PUBLIC_IP: r"ips?|ipv4s?|address|addresses|eips?",
    Kind.LOAD_BALANCER: r"balancers?|balancing|loadbalancers?|lbs?|albs?|elbs?|nlbs?|elbv2s?",
    Kind.LISTENER: r"listeners?",
    Kind.TARGET_GROUP: r"target groups?|pools?",
    Kind.KEY_PAIR: r"key ?pairs?|keys?",
    Kind.BUCKET: r"buckets?|storage accounts?",
    Kind.IMAGE: r"images?|amis?",
    Kind.SNAPSHOT: r"snapshots?",
    Kind.OTHER: r"(?!)",  # no word means just any of them: each is asked for by its name
}

HYPHENED = re.compile(
    r"\b(load|key|security|target|resource|route|virtual|public|elastic|internet|facing|network|sub|ssh)"
    r"-(?=[a-z])",
    re.I,
)


def spaced(text: str) -> str:
    """``load-balancer`` as ``load balancer``: for nouns, never for names."""
    return HYPHENED.sub(r"\1 ", text)


_ALL_OF = r"\b(all|every|each|any|both|whole|\d+|two|three|four|five|six|seven|eight|nine|ten)\b"
_THE = r"\b(the|my|our|your|that|this|those|these)"
_END = (
    r"(?=\s*($|[.,;:!?)]|\b(and|or|in|of|from|with|that|which|now|please|for|on|at|behind|too)\b))"
)
_PLURAL = r"(?<=s)"


def mentions(text: str, kind: Kind) -> bool:
    """The kind is spoken of at all."""
    return bool(re.search(rf"\b({NOUNS[kind]})\b", spaced(text), re.I))


def means_all(text: str, kind: Kind) -> bool:
    """All of the kind, or the only one, are meant: ``all VMs``, ``the three VMs``, ``the load
    balancer``, ``VMs``; but not ``the VM blue``, which names one."""
    noun = rf"\b({NOUNS[kind]})\b"
    return any(
        re.search(pattern, spaced(text), re.I)
        for pattern in (
            rf"{_ALL_OF}[\s\w,]*{noun}{_END}",
            rf"{_THE}(\s+\w+){{0,3}}\s+{noun}{_END}",
            rf"{noun}{_PLURAL}{_END}",
        )
    )
