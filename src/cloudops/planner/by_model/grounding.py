"""What of a model's reading stands in the request: all else is dropped, or ends the reading.

A model may hear what nobody said. So whatever names something that exists, whatever counts or
measures, and whatever kind of change it is, must be found in the person's own words. What is
merely a wish about something new and may be left to a default is left to it, and that is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

from cloudops.planner.by_model.reading import Reading
from cloudops.planner.interpreter.places import PLACES
from cloudops.planner.interpreter.vocabulary.attributes import SERVICES
from cloudops.planner.interpreter.vocabulary.nouns import NUMBERS
from cloudops.planner.interpreter.vocabulary.verbs import VERBS
from modalities.change import (
    Attach,
    Change,
    Create,
    Delete,
    Detach,
    Power,
    Resize,
    Selection,
    SetDiagnostics,
    SetPort,
    SetPower,
    SetPriority,
    SetTags,
)
from modalities.wanted import Rule

T = TypeVar("T")

MORE_VERBS: Mapping[str, str] = {
    "delete": "wipe | erase | eliminate | retire | axe | get shot of | clean up | delet",
    "start": "turn on | switch on | bring up | bring back | wake | running",
    "stop": "turn off | switch off | take down | put to sleep | pause | shut",
    "restart": "cycle | reset",
    "detach": "take off | pull | free | remove | release",
    "attach": "add | give | put | link | point",
    "open": "reach | reachable | accept | let | make available | serve",
    "close": "shut | forbid | cut off | no longer | lock down | stop",
}
"""Words that the grammar does not take for these, since they say other things as well."""

SPOT = r"spot|preempt|interruptible|low.priority"
STANDARD = r"standard|on.demand|regular|off spot|from spot|normal"
SAYS = {
    "spot": SPOT,
    "monitoring": r"monitor|metric|diagnos|watch|observ",
    "public_ip": r"public|internet|reach|outside|address|\bip\b|\bssh\b|world|web",
    "public": r"public|internet|facing|outside|world|private|internal",
    "versioning": r"version",
}
"""What must be said for a switch to be on, by the attribute's name."""

SCALES = (1, 1000, 1024, 1 / 1000, 1 / 1024)
"""Terabytes and gigabytes, in whichever way they are counted."""


class Unfounded(Exception):
    """The reading says something that the request does not; the text names it."""


@dataclass(slots=True)
class Words:
    """The request, and what else the person spoke of in the session; ``known`` are names that
    the reading itself gives to new things."""

    text: str
    known: frozenset[str] = frozenset()
    dropped: list[str] = field(default_factory=list)

    def says(self, value: str) -> bool:
        """Whether it stands there as a word of its own."""
        return re.search(rf"(?<![\w-]){re.escape(value)}(?![\w-])", self.text, re.I) is not None

    def names(self, value: str) -> bool:
        return value.casefold() in self.known or self.says(value)

    def counts(self, value: float) -> bool:
        """Whether the number is said, in digits or words, in any of the usual units."""
        said = {float(n) for n in re.findall(r"(?<![\d.])\d+(?:\.\d+)?", self.text)}
        said |= {float(n) for word, n in NUMBERS.items() if self.says(word)}
        return any(abs(value - n * scale) < 1e-6 for n in said for scale in SCALES)

    def reads(self, pattern: str) -> bool:
        return re.search(pattern, self.text, re.I) is not None

    def does(self, *verbs: str) -> bool:
        return any(self.reads(_any_of(verb)) for verb in verbs)


def grounded(reading: Reading, text: str, spoken: Sequence[str]) -> tuple[Reading, tuple[str, ...]]:
    """The reading with only what ``text`` says, and what was dropped of it, in words.

    ``spoken`` are names of what the session spoke of before. Raises Unfounded.
    """
    made = (w.name for c in reading.changes if isinstance(c, Create) for w in c.wanted)
    known = frozenset(name.casefold() for name in (*made, *spoken) if name)
    words = Words(text, known)
    changes = tuple(_change(change, words) for change in reading.changes)
    question = reading.question
    if question is not None:
        question = _existing(question, words)
    if reading.region and not _is_said(reading.region, words):
        raise Unfounded(f"region {reading.region}")
    return replace(reading, changes=changes, question=question), tuple(words.dropped)


def _change(change: Change, words: Words) -> Change:
    """Raises Unfounded where nothing says that such a change is wanted."""
    if not _asked(change, words):
        raise Unfounded(str(change.change).replace("_", " "))
    match change:
        case Create():
            return replace(change, wanted=tuple(_wish(w, words, new=True) for w in change.wanted))
        case Attach():
            what = change.what
            part = _existing(what, words) if isinstance(what, Selection) else _wish(what, words)
            return replace(change, what=part, to=_existing(change.to, words))
        case Delete():
            return replace(_existing(change, words), explicit=words.text)
        case _:
            return _existing(change, words)


