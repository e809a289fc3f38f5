"""What of a model's reading stands in the request: all else is dropped, or ends the reading.

A model may hear what nobody said. So whatever names something that exists, whatever counts or
measures, and whatever kind of change it is, must be found in the person's own words. What is
merely a wish about something new and may be left to a default is left to it, and that is told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

from cloudops.planner.by_model.reading import Reading
from cloudops.planner.by_model.spoken import ADDRESS, Words
from cloudops.planner.interpreter.places import PLACES
from cloudops.planner.interpreter.vocabulary.attributes import SERVICES, SOURCES
from cloudops.planner.interpreter.vocabulary.verbs import VERBS
from modalities.change import (
    Attach,
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
    Worded,
)
from modalities.resource import Kind
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

PROTOCOLS = {
    "udp": r"\budp\b|\bdns\b",
    "icmp": r"\bicmp\b|\bping",
    "all": r"\b(?:all|any|every|whatever) (?:traffic|protocols?)\b",
}
"""What must be said for traffic other than TCP."""

MAKING = ("create", "make", "bring up", "want", "add")
ANYWHERE = "0.0.0.0/0"
NEW = r"\b(?:new|another|extra|additional|more|conjure)\b"
NOT_ALL = r"\b(?:only|solely|just|nobody|no one|except|internal\w*|private\w*|office|vpn|home)\b"
OFF = r"\b(?:off|no|not|never|without|end|stop|cease|disabl\w*|deactivat\w*|remov\w*)\b"


class Unfounded(Exception):
    """The reading says something that the request does not; the text names it."""


def grounded(reading: Reading, text: str, spoken: Sequence[str]) -> tuple[Reading, tuple[str, ...]]:
    """The reading with only what ``text`` says, and what was dropped of it, in words.

    ``spoken`` are names of what the session spoke of before. Raises Unfounded.
    """
    new = (w for c in reading.changes if isinstance(c, Create) for w in c.wanted)
    made = frozenset((Kind(w.kind), w.name.casefold()) for w in new if w.name)
    words = Words(text, frozenset(name.casefold() for name in spoken if name), made)
    if reading.changes and words.only_asks:
        raise Unfounded("a change, since it only asks")
    _counted(reading, words)
    changes = tuple(_change(change, words) for change in reading.changes)
    question = reading.question
    if question is not None:
        question = _existing(question, words)
    if reading.region and not _is_said(reading.region, words):
        raise Unfounded(f"region {reading.region}")
    return replace(reading, changes=changes, question=question), tuple(words.dropped)


def _change(change: Worded, words: Words) -> Worded:
    """Raises Unfounded where nothing says that such a change is wanted."""
    if not _asked(change, words):
        raise Unfounded(str(change.change).replace("_", " "))
    for selection in _selections(change):
        if selection.every and not selection.tags and not words.means_every(selection.kind):
            raise Unfounded(str(selection))
    if isinstance(change, Delete | Detach | SetPower):
        for name in filter(words.keeps, change.what.names):
            raise Unfounded(
                f"{str(change.change).replace('_', ' ')} of {name}, which is to be kept"
            )
    match change:
        case Create():
            return replace(change, wanted=tuple(_wish(w, words, new=True) for w in change.wanted))
        case Attach():
            what = change.what
            part = _existing(what, words) if isinstance(what, Selection) else _wish(what, words)
            return replace(change, what=part, to=_existing(change.to, words))
        case Delete():
            return replace(_existing(change, words), explicit=words.whole)
        case _:
            return _existing(change, words)


def _asked(change: Worded, words: Words) -> bool:
    match change:
        case Delete():
            return _does(words, "delete", "remove", "take down")
        case Detach():
            return _does(words, "detach", "remove")
        case SetPower(power=Power.START):
            return _does(words, "start", "turn on", "bring up")
        case SetPower(power=Power.STOP):
            return _does(words, "stop", "turn off", "take down")
        case SetPower():
            return _does(words, "restart")
        case SetPriority(spot=spot):
            return words.reads(SPOT if spot else STANDARD)
        case SetPort(open=opened):
            return _does(words, "open" if opened else "close")
        case SetTags(remove=removed) if removed:
            return _does(words, "untag", "delete", "remove")
        case SetDiagnostics():
            said = words.reads(SAYS["monitoring"]) or words.says(change.wording)
            return said and (change.enabled or words.reads(OFF))
        case Create():
            return (
                words.reads(NEW)
                or _does(words, *MAKING)
                or any(_wanted(w, words) for w in change.wanted)
            )
        case Attach() | Resize() | SetTags():
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
    for value, kind in _leaves(part):
        if isinstance(value, Rule):
            _rule(value, words)
        elif isinstance(value, str):
            if value and not words.means(kind, value):
                raise Unfounded(value)
        elif not words.counts(value):
            raise Unfounded(f"{value:g}")
    return part


def _leaves(part: Any, kind: Kind | None = None) -> Iterator[tuple[Any, Kind | None]]:
    """Texts and numbers that mean something of the person's, and of which kind it is; not our
    own words for kinds."""
    if isinstance(part, Rule):
        yield part, kind
    elif is_dataclass(part) and not isinstance(part, type):
        kind = part.kind if isinstance(part, Selection) else kind
        for each in fields(part):
            if each.name not in ("change", "question", "explicit", "wording", "direction", "state"):
                yield from _leaves(getattr(part, each.name), kind)
    elif isinstance(part, (list, tuple)):
        for item in part:
            yield from _leaves(item, kind)
    elif isinstance(part, (str, int, float)) and not isinstance(part, (bool, Enum)):
        yield part, kind


def _selections(change: Worded) -> Iterator[Selection]:
    parts = (getattr(change, each.name) for each in fields(change))
    return (part for part in parts if isinstance(part, Selection))


def _wanted(wanted: Any, words: Words) -> bool:
    return words.mentions(Kind(wanted.kind)) or bool(wanted.name and words.says(wanted.name))


def _counted(reading: Reading, words: Words) -> None:
    """Raises Unfounded where there is more of something new than anybody spoke of."""
    new = [w for c in reading.changes if isinstance(c, Create) for w in c.wanted]
    unnamed = Counter(Kind(w.kind) for w in new if not (w.name and words.says(w.name)))
    for kind, many in unnamed.items():
        if not words.speaks_of(many):
            raise Unfounded(f"{many} of {kind.words}")


def _tag(tag: tuple[str, str], words: Words) -> bool:
    return words.names(tag[0]) and words.names(tag[1])


def _rule(rule: Rule, words: Words) -> Rule:
    """Raises Unfounded where the port or where from is not said; a port by its service, too."""
    for port in (rule.first_port, rule.last_port):
        services = [s for p, s in SERVICES.values() if p == port]
        if not words.counts(port) and not any(words.reads(_phrases(s)) for s in services):
            raise Unfounded(f"port {port}")
    if rule.first_port != rule.last_port and not words.ranges(rule.first_port, rule.last_port):
        raise Unfounded(f"ports {rule.first_port} to {rule.last_port}")
    if rule.protocol != "tcp" and not words.reads(PROTOCOLS.get(rule.protocol, r"(?!)")):
        raise Unfounded(f"protocol {rule.protocol}")
    if not _is_source(rule.source, words):
        raise Unfounded(f"source {rule.source}")
    return rule


def _is_source(source: str, words: Words) -> bool:
    """From anywhere is what a rule has that says nothing of it; not one that says something."""
    if words.says(source) or words.says(source.removesuffix("/32")):
        return True
    anywhere = any(words.reads(_phrases(said)) for said in SOURCES.values())
    somewhere = ADDRESS.search(words.text) or words.reads(NOT_ALL)
    return source == ANYWHERE and bool(anywhere or not somewhere)


def _is_said(region: str, words: Words) -> bool:
    """By its own name, or by that of a place there."""
    spaced = words.text.casefold().replace(" ", "")
    if words.says(region) or region.casefold() in spaced:
        return True
    return any(region in ids and words.reads(_phrases(said)) for said, ids in PLACES.items())


def _does(words: Words, *verbs: str) -> bool:
    return any(words.reads(_any_of(verb)) for verb in verbs)


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
