"""The vocabulary made ready for look-up: phrases by their first word, forms, and near misses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeAlias

from cloudops.planner.interpreter.places import AZURE_REGIONS, PLACES
from cloudops.planner.interpreter.tokens import tokens
from cloudops.planner.interpreter.vocabulary import (
    asked,
    attributes,
    nouns,
    particles,
    passed_over,
    refused,
    verbs,
)
from cloudops.planner.interpreter.vocabulary.tags import Tag
from modalities.resource import Kind

Meanings: TypeAlias = Mapping[Tag, Any]
Phrase: TypeAlias = tuple[str, ...]

NO_CORRECTION = frozenset({"delete", "remove", "detach", "close", "disable", "stop", "restart"})
"""Classes of verbs that take something away: a misspelt one is not guessed at."""

SHORTEST_CORRECTED = 5


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun as it stood: its kind (None: any), what it says itself, and its number."""

    kind: Kind | None
    says: Mapping[str, Any]
    plural: bool | None


@dataclass(slots=True)
class Lexicon:
    """``phrases`` by first word, longest first. ``words`` are all single words known."""

    phrases: dict[str, list[tuple[Phrase, dict[Tag, Any]]]] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    correctable: set[str] = field(default_factory=set)

    def match(self, words: Phrase) -> tuple[int, Meanings]:
        """How many of ``words`` the longest phrase at their start takes, and what it means."""
        for phrase, meanings in self.phrases.get(words[0], ()):
            if words[: len(phrase)] == phrase:
                return len(phrase), meanings
        return 0, {}


def split(phrases: str) -> Iterator[str]:
    return (phrase.strip() for phrase in phrases.split("|"))


def plural_of(noun: str) -> str:
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"


def verb_forms(verb: str, *, ongoing: bool) -> Iterator[str]:
    """The verb as it stands, in the third person, and ``ongoing`` with -ing."""
    first, space, rest = verb.partition(" ")
    yield verb
    if first.isalpha():
        yield plural_of(first) + space + rest
    if ongoing:
        yield first.removesuffix("e") + "ing" + space + rest


def _entries() -> Iterator[tuple[str, Tag, Any]]:
    """Every phrase of the vocabulary with its tag and value; earlier ones win within a tag."""
    for kind, says, phrases in nouns.NOUNS.values():
        for noun in split(phrases):
            mass = noun in nouns.MASS_NOUNS
            yield noun, Tag.NOUN, Noun(kind, says, None if mass else False)
            if not mass:
                yield plural_of(noun), Tag.NOUN, Noun(kind, says, True)
    for verb, phrases in verbs.VERBS.items():
        tag = Tag.ASKING if verb in ("show", "draw") else Tag.VERB
        for phrase in split(phrases):
            for form in verb_forms(phrase, ongoing=verb in ("balance", "open")):
                yield form, tag, verb
    for participle, verb in verbs.IRREGULAR.items():
        yield participle, Tag.PARTICIPLE, verb
        for be in split(verbs.PASSIVE):
            yield f"{be} {participle}", Tag.VERB, verb
    for word, number in nouns.NUMBERS.items():
        yield word, Tag.NUMBER, number
    for says, phrases in attributes.ADJECTIVES.values():
        for phrase in split(phrases):
            yield phrase, Tag.ADJECTIVE, says
    for unit, (attribute, factor, phrases) in attributes.UNITS.items():
        for phrase in split(phrases):
            yield phrase, Tag.UNIT, (unit, attribute, factor)
    for service, (port, phrases) in attributes.SERVICES.items():
        for phrase in split(phrases):
            yield phrase, Tag.SERVICE, (service, port)
    for name in attributes.DISK_TYPES.split():
        yield name, Tag.ADJECTIVE, {"disk_type": attributes.CANONICAL_DISK_TYPES.get(name, name)}
    for names, places in PLACES.items():
        for name in split(names):
            yield name, Tag.REGION, places
    for region, spelt in AZURE_REGIONS.items():
        yield spelt, Tag.REGION, region
        yield region, Tag.REGION, region
    for word in particles.ORDINALS:
        yield word, Tag.ORDINAL, particles.ORDINALS[word]
        yield word + " one", Tag.ORDINAL, particles.ORDINALS[word]
    for word in refused.ORDINARY.split():
        yield word, Tag.ORDINARY, True
    yield from _valued()
    yield from _plain()


def _valued() -> Iterator[tuple[str, Tag, Any]]:
    """Tables from a value to its phrases."""
    tables: tuple[tuple[Tag, Mapping[Any, str]], ...] = (
        (Tag.DETERMINER, particles.DETERMINERS),
        (Tag.PRONOUN, particles.PRONOUNS),
        (Tag.PREPOSITION, particles.PREPOSITIONS),
        (Tag.CLOUD, attributes.CLOUDS),
        (Tag.SOURCE, attributes.SOURCES),
        (Tag.NAMING, particles.NAMING_BACK),
        (Tag.DIAGNOSTICS, attributes.DIAGNOSTICS),
        (Tag.SWITCH, attributes.SWITCHES),
        (Tag.STATE, attributes.STATES),
        (Tag.MEASURE, attributes.MEASURES),
        (Tag.ASKS, asked.ASKS),
        (Tag.SET, nouns.SETS),
        (Tag.NOTE, passed_over.NOTES),
        (Tag.HAZARD, refused.HAZARDS),
        (Tag.SETTING, attributes.SETTINGS),
    )
    for tag, table in tables:
        for value, phrases in table.items():
            for phrase in split(phrases):
                yield phrase, tag, value


