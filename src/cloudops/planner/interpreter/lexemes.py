"""From tokens to lexemes: what each word, name, number and sign may mean."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cloudops.planner.interpreter import shapes
from cloudops.planner.interpreter.lexicon import Meanings, corrected, lexicon
from cloudops.planner.interpreter.tokens import Token
from cloudops.planner.interpreter.vocabulary.particles import KEY_WORDS_AFTER_NAMING
from cloudops.planner.interpreter.vocabulary.tags import Tag

_NO_NAME_IN_LIST = frozenset(
    {Tag.VERB, Tag.DETERMINER, Tag.PRONOUN, Tag.NUMBER, Tag.NOUN, Tag.PREPOSITION, Tag.NAMING,
     Tag.TAGGING, Tag.SETTING, Tag.HAZARD, Tag.PREFIX, Tag.NOTE, Tag.ASKING, Tag.REGION, Tag.CLOUD,
     Tag.AND, Tag.FILLER, Tag.STOP, Tag.RELATIVE}
)  # fmt: skip
"""What a word may not mean that is taken for a further name after a comma or "and"."""

_NO_NAME = frozenset(KEY_WORDS_AFTER_NAMING.split())

_BOUNDARY = frozenset({",", ";", ".", "!", "?", ")", "(", "and", "&", "\n", ":", "+"})
_SOFT = frozenset({",", "and", "&", "+"})
_AFTER_NAMING = frozenset({":", "=", "(", "is", "are", "as", "be", "should", "-"})
_WORD = re.compile(r"[^\W_]+", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A word, phrase, name or sign, its place in the text, and all it may mean."""

    text: str
    start: int
    end: int
    means: Meanings

    def has(self, *tags: Tag) -> bool:
        return any(tag in self.means for tag in tags)

    def get(self, tag: Tag) -> Any:
        """The value that goes with ``tag``, or None where the lexeme does not mean that."""
        return self.means.get(tag)


END = Lexeme("", 0, 0, {Tag.STOP: "end"})


@dataclass(slots=True)
class Reading:
    """The lexemes of a text; ``misread`` are the slips put right, as (written, read)."""

    lexemes: list[Lexeme] = field(default_factory=list)
    misread: list[tuple[str, str]] = field(default_factory=list)


def read(tokens: Sequence[Token], known: Collection[str] = ()) -> Reading:
    """The lexemes of ``tokens``; ``known`` are names (casefolded) spoken of earlier."""
    return _Lexer(tokens, known).read()


