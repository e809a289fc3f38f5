"""Requests that the built-in grammar does not understand, read by a model where there is one."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Protocol, TypeVar

from cloudops.errors import NotUnderstood
from cloudops.llm.contract import Heard, Message, NoAnswer, Oracle, Role, Speaker, Trouble, unheard
from cloudops.planner.by_model import coverage, grounding
from cloudops.planner.by_model.agreement import Votes, needed
from cloudops.planner.by_model.grounding import Unfounded
from cloudops.planner.by_model.reading import INSTRUCTIONS, Doubt, Reading
from cloudops.planner.interpreter import summary
from cloudops.planner.interpreter.phrases import is_valid
from cloudops.request import Context, Goal, Intent, OpenQuestion, Request
from modalities.change import Change, Create, Delete
from modalities.resource import Kind

T = TypeVar("T")
MOST_DOUBTS = 3
OPENING = 3
"""Messages that every reading is asked for with."""
MOST_TRIES = 12
"""Readings of one request with one change: a model that errs in three of ten leads by three in
these, but for about one request in a thousand (benchmarks/readings.py)."""
MORE_TRIES = 6
"""Readings more for each further change: each is one more that all must have right."""
MOST_CHANGES = 4
STUCK = 4
"""Times in a row that it may say the same thing that nobody said, though it was told so."""
NO_USE = frozenset({Trouble.NONSENSE, Trouble.CUT_OFF, Trouble.REFUSED})
"""Answers that say little of the next one, where the model has answered well before."""
MOST_SPOILT = 2
"""How often a model may talk nonsense about one request, corrected once each time: one that errs
now and then does so rarely three times."""

Understood = tuple[Reading, str, tuple[str, ...]]
"""A reading, the model it is from, and what was left out of it."""


class Reader(Protocol):
    """As cloudops.engine.contract.Interpreter."""

    def interpret(self, request: Request, context: Context) -> Intent: ...


class ModelInterpreter:
    """Asks ``first``, and a model only about what that does not understand.

    What the model says is held against the request (grounding.py), and said back in our own
    words; what it reads passes every gate that the grammar's reading does.
    """

    def __init__(self, first: Reader, oracle: Oracle, heard: Heard = unheard) -> None:
        self._first = first
        self._oracle = oracle
        self._heard = heard
        self._read: dict[tuple[str, tuple[str, ...]], Understood] = {}

    def interpret(self, request: Request, context: Context) -> Intent:
        """Raises NotUnderstood, with what became of the model where one was asked."""
        try:
            return self._first.interpret(request, context)
        except NotUnderstood as stop:
            if stop.questions:
                raise  # all but one detail was understood, and that is for the person to say
            return self._second(request, context, stop)

    def _second(self, request: Request, context: Context, stop: NotUnderstood) -> Intent:
        """The same words are asked about once."""
        spoken = tuple(ref.name for ref in context.recent)
        key = (request.text, spoken)
        if key not in self._read:
            self._read[key] = self._agreed(request.text, spoken, stop)
        reading, model, dropped = self._read[key]
        note = f"read by model {model}, since the built-in grammar did not understand it"
        return intent_of(reading, request.text, note, dropped, context)

    def _agreed(self, text: str, spoken: tuple[str, ...], stop: NotUnderstood) -> Understood:
        """What a model reads alike often enough (agreement.py). Raises NotUnderstood."""
        course, votes = _Course(_messages(text, spoken)), Votes()
        while course.goes_on():
            came = self._oracle.ask(Role.INTERPRETER, course.messages, Reading, self._heard)
            if isinstance(came, NoAnswer):
                course.spoilt(came)
                continue
            course.answered(came.model, came.value)
            try:
                reading, dropped = grounding.grounded(came.value, text, spoken)
            except Unfounded as said:
                course.unfounded(_line(str(said)))
                continue
            course.founded()
            if votes.lead(_key(reading, text)) < needed(reading, text):
                course.why = f"model {course.model} read it in another way each time"
            elif _is_whole(reading):
                return reading, course.model, dropped
            else:
                raise _came_to_nothing(reading, course.model, text, stop)
        raise _not_understood(stop, course.why)


@dataclass
class _Course:
    """How far the asking about one request has come, and ``why`` it would be in vain."""

    messages: tuple[Message, ...]
    why: str = ""
    model: str = ""
    _asked: int = 0
    _most: int = MOST_TRIES
    _spoilt: int = 0
    _same: int = 0
    _unsaid: str = ""
    _over: bool = False

    def goes_on(self) -> bool:
        self._asked += 1
        return not self._over and self._asked <= self._most

    def spoilt(self, came: NoAnswer) -> None:
        self._spoilt += 1
        self.why = f"no model helped: {came}"
        self._over = not again(came.trouble, self._spoilt, before=bool(self.model))

    def answered(self, model: str, reading: Reading) -> None:
        self.model = model
        self._most = max(self._most, MOST_TRIES + MORE_TRIES * _beyond_one(reading))

    def founded(self) -> None:
        self._same = 0

    def unfounded(self, unsaid: str) -> None:
        """It is told so once more, which takes the place of what it was told before."""
        self._same = self._same + 1 if unsaid == self._unsaid else 1
        self._unsaid, self._over = unsaid, self._same == STUCK
        self.why = f"model {self.model} read something that the request does not say: {unsaid}"
        correction = Message(Speaker.USER, f"Not in the request: {unsaid}")
        self.messages = (*self.messages[:OPENING], correction)


def again(trouble: Trouble, spoilt: int, *, before: bool) -> bool:
    """Whether to ask once more after so many answers of no use; ``before``: it answered well."""
    if trouble is Trouble.NONSENSE:
        return spoilt <= MOST_SPOILT
    return trouble in NO_USE and before and spoilt == 1


def _is_whole(reading: Reading) -> bool:
    """Changes or a question. What it also declines or doubts was agreed on as that alone."""
    if reading.declined or reading.doubts:
        return False
    return bool(reading.changes) is not (reading.question is not None)


def _beyond_one(reading: Reading) -> int:
    return max(0, min(len(reading.changes), MOST_CHANGES) - 1)


def _messages(text: str, spoken: tuple[str, ...]) -> tuple[Message, ...]:
    named = ", ".join(spoken)
    about = f"Spoken of before, latest last: {named}" if spoken else "Nothing before it."
    return (
        Message(Speaker.SYSTEM, INSTRUCTIONS),
        Message(Speaker.DATA, about, "names in this session"),
        Message(Speaker.USER, text),
    )


def _key(reading: Reading, text: str) -> object:
    """Equal for readings that say the same, whatever they call what is new; but for where a name
    is left out: it may be that of what is new."""
    if reading.declined:
        return "declined"
    if reading.doubts:
        return "doubts"
    new = [n for n in _new_names(reading.changes) if n.casefold() not in text.casefold()]
    if coverage.unnamed(reading, text):
        new = []
    same = {name: f"new {number}" for number, name in enumerate(dict.fromkeys(new))}
    return _renamed(reading.changes, same), reading.question, reading.region


def _came_to_nothing(reading: Reading, model: str, text: str, stop: NotUnderstood) -> NotUnderstood:
    if reading.doubts:
        questions = tuple(question_of(d, text) for d in reading.doubts[:MOST_DOUBTS])
        return NotUnderstood(questions[0].text, questions=questions, nearest=stop.nearest)
    declined = _line(reading.declined)
    said = f"declined: {declined}" if declined else "found nothing to do in it"
    return _not_understood(stop, f"model {model} {said}")


def intent_of(
    reading: Reading, text: str, note: str, dropped: tuple[str, ...], context: Context
) -> Intent:
    """What a reading comes to; ``note`` says whose it is. Raises NotUnderstood."""
    left = (f"left out, since the request does not say it: {each}" for each in dropped)
    if reading.question is not None:
        return Intent(
            goal=Goal.MONITOR,
            summary=summary.of_question(reading.question),
            question=reading.question,
            defaults=(note, *left),
            region=reading.region,
        )
    names = _chosen(reading.changes, text, context)
    changes = _renamed(reading.changes, names)
    return Intent(
        goal=_goal(changes),
        summary=summary.of_changes(changes),
        changes=changes,
        defaults=(note, *left, *(f"name: {name}" for name in names.values())),
        region=reading.region,
    )


def _new_names(changes: tuple[Change, ...]) -> tuple[str, ...]:
    made = (w.name for c in changes if isinstance(c, Create) for w in c.wanted)
    return tuple(name for name in made if name)


def _chosen(changes: tuple[Change, ...], text: str, context: Context) -> dict[str, str]:
    """Names of new things that the model chose, and what they are called: what nothing of that
    kind has already. Raises NotUnderstood."""
    chosen: dict[str, str] = {}
    for wanted in (w for c in changes if isinstance(c, Create) for w in c.wanted):
        name = wanted.name
        if name is None or name.casefold() in text.casefold():
            continue
        if not is_valid(name):
            raise NotUnderstood(f"“{_line(name)}” is no name", remedy="name it in the request")
        kind = Kind(wanted.kind)
        free = (n for n in (name, *(f"{name}-{n}" for n in range(2, 10_000))))
        chosen[name] = next(n for n in free if (kind, n) not in context.taken)
    return chosen


def _renamed(part: T, names: dict[str, str]) -> T:
    """With the other names wherever the things are spoken of."""
    found: Any = part
    if isinstance(part, str) and type(part) is str:
        found = names.get(part, part)
    elif isinstance(part, tuple):
        found = tuple(_renamed(item, names) for item in part)
    elif is_dataclass(part) and not isinstance(part, type):
        given = {f.name: _renamed(getattr(part, f.name), names) for f in fields(part)}
        found = replace(part, **{k: v for k, v in given.items() if k not in ("change", "explicit")})
    renamed: T = found
    return renamed


def _goal(changes: tuple[Change, ...]) -> Goal:
    if any(isinstance(change, Delete) for change in changes):
        return Goal.DELETE
    made = any(isinstance(change, Create) for change in changes)
    return Goal.PROVISION if made else Goal.UPDATE


def question_of(doubt: Doubt, text: str) -> OpenQuestion:
    """A model's doubt, as a question to the person."""
    asked = _line(doubt.text)
    return OpenQuestion(
        text=asked,
        options=tuple(_line(option) for option in doubt.options),
        default=_line(doubt.default) if doubt.default else None,
        hint="say it in the request",
        rephrase=f"{text} ({{answer}})",  # a model's question is not the person's words
    )


def _not_understood(stop: NotUnderstood, why: str) -> NotUnderstood:
    detail = "; ".join(filter(None, (stop.detail, why)))
    return NotUnderstood(stop.summary, detail=detail, nearest=stop.nearest, remedy=stop.remedy)


def _line(text: str) -> str:
    """A model's words as one short line that no terminal takes for more."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200]
