"""CloudTrail's LookupEvents, which moto lacks, over what this sandbox saw (sandbox/aws/trail.py).

As documented: 90 days, latest first, one attribute, at most 50 a page, two requests a second for
an account in a region.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.core.exceptions import JsonRESTError

from sandbox.aws.trail import TRAIL, Event

DAYS = 90
MOST = 50
A_SECOND = 2

ATTRIBUTES: dict[str, Callable[[Event], tuple[str, ...]]] = {
    "EventId": lambda e: (e.id,),
    "EventName": lambda e: (e.name,),
    "EventSource": lambda e: (e.source,),
    "ReadOnly": lambda _: ("false",),
    "Username": lambda e: (e.user,),
    "AccessKeyId": lambda e: (e.key,),
    "ResourceName": lambda e: tuple(name for _, name in e.resources),
    "ResourceType": lambda e: tuple(type for type, _ in e.resources),
}

_asked: defaultdict[tuple[str, str], deque[float]] = defaultdict(lambda: deque(maxlen=A_SECOND))


def lookup_events(response: Any) -> str:
    account, region = response.current_account, response.region
    _throttle(account, region)
    attributes = response._get_param("LookupAttributes") or []
    size = int(response._get_param("MaxResults") or MOST)
    if not 1 <= size <= MOST:
        raise JsonRESTError(
            "InvalidMaxResultsException", f"MaxResults must be between 1 and {MOST}."
        )
    begin, end = (_time(response._get_param(name)) for name in ("StartTime", "EndTime"))
    if begin and end and begin > end:
        raise JsonRESTError("InvalidTimeRangeException", "StartTime is later than EndTime.")
    asked = json.dumps([attributes, str(begin), str(end)])
    if response._get_param("EventCategory"):
        return json.dumps({"Events": []})
    found = list(_fitting(TRAIL.latest(account, region), attributes, begin, end))
    page, token = _page(found, size, hashlib.sha256(asked.encode()).hexdigest()[:16], response)
    return json.dumps({"Events": [_shown(e) for e in page], **token})


def _throttle(account: str, region: str) -> None:
    before = _asked[account, region]
    now = time.monotonic()
    if len(before) == A_SECOND and now - before[0] < 1.0:
        raise JsonRESTError("ThrottlingException", "Rate exceeded")
    before.append(now)


def _fitting(
    events: Iterator[Event], attributes: Any, begin: datetime | None, end: datetime | None
) -> Iterator[Event]:
    if len(attributes) > 1 or any(a.get("AttributeKey") not in ATTRIBUTES for a in attributes):
        raise JsonRESTError(
            "InvalidLookupAttributesException", "One lookup attribute, of those there are."
        )
    oldest = datetime.now(UTC) - timedelta(days=DAYS)
    begin = max(begin or oldest, oldest)
    for event in events:
        if event.at < begin or (end and event.at > end):
            continue
        if all(a["AttributeValue"] in ATTRIBUTES[a["AttributeKey"]](event) for a in attributes):
            yield event


def _page(
    found: list[Event], size: int, question: str, response: Any
) -> tuple[list[Event], dict[str, str]]:
    """What comes after the event that the token names; it holds for its own question alone."""
    begin = 0
    if token := response._get_param("NextToken"):
        of, _, last = str(token).partition(".")
        places = [n for n, event in enumerate(found) if event.id == last]
        if of != question or not places:
            raise JsonRESTError("InvalidNextTokenException", "The token is not valid here.")
        begin = places[0] + 1
    page = found[begin : begin + size]
    more = begin + size < len(found)
    return page, {"NextToken": f"{question}.{page[-1].id}"} if more else {}


def _shown(event: Event) -> dict[str, Any]:
    return {
        "EventId": event.id,
        "EventName": event.name,
        "ReadOnly": "false",
        "AccessKeyId": event.key,
        "EventTime": event.at.timestamp(),
        "EventSource": event.source,
        "Username": event.user,
        "Resources": [{"ResourceType": t, "ResourceName": n} for t, n in event.resources],
        "CloudTrailEvent": event.document,
    }


def _time(given: Any) -> datetime | None:
    return None if given is None else datetime.fromtimestamp(float(given), UTC)
