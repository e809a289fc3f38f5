"""From the calls that a change comes to, to what a person would do in the console."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from modalities.action import Action, SdkCall
from modalities.browser.addresses import Addresses
from modalities.browser.grouping import merged, needs_of, ordered
from modalities.browser.library import Library
from modalities.browser.matching import Match, left_out, matches, word_of
from modalities.browser.naming import described, of_id
from modalities.browser.rewriting import Names, renamed, rewritten
from modalities.browser.translating import (
    Told,
    calls_of,
    confirmed_by,
    expects_of,
    refers_to,
    script,
    undone,
    values_for,
    why_not,
)
from modalities.browser.vendor import Vendor
from modalities.contract import Draft, Unsupported
from modalities.resource import Json, Kind, ResourceRef, World
from modalities.step import Irreversible, Reversal, Step, Undo

Improvise: TypeAlias = Callable[[Step], Step]
"""What else may know how to do a step for which there is no workflow. Raises Unsupported."""


@dataclass(slots=True, kw_only=True)
class Expressing:
    """One draft on its way. Raises Unsupported where the console cannot do a part of it."""

    world: World
    region: str
    library: Library
    addresses: Addresses
    vendor: Vendor
    improvise: Improvise | None = None
    _drafted: tuple[Step, ...] = ()

    def draft(self, draft: Draft) -> Draft:
        steps = self._drafted = draft.steps
        found = self._matches(steps)
        names = _names(found)
        by_anchor = {match.steps[0].id: match for match in found}
        by_id = {step.id: step for step in steps}
        order = ordered(steps, found)
        made = tuple(self._step(id, by_anchor.get(id), by_id, names) for id in order)
        notes = (note for m in found for note in left_out(m.workflow, calls_of(m.steps)))
        return replace(draft, steps=made, defaults=(*draft.defaults, *dict.fromkeys(notes)))

    def lacking(self, draft: Draft) -> tuple[Step, ...]:
        """The steps that no workflow does."""
        self._drafted = draft.steps
        several = merged(
            draft.steps, self.library.workflows, lambda m: self._why_not(m, draft.steps)
        )
        taken = {step.id for match in several for step in match.steps}
        return tuple(s for s in draft.steps if s.id not in taken and not self._fits(s))

    def _fits(self, step: Step) -> bool:
        try:
            return self._single(step) is not None
        except Unsupported:
            return False

    def told(self, step: Step) -> Told:
        resource = described(step, self.world, self._drafted, self.vendor)
        return Told(
            region=self.region,
            resource=resource,
            addresses=self.addresses,
            vendor=self.vendor,
            target_group=self._target_group(step),
        )

    def _target_group(self, step: Step) -> dict[str, Any]:
        """The one that a load balancer of the draft forwards to."""
        for each in (step, *(s for s in self._drafted if refers(s, step))):
            if isinstance(each.action, SdkCall) and each.action.operation == "CreateListener":
                group = each.action.parameters["DefaultActions"][0].get("TargetGroupArn")
                return of_id(group, Kind.TARGET_GROUP, self.world, self._drafted, self.vendor)
        return {}

    def _matches(self, steps: Sequence[Step]) -> tuple[Match, ...]:
        several = merged(steps, self.library.workflows, lambda m: self._why_not(m, steps))
        taken = {step.id for match in several for step in match.steps}
        single = [m for s in steps if s.id not in taken if (m := self._single(s)) is not None]
        return (*several, *single)

    def _single(self, step: Step) -> Match | None:
        """The workflow for one step; None where something else must be thought of."""
        reasons: list[str] = []
        for workflow in self.library.workflows:
            if workflow.calls[:1] == (str(step.action),) and len(workflow.calls) == 1:
                for match in matches(workflow, step, ()):
                    reason = why_not(match, self.told(step))
                    if not reason:
                        return match
                    reasons.append(reason)
        if self.improvise is None or reasons:
            raise Unsupported(
                reasons[0] if reasons else f"the console has no way for {step.action}"
            )
        return None

    def _why_not(self, match: Match, steps: Sequence[Step]) -> str:
        inside = {step.id for step in match.steps}
        known = _names([match])
        anchor = match.steps[0].id
        for step in steps:
            for id, output in refers_to(step):
                lost = id in inside and id != anchor and (id, output) not in known
                if lost and step.id not in inside:
                    return f"{step.id} needs {output} of {id}"
        return why_not(match, self.told(match.steps[0]))

    def _step(self, id: str, match: Match | None, by_id: Mapping[str, Step], names: Names) -> Step:
        if match is None:
            if self.improvise is None:
                raise Unsupported(f"the console has no way for {by_id[id].action}")
            return self.improvise(rewritten(by_id[id], names))
        return self._scripted(match, by_id, names)

    def _scripted(self, match: Match, by_id: Mapping[str, Step], names: Names) -> Step:
        anchor = match.steps[0]
        inside = {step.id for step in match.steps}
        told = self.told(anchor)
        whole = replace(anchor, expects=expects_of(match.steps))
        whole = rewritten(whole, names)
        values = renamed(values_for(match, told), names)
        made_by = tuple(rewritten(step, names) for step in match.steps)
        action = script(
            Match(match.workflow, made_by), told, confirmed_by(match.workflow, whole, values)
        )
        needs = needs_of(
            [s.id for s in match.steps], by_id, {s: a for (s, _), (a, _) in names.items()}
        )
        return replace(
            whole,
            action=action,
            why="; ".join(s.why for s in match.steps if calls_of([s])),
            changes=tuple(dict.fromkeys(ref for s in match.steps for ref in s.changes)),
            uses=_uses(match.steps),
            needs=tuple(sorted(needs - inside)),
            outputs={name: name for name in (*anchor.outputs, *match.workflow.outputs)},
            undo=self._undone(match, names),
            before=_together(match, "before"),
            after=_together(match, "after"),
            disrupts="; ".join(s.disrupts for s in match.steps if s.disrupts),
        )

    def _undone(self, match: Match, names: Names) -> Undo:
        """By what takes back the first of its steps; of each, in the order of its calls,
        where the rest would stay."""
        taken = [self._undo(rewritten(step, names)) for step in match.steps[: self._parts(match)]]
        final = next((each for each in taken if isinstance(each, Irreversible)), None)
        return final or tuple(r for each in taken if isinstance(each, tuple) for r in each)

    def _parts(self, match: Match) -> int:
        return len(match.steps) if match.workflow.apart else 1

    def _undo(self, step: Step) -> Undo:
        if not isinstance(step.undo, tuple):
            return step.undo
        taken = []
        told = self._after(self.told(step), step.action)
        for each in step.undo:
            taken.append(self._reversal(step, each, told))
            told = self._after(told, each.action)
        return undone(step, taken)

    def _after(self, told: Told, action: Action) -> Told:
        """What the console shows when the action is done."""
        if not isinstance(action, SdkCall):
            return told
        return replace(told, resource=self.vendor.done(told.resource, action))

    def _reversal(self, step: Step, reversal: Reversal, told: Told) -> Reversal | str:
        """The reversal as a script, or why there is none. By then it is known what the step made:
        it is no step of that name, to which that would be its own."""
        as_step = replace(
            step,
            id=f"undo-{step.id}",
            action=reversal.action,
            effect=reversal.effect,
            expects=reversal.expects,
            probe=None,
            undo=(replace(reversal, action=step.action),),
            outputs={},
        )
        reason = f"there is no workflow for {reversal.action}"
        for workflow in self.library.workflows:
            if workflow.calls != (str(reversal.action),):
                continue
            for match in matches(workflow, as_step, ()):
                reason = why_not(match, told)
                if not reason:
                    confirm = confirmed_by(workflow, as_step, values_for(match, told))
                    try:
                        return replace(reversal, action=script(match, told, confirm))
                    except Unsupported as error:
                        reason = str(error)
        return reason


def _names(found: Sequence[Match]) -> dict[tuple[str, str], tuple[str, str]]:
    """Where the outputs of steps that became part of another are found."""
    names: dict[tuple[str, str], tuple[str, str]] = {}
    for match in found:
        anchor = match.steps[0]
        calls = [(s, s.action) for s in match.steps if isinstance(s.action, SdkCall)]
        by_call = {word_of(call.operation): step for step, call in calls}
        for name, output in match.workflow.outputs.items():
            operation, _, of = output.of.partition(".")
            if operation in by_call:
                names[by_call[operation].id, of] = (anchor.id, name)
        for step in match.steps[1:]:
            names.setdefault((step.id, ""), (anchor.id, ""))
    return names


def refers(step: Step, other: Step) -> bool:
    return any(id == other.id for id, _ in refers_to(step))


def _uses(steps: Sequence[Step]) -> tuple[ResourceRef, ...]:
    changed = {ref for step in steps for ref in step.changes}
    uses = dict.fromkeys(ref for step in steps for ref in step.uses)
    return tuple(ref for ref in uses if ref not in changed)


def _together(match: Match, which: str) -> dict[str, Json]:
    """The first step's, and those of the others under the word for what they are about."""
    found = dict(getattr(match.steps[0], which))
    for step in match.steps[1:]:
        more = dict(getattr(step, which))
        if more and step.changes and step.changes[0] not in match.steps[0].changes:
            found[_word(step.changes[0].kind)] = more
        else:
            found |= {key: value for key, value in more.items() if key not in found}
    return found


def _word(kind: Kind) -> str:
    return kind.value
