"""compose: from a rehearsed draft to a plan that says all it stands on."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cloudops.request import Intent, Request
from modalities.codec import sealed
from modalities.contract import Draft
from modalities.plan import Advisory, Also, Cost, Evidence, Plan, Route
from modalities.resource import Kind, Resource, ResourceRef, World
from modalities.step import Effect, Fidelity, Step
from modalities.target import Identity, Target

LIFETIME = timedelta(hours=24)
"""How long a plan may be approved and applied after it was made."""

ABSENT = "absent"


def compose(
    *,
    request: Request,
    intent: Intent,
    target: Target,
    identity: Identity,
    draft: Draft,
    evidence: Evidence,
    route: Route | None,
    cost: Cost,
    world: World,
    now: datetime | None = None,
    undoes: str | None = None,
    also: tuple[Also, ...] = (),
) -> Plan:
    """The sealed plan."""
    made = now or datetime.now(UTC)
    steps = tuple(labelled(draft.steps, evidence))
    return sealed(
        Plan(
            id=f"plan-{uuid.uuid4().hex[:12]}",
            created_at=made,
            expires_at=made + LIFETIME,
            request=request.text,
            goal=intent.goal,
            target=target.name,
            identity=identity,
            steps=steps,
            basis=basis_of(steps, world),
            existing=tuple(sorted(r.id for r in world if r.kind is not Kind.OTHER)),
            route=route,
            defaults=(*intent.defaults, *draft.defaults),
            advisories=tuple(advisories(draft)),
            cost=cost,
            evidence=evidence,
            undoes=undoes,
            also=also,
        )
    )


def labelled(steps: Sequence[Step], evidence: Evidence) -> Iterable[Step]:
    """Each step with how far its preview can be trusted: an emulated cloud is a heuristic."""
    rehearsed = set(evidence.rehearsed)
    for step in steps:
        if step.fidelity is not Fidelity.EXACT:  # the tool's own plan, made on the target
            fidelity = Fidelity.HEURISTIC if step.id in rehearsed else Fidelity.NONE
            step = replace(step, fidelity=fidelity)
        yield step


def basis_of(steps: Iterable[Step], world: World) -> Mapping[str, str]:
    """Fingerprints of all that the steps change or use, as ``world`` shows them."""
    refs = {ref for step in steps for ref in (*step.changes, *step.uses)}
    lookup = index(world)
    return {ref.key: _print(lookup.get(ref)) for ref in sorted(refs)}


def moved(basis: Mapping[str, str], world: World) -> tuple[str, ...]:
    """Keys of what is not as it was when the plan was made."""
    now = {ref.key: _print(resource) for ref, resource in index(world).items()}
    return tuple(key for key, then in basis.items() if now.get(key, ABSENT) != then)


def index(world: World) -> dict[ResourceRef, Resource]:
    """Resources by every name a claim may know them by."""
    return {ref: resource for resource in world for ref in resource.refs()}


def _print(resource: Resource | None) -> str:
    return resource.fingerprint if resource else ABSENT


def advisories(draft: Draft) -> Iterable[Advisory]:
    """The hand's own, and a warning for all that stops working or goes for good."""
    yield from draft.advisories
    told = {a.step for a in draft.advisories if a.step}
    for step in draft.steps:
        if step.id in told:
            continue
        if step.disrupts:
            severity = "danger" if step.effect in (Effect.REPLACE, Effect.DELETE) else "warning"
            yield Advisory(severity, step.disrupts, step.id)
