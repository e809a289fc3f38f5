"""What ended a try, and what may be tried instead: the words between exploring and mending."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from modalities.action import Action
from modalities.change import Change
from modalities.contract import Lacking
from modalities.plan import ModalityName
from modalities.receipt import Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Ailment:
    """``step`` and ``action`` are what failed, empty and None where it failed before any step;
    ``done`` counts the steps that were done by then. ``near`` are names that are close to one
    that is not there, ``lacking`` is what is not."""

    hand: ModalityName
    failure: Failure
    step: str = ""
    action: Action | None = None
    done: int = 0
    near: tuple[str, ...] = ()
    lacking: Lacking | None = None


@dataclass(frozen=True, slots=True)
class Mended:
    """What to try next, and what is different about it, for people."""

    changes: tuple[Change, ...]
    told: str


class Repairer(Protocol):
    """Whoever knows more than the rules: asked last."""

    def repaired(self, text: str, changes: tuple[Change, ...], ailment: Ailment) -> Mended | str:
        """Only what the request ``text`` leaves open is different in it; or, in words, why
        there is nothing to try."""
        ...
