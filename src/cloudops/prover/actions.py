"""What the hands' own checks and the rehearsal say of a plan's actions."""

from __future__ import annotations

from cloudops.prover.ahead import listed
from cloudops.prover.contract import Counterexample, Premise, Shown, broken, neither, proved
from modalities.contract import Problem
from modalities.step import Effect, Irreversible
from policies.finding import Standing


def types(premise: Premise) -> Shown:
    """Every action fits its tool's model: parameters, types, bounds, and the cloud's own rules."""
    if premise.problems is None:
        return neither("the hands were not asked; `apply` asks them")
    blocking = [p for p in premise.problems if p.blocking]
    if blocking:
        return broken(
            *(
                Counterexample(f"{p.step}: {p.path}: {p.message}", p.step, p.suggestion)
                for p in blocking
            )
        )
    notices = f"; {len(premise.problems)} may still heal" if premise.problems else ""
    return proved(f"{len(premise.plan.steps)} actions fit their tools' models{notices}")


def _told(problem: Problem) -> Counterexample:
    text = f"{problem.step}: {problem.path}: {problem.message}"
    return Counterexample(text, problem.step, problem.suggestion)


def effects(premise: Premise) -> Shown:
    """The steps do what they say. Nobody can prove that of a cloud: it was seen in a copy, or
    it was not."""
    evidence = premise.plan.evidence
    done = set(evidence.rehearsed) if evidence else set()
    missing = [step.id for step in premise.plan.steps if step.id not in done]
    if evidence is None or not done:
        return neither("nothing was rehearsed")
    if missing:
        return neither(f"not rehearsed: {listed(missing)}")
    steps = "1 step" if len(done) == 1 else f"{len(done)} steps"
    where = f"{steps} in {evidence.sandbox}"
    return Shown(Standing.REHEARSED, f"{where}, postconditions read back")


def way_back(premise: Premise) -> Shown:
    """Taking it all back leaves what was there before. `explore` goes the way back as well."""
    undos = [s.undo for s in premise.plan.steps if s.effect is not Effect.READ]
    if not undos:
        return proved("nothing is changed")
    if all(isinstance(undo, Irreversible) for undo in undos):
        return neither("there is no way back")
    evidence = premise.plan.evidence
    if evidence is None or evidence.taken_back is None:
        return neither("no way back was tried")
    if not evidence.taken_back:
        return neither(f"undo in {evidence.sandbox} did not leave all as it was")
    return Shown(Standing.REHEARSED, f"undone in {evidence.sandbox}, all as it was")
