"""The built-in interpreter: from English words to an intent, without a model.

Text is made plain (``text``), cut into tokens (``tokens``), given meanings from the vocabulary
(``lexemes``), and read either as a question (``questions``) or as clauses (``clauses``) that
become changes (``actions``). Every word must find its place: what does not is named, and
nothing is done. See docs/interpreter.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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
from cloudops.planner.interpreter.sharing import of_both, told_apart
from cloudops.planner.interpreter.text import plain
from cloudops.planner.interpreter.tokens import tokens
from cloudops.planner.interpreter.vocabulary.attributes import AWS_DISKS, AZURE_DISKS
from cloudops.planner.interpreter.vocabulary.passed_over import KEEP_DISKS
from cloudops.planner.interpreter.vocabulary.refused import REASONS
from cloudops.planner.interpreter.vocabulary.tags import Tag
from cloudops.request import (
    Context,
    Details,
    Goal,
    Graph,
    Intent,
    Listing,
    Question,
    Request,
    ServiceHealth,
)
from modalities.change import Change, Create, Delete
from modalities.resource import Kind, Provider

IN_GROUP = re.compile(
    r"\b(in|inside|within|from)\s+((the|my|our|this|that)\s+)?resource[\s-]group", re.I
)
WHICH_WHERE = "say what goes where, for example: one VM on AWS and one on Azure, both named web-1"
ONE_GROUP = (
    "a target on Azure is one resource group, and everything asked of it is in that one: it is "
    "chosen with --target, and made when something is first made in it"
)


@dataclass(frozen=True, slots=True)
class _Where:
    """The cloud and region the words name; ``provider`` is what native names are read for."""

    cloud: Provider | None
    region: str | None
    provider: Provider


OWN_GROUP = re.compile(r"\bresource[- ]group\s+(named\s+|called\s+)?cloudops\b", re.I)
"""The sandbox's group has our name, which is passed over where somebody is spoken to by it."""


class BuiltInInterpreter:
    """Implements ``cloudops.engine.contract.Interpreter`` by a grammar of its own."""

    def interpret(self, request: Request, context: Context) -> Intent:
        """The intent. Raises NotUnderstood, with ``questions`` where only a detail is open."""
        if len(shares := self.shares(request, context)) > 1:
            return of_both(shares)
        return shares[0]

    def _one(self, request: Request, context: Context) -> Intent:
        text = plain(request.text)
        known = {ref.name.casefold() for ref in context.recent}
        if OWN_GROUP.search(text):
            known.add("cloudops")
        reading = read(tokens(text), known)
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

    def shares(self, request: Request, context: Context) -> tuple[Intent, ...]:
        """What each cloud is to do of a request that names both, each intent with its cloud; the
        one intent of any other. Raises NotUnderstood."""
        apart = told_apart(plain(request.text))
        if apart is None:
            return (self._one(request, context),)
        return tuple(self._share(request, context, *each) for each in apart.items())

    def _share(self, request: Request, context: Context, cloud: Provider, text: str) -> Intent:
        """A question it leaves open is about the share's words, which are not all the request's:
        it says how to say it, and the answer has no place of its own."""
        part = replace(request, text=text, cloud=cloud)
        try:
            return replace(self._one(part, replace(context, cloud=cloud)), cloud=cloud)
        except NotUnderstood as stop:
            stop.questions = tuple(
                replace(q, text=f"on {cloud.words}: {q.text}", rephrase="") for q in stop.questions
            )
            raise

    def _intent(self, text: str, reading: Reading, request: Request, context: Context) -> Intent:
        slips = tuple(f"“{written}” read as “{word}”" for written, word in reading.misread)
        if is_question(reading.lexemes):
            return self._asked(text, reading.lexemes, request, context, slips)
        parse = ClauseReader(reading.lexemes).read()
        where = _where(parse.clouds, parse.regions, parse.clauses, request.cloud or context.cloud)
        if parse.unknown:
            raise _unplaced(text, parse)
        _no_other_group(text, parse.clauses)
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
        _asked_of_a_group(question, lexemes, text)
        where = _where(
            reader.heard.clouds, reader.heard.regions, (), request.cloud or context.cloud
        )
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
                known = REASONS.get(str(lexeme.get(Tag.FOREIGN)))
                reasons.append(known or f"“{lexeme.text}” is beyond what can be done here")
        kinds = [x.get(Tag.NOUN).kind for x in lexemes if x.has(Tag.NOUN)]
        if Kind.RESOURCE_GROUP in kinds:
            reasons.append(ONE_GROUP)
        return "; ".join(dict.fromkeys(reasons))

    @staticmethod
    def _nearest(lexemes: Sequence[Lexeme]) -> tuple[str, ...]:
        verbs = [x.get(Tag.VERB) or x.get(Tag.ASKING) for x in lexemes]
        kinds = [x.get(Tag.NOUN).kind for x in lexemes if x.has(Tag.NOUN)]
        foreign = [x.get(Tag.FOREIGN) for x in lexemes if x.has(Tag.FOREIGN)]
        return nearest((v for v in verbs if v), (k for k in kinds if k), foreign)


