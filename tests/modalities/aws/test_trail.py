"""CloudTrail is asked as politely as it wants, and its silence is explained."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from fakes.aws import Endpoint, Say, Scripted, sandbox_target
from modalities.aws.trail import MOST_REQUESTS, ONE_BY_ONE, PACE, CloudTrail
from modalities.resource import Kind
from modalities.trail import Asked, Statement

NOW = datetime(2031, 5, 4, 3, 0, 0, tzinfo=UTC)


class Timed:
    """A clock that moves by sleeping alone."""

    def __init__(self) -> None:
        self.time = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.time += seconds


def asked(number: int, **more: Any) -> Asked:
    return Asked(Kind.VM, f"i-{number}", f"web-{number}", **more)


def page(*events: dict[str, Any], more: str | None = None) -> Say:
    return Say(body=json.dumps({"Events": events, **({"NextToken": more} if more else {})}))


def stopped(id: str, at: datetime = NOW, name: str = "StopInstances") -> dict[str, Any]:
    document = {"userIdentity": {"type": "IAMUser", "userName": "bob"}}
    return {
        "EventId": f"e-{id}-{at.timestamp()}",
        "EventName": name,
        "EventTime": at.timestamp(),
        "Resources": [{"ResourceName": id}],
        "CloudTrailEvent": json.dumps(document),
    }


def told(endpoint: Endpoint, *resources: Asked, timed: Timed | None = None) -> Statement:
    timed = timed or Timed()
    trail = CloudTrail(timed, timed.sleep, lambda: NOW)
    return trail.statement(sandbox_target(endpoint.url), resources, lambda *_: None)


def test_a_few_are_asked_for_by_name(scripted: Scripted) -> None:
    endpoint = scripted(page(stopped("i-1"), more="t"), page(stopped("i-1", NOW)), page())
    since = NOW - timedelta(hours=1, microseconds=5)
    timed = Timed()
    found = told(endpoint, asked(1, since=since), asked(2), timed=timed)
    assert [deed.actor for deed in found.deeds["i-1"]] == ["bob", "bob"]
    assert "nothing on it" in found.silent["i-2"]
    first, second, third = (json.loads(body) for body in endpoint.requests)
    wanted = {"AttributeKey": "ResourceName", "AttributeValue": "i-1"}
    assert first["LookupAttributes"] == [wanted]
    assert first["StartTime"] == since.replace(microsecond=0).timestamp()
    assert second["NextToken"] == "t"
    assert third["StartTime"] == (NOW - timedelta(days=90)).timestamp()
    assert timed.slept == [PACE, PACE]


def test_what_was_before_is_no_answer(scripted: Scripted) -> None:
    found = told(scripted(page(stopped("i-1", NOW - timedelta(seconds=5)))), asked(1, since=NOW))
    assert found.deeds == {}


def test_for_many_the_time_is_read_once(scripted: Scripted) -> None:
    many = [asked(n, since=NOW) for n in range(ONE_BY_ONE + 1)]
    endpoint = scripted(page(*(stopped(one.id) for one in many)))
    found = told(endpoint, *many)
    assert set(found.deeds) == {one.id for one in many}
    assert len(endpoint.requests) == 1
    (attribute,) = json.loads(endpoint.requests[0])["LookupAttributes"]
    assert attribute == {"AttributeKey": "ReadOnly", "AttributeValue": "false"}


def test_a_busy_account_is_asked_so_often_and_no_more(scripted: Scripted) -> None:
    many = [asked(n) for n in range(MOST_REQUESTS * 2)]
    endpoint = scripted(page(stopped("i-0"), more="t"))
    found = told(endpoint, *many)
    assert len(endpoint.requests) == MOST_REQUESTS
    assert set(found.deeds) | set(found.silent) == {one.id for one in many}
    assert "as often as one look may" in found.silent["i-7"]


def test_without_permission_it_says_which(scripted: Scripted) -> None:
    text = "User: x is not authorized to perform: cloudtrail:LookupEvents"
    body = json.dumps({"__type": "AccessDeniedException", "message": text})
    found = told(scripted(Say(400, body)), asked(1), asked(2))
    assert found.deeds == {}
    assert "cloudtrail:LookupEvents" in found.silent["i-1"]
    assert set(found.silent) == {"i-1", "i-2"}


def test_where_nobody_answers(nobody: str) -> None:
    found = told(Endpoint(nobody), asked(1))
    assert "does not answer" in found.silent["i-1"]


def test_a_key_pair_goes_by_its_name(scripted: Scripted) -> None:
    endpoint = scripted(page(stopped("mine", name="DeleteKeyPair")))
    found = told(endpoint, Asked(Kind.KEY_PAIR, "key-1", "mine"))
    assert [deed.name for deed in found.deeds["key-1"]] == ["DeleteKeyPair"]
