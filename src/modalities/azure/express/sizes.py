"""Machine sizes: Azure's own, or the cheapest that meets the needs and that the location has."""

from __future__ import annotations

import re
from difflib import get_close_matches

from modalities.azure.express.board import Board
from modalities.contract import Unsupported
from modalities.prices.table import Size
from modalities.resource import Provider

DEFAULT_SIZE = "Standard_B1s"
PREFIX = "Standard_"

NATIVE = re.compile(r"(standard|basic)_[a-z0-9-]+(_[a-z0-9_]+)?", re.IGNORECASE)
ARM = re.compile(r"standard_[a-z]+\d+(-\d+)?[a-z]*p[a-z]*_v\d+", re.IGNORECASE)
"""Families of ARM processors: a letter p among those after the number of cores."""


def size_named(board: Board, name: str) -> str:
    """Azure's name for a size given by name, also by another cloud's. Raises Unsupported."""
    wish = name.strip().replace(" ", "_")
    for spelled in (wish, PREFIX + wish):
        known = board.prices.size(Provider.AZURE, spelled)
        if known is not None:
            return known.name
    foreign = board.prices.size(Provider.AWS, wish)
    if foreign is not None:
        return _like(board, foreign)
    if NATIVE.fullmatch(wish):
        return wish
    sizes = [s.name for s in board.prices.sizes if s.provider is Provider.AZURE]
    close = get_close_matches(PREFIX + wish, sizes, n=3, cutoff=0.6) or [DEFAULT_SIZE]
    raise Unsupported(f"Azure has no size {name}; did you mean {' or '.join(close)}?")


def _like(board: Board, foreign: Size) -> str:
    size = size_meeting(board, foreign.vcpus, foreign.memory_gib, foreign.architecture)
    board.note(f"{foreign.name} is a size of AWS; {size} has as much")
    return size


def size_meeting(
    board: Board, vcpus: int | None, memory_gib: float | None, architecture: str = "x86_64"
) -> str:
    """The cheapest size for the needs. Raises Unsupported where none is known."""
    found = board.prices.cheapest(Provider.AZURE, board.region, vcpus, memory_gib, architecture)
    if found is None:
        needs = [f"{vcpus} vCPU"] if vcpus is not None else []
        needs += [f"{memory_gib:g} GiB"] if memory_gib is not None else []
        raise Unsupported(
            f"no size is known with {' and '.join(needs)}; name one, such as Standard_D64s_v5"
        )
    board.note(f"size: {found.name} ({found.vcpus} vCPU, {found.memory_gib:g} GiB), the cheapest")
    return found.name


def chosen(
    board: Board, size: str | None, vcpus: int | None, memory_gib: float | None
) -> str | None:
    """The size that is asked for; None where nothing is said."""
    if size is not None:
        return size_named(board, size)
    if vcpus is None and memory_gib is None:
        return None
    return size_meeting(board, vcpus, memory_gib)


def architecture_of(board: Board, size: str) -> str:
    """``x86_64`` or ``arm64``."""
    known = board.prices.size(Provider.AZURE, size)
    if known is not None:
        return known.architecture
    return "arm64" if ARM.fullmatch(size) else "x86_64"
