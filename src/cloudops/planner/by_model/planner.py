"""Requests beyond all that has words of its own, planned by a model that may look things up.

It is asked last: after the grammar, the index and the model that reads. It looks in the index of
what the installed tools know and in the state, and may have calls tried in a copy where nothing is
real; it answers with the vendor's own operations. What it tries and what it answers is held to the
vendor's model and to the person's words (calls.py), and an answer must lead the others
(agreement.py); then it is a change like any other, before all gates.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeAlias

from cloudops.errors import NotUnderstood
from cloudops.knowledge.contract import Candidate, Operation
from cloudops.knowledge.filling import plain
from cloudops.llm.contract import Heard, Message, NoAnswer, Oracle, Role, Speaker, unheard
from cloudops.planner.by_model import agreement, coverage, telling
from cloudops.planner.by_model import calls as law_of
from cloudops.planner.by_model.agreement import Votes, ahead
from cloudops.planner.by_model.calls import EffectOf, Law, Problems
from cloudops.planner.by_model.grounding import Unfounded
from cloudops.planner.by_model.interpreter import STUCK, Reader, again, question_of
from cloudops.planner.by_model.moving import INSTRUCTIONS, Move
from cloudops.planner.by_model.operations import command_of, told
from cloudops.planner.by_model.spoken import Words
from cloudops.request import AnswerOf, Context, Goal, Intent, Request, Tries
from modalities.action import SdkCall
from modalities.change import Operate
from modalities.codec import encode
from modalities.resource import Provider
from modalities.step import Effect
from policies.words import GO_VERB

MOST_TURNS = 16
MORE_TURNS = 8
"""For each call beyond the first that an answer has: one that errs in each errs more often."""

MOST_LOOKS = 4
MOST_TRIES = 4
MOST_FOUND = 6
MOST_HEARD = 40
"""Operations that the index may hear in a request."""

MOST_RETURNED = 12
"""Members of an answer that are shown of a call that was tried."""

MOST_DOUBTS = 3
PAIR = re.compile(r"(?<![\w=-])([\w.-]+)=([\w.-]*\w)")
GOALS = {Effect.CREATE: Goal.PROVISION, Effect.DELETE: Goal.DELETE}


class Knowing(Protocol):
    """As cloudops.knowledge.knowledge.Knowledge."""

    def find(self, words: str, provider: Provider, most: int = 5) -> tuple[Candidate, ...]: ...

    def operation(self, key: str) -> Operation | None: ...

    def close(self) -> None: ...


Opened: TypeAlias = Callable[[], Knowing | None]
Names: TypeAlias = Callable[[], str]
"""What the state knows to be there, a line each."""

Hangs: TypeAlias = Callable[[str], str]
"""What the state knows of what goes by a name: what it needs and what needs it, a line each."""


Ordered: TypeAlias = Callable[[Sequence[SdkCall]], tuple[SdkCall, ...]]
"""Calls with each behind the one that makes what it names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Where a planning model may look, and what its calls are held to."""

    opened: Opened
    names: Names
    hangs: Hangs
    effect_of: EffectOf
    problems: Problems
    ordered: Ordered = tuple


@dataclass(slots=True)
class _Talk:
    """One request's turns; ``longest`` is the most calls of an answer, ``looks`` and ``tries`` are
    how often it looked and tried."""

    messages: tuple[Message, ...]
    turns: int = 0
    longest: int = 0
    looks: int = 0
    tries: int = 0
    spoilt: int = 0
    votes: Votes = field(default_factory=Votes)
    unsaid: str = ""
    same: int = 0
    why: str = ""
    model: str = ""

    def goes_on(self) -> bool:
        self.turns += 1
        most = MOST_TURNS + MORE_TURNS * max(0, self.longest - 1)
        return self.same < STUCK and self.turns <= most

    def unfounded(self, unsaid: str, does: str) -> None:
        """Told so; in vain where it says the same again and again."""
        self.same = self.same + 1 if unsaid == self.unsaid else 1
        self.unsaid = unsaid
        self.why = f"model {self.model} {does} what the request does not say: {unsaid}"
        _correct(self, f"Not in the request: {unsaid}")


class ModelPlanner:
    """Asks ``first``, and a model only about what nobody before understands."""

    def __init__(
        self, first: Reader, oracle: Oracle, library: Library, heard: Heard = unheard
    ) -> None:
        self._first = first
        self._oracle = oracle
        self._library = library
        self._heard = heard

    def interpret(self, request: Request, context: Context) -> Intent:
        """Raises NotUnderstood, with what became of the model where one was asked."""
        try:
            return self._first.interpret(request, context)
        except NotUnderstood as stop:
            provider = request.cloud or context.cloud or Provider.AWS
            if stop.questions or provider is not Provider.AWS:
                raise
            knowledge = self._library.opened()
            if knowledge is None:
                raise
            try:
                return self._planned(request.text, provider, knowledge, stop, context.tries)
            finally:
                knowledge.close()

    def _planned(
        self,
        text: str,
        provider: Provider,
        knowledge: Knowing,
        stop: NotUnderstood,
        tries: Tries | None,
    ) -> Intent:
        heard = knowledge.find(text, provider, MOST_HEARD)
        commands = frozenset(candidate.operation.command for candidate in heard)
        library = self._library
        law = Law(knowledge.operation, library.effect_of, library.problems, commands, provider)
        talk = _Talk(_opening(text, heard))
        while talk.goes_on():
            came = self._oracle.ask(Role.PLANNER, talk.messages, Move, self._heard)
            if isinstance(came, NoAnswer):
                talk.why = f"no model helped: {came}"
                talk.spoilt += 1
                if again(came.trouble, talk.spoilt, before=bool(talk.model)):
                    continue
                break
            talk.model = came.model
            move = self._in_order(came.value)
            talk.longest = max(talk.longest, min(len(move.calls), law_of.MOST_CALLS))
            if move.looks:
                if not self._looked(talk, move, knowledge, provider):
                    break
                continue
            if move.tries:
                _try(talk, move, text, law, tries)
                continue
            if (intent := self._meant(talk, move, text, law, stop)) is not None:
                return intent
        raise _not_understood(stop, talk.why or f"model {talk.model} came to no end")

    def _in_order(self, move: Move) -> Move:
        in_order = self._library.ordered
        return replace(move, calls=in_order(move.calls), tried=in_order(move.tried))

    def _looked(self, talk: _Talk, move: Move, knowledge: Knowing, provider: Provider) -> bool:
        """What it asked for, as data; False where it has looked often enough."""
        talk.looks += 1
        if talk.looks > MOST_LOOKS:
            talk.why = f"model {talk.model} only looked around"
            return False
        found = [
            f"{words}:\n{telling.listed(knowledge.find(words, provider, MOST_FOUND))}"
            for words in move.find[:3]
        ]
        for command in move.show[:3]:
            operation = knowledge.operation(command)
            found.append(told(operation) if operation else f"{command}: there is no such command")
        if move.names:
            found.append(self._library.names() or "nothing is known to be there")
        found += [self._library.hangs(name) for name in move.hangs[:3]]
        _hear(talk, move, "\n\n".join(found), "a look")
        return True

    def _meant(
        self, talk: _Talk, move: Move, text: str, law: Law, stop: NotUnderstood
    ) -> Intent | None:
        """The intent, where it is had often enough. Raises NotUnderstood."""
        if not (move.calls or move.doubts or move.declined):
            talk.why = f"model {talk.model} says nothing"
            _correct(talk, "That is no answer: calls, doubts, or why it is declined.")
            return None
        try:
            taken = law_of.grounded(move.calls, text, law)
        except Unfounded as error:
            talk.unfounded(str(error), "plans")
            return None
        talk.same = 0
        left_out = _left_out(move.calls, text) if move.calls else ()
        loose = [said for said in left_out if not _counts(said, move.calls)]
        if loose or talk.votes.lead(_key(move)) < _needed(move, text, left_out):
            talk.why = f"model {talk.model} plans it in another way each time"
            if left_out:
                _correct(talk, _in_none(left_out))
            return None
        if not move.calls:
            raise _came_to_nothing(move, talk.model, text, stop)
        return _intent(move.calls, text, talk.model, taken, law)


def _needed(move: Move, text: str, left_out: Sequence[str]) -> int:
    return ahead(text, len(move.calls), left_out) if move.calls else agreement.TWICE


def _try(talk: _Talk, move: Move, text: str, law: Law, tries: Tries | None) -> None:
    """What came of its calls in a copy, as data. They are held to what an answer is held to:
    what nobody said is sent nowhere, not even to a copy."""
    talk.tries += 1
    if tries is None or talk.tries > MOST_TRIES:
        _correct(talk, "Nothing can be tried any more: answer.")
        return
    try:
        law_of.grounded(move.tried, text, law)
    except Unfounded as error:
        talk.unfounded(str(error), "would try")
        return
    if all(law.effect_of(call) is Effect.READ for call in move.tried):
        _correct(talk, "What only reads needs no try: answer with it.")
        return
    shown = {str(call): _returned(call, law) for call in move.tried}
    _hear(talk, move, telling.tried(tries(move.tried, shown)), "a try in a copy")
    if left_out := _left_out(move.tried, text):
        _correct(talk, _in_none(left_out))


def _left_out(calls: Sequence[SdkCall], text: str) -> tuple[str, ...]:
    """What the request says and no call has: names, numbers, and either side of ``key=value``."""
    given = list(law_of.leaves(calls))
    pairs = (half for pair in PAIR.findall(Words(text).text) for half in pair)
    unsaid = (half for half in pairs if half not in map(str, given))
    return tuple(dict.fromkeys((*coverage.left_out(given, text), *unsaid)))


def _counts(said: str, calls: Sequence[SdkCall]) -> bool:
    """Whether it says how many there are of one operation."""
    many = Counter(str(call) for call in calls)
    return said in {str(n) for n in many.values()}


def _in_none(left_out: Sequence[str]) -> str:
    return f"Said in the request, and in none of the calls: {', '.join(left_out)}"


def _returned(call: SdkCall, law: Law) -> tuple[str, ...]:
    operation = law.known(command_of(call, law.provider))
    return operation.returns[:MOST_RETURNED] if operation else ()


def _hear(talk: _Talk, move: Move, text: str, origin: str) -> None:
    said = Message(Speaker.ASSISTANT, json.dumps(encode(move)))
    talk.messages = (*talk.messages, said, Message(Speaker.DATA, text, origin))


def _correct(talk: _Talk, text: str) -> None:
    talk.messages = (*talk.messages, Message(Speaker.USER, text))


def _opening(text: str, heard: tuple[Candidate, ...]) -> tuple[Message, ...]:
    return (
        Message(Speaker.SYSTEM, INSTRUCTIONS),
        Message(Speaker.DATA, telling.listed(heard[:MOST_FOUND]), "operations that may be meant"),
        Message(Speaker.USER, text),
    )


def _each_alone(calls: Sequence[Any]) -> list[str]:
    """Each call with what it refers to in it, and not by a number: what waits for nothing may
    stand anywhere."""
    told: list[str] = []
    for call in calls:
        told.append(json.dumps(_told_of(call, told), sort_keys=True))
    return told


def _told_of(part: Any, before: Sequence[str]) -> Any:
    if isinstance(part, list):
        return [_told_of(item, before) for item in part]
    if not isinstance(part, Mapping):
        return part
    number, _, path = str(part.get("$output", "")).partition(".")
    if number.isdecimal() and 0 < int(number) <= len(before):
        return {"$output": [before[int(number) - 1], path]}
    return {key: _told_of(value, before) for key, value in part.items()}


def _key(move: Move) -> str:
    """Equal for answers that come to the same."""
    if move.calls:
        return json.dumps(sorted(_each_alone(encode(move.calls))))
    return "doubts" if move.doubts else "declined"


def _intent(
    calls: tuple[SdkCall, ...], text: str, model: str, taken: tuple[str, ...], law: Law
) -> Intent:
    effects = [law.effect_of(call) for call in calls]
    words = ", then ".join(f"{' '.join(plain(c.operation))} ({c.service})" for c in calls)
    note = f"planned by model {model}, since nothing else understood it"
    defaults = (note, *taken)
    summary = words[:1].upper() + words[1:]
    if set(effects) == {Effect.READ}:
        asked = AnswerOf(provider=law.provider, call=calls[-1], words=words)
        return Intent(
            goal=Goal.MONITOR,
            summary=summary,
            question=asked,
            defaults=defaults,
            cloud=law.provider,
        )
    change = Operate(
        provider=law.provider,
        calls=calls,
        words=words,
        explicit=text if GO_VERB.search(text) else "",
    )
    goal = next((GOALS[e] for e in (Effect.DELETE, Effect.CREATE) if e in effects), Goal.UPDATE)
    return Intent(
        goal=goal, summary=summary, changes=(change,), defaults=defaults, cloud=law.provider
    )


def _came_to_nothing(move: Move, model: str, text: str, stop: NotUnderstood) -> NotUnderstood:
    if move.doubts:
        questions = tuple(question_of(doubt, text) for doubt in move.doubts[:MOST_DOUBTS])
        return NotUnderstood(questions[0].text, questions=questions, nearest=stop.nearest)
    said = " ".join(move.declined.split())[:200]
    return _not_understood(stop, f"model {model} declined: {said}" if said else stop.detail)


def _not_understood(stop: NotUnderstood, why: str) -> NotUnderstood:
    detail = "; ".join(dict.fromkeys(filter(None, (stop.detail, why))))
    return NotUnderstood(stop.summary, detail=detail, nearest=stop.nearest, remedy=stop.remedy)
