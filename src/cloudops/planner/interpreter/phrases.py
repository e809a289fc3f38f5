"""Noun phrases and what is said of things: the parts that clauses are made of."""

from __future__ import annotations

import re
from typing import Any

from cloudops.planner.interpreter import shapes
from cloudops.planner.interpreter.lexemes import END, Lexeme
from cloudops.planner.interpreter.lexicon import Noun
from cloudops.planner.interpreter.things import Ports, Thing
from cloudops.planner.interpreter.vocabulary.tags import Tag
from modalities.resource import Kind

_PLAIN_VALUE = frozenset({Tag.AND, Tag.STOP, Tag.PREPOSITION, Tag.DETERMINER, Tag.ARROW})
_ADVERB_ENDINGS = ("ly", "ing", "ed")
_QUOTED_TAG = re.compile(r"\s*=\s*|\s+")
_SHOWN_BY_SHAPE = (Tag.QUANTITY, Tag.SIZE, Tag.CIDR, Tag.ADJECTIVE)


MOST_BEFORE_NOUN = 24
"""Words before a noun that are read as one phrase; keeps nonsense from taking long."""


class Cursor:
    """A place in the lexemes of a request."""

    def __init__(self, lexemes: list[Lexeme]) -> None:
        self.lexemes = lexemes
        self.place = 0

    @property
    def done(self) -> bool:
        return self.place >= len(self.lexemes)

    def peek(self, ahead: int = 0) -> Lexeme:
        place = self.place + ahead
        return self.lexemes[place] if 0 <= place < len(self.lexemes) else END

    def take(self) -> Lexeme:
        lexeme = self.peek()
        self.place += 1
        return lexeme

    def text(self, *texts: str) -> bool:
        """Take the next lexeme if it is one of ``texts``."""
        if not self.done and self.peek().text.casefold() in texts:
            self.place += 1
            return True
        return False


