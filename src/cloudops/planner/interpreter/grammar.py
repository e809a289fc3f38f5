"""The built-in interpreter: from English words to an intent, without a model.

Text is made plain (``text``), cut into tokens (``tokens``), given meanings from the vocabulary
(``lexemes``), and read either as a question (``questions``) or as clauses (``clauses``) that
become changes (``actions``). Every word must find its place: what does not is named, and
nothing is done. See docs/interpreter.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cloudops.errors import NotUnderstood
from cloudops.planner.interpreter import summary
from cloudops.planner.interpreter.actions import act, finish
from cloudops.planner.interpreter.asking import Ask, Unclear, ask
from cloudops.planner.interpreter.building import Builder
from cloudops.planner.interpreter.clause import Clause, Parse
from cloudops.planner.interpreter.clauses import ClauseReader
from cloudops.planner.interpreter.discourse import Discourse
from cloudops.planner.interpreter.drafting import Draft
from cloudops.planner.interpreter.frame import Frame
from cloudops.planner.interpreter.lexemes import Lexeme, Reading, read
from cloudops.planner.interpreter.mood import is_question
from cloudops.planner.interpreter.nearest import nearest
from cloudops.planner.interpreter.places import provider_of, region_for
from cloudops.planner.interpreter.questions import QuestionReader
from cloudops.planner.interpreter.text import plain
from cloudops.planner.interpreter.tokens import tokens
from cloudops.planner.interpreter.vocabulary.passed_over import KEEP_DISKS
from cloudops.planner.interpreter.vocabulary.tags import Tag
from cloudops.request import Context, Goal, Intent, Request, ServiceHealth
from modalities.change import Change, Create, Delete
from modalities.resource import Provider


@dataclass(frozen=True, slots=True)
class _Where:
    """The cloud and region the words name; ``provider`` is what native names are read for."""

    cloud: Provider | None
    region: str | None
    provider: Provider


class BuiltInInterpreter:
    """Implements ``cloudops.engine.contract.Interpreter`` by a grammar of its own."""

    def interpret(self, request: Request, context: Context) -> Intent:
        """The intent. Raises NotUnderstood, with ``questions`` where only a detail is open."""
        text = plain(request.text)
        reading = read(tokens(text), {ref.name.casefold() for ref in context.recent})
        try:
            intent = self._intent(text, reading, request, context)
        except Ask as open_:
            raise NotUnderstood(
                open_.question.text,
                questions=(open_.question,),
                nearest=self._nearest(reading.lexemes),
                remedy=open_.question.hint,
            ) from None
        except Unclear as why:
            raise self._not_understood(why, reading.lexemes) from None
        return intent

    def _intent(self, text: str, reading: Reading, request: Request, context: Context) -> Intent:
        slips = tuple(f"“{written}” read as “{word}”" for written, word in reading.misread)
        if is_question(reading.lexemes):
            return self._asked(text, reading.lexemes, request, context, slips)
        parse = ClauseReader(reading.lexemes).read()
        where = _where(parse.clouds, parse.regions, parse.clauses, request.cloud)
        if parse.unknown:
            raise _unplaced(text, parse)
        discourse = Discourse(text, context)
        draft = Draft(text, discourse)
        builder = Builder(draft, where.provider)
        frame = Frame(text, discourse, draft, builder)
        for clause in parse.clauses:
            act(frame, clause)
        finish(frame)
        builder.settle()
        changes = frame.changes()
        if not changes:
            raise Unclear("there is nothing to do in it")
        if KEEP_DISKS in parse.notes and any(isinstance(change, Delete) for change in changes):
            raise Unclear("deleting while keeping the disks cannot be promised here",
                          remedy="detach the disks first, then delete the VM")  # fmt: skip
        notes = dict.fromkeys((*draft.notes, *builder.defaults, *frame.notes, *parse.notes))
        return Intent(
            goal=_goal(changes),
            summary=_said_with(summary.of_changes(changes), parse),
            changes=changes,
            defaults=(*slips, *notes),
            region=where.region,
            cloud=where.cloud,
        )

    def _asked(
        self,
        text: str,
        lexemes: Sequence[Lexeme],
        request: Request,
        context: Context,
        slips: tuple[str, ...],
    ) -> Intent:
        reader = QuestionReader(lexemes, Discourse(text, context))
        question = reader.read()
        where = _where(reader.heard.clouds, reader.heard.regions, (), request.cloud)
        if isinstance(question, ServiceHealth):
            question = ServiceHealth(region=where.region, service=question.service)
        return Intent(
            goal=Goal.MONITOR,
            summary=summary.of_question(question),
            question=question,
            defaults=(*slips, *reader.defaults),
            region=where.region,
            cloud=where.cloud,
        )

    def _not_understood(self, why: Unclear, lexemes: Sequence[Lexeme]) -> NotUnderstood:
        words = tuple(dict.fromkeys(why.words))
        quoted = ", ".join(f"“{word}”" for word in words)
        return NotUnderstood(
            f"not understood: {str(why) or quoted}",
            detail=self._reasons(words, lexemes),
            nearest=self._nearest(lexemes),
            remedy=why.remedy
            or "say it in other words; a name goes after “named” or in quotes. Nothing was done",
        )

    @staticmethod
    def _reasons(words: Sequence[str], lexemes: Sequence[Lexeme]) -> str:
        """What the words that stood in the way would have meant."""
        reasons = []
        for lexeme in lexemes:
            if lexeme.text not in words:
                continue
            if lexeme.has(Tag.HAZARD):
                reasons.append(f"“{lexeme.text}” is {lexeme.get(Tag.HAZARD)}")
            elif lexeme.has(Tag.FOREIGN):
                reasons.append(f"“{lexeme.text}” is beyond what can be done here")
        return "; ".join(dict.fromkeys(reasons))

    @staticmethod
    def _nearest(lexemes: Sequence[Lexeme]) -> tuple[str, ...]:
        verbs = [x.get(Tag.VERB) or x.get(Tag.ASKING) for x in lexemes]
        kinds = [x.get(Tag.NOUN).kind for x in lexemes if x.has(Tag.NOUN)]
        foreign = [x.get(Tag.FOREIGN) for x in lexemes if x.has(Tag.FOREIGN)]
        return nearest((v for v in verbs if v), (k for k in kinds if k), foreign)


def _unplaced(text: str, parse: Parse) -> Exception:
    """What was not understood; a lone word where a name belongs is asked about."""
    words = [x for x in parse.unknown if not x.has(*_LITTLE)] or parse.unknown
    if len(words) == 1 and not words[0].means and _EXISTING & {c.verb for c in parse.clauses}:
        word = words[0]
        if word.text.isalnum() and not any(clause.solid for clause in parse.clauses):
            return ask(
                f"Is “{word.text}” a name? Of what?",
                request=text,
                at=word.start,
                until=word.end,
                options=(f"the VM named {word.text}", f"the disk named {word.text}"),
                hint=f"say what it is, for example: the VM named {word.text}",
            )
    return Unclear("", *(lexeme.text for lexeme in words))


_LITTLE = (Tag.DETERMINER, Tag.AND, Tag.PREPOSITION, Tag.STOP, Tag.OR)
_EXISTING = frozenset({"delete", "remove", "start", "stop", "restart", "resize", "turn on",
                       "turn off", "tag", "attach", "detach", "update", "turn"})  # fmt: skip


def _goal(changes: Sequence[Change]) -> Goal:
    if any(isinstance(change, Delete) for change in changes):
        return Goal.DELETE
    if any(isinstance(change, Create) for change in changes):
        return Goal.PROVISION
    return Goal.UPDATE


def _said_with(said: str, parse: Parse) -> str:
    """The summary, with the wishes that were kept."""
    return said + (f" ({'; '.join(dict.fromkeys(parse.notes))})" if parse.notes else "")


def _where(
    clouds: Sequence[Provider],
    regions: Sequence[Any],
    clauses: Sequence[Clause],
    asked: Provider | None,
) -> _Where:
    """One cloud and one region for the request. Raises Unclear where there are several."""
    sizes = [t.says["size"] for c in clauses for t in c.things if "size" in t.says]
    named = {*clouds, *(t.says["cloud"] for c in clauses for t in c.things if "cloud" in t.says)}
    native = {provider_of(r) for r in regions if isinstance(r, str)} - {None}
    if len(named) > 1:
        raise Unclear("one cloud at a time: the request names AWS and Azure")
    cloud = next(iter(named), None) or next(iter(native), None)
    choice = {provider for size in sizes for provider in size}
    if cloud is None and len(choice) == 1:
        cloud = next(iter(choice))
    elif cloud is None and len(choice) > 1:
        cloud = asked or Provider.AWS
    provider = cloud or asked or Provider.AWS
    places = dict.fromkeys(r if isinstance(r, str) else region_for(r, provider) for r in regions)
    found = list(places)
    if len(found) > 1:
        raise Unclear("one region at a time: the request names " + " and ".join(found))
    if found and not found[0]:
        raise Unclear(f"{provider.upper()} has no region there")
    if found and provider_of(found[0]) not in (None, provider):
        raise Unclear(f"{found[0]} is not a region of {provider.upper()}")
    return _Where(cloud=cloud, region=found[0] if found else None, provider=provider)
