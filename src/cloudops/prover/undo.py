"""Every step can be taken back or says that it cannot, and no way back needs what is gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from cloudops.prover.ahead import listed
from cloudops.prover.contract import Counterexample, Premise, Shown, broken, proved
from cloudops.prover.naming import named, removed_by
from cloudops.prover.presence import ABSENT, takers_of
from modalities.action import Output, SdkCall, outputs_in, payload
from modalities.resource import ResourceRef
from modalities.step import Effect, Irreversible, Reversal, Step


def undo(premise: Premise) -> Shown:
    steps = [s for s in premise.plan.steps if s.effect is not Effect.READ]
    found = (*_undefined(premise, steps), *_unknown(premise, steps), *_gone(premise, steps))
    if found:
        return broken(*found)
    return proved(f"{_said(steps)}; none needs what is gone")


def _said(steps: Sequence[Step]) -> str:
    """How far the way back goes, and by name what is not taken back."""
    final = [step.id for step in steps if isinstance(step.undo, Irreversible)]
    back = f"{len(steps) - len(final)} of {len(steps)} steps have a way back"
    return f"{back}, not {listed(final)}" if final else back


def _undefined(premise: Premise, steps: Sequence[Step]) -> Iterator[Counterexample]:
    """What is done to what the plan makes itself goes with it, what passes leaves nothing; all
    else needs a way back or a word, and what is made above all."""
    undone = _taken_away(steps)
    for step in steps:
        ours = all(_ours(premise, ref) for ref in step.changes)
        if ours and step.effect is Effect.CREATE:
            yield from _left(step, undone)
        elif step.undo == () and not (ours and step.changes) and not _passes(step):
            there = next((ref for ref in step.changes if not _ours(premise, ref)), step.why)
            text = f"{step.id} changes {there} and neither has a way back nor says why not"
            yield Counterexample(text, step.id)


def _left(step: Step, undone: Set[ResourceRef]) -> Iterator[Counterexample]:
    """What a step makes that no way back of any step takes away."""
    for ref in step.changes:
        if ref not in undone:
            text = f"{step.id} makes {ref}, and no way back takes it away again"
            yield Counterexample(text, step.id, "make the plan again")


def _taken_away(steps: Sequence[Step]) -> frozenset[ResourceRef]:
    """What a way back may take away, and what is said to stay."""
    ends = (Effect.DELETE, Effect.REPLACE)
    return frozenset(
        ref
        for step in steps
        if isinstance(step.undo, Irreversible) or any(r.effect in ends for r in step.undo)
        for ref in step.changes
    )


def _passes(step: Step) -> bool:
    """A disruption after which nothing is other than before, as a restart: there is nothing to
    take back."""
    unchanged = not step.before and not step.after
    return step.effect is Effect.UPDATE and bool(step.disrupts) and unchanged


def _ours(premise: Premise, ref: ResourceRef) -> bool:
    return premise.plan.basis.get(ref.key, ABSENT) == ABSENT


def _unknown(premise: Premise, steps: Sequence[Step]) -> Iterator[Counterexample]:
    """Ways back that use values nobody gives by then."""
    given = {step.id: frozenset(step.outputs) for step in premise.plan.steps}
    for step, reversal in _reversals(steps):
        for output in dict.fromkeys(outputs_in(payload(reversal.action))):
            known = output.name in given.get(output.step, frozenset())
            early = output.step == step.id or (
                known and premise.ordering.precedes(output.step, step.id)
            )
            if not (known and early):
                yield _needs(step, output, known)


def _needs(step: Step, output: Output, known: bool) -> Counterexample:
    why = "which may not be known by then" if known else "which no step gives"
    return Counterexample(
        f"the way back of {step.id} needs {output.step}.{output.name}, {why}", step.id
    )


def _reversals(steps: Sequence[Step]) -> Iterator[tuple[Step, Reversal]]:
    for step in steps:
        for reversal in () if isinstance(step.undo, Irreversible) else step.undo:
            yield step, reversal


def _gone(premise: Premise, steps: Sequence[Step]) -> Iterator[Counterexample]:
    """Ways back that name what another step takes away. Undo runs newest first, so what comes
    later has been taken back by then: if it could be, and under the same id."""
    takers = takers_of(premise)
    if not takers:
        return
    by_id = {step.id: step for step in premise.plan.steps}
    final = [step.id for step in steps if isinstance(step.undo, Irreversible)]
    for step, reversal in _reversals(steps):
        for name in _named(reversal):
            for taker in takers.get(name, ()):
                if taker != step.id and not _stays(premise, step.id, taker, final):
                    yield _lost(step, name, by_id[taker])


def _named(reversal: Reversal) -> set[str]:
    """What it needs there; what it only removes may be gone already."""
    action = reversal.action
    names = set(named(payload(action)))
    return names - set(removed_by(action)) if isinstance(action, SdkCall) else names


def _stays(premise: Premise, step: str, taker: str, final: Sequence[str]) -> bool:
    """Whether, once the taker is done, the step is never taken back: something that cannot be
    undone stands on it (engine.progress.Progress.staying)."""
    order = premise.ordering
    return any(
        order.precedes(step, last) and (last == taker or order.precedes(last, taker))
        for last in final
    )


def _lost(step: Step, name: str, taker: Step) -> Counterexample:
    again = any(r.effect is Effect.CREATE for r in _ways(taker))
    how = "is only made again under another id" if again else "is gone for good"
    return Counterexample(
        f"the way back of {step.id} needs {name}, which {taker.id} deletes and which {how}",
        step.id,
        "do it in two plans, or without the deletion",
        hard=not again,
    )


def _ways(step: Step) -> tuple[Reversal, ...]:
    return () if isinstance(step.undo, Irreversible) else step.undo
