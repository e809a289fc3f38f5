"""Noun phrases and what is said of things: the parts that clauses are made of."""

from __future__ import annotations

from typing import Any

from cloudops.planner.interpreter import shapes
from cloudops.planner.interpreter.cursor import Cursor
from cloudops.planner.interpreter.lexemes import END, Lexeme
from cloudops.planner.interpreter.lexicon import Noun
from cloudops.planner.interpreter.portphrases import PortReader
from cloudops.planner.interpreter.tagphrases import TagReader
from cloudops.planner.interpreter.things import Thing
from cloudops.planner.interpreter.vocabulary.tags import Tag
from modalities.resource import Kind

_ADVERB_ENDINGS = ("ly", "ing", "ed")
_SHOWN_BY_SHAPE = (Tag.QUANTITY, Tag.SIZE, Tag.CIDR, Tag.ADJECTIVE)


MOST_BEFORE_NOUN = 24
"""Words before a noun that are read as one phrase; keeps nonsense from taking long."""


class PhraseReader:
    """Reads things and attributes from a cursor; leaves it where it was if there is none."""

    def __init__(self, cursor: Cursor) -> None:
        self.at = cursor
        self.tags = TagReader(cursor).read
        self.ports = PortReader(cursor).read
        self.after_verb = False

    def thing(self) -> Thing | None:
        """The noun phrase, name, pronoun or bare attribute at the cursor, or None."""
        began = self.at.place
        thing = Thing(start=self.at.peek().start)
        while self.at.place - began < MOST_BEFORE_NOUN and self._premodifier(thing):
            pass
        if self._head(thing):
            self._after(thing)
        if thing.is_bare and "size" in thing.says and (
            thing.determiners & {"a", "more", "new"} or thing.count
        ):  # fmt: skip
            thing.kind = Kind.VM  # "a t3.medium"
        if thing.empty or (thing.is_bare and not self._says_something(thing)):
            self.at.place = began
            return None
        thing.end = self.at.peek(-1).end
        return thing

    def _says_something(self, thing: Thing) -> bool:
        another = "more" in thing.determiners and self.at.peek().has(Tag.NAMING)
        return another or bool(thing.says or thing.tags or thing.vague)

    def _premodifier(self, thing: Thing) -> bool:
        """Take one word that stands before a noun; False where there is none."""
        lexeme = self.at.peek()
        if self._is_whole(thing):
            return False
        if lexeme.has(Tag.PRONOUN) and thing.empty:
            return self._pronoun(thing, lexeme)
        if thing.pronoun and not self.noun_ahead(0):
            return False
        if lexeme.has(Tag.NUMBER) and not lexeme.has(Tag.NAMING):
            return self._number(thing)
        if lexeme.text.casefold() == "of" and self.at.peek(-1).has(Tag.NUMBER) and thing.count:
            self.at.take()  # "a trio of servers"
            return True
        if lexeme.has(Tag.QUANTITY):
            self.at.take()
            self._measure(thing, *lexeme.get(Tag.QUANTITY))
            return True
        if self._is_name_before_noun(thing, lexeme):
            thing.names = lexeme.get(Tag.NAME)
            self.at.take()
            return True
        return self._word_before(thing, lexeme)

    def _word_before(self, thing: Thing, lexeme: Lexeme) -> bool:
        if lexeme.has(Tag.COLLECTIVE):
            pass
        elif lexeme.has(Tag.DETERMINER):
            thing.determiners.add(lexeme.get(Tag.DETERMINER))
        elif lexeme.has(Tag.VAGUE):
            thing.vague = lexeme.text
        elif lexeme.has(Tag.ORDINAL):
            thing.ordinal = lexeme.get(Tag.ORDINAL)
        elif lexeme.has(Tag.SIZE):
            self.sizes(thing)
            return True
        elif lexeme.has(Tag.CIDR):
            thing.says.setdefault("cidr", []).append(lexeme.get(Tag.CIDR))
        elif lexeme.has(Tag.ADJECTIVE) and not self._is_head(lexeme):
            thing.says.update(lexeme.get(Tag.ADJECTIVE))
            if not lexeme.get(Tag.ADJECTIVE):
                thing.says.setdefault("plain", lexeme.text)
        elif lexeme.has(Tag.STATE) and self.noun_ahead(1):
            thing.says["state"] = lexeme.get(Tag.STATE)
        elif lexeme.has(Tag.CLOUD) and self.noun_ahead(1):
            thing.says["cloud"] = lexeme.get(Tag.CLOUD)
        elif lexeme.has(Tag.SERVICE, Tag.PROTOCOL) and self.noun_ahead(1):
            self._served(thing, lexeme)
        else:
            return False
        self.at.take()
        return True

    @staticmethod
    def _served(thing: Thing, lexeme: Lexeme) -> None:
        """ "an HTTP load balancer", "a TCP load balancer"."""
        if lexeme.has(Tag.PROTOCOL):
            thing.says["protocol"] = lexeme.get(Tag.PROTOCOL)
        else:
            thing.says["protocol"] = lexeme.get(Tag.SERVICE)[0]

    def noun_ahead(self, ahead: int) -> bool:
        """Whether a noun follows, adjectives in between allowed."""
        while self.at.peek(ahead).has(*_SHOWN_BY_SHAPE) and not self.at.peek(ahead).has(Tag.NOUN):
            ahead += 1
        return self.at.peek(ahead).has(Tag.NOUN)

    def _is_head(self, lexeme: Lexeme) -> bool:
        """ "a 100 GB SSD": an adjective that is the noun itself."""
        return lexeme.has(Tag.NOUN) and not self.noun_ahead(1)

    def _is_name_before_noun(self, thing: Thing, lexeme: Lexeme) -> bool:
        """ "the web-1 machine": a name right before a singular noun."""
        if not lexeme.has(Tag.NAME) or lexeme.has(Tag.NAMING) or thing.names:
            return False
        noun = self.at.peek(1).get(Tag.NOUN)
        if noun is None or noun.plural or len(lexeme.get(Tag.NAME)) > 1:
            return False
        counted = thing.count is not None or bool(thing.determiners & {"a", "more", "new"})
        return not counted or any(sign.isdigit() for sign in lexeme.text)

    def _pronoun(self, thing: Thing, lexeme: Lexeme) -> bool:
        thing.pronoun = lexeme.get(Tag.PRONOUN)
        self.at.take()
        return True

    def _number(self, thing: Thing) -> bool:
        """A count, or a number with its unit."""
        unit, number = self.at.peek(1).get(Tag.UNIT), self.at.peek().get(Tag.NUMBER)
        if unit is not None and not (unit[1] == "gib" and thing.says.get("gib") is not None):
            self.at.take()
            self.at.take()
            self._measure(thing, unit[1], number * unit[2])
            return True
        if self.at.peek(1).has(Tag.RANGE) and self.at.peek(2).has(Tag.NUMBER):
            return False
        if thing.count is not None or isinstance(number, float):
            return False
        if not self.counts_something():
            return False
        thing.count = number
        self.at.take()
        return True

    def counts_something(self) -> bool:
        """Whether a noun comes within a few words, so that the number counts it."""
        for ahead in range(1, 9):
            lexeme = self.at.peek(ahead)
            if lexeme.has(Tag.NOUN) or (lexeme.has(Tag.SIZE) and ahead == 1):
                return True
            if not lexeme.has(
                Tag.ADJECTIVE, Tag.DETERMINER, Tag.QUANTITY, Tag.SIZE, Tag.NUMBER, Tag.UNIT,
                Tag.COLLECTIVE, Tag.CLOUD, Tag.STATE, Tag.SERVICE, Tag.CIDR, Tag.PROTOCOL,
            ) and lexeme.text.casefold() not in ("of", "more"):  # fmt: skip
                return False
        return False

    def _measure(self, thing: Thing, attribute: str, value: float) -> None:
        """A quantity; "4 GB of memory" is memory, and "64 GB" a size."""
        measured = 0
        if self.at.peek().text.casefold() == "of" or self.at.peek().has(Tag.COLLECTIVE):
            measured = 1
        noun = self.at.peek(measured).get(Tag.MEASURE)
        if noun is not None:
            attribute = noun
            self.at.place += measured + 1
        elif (self.at.peek().has(Tag.MEASURED) and not self.at.peek().has(Tag.SETTING)) or (
            measured and self._measures_noun(measured)
        ):
            self.at.take()
        if attribute == "gib" and "vcpus" in thing.says and "memory_gib" not in thing.says:
            attribute = "memory_gib" if not self.noun_ahead(0) else "gib"
        thing.says[attribute] = value

    def _measures_noun(self, ahead: int) -> bool:
        """ "200 GB of storage", "200 GB of additional SSD storage"."""
        more = self.at.peek(ahead).get(Tag.DETERMINER) in ("more", "new")
        return self.noun_ahead(ahead + more)

    def sizes(self, thing: Thing) -> None:
        """ "t3.medium", or one for each cloud: "t3.medium on AWS or Standard_B2s on Azure"."""
        sizes = thing.says.setdefault("size", {})
        while self.at.peek().has(Tag.SIZE):
            provider, size = self.at.take().get(Tag.SIZE)
            sizes.setdefault(provider, []).append(size)
            ahead = 1 if self.at.peek().text.casefold() in ("on", "in", "for", "(") else 0
            if self.at.peek(ahead).get(Tag.CLOUD) == provider and self._or_size(ahead + 1, sizes):
                self.at.place += ahead + 1
            if self.at.peek().text == ")":
                self.at.take()
            if self._or_size(0, sizes) and self.at.peek().has(Tag.OR):
                self.at.take()

    def _or_size(self, ahead: int, sizes: dict[Any, Any]) -> bool:
        """Whether another alternative follows, or this was the last of several."""
        lexeme = self.at.peek(ahead)
        if lexeme.text == ")":
            lexeme = self.at.peek(ahead + 1)
            ahead += 1
        return len(sizes) > 1 or (lexeme.has(Tag.OR) and self.at.peek(ahead + 1).has(Tag.SIZE))

    def _is_whole(self, thing: Thing) -> bool:
        """ "the second one" needs no noun after it."""
        return thing.ordinal is not None and self.at.peek(-1).text.casefold().endswith(" one")

    def _head(self, thing: Thing) -> bool:
        """The noun, or the names that stand without one."""
        if self._is_whole(thing):
            return True
        lexeme = self.at.peek()
        noun: Noun | None = lexeme.get(Tag.NOUN)
        if noun is not None and not self._setting_follows(lexeme):
            self.at.take()
            self._take_noun(thing, noun, lexeme)
            return True
        if lexeme.has(Tag.NAME) and not thing.names and not lexeme.has(Tag.NAMING):
            thing.names = self.names()
            return True
        return thing.pronoun is not None or bool(thing.names)

    def _setting_follows(self, lexeme: Lexeme) -> bool:
        """ "disk: 64 GB" and "network=lab-net" are settings, not things."""
        return lexeme.has(Tag.SETTING) and self.at.peek(1).text == "="

    def _take_noun(self, thing: Thing, noun: Noun, lexeme: Lexeme) -> None:
        thing.kind, thing.plural, thing.noun = noun.kind, noun.plural, lexeme.text
        thing.any_kind = noun.kind is None
        thing.says.update(noun.says)
        while self.at.peek().text == "/" and self.at.peek(1).get(Tag.NOUN) is not None:
            if self.at.peek(1).get(Tag.NOUN).kind is not noun.kind:
                return
            self.at.place += 2  # "VPC/VNet": one thing by two names

    def _after(self, thing: Thing) -> None:
        """What stands right after the noun: its name, and a bare word that must be one."""
        if self.at.peek().text == "'s":
            thing.possessive = True
            self.at.take()
            return
        if thing.names or thing.pronoun:
            return
        lexeme = self.at.peek()
        if lexeme.has(Tag.NAME) and not lexeme.has(Tag.NAMING):
            thing.names = self.names()
        elif self._apposed_words(thing):
            return
        elif self._bare_name(thing, lexeme):
            thing.names = (lexeme.text,)
            thing.bare_word = lexeme.text
            self.at.take()
        if self.at.peek().text == "'s" and thing.names:
            thing.possessive = True
            self.at.take()

    def _bare_name(self, thing: Thing, lexeme: Lexeme) -> bool:
        """ "the load balancer front": an unknown word that ends the phrase is its name."""
        key = thing.kind is Kind.KEY_PAIR and lexeme.means.keys() <= {Tag.VERB, Tag.NOTE}
        role = (lexeme.get(Tag.ADJECTIVE) or {}).keys() & {"role", "data"}
        if lexeme.means and not (key or (role and not self.noun_ahead(1))):
            return False
        if thing.plural or thing.count not in (None, 1) or thing.any_kind:
            return False
        word = lexeme.text
        if not (word.isascii() and word.isalnum()) or word.casefold().endswith(_ADVERB_ENDINGS):
            return False
        after = self.at.peek(1)
        return after is END or after.has(
            Tag.AND, Tag.STOP, Tag.PREPOSITION, Tag.FILLER, Tag.NOTE, Tag.TAGGING, Tag.VERB,
            Tag.RELATIVE, Tag.ADJECTIVE, Tag.POSSESSIVE, Tag.PORT, Tag.SIZE, Tag.CIDR, Tag.SWITCH,
            Tag.STATE, Tag.ARROW, Tag.ASKS, Tag.GLUE,
        )  # fmt: skip

    def _apposed_words(self, thing: Thing) -> bool:
        """ "two VMs, alpha and beta": as many plain words as things were counted."""
        if not thing.several or not self.at.peek().has(Tag.AND):
            return False
        found: list[str] = []
        ahead = 0
        while self.at.peek(ahead).has(Tag.AND) and self.at.peek(ahead + 1) is not END:
            ahead += 1
            if self.at.peek(ahead).has(Tag.AND):
                continue
            word = self.at.peek(ahead)
            everyday = thing.count is not None and word.means.keys() == {Tag.ORDINARY}
            if (word.means and not everyday) or not (word.text.isascii() and word.text.isalnum()):
                break
            found.append(word.text)
            ahead += 1
        if len(found) < 2 or thing.count not in (None, len(found)):
            return False
        self.at.place += ahead
        thing.names = tuple(found)
        return True

    def names(self) -> tuple[str, ...]:
        """One or more names joined by commas and "and"."""
        found = list(self.at.take().get(Tag.NAME))
        while True:
            ahead = 0
            while self.at.peek(ahead).has(Tag.AND) and self.at.peek(ahead).text != "(":
                ahead += 1
            following = self.at.peek(ahead)
            if not ahead or not following.has(Tag.NAME):
                return tuple(found)
            if self.after_verb and not following.has(Tag.NAMING) and self._starts_clause(ahead):
                return tuple(found)
            self.at.place += ahead + 1
            found.extend(following.get(Tag.NAME))

    def _starts_clause(self, ahead: int) -> bool:
        """Whether the name ``ahead`` has a noun or verb of its own: "a and b needs a disk"."""
        after = self.at.peek(ahead + 1)
        return after.has(Tag.VERB, Tag.NOUN) and not after.has(Tag.AND, Tag.STOP, Tag.TAGGING)

    # names and values

    def given_names(self) -> tuple[str, ...]:
        """The names after a naming word, as the lexer marked them."""
        while self.at.peek().text in (":", "=", "(", "is", "are", "as", "be", "should", "-"):
            self.at.take()
        if not self.at.peek().has(Tag.NAME):
            return ()
        return self.names()

    def word_value(self) -> str:
        """The single word at the cursor, as written; empty where there is none."""
        while self.at.peek().text in (":", "=", "is", "of"):
            self.at.take()
        if not self.at.is_word(0):
            return ""
        lexeme = self.at.take()
        return lexeme.get(Tag.NAME)[0] if lexeme.has(Tag.NAME) else lexeme.text


def is_valid(name: str) -> bool:
    """Whether a name can be used as it is: letters, digits, dots, dashes, underscores; up to 64."""
    return bool(shapes.NAME.fullmatch(name))
