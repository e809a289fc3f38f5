"""From a draft of calls to steps of Terraform, by an exact plan on the target itself."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from modalities.action import Action, IacChange
from modalities.aws.terraform import edits, meaning, reconciling
from modalities.aws.terraform.module import Module, file_of
from modalities.aws.terraform.writing import Edition, written
from modalities.contract import Draft, Unsupported
from modalities.iac.applying import Applier
from modalities.iac.clones import clone, overwrite
from modalities.iac.editions import Proposal, proposal_in, proposed, with_passing
from modalities.iac.expressing import advisories, code_step, step_of, taking_over
from modalities.iac.home import Home, digest_of, edited
from modalities.iac.homes import Homes, patience
from modalities.iac.installation import Installation
from modalities.iac.keeping import owned
from modalities.iac.parts import Part
from modalities.iac.recovery import NOTE, gathered
from modalities.iac.remote import apart
from modalities.iac.reversing import OPPOSITE, changed_first, switched
from modalities.receipt import CloudError, Trouble
from modalities.resource import World
from modalities.step import Step
from modalities.target import Target


@dataclass(frozen=True, slots=True)
class Proposer:
    homes: Homes
    installation: Installation
    applier: Applier

    def propose(self, draft: Draft, world: World, target: Target) -> Draft:
        """The draft as Terraform would do it. Raises Unsupported, CloudError."""
        home = self.homes.of(target)
        home.make()
        self._settle(target, home)
        files = home.files()
        kept = owned(self.homes, target, home)
        edition = written(draft, world, Module(files, kept), target.region)
        if edition.first is not None:
            return self._in_two(draft, edition, edition.first, world, target, home)
        with self._proposed(target, home, edition) as proposal:
            part = _part(edition, proposal, files, Module(files, kept))
            if not proposal.entries:
                return replace(draft, steps=(), defaults=(*draft.defaults, *edition.defaults))
            step = at_home(step_of(draft, part, world), home)
            self._keep(step, home, proposal)
            return _draft(edition, (step,), part, proposal)

    def _settle(self, target: Target, home: Home) -> None:
        """Where a run was broken off: see whether all of it is done by now. Raises CloudError."""
        if home.noted(NOTE) is None:
            return
        with home.locked(patience(target)):
            note = home.noted(NOTE) or {}
            gathered(
                self.homes, self.installation, target, home, time.monotonic() + patience(target)
            )
            addresses = {str(change["address"]) for change in note.get("changes") or ()}
            with proposed(
                self.homes, self.installation, target, home, {}, (), patience(target)
            ) as proposal:
                if addresses.intersection(str(e["address"]) for e in proposal.entries):
                    raise half_done(home.module)
            home.forget(NOTE)

    def as_it_stands(self, world: World, target: Target, *, destroy: bool = False) -> Draft:
        """The code brought about as it is, or all of it destroyed; no file is edited.

        Raises CloudError.
        """
        home = self.homes.of(target)
        home.make()
        self._settle(target, home)
        files = home.files()
        with proposed(
            self.homes, self.installation, target, home, {}, (), patience(target), destroy=destroy
        ) as proposal:
            addresses = tuple(str(e["address"]) for e in proposal.entries)
            made = {str(e["address"]) for e in proposal.entries if "create" in e["actions"]}
            edition = Edition(files={}, addresses=addresses, made={a: a for a in sorted(made)})
            part = _part(edition, proposal, files, Module(files, {}))
            if not proposal.entries:
                return Draft(())
            step = at_home(code_step(part, world, destroy=destroy), home)
            if not destroy:
                self._keep(step, home, proposal)
            return _draft(part.edition, (step,), part, proposal)

    def _in_two(
        self,
        draft: Draft,
        edition: Edition,
        first: Edition,
        world: World,
        target: Target,
        home: Home,
    ) -> Draft:
        """Taken over first, changed after that: the second plan is made in a clone in which
        the first has been done, which changes nothing but the clone's own state."""
        files = home.files()
        with clone(home, with_passing(files, first.files, first.imports)) as directory:
            workspace = self.homes.workspace(target, home, directory, patience(target))
            apart(self.installation, workspace, home)
            one = proposal_in(self.installation, workspace, home, first.addresses)
            if any(set(e["actions"]) - {"no-op"} for e in one.entries):
                raise Unsupported("Terraform cannot take over what exists without changing it")
            part = _part(first, one, files, Module(files, {}))
            over = at_home(taking_over(draft, part, world), home)
            workspace.done(one.plan.path)
            now = edited(files, first.files)
            overwrite(directory, with_passing(now, edition.files, edition.imports))
            two = proposal_in(self.installation, workspace, home, edition.addresses)
            second = _part(edition, two, now, Module(now, {}))
            step = at_home(replace(step_of(draft, second, world), needs=(over.id,)), home)
            drafted = _draft(edition, (over, step), part, two)
            notes = tuple(advisories(second, (), ()))
            return replace(drafted, advisories=(*drafted.advisories, *notes))

    @contextmanager
    def _proposed(self, target: Target, home: Home, edition: Edition) -> Iterator[Proposal]:
        with proposed(
            self.homes,
            self.installation,
            target,
            home,
            edition.files,
            edition.addresses,
            patience(target),
            imports=edition.imports,
        ) as proposal:
            yield proposal

    def _keep(self, step: Step, home: Home, proposal: Proposal) -> None:
        """Terraform's own plan, to be applied as it is if nothing moves until then."""
        if isinstance(step.action, IacChange) and not home.elsewhere:
            with suppress(OSError):
                self.applier.keep(step.action, home, proposal.plan.path)


