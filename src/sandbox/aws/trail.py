"""Who changed what in the sandbox, as AWS's CloudTrail keeps it: every mutating call to manage
something. What is put into and taken out of it (S3 objects) is no part of that.

Of parameters only what names resources and tags is kept; never a header or another value, which
may hold secrets. Kept in memory, as all of this cloud.
"""

from __future__ import annotations

import json
import re
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from sandbox.aws.call import Call, call_of, operation_of

KEPT = 20_000
"""Events; older ones are forgotten."""

MOST_NAMED = 200
"""Resources of one event."""

READS = ("Describe", "List", "Get", "Head", "BatchGet", "Lookup", "Search", "Select", "Query")

TYPES = {
    "i": "AWS::EC2::Instance",
    "vol": "AWS::EC2::Volume",
    "snap": "AWS::EC2::Snapshot",
    "ami": "AWS::EC2::Ami",
    "vpc": "AWS::EC2::VPC",
    "subnet": "AWS::EC2::Subnet",
    "sg": "AWS::EC2::SecurityGroup",
    "igw": "AWS::EC2::InternetGateway",
    "rtb": "AWS::EC2::RouteTable",
    "eni": "AWS::EC2::NetworkInterface",
    "eipalloc": "AWS::EC2::EIP",
    "key": "AWS::EC2::KeyPair",
    "loadbalancer": "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "listener": "AWS::ElasticLoadBalancingV2::Listener",
    "targetgroup": "AWS::ElasticLoadBalancingV2::TargetGroup",
}
ID = re.compile(r"\b([a-z]+)-(?:[0-9a-f]{17}|[0-9a-f]{8})\b")
ARN = re.compile(r"\barn:aws:elasticloadbalancing:[a-z0-9-]*:\d*:([a-z]+)/[\w/.-]+")
NAMING = re.compile(r"^\w*(?:[nN]ame|A[rR][nN]|Ur[lL]|URL|Id|Identifier)$")
LONGEST_NAME = 2_048
CODE = re.compile(r"<Code>([\w.]{1,80})</Code>|\"__type\": ?\"(?:[\w.]+#)?(\w{1,80})\"")
TAG = re.compile(r"(?:Tag\.|Tags\.member\.|TagKeys\.member\.)(\d+)(?:\.(Key|Value))?")


@dataclass(frozen=True, slots=True)
class Event:
    """``document`` is what CloudTrail calls the event itself, JSON."""

    id: str
    name: str
    at: datetime
    account: str
    region: str
    source: str
    user: str
    key: str
    resources: tuple[tuple[str, str], ...]
    document: str


