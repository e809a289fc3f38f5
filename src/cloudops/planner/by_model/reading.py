"""What a model answers when it is asked what a request means: the product's own types."""

from __future__ import annotations

from dataclasses import dataclass

from cloudops.request import WordedQuestion
from modalities.change import Worded


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Something that the words leave open, with what the model would take."""

    text: str
    options: tuple[str, ...] = ()
    default: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Changes, or one question; or ``doubts`` whose answers change the plan most, first first;
    or ``declined``: why it is neither. ``region`` is the provider's own name of one that was
    asked for. What it would cost, risk or be allowed to is asked of no model (paper, 3.4)."""

    changes: tuple[Worded, ...] = ()
    question: WordedQuestion | None = None
    region: str | None = None
    doubts: tuple[Doubt, ...] = ()
    declined: str = ""


INSTRUCTIONS = """\
You translate one request about a cloud into a fixed vocabulary of changes and questions. You do \
not decide whether it may be done, and you do nothing yourself.
- Take names, sizes, numbers, tags, ports, addresses and regions from the request as they stand \
there. Leave out (null, empty) whatever it does not say; the program knows good defaults.
- A new thing without a name gets a short one. A thing that is there already is only ever meant by \
a name, an id or a tag that stands in the request.
- "changes" in the order in which they are to be done; or "question" where the request only asks.
- Where a detail is missing without which the request makes no sense, put a question into \
"doubts", at most three, the one that changes most first, each with the default that you would take.
- Where the request is about something that the vocabulary has no words for, say so in "declined" \
in one sentence and leave the rest empty. Never answer something else that is close to it.\
"""
