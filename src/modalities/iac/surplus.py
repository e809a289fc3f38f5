"""What was made twice: the one that Terraform does not know, and that nothing hangs on, goes again.

Terraform's provider sends again what was not answered. Some calls take no idempotency token, so
where the line breaks after the effect two come to be, and only the second is noted. Both bear the
run's tag and one name, and one address is one resource: the other is nobody's.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from modalities.acting import Call
from modalities.action import SdkCall
from modalities.aws import session
from modalities.aws.arns import TERRAFORM_KINDS
from modalities.aws.inventory import read
from modalities.aws.sending import send
from modalities.drafting import RUN_TAG
from modalities.receipt import CloudError, Trouble
from modalities.resource import Kind, Link, Resource, World
from modalities.target import Target

REMOVED_BY: Mapping[Kind, tuple[str, str]] = {
    Kind.NETWORK: ("DeleteVpc", "VpcId"),
    Kind.GATEWAY: ("DeleteInternetGateway", "InternetGatewayId"),
    Kind.ROUTE_TABLE: ("DeleteRouteTable", "RouteTableId"),
    Kind.PUBLIC_IP: ("ReleaseAddress", "AllocationId"),
}
"""What can be made twice by one call sent twice: no token, and no name that must be the only one.
AWS itself refuses each of these while something hangs on it."""

COMES_ALONG = ("default", "main")
"""Attributes of what AWS makes with a network, and takes away with it."""

INHERENT = ((Kind.ROUTE_TABLE, "in"),)
"""Links that are there from the first; any other says that somebody uses it."""


class MadeTwice(CloudError):
    """Several things bear the mark of one resource of a run, and it is left to a person to say
    which is it, or to remove what is too many."""

    def __init__(self, address: str, message: str) -> None:
        super().__init__(
            Trouble.TIMEOUT,
            "MadeTwice",
            message,
            remedy="remove by its id what is too many; then resume, or undo",
        )
        self.address = address


def marked(world: World, change: Mapping[str, Any]) -> tuple[Resource, ...]:
    """All that bear the mark of a change's run, and its name; a bucket that has none yet."""
    kind = TERRAFORM_KINDS.get(change["type"])
    mark = _mark(change)
    if kind is None or not mark[1]:
        return ()
    return tuple(
        r
        for r in world.of(kind)
        if (change["type"], r.tags.get(RUN_TAG), r.tags.get("Name")) == mark or _bare(r, change)
    )


def _bare(resource: Resource, change: Mapping[str, Any]) -> bool:
    """Whether it is the bucket between the call that makes it and the one that tags it. There is
    one bucket of a name in the world, and nobody had this one when the change was planned."""
    name = (change.get("after") or {}).get("bucket")
    return resource.kind is Kind.BUCKET and resource.id == name and not resource.tags


def told_apart(change: Mapping[str, Any], changes: Sequence[Mapping[str, Any]]) -> bool:
    """Whether two with its mark are one too many: they can go, and no other change makes such."""
    mark = _mark(change)
    same = [c for c in changes if "create" in c["actions"] and _mark(c) == mark]
    return all(mark) and len(same) == 1 and TERRAFORM_KINDS.get(change["type"]) in REMOVED_BY


def likeliest(world: World, found: Sequence[Resource]) -> Resource:
    """The one that most hangs on, and that hangs on most: Terraform went on with it before it
    was killed. A gateway names its network, not the network its gateway."""
    return max(found, key=lambda each: (len(world.needed_by(each)) + len(_bound(each)), each.id))


def surplus(
    target: Target, changes: Sequence[Mapping[str, Any]], known: Mapping[str, str]
) -> list[tuple[str, Resource]]:
    """What bears the mark of a change that made something else: its address, and it. ``known``
    are the ids in Terraform's state by address. Raises CloudError."""
    creates = [
        change
        for change in changes
        if "create" in change["actions"]
        and change["address"] in known
        and told_apart(change, changes)
    ]
    if not creates:
        return []
    kinds = {TERRAFORM_KINDS[change["type"]] for change in creates}
    world = read(target, session.identify(target), tuple(sorted(kinds)))
    noted = set(known.values())
    return [
        (str(change["address"]), each)
        for change in creates
        for each in marked(world, change)
        if each.id not in noted
    ]


def removed(
    target: Target, changes: Sequence[Mapping[str, Any]], known: Mapping[str, str], ends: float
) -> Iterator[str]:
    """Remove what was made twice, a line each; nothing any more from the moment of
    time.monotonic() on that ``ends`` is. In a copy nothing is: it is thrown away. Raises
    MadeTwice where one has to stay, CloudError where the cloud cannot be read."""
    found = [] if target.copy_of is not None else surplus(target, changes, known)
    for address, extra in found:
        if why := _why_it_stays(target, extra, ends):
            text = (
                f"it was made twice, Terraform looks after {known[address]}, and {extra.id} stays"
            )
            raise MadeTwice(address, f"{address}: {text}: {why}")
        yield f"{address} had been made twice ({extra.id}), and that one was removed"


def loose(world: World, extra: Resource) -> bool:
    """Whether nothing hangs on it, and it on nothing."""
    hanging = [
        each
        for each in world.needed_by(extra)
        if not any(each.attributes.get(name) for name in COMES_ALONG)
    ]
    return not _bound(extra) and not hanging


def _bound(extra: Resource) -> list[Link]:
    """What it is joined to by more than being there."""
    return [link for link in extra.links if (extra.kind, link.role) not in INHERENT]


def _why_it_stays(target: Target, extra: Resource, ends: float) -> str:
    """Why it is still there; empty where it is not."""
    if not target.writable:
        return "it goes when the run is resumed, or undone"
    operation, parameter = REMOVED_BY[extra.kind]
    call = SdkCall("ec2", operation, {parameter: extra.id})
    identity = session.identify(target)
    try:
        world = read(target, identity)
        there = world.get(extra.kind, extra.id)
        if there is None:
            return ""
        if not loose(world, there):
            return "it is in use"
        error = send(target, call, Call("", ends - time.monotonic())).error
        gone = read(target, identity, (extra.kind,)).get(extra.kind, extra.id) is None
    except CloudError as unseen:
        return unseen.message
    return "" if gone else error.message if error else "it still shows"


def _mark(change: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    tags = (change.get("after") or {}).get("tags") or {}
    return change["type"], tags.get(RUN_TAG), tags.get("Name")
