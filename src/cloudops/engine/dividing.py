"""Who drafts what: one hand where one can do it all, else each change by a hand that can.

Different hands make one plan only where their changes are independent: neither may name what
another makes, since what one hand is about to make is nothing to the other yet. They act one
after the other, in the order in which the request first needs them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cloudops.request import Constraints
from cloudops.router.concerned import created, named
from modalities.contract import Draft, Keeper, Modality, Unresolved, Unsupported
from modalities.plan import ModalityName, Route
from modalities.resource import World
from modalities.step import Step

if TYPE_CHECKING:
    from cloudops.engine.course import Course
    from modalities.change import Change


def drafted(
    course: Course,
    changes: Sequence[Change],
    world: World,
    route: Route,
    wish: Constraints,
) -> Draft:
    """The draft of all changes. Raises Unsupported, Unresolved, CloudError."""
    hands = {hand.name: hand for hand in course.hands}
    order = [hands[r.modality] for r in route.ranked if r.modality in hands]
    parts = divided(changes, order[:1] if wish.forced else order)

    def express(name: ModalityName, part: Sequence[Change]) -> Draft:
        return hands[name].express(part, world, course.target, course.passage.run)

    try:
        return joined([express(name, part) for name, part in parts.items()])
    except Unsupported:
        lead = order[0]
        refused = _refused(parts.get(lead.name, ()), lead, express)
        if wish.forced or not refused:
            raise
    parts = divided(changes, order, refused)
    return joined([express(name, part) for name, part in parts.items()])


def _refused(
    part: Sequence[Change],
    lead: Modality,
    express: Callable[[ModalityName, Sequence[Change]], Draft],
) -> tuple[Change, ...]:
    """What of its part a hand that keeps code cannot say in it after all, so that another can do
    that much; nothing where it can say none of it."""
    refused: list[Change] = []
    for change in part if isinstance(lead, Keeper) and len(part) > 1 else ():
        try:
            express(lead.name, (change,))
        except Unsupported:
            refused.append(change)
        except Unresolved:
            continue  # it needs what another change makes
    return tuple(refused) if len(refused) < len(part) else ()


def divided(
    changes: Sequence[Change], order: Sequence[Modality], refused: Sequence[Change] = ()
) -> Mapping[ModalityName, tuple[Change, ...]]:
    """Changes by the name of the hand that drafts them; ``order`` is best first, and the first
    has ``refused`` these. Raises Unsupported."""
    lead = order[0]
    if not refused and lead.supports(changes).fit > 0:
        return {lead.name: tuple(changes)}
    parts: dict[ModalityName, list[Change]] = {}
    for change in changes:
        hands = order[1:] if change in refused else order
        able = next((hand for hand in hands if hand.supports((change,)).fit > 0), None)
        if able is None:
            raise Unsupported(lead.supports((change,)).why)
        parts.setdefault(able.name, []).append(change)
    groups = list(parts.values())
    for number, group in enumerate(groups):
        others = [c for other in groups[:number] + groups[number + 1 :] for c in other]
        if clash := named(group) & created(others):
            raise Unsupported(f"one hand would need what another makes: {', '.join(sorted(clash))}")
    return {name: tuple(part) for name, part in parts.items()}


def joined(drafts: Sequence[Draft]) -> Draft:
    """One draft, in which a later part begins when the earlier ones have ended."""
    if len(drafts) == 1:
        return drafts[0]
    steps: list[Step] = []
    for draft in drafts:
        steps += _after(steps, draft.steps)
    return Draft(
        tuple(steps),
        tuple(a for draft in drafts for a in draft.advisories),
        tuple(dict.fromkeys(text for draft in drafts for text in draft.defaults)),
        tuple(resource for draft in drafts for resource in draft.seen),
    )


def _after(before: Sequence[Step], steps: Sequence[Step]) -> Iterator[Step]:
    """``steps`` with ids that none of ``before`` has, waiting for the last of those."""
    taken = {step.id for step in before}
    waited_for = {need for step in before for need in step.needs}
    last = tuple(step.id for step in before if step.id not in waited_for)
    if clash := sorted(taken.intersection(step.id for step in steps)):
        raise Unsupported(f"two hands have steps of one name: {', '.join(clash)}")
    for step in steps:
        yield step if step.needs else replace(step, needs=last)
