"""When another hand changes what a description of the whole speaks of, the description follows.

The paper's drift across modalities (section 3.1): a change by clicks or calls to what Terraform
keeps would make its code and state lie. It is said before, and mended after.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from modalities.contract import Draft, Keeper, Unsupported
from modalities.plan import Advisory, Plan
from modalities.receipt import CloudError
from modalities.resource import World
from modalities.step import Effect, Step

if TYPE_CHECKING:
    from cloudops.engine.course import Course
    from cloudops.engine.site import Site


def warned(course: Course, draft: Draft, world: World) -> Draft:
    """The draft, with a warning for each kept resource that another hand will change."""
    advisories = [
        Advisory(
            "warning",
            f"{resource} is kept by Terraform as {address}: its code will follow",
            step.id,
        )
        for site in course.sites
        for keeper in site.hands.keepers
        for step, resource, address in _concerned(site, keeper, draft.steps, world)
    ]
    return replace(draft, advisories=(*draft.advisories, *advisories))


def _concerned(
    site: Site, keeper: Keeper, steps: tuple[Step, ...], world: World
) -> Iterator[tuple[Step, str, str]]:
    others = [step for step in site.steps(steps) if _is_foreign(site, step)]
    kept = keeper.kept(site.target) if others else {}
    known = {ref: r for r in site.part(world) if r.id in kept for ref in r.refs()}
    for step in others:
        found = {known[ref].id: known[ref] for ref in step.changes if ref in known}
        yield from ((step, str(r.ref), kept[r.id]) for r in found.values())


def _is_foreign(site: Site, step: Step) -> bool:
    return lasts(step) and not isinstance(site.hands.of(replace(step, target="")), Keeper)


def lasts(step: Step) -> bool:
    """Whether a step leaves anything behind that a description could speak of: a restart, which
    nothing takes back, does not."""
    if step.effect is Effect.UPDATE:
        return bool(step.before or step.after or step.undo)
    return step.effect is not Effect.READ


def followed(course: Course, plan: Plan) -> tuple[str, ...]:
    """What was edited in a keeper's description after another hand had done the plan, a line
    each; or why it could not be, which makes the run no failure: the cloud is as it should be."""
    lines: list[str] = []
    kept_here = [(site, keeper) for site in course.sites for keeper in site.hands.keepers]
    for site, keeper in kept_here:
        mine = site.steps(plan.steps)
        names = {ref.name for step in mine if _is_foreign(site, step) for ref in step.changes}
        kept = keeper.kept(site.target) if names else {}
        ids = names.intersection(kept)
        if not ids:
            continue
        try:
            lines += keeper.reconciled(site.target, ids)
        except (CloudError, Unsupported) as error:
            addresses = ", ".join(sorted(kept[id] for id in ids))
            lines.append(f"Terraform's code no longer says what {addresses} is: {error}")
    for line in lines:
        course.passage.journal.note("settle", "notice", text=line)
    return tuple(lines)
