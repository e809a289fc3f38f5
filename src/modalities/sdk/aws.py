"""The SDK hand on AWS: botocore calls, checked against the vendor's model, sent as they stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from modalities.acting import Call
from modalities.action import CliCommand, SdkCall
from modalities.aws import session
from modalities.aws.asking import Wire
from modalities.aws.checking import admitted, checked
from modalities.aws.express.asked import asked
from modalities.aws.inventory import read
from modalities.aws.receipts import receipt_of, require_leave
from modalities.aws.refs import touched
from modalities.aws.sending import send
from modalities.aws.surveying import survey
from modalities.aws.traffic import Traffic
from modalities.aws.trail import CloudTrail
from modalities.change import Change, Operate
from modalities.contract import Draft, Meant, Problem, Rebase, Support
from modalities.drafting import joined
from modalities.look import Look
from modalities.plan import ModalityName
from modalities.receipt import Receipt
from modalities.resource import Kind, Provider, Resource, ResourceRef, World
from modalities.sdk.fit import SDK
from modalities.step import Step
from modalities.survey import Survey, Told
from modalities.target import Identity, Target
from modalities.trail import Asked, Statement

if TYPE_CHECKING:
    from modalities.prices.table import Prices


ONE_CALL = 5.0
"""Seconds; most calls are answered in less than one."""


class AwsSdk:
    """Implements modalities.contract.Modality and modalities.acting.Acting.

    ``prices`` help to choose a size; the shipped table where none are given.
    """

    name = ModalityName.SDK
    provider = Provider.AWS

    def __init__(self, prices: Prices | None = None) -> None:
        self._given = prices
        self._trail = CloudTrail()

    @cached_property
    def _prices(self) -> Prices:
        from modalities.prices import table

        return self._given or table.load()

    def supports(self, changes: Sequence[Change]) -> Support:
        return SDK.of(changes)

    def identify(self, target: Target) -> Identity:
        return session.identify(target)

    def traffic(self, target: Target) -> Traffic:
        """What was sent to the target by this process, and what of it was sent again."""
        return session.traffic(target)

    def express(self, changes: Sequence[Change], world: World, target: Target, label: str) -> Draft:
        from modalities.aws.express.draft import express

        worded = [change for change in changes if not isinstance(change, Operate)]
        operations = [change for change in changes if isinstance(change, Operate)]
        drafts = []
        if worded or not operations:
            identity = self.identify(target)
            drafts.append(
                express(worded, world, target, identity, label, asked(Wire(target)), self._prices)
            )
        if operations:
            from modalities.aws.operating.drafting import drafted

            drafts.append(drafted(operations, world, target, drafts))
        return drafts[0] if len(drafts) == 1 else joined(drafts)

    def check(self, steps: Sequence[Step], world: World) -> tuple[Problem, ...]:
        return checked(steps, world)

    def admits(self, step: Step) -> tuple[Problem, ...]:
        return admitted(step)

    def read(self, target: Target, kinds: Sequence[Kind] = ()) -> World:
        return read(target, self.identify(target), kinds)

    def observe(self, target: Target, kinds: Sequence[Kind] = ()) -> World:
        return self.read(target, kinds)

    def survey(self, target: Target, told: Told) -> Survey:
        return survey(target, self.identify(target), told)

    def statement(
        self, target: Target, asked: Sequence[Asked], told: Callable[[int, int], None]
    ) -> Statement:
        return self._trail.statement(target, asked, told)

    def seen(self, target: Target, looks: Sequence[Look]) -> tuple[Resource, ...]:
        from modalities.aws.operating.looking import seen

        scope = self.identify(target).scope
        found = (seen(target, scope, look) for look in looks)
        return tuple(resource for resource in found if resource is not None)

    def portraits(self, step: Step) -> tuple[Look, ...]:
        from modalities.aws.operating.portraying import portraits

        action = step.action
        return portraits(action, step.id) if isinstance(action, SdkCall) else ()

    def answered(self, target: Target, call: SdkCall | CliCommand) -> Mapping[str, Any]:
        from modalities.aws.operating.drafting import asked

        return asked(call, target)

    def rebasing(self, target: Target, meant: Meant) -> Rebase:
        from modalities.aws.rebasing import Rebasing
        from modalities.rebasing import by_calls, itself

        return by_calls(Rebasing(Wire(target)), meant, itself)

    def meant(self, step: Step) -> tuple[Step, ...]:
        return (step,)

    def takes(self, step: Step) -> float:  # noqa: ARG002 - one call is like another
        return ONE_CALL

    def claims(self, step: Step) -> tuple[ResourceRef, ...]:
        refs = (*step.changes, *step.uses)
        scope = refs[0].scope if refs else ""  # a scope that nobody can have claimed
        if not isinstance(step.action, SdkCall):
            return ()
        return touched(step.action, World(Provider.AWS, scope))

    def apply(self, step: Step, target: Target, call: Call) -> Receipt:
        action = step.action
        if not isinstance(action, SdkCall):
            raise TypeError(f"step {step.id} is no SDK call")
        require_leave(action, target)
        started = datetime.now(UTC)
        return receipt_of(step, action, send(target, action, call), started)
