"""Drift for people: resource by resource what is otherwise, by whom, and since when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from cloudops.engine.drift import OUTSIDE, Drift, Drifted
from cloudops.views.plain import safe, tolerant
from cloudops.views.plain import worded as said
from modalities.resource import Json

if TYPE_CHECKING:
    from rich.console import Console

WORDS = {
    Drifted.APPEARED: "appeared",
    Drifted.VANISHED: "vanished",
    Drifted.CHANGED: "changed outside",
    Drifted.CODE_BEHIND: "the code is behind",
    Drifted.CODE_AHEAD: "the code is ahead",
}
STYLES = {Drifted.VANISHED: "red", Drifted.APPEARED: "green", Drifted.CHANGED: "yellow"}
LONGEST = 400
"""Characters of a value; -o json has all of it."""

Line = tuple[str, str]
"""Text and style."""


def show(found: Sequence[Drift], scope: str, console: Console) -> None:
    tolerant(console)
    from rich.padding import Padding

    for text, style in lines(found, scope):
        words = text.lstrip()
        indent = (0, 0, 0, len(text) - len(words))
        console.print(Padding(safe(words, style), indent), highlight=False)


def lines(found: Sequence[Drift], scope: str) -> Iterator[Line]:
    resources = len({(str(d.ref), d.id) for d in found})
    yield f"{resources} resource{'s' * (resources != 1)} drifted in {scope}", "bold"
    for (ref, id, what), some in groupby(found, key=lambda d: (str(d.ref), d.id, d.what)):
        drifts = list(some)
        yield "", ""
        known = f" ({short(id)})" if id and not _told(ref, id) else ""
        yield f"{ref}{known}: {WORDS[what]}", STYLES.get(what, "")
        at_once = len({(d.last_before, d.first_now) for d in drifts}) == 1
        for _, same in groupby(drifts, key=_whose):
            alike = list(same)
            for one in alike:
                yield from ((f"  {text}", "") for text in _change(one))
            yield from ((f"    {text}", "dim") for text in _story(alike[0]))
            if not at_once:
                yield from ((f"    {text}", "dim") for text in _since(alike[0]))
        if at_once:
            yield from ((f"  {text}", "dim") for text in _since(drifts[0]))


def _told(ref: str, id: str) -> bool:
    """Whether the name says the id; of what no kind names, the id is an ARN that ends so."""
    return ref.endswith(id) or ("/" not in ref.partition(" ")[0] and id.endswith(ref.split()[-1]))


def short(id: str) -> str:
    """The end of an ARN, which nothing else of its kind has."""
    return id.rpartition("/")[2] if id.startswith("arn:") else id


def _whose(one: Drift) -> Any:
    deed = one.deed.id if one.deed else ""
    return one.by, deed, one.along_with, one.not_known, one.last_before, one.first_now


def _change(one: Drift) -> Iterator[str]:
    """The old and the new; of two lists, only what differs."""
    if not one.attribute:
        if one.what in (Drifted.CODE_AHEAD, Drifted.CODE_BEHIND):
            yield f"would {worded(one.before)}"
        return
    if isinstance(one.before, list) and isinstance(one.now, list):
        yield f"{one.attribute}:"
        yield from (f"  - {worded(item)}" for item in one.before if item not in one.now)
        yield from (f"  + {worded(item)}" for item in one.now if item not in one.before)
        return
    arrow = f"{worded(one.before)} -> {worded(one.now)}"
    if one.what in (Drifted.CODE_AHEAD, Drifted.CODE_BEHIND):
        arrow = f"{worded(one.now)}, and {worded(one.before)} in the code"
    yield f"{one.attribute}: {arrow}"


def _story(one: Drift) -> Iterator[str]:
    if one.by != OUTSIDE:
        yield one.by if one.by.startswith("code") else f"by {one.by}"
        return
    if one.deed is not None:
        how = ", ".join(
            filter(
                None,
                (
                    one.deed.name,
                    f"from {one.deed.origin}" if one.deed.origin else "",
                    one.deed.agent and f"with {one.deed.agent}",
                ),
            )
        )
        along = f", along with {one.along_with}" if one.along_with else ""
        yield f"by {one.deed.actor} at {at(one.deed.at)}{along} ({how})"
    elif one.not_known:
        yield f"by whom is not known by the trail: {one.not_known}"


def _since(one: Drift) -> Iterator[str]:
    if one.first_now is None:
        return
    seen = f"first seen at {at(one.first_now)}"
    before = {Drifted.APPEARED: "not there yet", Drifted.VANISHED: "last seen"}.get(
        one.what, "still as before"
    )
    yield f"{seen}; {before} at {at(one.last_before)}" if one.last_before else seen


def at(when: datetime) -> str:
    return f"{when.astimezone():%Y-%m-%d %H:%M:%S}"


def worded(value: Json) -> str:
    text = said(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
