"""What every hand must do, whatever its cloud and tool.

Subclass in a hand's own tests and give the fixtures: ``hand``; ``target``, writable and with
one resource at least; ``dead``, a target where nobody answers; ``makes``, a bound step that
makes one resource and has the output ``id``; ``broken``, steps that the tool's model refuses;
``sent``, which counts the requests to ``target`` so far.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from modalities.acting import Acting, Call
from modalities.change import (
    Attach,
    Change,
    Create,
    Delete,
    Detach,
    Power,
    Resize,
    Selection,
    SetDiagnostics,
    SetPort,
    SetPower,
    SetPriority,
    SetTags,
)
from modalities.codec import decode, encode
from modalities.plan import ModalityName
from modalities.receipt import CloudError, Outcome, Receipt
from modalities.resource import Kind, Provider, World
from modalities.step import Effect, Expect, Step
from modalities.target import Target
from modalities.wanted import Disk, Rule, Vm

ONE = Selection(kind=Kind.VM, names=("web-1",))

CHANGES: tuple[Change, ...] = (
    Create(wanted=(Vm(name="web-1"),)),
    Attach(what=Disk(gib=8), to=ONE),
    Detach(what=Selection(kind=Kind.DISK, names=("data",))),
    Delete(what=ONE),
    SetPower(what=ONE, power=Power.STOP),
    Resize(what=ONE, vcpus=2),
    SetTags(what=ONE, add=(("a", "b"),)),
    SetPort(what=ONE, rule=Rule(first_port=22, last_port=22), open=True),
    SetPriority(what=ONE, spot=True),
    SetDiagnostics(what=ONE),
)

Sent = Callable[[], int]


def call(deadline: float = 20.0) -> Call:
    return Call("cloudops-test", deadline)


class HandConformance:
    def test_says_what_it_is(self, hand: Any) -> None:
        assert isinstance(hand.name, ModalityName)
        assert isinstance(hand.provider, Provider)
        assert isinstance(hand, Acting)

    @pytest.mark.parametrize("change", CHANGES, ids=lambda change: str(change.change))
    def test_says_how_well_it_fits_and_why(self, hand: Any, change: Change) -> None:
        support = hand.supports((change,))
        assert 0 <= support.fit <= 1
        assert support.why
        assert "\n" not in support.why

    def test_fits_many_changes_no_better_than_the_worst(self, hand: Any) -> None:
        worst = min(hand.supports((change,)).fit for change in CHANGES)
        assert hand.supports(CHANGES).fit <= worst
        assert hand.supports(()).fit > 0

    def test_identity_is_stable_and_the_scope_of_what_is_read(
        self, hand: Any, target: Target
    ) -> None:
        identity = hand.identify(target)
        assert identity == hand.identify(target)
        assert identity.provider is hand.provider
        world = hand.read(target)
        assert world.resources
        assert {r.ref.scope for r in world} | {world.scope} == {identity.scope}

    def test_names_are_unique_and_links_have_known_ends(self, hand: Any, target: Target) -> None:
        world = hand.read(target)
        keys = [r.ref.key for r in world]
        assert len(keys) == len(set(keys))
        ids = [(r.kind, r.id) for r in world]
        assert len(ids) == len(set(ids))
        for resource in world:
            for link in resource.links:
                assert (link.kind, link.id) in ids, (resource.ref, link)

    def test_what_is_read_is_json(self, hand: Any, target: Target) -> None:
        for resource in hand.read(target):
            assert encode(resource.attributes) == resource.attributes

    def test_a_kind_alone_reads_as_in_the_whole(self, hand: Any, target: Target) -> None:
        whole = {r.ref: r.fingerprint for r in hand.read(target)}
        for kind in Kind:
            part = {r.ref: r.fingerprint for r in hand.read(target, (kind,))}
            assert part == {k: v for k, v in whole.items() if k.kind is kind}, kind

    def test_nobody_there_is_a_cloud_error_with_a_remedy(self, hand: Any, dead: Target) -> None:
        for ask in (hand.identify, hand.read):
            with pytest.raises(CloudError) as caught:
                ask(dead)
            assert caught.value.message
            assert caught.value.remedy

    def test_checking_sends_nothing_and_finds_what_is_broken(
        self, hand: Any, target: Target, makes: Step, broken: Sequence[Step], sent: Sent
    ) -> None:
        world: World = hand.read(target)
        before = sent()
        assert [p for p in hand.check((makes,), world) if p.blocking] == []
        for step in broken:
            problems = (*hand.check((step,), world), *hand.admits(step))
            assert any(p.blocking and p.step == step.id and p.path for p in problems), step.id
        hand.claims(makes)
        assert sent() == before

    def test_a_step_that_writes_may_not_be_called_a_read(self, hand: Any, makes: Step) -> None:
        assert any(p.blocking for p in hand.admits(replace(makes, effect=Effect.READ)))

    def test_nothing_is_written_where_nobody_allowed_it(
        self, hand: Any, target: Target, makes: Step, sent: Sent
    ) -> None:
        closed = replace(target, writable=False)
        before = sent()
        for effect in (Effect.CREATE, Effect.READ):
            with pytest.raises(PermissionError):
                hand.apply(replace(makes, effect=effect), closed, call())
        assert sent() == before

    def test_a_write_is_done_and_seen(self, hand: Any, target: Target, makes: Step) -> None:
        before = datetime.now(UTC)
        receipt = hand.apply(makes, target, call(max(20.0, hand.takes(makes))))
        assert (receipt.step, receipt.outcome) == (makes.id, Outcome.DONE), receipt.error
        assert before <= receipt.started_at <= receipt.finished_at <= datetime.now(UTC)
        assert receipt.error is None
        made = receipt.outputs["id"]
        (kind,) = {ref.kind for ref in makes.changes}
        assert hand.read(target, (kind,)).get(kind, made) is not None
        assert decode(Receipt, encode(receipt)) == receipt

    def test_a_write_that_did_not_leave_has_failed(
        self, hand: Any, dead: Target, makes: Step
    ) -> None:
        receipt = hand.apply(makes, dead, call())
        assert receipt.outcome is Outcome.FAILED
        assert receipt.error is not None
        assert receipt.error.remedy

    def test_no_time_left_sends_nothing(
        self, hand: Any, target: Target, makes: Step, sent: Sent
    ) -> None:
        before = sent()
        receipt = hand.apply(makes, target, call(deadline=0.0))
        assert receipt.outcome is Outcome.FAILED
        assert sent() == before

    def test_what_it_expects_can_be_read(self, hand: Any, target: Target, makes: Step) -> None:
        assert all(isinstance(expect, Expect) for expect in makes.expects)
        for kind in {expect.kind for expect in makes.expects}:
            hand.read(target, (kind,))
