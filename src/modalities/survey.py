"""A look at a whole target that goes on where a part of it may not be seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

from modalities.receipt import Failure
from modalities.resource import Kind, World
from modalities.target import Target


@dataclass(frozen=True, slots=True)
class Unread:
    """Kinds that could not be read, and why. Nothing is known of them now: they are not gone."""

    kinds: tuple[Kind, ...]
    why: Failure


@dataclass(frozen=True, slots=True)
class Survey:
    """``world`` holds all that there is of ``kinds``, and nothing of others."""

    world: World
    kinds: tuple[Kind, ...]
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True, slots=True)
class Passed:
    """How far a look is: ``items`` seen of one of ``parts`` lists so far, and whether that
    list is over."""

    part: str
    items: int
    over: bool
    parts: int


Told: TypeAlias = Callable[[Passed], None]
"""Hears of a look's progress, from several threads."""


@runtime_checkable
class Surveyor(Protocol):
    """A hand that can read a target part by part."""

    def survey(self, target: Target, told: Told) -> Survey:
        """All kinds, side by side and patiently. What is refused, or fails for itself, is named
        and hides nothing else. Raises CloudError where nothing can be read at all."""
        ...