def _no_other_group(text: str, clauses: Sequence[Clause]) -> None:
    """Raises Unclear for a resource group that is made, or named as the place of something: it
    may be another than the target's. Only deleting it is understood."""
    for clause in clauses:
        for thing in clause.things:
            if thing.kind is not Kind.RESOURCE_GROUP:
                continue
            if thing.prep or clause.verb not in ("delete", "remove"):
                said = text[thing.start : thing.end]
                raise Unclear(f"“{said}” cannot be chosen by a request", said)


def _asked_of_a_group(question: Question, lexemes: Sequence[Lexeme], text: str) -> None:
    """Raises Unclear where a resource group is named beside what is asked about."""
    named = [x for x in lexemes if x.has(Tag.NOUN) and x.get(Tag.NOUN).kind is Kind.RESOURCE_GROUP]
    match question:
        case Listing(what=chosen) | Details(what=chosen) | Graph(focus=chosen):
            alone = chosen is not None and chosen.kind is Kind.RESOURCE_GROUP
        case _:
            alone = False
    if named and (not alone or IN_GROUP.search(text)):
        said = named[0].text
        raise Unclear(f"“{said}” cannot be chosen by a question", said)


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


def _seller(says: Mapping[str, Any]) -> Provider | None:
    """Whose kind of disk or image it is, where only one cloud has it."""
    if says.get("disk_type") in AWS_DISKS or str(says.get("image")).startswith("ami-"):
        return Provider.AWS
    return Provider.AZURE if says.get("disk_type") in AZURE_DISKS else None


def _sold_by(cloud: Provider | None, says: Mapping[str, Any]) -> None:
    """Raises Unclear for a size, kind of disk or image that the cloud does not have."""
    size: Mapping[Provider, Sequence[str]] = says.get("size") or {}
    if cloud is not None and size and cloud not in size:
        sizes = [name for names in size.values() for name in names]
        raise Unclear(f"{' or '.join(sizes)} is not a size of {cloud.words}", *sizes)
    if cloud is not None and _seller(says) not in (None, cloud):
        what = says["disk_type"] if says.get("disk_type") else says["image"]
        raise Unclear(f"{what} is nothing of {cloud.words}'s")


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
    native |= {_seller(t.says) for c in clauses for t in c.things} - {None}
    if len(named) > 1:
        raise Unclear("what is for AWS and what for Azure", remedy=WHICH_WHERE)
    cloud = next(iter(named), None) or next(iter(native), None)
    for says in (t.says for c in clauses for t in c.things):
        _sold_by(cloud, says)
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
        raise Unclear(f"{provider.words} has no region there")
    if found and provider_of(found[0]) not in (None, provider):
        raise Unclear(f"{found[0]} is not a region of {provider.words}")
    return _Where(cloud=cloud, region=found[0] if found else None, provider=provider)
