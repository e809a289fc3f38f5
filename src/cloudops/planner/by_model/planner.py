"""Requests beyond all that has words of its own, planned by a model that may look things up.

It is asked last: after the grammar, the index and the model that reads. It looks in the index of
what the installed tools know and in the state, never in a cloud, and answers with the vendor's own
operations. They are held to the vendor's model and to the person's words (calls.py), and must come
out the same twice; then they are a change like any other, before all gates.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from cloudops.errors import NotUnderstood
from cloudops.knowledge.contract import Candidate, Operation
from cloudops.knowledge.filling import plain
from cloudops.llm.contract import Heard, Message, NoAnswer, Oracle, Role, Speaker, unheard
from cloudops.planner.by_model import calls as law_of
from cloudops.planner.by_model import coverage
from cloudops.planner.by_model.calls import EffectOf, Law, Problems
from cloudops.planner.by_model.grounding import Unfounded
from cloudops.planner.by_model.interpreter import Reader, again, question_of
from cloudops.planner.by_model.moving import INSTRUCTIONS, Move
from cloudops.planner.by_model.operations import told
from cloudops.request import AnswerOf, Context, Goal, Intent, Request
from modalities.action import SdkCall
from modalities.change import Operate
from modalities.codec import encode
from modalities.resource import Provider
from modalities.step import Effect
from policies.words import GO_VERB

MOST_TURNS = 12
MOST_LOOKS = 4
MOST_FOUND = 6
MOST_HEARD = 40
"""Operations that the index may hear in a request."""

MOST_DOUBTS = 3
TWICE = 2
GOALS = {Effect.CREATE: Goal.PROVISION, Effect.DELETE: Goal.DELETE}


class Knowing(Protocol):
    """As cloudops.knowledge.knowledge.Knowledge."""

    def find(self, words: str, provider: Provider, most: int = 5) -> tuple[Candidate, ...]: ...

    def operation(self, key: str) -> Operation | None: ...

    def close(self) -> None: ...


Opened: TypeAlias = Callable[[], Knowing | None]
Names: TypeAlias = Callable[[], str]
"""What the state knows to be there, a line each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Where a planning model may look, and what its calls are held to."""

    opened: Opened
    names: Names
    effect_of: EffectOf
    problems: Problems


@dataclass(slots=True)
class _Talk:
    """One request's turns. ``asked`` is what is asked now; ``looks`` how often it looked."""

    messages: tuple[Message, ...]
    looks: int = 0
    spoilt: int = 0
    votes: Counter[str] = field(default_factory=Counter)
    why: str = ""
    model: str = ""


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
                return self._planned(request.text, provider, knowledge, stop)
            finally:
                knowledge.close()

    def _planned(
        self, text: str, provider: Provider, knowledge: Knowing, stop: NotUnderstood
    ) -> Intent:
        heard = knowledge.find(text, provider, MOST_HEARD)
        commands = frozenset(candidate.operation.command for candidate in heard)
        library = self._library
        law = Law(knowledge.operation, library.effect_of, library.problems, commands, provider)
        talk = _Talk(_opening(text, heard))
        for _ in range(MOST_TURNS):
            came = self._oracle.ask(Role.PLANNER, talk.messages, Move, self._heard)
            if isinstance(came, NoAnswer):
                talk.why = f"no model helped: {came}"
                talk.spoilt += 1
                if again(came.trouble, talk.spoilt, before=bool(talk.model)):
                    continue
                break
            talk.model = came.model
            move = came.value
            if move.looks:
                if not self._looked(talk, move, knowledge, provider):
                    break
                continue
            if (intent := self._meant(talk, move, text, law, stop)) is not None:
                return intent
        raise _not_understood(stop, talk.why or f"model {talk.model} came to no end")

    def _looked(self, talk: _Talk, move: Move, knowledge: Knowing, provider: Provider) -> bool:
        """What it asked for, as data; False where it has looked often enough."""
        talk.looks += 1
        if talk.looks > MOST_LOOKS:
            talk.why = f"model {talk.model} only looked around"
            return False
        found = [
            f"{words}:\n{_listed(knowledge.find(words, provider, MOST_FOUND))}"
            for words in move.find[:3]
        ]
        for command in move.show[:3]:
            operation = knowledge.operation(command)
            found.append(told(operation) if operation else f"{command}: there is no such command")
        if move.names:
            found.append(self._library.names() or "nothing is known to be there")
        said = Message(Speaker.ASSISTANT, json.dumps(encode(move)))
        talk.messages = (*talk.messages, said, Message(Speaker.DATA, "\n\n".join(found), "a look"))
        return True

    def _meant(
        self, talk: _Talk, move: Move, text: str, law: Law, stop: NotUnderstood
    ) -> Intent | None:
        """The intent, where it is had often enough. Raises NotUnderstood."""
        try:
            taken = law_of.grounded(move.calls, text, law)
        except Unfounded as error:
            talk.why = f"model {talk.model} plans what the request does not say: {error}"
            correction = Message(Speaker.USER, f"Not in the request: {error}")
            talk.messages = (*talk.messages, correction)
            return None
        key = _key(move)
        talk.votes[key] += 1
        left_out = move.calls and coverage.left_out(list(law_of.leaves(move.calls)), text)
        if talk.votes[key] < TWICE + bool(left_out):
            talk.why = f"model {talk.model} plans it in another way each time"
            return None
        if not move.calls:
            raise _came_to_nothing(move, talk.model, text, stop)
        return _intent(move.calls, text, talk.model, taken, law)


def _opening(text: str, heard: tuple[Candidate, ...]) -> tuple[Message, ...]:
    return (
        Message(Speaker.SYSTEM, INSTRUCTIONS),
        Message(Speaker.DATA, _listed(heard[:MOST_FOUND]), "operations that may be meant"),
        Message(Speaker.USER, text),
    )


def _listed(candidates: tuple[Candidate, ...]) -> str:
    lines = (
        f"{c.operation.command} ({c.operation.service} {c.operation.name}): "
        f"{c.operation.about[:120]}"
        for c in candidates
    )
    return "\n".join(lines) or "nothing is found"


def _key(move: Move) -> str:
    if move.calls:
        return json.dumps(encode(move.calls), sort_keys=True)
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
