"""What somebody who decides on pages may do there: held against page and plan, not believed.

A model may read on a page, or make up, whatever it likes: what it acts on must be there, what it
enters must be in the plan, and nothing that says it destroys is pressed unless the plan destroys.
What gets by all that is held by the gate.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from modalities.browser.driver.contract import Mutation, Report
from modalities.browser.driver.labels import ordinal, plain
from modalities.browser.driver.pilot import Decision, Finished, GiveUp, Pilot
from modalities.browser.driver.verbs import (
    Check,
    Choose,
    Click,
    Expect,
    Find,
    Goto,
    OpenMenu,
    Press,
    ReadTable,
    SelectRow,
    Set,
    TypeName,
    Verb,
    WaitFor,
    verb_of,
)
from modalities.browser.facts import spoken, words_of
from modalities.browser.leaves import Leaf
from modalities.codec import Malformed

Law: TypeAlias = Callable[[Decision, str], str]
"""What is wrong with a decision on a page (its pruned text), in our words; empty: nothing."""

PilotOf: TypeAlias = Callable[[Law], Pilot]
"""Who decides, told of the law beforehand, so that it can be put right."""

MOST_ACTIONS = 8
"""Of one decision: more is decided blindly."""

DESTROYS = re.compile(
    r"\b(?:delet|remov|destroy|terminat|drop|wip|purg|eras|deregister|releas|empty|format|discard)"
    r"\w*",
    re.IGNORECASE,
)
SEARCHES = re.compile(r"^(search|filter|find)\b", re.IGNORECASE)
REF = re.compile(r"^@\w")
ALIKE = 5
"""Letters in which ``Encrypted`` and ``Encrypt this volume`` must be the same."""

OPENING = (Click, OpenMenu, Goto, SelectRow)
"""What stands behind these in one decision may be on what they open."""


class Class(StrEnum):
    """What a request does, as the gate sees it: nobody is asked."""

    READ = "read"
    MUTATE = "mutate"
    DESTROY = "destroy"


def class_of(mutation: Mutation, pressed: Sequence[str] = ()) -> Class:
    """By its method, its address, and the names that were ``pressed`` for it."""
    told = " ".join([*map(spoken, re.split(r"[/?&=_-]", mutation.path)), *pressed])
    if mutation.method == "DELETE" or DESTROYS.search(told):
        return Class.DESTROY
    return Class.READ if mutation.method in ("GET", "HEAD", "OPTIONS") else Class.MUTATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """For one step: ``leaves`` are what may be entered, ``destroys`` whether it is to destroy,
    ``about`` the words of its operation, which may be searched for."""

    leaves: tuple[Leaf, ...]
    destroys: bool
    about: frozenset[str]

    def fault(self, decision: Decision, page: str) -> str:
        """Implements Law."""
        if isinstance(decision, (Finished, GiveUp)):
            return ""
        try:
            verbs = [verb_of(v) if isinstance(v, Mapping) else v for v in decision]
        except Malformed as error:
            return f"no action: {error}"
        if not 0 < len(verbs) <= MOST_ACTIONS:
            return f"{len(verbs)} actions in one decision; take 1 to {MOST_ACTIONS}"
        seen = True
        for verb in verbs:
            if fault := self._of(verb, page if seen else ""):
                return fault
            seen = seen and not isinstance(verb, OPENING)
        return ""

    def _of(self, verb: Verb, page: str) -> str:
        """``page`` is empty where what is acted on may not be there yet."""
        return _placed(verb, page, self.leaves) or self._entered(verb) or self._pressed(verb)

    def _pressed(self, verb: Verb) -> str:
        names = pressed_by(verb)
        if self.destroys or not any(DESTROYS.search(name) for name in names):
            return ""
        return f'"{" > ".join(names)}" destroys, and nothing is asked to be destroyed'

    def _entered(self, verb: Verb) -> str:
        match verb:
            case Set(value=bool() as on) | Check(on=on):
                return self._ticked(verb.label, on=on)
            case Set(value=tuple() as several):
                told: Sequence[object] = several
            case Set(value=value):
                told = (value,)
            case Choose(option=value) | TypeName(text=value) | SelectRow(text=value):
                told = (value,)
            case _:
                return ""
        return next(filter(None, (self._told(verb, each) for each in told)), "")

    def _told(self, verb: Verb, value: object) -> str:
        if isinstance(verb, Set) and verb.secret:
            return "nothing secret is entered"
        if any(leaf.says(value) for leaf in self.leaves):
            return ""
        label = getattr(verb, "label", "")
        if isinstance(verb, Choose | SelectRow) and self._holds(str(value)):
            return ""
        if SEARCHES.match(label) and words_of(str(value)) <= self.about:
            return ""
        return f'"{str(value)[:80]}" is not among the values that were asked for'

    def _holds(self, option: str) -> bool:
        """Whether an option or a row has one of the values in it as a word of its own."""
        return any(
            re.search(rf"(?<![\w-]){re.escape(str(leaf.value))}(?![\w-])", option, re.IGNORECASE)
            for leaf in self.leaves
            if not isinstance(leaf.value, bool) and len(str(leaf.value)) > 1
        )

    def _ticked(self, label: str, *, on: bool) -> str:
        words = [word[:ALIKE] for word in words_of(label)]
        for leaf in self.leaves:
            if leaf.value is on and any(w[:ALIKE] in words for w in words_of(leaf.words)):
                return ""
        return f'"{label}" {"on" if on else "off"} is not among the values that were asked for'


@dataclass(frozen=True, slots=True)
class Lawful:
    """A pilot whose decisions are held to the law whatever it was told. ``over``: no more is
    decided."""

    pilot: Pilot
    law: Law
    over: Callable[[], bool]

    def decide(self, goal: str, page: str, last: Report | None) -> Decision:
        if self.over():
            return GiveUp("the time is over")
        decision = self.pilot.decide(goal, page, last)
        fault = self.law(decision, page)
        return GiveUp(f"the pilot may not do that: {fault}") if fault else decision


def _placed(verb: Verb, page: str, leaves: Sequence[Leaf]) -> str:
    """Whether what it acts on is there."""
    match verb:
        case Goto(url=url):
            return "" if re.match(r"^/(?![/\\])", url) else f"{url[:80]} leads elsewhere"
        case Press():
            return "keys are not pressed"
        case Expect() | Find() | ReadTable() | WaitFor() | TypeName():
            return ""
        case SelectRow(text=text) if any(leaf.says(text) for leaf in leaves):
            return ""
    for name in _acted_on(verb):
        if REF.match(name):
            return f"{name} is a mark of one page; use the name that stands there"
        if page and not _on(ordinal(name)[0], page):
            return f'there is no "{name[:80]}" on the page'
    return ""


def _acted_on(verb: Verb) -> tuple[str, ...]:
    match verb:
        case OpenMenu(path=path):
            return path[:1]
        case Click(name=name):
            return (name,)
        case SelectRow(text=text):
            return (text,)
        case Set(label=label) | Choose(label=label) | Check(label=label):
            return (label,)
    return ()


def pressed_by(verb: Verb) -> tuple[str, ...]:
    """The names that it presses."""
    match verb:
        case OpenMenu(path=path):
            return path
        case Click(name=name):
            return (name,)
    return ()


def _on(name: str, page: str) -> bool:
    return bool(plain(name)) and plain(name) in " ".join(page.split()).casefold()
