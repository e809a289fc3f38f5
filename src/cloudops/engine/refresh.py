"""refresh: what a target holds goes into the one state, as far as it may be seen."""

from __future__ import annotations

from dataclasses import dataclass

from cloudops.engine.again import looked_again
from cloudops.engine.contract import Observer
from cloudops.engine.drift import OUTSIDE, Drifted, drift
from cloudops.engine.elsewhere import foreign_runs, said
from cloudops.engine.look import completed, look
from cloudops.state.contract import Store
from modalities.contract import Modality
from modalities.resource import Kind, World
from modalities.survey import Survey
from modalities.target import Target


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What was read, and how many resources the state had otherwise before."""

    survey: Survey
    appeared: int
    changed: int
    vanished: int
    elsewhere: str = ""
    """Whether another state is kept for this account, in a sentence."""


def refresh(hand: Modality, target: Target, store: Store, observer: Observer | None) -> Refreshed:
    """Read all that may be seen, and write it. What was not read stays as it is known.

    Raises CloudError where nothing may be seen, StoreError.
    """
    since = store.moment()
    survey = look(hand, target, observer)
    store.located(target.name, survey.world.scope)
    known = known_of(store, survey)
    survey = completed(survey, known)
    world = survey.world
    kinds = survey.kinds
    store.record(world, run=None, modality=OUTSIDE, whole=world.scope, kinds=kinds, since=since)
    again = looked_again(hand, target, store, world.scope)
    again.accept(store, world.scope)
    found = (*drift(known, world), *again.drift(world))
    of = {what: len({d.id for d in found if d.what is what}) for what in Drifted}
    elsewhere = said(foreign_runs(world, store))
    counts = (of[Drifted.APPEARED], of[Drifted.CHANGED], of[Drifted.VANISHED])
    return Refreshed(again.with_lists(survey), *counts, elsewhere)


def known_of(store: Store, survey: Survey) -> World:
    """What the state has of the kinds that were read."""
    kinds: frozenset[Kind] = frozenset(survey.kinds)
    there = store.resources(survey.world.scope)
    return survey.world.with_resources(r for r in there if r.kind in kinds)
