"""The SDK hand on Azure: calls of azure-mgmt-*, checked against the vendor's models."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from modalities.acting import Call
from modalities.action import CliCommand, SdkCall
from modalities.azure import model, session
from modalities.azure.checking import admitted, checked
from modalities.azure.health import reported
from modalities.azure.inventory import read
from modalities.azure.receipts import receipt_of, require_leave
from modalities.azure.refs import touched
from modalities.azure.sending import ACCEPTED, send
from modalities.azure.surveying import survey
from modalities.azure.traffic import Traffic
from modalities.azure.trail import ActivityLog
from modalities.change import Change, Operate
from modalities.contract import Draft, Meant, Problem, Rebase, Support
from modalities.drafting import joined
from modalities.health import HealthEvent
from modalities.look import Look
from modalities.plan import ModalityName
from modalities.receipt import Receipt
from modalities.resource import Kind, Provider, Resource, ResourceRef, World
from modalities.sdk.fit import AZURE
from modalities.step import Step
from modalities.survey import Survey, Told
from modalities.target import Identity, Target
from modalities.trail import Asked, Statement

if TYPE_CHECKING:
    from modalities.prices.table import Prices


ONE_CALL = 10.0
"""Seconds; most calls are answered in less than one."""

LONG_CALL = 900.0
"""Seconds that a long-running operation may well take: machines are deleted in minutes."""

MISSING = Support(
    0.0, "the Azure SDK is not installed: pip install 'cloudops-agent[azure]'", lacking=True
)


class AzureSdk:
    """Implements modalities.contract.Modality and HealthReporter, and modalities.acting.Acting.

    ``prices`` help to choose a size; the shipped table where none are given.
    """

    name = ModalityName.SDK
    provider = Provider.AZURE

    def __init__(self, prices: Prices | None = None) -> None:
        self._given = prices
        self._trail = ActivityLog()

    @cached_property
    def _prices(self) -> Prices:
        from modalities.prices import table

        return self._given or table.load()

    def supports(self, changes: Sequence[Change]) -> Support:
        return AZURE.of(changes) if session.installed() else MISSING

    def identify(self, target: Target) -> Identity:
        return session.identify(target)

    def traffic(self, target: Target) -> Traffic:
        """What was sent to the target by this process, and what of it was sent again."""
        return session.traffic(target)

    def express(self, changes: Sequence[Change], world: World, target: Target, label: str) -> Draft:
        from modalities.azure.express.draft import express
        from modalities.azure.images import images
        from modalities.azure.offering import offered

        worded = [change for change in changes if not isinstance(change, Operate)]
        operations = [change for change in changes if isinstance(change, Operate)]
        drafts = []
        identity = self.identify(target)
        if worded or not operations:
            pick = images(offered(target))
            drafts.append(express(worded, world, target, identity, label, pick, self._prices))
        if operations:
            from modalities.azure.operating.drafting import drafted, group_maker

            region = identity.region or target.region
            maker = group_maker(world, region, label, self._prices)
            drafts.append(drafted(operations, world, target, maker, drafts))
        return drafts[0] if len(drafts) == 1 else joined(drafts)

    def check(self, steps: Sequence[Step], world: World) -> tuple[Problem, ...]:
        return checked(steps, world)

    def admits(self, step: Step) -> tuple[Problem, ...]:
        return admitted(step)

    def read(self, target: Target, kinds: Sequence[Kind] = ()) -> World:
        return read(target, self.identify(target), kinds)

    def observe(self, target: Target, kinds: Sequence[Kind] = ()) -> World:
        return self.read(target, kinds)

    def health(self, target: Target, region: str | None = None) -> tuple[HealthEvent, ...]:
        return reported(target, region)

    def survey(self, target: Target, told: Told) -> Survey:
        return survey(target, self.identify(target), told)

    def statement(
        self, target: Target, asked: Sequence[Asked], told: Callable[[int, int], None]
    ) -> Statement:
        return self._trail.statement(target, asked, told)

    def seen(self, target: Target, looks: Sequence[Look]) -> tuple[Resource, ...]:
        from modalities.azure.operating.looking import seen

        scope = self.identify(target).scope
        found = (seen(target, scope, look) for look in looks)
        return tuple(resource for resource in found if resource is not None)

    def answered(self, target: Target, call: SdkCall | CliCommand) -> Mapping[str, Any]:
        from modalities.azure.operating.looking import answered

        return answered(call, target, self.identify(target))

    def rebasing(self, target: Target, meant: Meant) -> Rebase:
        from modalities.azure.express.looking import at
        from modalities.azure.rebasing import Rebasing
        from modalities.rebasing import by_calls, itself

        return by_calls(Rebasing(self.identify(target).scope, at(target)), meant, itself)

    def meant(self, step: Step) -> tuple[Step, ...]:
        return (step,)

    def takes(self, step: Step) -> float:
        found = model.operation_of(step.action) if isinstance(step.action, SdkCall) else None
        return LONG_CALL if found is not None and found.long_running else ONE_CALL

    def writes(self, step: Step) -> float:
        return min(self.takes(step), ACCEPTED)

    def claims(self, step: Step) -> tuple[ResourceRef, ...]:
        refs = (*step.changes, *step.uses)
        scope = refs[0].scope if refs else ""  # a scope that nobody can have claimed
        if not isinstance(step.action, SdkCall):
            return ()
        return touched(step.action, World(Provider.AZURE, scope))

    def apply(self, step: Step, target: Target, call: Call) -> Receipt:
        action = step.action
        if not isinstance(action, SdkCall):
            raise TypeError(f"step {step.id} is no SDK call")
        require_leave(action, target)
        started = datetime.now(UTC)
        answer = send(target, action, call)
        return receipt_of(step, action, answer, started, target.resource_group or "")
