"""Lists in pages, as AWS gives them: moto gives most of them whole, whatever is asked for.

A token names where the next page begins and holds for the very same question; what was made or
deleted between two pages may be missed, as at AWS.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.elbv2.exceptions import ELBClientError

from sandbox.aws.overlay.around import Inner

EC2_LEAST, EC2_MOST = 5, 1000
ELB_MOST = 400

EC2 = (
    "describe_images",
    "describe_internet_gateways",
    "describe_network_interfaces",
    "describe_route_tables",
    "describe_security_groups",
    "describe_snapshots",
    "describe_subnets",
    "describe_volumes",
    "describe_vpcs",
)
ELB = ("describe_listeners", "describe_target_groups")
"""Operations whose answer holds one list."""


def of_ec2(describe: Inner, response: Any) -> Any:
    form = response.querystring
    size, token = (form.get(name, [""])[0] for name in ("MaxResults", "NextToken"))
    answer = describe(response)
    if not size:
        return answer
    if not size.isdecimal() or not EC2_LEAST <= int(size) <= EC2_MOST:
        raise EC2ClientError(
            "InvalidParameterValue",
            f"Value ( {size} ) for parameter maxResults is invalid. Expecting a value between "
            f"{EC2_LEAST} and {EC2_MOST}.",
        )
    if token and not token.isdecimal():
        raise EC2ClientError("InvalidNextToken", "The token is invalid.")
    return _cut(answer, int(token or 0), int(size), "NextToken")


def of_elb(describe: Inner, response: Any) -> Any:
    form = response.querystring
    size, token = (form.get(name, [""])[0] for name in ("PageSize", "Marker"))
    answer = describe(response)
    if not size:
        return answer
    if not size.isdecimal() or not 1 <= int(size) <= ELB_MOST:
        raise ELBClientError("ValidationError", f"PageSize must be between 1 and {ELB_MOST}")
    if token and not token.isdecimal():
        raise ELBClientError("ValidationError", "The marker is invalid")
    return _cut(answer, int(token or 0), int(size), "NextMarker")


def _cut(answer: Any, begin: int, size: int, more: str) -> Any:
    ((name, items),) = ((k, v) for k, v in answer.result.items() if isinstance(v, (list, tuple)))
    end = begin + size
    page = {**answer.result, name: items[begin:end]}
    if end < len(items):
        page[more] = str(end)
    return ActionResult(page)


def buckets(listed: Inner, response: Any) -> Any:
    """moto leaves out what is beyond a page, and gives no token for it."""
    wanted = {n: response._get_param(n) for n in ("prefix", "bucket-region", "max-buckets")}
    if not wanted["max-buckets"]:
        return listed(response)
    response.data["Action"] = "ListAllMyBuckets"
    response._authenticate_and_authorize_s3_action()
    found = response.backend.list_buckets(wanted["prefix"], wanted["bucket-region"], None)
    found = sorted(found, key=lambda bucket: bucket.name)
    begin = int(response._get_param("continuation-token") or 0)
    end = begin + int(wanted["max-buckets"])
    page = [{"Name": b.name, "CreationDate": b.creation_date_ISO8601} for b in found[begin:end]]
    more = {"ContinuationToken": str(end)} if end < len(found) else {}
    response.data["Action"] = "ListBuckets"
    owner = {"ID": "bcaf1ffd86f41161ca5fb16fd081034f", "DisplayName": "webfile"}
    return response.serialized(ActionResult({"Owner": owner, "Buckets": page, **more}))
