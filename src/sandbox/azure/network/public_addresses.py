"""Public IP addresses. They are of 198.18.0.0/15 and 2001:db8::/32: nobody's on the internet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address
from typing import Any
from uuid import uuid4

from sandbox.azure.contract import Call, Change, Cloud, Done, ResourceType, Route, Sight
from sandbox.azure.documents import Document, at, changed
from sandbox.azure.entry import Entry
from sandbox.azure.network.values import choice, kept, with_properties
from sandbox.azure.refusal import Refused, bad_request

ADDRESS = "Microsoft.Network/publicIPAddresses"
SUFFIX = "cloudapp.sandbox.invalid"
LABEL = re.compile(r"[a-z][a-z0-9-]{1,61}[a-z0-9]")
FIRST4, FIRST6 = int(IPv4Address("198.18.0.4")), int(IPv6Address("2001:db8::4"))


def _usual_sku(change: Change) -> str:
    """What is meant where no SKU is given: Basic by older templates that want it dynamic."""
    method = str(change.properties.get("publicIPAllocationMethod", "")).casefold()
    return "Basic" if method == "dynamic" else "Standard"


def complete(change: Change) -> Document:
    sku = choice(change, "sku.name", ("Standard", "StandardV2", "Basic"), _usual_sku(change))
    method = choice(
        change,
        "properties.publicIPAllocationMethod",
        ("Static", "Dynamic"),
        "Dynamic" if sku == "Basic" else "Static",
    )
    version = choice(change, "properties.publicIPAddressVersion", ("IPv4", "IPv6"), "IPv4")
    if sku != "Basic" and method != "Static":
        raise bad_request(
            "StandardSkuPublicIPAddressesMustBeStatic",
            f"{sku} sku publicIp {change.id.text} must have AllocationMethod set to Static.",
        )
    _check_kept(change, sku, version)
    _check_quota(change)
    document = with_properties(
        change,
        {"idleTimeoutInMinutes": 4, "ipTags": []},
        {
            "publicIPAllocationMethod": method,
            "publicIPAddressVersion": version,
            "resourceGuid": kept(change, "resourceGuid", str(uuid4())),
        },
    )
    return {**_named(change, document), "sku": {"tier": "Regional", **_sku(change), "name": sku}}


def inner(change: Change) -> Mapping[str, Any]:
    """The address: one for as long as there is the resource; shown while it is allocated."""
    if change.before is not None:
        return change.before.inner
    sent = change.properties.get("ipAddress")
    taken = {entry.inner.get("address") for entry in change.cloud.find(ADDRESS)}
    if isinstance(sent, str) and sent not in taken:  # a copy of what another cloud holds
        return {"address": sent}
    wide = str(change.properties.get("publicIPAddressVersion", "")).casefold() == "ipv6"
    n = 0
    while (address := str(IPv6Address(FIRST6 + n) if wide else IPv4Address(FIRST4 + n))) in taken:
        n += 1
    return {"address": address}


def _sku(change: Change) -> Document:
    found = change.body.get("sku")
    return found if isinstance(found, Mapping) else {}


def _check_kept(change: Change, sku: str, version: str) -> None:
    before = change.before
    if before is None:
        return
    for name, was, now in (
        ("sku", at(before.document, "sku.name"), sku),
        ("publicIPAddressVersion", before.properties.get("publicIPAddressVersion"), version),
    ):
        if was != now:
            raise bad_request(
                "PropertyChangeNotAllowed",
                f"Changing property '{name}' of {change.id.text} from {was} to {now} is not "
                "allowed.",
                name,
            )


def _check_quota(change: Change) -> None:
    limit = change.cloud.quota("PublicIPAddresses", change.location)
    if change.before is not None or limit is None:
        return
    within = f"/subscriptions/{change.id.subscription}"
    used = sum(e.location == change.location for e in change.cloud.find(ADDRESS, within))
    if used >= limit:
        raise bad_request(
            "PublicIPCountLimitReached",
            f"Cannot create more than {limit} public IP addresses for this subscription in this "
            "region.",
        )


def _named(change: Change, document: dict[str, Any]) -> dict[str, Any]:
    """With the name in the region's domain, where a label is wanted. Raises Refused."""
    label = at(document, "properties.dnsSettings.domainNameLabel")
    if label is None:
        return document
    if not LABEL.fullmatch(str(label)):
        raise bad_request(
            "InvalidDomainNameLabel",
            f"The domain name label {label} is invalid. It must conform to the following regular "
            "expression: ^[a-z][a-z0-9-]{1,61}[a-z0-9]$.",
        )
    name = f"{label}.{change.location}.{SUFFIX}"
    owner = _owner(change.cloud, name)
    if owner is not None and owner.key != change.id.key:
        raise bad_request(
            "DnsRecordInUse", f"DNS record {name} is already used by another public IP."
        )
    return changed(document, "properties.dnsSettings.fqdn", name)


def _owner(cloud: Cloud, name: str) -> Entry | None:
    found = cloud.find(ADDRESS)
    return next((e for e in found if at(e.properties, "dnsSettings.fqdn") == name), None)


def show(sight: Sight) -> Document:
    seen = sight.document
    users = sight.cloud.referrers(sight.entry)
    if users or at(seen, "properties.publicIPAllocationMethod") == "Static":
        seen = changed(seen, "properties.ipAddress", sight.entry.inner.get("address"))
    if users:
        by = users[0]
        name = "natGateway" if by.type.endswith("natGateways") else "ipConfiguration"
        seen = changed(seen, f"properties.{name}", {"id": by.id.text})
    return seen


def in_use(entry: Entry, by: Entry) -> Refused:
    return bad_request(
        "PublicIPAddressCannotBeDeleted",
        f"Public IP address {entry.id.text} can not be deleted since it is still allocated to "
        f"resource {by.id.text}. In order to delete the public IP, disassociate/detach the Public "
        "IP address from the resource.  To learn how to do this, see aka.ms/deletepublicip.",
    )


def check_free(change: Change, path: str) -> None:
    """Raises Refused where the public address at ``path`` is another's already."""
    wanted = at(change.body, path)
    address = change.cloud.get(wanted) if isinstance(wanted, str) else None
    for by in change.cloud.referrers(address) if address else ():
        if by.key != change.id.key:
            raise bad_request(
                "PublicIPAddressInUse",
                f"Resource {change.id.text} is referencing public IP address {wanted} that is "
                f"already allocated to resource {by.id.text}.",
            )


def check_name(call: Call) -> Done:
    """GET .../locations/{location}/CheckDnsNameAvailability?domainNameLabel=..."""
    name = f"{call.query.get('domainNameLabel', '')}.{call.path['location'].casefold()}.{SUFFIX}"
    return Done({"available": _owner(call.cloud, name) is None})


TYPES = (
    ResourceType(
        name=ADDRESS,
        etag_in_body=True,
        complete=complete,
        inner=inner,
        read_only=tuple(
            f"properties.{name}" for name in ("ipAddress", "ipConfiguration", "natGateway")
        ),
        show=show,
        in_use=in_use,
        seconds={"PUT": 3, "DELETE": 8},
    ),
)
ROUTES = (
    Route(
        "GET",
        "/subscriptions/{subscriptionId}/providers/Microsoft.Network/locations/{location}"
        "/CheckDnsNameAvailability",
        check_name,
    ),
)
