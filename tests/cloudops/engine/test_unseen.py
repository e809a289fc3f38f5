"""A plan goes on where what may not be seen cannot matter to it, and only there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cloudops.engine.look import look, looked
from cloudops.engine.unseen import advisories, require_asked, require_concerned, require_judged
from cloudops.errors import CannotEvaluate
from cloudops.request import Goal, Intent
from fakes.cloud import FakeCloud, FakeHand
from fakes.plans import call, cost, ref, resource, step, world
from fakes.plans import plan as planned
from modalities.change import Change, Create, Delete, Selection
from modalities.contract import Draft
from modalities.plan import CostLine
from modalities.receipt import CloudError, Failure, Trouble
from modalities.resource import Kind, Provider, Refusal, World
from modalities.step import Effect, Step
from modalities.survey import Survey, Told, Unread
from modalities.target import Realm, Target
from modalities.wanted import Bucket, Vm
from policies.settings import PolicySettings

WEB = ref(Kind.VM, "web-1")
SUBNET = ref(Kind.SUBNET, "front")
GROUP = ref(Kind.SECURITY_GROUP, "web")
TARGET = Target(
    name="t", provider=Provider.AWS, realm=Realm.PRODUCTION, region="us-east-1", writable=True
)


def without(*kinds: Kind) -> World:
    """What is there, of which these kinds could not be read."""
    why = Refusal("AccessDenied", "no", "ask for it")
    return replace(world(resource(Kind.VM, "web-1")), unread=dict.fromkeys(kinds, why))


def made(kind: Kind, *uses: Any) -> Step:
    return step("make", Effect.CREATE, call("Create"), ref(kind, "new"), uses=uses)


def changed(effect: Effect, *changes: Any, action: Any = None) -> Step:
    return step("change", effect, action or call("Modify"), *changes)


CANNOT_MATTER = {
    "buckets, to a machine": (made(Kind.VM, SUBNET), Kind.BUCKET),
    "load balancers, to a new machine": (made(Kind.VM, SUBNET, GROUP), Kind.LOAD_BALANCER),
    "keys, to a machine without": (made(Kind.VM, SUBNET), Kind.KEY_PAIR),
    "machines, to a new group": (made(Kind.SECURITY_GROUP), Kind.VM),
    "all but buckets, to a bucket": (made(Kind.BUCKET), Kind.NETWORK),
    "snapshots, to a machine that goes": (changed(Effect.DELETE, WEB), Kind.SNAPSHOT),
    "load balancers, to a tag": (
        changed(Effect.UPDATE, WEB, action=call("CreateTags")),
        Kind.LOAD_BALANCER,
    ),
}
MAY_MATTER = {
    "what is made": (made(Kind.VM), Kind.VM),
    "what is used": (made(Kind.VM, SUBNET), Kind.SUBNET),
    "a way from the internet": (made(Kind.VM, SUBNET), Kind.ROUTE_TABLE),
    "what lists a machine that goes": (changed(Effect.DELETE, WEB), Kind.TARGET_GROUP),
    "what lies in a network that goes": (
        changed(Effect.DELETE, ref(Kind.NETWORK, "lab")),
        Kind.SUBNET,
    ),
    "what a group guards": (changed(Effect.UPDATE, GROUP), Kind.LOAD_BALANCER),
    "what a port leads to": (changed(Effect.UPDATE, GROUP), Kind.TARGET_GROUP),
    "what a new gateway leads to": (made(Kind.GATEWAY), Kind.PUBLIC_IP),
    "anything, to what nobody knows": (
        changed(Effect.UPDATE, ref(Kind.OTHER, "queue")),
        Kind.BUCKET,
    ),
}


@pytest.mark.parametrize(("one", "kind"), CANNOT_MATTER.values(), ids=CANNOT_MATTER.keys())
def test_what_cannot_matter_stops_nothing_and_is_said(one: Step, kind: Kind) -> None:
    require_concerned([one], without(kind))
    (said,) = advisories(without(kind))
    assert said.severity == "warning"
    assert f"not read: {kind.words}s (AccessDenied)" in said.text


@pytest.mark.parametrize(("one", "kind"), MAY_MATTER.values(), ids=MAY_MATTER.keys())
def test_what_may_matter_is_never_a_yes(one: Step, kind: Kind) -> None:
    with pytest.raises(CannotEvaluate, match=f"{kind.words}s") as stop:
        require_concerned([one], without(kind))
    assert (stop.value.exit_code, stop.value.remedy) == (8, "ask for it")
    require_concerned([one], without())


def intent(*changes: Change) -> Intent:
    return Intent(goal=Goal.PROVISION, summary="x", changes=changes)


def test_what_is_asked_for_must_be_seen() -> None:
    require_asked(intent(Create(wanted=(Bucket(name="b-1"),))), without(Kind.VM))
    require_asked(intent(), without(Kind.VM))
    with pytest.raises(CannotEvaluate, match="VMs"):
        require_asked(intent(Create(wanted=(Vm(name="web-2"),))), without(Kind.VM))
    anything = Delete(what=Selection(names=("web-1",)), explicit="delete web-1")
    with pytest.raises(CannotEvaluate, match="buckets"):
        require_asked(intent(anything), without(Kind.BUCKET))


def test_a_policy_over_the_whole_target_misses_nothing_that_weighs() -> None:
    dear = planned(made(Kind.BUCKET), cost=cost(CostLine("bucket", 3.0)))
    free = planned(made(Kind.BUCKET), cost=cost())
    ceiling, quotas = PolicySettings(monthly_ceiling=10), PolicySettings(quotas={"vm": 3})
    require_judged(dear, without(Kind.VM), PolicySettings())
    require_judged(free, without(Kind.VM), ceiling)
    for plan, settings in ((dear, ceiling), (free, quotas)):
        with pytest.raises(CannotEvaluate, match="VMs"):
            require_judged(plan, without(Kind.VM), settings)


class Half(FakeHand):
    """May not read buckets."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(FakeCloud(), lambda _: Draft(()))
        self._trouble = trouble

    def read(self, target: Target, kinds: Any = ()) -> World:
        raise CloudError(self._trouble, "AccessDenied", "no buckets for you")

    def survey(self, target: Target, told: Told) -> Survey:
        why = Failure(Trouble.PERMISSION, "AccessDenied", "no buckets for you")
        return Survey(world(resource(Kind.VM, "web-1")), (Kind.VM,), (Unread((Kind.BUCKET,), why),))


def test_a_refusal_of_one_list_leaves_the_others() -> None:
    hand = Half(Trouble.PERMISSION)
    seen = looked(hand, (), TARGET)
    assert [r.name for r in seen] == ["web-1"]
    assert seen.unread == {Kind.BUCKET: Refusal("AccessDenied", "no buckets for you")}
    assert seen.with_resources(()).unread == seen.unread


def test_any_other_trouble_is_one_for_all() -> None:
    with pytest.raises(CloudError):
        looked(Half(Trouble.THROTTLED), (), TARGET)


class All(Half):
    """Shows all that lists have."""

    def survey(self, target: Target, told: Told) -> Survey:
        return Survey(world(), tuple(Kind))


def test_what_no_list_shows_is_not_gone_because_none_has_it() -> None:
    seen = look(All(Trouble.PERMISSION), TARGET, None)
    assert set(seen.kinds) == set(Kind) - {Kind.OTHER}
