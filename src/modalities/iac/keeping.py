"""What Terraform looks after, and how its code follows what others do to it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from modalities.aws.terraform import meaning, reconciling, sources
from modalities.aws.terraform.module import Module
from modalities.aws.terraform.regions import region_of
from modalities.iac.clones import clone
from modalities.iac.comparing import active
from modalities.iac.editions import PLAN, planned, with_passing
from modalities.iac.home import Home
from modalities.iac.homes import Homes, patience
from modalities.iac.installation import Installation
from modalities.iac.remote import apart
from modalities.iac.states import shaped
from modalities.resource import Kind, World
from modalities.target import Identity, Target


@dataclass(frozen=True, slots=True)
class Keeping:
    homes: Homes
    installation: Installation

    def kept(self, target: Target) -> Mapping[str, str]:
        """Raises CloudError."""
        return owned(self.homes, target, self.homes.of(target))

    def ahead(self, target: Target) -> tuple[Mapping[str, Any], ...]:
        """What the code says and the cloud does not have. Raises CloudError."""
        home = self.homes.of(target)
        if not home.files():
            return ()
        with clone(home, {}) as directory:
            workspace = self.homes.workspace(target, home, directory, patience(target))
            apart(self.installation, workspace, home)
            plan = planned(self.installation, workspace, home, directory / PLAN)
        moved = meaning.moved_outside(plan.json)
        entries = active(meaning.changes(plan.json))
        return tuple({**e, "moved": moved.get(str(e["address"]), {})} for e in entries)

    def placed(self, target: Target) -> Target:
        """Raises CloudError."""
        home = self.homes.of(target)
        region = region_of(home.files(), os.environ if home.theirs else {})
        return replace(target, region=region) if region else target

    def reconciled(self, target: Target, ids: Collection[str]) -> tuple[str, ...]:
        """Raises CloudError."""
        home = self.homes.of(target)
        with home.locked(patience(target)):
            kept = owned(self.homes, target, home)
            addresses = {kept[id] for id in ids if id in kept}
            if not addresses:
                return ()
            workspace = self.homes.workspace(target, home, home.module, patience(target))
            self.installation.prepare(workspace, own=home.own)
            workspace.refresh()
            return self._followed(target, home, addresses)

    def _followed(self, target: Target, home: Home, addresses: set[str]) -> tuple[str, ...]:
        """What was edited for the code to say what the cloud has at these addresses."""
        edition = self.following(target, home, addresses)
        home.write(edition)
        lines = [f"{name}: edited to follow the cloud" for name in edition]
        left = self._left(target, addresses) if edition else ()
        return (*lines, *left)

    def following(
        self,
        target: Target,
        home: Home,
        addresses: Collection[str],
        imports: Mapping[str, str] | None = None,
    ) -> Mapping[str, str]:
        """The files that would say something else if the code said what the cloud has at these
        addresses: a plan of it is clean. ``imports`` are ids of what a run that was broken off may
        not have taken over yet, by address. Nothing is written. Raises CloudError."""
        files = home.files()
        with clone(home, with_passing(files, {}, imports or {})) as directory:
            workspace = self.homes.workspace(target, home, directory, patience(target))
            apart(self.installation, workspace, home)
            plan = planned(self.installation, workspace, home, directory / PLAN)
        entries = plan.json.get("resource_changes") or ()
        ours = [e for e in entries if e.get("address") in addresses]
        module = Module(files, owned(self.homes, target, home))
        return reconciling.followed(module, {**plan.json, "resource_changes": ours})

    def _left(self, target: Target, addresses: set[str]) -> tuple[str, ...]:
        """Addresses for which the code still says something else."""
        pending = [e["address"] for e in self.ahead(target) if e["address"] in addresses]
        return tuple(f"{address}: the code still differs from the cloud" for address in pending)

    def observed(self, target: Target, identity: Identity, kinds: Sequence[Kind]) -> World:
        """What data sources show. Raises CloudError, Unsupported."""
        wanted = tuple(kinds) or tuple(kind for kind in Kind if kind in sources.SHOWN)
        with tempfile.TemporaryDirectory(prefix="cloudops-iac-") as place:
            directory = Path(place)
            (directory / "main.tf").write_text(sources.sources(wanted), encoding="utf-8")
            home = Home(directory, directory / ".records")
            workspace = self.homes.workspace(target, home, directory, patience(target))
            plan = planned(self.installation, workspace, home, directory / PLAN)
        return sources.seen(plan.json, identity.scope)


def owned(homes: Homes, target: Target, home: Home) -> dict[str, str]:
    """The address that owns each id. Raises CloudError."""
    return meaning.ids(shaped(homes.state(target, home)))
