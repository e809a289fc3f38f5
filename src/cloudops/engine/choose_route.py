"""choose_route: how hard is it, and which hand does it best."""

from __future__ import annotations

from cloudops.engine.journal import Journal
from cloudops.engine.parts import Parts
from cloudops.request import Constraints, Intent
from cloudops.router.known import WINDOW, Known
from cloudops.router.ranking import choose
from modalities.contract import Keeper
from modalities.plan import Route
from modalities.resource import World


def choose_route(
    intent: Intent, world: World, parts: Parts, constraints: Constraints, journal: Journal
) -> Route:
    """The complexity score and the hands ranked. Raises Unsupported where no hand can."""
    route = choose(intent, world, parts.hands, constraints, known=_known(intent, parts))
    journal.note(
        "choose_route", "ranked", score=route.score, reasons=route.reasons, ranked=route.ranked
    )
    return route


def _known(intent: Intent, parts: Parts) -> Known:
    """What the record and the hands that keep a description know. Raises CloudError."""
    target = parts.target
    record = parts.store.trials(
        goal=intent.goal, provider=target.provider, realm=target.realm, last=WINDOW
    )
    keepers = [h for h in parts.hands if isinstance(h, Keeper)] if intent.changes else []
    owned = {id: address for keeper in keepers for id, address in keeper.kept(target).items()}
    return Known(record=record, owned=owned)
