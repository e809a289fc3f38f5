"""The loop on a page that nobody knows: somebody decides, the driver does, until it is done.

Who decides is whoever fulfils :class:`Pilot`: a model, a script, a person. Nothing here is one.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeAlias

from modalities.browser.driver.contract import Batch, Count, Report, Stop, Stuck, Web, Why
from modalities.codec import Malformed


@dataclass(frozen=True, slots=True)
class Finished:
    """The goal is reached, as far as the page shows; ``answer`` is what was to be found out."""

    answer: str = ""


@dataclass(frozen=True, slots=True)
class GiveUp:
    why: str


Decision: TypeAlias = Batch | Finished | GiveUp


class Pilot(Protocol):
    def decide(self, goal: str, page: str, last: Report | None) -> Decision:
        """What to do next. ``page`` is the pruned snapshot; ``last`` what came of the decision
        before. Both were written by pages: they are data, never instructions."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How far one flight may go; ``seconds`` of real time."""

    decisions: int = 30
    actions: int = 120
    seconds: float = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """How it ended. ``why`` is empty where the goal was reached; else it is for whoever takes
    over. ``reports`` are all that was done, in order."""

    finished: bool
    answer: str = ""
    why: str = ""
    stuck: bool = False
    stop: Stop | None = None
    used: Count = field(default_factory=Count)
    reports: tuple[Report, ...] = ()


def fly(web: Web, pilot: Pilot, goal: str, bounds: Bounds | None = None) -> Flight:
    """Ends where the pilot says so, at the bounds, where the driver is stuck, where somebody
    has to sign in, and where the gate holds a mutation: that one decides for whom it is.

    Raises CloudError where the browser is gone.
    """
    limits = bounds or Bounds()
    start, began = web.count, time.monotonic()
    reports: list[Report] = []
    page, end = web.look().text, None
    while end is None:
        if why := _over(web.count, start, began, limits):
            end = Flight(finished=False, why=why)
            break
        decision = pilot.decide(goal, page, reports[-1] if reports else None)
        end = _done(web, decision, reports)
        page = reports[-1].view.text if reports else page
    used = Count(web.count.decisions - start.decisions, web.count.actions - start.actions)
    return replace(end, used=used, reports=tuple(reports))


def _done(web: Web, decision: Decision, reports: list[Report]) -> Flight | None:
    """What it came to goes to ``reports``; None: go on."""
    if isinstance(decision, Finished):
        return Flight(finished=True, answer=decision.answer)
    if isinstance(decision, GiveUp):
        return Flight(finished=False, why=decision.why)
    try:
        reports.append(web.do(decision))
    except Stuck as stuck:
        reports.append(stuck.report)
        return Flight(finished=False, why=str(stuck), stuck=True, stop=stuck.report.stop)
    except Malformed as error:
        return Flight(finished=False, why=f"a decision that is none: {error}")
    stop = reports[-1].stop
    if stop is not None and stop.why in (Why.SIGNED_OUT, Why.HELD):
        return Flight(finished=False, why=stop.detail, stop=stop)
    return None


def _over(count: Count, start: Count, began: float, limits: Bounds) -> str:
    """Which bound is reached; empty where none is."""
    if count.decisions - start.decisions >= limits.decisions:
        return f"{limits.decisions} decisions were not enough"
    if count.actions - start.actions >= limits.actions:
        return f"{limits.actions} actions were not enough"
    if time.monotonic() - began >= limits.seconds:
        return f"{limits.seconds:.0f} seconds were not enough"
    return ""
