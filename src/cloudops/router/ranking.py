"""Which hand does a task best, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cloudops.request import Constraints, Intent
from cloudops.router.able import Abilities, Able, able
from cloudops.router.complexity import NO_CONSTRAINTS, measure, touched
from cloudops.router.expectation import expectation
from cloudops.router.forcing import forced
from cloudops.router.known import Known
from cloudops.router.owning import Owning, owning
from cloudops.router.place import Place, place
from modalities.contract import Modality, Unsupported
from modalities.plan import ModalityName, Route
from modalities.resource import World
from modalities.step import Step


def choose(
    intent: Intent,
    world: World,
    hands: Sequence[Modality],
    constraints: Constraints = NO_CONSTRAINTS,
    steps: Sequence[Step] = (),
    known: Known | None = None,
) -> Route:
    """The complexity of the task, and the hands that can do it, best first.

    Pure; asks each hand only what it ``supports``. By the score; but what Terraform looks
    after is changed through Terraform, and who takes longer than the deadline comes last.
    ``constraints.modality`` puts one hand before all others, and the reasons say what that
    gives up. The first reason is the complexity's. Raises Unsupported where no hand can, or
    where the one that was asked for cannot.
    """
    known = known or Known()
    complexity = measure(intent, world, steps, constraints)
    kept = owning(intent, world, known.owned)
    abilities = able(intent, hands, () if constraints.forced else kept.changes)
    count = touched(intent, world, steps)

    def placed(hand: Able) -> Place:
        expected = expectation(hand.name, intent, known, world.provider, count)
        return place(hand, intent, expected, constraints, complexity.score, kept)

    places = tuple(sorted(map(placed, abilities.can), key=lambda place: place.key))
    said: tuple[str, ...] = ()
    if constraints.forced:
        places, said = forced(str(constraints.modality), places, abilities, kept)
    if not places:
        raise Unsupported("; ".join(abilities.reasons()) or "there is no hand for this cloud")
    reasons = dict.fromkeys((str(complexity), *_reasons(places, kept, abilities), *said))
    return Route(complexity.score, tuple(reasons), tuple(place.ranked for place in places))


def _reasons(places: Sequence[Place], kept: Owning, abilities: Abilities) -> Iterator[str]:
    first = places[0]
    yield f"{first.name} {first.score}"
    if kept:
        yield f"Terraform owns {kept.what}: {kept.where}"
        if all(place.name is not ModalityName.IAC for place in places):
            yield f"the Terraform code of {kept.where} will be edited to follow"
    yield from abilities.reasons()
