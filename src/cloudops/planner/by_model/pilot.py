"""A model that decides what to do on a console's page: while exploring, behind a shut gate.

It answers in the verbs of the driver. What pages say comes to it as data. Each decision is held to
the law of the flight (modalities/browser/lawful.py): what it names is on the page, what it enters
was asked for. It is told once what is wrong, and decides anew. What a request does is classed by
the gate, and never by the model: its answer has no place for an opinion on that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from cloudops.llm.contract import Heard, Message, NoAnswer, Oracle, Role, Speaker, unheard
from cloudops.planner.by_model.interpreter import again
from modalities.browser.driver.contract import Report
from modalities.browser.driver.pilot import Decision, Finished, GiveUp
from modalities.browser.driver.verbs import (
    Check,
    Choose,
    Click,
    Find,
    Goto,
    OpenMenu,
    SelectRow,
    Set,
    TypeName,
    WaitFor,
    as_data,
)

Law: TypeAlias = Callable[[Decision, str], str]
Act: TypeAlias = (
    Click | OpenMenu | SelectRow | Set | Choose | Check | TypeName | Goto | WaitFor | Find
)

MOST_ASKED = 3
"""Times that it is asked for one decision: once, and twice after it was put right."""

MOST_TOLD = 30
"""Decisions before this one that it gets to see."""

REF = re.compile(r" @(?:f\d+)?[eh]\d+\b")
"""Marks that hold in one document only; names last."""

INSTRUCTIONS = """\
You work in a cloud's web console, to find out how one thing is done there. You get the goal, the \
page as it is now, and what came of your last decision. Answer with the next "actions" on this \
page, 1 to 8 of them, in order.
- Use names exactly as they stand in quotes on the page. Do not use what is not there. What opens \
a page, dialog or menu is the last action: decide anew when you see what came.
- click presses a button, link or tab; open_menu goes along a path of names and presses the last; \
select_row ticks the row in which a text stands; set, choose and check fill in fields; \
type_name types a name that a dialog asks for.
- Enter and choose only the values that the goal lists. Leave everything else as the form has it.
- Where the form holds what the goal asks for, press the button that sends it.
- Where this page does not lead there, go back or elsewhere. Where nothing does, say why in \
"give_up". Set "finished" only when the form was sent.\
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """``actions`` on the page that is shown; or it is ``finished``; or ``give_up`` says why not."""

    actions: tuple[Act, ...] = ()
    finished: bool = False
    give_up: str = ""

    @property
    def decision(self) -> Decision:
        if self.actions:
            return tuple(_held_back(act) for act in self.actions)
        return Finished() if self.finished else GiveUp(_line(self.give_up) or "it does nothing")


@dataclass(slots=True)
class ModelPilot:
    """Implements modalities.browser.driver.pilot.Pilot, for one flight."""

    oracle: Oracle
    law: Law
    heard: Heard = unheard
    _told: list[str] = field(default_factory=list)
    _answered: bool = False

    def decide(self, goal: str, page: str, last: Report | None) -> Decision:
        """Gives up where no model answers, or it does not keep to the law when told."""
        opening = self._messages(goal, REF.sub("", page), last)
        messages, why, spoilt = opening, "", 0
        for _ in range(MOST_ASKED):
            came = self.oracle.ask(Role.PILOT, messages, Turn, self.heard)
            if isinstance(came, NoAnswer):
                spoilt, why = spoilt + 1, f"no model helped: {came}"
                if again(came.trouble, spoilt, before=self._answered):
                    continue
                break
            self._answered = True
            decision = came.value.decision
            fault = self.law(decision, page)
            if not fault:
                self._remember(decision)
                return decision
            why = f"model {came.model} may not do that: {fault}"
            messages = (*opening, Message(Speaker.USER, f"Refused, nothing was done: {fault}"))
        return GiveUp(_line(why))

    def _messages(self, goal: str, page: str, last: Report | None) -> tuple[Message, ...]:
        told = "\n".join(self._told[-MOST_TOLD:]) or "nothing yet"
        return (
            Message(Speaker.SYSTEM, INSTRUCTIONS),
            Message(Speaker.DATA, told, "your decisions so far"),
            Message(Speaker.DATA, _came_of(last), "what came of the last one"),
            Message(Speaker.DATA, page, "the page as it is now"),
            Message(Speaker.USER, goal),
        )

    def _remember(self, decision: Decision) -> None:
        if not isinstance(decision, (Finished, GiveUp)):
            acts = [dict(a) if isinstance(a, dict) else as_data(a) for a in decision]  # type: ignore[arg-type]
            self._told.append(json.dumps(acts, ensure_ascii=False))


def _held_back(act: Act) -> Act:
    """Nothing is decided on a page that it has not seen, nor asked by the browser itself."""
    if isinstance(act, Click):
        return Click(act.name, act.role, act.within)
    if isinstance(act, OpenMenu):
        return OpenMenu(act.path, act.within)
    return act


def _came_of(last: Report | None) -> str:
    if last is None:
        return "nothing was done yet"
    lines = [f"done: {each.verb}" for each in last.done]
    lines += [f"not done: {each}" for each in last.left]
    if last.stop is not None:
        near = f" (there are: {', '.join(last.stop.candidates)})" if last.stop.candidates else ""
        lines.append(f"stopped: {last.stop.why}: {last.stop.detail}{near}")
    lines += [f"said by the page: {each}" for each in last.said]
    lines += [f"found: {each}" for each in last.found]
    return "\n".join(lines) or "nothing"


def _line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:300]