class _Lexer:
    def __init__(self, tokens: Sequence[Token], known: Collection[str]) -> None:
        self.tokens = tokens
        self.known = known
        self.reading = Reading()
        self.words = [self._settled(n) for n in range(len(tokens))]

    def _settled(self, n: int) -> str:
        """The token in lower case, a slip in a command word put right."""
        token = self.tokens[n]
        lower = ";" if token.text == "\n" else token.lower
        if token.quoted or lower in lexicon().words or lower in self.known:
            return lower
        return corrected(lower) or lower

    def read(self) -> Reading:
        place = 0
        while place < len(self.tokens):
            place = self._one(place)
        merge_ranges(self.reading.lexemes)
        return self.reading

    def _add(self, start: int, count: int, means: Meanings) -> int:
        """Put the lexeme of ``count`` tokens; returns the place after it."""
        first, last = self.tokens[start], self.tokens[start + count - 1]
        text = first.text if count == 1 else " ".join(
            t.text for t in self.tokens[start : start + count]
        )  # fmt: skip
        self.reading.lexemes.append(Lexeme(text, first.start, last.end, means))
        return start + count

    def _one(self, place: int) -> int:
        token = self.tokens[place]
        if token.quoted:
            return self._add(place, 1, {Tag.NAME: (token.text,)})
        count, means = lexicon().match(tuple(self.words[place : place + 8]))
        shape = shapes.meanings(token.text)
        if count <= 1 and shape and not (means and Tag.NAME in shape):
            return self._add(place, 1, {**means, **shape} if means else shape)
        if not count or (count == 1 and set(means) == {Tag.FILLER} and token.lower in self.known):
            return self._unknown(place, shape)
        for written, read_ in zip(
            self.tokens[place : place + count], self.words[place : place + count], strict=True
        ):
            if written.lower != read_:
                self.reading.misread.append((written.text, read_))
        after = self._add(place, count, means)
        if Tag.NAMING in means or Tag.PREFIX in means:
            return self._names(after, strong=means)
        return after

    def _unknown(self, place: int, shape: Meanings) -> int:
        token = self.tokens[place]
        if token.lower in self.known:
            return self._add(place, 1, {Tag.NAME: (token.text,)})
        return self._add(place, 1, shape)

    def _names(self, place: int, strong: Meanings) -> int:
        """Names after a naming word: the first is one whatever it is, more may follow it."""
        words = self.words
        while place < len(words) and words[place] in _AFTER_NAMING:
            place += 1
        if place >= len(words) or not self._may_name(place, strong):
            return place
        place = self._name(place)
        while place < len(words):
            after = place
            while after < len(words) and words[after] in _SOFT:
                after += 1
            if after == place or after >= len(words) or not self._further(after):
                return place
            for sign in range(place, after):
                self._add(sign, 1, {Tag.AND: ","})
            place = self._name(after)
        return place

    def _may_name(self, place: int, strong: Meanings) -> bool:
        token = self.tokens[place]
        if token.quoted:
            return True
        if Tag.SETTING in strong and lexicon().match(tuple(self.words[place : place + 8]))[0] > 0:
            # "name" and "tag" have other uses: what follows must not be a word of its own
            return shapes.is_name(token.text) or self._stands_alone(place)
        return (
            token.lower not in _NO_NAME
            and token.lower not in _BOUNDARY
            and shapes.may_be_name(token.text)
        )

    def _stands_alone(self, place: int) -> bool:
        count, means = lexicon().match(tuple(self.words[place : place + 8]))
        return count == 1 and not means.keys() & _NO_NAME_IN_LIST and self._boundary(place + 1)

    def _boundary(self, place: int) -> bool:
        """Whether a phrase ends before the token: at a sign, an "and" or a preposition."""
        if place >= len(self.words) or self.words[place] in _BOUNDARY:
            return True
        _, means = lexicon().match(tuple(self.words[place : place + 8]))
        return Tag.PREPOSITION in means or Tag.TAGGING in means

    def _further(self, place: int) -> bool:
        """Whether the token goes on a list of names."""
        token = self.tokens[place]
        if token.quoted:
            return True
        if "=" in token.text or not shapes.may_be_name(token.text):
            return False
        count, means = lexicon().match(tuple(self.words[place : place + 8]))
        shape = shapes.meanings(token.text)
        if not count:
            counted = Tag.NUMBER in shape and not token.text.isdigit()  # "x1 and x2"
            return not shape or Tag.NAME in shape or counted
        if len(token.text) == 1 and token.text.isalpha():
            return self._boundary(place + 1)
        return count == 1 and not means.keys() & _NO_NAME_IN_LIST and self._boundary(place + 1)

    def _name(self, place: int) -> int:
        token = self.tokens[place]
        shape = shapes.meanings(token.text)
        names = shape[Tag.NAME] if Tag.NAME in shape and not token.quoted else (token.text,)
        return self._add(place, 1, {Tag.NAME: names, Tag.NAMING: "given"})


_TAKING_TO = frozenset({"attach", "add", "put", "give", "detach", "move"})


def _goes_to(before: Sequence[Lexeme]) -> bool:
    """Whether "to" says where something goes: "attach disk data-1 to data-2" names no range.

    After a plural ("attach disks data-1 to data-3 to web-1") it does.
    """
    for lexeme in reversed(before):
        if lexeme.has(Tag.NOUN):
            noun = lexeme.get(Tag.NOUN)
            if noun.plural:
                return False
            break
        if lexeme.has(Tag.STOP):
            return False
    return any(lexeme.get(Tag.VERB) in _TAKING_TO for lexeme in before)


def merge_ranges(lexemes: list[Lexeme]) -> None:
    """``kafka-0 to kafka-2`` becomes one lexeme of three names, in place."""
    place = 0
    while place + 2 < len(lexemes):
        first, word, last = lexemes[place : place + 3]
        names: tuple[str, ...] = ()
        if word.has(Tag.RANGE) and first.has(Tag.NAME) and last.has(Tag.NAME):
            names = shapes.span(first.get(Tag.NAME)[-1], last.get(Tag.NAME)[0])
        if names and word.text.casefold() == "to" and _goes_to(lexemes[:place]):
            names = ()
        if names:
            means: Mapping[Tag, Any] = {**first.means, Tag.NAME: names}
            text = f"{first.text} {word.text} {last.text}"
            lexemes[place : place + 3] = [Lexeme(text, first.start, last.end, means)]
        else:
            place += 1
