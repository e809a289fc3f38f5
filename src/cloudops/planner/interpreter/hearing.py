"""Listening to a question: what it asks for, the things it names, and what is not understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cloudops.planner.interpreter.cursor import Cursor
from cloudops.planner.interpreter.lexemes import Lexeme
from cloudops.planner.interpreter.phrases import PhraseReader
from cloudops.planner.interpreter.shapes import kind_of_id
from cloudops.planner.interpreter.things import Thing
from cloudops.planner.interpreter.vocabulary.tags import Tag
from modalities.resource import Kind

_HOLDING = frozenset(
    {Tag.GLUE, Tag.FILLER, Tag.INTERROGATIVE, Tag.AND, Tag.STOP, Tag.PREPOSITION, Tag.RELATIVE,
     Tag.MEASURED, Tag.SOURCE, Tag.DETERMINER, Tag.POSSESSIVE, Tag.LOCATION, Tag.TOGETHER}
)  # fmt: skip
"""Tags of words that only hold a question together."""


@dataclass(slots=True)
class Heard:
    """What a question was heard to say. ``possessor``: "its" or "their" was said."""

    lexemes: Sequence[Lexeme]

    asks: list[tuple[str, int]] = field(default_factory=list)
    things: list[tuple[Thing, int]] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    features: list[str] = field(default_factory=list)
    counts: bool = False
    unknown: list[Lexeme] = field(default_factory=list)
    regions: list[Any] = field(default_factory=list)
    clouds: list[Any] = field(default_factory=list)
    service: str | None = None
    possessor: str = ""

    def asked(self, *what: str) -> bool:
        return any(ask in what for ask, _ in self.asks)

    def of(self, *kinds: Kind) -> list[Thing]:
        return [thing for thing, _ in self.things if thing.kind in kinds]


def hear(lexemes: Sequence[Lexeme]) -> Heard:
    """What ``lexemes`` say, as a question."""
    return _Listener(lexemes).hear()


class _Listener:
    def __init__(self, lexemes: Sequence[Lexeme]) -> None:
        self.at = Cursor(list(lexemes))
        self.phrases = PhraseReader(self.at)
        self.heard = Heard(lexemes)

    def hear(self) -> Heard:
        while not self.at.done:
            self._one(self.at.peek())
        return self.heard

    def _one(self, lexeme: Lexeme) -> None:
        heard = self.heard
        if lexeme.has(Tag.ASKS) and not (lexeme.has(Tag.STATE) and not lexeme.has(Tag.ASKS)):
            heard.asks.append((lexeme.get(Tag.ASKS), self.at.place))
            self.at.take()
        elif lexeme.has(Tag.TAGGING, Tag.TAGS) and self._tags(lexeme):
            return
        elif lexeme.has(Tag.STATE) and not self._glued_on(lexeme):
            heard.states.append(self.at.take().get(Tag.STATE))
        elif lexeme.has(Tag.REGION):
            heard.regions.append(self.at.take().get(Tag.REGION))
        elif lexeme.has(Tag.CLOUD):
            heard.clouds.append(self.at.take().get(Tag.CLOUD))
        elif lexeme.has(Tag.SERVICE_AREA) and self._is_service(lexeme):
            heard.service = self.at.take().text.casefold()
            self.at.text("service")
        elif lexeme.has(Tag.NAMING) and self.at.peek(1).has(Tag.NAME):
            self.at.take()
            self._named(self.phrases.given_names())
        elif self._hears_feature(lexeme):
            self.at.take()
        elif not self._thing(lexeme):
            self._rest(lexeme)

    def _is_service(self, lexeme: Lexeme) -> bool:
        """Whether the vendor's service is meant ("the compute service", "S3")."""
        named_so = self.at.peek(1).text.casefold().startswith("service")
        return named_so or not lexeme.has(Tag.NOUN, Tag.FOREIGN)

    def _glued_on(self, lexeme: Lexeme) -> bool:
        """ "on" and "off" as prepositions: "disks on web-1"."""
        after = self.at.peek(1)
        follows = after.has(Tag.NAME, Tag.NOUN, Tag.DETERMINER, Tag.PRONOUN, Tag.ORDINAL)
        return lexeme.has(Tag.PREPOSITION) and (follows or after.has(Tag.ADJECTIVE))

    def _hears_feature(self, lexeme: Lexeme) -> bool:
        """Attributes that are asked about: "is web-1 on spot?", "what size is web-1?"."""
        if lexeme.has(Tag.DIAGNOSTICS):
            self.heard.features.append("monitoring")
            return True
        says = lexeme.get(Tag.ADJECTIVE)
        if says and not self.phrases.noun_ahead(1) and says.keys() & {"spot", "image"}:
            self.heard.features.append("spot")
            return True
        return lexeme.has(Tag.SWITCH) and bool(self.heard.features)

    def _named(self, names: tuple[str, ...]) -> None:
        if self.heard.things and not self.heard.things[-1][0].names:
            self.heard.things[-1][0].names = names
            return
        self.heard.things.append((Thing(start=0, names=names), self.at.place))

    def _tags(self, lexeme: Lexeme) -> bool:
        began = self.at.place
        if lexeme.has(Tag.TAGGING):
            self.at.take()
        thing = self.heard.things[-1][0] if self.heard.things else Thing(start=lexeme.start)
        paired = self.at.peek().has(Tag.TAGS) or self.at.peek(1).text == "="
        if lexeme.has(Tag.TAGGING) and not paired and not lexeme.text.casefold().startswith(
            ("tagged", "labelled", "labeled", "with", "having", "that")
        ):  # fmt: skip
            self.heard.features.append("tags")
            return True
        if not self.phrases.tags(thing) or thing.tag_keys:
            thing.tag_keys.clear()
            self.at.place = began
            return False
        if not self.heard.things:
            self.heard.things.append((thing, began))
        return True

    def _thing(self, lexeme: Lexeme) -> bool:
        spoken = any(thing.names or thing.kind for thing, _ in self.heard.things)
        if spoken and lexeme.text.casefold() in ("it", "they", "each other"):
            self.at.take()
            return True
        if lexeme.text.casefold() in ("its", "their"):
            self.heard.possessor = "one" if lexeme.text.casefold() == "its" else "many"
        place = self.at.place
        after_and = self.at.peek(-1).has(Tag.AND) and place > 0
        thing = self.phrases.thing()
        if thing is None:
            return False
        thing.joined = "and" if after_and else ""
        if thing.is_bare:
            self.at.place = place
            return False
        if thing.kind is None and thing.indefinite and not thing.any_kind:
            self.heard.unknown.append(self.at.peek(-1))  # "a time-series graph" names nothing
            return True
        self._owner_by_name(thing)
        self.heard.things.append((thing, place))
        return True

    @staticmethod
    def _owner_by_name(thing: Thing) -> None:
        """ "public ip web-1", "disks web-1": the name is the VM's, whose part is asked for."""
        part = thing.kind is Kind.PUBLIC_IP or (thing.kind is Kind.DISK and thing.plural)
        if part and len(thing.names) == 1 and kind_of_id(thing.names[0]) is None:
            thing.holder = Thing(start=thing.start, kind=Kind.VM, names=thing.names)
            thing.names = ()

    def _rest(self, lexeme: Lexeme) -> None:
        """Words that hold the question together, or that are not understood."""
        self.at.take()
        if lexeme.text.casefold() in ("how many", "number"):
            self.heard.counts = True
        asking = lexeme.has(Tag.ASKING)
        service = lexeme.has(Tag.SERVICE) and lexeme.text.casefold() in ("ssh", "rdp")
        if lexeme.text.casefold() == "if" and not self._supposes():
            self.heard.unknown.append(lexeme)
            return
        if not (asking or service or lexeme.has(*_HOLDING)):
            self.heard.unknown.append(lexeme)

    def _supposes(self) -> bool:
        """ "what breaks if the subnet goes away": the only condition a question may have."""
        return any(x.get(Tag.ASKS) in ("gone", "impact") for x in self.at.lexemes)
