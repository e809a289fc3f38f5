"""After a run that was killed in `apply`: its state, and what it made and could not note.

Terraform saves its state as it goes and when it is interrupted, but not when it is killed. What
it had made by then carries the run's tag and a name, and is taken into the state before anything
is planned, so that it is not made twice. What its provider made twice goes again (surplus.py).
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from modalities.action import IacChange
from modalities.aws import session
from modalities.aws.arns import TERRAFORM_KINDS
from modalities.aws.asking import Wire
from modalities.aws.inventory import read
from modalities.aws.terraform.meaning import HASHED
from modalities.aws.terraform.module import Module, arguments
from modalities.iac.home import Home
from modalities.iac.homes import Homes
from modalities.iac.installation import Installation
from modalities.iac.relations import RELATIONS, standing
from modalities.iac.states import attributes, ids, instances, marks, referred
from modalities.iac.stopped import started
from modalities.iac.surplus import MadeTwice, likeliest, marked, removed, told_apart
from modalities.iac.taken_over import gone
from modalities.iac.workspace import Workspace
from modalities.resource import Kind, Resource, World
from modalities.target import Target

NOTE = "applying.json"
ERRORED = "errored.tfstate"


def noted(
    action: IacChange,
    key: str,
    before: Mapping[str, str],
    state: Mapping[str, Any],
    running: Mapping[str, str],
) -> dict[str, Any]:
    """What is written down before Terraform is let loose. ``running``: see stopped.py."""
    return {
        "key": key,
        "before": {name: before.get(name) for name in action.files},
        "changes": [dict(change) for change in action.changes],
        "marks": marks(state),
        "running": dict(running),
        "since": time.time(),
    }


def left_off(home: Home) -> Mapping[str, Any] | None:
    """What was noted by a run that has not ended; a copy has what its origin noted, so that what
    is rehearsed there is what will be done."""
    note = home.noted(NOTE)
    if note is None and home.origin is not None:
        note = home.noted(NOTE, home.origin)
    return note if isinstance(note, dict) else None


def gathered(
    homes: Homes,
    installation: Installation,
    target: Target,
    home: Home,
    give_up: float,
    *,
    after: bool = False,
    ends: float | None = None,
    taken_over: bool = False,
    concerned: Collection[str] = (),
) -> list[str]:
    """Bring the state up to what a killed run really did; what was done, a line each.

    ``after``: the run has only just ended, badly. ``taken_over``: also what it was to take over
    from elsewhere, for whoever does not go on with it and has no import of it in its code.
    ``ends``: from when on nothing is removed or started any more, where that is before
    ``give_up``. ``concerned``: addresses that whoever asks is to change, of which the machines
    that were stopped on the way are started.
    Raises CloudError.
    """
    note = left_off(home)
    errored = home.module / ERRORED
    if note is None and not errored.exists():
        return []
    notes = [] if after else ["an earlier run was broken off while Terraform was at work"]
    workspace = homes.workspace(target, home, home.module, give_up - time.monotonic())
    installation.prepare(workspace, own=home.own)
    if errored.exists():
        workspace.push(errored)
        errored.unlink()
        notes.append("the state that Terraform could not save was put back")
    if note is not None:
        changes = note.get("changes") or ()
        if taken_over:
            notes += _taken_over(workspace, target, home, changes)
        notes += _taken_in(workspace, target, home, changes)
        if not after:  # a refusal just now may be for what joins two things of somebody else's
            notes += _joined(workspace, target, home, changes)
        if taken_over:
            # Terraform (1.11) destroys what the code no longer has by what its state says, not
            # by what it has just read: an address whose attachment it was killed at stays attached.
            workspace.refresh()
        known = ids(_state(workspace, home))
        within = give_up if ends is None else ends
        notes += removed(target, changes, known, within)
        notes += started(target, note.get("running") or {}, concerned, within)
    return notes


def _taken_over(workspace: Workspace, target: Target, home: Home, changes: Any) -> Iterator[str]:
    """Import what was to be imported, is there, and is not in the state: it is only changed
    back, and let go, by what finds it there."""
    known = ids(_state(workspace, home))
    there = {*known, *gone(target, changes, known)}
    for change in changes:
        if change.get("importing") and change["address"] not in there:
            workspace.run("import", change["address"], str(change["importing"]), input=False)
            yield f"{change['address']} ({change['importing']}) was taken into the state"


def _taken_in(workspace: Workspace, target: Target, home: Home, changes: Any) -> Iterator[str]:
    """Import what exists, is marked as this run's, and is not in the state. Raises MadeTwice."""
    known = ids(_state(workspace, home))
    missing = [c for c in changes if "create" in c["actions"] and c["address"] not in known]
    kinds = {TERRAFORM_KINDS[c["type"]] for c in missing if c["type"] in TERRAFORM_KINDS}
    if not kinds:
        return
    world = read(target, session.identify(target), tuple(sorted(kinds)))
    found = [(change, made_by(world, change, changes, known.values())) for change in missing]
    taken = [(change, made) for change, made in found if made is not None]
    for change, made in taken:
        id = made.ref.name if made.kind is Kind.KEY_PAIR else made.id
        workspace.run("import", change["address"], id, input=False)
        yield f"{change['address']} had been made ({made.id}) and was taken into the state"
    if taken:
        _as_made(workspace, home, [change for change, _ in taken])


