"""choose_route: how hard is it, and which hand does it best."""

from __future__ import annotations

from collections.abc import Sequence

from cloudops.engine.journal import Journal
from cloudops.engine.parts import Parts
from cloudops.engine.unseen import require_asked
from cloudops.request import Constraints, Intent
from cloudops.router.known import WINDOW, Known
from cloudops.router.ranking import choose
from cloudops.state.contract import Store
from modalities.contract import Keeper, Modality
from modalities.plan import Route
from modalities.resource import World
from modalities.target import Target


def choose_route(
    intent: Intent, world: World, parts: Parts, constraints: Constraints, journal: Journal
) -> Route:
    """The complexity score and the hands ranked. Raises Unsupported where no hand can,
    CannotEvaluate where what is asked for may not be seen."""
    require_asked(intent, world)
    known = known_of(intent, parts.store, parts.target, parts.hands)
    route = choose(intent, world, parts.hands, constraints, known=known)
    journal.note(
        "choose_route", "ranked", score=route.score, reasons=route.reasons, ranked=route.ranked
    )
    return route


def known_of(intent: Intent, store: Store, target: Target, hands: Sequence[Modality]) -> Known:
    """What the record and the hands that keep a description know. Raises CloudError."""
    record = store.trials(
        goal=intent.goal, provider=target.provider, realm=target.realm, last=WINDOW
    )
    keepers = [hand for hand in hands if isinstance(hand, Keeper)] if intent.changes else []
    owned = {id: address for keeper in keepers for id, address in keeper.kept(target).items()}
    return Known(record=record, owned=owned)
