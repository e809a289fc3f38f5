"""The hand that was asked for by name, and what that gives up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from cloudops.router.able import Abilities
from cloudops.router.expectation import in_words
from cloudops.router.owning import Owning
from cloudops.router.place import Place
from modalities.contract import ToolMissing, Unsupported
from modalities.plan import ModalityName

NOTICED = 0.005
"""A difference of less is none."""
MOST = 2
"""Losses that are named, so that they fit a line."""


def forced(
    name: str, places: Sequence[Place], abilities: Abilities, kept: Owning
) -> tuple[tuple[Place, ...], tuple[str, ...]]:
    """The hand ``name`` before the others, and what is to be said of that.

    Raises Unsupported where it cannot, with what can; ToolMissing where only its tool is not
    here.
    """
    chosen = next((place for place in places if place.name == name), None)
    if chosen is None:
        refusal = _refusal(name, places, abilities.cannot)
        raise ToolMissing(refusal) if name in abilities.lacking else Unsupported(refusal)
    others = [place for place in places if place is not chosen]
    said = [_gives_up(chosen, others[0] if others else None, chosen is places[0])]
    if chosen.behind:
        said.append(f"the Terraform code of {kept.where} will be edited to follow")
    return (chosen, *others), tuple(said)


def _refusal(name: str, places: Sequence[Place], cannot: Mapping[ModalityName, str]) -> str:
    whys = [f"{name} is left out: {why}" for hand, why in cannot.items() if hand == name]
    why = whys[0] if whys else f"there is no {name} hand for this cloud"
    others = ", ".join(place.name for place in places)
    return f"{why}; " + (f"what can: {others}" if others else "no other hand can either")


def _gives_up(chosen: Place, best: Place | None, first: bool) -> str:
    if first or best is None:
        return f"{chosen.name} was asked for, and ranks first anyway"
    lost = ", ".join(islice(_lost(chosen, best), MOST)) or "a better fit"
    return f"{chosen.name} was asked for: gives up {best.name}, {lost}"


def _lost(chosen: Place, best: Place) -> Iterator[str]:
    """What the best has over the chosen one, the weightiest first."""
    mine, theirs = chosen.expected, best.expected
    if chosen.behind and not best.behind:
        yield "code that stays true"
    if chosen.late and not best.late:
        yield "the deadline"
    if theirs.success - mine.success >= NOTICED:
        yield f"success {theirs.success:.2f} against {mine.success:.2f}"
    if in_words(theirs.seconds) != in_words(mine.seconds) and theirs.seconds < mine.seconds:
        yield f"{in_words(theirs.seconds)} against {in_words(mine.seconds)}"
