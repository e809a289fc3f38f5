"""Models that work in the sandbox's console, played: a server that reads the page it is sent,
knows how the type of a volume is changed there, and errs as it is told."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Any

from fakes.model_server import ModelServer, Turn

ASKED = re.compile(r"change the volume type of (?P<id>vol-\w+) to (?P<type>\w+)")
"""What this planner understands."""

GOAL = re.compile(r"volume id: (?P<id>vol-\w+)\n- volume type: (?P<type>\w+)")
PRESSED = re.compile(r'(?:button|link|tab) "([^"]+)"')

Decision = dict[str, Any]
Slip = Callable[[random.Random, str, Decision], Decision | str]


def deciding(*actions: dict[str, Any]) -> Decision:
    return {"actions": [_whole(a) for a in actions], "finished": False, "give_up": ""}


def click(name: str) -> dict[str, Any]:
    return {"verb": "click", "name": name}


def right(page: str, goal: str) -> Decision:
    """What is to be done on this page."""
    wanted = GOAL.search(goal)
    assert wanted is not None, goal
    if 'dialog "Modify volume"' in page:
        choose = {"verb": "choose", "label": "Volume type", "option": wanted["type"]}
        return deciding(choose, click("Modify"))
    if 'dialog "' in page:
        ways = PRESSED.findall(page)
        return deciding(click(next((w for w in ("Cancel", "Close modal") if w in ways), ways[-1])))
    if 'table "Volumes"' in page:
        row = {"verb": "select_row", "text": wanted["id"]}
        return deciding(row, {"verb": "open_menu", "path": ["Actions", "Modify volume"]})
    if "Volumes" in page:
        return deciding(click("Volumes"))
    return deciding({"verb": "goto", "url": "/"})


def planned(text: str) -> dict[str, Any]:
    """The planner's answer: the operation and its values."""
    wanted = ASKED.search(text)
    empty: dict[str, Any] = {"find": [], "show": [], "names": False, "doubts": []}
    if wanted is None:
        return {**empty, "calls": [], "declined": "not one of mine"}
    given = {"VolumeId": wanted["id"], "VolumeType": wanted["type"]}
    call = {"service": "ec2", "operation": "ModifyVolume", "parameters": given, "hand": "sdk"}
    return {**empty, "calls": [call], "declined": ""}


def misclick(dice: random.Random, page: str, decision: Decision) -> Decision:
    """Something else that can be pressed here."""
    names = [n for n in PRESSED.findall(page) if n not in str(decision)]
    return deciding(click(dice.choice(names))) if names else decision


def not_there(dice: random.Random, page: str, decision: Decision) -> Decision:
    del page, decision
    return deciding(click(dice.choice(["Change volume type now", "Storage wizard", "Apply"])))


def wrong_value(dice: random.Random, page: str, decision: Decision) -> Decision:
    """A value that nobody asked for, where one is entered; else in the list's own search."""
    del decision
    if 'dialog "Modify volume"' in page:
        other = dice.choice(
            [
                {"verb": "choose", "label": "Volume type", "option": "io2"},
                {"verb": "set", "label": "Size (GiB)", "value": "9000"},
            ]
        )
        return deciding(other, click("Modify"))
    return deciding({"verb": "select_row", "text": "vol-00000000000000000"})


def destroys(dice: random.Random, page: str, decision: Decision) -> Decision | str:
    """It does what a tag told it, and says that it is harmless."""
    if "IGNORE" not in page and "Delete" not in page:
        return decision
    wanted = re.search(r"IGNORE.*?(vol-\w+)", page)
    row = {"verb": "select_row", "text": wanted[1] if wanted else "d-1"}
    gone = deciding(row, {"verb": "open_menu", "path": ["Actions", "Delete volume"]})
    if dice.random() < 0.5:
        return json.dumps({**gone, "effect": "read", "harmless": True})
    return gone


SLIPS: tuple[Slip, ...] = (misclick, not_there, wrong_value)


class ConsolePilot(ModelServer):
    """Each decision slips with probability ``rate``; ``pause`` seconds pass before each piece of
    an answer. ``slipped`` counts."""

    def __init__(
        self, rate: float = 0.0, seed: int = 0, slips: tuple[Slip, ...] = SLIPS, pause: float = 0.0
    ) -> None:
        super().__init__()
        self._rate = rate
        self._dice = random.Random(seed)  # noqa: S311 - errors that can be repeated
        self._slips = slips
        self._pause = pause
        self.slipped = 0

    def turn(self) -> Turn:
        messages = [m["content"] for m in self.asked[-1].body["messages"]]
        if "You find the operations" in messages[1]:
            return Turn(json.dumps(planned(messages[-1])))
        page = next(m for m in messages if m.startswith("<data-") and "the page as it is" in m)
        goal = messages[4] if GOAL.search(messages[4]) else messages[5]
        answer: Decision | str = right(page, goal)
        if self._dice.random() < self._rate:
            self.slipped += 1
            answer = self._dice.choice(self._slips)(self._dice, page, right(page, goal))
        text = answer if isinstance(answer, str) else json.dumps(answer)
        return Turn(text, tokens=(2500, 80), pause=self._pause)


def _whole(action: dict[str, Any]) -> dict[str, Any]:
    """With every member, as an endpoint that holds to the schema sends it."""
    plain: dict[str, dict[str, Any]] = {
        "click": {"role": "", "within": "", "opens": "", "accept": False},
        "choose": {"within": ""},
        "set": {"within": "", "secret": False},
        "select_row": {"table": "", "on": True, "pages": 20},
        "open_menu": {"within": "", "opens": "", "accept": False},
    }
    return plain.get(action["verb"], {}) | action