def _part(edition: Edition, proposal: Proposal, files: Mapping[str, str], module: Module) -> Part:
    now = edited(files, edition.files)
    return Part(
        edition=edition,
        entries=proposal.entries,
        files=files,
        basis=digest_of(files),
        after=digest_of(now),
        middle=_middle(files, now, module, proposal.plan.json, proposal),
        abroad=meaning.abroad(proposal.plan.json),
    )


def _middle(
    before: Mapping[str, str],
    now: Mapping[str, str],
    module: Module,
    plan: Mapping[str, Any],
    proposal: Proposal,
) -> Mapping[str, str] | None:
    """The code after the edition if it said what the cloud has: what an undo goes through
    where something is changed back first."""
    first = changed_first(proposal.entries, before, now)
    if not first:
        return None
    switches = {str(e["address"]): e["after"]["state"] for e in first if switched(e)}
    there = {e["address"] for e in proposal.entries if e.get("importing") or e in first}
    changes = [r for r in plan.get("resource_changes") or () if r["address"] in there]
    told = reconciling.followed(Module(now, module.kept), {**plan, "resource_changes": changes})
    return _switched_back({**now, **told}, switches, told)


def _switched_back(
    files: Mapping[str, str], switches: Mapping[str, str], told: Mapping[str, str]
) -> Mapping[str, str]:
    """``told``, and that each machine is in the state that it was in before."""
    found = dict(told)
    for address, state in switches.items():
        name = file_of(files, address)
        if name is not None:
            text = found.get(name, files[name])
            found[name] = edits.put(text, address, ("state",), OPPOSITE[state])
    return found


def _draft(edition: Edition, steps: tuple[Step, ...], part: Part, proposal: Proposal) -> Draft:
    return Draft(
        steps=steps,
        advisories=(*edition.advisories, *advisories(part, proposal.alone, proposal.warned)),
        defaults=edition.defaults,
    )


def at_home(step: Step, home: Home) -> Step:
    """The step, and what takes it back, for a person's own directory wherever it is done: a
    plan in a file and an undo do not know what was said on the command line."""
    if not home.own or not isinstance(step.action, IacChange):
        return step
    module = str(home.module)
    undo = step.undo
    if isinstance(undo, tuple):
        undo = tuple(replace(back, action=_in(back.action, module)) for back in undo)
    return replace(step, action=_in(step.action, module), undo=undo)


def _in(action: Action, module: str) -> Action:
    return replace(action, module=module) if isinstance(action, IacChange) else action


def half_done(module: Path) -> CloudError:
    """Nobody builds on a home of which a run has changed only part."""
    return CloudError(
        Trouble.CONFLICT,
        "HalfDone",
        f"a run has changed part of what {module} describes and was not finished",
        sent=False,
        remedy="`cloudops resume` goes on with it, `cloudops undo` takes it back",
    )
