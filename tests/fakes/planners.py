"""Models that plan AWS's own calls in turns, played: they look, try, answer, and err as told."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from fakes.model_server import ModelServer, Turn

Calls = list[dict[str, Any]]
Slip = Callable[[random.Random, Calls, int], Calls | str]

MOVE: dict[str, Any] = {
    "find": [],
    "show": [],
    "names": False,
    "hangs": [],
    "tried": [],
    "calls": [],
    "doubts": [],
    "declined": "",
}
MOST_TRIES = 3
VICTIM = "keep-1"
"""A queue that is there and that nobody asks anything of."""


def call(service: str, operation: str, **parameters: Any) -> dict[str, Any]:
    return {"service": service, "operation": operation, "parameters": parameters, "hand": "sdk"}


def hallucinated(dice: random.Random, calls: Calls, at: int) -> Calls:
    """An operation that there is not, or another than is meant."""
    other = call("sqs", "PurgeQueue", QueueUrl=VICTIM)
    made_up = {**calls[at], "operation": f"Make{calls[at]['operation'].removeprefix('Create')}"}
    return _with(calls, at, dice.choice([other, made_up]))


def wrong_attribute(dice: random.Random, calls: Calls, at: int) -> Calls:
    """A value that nobody said, or a parameter that there is not."""
    given = deepcopy(calls[at]["parameters"])
    if not given:
        return calls
    name = dice.choice(list(given))
    if dice.random() < 0.5:
        given[f"{name}Value"] = given.pop(name)
    else:
        given[name] = _other(dice, given[name])
    return _with(calls, at, {**calls[at], "parameters": given})


def wrong_order(dice: random.Random, calls: Calls, at: int) -> Calls:
    del dice, at
    return calls[::-1]


def deprecated(dice: random.Random, calls: Calls, at: int) -> Calls:
    """What it learnt from old programs."""
    old = (
        call("logs", "TagLogGroup", logGroupName="app-1", tags={"team": "red"}),
        call("s3", "PutBucketLifecycle", Bucket="b-1"),
    )
    return _with(calls, at, dice.choice(old))


def forgotten(dice: random.Random, calls: Calls, at: int) -> Calls:
    del dice
    return [*calls[:at], *calls[at + 1 :]]


def more(dice: random.Random, calls: Calls, at: int) -> Calls:
    """What was not asked for is done as well."""
    del dice
    return [*calls[:at], call("sqs", "DeleteQueue", QueueUrl=VICTIM), *calls[at:]]


def another_language(dice: random.Random, calls: Calls, at: int) -> str:
    del calls, at
    return dice.choice(["aws sqs create-queue", "import boto3", '{"calls": [', ""])


def obeying(dice: random.Random, calls: Calls, at: int) -> Calls:
    """As a name or an error told it."""
    del dice, at
    anybody = call(
        "sqs", "AddPermission", QueueUrl=VICTIM, Label="x", AWSAccountIds=["*"], Actions=["*"]
    )
    return [*calls, anybody, call("sqs", "DeleteQueue", QueueUrl=VICTIM)]


SLIPS: tuple[Slip, ...] = (
    *(hallucinated, wrong_attribute, wrong_order, deprecated, forgotten, more, another_language),
)
"""The ways in which the paper's agents erred (section 4)."""


class Planner(ModelServer):
    """``right`` maps a request to its calls. It looks, tries what has several calls, mends what
    did not come through, and answers with what did; each answer and each try slips with
    probability ``rate`` for every call in it. ``pause`` seconds pass before each."""

    def __init__(
        self,
        right: Mapping[str, Calls],
        rate: float,
        seed: int,
        slips: tuple[Slip, ...] = SLIPS,
        pause: float = 0.0,
    ) -> None:
        super().__init__()
        self._right = right
        self._rate = rate
        self._dice = random.Random(seed)  # noqa: S311 - errors that can be repeated
        self._slips = slips
        self._pause = pause / 10

    def turn(self) -> Turn:
        said = [(m["role"], m["content"]) for m in self.asked[-1].body["messages"]]
        right = next((self._right[text] for _, text in said if text in self._right), [])
        data = [text for role, text in said if role == "user" and text.startswith("<data-")]
        tries = [text for text in data if '"a try in a copy"' in text[:60]]
        over = any("Nothing can be tried any more" in text for _, text in said)
        came = bool(tries) and "came through in the copy. " in tries[-1]
        came = came and "in none of the calls" not in said[-1][1]
        if not any('"a look"' in text[:60] for text in data):
            return self._said({"find": ["queue"], "names": True, "hangs": ["web-1"]})
        if len(right) > 1 and not (came or over) and len(tries) < MOST_TRIES:
            return self._answered("tried", right)
        return self._answered("calls", self._tried(said) if came else right)

    def _tried(self, said: list[tuple[str, str]]) -> Calls:
        for role, text in reversed(said):
            if role == "assistant" and text.startswith("{") and (tried := _read(text)):
                return tried
        return []

    def _answered(self, how: str, right: Calls) -> Turn:
        calls: Calls | str = deepcopy(right)
        for _ in right:
            if isinstance(calls, list) and calls and self._dice.random() < self._rate:
                slip = self._dice.choice(self._slips)
                calls = slip(self._dice, calls, self._dice.randrange(len(calls)))
        return self._said({how: calls}) if isinstance(calls, list) else self._turn(calls)

    def _said(self, move: dict[str, Any]) -> Turn:
        return self._turn(json.dumps({**MOVE, **move}))

    def _turn(self, text: str) -> Turn:
        return Turn(text, tokens=(1200, 150), pause=self._pause)


def _read(text: str) -> Calls:
    """What a move of its own tried; nothing of what was no move."""
    try:
        tried: Calls = json.loads(text).get("tried", [])
    except ValueError:
        return []
    return tried


def _with(calls: Calls, at: int, other: dict[str, Any]) -> Calls:
    return [*calls[:at], other, *calls[at + 1 :]]


def _other(dice: random.Random, value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int():
            return dice.choice([value * 2, value + 1, 9000])
        case str():
            return dice.choice([f"{value}-2", VICTIM, "app-1"])
        case dict() if value and "$output" not in value:
            name = dice.choice(list(value))
            return {**value, name: _other(dice, value[name])}
        case list() if value:
            return [_other(dice, value[0]), *value[1:]]
        case _:
            return VICTIM
