"""Things that no kind names: looked at one by one, and what that says of doubts and risk."""

from __future__ import annotations

from collections.abc import Sequence

from cloudops.engine.confirm import risk_of
from cloudops.engine.doubts import evidence, undetermined
from cloudops.engine.expectations import said
from cloudops.engine.reading import Reader
from cloudops.engine.report import Risk
from cloudops.engine.seeing import looks_at, with_seen
from fakes.specimens import call, plan, ref, resource, step, world
from modalities.action import Output, SdkCall
from modalities.look import Look
from modalities.resource import Kind, Resource, World
from modalities.step import Effect, Expect, Step

LOOK = Look(
    name="sqs queue orders",
    call=SdkCall("sqs", "GetQueueUrl", {"QueueName": "orders"}),
    shows={"QueueUrl": '"QueueUrl"'},
)
THING = ref(Kind.OTHER, LOOK.name)
SEEN = Resource(THING, LOOK.id, {"QueueUrl": "https://q"})


def making(look: Look = LOOK) -> Step:
    expects = (Expect(Kind.OTHER, look.as_json()),)
    action = call("CreateQueue", "sqs", QueueName="orders")
    outputs = {"QueueUrl": '"QueueUrl"'}
    return step("make", Effect.CREATE, action, THING, expects=expects, outputs=outputs)


def reader(*there: Resource) -> Reader:
    def see(looks: Sequence[Look]) -> tuple[Resource, ...]:
        assert [look.id for look in looks] == [LOOK.id]
        return there

    def read(kinds: Sequence[Kind]) -> World:
        raise AssertionError(f"{kinds} were read")

    return Reader(read, see=see)


def nothing(output: Output) -> object:
    raise LookupError(output)


def test_a_lost_answer_is_had_from_the_look() -> None:
    assert evidence(making(), (), reader(SEEN), nothing) == {"QueueUrl": "https://q"}
    assert evidence(making(), (), reader(), nothing) is None


def test_what_only_its_own_answer_leads_to_is_never_known() -> None:
    key = SdkCall("kms", "DescribeKey", {"KeyId": Output("make").as_json()})
    told = Look(name="kms key", call=key)
    assert undetermined(making(told))
    assert not undetermined(making())


def test_what_nothing_shows_has_the_highest_risk() -> None:
    blind = step("send", Effect.UPDATE, call("SendMessage", "sqs"), THING)
    assert risk_of(plan(blind)) is Risk.HIGH
    assert risk_of(plan(making())) is Risk.LOW


def test_a_world_has_what_was_seen_once() -> None:
    before = world(resource(Kind.VM, "web-1"))
    once = with_seen(before, (SEEN,))
    assert [r.id for r in with_seen(once, (SEEN,))] == ["vm-web-1", LOOK.id]
    assert with_seen(before, ()) is before


def test_what_a_plan_is_about_is_looked_at_once() -> None:
    assert looks_at((making(), making())) == (LOOK,)


def test_it_is_told_by_its_name() -> None:
    (expect,) = making().expects
    assert said(expect, nothing) == "sqs queue orders exists"
