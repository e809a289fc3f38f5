"""CloudTrail's event history (cloudtrail:LookupEvents): 90 days of mutating calls to manage
something, minutes late, two requests a second for an account in a region, 50 events each.

Few resources are asked for one by one; what no kind names by the calls of its service, for
events seldom list it. For many, the whole time in question is read first, as
long as that takes no more requests.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from modalities.aws import thing_deeds
from modalities.aws.deeds import deed_of, names_in
from modalities.aws.errors import AWS_ERRORS
from modalities.aws.session import patient_client, refused
from modalities.aws.thing_deeds import deed_on, source_of
from modalities.receipt import CloudError, Trouble
from modalities.resource import Kind
from modalities.target import Target
from modalities.trail import Asked, Deed, Statement

NAME = "CloudTrail"
REACH = timedelta(days=90)
PACE = 0.55
"""Seconds from one request to the next: AWS takes two a second."""
MOST_REQUESTS = 40
"""For one statement: some 20 seconds."""
ONE_BY_ONE = 4
"""Resources; for more, time is read instead."""
MOST_DEEDS = 20
"""Of one resource, the latest."""
LATE = "CloudTrail may be up to 15 minutes late"

Raw = Mapping[str, Any]


class Limited(Exception):
    """No more requests may be sent."""


class CloudTrail:
    """Asks at the pace that AWS allows, whoever asks in this process."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._now = now
        self._next = 0.0
        self._lock = threading.Lock()

    def statement(
        self, target: Target, asked: Sequence[Asked], told: Callable[[int, int], None]
    ) -> Statement:
        """See modalities.trail.TrailReader."""
        look = _Look(target, self._paced, self._now() - REACH)
        found: dict[str, tuple[Deed, ...]] = {}
        silent: dict[str, str] = {}
        left = list(asked)
        try:
            if len(left) > ONE_BY_ONE:
                found = look.over(left, len(left))
                left = [] if look.whole else left
            for number, one in enumerate(left):
                told(number, len(asked))
                found[one.id] = look.of(one)
        except Limited:
            why = f"{NAME} was asked {MOST_REQUESTS} times, which is as often as one look may"
            silent = {one.id: why for one in asked if not found.get(one.id)}
        except CloudError as error:
            silent = {one.id: _refused(error) for one in asked if not found.get(one.id)}
        told(len(asked), len(asked))
        for one in asked:
            if not found.get(one.id):
                silent.setdefault(one.id, f"{NAME} has nothing on it; {LATE}, and keeps 90 days")
        return Statement(NAME, {id: deeds for id, deeds in found.items() if deeds}, silent)

    def _paced(self) -> None:
        with self._lock:
            now = self._clock()
            begin = max(now, self._next)
            self._next = begin + PACE
        if begin > now:
            self._sleep(begin - now)


class _Look:
    """The requests of one statement. ``whole``: the time in question was read to its end."""

    def __init__(self, target: Target, paced: Callable[[], None], oldest: datetime) -> None:
        self._target = target
        self._paced = paced
        self._oldest = oldest
        self._sent = 0
        self.whole = False

    def of(self, one: Asked) -> tuple[Deed, ...]:
        """Of one resource, by its name at AWS. Raises Limited, CloudError."""
        name = one.name if one.kind is Kind.KEY_PAIR else one.id
        attribute = {"AttributeKey": "ResourceName", "AttributeValue": name}
        if one.kind is Kind.OTHER:
            attribute = {"AttributeKey": "EventSource", "AttributeValue": source_of(one)}
        found: list[Deed] = []
        for events in self._pages([attribute], one.since):
            found += _deeds(events, one)
            if len(found) >= MOST_DEEDS:
                break
        return tuple(found[:MOST_DEEDS])

    def over(self, asked: Sequence[Asked], most: int) -> dict[str, tuple[Deed, ...]]:
        """Of all, from every mutating call of the time; ``most`` requests. Raises CloudError."""
        times = [one.since for one in asked if one.since is not None]
        since = min(times) if len(times) == len(asked) else None
        found: dict[str, list[Deed]] = {one.id: [] for one in asked}
        attribute = {"AttributeKey": "ReadOnly", "AttributeValue": "false"}
        for number, events in enumerate(self._pages([attribute], since)):
            for one in asked:
                found[one.id] += _deeds(events, one)
            if number + 1 >= most:
                return {id: tuple(deeds[:MOST_DEEDS]) for id, deeds in found.items()}
        self.whole = True
        return {id: tuple(deeds[:MOST_DEEDS]) for id, deeds in found.items()}

    def _pages(self, attributes: Any, since: datetime | None) -> Iterator[Sequence[Raw]]:
        source: Any = patient_client(self._target, "cloudtrail")
        begin = max(since or self._oldest, self._oldest).replace(microsecond=0)
        asked: dict[str, Any] = {"LookupAttributes": attributes, "StartTime": begin}
        while True:
            if self._sent >= MOST_REQUESTS:
                raise Limited
            self._sent += 1
            self._paced()
            try:
                answer = source.lookup_events(**asked)
            except AWS_ERRORS as error:
                raise refused(error, "cloudtrail", self._target) from error
            yield answer.get("Events") or ()
            if not answer.get("NextToken"):
                return
            asked["NextToken"] = answer["NextToken"]


def _deeds(events: Sequence[Raw], one: Asked) -> list[Deed]:
    """What succeeded and was done to the resource in its own time."""
    begin = one.since.replace(microsecond=0) if one.since else None
    if one.kind is Kind.OTHER:
        read = (deed_on(event, one) for event in events if thing_deeds.names(event, one))
    else:
        names = {one.id, one.name} if one.kind is Kind.KEY_PAIR else {one.id}
        read = (deed_of(event) for event in events if names & names_in(event))
    return [deed for deed in read if deed and (begin is None or deed.at >= begin)]


def _refused(error: CloudError) -> str:
    if error.trouble is Trouble.PERMISSION:
        return f"{NAME} may not be read: {error.remedy or error.message}"
    return f"{NAME} does not answer: {error.code}: {error.message}"
