"""What strangers made of what the state has: attribute by attribute, since when, and by whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cloudops.engine.again import looked_again
from cloudops.engine.consequences import FOLLOWING, named
from cloudops.engine.contract import Observer
from cloudops.engine.drift import Drift, Drifted, drift
from cloudops.engine.look import STAGE, completed, look
from cloudops.engine.refresh import known_of
from cloudops.state.contract import GONE, THERE, Sighting, Store
from modalities.contract import Modality
from modalities.resource import Kind, ResourceRef, World
from modalities.survey import Survey
from modalities.target import Target
from modalities.trail import MADE, REMOVED, Asked, Deed, Statement, TrailReader

SKEW = timedelta(seconds=60)
"""How far our clock and a cloud's may be apart."""


@dataclass(frozen=True, slots=True)
class Outside:
    """``trail`` is what the cloud's own record is called; empty where it was not asked."""

    survey: Survey
    found: tuple[Drift, ...]
    trail: str = ""


def outside(hand: Modality, target: Target, store: Store, observer: Observer | None) -> Outside:
    """Look, and compare with the state, which stays as it is. What was not read is not compared.

    Raises CloudError where nothing may be seen, StoreError.
    """
    survey = look(hand, target, observer)
    store.located(target.name, survey.world.scope)
    known = known_of(store, survey)
    survey = completed(survey, known)
    found = _dated(store, survey, drift(known, survey.world))
    again = looked_again(hand, target, store, survey.world.scope)
    things = again.drift(survey.world)
    if again.known and again.whole:
        only = replace(survey, kinds=(Kind.OTHER,))
        things = _dated(store, only, things)
    found, survey = (*found, *things), again.with_lists(survey)
    known = known.with_resources((*known, *again.known))
    if not found:
        return Outside(survey, found)
    statement = _heard(hand, target, found, observer)
    if statement is None:
        why = "no trail of this cloud can be read"
        return Outside(survey, tuple(replace(d, not_known=why) for d in found))
    return Outside(survey, attributed(found, known, survey.world, statement), statement.trail)


def _dated(store: Store, survey: Survey, found: Sequence[Drift]) -> tuple[Drift, ...]:
    sightings = [s for s in map(_sighting, found) if s is not None]
    dated = store.sighted(survey.world.scope, survey.kinds, sightings)
    return tuple(
        replace(one, last_before=at.last_old, first_now=at.first_new)
        for one, at in zip(found, dated, strict=True)
    )


def _sighting(one: Drift) -> Sighting | None:
    if not isinstance(one.ref, ResourceRef):
        return None
    by_id = replace(one.ref, name=one.id)
    whole = {Drifted.VANISHED: GONE, Drifted.APPEARED: THERE}
    attribute = whole.get(one.what, one.attribute)
    return Sighting(by_id.key, one.ref.kind, attribute, one.now if one.attribute else True)


def _heard(
    hand: Modality, target: Target, found: Sequence[Drift], observer: Observer | None
) -> Statement | None:
    if not isinstance(hand, TrailReader):
        return None

    def told(done: int, of: int) -> None:
        if observer is not None:
            observer.event(0, STAGE, "asking", {"resources_done": done, "resources": of})

    return hand.statement(target, tuple(_asked(found)), told)


def _asked(found: Sequence[Drift]) -> Iterator[Asked]:
    """Each resource once, for the time since all that drifted of it was last seen as before."""
    by_id: dict[str, list[Drift]] = {}
    for one in found:
        by_id.setdefault(one.id, []).append(one)
    for id, drifts in by_id.items():
        ref = drifts[0].ref
        times = [d.last_before for d in drifts if d.last_before is not None]
        since = min(times) if len(times) == len(drifts) else None
        if isinstance(ref, ResourceRef):
            yield Asked(ref.kind, id, ref.name, since)


def attributed(
    found: Sequence[Drift], known: World, fresh: World, statement: Statement
) -> tuple[Drift, ...]:
    """With the deed of each, or why there is none."""
    direct = {n: _deed(one, statement.deeds.get(one.id, ())) for n, one in enumerate(found)}
    by_id: dict[str, list[tuple[Drift, Deed]]] = {}
    for n, deed in direct.items():
        if deed is not None:
            by_id.setdefault(found[n].id, []).append((found[n], deed))
    return tuple(
        replace(one, deed=direct[n])
        if direct[n] is not None
        else _followed(one, by_id, known, fresh) or replace(one, not_known=_why(one, statement))
        for n, one in enumerate(found)
    )


def _deed(one: Drift, deeds: Sequence[Deed]) -> Deed | None:
    """The latest that may have done it, in the time in which it was done; one that is known to
    be of that sort before one of which it is not known."""
    in_time = [deed for deed in deeds if _in_time(deed.at, one)]
    fitting = [deed for deed in in_time if deed.fits(_attribute(one))]
    certain = [deed for deed in fitting if deed.concerns]
    return max(certain or fitting, key=lambda deed: deed.at, default=None)


def _in_time(at: datetime, one: Drift) -> bool:
    begun = one.last_before is None or at >= one.last_before.replace(microsecond=0)
    return begun and (one.first_now is None or at <= one.first_now + SKEW)


def _attribute(one: Drift) -> str:
    return {Drifted.VANISHED: REMOVED, Drifted.APPEARED: MADE}.get(one.what, one.attribute)


def _followed(
    one: Drift, by_id: Mapping[str, list[tuple[Drift, Deed]]], known: World, fresh: World
) -> Drift | None:
    """Done along with a neighbour: a disk that went with its machine."""
    if not isinstance(one.ref, ResourceRef):
        return None
    kind = one.ref.kind
    if one.what is Drifted.CHANGED and one.attribute not in FOLLOWING.get(kind, frozenset()):
        return None
    mine = {id for world in (known, fresh) if (r := world.get(kind, one.id)) for id in named(r)}
    for id, deeds in by_id.items():
        for other, deed in deeds:
            if not isinstance(other.ref, ResourceRef) or id == one.id:
                continue
            theirs = known.get(other.ref.kind, id) or fresh.get(other.ref.kind, id)
            near = id in mine or (theirs is not None and one.id in named(theirs))
            if near and _explains(one, other):
                return replace(one, deed=deed, along_with=str(other.ref))
    return None


def _explains(one: Drift, other: Drift) -> bool:
    """What came came along with what came, what went with what went."""
    return other.what is one.what or one.what is Drifted.CHANGED


def _why(one: Drift, statement: Statement) -> str:
    silent = statement.silent.get(one.id)
    if silent is not None:
        return silent
    return f"{statement.trail} names {one.id} in other calls, and in none that does this"