def _plain() -> Iterator[tuple[str, Tag, Any]]:
    """Tables of phrases that only have a tag."""
    tables = (
        (Tag.NAMING, particles.NAMING, ""),
        (Tag.PREFIX, particles.PREFIX, True),
        (Tag.TAGGING, particles.TAGGING, True),
        (Tag.PROTOCOL, attributes.PROTOCOLS, None),
        (Tag.TRAFFIC, attributes.TRAFFIC, True),
        (Tag.TOGETHER, attributes.TOGETHER, True),
        (Tag.INTERROGATIVE, asked.INTERROGATIVES, True),
        (Tag.GLUE, asked.GLUE, True),
        (Tag.FILLER, passed_over.FILLER, True),
        (Tag.FOREIGN, refused.FOREIGN, None),
        (Tag.SERVICE_AREA, asked.HEALTH_SERVICES, None),
        (Tag.COLLECTIVE, nouns.COLLECTIVES, True),
        (Tag.VAGUE, nouns.VAGUE_COUNTS, None),
        (Tag.MEASURED, attributes.MEASURE_WORDS, True),
        (Tag.AND, particles.CONJUNCTIONS, ","),
        (Tag.OR, particles.DISJUNCTIONS, None),
        (Tag.STOP, particles.STOPS, None),
        (Tag.RELATIVE, particles.RELATIVES, True),
        (Tag.RANGE, particles.RANGE_WORDS, True),
        (Tag.ARROW, particles.ARROWS, True),
        (Tag.PORT, attributes.PORT_WORDS, True),
        (Tag.LOCATION, attributes.LOCATION_WORDS, None),
        (Tag.CONTRAST, particles.CONTRASTS, True),
    )
    for tag, phrases, value in tables:
        for phrase in split(phrases):
            yield phrase, tag, phrase if value is None else value
            if tag is Tag.FOREIGN and phrase.isalpha():
                yield plural_of(phrase), tag, phrase


def keys(phrase: str) -> Phrase:
    """The phrase as the tokenizer would give it."""
    if "'" in phrase:
        return tuple(token.lower for token in tokens(phrase))
    return tuple(phrase.split())


@cache
def lexicon() -> Lexicon:
    """The vocabulary, made once."""
    made = Lexicon()
    meanings: dict[Phrase, dict[Tag, Any]] = {}
    for phrase, tag, value in _entries():
        meanings.setdefault(keys(phrase), {}).setdefault(tag, value)
    for words, found in meanings.items():
        made.phrases.setdefault(words[0], []).append((words, found))
        made.words.update(words)
        made.correctable.update(_correctable(words, found))
    for entries in made.phrases.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return made


def _correctable(words: Phrase, meanings: Meanings) -> Iterable[str]:
    """The words of a command that may be misspelt: verbs that take nothing away, and nouns."""
    if meanings.get(Tag.VERB) in NO_CORRECTION or not meanings.keys() & {
        Tag.VERB,
        Tag.NOUN,
        Tag.ASKING,
        Tag.DIAGNOSTICS,
    }:
        return ()
    return (word for word in words if len(word) >= SHORTEST_CORRECTED and word.isalpha())


@cache
def _near() -> Mapping[str, frozenset[str]]:
    """Every correctable word with one letter left out, to the words it may be."""
    found: dict[str, set[str]] = {}
    for word in lexicon().correctable:
        for form in _shortened(word):
            found.setdefault(form, set()).add(word)
    return {form: frozenset(words) for form, words in found.items()}


def _shortened(word: str) -> set[str]:
    return {word} | {word[:n] + word[n + 1 :] for n in range(len(word))}


def corrected(word: str) -> str | None:
    """The one command word that ``word`` is a slip away from; None where there is none or more.

    A slip is one letter too many, missing or wrong, or two neighbours swapped.
    """
    if len(word) < SHORTEST_CORRECTED or not word.isalpha():
        return None
    near = _near()
    candidates = {
        known for form in _shortened(word) for known in near.get(form, ()) if _slip(word, known)
    }
    return candidates.pop() if len(candidates) == 1 else None


def _slip(word: str, known: str) -> bool:
    """Whether one edit turns ``word`` into ``known``."""
    if len(word) == len(known):
        wrong = [n for n in range(len(word)) if word[n] != known[n]]
        return len(wrong) == 1 or (
            len(wrong) == 2
            and wrong[1] == wrong[0] + 1
            and word[wrong[0]] == known[wrong[1]]
            and word[wrong[1]] == known[wrong[0]]
        )
    longer, shorter = (word, known) if len(word) > len(known) else (known, word)
    return len(longer) == len(shorter) + 1 and shorter in _shortened(longer)