def _asked(change: Change, words: Words) -> bool:
    match change:
        case Delete():
            return words.does("delete", "remove", "take down")
        case Detach():
            return words.does("detach", "remove")
        case SetPower(power=Power.START):
            return words.does("start", "turn on", "bring up")
        case SetPower(power=Power.STOP):
            return words.does("stop", "turn off", "take down")
        case SetPower():
            return words.does("restart")
        case SetPriority(spot=spot):
            return words.reads(SPOT if spot else STANDARD)
        case SetPort(open=opened):
            return words.does("open" if opened else "close")
        case SetTags(remove=removed) if removed:
            return words.does("untag", "delete", "remove")
        case SetDiagnostics():
            return words.reads(SAYS["monitoring"]) or words.says(change.wording)
        case Create() | Attach() | Resize() | SetTags():
            return True


def _wish(wanted: Any, words: Words, *, new: bool = False) -> Any:
    """Something new: what nothing says of it is left to its default."""
    given: dict[str, Any] = {}
    for each in fields(wanted):
        value = getattr(wanted, each.name)
        if each.name == "kind" or (new and each.name == "name") or value in (None, (), False):
            continue
        if each.name == "tags":
            given["tags"] = tuple(tag for tag in value if _tag(tag, words))
        elif each.name in ("rules", "open_ports"):
            given[each.name] = tuple(_rule(rule, words) for rule in value)
        elif isinstance(value, tuple):
            given[each.name] = tuple(item for item in value if words.names(item))
        elif not _is_told(each.name, value, words):
            given[each.name] = None
        if each.name in given and given[each.name] != value:
            words.dropped.append(f"{each.name.replace('_', ' ')} {_said(value)}")
    required = [name for name, value in given.items() if value is None and name == "name"]
    if required:
        raise Unfounded(f"name {wanted.name}")
    return replace(wanted, **given)


def _is_told(name: str, value: Any, words: Words) -> bool:
    if isinstance(value, bool):
        return words.reads(SAYS.get(name, re.escape(name)))
    if isinstance(value, (int, float)):
        return words.counts(value)
    return words.names(str(value))


def _existing(part: T, words: Words) -> T:
    """What speaks of things that are there, and of numbers: all of it must be said."""
    for value in _leaves(part):
        if isinstance(value, Rule):
            _rule(value, words)
        elif isinstance(value, str):
            if value and not words.names(value):
                raise Unfounded(value)
        elif not words.counts(value):
            raise Unfounded(f"{value:g}")
    return part


def _leaves(part: Any) -> Iterator[Any]:
    """Texts and numbers that mean something of the person's; not our own words for kinds."""
    if isinstance(part, Rule):
        yield part
    elif is_dataclass(part) and not isinstance(part, type):
        for each in fields(part):
            if each.name not in ("change", "question", "explicit", "wording", "direction", "state"):
                yield from _leaves(getattr(part, each.name))
    elif isinstance(part, (list, tuple)):
        for item in part:
            yield from _leaves(item)
    elif isinstance(part, (str, int, float)) and not isinstance(part, (bool, Enum)):
        yield part


def _tag(tag: tuple[str, str], words: Words) -> bool:
    return words.names(tag[0]) and words.names(tag[1])


def _rule(rule: Rule, words: Words) -> Rule:
    """Raises Unfounded where the port or where from is not said; a port by its service, too."""
    for port in (rule.first_port, rule.last_port):
        services = [s for p, s in SERVICES.values() if p == port]
        if not words.counts(port) and not any(words.reads(_phrases(s)) for s in services):
            raise Unfounded(f"port {port}")
    anywhere = rule.source == "0.0.0.0/0"  # what a rule has that says nothing of it
    if not anywhere and not words.says(rule.source):
        raise Unfounded(f"source {rule.source}")
    return rule


def _is_said(region: str, words: Words) -> bool:
    """By its own name, or by that of a place there."""
    spaced = words.text.casefold().replace(" ", "")
    if words.says(region) or region.casefold() in spaced:
        return True
    return any(region in ids and words.reads(_phrases(said)) for said, ids in PLACES.items())


def _any_of(verb: str) -> str:
    return _phrases(" | ".join(filter(None, (VERBS.get(verb, ""), MORE_VERBS.get(verb, "")))))


def _phrases(listed: str) -> str:
    """A pattern for phrases that are listed with bars between, with the endings of verbs."""
    phrases = (re.escape(" ".join(phrase.split())) for phrase in listed.split("|"))
    return rf"\b(?:{'|'.join(sorted(phrases, key=len, reverse=True))})(?:e?s|e?d|ing)?\b"


def _said(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(_said(item) for item in value)
    if isinstance(value, Rule):
        return f"port {value.first_port}"
    return str(value)
