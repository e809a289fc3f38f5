"""The measured record: what came of each hand's tries, one by one and added up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cloudops.request import Goal
from modalities.plan import ModalityName
from modalities.resource import Kind, Provider
from modalities.target import Realm


class TrialEnd(StrEnum):
    """How a try ended. REFUSED: before anything took effect; UNDONE: what took effect was
    taken back; FAILED: some of it stands."""

    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One hand's try at one run's task. ``changes`` are the kinds of change (``create``) or
    the kind of question (``status``), sorted. ``steps`` as the paper counts, ``seconds`` of
    the hand without those that a person took to answer; None where not all of the way was
    measured (a plan that was made earlier)."""

    run: str
    hand: ModalityName
    goal: Goal
    changes: tuple[str, ...]
    kinds: tuple[Kind, ...]
    provider: Provider
    realm: Realm
    ending: TrialEnd
    steps: int | None
    seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The latest trials of one hand at one kind of change, added up. ``steps`` and
    ``seconds`` are means of those that came through, as in the paper; None where none was measured.
    ``at`` is the latest of them."""

    hand: ModalityName
    changes: tuple[str, ...]
    trials: int
    successes: int
    steps: float | None
    seconds: float | None
    at: datetime
