"""What may be done about a failed try, by the class of its error: again, or a little otherwise.

Only what the request leaves open is changed, and every change is told. What a person said stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from cloudops.engine.supplying import supplied
from cloudops.planner.ailing import Ailment, Mended
from modalities.change import Change, Create, Delete, Operate, Selection
from modalities.prices.table import Prices, Size
from modalities.receipt import Failure, Trouble
from modalities.resource import Kind, Provider, World
from modalities.wanted import Vm

AGAIN = frozenset({Trouble.THROTTLED, Trouble.TIMEOUT, Trouble.UNAVAILABLE, Trouble.NOT_FOUND})
"""What often passes: too much at once, an answer that was late, what is made and not yet seen by
all of the cloud (docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html)."""

PASSING = frozenset({"StateLocked", "ProviderInconsistent", "RetryableError", "OperationAborted"})
"""Conflicts by our codes or the vendor's, with who is at work there just now, or with itself."""

SETTLING = re.compile(
    r"another operation is in progress|operation that is in progress|cannot be assumed by"
    r"|execution role does not have permissions|principal was invalid|ResourceNotProvisioned",
    re.IGNORECASE,
)
"""Refusals for what another part of the cloud does not see yet."""

NOT_HERE = re.compile(r"not supported in your requested (Availability )?Zone", re.IGNORECASE)
NO_SIZE = re.compile(
    r"SkuNotAvailable|InvalidInstanceType|instance ?types?\b|\bVM size\b|InstanceType",
    re.IGNORECASE,
)
"""Errors that speak of the size of a machine."""

PUNCTUATION = re.compile(r"[\s._-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What mending may know. ``asked`` are the changes as the person's words had them."""

    asked: tuple[Change, ...]
    world: World
    prices: Prices
    region: str


def may_pass(failure: Failure) -> bool:
    """Whether the same again, a little later, may do."""
    if failure.trouble is Trouble.CONFLICT:
        return failure.code in PASSING or bool(SETTLING.search(failure.message))
    return failure.trouble in AGAIN


def mended(changes: Sequence[Change], ailment: Ailment, ground: Ground) -> Mended | None:
    """The changes to try next, and what is different; None where no rule says."""
    now, failure = tuple(changes), ailment.failure
    if ailment.near or ailment.lacking:
        return _spelt(now, ailment.near) or supplied(now, ailment)
    if failure.trouble in (Trouble.CAPACITY, Trouble.INVALID):
        return _placed(now, failure, ground)
    if may_pass(failure):
        return Mended(now, "tried again: it may pass")
    return None


def _placed(changes: tuple[Change, ...], failure: Failure, ground: Ground) -> Mended | None:
    """Another zone, and where none is left or the size itself is at fault, another size."""
    text = f"{failure.code} {failure.message}"
    zonal = failure.trouble is Trouble.CAPACITY and not NO_SIZE.search(failure.code)
    moved = _elsewhere(changes, ground.world) if zonal or NOT_HERE.search(text) else None
    return moved or (_sized(changes, text, ground) if zonal or NO_SIZE.search(text) else None)


def _elsewhere(changes: tuple[Change, ...], world: World) -> Mended | None:
    """Machines whose zone nobody chose, in another: capacity is a zone's, and the same call
    again does not help."""
    zones = sorted(
        {str(s.attributes["zone"]) for s in world.of(Kind.SUBNET) if s.attributes.get("zone")}
    )
    tried = {w.zone for w in _machines(changes)}
    free = [zone for zone in zones[1:] if zone not in tried]
    if not free or tried - {None, *zones}:
        return None
    other = _each(changes, lambda w: replace(w, zone=free[0]) if w.subnet is None else w)
    told = f"in zone {free[0]}, which nobody chose: there was none to be had in the other"
    return Mended(other, told) if other != changes else None


def _sized(changes: tuple[Change, ...], text: str, ground: Ground) -> Mended | None:
    """Machines whose size nobody named, in the nearest that has at least as much."""
    open_ = {w.name for w in _machines(ground.asked) if w.size is None}
    now = {w.size for w in _machines(changes) if w.size and w.name in open_}
    refused = _named_in(text, ground) or next((_known(n, ground) for n in now), None)
    if refused is None or not open_:
        return None
    other = _nearest(refused, {*now, refused.name}, ground)
    if other is None:
        return None
    sized = _each(changes, lambda w: replace(w, size=other.name) if w.name in open_ else w)
    had = f"{other.vcpus} vCPU, {other.memory_gib:g} GiB"
    told = f"size {other.name} ({had}), since {refused.name}, which nobody named, is refused"
    return Mended(sized, told)


def _nearest(refused: Size, tried: set[str], ground: Ground) -> Size | None:
    """Of another family: what is refused is a family's more often than one size's."""
    families = {name.split(".")[0] for name in tried}
    fitting = [
        s
        for s in ground.prices.sizes
        if s.provider is refused.provider
        and s.architecture == refused.architecture
        and s.vcpus >= refused.vcpus
        and s.memory_gib >= refused.memory_gib
        and s.name not in tried
        and (s.provider is not Provider.AWS or s.name.split(".")[0] not in families)
        and ground.region in s.hourly
    ]
    by_price: Callable[[Size], float] = lambda s: s.hourly[ground.region]  # noqa: E731
    return min(fitting, key=by_price, default=None)


def _named_in(text: str, ground: Ground) -> Size | None:
    words = re.findall(r"[\w.]+\w", text)
    return next((size for word in words if (size := _known(word, ground))), None)


def _known(name: str | None, ground: Ground) -> Size | None:
    return ground.prices.size(ground.world.provider, name) if name else None


def _spelt(changes: tuple[Change, ...], near: Sequence[str]) -> Mended | None:
    """A name that is spelt otherwise than the one thing there is: the same letters and digits.
    Nothing is deleted on such a guess."""
    if any(isinstance(change, Delete | Operate) for change in changes):
        return None
    told: list[str] = []

    def respelt(name: str) -> str:
        alike = [n for n in near if _bare(n) == _bare(name) and n != name]
        if len(alike) != 1:
            return name
        told.append(f"{name} is taken for {alike[0]}")
        return alike[0]

    other = tuple(_renamed(change, respelt) for change in changes)
    return Mended(other, "; ".join(dict.fromkeys(told))) if told else None


def _renamed(change: Change, respelt: Callable[[str], str]) -> Change:
    given: dict[str, Any] = {
        each.name: replace(part, names=tuple(map(respelt, part.names)))
        for each in fields(change)
        if isinstance(part := getattr(change, each.name), Selection)
    }
    return replace(change, **given)


def _bare(name: str) -> str:
    return PUNCTUATION.sub("", name.casefold())


def _machines(changes: Iterable[Change]) -> list[Vm]:
    return [w for c in changes if isinstance(c, Create) for w in c.wanted if isinstance(w, Vm)]


def _each(changes: tuple[Change, ...], other: Callable[[Vm], Vm]) -> tuple[Change, ...]:
    """The changes with each machine that they make as ``other`` has it."""
    return tuple(
        replace(c, wanted=tuple(other(w) if isinstance(w, Vm) else w for w in c.wanted))
        if isinstance(c, Create)
        else c
        for c in changes
    )
