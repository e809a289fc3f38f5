"""Which hands can do a task at all, by their own word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cloudops.request import AnswerOf, Intent, ServiceHealth
from modalities.change import Change
from modalities.contract import HealthReporter, Modality, Operator, Support
from modalities.fit import NO_OPERATION
from modalities.plan import ModalityName
from modalities.resource import Provider

NO_HEALTH = {
    Provider.AWS: Support(0.0, "service health is shown by the web portal only"),
    Provider.AZURE: Support(0.0, "service health is told by the API and the portal"),
}
"""Why a hand that cannot tell of it is left out."""


@dataclass(frozen=True, slots=True)
class Able:
    """A hand that can, with its word: ``fit`` from above 0 to 1."""

    name: ModalityName
    fit: float
    why: str


@dataclass(frozen=True, slots=True)
class Abilities:
    """``cannot``: why each of the others is left out. ``together``: no one hand can do all of
    the task, but each of its changes can be done by one of these.
    ``shared``: what Terraform looks after is changed by Terraform, and the rest by others, since
    it cannot do all. ``lacking``: those of ``cannot`` whose tool is not on this machine."""

    can: tuple[Able, ...]
    cannot: Mapping[ModalityName, str]
    together: bool = False
    shared: str = ""
    lacking: frozenset[ModalityName] = frozenset()

    def reasons(self) -> Iterator[str]:
        """One for all that are left out for the same."""
        if self.together:
            yield "no one hand can do all of it: each change is done by one that can"
        if self.shared:
            yield self.shared
        for why in dict.fromkeys(self.cannot.values()):
            names = [name for name, text in self.cannot.items() if text == why]
            some = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
            yield f"{some} {'is' if len(names) == 1 else 'are'} left out: {why}"


def able(intent: Intent, hands: Sequence[Modality], owned: Sequence[Change] = ()) -> Abilities:
    """The hands that can do all of it; where none can, those that can do a part of it, if
    together they can do all: one plan may have steps of several hands. ``owned`` are the changes
    to what Terraform looks after: where it can do those, it takes part."""
    words = {hand.name: _support(hand, intent) for hand in hands}
    can = tuple(Able(name, word.fit, word.why) for name, word in words.items() if word.fit > 0)
    cannot = {name: word.why for name, word in words.items() if word.fit <= 0}
    lacking = frozenset(name for name, word in words.items() if word.lacking)
    if can and owned and ModalityName.IAC in cannot.keys() - lacking:
        return _shared(intent, hands, owned, Abilities(can, cannot, lacking=lacking))
    if can or len(intent.changes) < 2:
        return Abilities(can, cannot, lacking=lacking)
    return _together(intent, hands) or Abilities((), cannot, lacking=lacking)


def _support(hand: Modality, intent: Intent) -> Support:
    if isinstance(intent.question, AnswerOf) and not isinstance(hand, Operator):
        return NO_OPERATION
    if isinstance(intent.question, ServiceHealth) and not isinstance(hand, HealthReporter):
        return NO_HEALTH[hand.provider]
    return hand.supports(intent.changes)


def _shared(
    intent: Intent, hands: Sequence[Modality], owned: Sequence[Change], found: Abilities
) -> Abilities:
    """With Terraform for what it looks after, if it can do that much."""
    keeper = next(hand for hand in hands if hand.name is ModalityName.IAC)
    own = keeper.supports(owned)
    if own.fit <= 0:
        return found
    each = [keeper.supports((change,)) for change in intent.changes]
    rest = next(support.why for support in each if support.fit <= 0)
    count = sum(support.fit > 0 for support in each)
    taking = Able(keeper.name, own.fit, f"{count} of {len(each)} changes")
    return replace(
        found,
        can=(*found.can, taking),
        cannot={name: why for name, why in found.cannot.items() if name is not keeper.name},
        shared=f"Terraform changes what it owns, another hand does the rest: {rest}",
    )


def _together(intent: Intent, hands: Sequence[Modality]) -> Abilities | None:
    """Hands that can do some of the changes; None where nobody can do one of them."""
    fits = {hand.name: [hand.supports((c,)).fit for c in intent.changes] for hand in hands}
    if not all(any(fit > 0 for fit in of_change) for of_change in zip(*fits.values(), strict=True)):
        return None
    total = len(intent.changes)
    can = tuple(
        Able(name, sum(fit) / total, f"can do {sum(f > 0 for f in fit)} of the {total} changes")
        for name, fit in fits.items()
        if any(f > 0 for f in fit)
    )
    return Abilities(can, {}, together=True)
