"""Machine sizes: the provider's own, or the cheapest that meets the needs."""

from __future__ import annotations

import re
from difflib import get_close_matches

from modalities.aws.express.board import Board
from modalities.contract import Unsupported
from modalities.prices.table import Size
from modalities.resource import Provider

DEFAULT_SIZE = "t3.micro"

NATIVE = re.compile(r"[a-z][a-z0-9-]*\.[a-z0-9-]+")
GRAVITON = re.compile(r"(a1|[a-z]+\d+g[a-z]*)\.")
"""Families of AWS's own ARM processors: a letter g right after the generation."""


def size_named(board: Board, name: str) -> str:
    """AWS's name for a size given by name, also by another cloud's. Raises Unsupported."""
    known = board.prices.size(Provider.AWS, name)
    if known is not None:
        return known.name
    foreign = board.prices.size(Provider.AZURE, name)
    if foreign is not None:
        return _like(board, foreign)
    native = name.strip().casefold()
    if NATIVE.fullmatch(native):
        return native
    sizes = [s.name for s in board.prices.sizes if s.provider is Provider.AWS]
    close = get_close_matches(native, sizes, n=3, cutoff=0.5) or [DEFAULT_SIZE]
    raise Unsupported(f"AWS has no size {name}; did you mean {' or '.join(close)}?")


def _like(board: Board, foreign: Size) -> str:
    size = size_meeting(board, foreign.vcpus, foreign.memory_gib, foreign.architecture)
    board.note(f"{foreign.name} is a size of Azure; {size} has as much")
    return size


def size_meeting(
    board: Board, vcpus: int | None, memory_gib: float | None, architecture: str = "x86_64"
) -> str:
    """The cheapest size for the needs. Raises Unsupported where none is known."""
    found = board.prices.cheapest(Provider.AWS, board.region, vcpus, memory_gib, architecture)
    if found is None:
        needs = [f"{vcpus} vCPU"] if vcpus is not None else []
        needs += [f"{memory_gib:g} GiB"] if memory_gib is not None else []
        raise Unsupported(
            f"no size is known with {' and '.join(needs)}; name one, such as m7i.48xlarge"
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
    known = board.prices.size(Provider.AWS, size)
    if known is not None:
        return known.architecture
    return "arm64" if GRAVITON.match(size) else "x86_64"
