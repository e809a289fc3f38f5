"""One request over two clouds: each cloud's share is drafted by its own hands, and the drafts
make one plan, judged, approved, executed and undone as a whole.

A share's steps wait for none of the other's, and are told apart by their cloud's name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cloudops.engine import dividing
from cloudops.engine.answering import found
from cloudops.engine.choose_route import choose_route
from cloudops.engine.course import Course
from cloudops.engine.renaming import renamed
from cloudops.engine.side_by_side import side_by_side
from cloudops.errors import Misused
from cloudops.planner.by_cloud import by_cloud
from modalities.contract import Draft, Unresolved, Unsupported

if TYPE_CHECKING:
    from cloudops.engine.parts import Parts
    from cloudops.engine.passage import Passage
    from cloudops.engine.report import Report
    from cloudops.engine.site import Site
    from cloudops.request import Constraints, Intent
    from modalities.resource import World

FreeNames = Callable[["Intent", "World"], "Intent"]
"""The intent with other names where it chose names that something has already."""


def sites_of(parts: Parts, intent: Intent) -> tuple[Site, ...]:
    """The target of each share, our own first. Raises Misused where one has none."""
    others = parts.others
    if others is None:
        raise Misused("the request names two clouds, and there is one target here")
    return tuple(
        _placed(
            parts.site if share.cloud is parts.target.provider else others.on(share.cloud), share
        )
        for share in shares_of(parts, intent)
        if share.cloud is not None
    )


def shares_of(parts: Parts, intent: Intent) -> tuple[Intent, ...]:
    """In the order of the sites."""
    return tuple(sorted(intent.shares, key=lambda s: s.cloud is not parts.target.provider))


def _placed(site: Site, share: Intent) -> Site:
    region = share.region or site.target.region
    return replace(site, target=replace(site.target, region=region))


def answered_in_both(parts: Parts, passage: Passage, intent: Intent, wish: Constraints) -> Report:
    """One answer, in which each cloud's is told by its name."""
    answers = {}
    for site, share in zip(sites_of(parts, intent), shares_of(parts, intent), strict=True):
        course = Course(parts.at(site), passage, site.hands, site.target)
        if share.question is not None:
            answers[site.provider] = found(course, share, share.question, wish)
    return Course(parts, passage, parts.led_by(None), parts.target).told(side_by_side(answers))


def done_in_both(
    parts: Parts,
    passage: Passage,
    intent: Intent,
    wish: Constraints,
    free_names: FreeNames,
    explicit: Sequence[str],
    *,
    whole: bool,
) -> Report:
    """From what was understood to the end, or to the question where not ``whole``. No hand is
    tried after another here: what failed is taken back on both. Raises Unsupported, Unresolved,
    CloudError."""
    own, *others = sites_of(parts, intent)
    course = Course(parts, passage, own.hands, own.target, others)
    with passage.stage("choose_route"):
        world = course.look()
        intent = free_names(intent, world)
        routes = [
            choose_route(share, site.part(world), parts.at(site), wish, passage.journal)
            for site, share in zip((own, *others), shares_of(parts, intent), strict=True)
        ]
    drawn = [
        _drafted(parts, passage, site.led_by(route), share, world, wish)
        for site, route, share in zip((own, *others), routes, shares_of(parts, intent), strict=True)
    ]
    (own, _), *rest = drawn
    course.led_by(own.hands, also=[site for site, _ in rest])
    draft = _joined(drawn)
    return course.proposed(intent, draft, world, own.route, explicit, whole=whole)


def _drafted(
    parts: Parts, passage: Passage, site: Site, share: Intent, world: World, wish: Constraints
) -> tuple[Site, Draft]:
    """By the first in rank that can say it. Raises Unsupported, Unresolved, CloudError."""
    here = f"on {site.provider.words}"
    course = Course(parts.at(site), passage, site.hands, site.target)
    route = site.route
    if route is None:
        raise Unsupported(f"{here} there is no hand")
    try:
        return site, dividing.drafted(course, share.changes, site.part(world), route, wish)
    except Unresolved as error:
        raise Unresolved(f"{here}: {error}", error.candidates) from error
    except Unsupported as error:
        rest = route.ranked[1:]
        if wish.forced or not rest:
            raise Unsupported(f"{here}: {error}") from error
        tried = f"{route.ranked[0].modality} could not: {error}"
        after = replace(route, ranked=rest, reasons=(*route.reasons, tried))
    return _drafted(parts, passage, site.led_by(after), share, world, wish)


def _joined(drawn: Sequence[tuple[Site, Draft]]) -> Draft:
    """One draft of all; what is told of one cloud alone, with its name."""
    told = {site.provider: draft.defaults for site, draft in drawn}
    named = [(site, renamed(draft, f"{site.provider}-", site.name)) for site, draft in drawn]
    return Draft(
        tuple(step for _, draft in named for step in draft.steps),
        tuple(
            advice if advice.step else replace(advice, text=f"{site.provider.words}: {advice.text}")
            for site, draft in named
            for advice in draft.advisories
        ),
        by_cloud(told),
        tuple(resource for _, draft in named for resource in draft.seen),
    )
