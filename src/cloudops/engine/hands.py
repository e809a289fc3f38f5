"""The hands of one target: the first in rank leads, and every step goes to the hand it is for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from modalities.contract import Keeper, Modality, Problem, Unsupported
from modalities.plan import ModalityName
from modalities.resource import ResourceRef, World
from modalities.step import Step


class Hands:
    """``lead`` looks, identifies and makes the draft; a plan may have steps of any of ``all``."""

    def __init__(self, all: Sequence[Modality], lead: Modality) -> None:
        self.lead = lead
        self._by_name: Mapping[ModalityName, Modality] = {hand.name: hand for hand in all}

    def __iter__(self) -> Iterator[Modality]:
        return iter(self._by_name.values())

    def of(self, step: Step) -> Modality:
        """Raises Unsupported where there is no such hand."""
        hand = self._by_name.get(ModalityName(step.action.hand))
        if hand is None:
            raise Unsupported(
                f"step {step.id} is for the {step.action.hand} hand, which is not here"
            )
        return hand

    def used_by(self, steps: Sequence[Step]) -> tuple[Modality, ...]:
        """Each hand that has a step here, once."""
        return tuple({hand.name: hand for hand in map(self.of, steps)}.values())

    @property
    def keepers(self) -> tuple[Keeper, ...]:
        return tuple(hand for hand in self if isinstance(hand, Keeper))

    def check(self, steps: Sequence[Step], world: World) -> tuple[Problem, ...]:
        """Every step against its own tool's model; neighbours of one hand together."""
        runs = groupby(steps, key=lambda step: step.action.hand)
        each = [tuple(run) for _, run in runs]
        return tuple(p for run in each for p in self.of(run[0]).check(run, world))

    def claims(self, step: Step) -> tuple[ResourceRef, ...]:
        """What the step touches as its own tool reads it."""
        return self.of(step).claims(step)

    def meant(self, steps: Sequence[Step]) -> tuple[Step, ...]:
        """All the vendor's calls that the steps come to. Raises Unsupported."""
        return tuple(call for step in steps for call in self.of(step).meant(step))
