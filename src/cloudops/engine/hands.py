"""The hands of a target: the first in rank leads, and every step goes to the hand it is for.

A plan over two clouds has more of them, for the other target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from cloudops.engine.worlds import part_of
from cloudops.errors import Misused
from modalities.contract import Keeper, Modality, Operator, Problem, Unsupported
from modalities.plan import ModalityName, Route
from modalities.resource import ResourceRef, World
from modalities.step import Step


class Hands:
    """``lead`` looks, identifies and makes the draft; a plan may have steps of any of ``all``,
    and on other targets of those that ``also`` has by the target's name."""

    def __init__(
        self,
        all: Sequence[Modality],
        lead: Modality,
        also: Mapping[str, Hands] | None = None,
    ) -> None:
        self.lead = lead
        self.also = also or {}
        self._by_name: Mapping[ModalityName, Modality] = {hand.name: hand for hand in all}

    def __iter__(self) -> Iterator[Modality]:
        return iter(self._by_name.values())

    def led_by(self, route: Route | None) -> Hands:
        """The same, led by the first in rank; by the first there is where nothing was ranked.

        Raises Misused where that hand is not here.
        """
        there = tuple(self)
        first = route.ranked[0].modality if route and route.ranked else there[0].name
        lead = next((hand for hand in there if hand.name == first), None)
        if lead is None:
            raise Misused(f"this needs the {first} hand, which is not here")
        return Hands(there, lead, self.also)

    def beside(self, also: Mapping[str, Hands]) -> Hands:
        """The same, and those of other targets by the target's name."""
        return Hands(tuple(self), self.lead, also)

    def at(self, target: str) -> Hands:
        """Those for a step with this ``target``. Raises Unsupported where there are none."""
        if not target:
            return self
        if target not in self.also:
            raise Unsupported(f"a step is for target {target}, which is not here")
        return self.also[target]

    def of(self, step: Step) -> Modality:
        """Raises Unsupported where there is no such hand."""
        hand = self.at(step.target)._by_name.get(ModalityName(step.action.hand))
        if hand is None:
            raise Unsupported(
                f"step {step.id} is for the {step.action.hand} hand, which is not here"
            )
        return hand

    def used_by(self, steps: Sequence[Step]) -> tuple[Modality, ...]:
        """Each hand that has a step here, once."""
        return tuple({id(hand): hand for hand in map(self.of, steps)}.values())

    @property
    def operator(self) -> Operator | None:
        """Who knows every operation of the vendor's; the first in rank."""
        return next((hand for hand in (self.lead, *self) if isinstance(hand, Operator)), None)

    @property
    def keepers(self) -> tuple[Keeper, ...]:
        return tuple(hand for hand in self if isinstance(hand, Keeper))

    def check(self, steps: Sequence[Step], world: World) -> tuple[Problem, ...]:
        """Every step against its own tool's model; neighbours of one hand together."""
        runs = groupby(steps, key=lambda step: (step.target, step.action.hand))
        each = [(self.of(run[0]), run) for run in (tuple(run) for _, run in runs)]
        return tuple(
            p for hand, run in each for p in hand.check(run, part_of(world, hand.provider))
        )

    def claims(self, step: Step) -> tuple[ResourceRef, ...]:
        """What the step touches as its own tool reads it."""
        return self.of(step).claims(step)

    def meant(self, steps: Sequence[Step]) -> tuple[Step, ...]:
        """All the vendor's calls that the steps come to. Raises Unsupported."""
        return tuple(call for step in steps for call in self.of(step).meant(step))
