"""Machine sizes: Azure's own, or the cheapest that meets the needs, among those that the location
has for us."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches

from modalities.azure.express.board import Board
from modalities.azure.express.looking import Offer
from modalities.contract import Unsupported
from modalities.prices.table import Prices, Size
from modalities.resource import Provider

DEFAULT_SIZE = "Standard_B1s"
PREFIX = "Standard_"

NATIVE = re.compile(r"(standard|basic)_[a-z0-9-]+(_[a-z0-9_]+)?", re.IGNORECASE)
ARM = re.compile(r"standard_[a-z]+\d+(-\d+)?[a-z]*p[a-z]*_v\d+", re.IGNORECASE)
"""Families of ARM processors: a letter p among those after the number of cores."""


def size_named(board: Board, name: str) -> str:
    """Azure's name for a size given by name, also by another cloud's. Raises Unsupported."""
    wish = name.strip().replace(" ", "_")
    there = board.offers()
    for spelled in (wish, PREFIX + wish):
        found = there.get(spelled.casefold())
        if found is not None:
            return found.name
        known = board.prices.size(Provider.AZURE, spelled)
        if known is not None and not there:
            return known.name
    foreign = board.prices.size(Provider.AWS, wish)
    if foreign is not None:
        return _like(board, foreign)
    if NATIVE.fullmatch(wish) and not there:
        return wish
    raise Unsupported(
        f"{board.region if there else 'Azure'} has no size {name}; "
        f"did you mean {' or '.join(_close(board, wish))}?"
    )


def _close(board: Board, wish: str) -> list[str]:
    own = (s.name for s in board.prices.sizes if s.provider is Provider.AZURE)
    names = [offer.name for offer in board.offers().values()] or [*own]
    return get_close_matches(PREFIX + wish, names, n=3, cutoff=0.6) or [DEFAULT_SIZE]


def _like(board: Board, foreign: Size) -> str:
    size = size_meeting(board, foreign.vcpus, foreign.memory_gib, foreign.architecture)
    board.note(f"{foreign.name} is a size of AWS; {size} has as much")
    return size


def size_meeting(
    board: Board,
    vcpus: int | None,
    memory_gib: float | None,
    architecture: str = "x86_64",
    *,
    spot: bool = False,
) -> str:
    """The cheapest size for the needs, by standard prices; where no price is known, the smallest
    that the location has. ``spot``: that is sold as such. Raises Unsupported where none is
    known."""
    found: Size | Offer | None = _table(board, spot).cheapest(
        Provider.AZURE, board.region, vcpus, memory_gib, architecture
    )
    how = "the cheapest"
    if found is None:
        found, how = _smallest(board, vcpus, memory_gib, architecture, spot), "the smallest"
    if found is None:
        needs = [f"{vcpus} vCPU"] if vcpus is not None else []
        needs += [f"{memory_gib:g} GiB"] if memory_gib is not None else []
        raise Unsupported(
            f"no size is known with {' and '.join(needs)}; name one, such as Standard_D64s_v5"
        )
    board.note(f"size: {found.name} ({found.vcpus} vCPU, {found.memory_gib:g} GiB), {how}")
    return found.name


def _table(board: Board, spot: bool) -> Prices:
    """Prices of what the location has."""
    every = board.offers()
    if not every:
        return board.prices
    there = {name for name, offer in every.items() if offer.spot or not spot}
    kept = (s for s in board.prices.sizes if s.name.casefold() in there)
    return replace(board.prices, sizes=tuple(s for s in kept if s.provider is Provider.AZURE))


def _smallest(
    board: Board, vcpus: int | None, memory_gib: float | None, architecture: str, spot: bool
) -> Offer | None:
    fitting: Iterable[Offer] = (
        offer
        for offer in board.offers().values()
        if offer.architecture == architecture
        and offer.vcpus >= (vcpus or 0)
        and offer.memory_gib >= (memory_gib or 0)
        and (offer.spot or not spot)
    )
    return min(fitting, key=lambda o: (o.vcpus, o.memory_gib, o.name), default=None)


def chosen(
    board: Board,
    size: str | None,
    vcpus: int | None,
    memory_gib: float | None,
    *,
    spot: bool = False,
) -> str | None:
    """The size that is asked for; None where nothing is said. Raises Unsupported."""
    if size is not None:
        named = size_named(board, size)
        if spot:
            require_spot(board, named)
        return named
    if vcpus is None and memory_gib is None:
        return None
    return size_meeting(board, vcpus, memory_gib, spot=spot)


def usual(board: Board, *, spot: bool = False) -> str:
    """What is taken where nothing is said: small, and there. Raises Unsupported."""
    there = board.offers()
    offer = there.get(DEFAULT_SIZE.casefold())
    if not there or (offer is not None and (offer.spot or not spot)):
        board.note(f"size: {DEFAULT_SIZE}")
        return DEFAULT_SIZE
    return size_meeting(board, 1, 1, spot=spot)


def require_spot(board: Board, size: str) -> None:
    """Raises Unsupported where Azure sells no such machine as spot: of its burstable ones, none."""
    offer = board.offers().get(size.casefold())
    if offer is not None and not offer.spot:
        other = size_meeting(board, offer.vcpus, offer.memory_gib, offer.architecture, spot=True)
        raise Unsupported(f"Azure sells no {offer.name} as spot; {other} is")


def architecture_of(board: Board, size: str) -> str:
    """``x86_64`` or ``arm64``."""
    offer = board.offers().get(size.casefold())
    known = board.prices.size(Provider.AZURE, size)
    if offer is not None or known is not None:
        return (offer or known).architecture  # type: ignore[union-attr]
    return "arm64" if ARM.fullmatch(size) else "x86_64"


def require_zone(board: Board, size: str, zone: str | None) -> None:
    """Raises Unsupported where the zone does not have the size."""
    offer = board.offers().get(size.casefold()) if zone else None
    if offer is not None and zone not in offer.zones:
        where = f"zones {', '.join(offer.zones)}" if offer.zones else "no zones"
        raise Unsupported(f"zone {zone} has no {size}: {board.region} has it in {where}")


def require_premium(board: Board, size: object, type: str) -> None:
    """Raises Unsupported where machines of the size take no disks of the type."""
    offer = board.offers().get(str(size).casefold()) if type.startswith("Premium") else None
    if offer is not None and not offer.premium:
        raise Unsupported(f"a {offer.name} takes no {type} disk; take StandardSSD_LRS")


def require_room(board: Board, size: object, has: int, name: str) -> None:
    """Raises Unsupported where the machine has as many data disks as its size takes."""
    offer = board.offers().get(str(size).casefold()) if has >= FEWEST_DISKS else None
    if offer is not None and has >= offer.data_disks:
        raise Unsupported(
            f"{name} has {has} data disks, and a {offer.name} takes no more: make it larger first"
        )


FEWEST_DISKS = 2
"""The least number of data disks that any size takes: it is not asked before."""
