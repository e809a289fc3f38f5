"""One approved edition brought about: planned again or by its saved plan, compared, applied.

What is about to happen is noted in the home before it does. A note that is found later is of
a run that was killed, and its traces are gathered before anything else (recovery.py).
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from modalities.action import IacChange
from modalities.codec import encode
from modalities.iac.comparing import active, differences, unsaid
from modalities.iac.editions import destroys, forgets_of, imports_of, proposed, unlocking
from modalities.iac.home import Home, digest_of, edited
from modalities.iac.homes import Homes, processes
from modalities.iac.installation import Installation
from modalities.iac.progress import Progress
from modalities.iac.recovery import NOTE, gathered, left_off, noted
from modalities.iac.states import attributes, ids, marks, version
from modalities.iac.stopped import running
from modalities.iac.surplus import MadeTwice, removed
from modalities.iac.taken_over import gone, untold
from modalities.iac.terraform import Ended
from modalities.iac.traffic import traffic
from modalities.iac.workspace import Workspace
from modalities.receipt import CloudError, Outcome, Trouble
from modalities.target import Target

FRESH = 600.0
"""Seconds for which the plan that was shown is good, where the state has not moved. What the
cloud holds is looked at again by whoever lets us act."""

KEPT_PLANS = 16
PLANS = "plans"

RESERVE = 8.0
"""Seconds kept back from applying, to see what took effect where it was cut short."""


@dataclass(frozen=True, slots=True)
class Applied:
    """``answer`` holds ``ids`` and ``attributes`` by address (with secrets: a step takes of it
    what its outputs name) and ``outputs`` by name; ``error`` why it ended early.
    ``done`` are the approved addresses that took effect, where ``outcome`` is UNKNOWN."""

    outcome: Outcome
    answer: Mapping[str, Any] = field(default_factory=dict)
    error: CloudError | None = None
    done: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Applier:
    homes: Homes
    installation: Installation

    def apply(self, action: IacChange, target: Target, home: Home, seconds: float) -> Applied:
        """Never raises CloudError: that is in the result."""
        give_up = time.monotonic() + seconds
        notes: list[str] = []
        try:
            with home.locked(min(seconds, 60.0)):
                if home.noted(NOTE) is not None:  # its Terraform may have outlived a killed run
                    processes(home).awaited(_left(give_up) - RESERVE)
                taken_over = not _continues(home, action)
                notes += gathered(
                    self.homes,
                    self.installation,
                    target,
                    home,
                    give_up,
                    taken_over=taken_over,
                    concerned=_addresses(action),
                )
                return self._applied(action, target, home, give_up, notes)
        except MadeTwice as error:
            return Applied(Outcome.UNKNOWN, _answer({}), error, (error.address,), tuple(notes))
        except CloudError as error:
            return self._refused(action, target, home, error, notes)

    def _refused(
        self, action: IacChange, target: Target, home: Home, error: CloudError, notes: list[str]
    ) -> Applied:
        """Nothing was done now; an earlier attempt may have got part of the way."""
        note = home.noted(NOTE)
        if not isinstance(note, dict) or note.get("key") != _key(action) or home.elsewhere:
            return Applied(Outcome.FAILED, error=error, notes=tuple(notes))
        try:
            state = home.state()
            done = _took_effect(action, note["marks"], state, target)
            done += untold(active(action.changes), ids(state))
        except CloudError:
            return Applied(Outcome.UNKNOWN, error=error, notes=tuple(notes))
        outcome = Outcome.UNKNOWN if done else Outcome.FAILED
        return Applied(outcome, _answer(state), error, done, tuple(notes))

    def keep(self, action: IacChange, home: Home, plan: Path) -> None:
        """Save the plan that ``action`` was made from. Raises OSError."""
        directory = home.records / PLANS
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        older = sorted(directory.glob("*.tfplan"), key=lambda path: path.stat().st_mtime)
        for path in older[: max(0, len(older) - KEPT_PLANS + 1)]:
            path.unlink(missing_ok=True)
        kept = directory / f"{_key(action)}.tfplan"
        shutil.copyfile(plan, kept)
        kept.chmod(0o600)
        home.note(f"{PLANS}/{_key(action)}.json", {"state": version(home.state())})

    def _applied(
        self, action: IacChange, target: Target, home: Home, give_up: float, notes: list[str]
    ) -> Applied:
        before = home.files()
        again = _continues(home, action)
        _require_basis(action, before, again)
        with self._plan(action, target, home, give_up, again) as plan:
            if plan is None:
                home.write(action.files)
                home.forget(NOTE)
                state = self.homes.state(target, home)
                return Applied(Outcome.NO_OP, _answer(state), notes=tuple(notes))
            return self._done(action, target, home, plan, give_up, notes, again)

    @contextmanager
    def _plan(
        self, action: IacChange, target: Target, home: Home, give_up: float, again: bool
    ) -> Iterator[Path | None]:
        """The plan to apply: what was approved and nothing else. None: there is nothing to do.

        Raises CloudError where Terraform would do anything else now.
        """
        kept = _kept_plan(home, action)
        if kept is not None and not again:
            yield kept
            return
        with proposed(
            self.homes,
            self.installation,
            target,
            home,
            action.files,
            action.addresses,
            _left(give_up),
            imports=self._imports(action, target, home, again),
            forgets=forgets_of(action.changes),
            destroy=destroys(action.files, action.changes),
            bound=True,
        ) as proposal:
            fewer = again or unsaid(action.changes)
            moved = differences(
                action.changes,
                proposal.entries,
                fewer=fewer,
                loose=target.copy_of is not None,
            )
            if moved:
                raise _moved(moved, target)
            yield proposal.plan.path if proposal.entries else None

    def _imports(
        self, action: IacChange, target: Target, home: Home, again: bool
    ) -> dict[str, str]:
        """What is to be taken over; ``again``, without what went on the way."""
        imports = imports_of(action.changes)
        if not again:
            return imports
        lost = gone(target, action.changes, ids(self.homes.state(target, home)))
        return {address: id for address, id in imports.items() if address not in lost}

    def _done(
        self,
        action: IacChange,
        target: Target,
        home: Home,
        plan: Path,
        give_up: float,
        notes: list[str],
        again: bool,
    ) -> Applied:
        reserve = min(RESERVE, _left(give_up) / 4)
        workspace = self.homes.workspace(target, home, home.module, _left(give_up) - reserve)
        note = left_off(home) if again else None
        state = self.homes.state(target, home)
        if note is None:
            ran = running(target, action.changes, ids(state))
            note = noted(action, _key(action), home.files(), state, ran)
        saved = home.records / "applying.tfplan"
        shutil.copyfile(plan, saved)
        saved.chmod(0o600)
        home.note(NOTE, note)
        error: CloudError | None = None
        try:
            home.write(action.files)
            self.installation.prepare(workspace, own=home.own)
            workspace.limits.heard = Progress(traffic(target).tell)
            ended = unlocking(workspace, home, lambda: _ended(workspace, saved))
            if ended[0] != 0:
                error = workspace.said(ended, sent=True)
        except CloudError as failed:
            error = failed
        finally:
            workspace.limits.heard = None
            saved.unlink(missing_ok=True)
        notes += workspace.notes
        workspace.give_up = give_up + reserve
        return self._settled(action, target, home, workspace, note, error, notes, give_up)

    def _settled(
        self,
        action: IacChange,
        target: Target,
        home: Home,
        workspace: Workspace,
        note: Mapping[str, Any],
        error: CloudError | None,
        notes: list[str],
        ends: float,
    ) -> Applied:
        """What came of it, by the state that Terraform left and what the cloud shows."""
        if error is None:
            return self._done_once(action, target, home, workspace, notes, ends)
        try:
            if error.sent:
                notes += gathered(
                    self.homes,
                    self.installation,
                    target,
                    home,
                    workspace.give_up,
                    after=True,
                    ends=ends,
                    concerned=_addresses(action),
                )
            now = _state(workspace, home)
            done = _took_effect(action, note["marks"], now, target)
        except MadeTwice:
            raise
        except CloudError as unseen:
            notes.append(f"what took effect could not be seen: {unseen.message}")
            return Applied(Outcome.UNKNOWN, error=error, notes=tuple(notes))
        if done:
            return Applied(Outcome.UNKNOWN, _answer(now), error, done, tuple(notes))
        home.write(note["before"])
        home.forget(NOTE)
        return Applied(Outcome.FAILED, error=error, notes=tuple(notes))

    def _done_once(
        self,
        action: IacChange,
        target: Target,
        home: Home,
        workspace: Workspace,
        notes: list[str],
        ends: float,
    ) -> Applied:
        """All is done; what came to be twice on the way goes again."""
        state = _state(workspace, home)
        try:
            notes += removed(target, action.changes, ids(state), ends)
        except MadeTwice as twice:
            every = _addresses(action)
            return Applied(Outcome.UNKNOWN, _answer(state), twice, every, tuple(notes))
        except CloudError as unseen:
            notes.append(f"whether anything was made twice could not be seen: {unseen.message}")
        home.forget(NOTE)
        return Applied(Outcome.DONE, _answer(state), notes=tuple(notes))


def rehearsed(applied: Applied) -> Applied:
    """As it counts in a copy that is thrown away: what an emulated cloud lacks, or is too slow
    for, is a gap of it and says nothing of the plan, however far Terraform got by then."""
    error = applied.error
    if error is None or error.trouble not in (Trouble.NOT_EMULATED, Trouble.TIMEOUT):
        return applied
    gap = CloudError(Trouble.NOT_EMULATED, error.code, error.message, remedy=error.remedy)
    return Applied(Outcome.FAILED, error=gap, notes=applied.notes)


def _took_effect(
    action: IacChange, was: Mapping[str, str], state: Mapping[str, Any], target: Target
) -> tuple[str, ...]:
    """The addresses that are not as they were: ``was`` are their marks. Of what the state never
    knew, as it was destroyed before it was noted, the cloud tells. Raises CloudError."""
    now = marks(state)
    lost = gone(target, action.changes, ids(state))
    return tuple(a for a in _addresses(action) if was.get(a) != now.get(a) or a in lost)


def _addresses(action: IacChange) -> tuple[str, ...]:
    return tuple(str(entry["address"]) for entry in active(action.changes))


def _ended(workspace: Workspace, plan: Path) -> Ended:
    """As it ended. Raises Locked where nothing was begun."""
    ended = workspace.apply(plan)
    if ended[0] != 0:
        error = workspace.said(ended)
        if error.code == "StateLocked":
            raise error
    return ended


def _state(workspace: Workspace, home: Home) -> Mapping[str, Any]:
    return workspace.state() if home.elsewhere else home.state()


def _answer(state: Mapping[str, Any]) -> dict[str, Any]:
    """What outputs of a step are taken from; nothing that is marked as a secret."""
    outputs = {
        name: output.get("value")
        for name, output in (state.get("outputs") or {}).items()
        if not output.get("sensitive")
    }
    return {"ids": ids(state), "attributes": attributes(state), "outputs": outputs}


def _continues(home: Home, action: IacChange) -> bool:
    """Whether an earlier attempt at this very action got part of the way."""
    note = left_off(home)
    return note is not None and note.get("key") == _key(action)


def _require_basis(action: IacChange, files: Mapping[str, str], again: bool) -> None:
    """Raises CloudError where the code is not what the edition was made from, nor, where it is
    gone on with or taken back, what it makes of it."""
    if not action.basis or digest_of(files) == action.basis:
        return
    if (again or unsaid(action.changes)) and digest_of(files) == digest_of(
        edited(files, action.files)
    ):
        return
    raise CloudError(
        Trouble.CONFLICT,
        "CodeMoved",
        "the Terraform code has been edited since the plan was made",
        sent=False,
        remedy="make the plan again: it will be made from the code as it is now",
    )


def _kept_plan(home: Home, action: IacChange) -> Path | None:
    """The plan saved when ``action`` was made, while it is good. Where a copy of a cloud has the
    ids of the cloud, the plan made on the one can be tried on the other."""
    directory = home.origin or home.records
    path = directory / PLANS / f"{_key(action)}.tfplan"
    note = home.noted(f"{PLANS}/{_key(action)}.json", directory)
    with suppress(OSError):
        age = time.time() - path.stat().st_mtime
        if isinstance(note, dict) and age < FRESH and note.get("state") == version(home.state()):
            return path
    return None


def _key(action: IacChange) -> str:
    body = json.dumps(encode(action), sort_keys=True, default=str)
    return hashlib.sha256(body.encode()).hexdigest()[:24]


def _left(give_up: float) -> float:
    return give_up - time.monotonic()


def _moved(lines: tuple[str, ...], target: Target) -> CloudError:
    shown = "; ".join(lines[:5]) + ("; ..." if len(lines) > 5 else "")
    if target.copy_of is not None:
        return CloudError(
            Trouble.NOT_EMULATED,
            "CopyDiffers",
            f"the copy differs from what the plan was made for: {shown}",
            sent=False,
        )
    return CloudError(
        Trouble.CONFLICT,
        "PlanMoved",
        f"Terraform would do something else now: {shown}",
        sent=False,
        remedy="make the plan again",
    )
