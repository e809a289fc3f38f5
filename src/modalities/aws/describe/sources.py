"""The describe calls, one function for each list that AWS gives; all pages of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any, TypeAlias, TypeVar

from botocore.exceptions import ClientError

from modalities.aws.codes import trouble_of
from modalities.aws.describe.found import Raw
from modalities.aws.session import client, identify
from modalities.receipt import Trouble
from modalities.target import Target

T = TypeVar("T")

Items: TypeAlias = Sequence[Raw]

LIVE = ("pending", "running", "stopping", "stopped")
"""A machine that is shutting down will not come back: like a terminated one it is left out."""

TAGS_AT_ONCE = 20
"""ARNs that elbv2:DescribeTags takes."""

HIDDEN = "hidden"

SIDE_BY_SIDE = 8
"""Requests under way at once for the details of one list."""


def every(target: Target, service: str, operation: str, path: str, **parameters: Any) -> Items:
    """All items under ``path`` of every page."""
    source: Any = client(target, service)
    if not source.can_paginate(operation):
        return list(getattr(source, operation)(**parameters).get(path) or ())
    pages = source.get_paginator(operation).paginate(**parameters)
    return [item for page in pages for item in page.get(path) or ()]


def instances(target: Target) -> Items:
    """With the id of each machine's key pair, which EC2 gives by name."""
    live = [{"Name": "instance-state-name", "Values": [*LIVE]}]
    reservations = every(target, "ec2", "describe_instances", "Reservations", Filters=live)
    machines = [machine for r in reservations for machine in r.get("Instances") or ()]
    if not any(machine.get("KeyName") for machine in machines):
        return machines
    ids = {k["KeyName"]: k.get("KeyPairId") for k in key_pairs(target)}
    return [{**machine, "KeyPairId": ids.get(machine.get("KeyName"))} for machine in machines]


def key_pairs(target: Target) -> Items:
    return every(target, "ec2", "describe_key_pairs", "KeyPairs")


def snapshots(target: Target) -> Items:
    """Our own. Asked for by owner twice, as moto knows only the filter."""
    mine = [{"Name": "owner-id", "Values": [identify(target).account]}]
    operation = "describe_snapshots"
    return every(target, "ec2", operation, "Snapshots", OwnerIds=["self"], Filters=mine)


def ec2(operation: str, path: str, **parameters: Any) -> Callable[[Target], Items]:
    return lambda target: every(target, "ec2", operation, path, **parameters)


def load_balancers(target: Target) -> Items:
    """With their listeners, and the tags of both."""
    items = every(target, "elbv2", "describe_load_balancers", "LoadBalancers")

    def listeners(item: Raw) -> Items:
        arn = item["LoadBalancerArn"]
        return every(target, "elbv2", "describe_listeners", "Listeners", LoadBalancerArn=arn)

    heard = _each(items, lambda item: _unless_gone(lambda: listeners(item)))
    arns = [item["LoadBalancerArn"] for item in items]
    arns += [x["ListenerArn"] for found in heard for x in found or ()]
    tags = _tags(target, arns)
    return [
        {
            **item,
            "Tags": tags.get(item["LoadBalancerArn"], ()),
            "Listeners": [{**x, "Tags": tags.get(x["ListenerArn"], ())} for x in found],
        }
        for item, found in zip(items, heard, strict=True)
        if found is not None
    ]


def target_groups(target: Target) -> Items:
    """With the health of their targets, and tags."""
    items = every(target, "elbv2", "describe_target_groups", "TargetGroups")

    def health(item: Raw) -> Items:
        arn = item["TargetGroupArn"]
        answer = client(target, "elbv2").describe_target_health(TargetGroupArn=arn)
        return answer["TargetHealthDescriptions"]

    states = _each(items, lambda item: _unless_gone(lambda: health(item)))
    tags = _tags(target, [item["TargetGroupArn"] for item in items])
    return [
        {**item, "Tags": tags.get(item["TargetGroupArn"], ()), "Health": found}
        for item, found in zip(items, states, strict=True)
        if found is not None
    ]


def _tags(target: Target, arns: Iterable[str]) -> dict[str, Items]:
    elbv2 = client(target, "elbv2")

    def ask(some: list[str]) -> Items:
        return _unless_gone(lambda: elbv2.describe_tags(ResourceArns=some)["TagDescriptions"]) or ()

    answers = _each(list(_batches(arns, TAGS_AT_ONCE)), ask)
    return {d["ResourceArn"]: d.get("Tags") or () for answer in answers for d in answer}


def buckets(target: Target) -> Items:
    """Those of the target's region, with versioning (None: not for us to know) and tags."""
    s3: Any = client(target, "s3")
    listed = every(target, "s3", "list_buckets", "Buckets", BucketRegion=target.region)

    def region(item: Raw) -> str:
        if "BucketRegion" in item:
            return str(item["BucketRegion"])
        place = s3.get_bucket_location(Bucket=item["Name"]).get("LocationConstraint")
        return {None: "us-east-1", "EU": "eu-west-1"}.get(place, str(place))

    def details(item: Raw) -> Raw | None:
        name, home = item["Name"], region(item)
        if home != target.region:
            return None
        state = _unless_hidden(lambda: s3.get_bucket_versioning(Bucket=name).get("Status"), HIDDEN)
        tags: Items = _unless_hidden(lambda: s3.get_bucket_tagging(Bucket=name)["TagSet"], [])
        versioning = None if state == HIDDEN else state == "Enabled"
        return {**item, "BucketRegion": home, "Versioning": versioning, "Tags": tags}

    found = _each(listed, lambda item: _unless_gone(lambda: details(item)))
    return [item for item in found if item is not None]


def _each(items: Sequence[Any], ask: Callable[[Any], T]) -> list[T]:
    """``ask`` for every item, side by side where there are several."""
    if len(items) < 2:
        return [ask(item) for item in items]
    with ThreadPoolExecutor(min(SIDE_BY_SIDE, len(items))) as pool:
        return list(pool.map(ask, items))


def _batches(items: Iterable[str], size: int) -> Iterator[list[str]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def _unless_gone(ask: Callable[[], T]) -> T | None:
    """None where what was listed a moment ago is no longer there."""
    try:
        return ask()
    except ClientError as error:
        if _trouble(error) is Trouble.NOT_FOUND:
            return None
        raise


def _unless_hidden(ask: Callable[[], T], otherwise: T) -> T:
    """``otherwise`` where there is none, or where one bucket's owner does not let us look:
    that must not hide all else."""
    try:
        return ask()
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code")
        if code == "NoSuchTagSet" or _trouble(error) is Trouble.PERMISSION:
            return otherwise
        raise


def _trouble(error: ClientError) -> Trouble:
    said = error.response.get("Error", {})
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    code, text = str(said.get("Code", "")), str(said.get("Message", ""))
    return trouble_of(code, text, status, error.operation_name)
