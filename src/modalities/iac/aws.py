"""The IaC hand on AWS: code that a person would keep, and Terraform's own plan before anything."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jmespath

from modalities.acting import Call
from modalities.action import IacChange
from modalities.aws import session
from modalities.aws.asking import Wire
from modalities.aws.express.asked import asked
from modalities.aws.inventory import read
from modalities.change import Change
from modalities.contract import Draft, Meant, Problem, Rebase, Support
from modalities.iac.applying import Applied, Applier, rehearsed
from modalities.iac.checking import admitted, checked
from modalities.iac.comparing import active
from modalities.iac.fit import IAC
from modalities.iac.home import Home
from modalities.iac.homes import Homes
from modalities.iac.installation import Installation
from modalities.iac.keeping import Keeping
from modalities.iac.meanings import claimed, meant
from modalities.iac.proposing import Proposer
from modalities.iac.tool import INSTALL, Tool
from modalities.iac.traffic import Commands, traffic
from modalities.iac.waits import estimate
from modalities.plan import ModalityName
from modalities.receipt import CloudError, Failure, Outcome, Receipt
from modalities.resource import Kind, Provider, ResourceRef, World
from modalities.step import Step
from modalities.target import Identity, Target

if TYPE_CHECKING:
    from modalities.prices.table import Prices


class AwsIac:
    """Implements modalities.contract.Modality, Keeper and Rebaser, and modalities.acting.Acting.

    ``home`` is a directory of ours for the modules of all targets; ``homes`` maps a target's
    name to a person's own Terraform directory. ``prices`` help to choose a size; the shipped
    table where none are given. ``places`` are where Terraform is looked for; None: PATH.
    """

    name = ModalityName.IAC
    provider = Provider.AWS

    def __init__(
        self,
        home: Path,
        prices: Prices | None = None,
        homes: Mapping[str, Path] | None = None,
        places: Sequence[Path] | None = None,
    ) -> None:
        self._given = prices
        self._installation = Installation(home.absolute() / ".shared", places)
        self._homes = Homes(home.absolute(), self._installation, homes or {})

    @cached_property
    def _prices(self) -> Prices:
        from modalities.prices import table

        return self._given or table.load()

    @cached_property
    def _applier(self) -> Applier:
        return Applier(self._homes, self._installation)

    @cached_property
    def _proposer(self) -> Proposer:
        return Proposer(self._homes, self._installation, self._applier)

    @cached_property
    def _keeping(self) -> Keeping:
        return Keeping(self._homes, self._installation)

    def supports(self, changes: Sequence[Change]) -> Support:
        if not self._installation.might_be():
            return Support(0.0, f"there is no terraform: {INSTALL}", lacking=True)
        return IAC.of(changes)

    def identify(self, target: Target) -> Identity:
        return session.identify(target)

    def traffic(self, target: Target) -> Commands:
        """What was run for the target by this process, in commands that meet the cloud."""
        return traffic(target)

    def express(self, changes: Sequence[Change], world: World, target: Target, label: str) -> Draft:
        from modalities.aws.express.draft import express

        identity = self.identify(target)
        draft = express(changes, world, target, identity, label, asked(Wire(target)), self._prices)
        if not draft.steps:
            return draft
        return self._proposer.propose(draft, world, target)

    def brought_about(self, world: World, target: Target, *, destroy: bool = False) -> Draft:
        """The target's code as it stands, without an edit: applied, or all of it destroyed.

        Raises CloudError.
        """
        return self._proposer.as_it_stands(world, target, destroy=destroy)

    def rebasing(self, target: Target, meant: Meant) -> Rebase:  # noqa: ARG002 - of code
        from modalities.iac.rebasing import Rebasing

        def of(module: str) -> Home:
            return self._homes.of(target, module)

        def following(
            home: Home, addresses: Collection[str], imports: Mapping[str, str]
        ) -> Mapping[str, str]:
            return self._keeping.following(target, home, addresses, imports)

        return Rebasing(of, following).rebase

    def check(self, steps: Sequence[Step], world: World) -> tuple[Problem, ...]:
        return checked(steps, world)

    def admits(self, step: Step) -> tuple[Problem, ...]:
        return admitted(step)

    def meant(self, step: Step) -> tuple[Step, ...]:
        return meant(step)

    def takes(self, step: Step) -> float:
        return estimate(step.action.changes) if isinstance(step.action, IacChange) else 0.0

    def read(self, target: Target, kinds: Sequence[Kind] = ()) -> World:
        return read(target, self.identify(target), kinds)

    def observe(self, target: Target, kinds: Sequence[Kind] = ()) -> World:
        return self._keeping.observed(target, self.identify(target), kinds)

    def claims(self, step: Step) -> tuple[ResourceRef, ...]:
        return claimed(step)

    def kept(self, target: Target) -> Mapping[str, str]:
        return self._keeping.kept(target)

    def reconciled(self, target: Target, ids: Collection[str]) -> tuple[str, ...]:
        return self._keeping.reconciled(target, ids)

    def ahead(self, target: Target) -> tuple[Mapping[str, Any], ...]:
        return self._keeping.ahead(target)

    def placed(self, target: Target) -> Target:
        return self._keeping.placed(target)

    @property
    def tool(self) -> Tool:
        """The program in use. Raises CloudError where there is none that works."""
        return self._installation.tool

    def forget(self, target: Target) -> None:
        """The target is no more (a sandbox that was reset): so is what was kept of it."""
        self._homes.forget(target)

    def apply(self, step: Step, target: Target, call: Call) -> Receipt:
        action = step.action
        if not isinstance(action, IacChange):
            raise TypeError(f"step {step.id} is no change of Terraform code")
        if active(action.changes) and not target.writable:
            raise PermissionError(f"{action} changes things, and {target.name} is not writable")
        started = datetime.now(UTC)
        applied = self._applied(action, target, call)
        call.attempts.extend(applied.notes)
        return _receipt(step, applied, started, self._evidence(applied))

    def _applied(self, action: IacChange, target: Target, call: Call) -> Applied:
        try:
            home = self._homes.of(target, action.module)
        except CloudError as error:
            return Applied(Outcome.FAILED, error=error)
        applied = self._applier.apply(action, target, home, call.left)
        return applied if target.copy_of is None else rehearsed(applied)

    def _evidence(self, applied: Applied) -> dict[str, Any]:
        evidence: dict[str, Any] = {}
        if self._installation.found is not None:
            evidence["tool"] = f"{self._installation.found.name}/{self._installation.found.version}"
        if applied.notes:
            evidence["notes"] = list(applied.notes)
        if applied.done:
            evidence["partial"] = list(applied.done)
        return evidence


def _receipt(
    step: Step, applied: Applied, started: datetime, evidence: Mapping[str, Any]
) -> Receipt:
    error = applied.error
    failure = Failure(error.trouble, error.code, error.message, error.remedy) if error else None
    return Receipt(
        step=step.id,
        outcome=applied.outcome,
        started_at=started,
        finished_at=datetime.now(UTC),
        outputs=_values(step.outputs, applied),
        evidence=evidence,
        error=failure,
    )


def _values(outputs: Mapping[str, str], applied: Applied) -> dict[str, Any]:
    """The step's outputs. Where only part of it took effect, what was not made is an empty id:
    whoever takes it back has nothing to look for there."""
    if applied.outcome is Outcome.FAILED or not applied.answer:
        return {}
    found = {name: jmespath.search(path, applied.answer) for name, path in outputs.items()}
    plain = {k: json.loads(json.dumps(v, default=str)) for k, v in found.items()}
    if applied.done:
        return {k: "" if v is None else v for k, v in plain.items()}
    return {k: v for k, v in plain.items() if v is not None}
