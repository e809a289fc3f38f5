"""Plans of real drafts, and what is proved of them, in few words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from cloudops.engine.compose import basis_of
from cloudops.prover.prove import Proof, premise_of, prove
from fakes.drafts import IDENTITY, REGION, drafted
from fakes.plans import MADE
from modalities.change import Change
from modalities.plan import Plan
from modalities.resource import World
from modalities.step import Step
from policies.finding import Standing


def plan_of(steps: Sequence[Step], world: World, **more: Any) -> Plan:
    """A plan of these steps; its digest is of no matter here."""
    from datetime import timedelta

    facts: dict[str, Any] = {
        "id": "plan-1",
        "created_at": MADE,
        "expires_at": MADE + timedelta(hours=24),
        "request": "a request",
        "goal": "update",
        "target": "t",
        "identity": replace(IDENTITY, region=REGION),
        "steps": tuple(steps),
        "basis": basis_of(steps, world),
    }
    return Plan(**(facts | more))


def proof_of(steps: Sequence[Step], world: World, *, cost: Any = None, **more: Any) -> Proof:
    """What is proved of steps that are SDK calls."""
    plan = plan_of(steps, world, cost=cost)
    facts: dict[str, Any] = {"problems": ()}
    return prove(premise_of(plan, [(s,) for s in steps], world, **(facts | more)))


def steps_of(world: World, *changes: Change) -> tuple[Step, ...]:
    """What the SDK hand would do."""
    return drafted(world, *changes).steps


def standing(proof: Proof, id: str) -> Standing:
    return next(p.standing for p in proof.properties if p.id == id)


def says(proof: Proof, id: str) -> str:
    return next(p.says for p in proof.properties if p.id == id)


def violated(proof: Proof) -> dict[str, str]:
    """Violated properties with their first counterexample."""
    return {p.id: p.says for p in proof.properties if p.standing is Standing.VIOLATED}
