"""What is in the cloud already is never asked for again: no browser is opened for it."""

from __future__ import annotations

from typing import Any

import pytest

from modalities.acting import Call
from modalities.action import BrowserScript
from modalities.browser import addresses
from modalities.browser.access import Access
from modalities.browser.applying import Doing
from modalities.browser.aws import Aws
from modalities.browser.library import Library
from modalities.browser.pages import load
from modalities.browser.visits import Visits
from modalities.browser.workflow import OWN
from modalities.receipt import CloudError, Outcome, Receipt, Trouble
from modalities.resource import Kind, Provider, Resource, ResourceRef, World
from modalities.step import Effect, Step
from modalities.target import Realm, Target

SCOPE = "1/us-east-1"
TAGS = {"Name": "lab", "cloudops:run": "r-1"}
LAB = Target(
    name="lab",
    provider=Provider.AWS,
    realm=Realm.PRODUCTION,
    region="us-east-1",
    writable=True,
)
CONFIRM = {
    "verb": "confirm",
    "kind": "network",
    "where": {f"tag:{key}": value for key, value in TAGS.items()},
    "expects": [
        {"kind": "network", "id": {OWN: "id"}, "test": "is", "attribute": "state", "value": "up"}
    ],
}


class Opened(Exception):
    """The console was gone to."""


def never(target: Target) -> Access:
    raise Opened


def network(id: str, state: str = "up") -> Resource:
    ref = ResourceRef(Provider.AWS, SCOPE, Kind.NETWORK, id)
    return Resource(ref, id, {"state": state}, TAGS)


def applied(*looks: tuple[Resource, ...] | CloudError) -> Receipt:
    """The step where one look after another shows this, the last one for ever."""
    left = list(looks)

    def read(kind: Kind) -> World:
        seen = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(seen, CloudError):
            raise seen
        return World(Provider.AWS, SCOPE, seen)

    script = BrowserScript(
        actions=({"verb": "workflow", "name": "create a network"}, CONFIRM),
        mutations=({"method": "POST", "path": "/"},),
    )
    step = Step(
        id="create-network-lab",
        effect=Effect.CREATE,
        action=script,
        why="create network lab",
        changes=(ResourceRef(Provider.AWS, SCOPE, Kind.NETWORK, "lab"),),
        outputs={"id": "id"},
    )
    doing = Doing(
        visits=Visits(never, None, headed=False, entrance=load().sign_in),
        library=Library(shipped=False),
        addresses=addresses.load(),
        vendor=Aws(),
        read=read,
    )
    return doing.apply(step, script, LAB, Call("token", 1.5))


def test_what_is_not_there_is_sent() -> None:
    with pytest.raises(Opened):
        applied(())


def test_two_that_may_be_ours_are_unknown_and_nothing_is_sent() -> None:
    receipt = applied((network("vpc-1"), network("vpc-2")))
    assert receipt.outcome is Outcome.UNKNOWN
    assert receipt.error is not None
    assert receipt.error.code == "Ambiguous"
    assert "vpc-1, vpc-2" in receipt.error.message


def test_one_that_is_there_in_part_is_waited_for() -> None:
    half, whole = (network("vpc-1", "pending"),), (network("vpc-1"),)
    receipt = applied(half, half, half, whole)
    assert (receipt.outcome, receipt.outputs) == (Outcome.DONE, {"id": "vpc-1"})


def test_one_that_stays_unfinished_is_unknown_and_nothing_is_sent() -> None:
    receipt = applied((network("vpc-1", "pending"),))
    assert receipt.outcome is Outcome.UNKNOWN
    assert receipt.error is not None
    assert receipt.error.code == "Unfinished"


def test_where_the_cloud_falls_silent_what_was_begun_stays_unknown() -> None:
    silent: Any = CloudError(Trouble.UNAVAILABLE, "Down", "no answer", sent=False)
    half = (network("vpc-1", "pending"),)
    receipt = applied(half, half, half, silent)
    assert receipt.outcome is Outcome.UNKNOWN
    assert receipt.error is not None
    assert "no answer" in receipt.error.message