def _joined(workspace: Workspace, target: Target, home: Home, changes: Any) -> Iterator[str]:
    """Import what joins two things and is not in the state."""
    state = _state(workspace, home)
    known, held = ids(state), attributes(state)
    missing = [c for c in changes if "create" in c["actions"] and c["address"] not in known]
    joins = [change for change in missing if change["type"] in RELATIONS]
    if not joins:
        return
    kinds = {RELATIONS[change["type"]][0] for change in joins}
    world = read(target, session.identify(target), tuple(sorted(kinds)))
    said = arguments(Module(home.files(), {id: address for address, id in known.items()}))
    for change in joins:
        address = str(change["address"])
        if address not in said:
            continue
        joins_what = {name: referred(code, held) for name, code in said[address].items()}
        id = standing(Wire(target), world, change["type"], joins_what)
        if id is not None:
            workspace.run("import", address, id, input=False)
            yield f"{address} was there ({id}) and was taken into the state"


def _as_made(workspace: Workspace, home: Home, changes: Sequence[Mapping[str, Any]]) -> None:
    """What Terraform made it made as planned: an import cannot read all of that from a cloud,
    and would have it made anew."""
    state = json.loads(json.dumps(_state(workspace, home)))
    planned = {change["address"]: change.get("after") or {} for change in changes}
    for address, _, instance in instances(state):
        instance["attributes"].update(
            (name, value)
            for name, value in planned.get(address, {}).items()
            if name not in HASHED and not isinstance(value, list)
        )
    state["serial"] = int(state.get("serial", 0)) + 1
    file = home.records / "recovered.tfstate"
    home.note(file.name, state)
    try:
        workspace.push(file)
    finally:
        file.unlink(missing_ok=True)


def _state(workspace: Workspace, home: Home) -> Mapping[str, Any]:
    return workspace.state() if home.elsewhere else home.state()


def made_by(
    world: World,
    change: Mapping[str, Any],
    changes: Sequence[Mapping[str, Any]],
    known: Collection[str],
) -> Resource | None:
    """The resource that the change has made, by its run and name: of two by one call, the one to
    go on with. Raises MadeTwice where nobody can say which it is."""
    found = [each for each in marked(world, change) if each.id not in known]
    if len(found) > 1 and not told_apart(change, changes):
        names = ", ".join(sorted(each.id for each in found))
        text = f"{len(found)} were made for {change['address']}, and Terraform has noted none"
        raise MadeTwice(str(change["address"]), f"{text} of them: {names}")
    return likeliest(world, found) if found else None