class PhraseReader:
    """Reads things and attributes from a cursor; leaves it where it was if there is none."""

    def __init__(self, cursor: Cursor) -> None:
        self.at = cursor
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
            measured and self.noun_ahead(1)
        ):
            self.at.take()
        if attribute == "gib" and "vcpus" in thing.says and "memory_gib" not in thing.says:
            attribute = "memory_gib" if not self.noun_ahead(0) else "gib"
        thing.says[attribute] = value

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

    # attributes

    def tags(self, thing: Thing) -> bool:
        """Tags in any of their spellings: ``k=v``, ``k = v``, ``k: v``, ``k v``, ``k to v``."""
        began = self.at.place
        while (pair := self._tag()) is not None:
            key, value = pair
            if value is None:
                thing.tag_keys.append(key)
            else:
                thing.tags.append((key, value))
            if not (self._another_tag() or (value is None and self._another_key())):
                break
        return self.at.place > began

    def _another_key(self) -> bool:
        """ "the tags env and owner from web-1"."""
        if not self.at.peek().has(Tag.AND) or not self._is_plain(1):
            return False
        if not self.at.peek(2).has(Tag.PREPOSITION, Tag.AND):
            return False
        self.at.take()
        return True

    def _tag(self) -> tuple[str, str | None] | None:
        lexeme = self.at.peek()
        if lexeme.has(Tag.TAGS):
            self.at.take()
            key, value = lexeme.get(Tag.TAGS)
            return key, value
        if lexeme.has(Tag.NAME) and len(quoted := _QUOTED_TAG.split(lexeme.text, maxsplit=1)) == 2:
            self.at.take()
            return quoted[0], quoted[1]
        if not self._is_plain(0):
            return None
        sign = self.at.peek(1).text.casefold()
        if sign in ("=", ":", "to", "as", "->") and self._is_plain(2):
            self.at.place += 3
            return lexeme.text, self.at.peek(-1).text
        if self._is_plain(1) and not self.at.peek(1).has(Tag.VERB, Tag.FILLER, Tag.NOTE, Tag.NOUN):
            self.at.place += 2
            return lexeme.text, self.at.peek(-1).text
        self.at.place += 1
        return lexeme.text, None

    def _is_plain(self, ahead: int) -> bool:
        """Whether a single word stands there that may be a tag's key or value."""
        lexeme = self.at.peek(ahead)
        return (
            lexeme is not END
            and " " not in lexeme.text
            and any(sign.isalnum() for sign in lexeme.text)
            and not lexeme.has(*_PLAIN_VALUE)
        )

    def _another_tag(self) -> bool:
        """Whether a further pair follows; takes the "and" before it."""
        ahead = 0
        while self.at.peek(ahead).has(Tag.AND) and self.at.peek(ahead).text not in "()":
            ahead += 1
        following = self.at.peek(ahead)
        if following.has(Tag.TAGGING) and ahead and self.at.peek(ahead + 1).has(Tag.TAGS):
            ahead += 1
            following = self.at.peek(ahead)
        equals = self._is_plain(ahead) and self.at.peek(ahead + 1).text == "="
        if following.has(Tag.TAGS) or equals:
            self.at.place += ahead
            return True
        return False

    def ports(self) -> list[Ports]:
        """Ports with or without the word: "ports 80 and 443", "8080 to 8080", "TCP 80"."""
        found: list[Ports] = []
        protocol = self._protocol()
        self._port_word()
        protocol = protocol or self._protocol()
        self._port_word()
        while (said := self._port(protocol)) is not None:
            found.append(said)
            ahead = 0
            while self.at.peek(ahead).has(Tag.AND) and self.at.peek(ahead).text not in "()":
                ahead += 1
            if not ahead or not self._port_ahead(ahead):
                break
            self.at.place += ahead
            self._port_word()
        return found

    def _port_ahead(self, ahead: int) -> bool:
        """Whether a port stands there, and not a count: "443 and 2 disks"."""
        lexeme = self.at.peek(ahead)
        if lexeme.has(Tag.PORT):
            return self.at.peek(ahead + 1).has(Tag.NUMBER, Tag.PORTS)
        if lexeme.has(Tag.PORTS):
            return True
        return lexeme.has(Tag.NUMBER) and not self.at.peek(ahead + 1).has(
            Tag.NOUN, Tag.UNIT, Tag.ADJECTIVE, Tag.SIZE
        )

    def _port_word(self) -> None:
        if self.at.peek().has(Tag.PORT):
            self.at.take()

    def _protocol(self) -> str | None:
        """A protocol that goes with a port: "TCP 80", "HTTP on port 80"."""
        lexeme, ahead = self.at.peek(), 1
        if not lexeme.has(Tag.PROTOCOL, Tag.SERVICE):
            return None
        if self.at.peek(ahead).text.casefold() in ("on", "over", "at", ":", "("):
            ahead += 1
        if not self.at.peek(ahead).has(Tag.PORT, Tag.NUMBER, Tag.PORTS):
            return None
        if self.at.peek(ahead).has(Tag.NUMBER) and self.at.peek(ahead + 1).has(Tag.NOUN):
            return None
        self.at.place += ahead
        service = lexeme.get(Tag.SERVICE)
        return str(lexeme.get(Tag.PROTOCOL) or service[0])

    def _port(self, protocol: str | None) -> Ports | None:
        lexeme = self.at.peek()
        if lexeme.has(Tag.PORTS):
            self.at.take()
            form, first, last, given = lexeme.get(Tag.PORTS)
            return Ports(form, first, last, given or protocol)
        if not isinstance(lexeme.get(Tag.NUMBER), int):
            return None
        self.at.take()
        first = lexeme.get(Tag.NUMBER)
        protocol = self._trailing_protocol() or protocol
        second = self._second_port()
        if second is None:
            return Ports("one", first, first, protocol)
        form, last = second
        return Ports(form, first, last, self._trailing_protocol() or protocol)

    def _trailing_protocol(self) -> str | None:
        if self.at.peek().text == "/" and self.at.peek(1).has(Tag.PROTOCOL):
            self.at.take()
        if self.at.peek().has(Tag.PROTOCOL):
            return str(self.at.take().get(Tag.PROTOCOL))
        return None

    def _second_port(self) -> tuple[str, int] | None:
        """ "to 8080", "-> 8080", "to port 8080 on the targets"."""
        lexeme, ahead = self.at.peek(), 1
        form = {"->": "pair", "=>": "pair", "to": "to", "-": "range", "through": "range"}.get(
            lexeme.text.casefold()
        )
        if form is None:
            return None
        backend = self.at.peek(ahead).text.casefold() in ("backend", "target", "instance", "vm")
        ahead += backend
        if self.at.peek(ahead).has(Tag.PORT):
            ahead += 1
        number = self.at.peek(ahead).get(Tag.NUMBER)
        if not isinstance(number, int) or self.at.peek(ahead + 1).has(Tag.NOUN, Tag.UNIT):
            return None
        self.at.place += ahead + 1
        return form, number

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
        if not self._is_plain(0):
            return ""
        lexeme = self.at.take()
        return lexeme.get(Tag.NAME)[0] if lexeme.has(Tag.NAME) else lexeme.text


def is_valid(name: str) -> bool:
    """Whether a name can be used as it is: letters, digits, dots, dashes, underscores; up to 64."""
    return bool(shapes.NAME.fullmatch(name))
