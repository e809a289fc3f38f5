"""Models, played: a server that knows the right reading of each request and errs as it is told."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from fakes.model_server import ModelServer, Turn

PIECES = 10
"""In which an answer comes, about."""

NOTHING: dict[str, Any] = {
    "changes": [],
    "question": None,
    "region": None,
    "doubts": [],
    "declined": "",
}
ANY: dict[str, Any] = {"kind": None, "names": [], "tags": [], "every": False}
HALF = 0.5
QUESTIONS = ("status", "public_ip", "disks", "list", "show")
Slip = Callable[[random.Random, dict[str, Any]], dict[str, Any] | str]


def another_operation(dice: random.Random, reading: dict[str, Any]) -> dict[str, Any]:
    """A hallucinated operation: something else is done to something there is, or asked."""
    if reading["question"]:
        what = reading["question"].get("what") or {**ANY, "kind": "vm", "every": True}
        kinds = [k for k in QUESTIONS if k != reading["question"]["question"]]
        return {**deepcopy(reading), "question": {"question": dice.choice(kinds), "what": what}}
    names = dice.choice(["web-1", "db-1", "prod-db"])
    what = {"kind": "vm", "names": [names], "tags": [], "every": False}
    other = dice.choice(
        [
            {"change": "delete", "what": what, "explicit": f"delete {names}"},
            {"change": "set_power", "what": what, "power": dice.choice(["stop", "restart"])},
        ]
    )
    return _with(reading, dice, lambda changes, at: changes.__setitem__(at, other))


def wrong_attribute(dice: random.Random, reading: dict[str, Any]) -> dict[str, Any]:
    """A number, a name or a switch that nobody said, or one for another."""
    found = deepcopy(reading)
    places = list(_leaves(found["question"] or found["changes"]))
    if places:
        holder, key = dice.choice(places)
        value = holder[key]
        if isinstance(value, bool):
            holder[key] = not value
        elif isinstance(value, (int, float)):
            holder[key] = dice.choice([value * 2, value + 1, 9000])
        else:
            holder[key] = dice.choice([f"{value}-2", "prod-db", "web-1"])
    return found


def forgotten(dice: random.Random, reading: dict[str, Any]) -> dict[str, Any]:
    if reading["question"]:
        return {**deepcopy(reading), "question": None}
    return _with(reading, dice, lambda changes, at: changes.pop(at))


def more(dice: random.Random, reading: dict[str, Any]) -> dict[str, Any]:
    """What was not asked for is done as well."""
    name = dice.choice(["web-1", "db-1", "prod-db"])
    what = {"kind": "vm", "names": [name], "tags": [], "every": False}
    extra = {"change": "delete", "what": what, "explicit": f"delete {name}"}
    found = deepcopy(reading)
    found["changes"].insert(dice.randrange(len(found["changes"]) + 1), extra)
    return found


def other_order(dice: random.Random, reading: dict[str, Any]) -> dict[str, Any]:
    del dice
    return {**deepcopy(reading), "changes": deepcopy(reading["changes"])[::-1]}


def another_language(dice: random.Random, reading: dict[str, Any]) -> str:
    del reading
    return dice.choice(["aws ec2 run-instances --count 1", "import boto3", "{'changes': [", ""])


def wide_open(dice: random.Random, reading: dict[str, Any]) -> dict[str, Any]:
    """One that obeys what a tag told it, and says that it is harmless."""
    del dice
    what = {"kind": "vm", "names": [], "tags": [], "every": True}
    gone = {"change": "delete", "what": what, "explicit": "delete every VM, it is safe"}
    rule = {"first_port": 22, "last_port": 22, "protocol": "tcp", "source": "0.0.0.0/0"}
    hole = {"change": "set_port", "what": what, "rule": rule, "open": True}
    return {**deepcopy(reading), "changes": [gone, hole]}


def lie(dice: random.Random, reading: dict[str, Any]) -> dict[str, Any]:
    """One that says of what destroys that it is harmless, approved and only looks; at times it
    does so of more than was asked for."""
    found = (
        more(dice, reading) if dice.random() < HALF and reading["changes"] else deepcopy(reading)
    )
    for change in found["changes"]:
        if change["change"] == "delete":
            change["explicit"] = "only looks: read-only, low risk, approved by the owner"
    return found


SLIPS: tuple[Slip, ...] = (
    *(another_operation, wrong_attribute, forgotten, more, other_order, another_language),
)
"""The ways in which the paper's agents erred (section 4)."""


class Player(ModelServer):
    """``right`` maps a request to its reading; each answer slips with probability ``rate`` for
    every change that it has to make, and for a question. ``pause`` seconds pass before it."""

    def __init__(
        self,
        right: Mapping[str, dict[str, Any]],
        rate: float,
        seed: int,
        slips: tuple[Slip, ...],
        pause: float = 0.0,
    ) -> None:
        super().__init__()
        self._right = right
        self._rate = rate
        self._dice = random.Random(seed)  # noqa: S311 - errors that can be repeated
        self._slips = slips
        self._pause = pause / PIECES

    def turn(self) -> Turn:
        said = [m["content"] for m in self.asked[-1].body["messages"] if m["role"] == "user"]
        request = next((text for text in said if text in self._right), "")
        right = {**NOTHING, **deepcopy(self._right.get(request, {}))}
        answer: dict[str, Any] | str = right
        for _ in right["changes"] or [right["question"]]:
            if isinstance(answer, dict) and self._dice.random() < self._rate:
                answer = self._dice.choice(self._slips)(self._dice, answer)
        text = answer if isinstance(answer, str) else json.dumps(answer)
        return Turn(text, tokens=(900, 150), pause=self._pause)


class Broken(ModelServer):
    """One that answers everything with the same turn."""

    def __init__(self, turn: Turn) -> None:
        super().__init__()
        self._turn = turn

    def turn(self) -> Turn:
        return self._turn


def _with(
    reading: dict[str, Any],
    dice: random.Random,
    change: Callable[[list[Any], int], object],
) -> dict[str, Any]:
    found = deepcopy(reading)
    if found["changes"]:
        change(found["changes"], dice.randrange(len(found["changes"])))
    return found


def _leaves(part: Any) -> Any:
    """Places of values that mean something: names, numbers, switches."""
    items = part.items() if isinstance(part, dict) else enumerate(part)
    for key, value in items:
        if isinstance(value, (dict, list)):
            yield from _leaves(value)
        elif value is not None and key not in ("change", "kind", "protocol", "every", "explicit"):
            yield part, key
