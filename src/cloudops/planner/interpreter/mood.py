"""Whether a request asks to be told something, or to have something done."""

from __future__ import annotations

from collections.abc import Sequence

from cloudops.planner.interpreter.lexemes import Lexeme
from cloudops.planner.interpreter.vocabulary.tags import Tag
from modalities.resource import Kind


def is_question(lexemes: Sequence[Lexeme]) -> bool:
    """Whether the request asks to be told something rather than to have something done."""
    for place, lexeme in enumerate(lexemes):
        if lexeme.has(Tag.ASKING) and lexeme.has(Tag.VERB):
            return _asks_to_be_told(lexemes[place + 1 :])
        if lexeme.has(Tag.ASKING):
            return not _sees_to_it(lexemes[place:])
        if lexeme.has(Tag.INTERROGATIVE) and not lexeme.has(Tag.FILLER):
            return True
        if lexeme.has(Tag.INTERROGATIVE) and _next_verb(lexemes[place + 1 :]):
            continue
        if lexeme.has(Tag.INTERROGATIVE, Tag.ASKS):
            return True
        if lexeme.has(Tag.VERB) and not lexeme.has(Tag.DETERMINER):
            return False
        if not lexeme.has(Tag.FILLER, Tag.STOP, Tag.AND, Tag.NOTE):
            return _noun_phrase_asks(lexemes[place:])
    return False


def _sees_to_it(lexemes: Sequence[Lexeme]) -> bool:
    """ "check that ..., switch diagnostics on": a look first, and then something to do."""
    return any(
        lexeme.has(Tag.DIAGNOSTICS) for lexeme in lexemes
    ) and any(
        lexeme.has(Tag.VERB) and not lexeme.has(Tag.ASKING, Tag.GLUE, Tag.FILLER)
        for lexeme in lexemes
    )  # fmt: skip


def _next_verb(lexemes: Sequence[Lexeme]) -> bool:
    return bool(lexemes) and lexemes[0].has(Tag.VERB)


def _asks_to_be_told(lexemes: Sequence[Lexeme]) -> bool:
    """ "give me", "I need", "get": to be told where it is about something that is there."""
    for lexeme in lexemes:
        if lexeme.has(Tag.ASKS, Tag.ASKING) and not lexeme.has(Tag.SETTING):
            return True
        if lexeme.has(Tag.NUMBER) or lexeme.get(Tag.DETERMINER) in ("a", "more", "new", "same"):
            return any(x.has(Tag.ASKS) for x in lexemes if not x.has(Tag.SETTING))
        if lexeme.get(Tag.DETERMINER) in ("the", "all"):
            return not any(_changes(x) for x in lexemes)
        if lexeme.has(Tag.NAME, Tag.SETTING):
            return not any(_changes(x) or _says_what_to_become(x) for x in lexemes)
        if lexeme.has(Tag.NOUN):
            named = any(x.has(Tag.NAME) for x in lexemes)
            return named and not any(x.has(Tag.NAMING) for x in lexemes)
    return False


def _says_what_to_become(lexeme: Lexeme) -> bool:
    """Sizes, amounts and "spot": what something is to have or to be."""
    says = lexeme.get(Tag.ADJECTIVE) or {}
    return lexeme.has(Tag.QUANTITY, Tag.NUMBER, Tag.SIZE) or "spot" in says


def _changes(lexeme: Lexeme) -> bool:
    return lexeme.has(Tag.VERB, Tag.PARTICIPLE) and not lexeme.has(
        Tag.GLUE, Tag.FILLER, Tag.ASKING, Tag.INTERROGATIVE
    )


def _noun_phrase_asks(lexemes: Sequence[Lexeme]) -> bool:
    """ "disks of web-1?", "public ip web-1": no verb, and nothing new in it."""
    if any(_changes(lexeme) and lexeme.has(Tag.VERB) for lexeme in lexemes):
        return False
    if any(x.has(Tag.ASKS) and not x.has(Tag.SETTING, Tag.NOUN) for x in lexemes):
        return True
    new = any(
        x.has(Tag.NUMBER, Tag.QUANTITY, Tag.SIZE, Tag.CIDR, Tag.NAMING, Tag.PREFIX)
        or x.get(Tag.DETERMINER) in ("a", "more", "new", "same")
        or x.has(Tag.DIAGNOSTICS, Tag.TAGS)
        for x in lexemes
    )
    named = any(x.has(Tag.NAME) for x in lexemes)
    asked = any(x.text == "?" for x in lexemes)
    nouns = [x.get(Tag.NOUN) for x in lexemes if x.has(Tag.NOUN)]
    part = any(noun.kind in (Kind.PUBLIC_IP, Kind.DISK) for noun in nouns)
    every = any(x.get(Tag.DETERMINER) == "all" for x in lexemes)
    return not new and bool(nouns) and ((named and part) or asked or every)
