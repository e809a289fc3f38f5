"""The describe calls, one function for each list that AWS gives; all pages of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any, TypeVar

from modalities.aws.asking import Asker, Items
from modalities.aws.describe.found import Raw
from modalities.receipt import CloudError, Trouble

T = TypeVar("T")

LIVE = ("pending", "running", "stopping", "stopped")
"""A machine that is shutting down will not come back: like a terminated one it is left out."""

TAGS_AT_ONCE = 20
"""ARNs that elbv2:DescribeTags takes."""

HEALTH = "TargetHealthDescriptions"

SIDE_BY_SIDE = 8
"""Requests under way at once for the details of one list."""


def instances(ask: Asker) -> Items:
    """With the id of each machine's key pair, which EC2 gives by name; without it where we may
    see machines and not keys."""
    live = [{"Name": "instance-state-name", "Values": [*LIVE]}]
    reservations = ask.every("ec2", "DescribeInstances", "Reservations", Filters=live)
    machines = [machine for r in reservations for machine in r.get("Instances") or ()]
    if not any(machine.get("KeyName") for machine in machines):
        return machines
    pairs: Items = _unless_hidden(lambda: key_pairs(ask), ())
    ids = {k["KeyName"]: k.get("KeyPairId") for k in pairs}
    return [{**machine, "KeyPairId": ids.get(machine.get("KeyName"))} for machine in machines]


def key_pairs(ask: Asker) -> Items:
    return ask.every("ec2", "DescribeKeyPairs", "KeyPairs")


def snapshots(ask: Asker) -> Items:
    """Our own. Asked for by owner twice, as moto knows only the filter."""
    mine = [{"Name": "owner-id", "Values": [ask.account()]}]
    operation = "DescribeSnapshots"
    return ask.every("ec2", operation, "Snapshots", OwnerIds=["self"], Filters=mine)


def ec2(operation: str, path: str, **parameters: Any) -> Callable[[Asker], Items]:
    return lambda ask: ask.every("ec2", operation, path, **parameters)


def load_balancers(ask: Asker) -> Items:
    """With their listeners, and the tags of both."""
    items = ask.every("elbv2", "DescribeLoadBalancers", "LoadBalancers")

    def listeners(item: Raw) -> Items:
        arn = item["LoadBalancerArn"]
        return ask.every("elbv2", "DescribeListeners", "Listeners", LoadBalancerArn=arn)

    heard = _each(items, lambda item: _unless_gone(lambda: listeners(item)))
    arns = [item["LoadBalancerArn"] for item in items]
    arns += [x["ListenerArn"] for found in heard for x in found or ()]
    tags = _tags(ask, arns)
    return [
        {
            **item,
            "Tags": tags.get(item["LoadBalancerArn"], ()),
            "Listeners": [{**x, "Tags": tags.get(x["ListenerArn"], ())} for x in found],
        }
        for item, found in zip(items, heard, strict=True)
        if found is not None
    ]


def target_groups(ask: Asker) -> Items:
    """With the health of their targets, and tags."""
    items = ask.every("elbv2", "DescribeTargetGroups", "TargetGroups")

    def health(item: Raw) -> Items:
        arn = item["TargetGroupArn"]
        found: Items = ask.one("elbv2", "DescribeTargetHealth", TargetGroupArn=arn)[HEALTH]
        return found

    states = _each(items, lambda item: _unless_gone(lambda: health(item)))
    tags = _tags(ask, [item["TargetGroupArn"] for item in items])
    return [
        {**item, "Tags": tags.get(item["TargetGroupArn"], ()), "Health": found}
        for item, found in zip(items, states, strict=True)
        if found is not None
    ]


def _tags(ask: Asker, arns: Iterable[str]) -> dict[str, Items]:
    def described(some: list[str]) -> Items:
        answer = _unless_gone(lambda: ask.one("elbv2", "DescribeTags", ResourceArns=some))
        return answer["TagDescriptions"] if answer else ()

    answers = _each(list(_batches(arns, TAGS_AT_ONCE)), described)
    return {d["ResourceArn"]: d.get("Tags") or () for answer in answers for d in answer}


def buckets(ask: Asker) -> Items:
    """Those of the target's region, with versioning and tags; ``Hidden`` says which of the two
    are not for us to know."""
    here = ask.target.region
    listed = ask.every("s3", "ListBuckets", "Buckets", BucketRegion=here)

    def region(item: Raw) -> str:
        if "BucketRegion" in item:
            return str(item["BucketRegion"])
        place = ask.one("s3", "GetBucketLocation", Bucket=item["Name"]).get("LocationConstraint")
        return {None: "us-east-1", "EU": "eu-west-1"}.get(place, str(place))

    def details(item: Raw) -> Raw | None:
        name, home = item["Name"], region(item)
        if home != here:
            return None
        none: Raw | None = None
        state = _unless_hidden(lambda: ask.one("s3", "GetBucketVersioning", Bucket=name), none)
        tags = _unless_hidden(lambda: bucket_tagging(ask, name), none)
        seen = {"versioning": state, "tags": tags}
        return {
            **item,
            "BucketRegion": home,
            "Versioning": None if state is None else state.get("Status") == "Enabled",
            "Tags": (tags or {}).get("TagSet") or (),
            "Hidden": [part for part, answer in seen.items() if answer is None],
        }

    found = _each(listed, lambda item: _unless_gone(lambda: details(item)))
    return [item for item in found if item is not None]


def bucket_tagging(ask: Asker, bucket: str) -> Raw:
    """As GetBucketTagging answers; empty where a bucket has no tags. Raises CloudError."""
    try:
        return ask.one("s3", "GetBucketTagging", Bucket=bucket)
    except CloudError as error:
        if error.code == "NoSuchTagSet":
            return {}
        raise


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
    except CloudError as error:
        if error.trouble is Trouble.NOT_FOUND:
            return None
        raise


def _unless_hidden(ask: Callable[[], T], otherwise: T) -> T:
    """``otherwise`` where we may not look: that must not hide all else."""
    try:
        return ask()
    except CloudError as error:
        if error.trouble is Trouble.PERMISSION:
            return otherwise
        raise
