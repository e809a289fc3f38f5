"""Which operations show a thing whole, once a step has been about it.

What a step reads back is what it set. What is kept of a thing is all that it says of itself, so
that a change of anything else is seen later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from botocore.exceptions import DataNotFoundError

from modalities.action import SdkCall
from modalities.aws.operating.deriving import Case, Reads, nearness
from modalities.aws.operating.expressing import LONGEST_NAME, about, one_of_words, short
from modalities.aws.operating.names import flat, words
from modalities.look import Look
from modalities.step import Effect

NEAR = 2
"""How near by its name an operation must be to what it is to show (deriving.Reads)."""
MOST = 3
"""Looks at one thing: what it is, what it is like, its tags."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a call is about: ``noun`` in words; ``value`` what the call calls it, empty where
    only its answer does."""

    noun: str
    value: str


def portraits(call: SdkCall, step: str) -> tuple[Look, ...]:
    """Looks at what a step's call is about, whole. References to the call's own answer may stand
    in them."""
    try:
        case = Case(call, step)
    except DataNotFoundError:
        return ()
    subject = subject_of(case)
    near = [(nearness(flat(subject.noun), r.operation), r) for r in case.readers()]
    return tuple(_look(case, subject, r) for r in _best([p for p in near if p[0] >= NEAR]))


def subject_of(case: Case) -> Subject:
    """What is made, and not where it is made; else what the call names."""
    noun, value = about(case.call)
    made = words(one_of_words(case.call.operation))
    if case.effect is Effect.CREATE and made != noun:
        return Subject(made, "")
    return Subject(noun, short(value)[:LONGEST_NAME])


def _best(near: Sequence[tuple[int, Reads]]) -> list[Reads]:
    """What reads the thing alone; where nothing does, the list that it is in."""
    ordered = [reads for _, reads in sorted(near, key=lambda pair: (-pair[0], pair[1].cost))]
    alone = [reads for reads in ordered if not reads.where]
    listed = [reads for reads in ordered if reads.where and "" not in reads.where]
    return alone[:MOST] or listed[:1]


def _look(case: Case, subject: Subject, reads: Reads) -> Look:
    service = case.call.service
    return Look(
        name=" ".join(filter(None, (service, subject.noun, subject.value))),
        call=SdkCall(service, reads.operation, reads.bound),
        at=reads.at,
        where=reads.where,
        type=f"{service}:{subject.noun.replace(' ', '-')}",
    ).whole
