"""choose_route: how hard is it, and which hand does it best."""

from __future__ import annotations

from cloudops.engine.journal import Journal
from cloudops.engine.parts import Parts
from cloudops.request import Constraints, Intent
from cloudops.router.ranking import choose
from modalities.plan import Route
from modalities.resource import World


def choose_route(
    intent: Intent, world: World, parts: Parts, constraints: Constraints, journal: Journal
) -> Route:
    """The complexity score and the hands ranked. Raises Unsupported where no hand can."""
    route = choose(intent, world, parts.hands, constraints)
    journal.note(
        "choose_route", "ranked", score=route.score, reasons=route.reasons, ranked=route.ranked
    )
    return route
