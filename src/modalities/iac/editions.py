"""What Terraform says will come of an edition of the code, found out in a clone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from modalities.aws.terraform import meaning
from modalities.iac.clones import clone
from modalities.iac.comparing import Entry, active, others
from modalities.iac.home import Home, edited
from modalities.iac.homes import Homes, processes
from modalities.iac.installation import Installation
from modalities.iac.remote import apart
from modalities.iac.workspace import Locked, Planned, Workspace
from modalities.receipt import CloudError
from modalities.target import Target

T = TypeVar("T")

PASSING = "cloudops_passing.tf"
"""Blocks that are only for this plan: what is taken over or let go. No part of the code."""

PLAN = "cloudops.tfplan"


@dataclass(frozen=True, slots=True)
class Proposal:
    """``entries`` are what will change; ``alone`` addresses that Terraform would change as
    well and that nobody asked for: they are left alone. ``plan`` is Terraform's own."""

    entries: tuple[Entry, ...]
    alone: tuple[str, ...]
    plan: Planned
    warned: tuple[str, ...] = ()


@contextmanager
def proposed(
    homes: Homes,
    installation: Installation,
    target: Target,
    home: Home,
    files: Mapping[str, str | None],
    addresses: Collection[str],
    seconds: float,
    *,
    imports: Mapping[str, str] | None = None,
    forgets: Collection[str] = (),
    destroy: bool = False,
    bound: bool = False,
) -> Iterator[Proposal]:
    """The proposal for ``files``, its plan saved until the context ends. No ``addresses``: all
    that the code describes is meant. ``destroy``: it goes, and the code stays. ``bound``: the
    plan is to be applied, so it is made with the backend that keeps the state.

    Raises CloudError.
    """
    with clone(home, with_passing(home.files(), files, imports or {}, forgets)) as directory:
        workspace = homes.workspace(target, home, directory, seconds)
        workspace.destroys = destroy
        if not bound:
            apart(installation, workspace, home)
        yield proposal_in(installation, workspace, home, addresses)


def proposal_in(
    installation: Installation, workspace: Workspace, home: Home, addresses: Collection[str]
) -> Proposal:
    """The proposal for the clone as it stands. Raises CloudError."""
    out = workspace.directory / PLAN
    plan = planned(installation, workspace, home, out)
    entries = active(meaning.changes(plan.json))
    alone = others(entries, addresses) if addresses else ()
    if alone:
        plan = workspace.plan(out, sorted(addresses))
        kept = [e for e in active(meaning.changes(plan.json)) if e["address"] in addresses]
        entries = tuple(kept)
    return Proposal(entries, alone, plan, tuple(workspace.warned))


def planned(installation: Installation, workspace: Workspace, home: Home, out: Path) -> Planned:
    """A plan of the workspace's module; what it needs is fetched first. Raises CloudError."""
    installation.prepare(workspace, own=home.own)
    workspace.warm()
    try:
        return unlocking(workspace, home, lambda: workspace.plan(out))
    except CloudError as error:
        if error.code not in ("NotInitialised", "BackendMoved"):
            raise
    installation.prepare(workspace, own=home.own, again=True)
    return workspace.plan(out)


def unlocking(workspace: Workspace, home: Home, run: Callable[[], T]) -> T:
    """``run``; where a process of ours left the state locked when it was killed, the lock is
    released, on the record, and it is run once more. Raises CloudError."""
    try:
        return run()
    except Locked as locked:
        ours = processes(home)
        if not locked.lock.id or not ours.left(locked.lock):
            raise
        workspace.unlock(locked.lock.id)
        ours.clean()
        workspace.notes.append(
            f"released the state's lock {locked.lock.id}, left by a run of ours that was killed "
            f"({locked.lock.created})"
        )
    return run()


def with_passing(
    files: Mapping[str, str],
    edition: Mapping[str, str | None],
    imports: Mapping[str, str],
    forgets: Collection[str] = (),
) -> dict[str, str | None]:
    """The edition of ``files`` with the blocks beside it, or with none."""
    passing = _passing(edited(files, edition), imports, forgets)
    return {**edition, PASSING: passing or None}


def _passing(files: Mapping[str, str], imports: Mapping[str, str], forgets: Collection[str]) -> str:
    text = "\n".join(files.values())
    blocks = [
        f"import {{\n  to = {address}\n  id = {_quoted(id)}\n}}\n"
        for address, id in sorted(imports.items())
        if not _imported(text, address)
    ]
    blocks += [
        f"removed {{\n  from = {address}\n\n  lifecycle {{\n    destroy = false\n  }}\n}}\n"
        for address in sorted(forgets)
    ]
    return "\n".join(blocks)


def _imported(text: str, address: str) -> bool:
    """Whether the code itself takes the address over."""
    return any(
        line.split("=", 1)[-1].strip() == address
        for line in text.splitlines()
        if line.strip().startswith("to ") or line.strip().startswith("to=")
    )


def _quoted(id: str) -> str:
    escaped = id.replace("\\", "\\\\").replace('"', '\\"').replace("${", "$${")
    return '"' + escaped.replace("%{", "%%{") + '"'


def imports_of(entries: Sequence[Entry]) -> dict[str, str]:
    """What is taken over, by address."""
    return {str(e["address"]): str(e["importing"]) for e in entries if e.get("importing")}


def destroys(files: Mapping[str, str | None], entries: Sequence[Entry]) -> bool:
    """Whether it is all that a module describes that goes, and not its code."""
    return not files and bool(entries) and all(tuple(e["actions"]) == ("delete",) for e in entries)


def forgets_of(entries: Sequence[Entry]) -> tuple[str, ...]:
    """What is let go and stays as it is."""
    return tuple(str(e["address"]) for e in entries if tuple(e["actions"]) == ("forget",))
