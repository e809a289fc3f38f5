"""One request read by the index: the call that it means, what is missing of it, or what it may
mean. Imported when the grammar has not understood a request, and not before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cloudops.errors import NotUnderstood
from cloudops.knowledge.contract import Operation, Parameter
from cloudops.knowledge.filling import CLAUSES, plain
from cloudops.knowledge.knowledge import SURE, Knowledge, call_of
from cloudops.planner.by_knowledge.account import Account
from cloudops.planner.by_knowledge.choosing import Choice, Rival, chosen
from cloudops.planner.by_knowledge.interpreter import EffectOf
from cloudops.planner.by_knowledge.own import is_own
from cloudops.request import AnswerOf, Goal, Intent, OpenQuestion
from modalities.change import Operate
from modalities.resource import Provider
from modalities.step import Effect
from policies.words import GO_VERB

MOST = 40
"""Operations that are looked at for one request."""

MOST_QUESTIONS = 3
MOST_NEAREST = 4
MOST_CHOICES = 8
GOALS = {Effect.CREATE: Goal.PROVISION, Effect.DELETE: Goal.DELETE}


def read(
    text: str, provider: Provider, knowledge: Knowledge, effect_of: EffectOf, stop: NotUnderstood
) -> Intent:
    """What ``text`` means. ``stop`` is what the grammar had to say. Raises NotUnderstood."""

    def reads(operation: Operation) -> bool:
        return effect_of(call_of(operation, {})) is Effect.READ

    head = CLAUSES.split(text.strip())[0]
    found = chosen(text, knowledge.find(head, provider, MOST), reads, SURE)
    own = (found.account,) if isinstance(found, Choice) else (r.account for r in found)
    if any(is_own(account.operation) for account in own):
        raise stop  # the grammar has words for it, and has not understood these
    if isinstance(found, Choice):
        return _meant(text, provider, found, effect_of, stop)
    raise _uncertain(found, stop)


def _meant(
    text: str, provider: Provider, choice: Choice, effect_of: EffectOf, stop: NotUnderstood
) -> Intent:
    account, operation = choice.account, choice.account.operation
    _require_whole(account, text, stop)
    call = call_of(operation, account.given)
    effect = effect_of(call)
    words = _said(operation, account)
    summary = words[:1].upper() + words[1:]
    notes = (f"read as {operation.command}: {_first_sentence(operation.about)}", *choice.taken)
    if effect is Effect.READ:
        asked = AnswerOf(provider=provider, call=call, words=words)
        return Intent(
            goal=Goal.MONITOR, summary=summary, question=asked, defaults=notes, cloud=provider
        )
    explicit = text if GO_VERB.search(text) else ""
    change = Operate(provider=provider, calls=(call,), words=words, explicit=explicit)
    return Intent(
        goal=GOALS.get(effect, Goal.UPDATE),
        summary=summary,
        changes=(change,),
        defaults=notes,
        cloud=provider,
    )


def _require_whole(account: Account, text: str, stop: NotUnderstood) -> None:
    """Raises NotUnderstood where something is missing or will not do."""
    operation = account.operation
    questions = tuple(_questions(account, text))
    if questions:
        raise NotUnderstood(
            f"{operation.command} needs more: {_listed(account.missing)}",
            detail=_first_sentence(operation.about),
            questions=questions,
            remedy=questions[0].hint,
        )
    for problem in account.wrong():
        raise NotUnderstood(
            f"{operation.command}: {problem}",
            nearest=stop.nearest,
            remedy=f'`cloudops knowledge show "{operation.command}"` tells what it takes',
        )


def _questions(account: Account, text: str) -> Iterator[OpenQuestion]:
    """For what must be said, the first that the vendor names first."""
    for parameter in account.missing[:MOST_QUESTIONS]:
        said = _words(parameter)
        shown = " or ".join(parameter.choices[:3]) or parameter.type.value.upper()
        yield OpenQuestion(
            text=f"Which {said}? {_first_sentence(parameter.about)}".strip(),
            options=parameter.choices[:MOST_CHOICES],
            hint=f"add to the request: ; {said} {shown}",
            rephrase=f"{text.rstrip(' .;')}; {said} {{answer}}",
        )


def _words(parameter: Parameter) -> str:
    return " ".join(plain(parameter.name))


def _listed(parameters: Sequence[Parameter]) -> str:
    return ", ".join(map(_words, parameters))


def _uncertain(rivals: tuple[Rival, ...], stop: NotUnderstood) -> NotUnderstood:
    """What may be meant, each with how to say it so that it is; nothing is done."""
    if not rivals:
        return stop
    nearest = tuple(dict.fromkeys(_example(rival) for rival in rivals))[:MOST_NEAREST]
    if len(rivals) == 1:
        over = ", ".join(f"“{word}”" for word in rivals[0].account.over)
        return NotUnderstood(
            f"not understood: {over}",
            detail=f"the rest would be {rivals[0].operation.command}",
            nearest=nearest,
            remedy="say what it takes by name, after a semicolon: "
            f'`cloudops knowledge show "{rivals[0].operation.command}"` lists it all',
        )
    services = ", ".join(dict.fromkeys(rival.operation.service for rival in rivals))
    return NotUnderstood(
        f"that may mean one of several services: {services}",
        nearest=nearest,
        remedy="name the service in the request",
    )


def _example(rival: Rival) -> str:
    """How to say it so that there is no doubt."""
    operation, account = rival.operation, rival.account
    verb, *noun = plain(operation.name)
    known = "".join(f"; {' '.join(plain(n))} {_short(v)}" for n, v in account.given.items())
    needed = known + "".join(f"; {_words(p)} …" for p in account.missing[:MOST_QUESTIONS])
    return f"{verb} {operation.service} {' '.join(noun)}{needed}"


def _said(operation: Operation, account: Account) -> str:
    """``create queue (sqs): queue name orders``; values cut short."""
    given = ", ".join(f"{' '.join(plain(n))} {_short(v)}" for n, v in account.given.items())
    said = f"{' '.join(plain(operation.name))} ({operation.service})"
    return f"{said}: {given}" if given else said


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _first_sentence(about: str) -> str:
    first = about.partition(". ")[0].strip()
    return first[:160]
