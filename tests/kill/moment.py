"""A moment of a run at which it is stopped, and how: what the harness tries one after another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

CALL = ("before", "late", "lost", "after")
"""Inside a write: the process dies before the request is sent on; it dies and the request still
arrives, a second later; the effect is there and the process dies without an answer; it dies when
it has the answer."""

LINE = ("cut", "unsent")
"""The process lives: the line breaks after the effect, or before it."""

COMMIT = ("before", "commit", "after")
"""Inside a transaction of the store: before its first write, before its COMMIT, after that."""

DISK = ("full",)
"""The disk is full from the transaction's first write on, and stays so until the run has ended."""

SERVER = ("gone", "away")
"""The store's server crashes at the transaction's first write; a second later it is there, or only
when the command has ended."""

CLOCK = ("ahead", "behind")
"""The time of day jumps by a day at the transaction's first write."""

READ = re.compile(r":(Describe|Get|List|Head)|:(GET|HEAD) |^ssm:|^signing-in:")


@dataclass(frozen=True, slots=True)
class Moment:
    """``place`` is ``cloud`` or ``store``; ``label`` what is done there (``ec2:RunInstances``,
    ``INSERT journal``) and ``number`` the how manieth of these. ``alone``: only the process dies,
    what it started lives on; else all die at once, as with the machine."""

    place: str
    label: str
    number: int
    when: str
    alone: bool = False

    @property
    def kills(self) -> bool:
        return self.when not in (*LINE, *DISK, *SERVER, *CLOCK)

    def __str__(self) -> str:
        who = " alone" if self.alone else ""
        return f"{self.place}/{self.label}#{self.number}/{self.when}{who}"


def parsed(text: str) -> Moment:
    """What ``str`` has said."""
    place, rest = text.split("/", 1)
    label, _, end = rest.rpartition("#")
    number, _, when = end.partition("/")
    return Moment(place, label, int(number), when.removesuffix(" alone"), when.endswith(" alone"))


LOCKED = ("store", "UPDATE counters", 1)
"""Where the run gets its locks: what lies before has touched nothing."""


Place: TypeAlias = tuple[str, str, int]
"""``cloud`` or ``store``, what is done there, and the how manieth of these."""


def jumps(places: Sequence[Place]) -> Iterator[Moment]:
    """The time of day jumps at every transaction, forth and back."""
    for place, label, number in places:
        for when in CLOCK if place == "store" else ():
            yield Moment(place, label, number, when)


def moments(
    places: Sequence[Place], *, children: bool, every: bool = False, local: bool = True
) -> Iterator[Moment]:
    """The moments of a run that passed ``places`` (place, label, number). ``children``: the hand
    works with programs of its own, which may outlive the process. ``local``: the store is a file,
    and no server.

    Unless ``every``, those are left out that leave store and cloud as another one does: what is
    not committed is not there, so a death before a COMMIT is one after the last; a death before
    a request is one after the line of the journal that announced it; one while reading is none.
    """
    begun = places.index(LOCKED) if LOCKED in places else 0
    for position, (place, label, number) in enumerate(places):
        if place == "store" and position < begun and not every:
            continue
        for when in _whens(place, label, every, DISK if local else SERVER):
            yield Moment(place, label, number, when)
            if children and place == "cloud" and when in ("late", "lost"):
                yield Moment(place, label, number, when, alone=True)


def _whens(place: str, label: str, every: bool, trouble: tuple[str, ...]) -> tuple[str, ...]:
    if place == "store":
        more = trouble if "journal" in label else ()
        return (*(COMMIT if every else ("after",)), *more)
    if READ.search(label):
        return ("before",) if every else ()
    return (*(CALL if every else ("late", "lost")), *LINE)