class Trail:
    """Latest last."""

    def __init__(self) -> None:
        self._events: deque[Event] = deque(maxlen=KEPT)
        self._lock = threading.Lock()

    def forget(self) -> None:
        with self._lock:
            self._events.clear()

    def latest(self, account: str, region: str) -> Iterator[Event]:
        """Of one account and region, latest first."""
        with self._lock:
            events = tuple(self._events)
        return (e for e in reversed(events) if (e.account, e.region) == (account, region))

    def around(self, inner: WSGIApplication) -> WSGIApplication:
        def serve(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
            call = call_of(environ)
            operation = operation_of(call, environ)
            if not _manages(call, operation):
                return inner(environ, start)
            seen: list[int] = []

            def note(status: str, headers: list[tuple[str, str]], *more: object) -> object:
                seen.append(int(status[:3]))
                return start(status, headers, *more)  # type: ignore[arg-type]

            user = _identity(call)  # before: a key may be deleted by its own call
            answer = list(inner(environ, note))  # type: ignore[arg-type]
            body = b"".join(answer)[: 1 << 20].decode("utf-8", "replace")
            event = _event(call, operation, environ, user, body, seen[-1] if seen else 0)
            with self._lock:
                self._events.append(event)
            return answer

        return serve


TRAIL = Trail()
"""Of this process, as moto's own accounts are."""


def _manages(call: Call, operation: str) -> bool:
    if not operation or not call.service or operation.startswith(READS):
        return False
    return call.service != "s3" or "Bucket" in operation


def _event(
    call: Call,
    operation: str,
    environ: WSGIEnvironment,
    user: dict[str, Any],
    body: str,
    status: int,
) -> Event:
    now = datetime.now(UTC).replace(microsecond=0)
    resources = tuple(dict.fromkeys(_named(call, environ, body)))[:MOST_NAMED]
    id, failed = str(uuid4()), CODE.search(body) if status >= 400 else None
    document = {
        "eventVersion": "1.10",
        "userIdentity": user,
        "eventTime": now.isoformat().replace("+00:00", "Z"),
        "eventSource": f"{call.service}.amazonaws.com",
        "eventName": operation,
        "awsRegion": call.region,
        "sourceIPAddress": environ.get("REMOTE_ADDR", ""),
        "userAgent": environ.get("HTTP_USER_AGENT", "")[:400],
        **({"errorCode": failed[1] or failed[2]} if failed else {}),
        "requestParameters": _parameters(call, resources),
        "responseElements": None,
        "requestID": str(uuid4()),
        "eventID": id,
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": user["accountId"],
        "eventCategory": "Management",
    }
    return Event(
        id=id,
        name=operation,
        at=now,
        account=user["accountId"],
        region=call.region,
        source=f"{call.service}.amazonaws.com",
        user=str(user.get("userName") or user["arn"].rpartition("/")[2]),
        key=call.key,
        resources=resources,
        document=json.dumps(document),
    )


def _named(call: Call, environ: WSGIEnvironment, body: str) -> Iterator[tuple[str, str]]:
    """Every resource that the request or its answer names: type and name."""
    if call.service == "s3":
        yield "AWS::S3::Bucket", environ["PATH_INFO"].lstrip("/").partition("/")[0]
    if name := call.form.get("KeyName"):
        yield "AWS::EC2::KeyPair", name
    for text in (*call.form.values(), body):
        for found in (*ID.finditer(text), *ARN.finditer(text)):
            if found[1] in TYPES:
                yield TYPES[found[1]], found[0]


def _parameters(call: Call, resources: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """What names resources and tags; EC2 wraps its lists, others do not."""
    tags: dict[str, dict[str, str]] = {}
    for name, value in call.form.items():
        if part := TAG.fullmatch(name):
            tags.setdefault(part[1], {})[(part[2] or "Key").lower()] = value
    names = [name for _, name in resources]
    told = dict(_told(call))
    if call.service == "ec2":
        items = {"items": [{"resourceId": name} for name in names]}
        more = {"tagSet": {"items": list(tags.values())}} if tags else {}
        return {"resourcesSet": items, **more}
    return {"resources": names, **({"tags": list(tags.values())} if tags else {}), **told}


def _told(call: Call) -> Iterator[tuple[str, str]]:
    """What the parameters themselves call resources by: ``queueUrl``, ``logGroupName``."""
    try:
        body = json.loads(call.body) if call.body.startswith(b"{") else {}
    except ValueError:
        body = {}
    for name, value in (*call.form.items(), *body.items()):
        if NAMING.search(name) and isinstance(value, str):
            yield name[0].lower() + name[1:], value[:LONGEST_NAME]


def _identity(call: Call) -> dict[str, Any]:
    """Who signed the request, as sts:GetCallerIdentity would say it."""
    from moto.iam.models import get_account_id_from
    from moto.sts.models import sts_backends

    account = call.account or get_account_id_from(call.key)
    backend = sts_backends[account]["aws"]
    id, arn, account = backend.get_caller_identity(call.key, call.region or "us-east-1")
    known = {"principalId": id, "arn": arn, "accountId": account, "accessKeyId": call.key}
    if ":assumed-role/" in arn:
        role = arn.split("/")[1]
        issuer = {"type": "Role", "userName": role, "accountId": account}
        return {"type": "AssumedRole", **known, "sessionContext": {"sessionIssuer": issuer}}
    return {"type": "IAMUser", **known, "userName": arn.rpartition("/")[2]}
