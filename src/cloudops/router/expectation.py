"""What is to be expected of a hand at a task: the paper's figures, and over them what was
measured, the nearer the heavier.

A Beta distribution: the paper's eight trials are the prior, one success and one failure beside
them keep eight of eight from being a certainty (Laplace's rule of succession), and every trial
that was measured adds its weight.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cloudops.request import Goal, Intent
from cloudops.router.known import Known
from cloudops.router.pace import estimated
from cloudops.router.prior import COLUMN, Prior, prior
from cloudops.router.shipped import Measured
from cloudops.state.trial import Tally
from modalities.plan import ModalityName
from modalities.resource import Provider

PAPER, SHIPPED, OWN, ALIKE = 1.0, 2.0, 3.0, 4.0
"""Weight of one trial: of the paper's agents; of our gym's; of a run here for the same goal; of
a run here that made the very same kinds of change."""
MOST_SHIPPED = 8
"""The gym's trials count as at most so many, or a few runs here could not say otherwise."""


@dataclass(frozen=True, slots=True)
class Source:
    """Trials from one place. ``steps`` and ``seconds`` are means of the successes."""

    weight: float
    trials: float
    successes: float
    steps: float | None
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Expectation:
    """``success`` from 0 to 1; ``steps``; ``seconds`` for the whole run without a person's.
    ``said`` is where it is from, in a few words."""

    success: float
    steps: float
    seconds: float
    limit: int
    said: str


def expectation(
    hand: ModalityName, intent: Intent, known: Known, provider: Provider, resources: int
) -> Expectation:
    """What ``hand`` will come to at the intent's task, which touches ``resources``."""
    paper = prior(intent.goal, hand)
    own = [tally for tally in known.record if tally.hand == hand]
    gym = _gym(known, provider, hand, intent.goal)
    alike = [t for t in own if t.changes == kinds_of_change(intent)]
    akin = [t for t in own if t.changes != kinds_of_change(intent)]
    measured = [
        *(_own(tally, ALIKE) for tally in alike),
        *(_own(tally, OWN) for tally in akin),
        *(_shipped(gym) if gym else ()),
    ]
    sources = [*measured, _paper(paper)]
    seconds = next((s.seconds for s in measured if s.seconds is not None), None)
    estimate = estimated(hand, intent, resources, provider)
    return Expectation(
        success=_success(sources),
        steps=_steps(sources),
        seconds=estimate if seconds is None else seconds,
        limit=paper.limit,
        said=_said(alike or akin, gym, paper, seconds, estimate),
    )


def kinds_of_change(intent: Intent) -> tuple[str, ...]:
    """``("attach", "create")``, or the kind of question: what makes two tasks alike."""
    if intent.question is not None:
        return (intent.question.question,)
    return tuple(sorted({change.change for change in intent.changes}))


def _success(sources: Iterable[Source]) -> float:
    sources = tuple(sources)
    done = sum(s.weight * s.successes for s in sources)
    return (1 + done) / (2 + sum(s.weight * s.trials for s in sources))


def _steps(sources: Iterable[Source]) -> float:
    """Weighted by trials and not by successes, so that one success more is never a drawback."""
    known = [(s.weight * s.trials, s.steps) for s in sources if s.steps is not None]
    return sum(w * steps for w, steps in known) / sum(w for w, _ in known)


def _paper(prior: Prior) -> Source:
    done = prior.success_rate * prior.trials
    return Source(PAPER, prior.trials, done, prior.steps, None)


def _own(tally: Tally, weight: float) -> Source:
    return Source(weight, tally.trials, tally.successes, tally.steps, tally.seconds)


def _gym(known: Known, provider: Provider, hand: ModalityName, goal: Goal) -> Measured | None:
    """Of this goal; else of one that the paper has in the same column."""
    of_it = [
        m
        for m in known.shipped
        if (m.provider, m.hand) == (provider, hand) and m.trials and COLUMN[m.goal] == COLUMN[goal]
    ]
    return next((m for m in of_it if m.goal is goal), next(iter(of_it), None))


def _shipped(gym: Measured) -> tuple[Source, ...]:
    """Its rate, as of no more than ``MOST_SHIPPED`` trials."""
    trials = min(gym.trials, MOST_SHIPPED)
    done = trials * gym.successes / gym.trials
    return (Source(SHIPPED, trials, done, gym.steps, gym.seconds),)


def _said(
    own: list[Tally], gym: Measured | None, paper: Prior, seconds: float | None, estimate: float
) -> str:
    time = f"~{in_words(estimate)}" if seconds is None else in_words(seconds)
    if own:
        done, trials = sum(t.successes for t in own), sum(t.trials for t in own)
        return f"{done} of {trials} here, {time}"
    if gym is not None:
        return f"gym {gym.successes} of {gym.trials}, {time}"
    return f"{paper}, {time}"


def in_words(seconds: float) -> str:
    """``0.4 s``, ``12 s``, ``3 min``."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
