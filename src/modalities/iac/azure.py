"""The IaC hand on Azure: a template a person would keep, and what-if before anything."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modalities.acting import Call
from modalities.action import IacChange
from modalities.azure import session
from modalities.azure.inventory import read
from modalities.azure.receipts import receipt_of
from modalities.azure.sending import ACCEPTED
from modalities.azure.templates.meaning import claimed, meant
from modalities.azure.templates.writing import Described
from modalities.azure.traffic import Traffic
from modalities.change import Change
from modalities.contract import Draft, Exported, Problem, Support, Unsupported
from modalities.iac.deploying import LOOKING, deployed, foreseen
from modalities.iac.fit import TEMPLATES
from modalities.iac.template_checks import admitted, checked
from modalities.iac.template_drafts import deployment
from modalities.iac.template_files import TemplateFiles
from modalities.plan import ModalityName
from modalities.receipt import Receipt
from modalities.resource import Kind, Provider, ResourceRef, World
from modalities.step import Fidelity, Step
from modalities.target import Identity, Realm, Target

if TYPE_CHECKING:
    from modalities.prices.table import Prices

NO_NAME = re.compile(r"[^A-Za-z0-9_.-]+")

LONGEST = 64
"""Characters of a deployment's name."""

ASKED = 60.0
EACH = 30.0
MOST = 1800.0
"""Seconds that a deployment may take: to be asked about, for each resource, and at most."""

MISSING = Support(
    0.0, "the Azure SDK is not installed: pip install 'cloudops-agent[azure]'", lacking=True
)


class AzureIac:
    """Implements modalities.contract.Modality, Builder, Exporter and modalities.acting.Acting.

    ``home`` is a directory of ours, in which the templates of all targets are kept. ``prices``
    help to choose a size; the shipped table where none are given. ``own`` are directories of
    people's own by the target's name: what is in them can be brought about, and is not written.
    """

    name = ModalityName.IAC
    provider = Provider.AZURE

    def __init__(
        self, home: Path, prices: Prices | None = None, own: Mapping[str, Path] | None = None
    ) -> None:
        self._given = prices
        self._own = own or {}
        self._home = home
        self._files = TemplateFiles(home)

    @cached_property
    def _prices(self) -> Prices:
        from modalities.prices import table

        return self._given or table.load()

    def supports(self, changes: Sequence[Change]) -> Support:
        return TEMPLATES.of(changes) if session.installed() else MISSING

    def identify(self, target: Target) -> Identity:
        return session.identify(target)

    def traffic(self, target: Target) -> Traffic:
        return session.traffic(target)

    def express(self, changes: Sequence[Change], world: World, target: Target, label: str) -> Draft:
        from modalities.azure.express import looking
        from modalities.azure.express.draft import express
        from modalities.azure.images import images
        from modalities.azure.offering import offered

        identity = self.identify(target)
        pick_image = images(offered(target))
        draft = express(changes, world, target, identity, label, pick_image, self._prices)
        if not draft.steps:
            return draft
        name = _name(label)

        def what_if(text: str, told: Sequence[Described]) -> tuple[Mapping[str, Any], ...]:
            return foreseen(target, name, text, told)

        exact = target.realm is Realm.SANDBOX
        fidelity = Fidelity.EXACT if exact else Fidelity.SIMULATED
        return deployment(draft, world, name, looking.at(target), what_if, fidelity)

    def brought_about(self, world: World, target: Target, *, destroy: bool = False) -> Draft:
        from modalities.azure.express import looking
        from modalities.iac.own_drafts import own_draft
        from modalities.iac.own_templates import template_in

        if destroy:
            raise Unsupported(
                "a template in mode Incremental destroys nothing; ask for what is to go by name"
            )
        if target.name not in self._own:
            raise Unsupported(
                f"target {target.name} has no template of its own: name its directory with --dir"
            )
        if not world.of(Kind.RESOURCE_GROUP):
            raise Unsupported(
                f"resource group {target.resource_group} is not there yet, and Azure says only of "
                "one that is there what a template would change: make it first, for instance by "
                f"`az group create --name {target.resource_group} --location {target.region}`"
            )
        own = template_in(self._own[target.name])
        name = _name(f"{own.file.stem}-{datetime.now(UTC):%m%d%H%M%S}")
        entries = foreseen(target, name, own.text, None)
        return own_draft(entries, own, name, world, looking.at(target))

    def exported(self, target: Target) -> Exported:
        """What the resource group holds as HCL for azurerm, which this hand itself never runs."""
        from modalities.iac.azurerm import exported

        return exported(target, self.identify(target).scope, self._home / ".shared")

    def planned(self, steps: Sequence[Step], scope: str) -> Exported:
        from modalities.iac.azurerm import planned

        return planned(steps, scope, self._home / ".shared")

    def check(self, steps: Sequence[Step], world: World) -> tuple[Problem, ...]:
        return checked(steps, world)

    def admits(self, step: Step) -> tuple[Problem, ...]:
        return admitted(step)

    def meant(self, step: Step) -> tuple[Step, ...]:
        return meant(step)

    def takes(self, step: Step) -> float:
        if not isinstance(step.action, IacChange):
            return 0.0
        return min(ASKED + EACH * len(step.action.changes), MOST)

    def writes(self, step: Step) -> float:
        return min(self.takes(step), LOOKING + ACCEPTED)

    def read(self, target: Target, kinds: Sequence[Kind] = ()) -> World:
        return read(target, self.identify(target), kinds)

    def observe(self, target: Target, kinds: Sequence[Kind] = ()) -> World:
        return self.read(target, kinds)

    def claims(self, step: Step) -> tuple[ResourceRef, ...]:
        return claimed(step)

    def forget(self, target: Target) -> None:
        """The target is no more (a sandbox that was reset): so is what was kept of it."""
        self._files.forget(target)

    def apply(self, step: Step, target: Target, call: Call) -> Receipt:
        action = step.action
        if not isinstance(action, IacChange):
            raise TypeError(f"step {step.id} is no deployment of a template")
        if not target.writable:
            raise PermissionError(f"{action} changes things, and {target.name} is not writable")
        started = datetime.now(UTC)
        sent, answer = deployed(action, target, call)
        receipt = receipt_of(step, sent, answer, started, target.resource_group or "")
        if answer.error is None and target.copy_of is None:
            return self._kept(receipt, action, target)
        return receipt

    def _kept(self, receipt: Receipt, action: IacChange, target: Target) -> Receipt:
        evidence = dict(receipt.evidence)
        for name, text in action.files.items():
            with suppress(OSError):  # the cloud has it all the same: its deployments keep theirs
                evidence["template"] = str(self._files.keep(target, name, text or ""))
        return replace(receipt, evidence=evidence)


def _name(label: str) -> str:
    """What the deployment is called."""
    return f"cloudops-{NO_NAME.sub('-', label)}"[:LONGEST]
