"""Things that no kind names: who looks at them, and which of them a plan is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cloudops.engine.hands import Hands
from cloudops.engine.reading import Reader
from cloudops.engine.time_left import Ending
from modalities.action import outputs_in
from modalities.contract import Teller
from modalities.look import Look
from modalities.resource import Kind, Resource, World
from modalities.step import Step
from modalities.target import Target


def eyes(
    hands: Hands, target: Callable[[], Target]
) -> Callable[[Sequence[Look]], tuple[Resource, ...]]:
    """Looks at the target's things one by one, by the hand that can."""

    def see(looks: Sequence[Look]) -> tuple[Resource, ...]:
        if hands.operator is None:
            raise LookupError(f"no hand of this target can look at {looks[0].name}")
        return hands.operator.seen(target(), looks)

    return see


def reader_of(
    hands: Hands, target: Callable[[], Target], also: Mapping[str, Reader] | None = None
) -> Reader:
    """What reads a target back; ``also`` are those of a plan's other targets."""

    def tell(step: Step, made: Resource, read: Callable[[Kind], World]) -> Mapping[str, Any]:
        hand = hands.of(replace(step, target=""))
        return hand.told(step, made, read) if isinstance(hand, Teller) else {}

    return Reader(
        lambda kinds: hands.lead.read(target(), kinds), also, see=eyes(hands, target), tell=tell
    )


def in_time(target: Target, stop: Ending) -> Callable[[], Target]:
    """The target, with no call longer than what is then left of the run's time."""
    return lambda: stop.in_time(target)


def looks_at(steps: Iterable[Step]) -> tuple[Look, ...]:
    """The looks at things that no kind names and that were there, or not, before the steps:
    what the steps themselves make by an id of the cloud's cannot have been."""
    found: dict[str, Look] = {}
    for expect in (expect for step in steps for expect in step.expects):
        if expect.kind is Kind.OTHER and not any(outputs_in([expect.id])):
            look = Look.parse(expect.id)
            found.setdefault(look.id, look)
    return tuple(found.values())


def with_seen(world: World, seen: Iterable[Resource]) -> World:
    """The world, with things that are no part of what is read of it."""
    others = {(r.kind, r.id): r for r in seen}
    if not others:
        return world
    kept = (r for r in world if (r.kind, r.id) not in others)
    return replace(world, resources=(*kept, *others.values()))


def seen_by(hands: Hands, target: Target, steps: Sequence[Step]) -> tuple[Resource, ...]:
    """What is there now of all that the steps are about and no kind names. Raises CloudError."""
    looks = looks_at(steps)
    return hands.operator.seen(target, looks) if looks and hands.operator else ()
