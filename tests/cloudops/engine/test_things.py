"""Things that no kind names in the one state: kept after a run, read again, taken out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from cloudops.engine.again import looked_again
from cloudops.engine.drift import Drifted
from cloudops.engine.hands import Hands
from cloudops.engine.keeping import Keeping
from cloudops.engine.outside import outside
from cloudops.engine.refresh import refresh
from cloudops.engine.site import Site
from cloudops.engine.things import known_things, linked, looks_of, read_whole
from cloudops.state.contract import Store
from cloudops.state.masking import MASK
from cloudops.state.sql import open_store
from fakes.clock import SetClock
from fakes.cloud import IDENTITY, FakeCloud, FakeHand
from fakes.specimens import call, step
from modalities.action import Output, SdkCall
from modalities.contract import Draft
from modalities.look import LOOKS, TYPE, WHOLE, Look
from modalities.receipt import CloudError, Trouble
from modalities.resource import Json, Kind, Link, Provider, Resource, ResourceRef
from modalities.step import Effect, Expect, Step
from modalities.target import Realm, Target
from policies.settings import PolicySettings

TARGET = Target(name="t", provider=Provider.AWS, realm=Realm.SANDBOX, region="us-east-1")
ARN = "arn:aws:sqs:us-east-1:1:orders"
THERE = Look(
    name="sqs queue orders",
    call=SdkCall("sqs", "GetQueueUrl", {"QueueName": "orders"}),
    type="sqs:queue",
)
LIKE = replace(THERE, call=SdkCall("sqs", "GetQueueAttributes", {"QueueUrl": "https://q/orders"}))


def of(name: str) -> ResourceRef:
    return ResourceRef(Provider.AWS, IDENTITY.scope, Kind.OTHER, name)


@dataclass
class Cloud:
    """What each operation shows; None where nobody may call it."""

    shows: dict[str, Mapping[str, Any] | None] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def ask(self, look: Look) -> Resource | None:
        assert look.shows == {WHOLE: "@"}
        self.asked.append(look.call.operation)
        if look.call.operation not in self.shows:
            return None
        shown = self.shows[look.call.operation]
        if shown is None:
            raise CloudError(Trouble.PERMISSION, "AccessDenied", "no", remedy="ask for it")
        return Resource(of(look.name), look.id, shown, self.tags)

    def hand(self) -> FakeHand:
        cloud = self

        class Hand(FakeHand):
            def seen(self, target: Target, looks: Sequence[Look]) -> tuple[Resource, ...]:
                assert target.name
                return tuple(r for r in map(cloud.ask, looks) if r is not None)

            def answered(self, target: Target, call: SdkCall) -> Mapping[str, Any]:
                raise AssertionError((target, call))

            def portraits(self, step: Step) -> tuple[Look, ...]:
                address = Output(step.id, "QueueUrl").as_json()
                asked = SdkCall("sqs", "GetQueueAttributes", {"QueueUrl": address})
                return (replace(THERE, call=asked).whole,)

        return Hand(FakeCloud(), lambda _: Draft(()))

    def made(self, timeout: str = "30") -> None:
        self.shows["GetQueueUrl"] = {"QueueUrl": "https://q/orders"}
        self.shows["GetQueueAttributes"] = {"QueueArn": ARN, "Attributes.Timeout": timeout}


@pytest.fixture
def cloud() -> Cloud:
    return Cloud()


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def store(tmp_path: Path, clock: SetClock) -> Iterator[Store]:
    opened = open_store(tmp_path / "state" / "state.db", clock=clock)
    yield opened
    opened.close()


OURS = of(THERE.name)
MAKING = step(
    "make",
    Effect.CREATE,
    call("CreateQueue", "sqs", QueueName="orders"),
    OURS,
    expects=(Expect(Kind.OTHER, THERE.as_json()),),
    outputs={"QueueUrl": '"QueueUrl"'},
)
ENDING = step(
    "end",
    Effect.DELETE,
    call("DeleteQueue", "sqs", QueueUrl="https://q/orders"),
    OURS,
    expects=(Expect(Kind.OTHER, THERE.as_json(), "absent"),),
)


def keep(cloud: Cloud, store: Store, *steps: Step, basis: Mapping[str, str] | None = None) -> None:
    hand = cloud.hand()
    site = Site("", TARGET, Hands((hand,), hand), PolicySettings())

    def outputs(wanted: Output) -> str:
        return {"make.QueueUrl": "https://q/orders"}[f"{wanted.step}.{wanted.name}"]

    Keeping(site, store, "run-1", outputs, basis or {}).keep(steps)


def change(cloud: Cloud, store: Store, by: Callable[[], None], *steps: Step) -> None:
    """A run whose steps do that."""
    hand = cloud.hand()
    site = Site("", TARGET, Hands((hand,), hand), PolicySettings())
    keeping = Keeping(site, store, "run-2", lambda _: "https://q/orders", {})
    found = keeping.beforehand(steps)
    by()
    replace(keeping, found=found).keep(steps)


def kept(store: Store) -> Resource:
    (thing,) = known_things(store, IDENTITY.scope)
    return thing


def test_what_was_made_is_kept_whole_with_who_made_it(cloud: Cloud, store: Store) -> None:
    cloud.made()
    cloud.tags = {"owner": "ann"}
    keep(cloud, store, MAKING)
    thing = kept(store)
    assert (thing.ref, thing.id, thing.attributes[TYPE]) == (OURS, ARN, "sqs:queue")
    assert thing.attributes["Attributes.Timeout"] == "30"
    assert thing.tags == {"owner": "ann"}
    assert [look.sight for look in looks_of(thing)] == [LIKE.sight, THERE.sight]
    assert {(p.run, p.modality) for p in store.provenance(OURS)} == {("run-1", "sdk")}


def test_what_may_not_be_read_is_no_harm(cloud: Cloud, store: Store) -> None:
    cloud.made()
    cloud.shows["GetQueueAttributes"] = None
    keep(cloud, store, MAKING)
    assert kept(store).id == THERE.name  # it tells no ARN
    cloud.shows["GetQueueUrl"] = None
    keep(cloud, store, replace(MAKING, effect=Effect.UPDATE))
    assert kept(store).name == THERE.name  # and nobody can say that it is gone


def test_of_what_was_there_only_what_was_set_is_ours(cloud: Cloud, store: Store) -> None:
    cloud.made("60")
    setting = replace(MAKING, effect=Effect.UPDATE, after={"Attributes.Timeout": "60"})
    keep(cloud, store, setting, basis={OURS.key: "fingerprint"})
    by = {p.attribute: p.modality for p in store.provenance(OURS)}
    assert by["Attributes.Timeout"] == "sdk"
    assert by["QueueArn"] == by[TYPE] == "outside"


def test_what_others_changed_before_a_run_s_steps_is_not_its_doing(
    cloud: Cloud, store: Store, clock: SetClock
) -> None:
    cloud.made()
    cloud.tags = {"owner": "ann"}
    keep(cloud, store, MAKING)
    made_at = clock.now()
    clock.pass_by(60)
    shown = {"QueueArn": ARN, "Attributes.Timeout": "77", "Modified": "1"}
    cloud.shows["GetQueueAttributes"] = shown
    cloud.tags = {"owner": "bob", "env": "prod"}

    def tagged() -> None:
        cloud.tags = {**cloud.tags, "team": "x"}
        cloud.shows["GetQueueAttributes"] = {**shown, "Modified": "2"}

    change(cloud, store, tagged, replace(MAKING, effect=Effect.UPDATE))
    by = {p.attribute: p.run for p in store.provenance(OURS)}
    assert (by["tag:team"], by["Modified"]) == ("run-2", "run-2")  # the one follows the other
    assert (by["tag:owner"], by["Attributes.Timeout"]) == ("run-1", "run-1")
    clock.pass_by(60)
    found = outside(cloud.hand(), TARGET, store, None).found
    assert [(d.attribute, d.before, d.now) for d in found] == [
        ("Attributes.Timeout", "30", "77"),
        ("tag:env", None, "prod"),
        ("tag:owner", "ann", "bob"),
    ]
    assert {d.last_before for d in found} == {made_at}


def test_what_a_new_look_shows_is_others_where_no_step_changed_it(
    cloud: Cloud, store: Store
) -> None:
    cloud.made()
    keep(cloud, store, MAKING)
    cloud.shows["ListQueueTags"] = {"Tags.team": "x"}
    look = replace(THERE, call=SdkCall("sqs", "ListQueueTags", {"QueueUrl": "https://q/orders"}))
    tagging = replace(MAKING, effect=Effect.UPDATE, expects=(Expect(Kind.OTHER, look.as_json()),))

    def tagged() -> None:
        cloud.shows["ListQueueTags"] = {"Tags.team": "x", "Tags.env": "prod"}

    change(cloud, store, tagged, tagging)
    by = {p.attribute: (p.run, p.modality) for p in store.provenance(OURS)}
    assert (by["Tags.env"], by["Tags.team"]) == (("run-2", "sdk"), (None, "outside"))
    assert outside(cloud.hand(), TARGET, store, None).found == ()


def test_what_was_ended_is_out(cloud: Cloud, store: Store) -> None:
    cloud.made()
    keep(cloud, store, MAKING)
    keep(cloud, store, ENDING)
    assert known_things(store, IDENTITY.scope) == ()


def test_it_is_known_by_where_it_is_looked_at_when_it_has_another_name(
    cloud: Cloud, store: Store
) -> None:
    cloud.made()
    keep(cloud, store, MAKING)
    other = replace(THERE, name="sqs vpc 1").as_json()
    keep(cloud, store, replace(ENDING, expects=(Expect(Kind.OTHER, other, "absent"),)))
    assert known_things(store, IDENTITY.scope) == ()


def test_drift_of_each_attribute_and_since_when(
    cloud: Cloud, store: Store, clock: SetClock
) -> None:
    cloud.made()
    keep(cloud, store, MAKING)
    hand = cloud.hand()
    assert outside(hand, TARGET, store, None).found == ()
    last = clock.now()
    clock.pass_by(60)
    cloud.made("77")
    cloud.tags = {"env": "prod"}
    cloud.asked.clear()
    found = outside(hand, TARGET, store, None).found
    assert cloud.asked == ["GetQueueAttributes", "GetQueueUrl"]  # by the same looks, no other
    assert [(d.attribute, d.before, d.now) for d in found] == [
        ("Attributes.Timeout", "30", "77"),
        ("tag:env", None, "prod"),
    ]
    assert {(d.last_before, d.first_now) for d in found} == {(last, clock.now())}
    assert refresh(hand, TARGET, store, None).changed == 1
    assert outside(hand, TARGET, store, None).found == ()


def test_what_it_does_not_say_any_more_is_drift(cloud: Cloud, store: Store) -> None:
    cloud.made()
    keep(cloud, store, MAKING)
    cloud.shows["GetQueueAttributes"] = {"QueueArn": ARN}
    (one,) = outside(cloud.hand(), TARGET, store, None).found
    assert (one.attribute, one.before, one.now) == ("Attributes.Timeout", "30", None)


def test_what_vanished_is_told_and_a_refresh_takes_it_out(cloud: Cloud, store: Store) -> None:
    cloud.made()
    keep(cloud, store, MAKING)
    cloud.shows.clear()
    (one,) = outside(cloud.hand(), TARGET, store, None).found
    assert (one.ref, one.what) == (OURS, Drifted.VANISHED)
    assert refresh(cloud.hand(), TARGET, store, None).vanished == 1
    assert known_things(store, IDENTITY.scope) == ()


def test_what_may_not_be_looked_at_is_named_and_not_gone(cloud: Cloud, store: Store) -> None:
    cloud.made()
    keep(cloud, store, MAKING)
    cloud.shows["GetQueueUrl"] = None
    seen = outside(cloud.hand(), TARGET, store, None)
    assert seen.found == ()
    assert seen.survey.unread[0].why.message == "sqs queue orders: no"
    refresh(cloud.hand(), TARGET, store, None)
    assert kept(store).id == ARN


def test_a_hand_that_cannot_look_leaves_them_as_they_are(cloud: Cloud, store: Store) -> None:
    cloud.made()
    keep(cloud, store, MAKING)
    blind = FakeHand(FakeCloud(), lambda _: Draft(()))
    assert looked_again(blind, TARGET, store, IDENTITY.scope).known == ()
    refresh(blind, TARGET, store, None)
    assert kept(store).id == ARN


def test_a_member_that_holds_an_id_of_the_state_is_a_link(cloud: Cloud, store: Store) -> None:
    role = Resource(of("iam role r"), "arn:aws:iam::1:role/r", {TYPE: "iam:role", LOOKS: []})
    subnet = ResourceRef(Provider.AWS, IDENTITY.scope, Kind.SUBNET, "front")
    bucket = Resource(replace(subnet, kind=Kind.BUCKET, name="logs"), "logs")
    there = (role, Resource(subnet, "subnet-1"), bucket)
    store.record(there, run=None, modality="outside", whole=None)
    members: dict[str, Json] = {
        "Role": role.id,
        "Net": ["subnet-1"],
        "Policy": '{"to": "subnet-1"}',
        "Word": "logs",
        TYPE: "x:y",
    }
    (thing,) = linked((Resource(OURS, ARN, members),), store)
    assert thing.links == (Link("uses", Kind.OTHER, role.id), Link("uses", Kind.SUBNET, "subnet-1"))
    (thing,) = linked((Resource(OURS, ARN, {"Target.S3BucketName": "logs"}),), store)
    assert thing.links == (Link("uses", Kind.BUCKET, "logs"),)


def test_what_stands_on_another_of_azure_s_has_its_own_id_and_that_link(store: Store) -> None:
    group = "/subscriptions/s/resourceGroups/g"
    account = f"{group}/providers/Microsoft.Storage/storageAccounts/orders"
    lock = f"{account}/providers/Microsoft.Authorization/locks/frozen"
    scope = replace(OURS, provider=Provider.AZURE, kind=Kind.BUCKET, name="orders")
    groups = replace(scope, kind=Kind.RESOURCE_GROUP, name="g")
    there = (Resource(scope, account), Resource(groups, group))
    store.record(there, run=None, modality="outside", whole=None)
    look = replace(THERE, name="resource-locks lock storageAccounts/orders/frozen").whole
    ref = replace(scope, kind=Kind.OTHER, name=look.name)
    read = read_whole((look,), lambda _: Resource(ref, look.name, {"id": lock, "level": "x"}), None)
    assert read is not None
    assert read.id == lock
    (thing,) = linked((read,), store)
    assert thing.links == (Link("uses", Kind.BUCKET, account),)


def test_secrets_are_masked(cloud: Cloud) -> None:
    cloud.shows["GetQueueUrl"] = {"Environment.DB_PASSWORD": "hunter2", "Name": "x"}
    thing = read_whole((THERE.whole,), cloud.ask, None)
    assert thing is not None
    assert thing.attributes["Environment.DB_PASSWORD"] == MASK


def test_without_a_word_for_its_type_it_is_told_from_its_name(cloud: Cloud) -> None:
    cloud.shows["GetQueueUrl"] = {}
    look = replace(THERE, name="logs log group /app", type="").whole
    thing = read_whole((look,), cloud.ask, None)
    assert thing is not None
    assert thing.attributes[TYPE] == "logs:log-group"
