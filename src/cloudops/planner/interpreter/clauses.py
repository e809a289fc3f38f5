"""From lexemes to clauses: every lexeme finds its place, or is kept as unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cloudops.planner.interpreter.clause import Parse
from cloudops.planner.interpreter.lexemes import END, Lexeme
from cloudops.planner.interpreter.sayings import SayingReader
from cloudops.planner.interpreter.vocabulary.tags import Tag

_REPLACED = frozenset({"want", "have", "make", "ensure"})
"""Verbs that give way to the next one: "I need web-1 to run on spot"."""

_SHARING = frozenset({"start", "stop", "restart", "delete", "detach", "remove"})
"""Verbs that may share what they are about: "stop and delete web-1"."""

_TAKING_AWAY = frozenset(
    {"delete", "remove", "detach", "untag", "close", "disable", "turn off", "stop", "take down"}
)
"""Verbs with which a contrast says what is to stay."""

_WITHOUT_ARTICLE = frozenset(
    {Tag.DIAGNOSTICS, Tag.PORT, Tag.PORTS, Tag.SERVICE, Tag.TRAFFIC, Tag.TAGGING, Tag.SETTING,
     Tag.NAMING, Tag.PREFIX, Tag.FILLER, Tag.PROTOCOL, Tag.REGION, Tag.LOCATION, Tag.NOTE}
)  # fmt: skip


class ClauseReader(SayingReader):
    """Reads lexemes into clauses."""

    def read(self) -> Parse:
        while not self.at.done:
            lexeme = self.at.peek()
            if not any(reader(lexeme) for reader in self._readers()):
                self.parse.unknown.append(self.at.take())
        self._close()
        self._share_objects()
        return self.parse

    def _share_objects(self) -> None:
        """ "stop and delete web-1": the first verb is about what the second is."""
        for clause, following in zip(self.parse.clauses, self.parse.clauses[1:], strict=False):
            if clause.verb in _SHARING and not clause.things and following.verb in _SHARING:
                clause.things = list(following.things)

    def _readers(self) -> tuple[Any, ...]:
        """In the order of precedence: the first that takes the lexeme has it."""
        return (
            self._stop, self._note, self._contrast, self._state, self._and, self._relative,
            self._together, self._given_name,
            self._prefix, self._tagging, self._verb, self._place, self._switch, self._setting,
            self._ports, self._diagnostics, self._source, self._set, self._traffic, self._prep,
            self._thing, self._arrow, self._filler,
        )  # fmt: skip

    def _stop(self, lexeme: Lexeme) -> bool:
        if not lexeme.has(Tag.STOP):
            return False
        self.at.take()
        only_names = self._only_names() and len(self.clause.things) == 1
        if lexeme.text == ":" and not (only_names and not self.clause.verb):
            self.joined = ","  # "build a web tier: 3 VMs": goes on with what was begun
            return True
        self._close(topic=lexeme.text == ":")
        return True

    def _note(self, lexeme: Lexeme) -> bool:
        if not lexeme.has(Tag.NOTE):
            return False
        self.at.take()
        self.parse.notes.append(lexeme.get(Tag.NOTE))
        return True

    def _contrast(self, lexeme: Lexeme) -> bool:
        """ "spot instead of standard": it is to be what was said, and not what it is said not to
        be. Nothing is taken from it but that; where it stands alone it is a negation."""
        other = self.at.peek(1)
        ends = self.at.peek(2) is END or self.at.peek(2).has(Tag.STOP, Tag.AND)
        if not (lexeme.has(Tag.CONTRAST) and other.get(Tag.ADJECTIVE) and ends):
            return False
        if self.clause.verb in _TAKING_AWAY or not self._said_otherwise(other.get(Tag.ADJECTIVE)):
            return False
        self.at.place += 2
        return True

    def _said_otherwise(self, other: Mapping[str, Any]) -> bool:
        """Whether the thing before says all of ``other``'s attributes, each with another value."""
        said = self.clause.things[-1] if self.clause.things else None
        return (
            said is not None
            and said.prep != "from"
            and all(said.says.get(name) not in (None, value) for name, value in other.items())
        )

    def _and(self, lexeme: Lexeme) -> bool:
        between = lexeme.text == "/" and self.at.peek(1).has(Tag.NUMBER, Tag.QUANTITY)
        if not lexeme.has(Tag.AND) and not between:
            return False
        word = self.at.take().text.casefold()
        self.joined = "," if word in ",()-" and self.joined != "and" else "and"
        return True

    def _relative(self, lexeme: Lexeme) -> bool:
        """ "that targets all of them": what follows goes on about the thing before."""
        if not lexeme.has(Tag.RELATIVE) or not self.clause.things:
            return False
        ahead = 1
        while self.at.peek(ahead).has(Tag.FILLER) and not self.at.peek(ahead).has(Tag.VERB):
            ahead += 1
        if not self.at.peek(ahead).has(
            Tag.VERB, Tag.TOGETHER, Tag.PREPOSITION, Tag.TAGGING, Tag.ADJECTIVE, Tag.NAMING
        ):
            return False
        self.at.place += ahead
        self.joined = "and" if self.at.peek().has(Tag.VERB) else ""
        return True

    def _verb(self, lexeme: Lexeme) -> bool:
        verb = lexeme.get(Tag.VERB)
        gives_way = self.clause.verb in _REPLACED or self.clause.verb_text.casefold() == "let"
        if verb is None and gives_way and self.clause.things:
            verb = lexeme.get(Tag.PARTICIPLE)
        if verb is None and self._asking_here(lexeme):
            verb = "show"
        if verb is None:
            return False
        apart = self.joined or (verb == "balance" and self.clause.solid)
        if not self.clause.verb and not (apart and self.clause.things):
            self._take_verb(lexeme, verb)
        elif (self.clause.verb, verb) == ("create", "attach") and not self.clause.things:
            self._take_verb(lexeme, verb)  # "create and attach a disk"
        elif apart or self.opened or verb == "balance" or lexeme.text.endswith("ing"):
            self._close()
            self._take_verb(lexeme, verb)
        elif gives_way and (self.clause.things or self.clause.verb in ("want", "ensure")):
            self._take_verb(lexeme, verb)
        else:
            return False
        return True

    def _asking_here(self, lexeme: Lexeme) -> bool:
        return lexeme.has(Tag.ASKING) and not self.clause.things and not self.clause.verb

    def _take_verb(self, lexeme: Lexeme, verb: str) -> None:
        self.at.take()
        if self.clause.empty:
            self.clause.start = lexeme.start
        self.clause.verb, self.clause.verb_text = verb, lexeme.text
        self.phrases.after_verb = True
        self.clause.end = lexeme.end
        self.prep, self.joined, self.opened = "", "", False

    def _prep(self, lexeme: Lexeme) -> bool:
        if not lexeme.has(Tag.PREPOSITION):
            return False
        self.at.take()
        self.prep = lexeme.get(Tag.PREPOSITION)
        return True

    def _thing(self, _: Lexeme) -> bool:
        thing = self.phrases.thing()
        return thing is not None and self._put(thing)

    def _arrow(self, lexeme: Lexeme) -> bool:
        if not lexeme.has(Tag.ARROW):
            return False
        self.at.take()
        self.prep = "to"
        return True

    def _filler(self, lexeme: Lexeme) -> bool:
        """Words a request can do without, and an article or "is" before what is no noun."""
        if lexeme.has(Tag.DETERMINER):
            skipped = self.at.peek(1).has(*_WITHOUT_ARTICLE) or lexeme.has(Tag.FILLER)
        elif lexeme.text.casefold() in ("is", "are"):
            skipped = self.at.peek(1).has(Tag.SWITCH, Tag.STATE, Tag.NAMING, Tag.TAGGING)
        else:
            skipped = lexeme.has(Tag.FILLER)
        if skipped:
            self.at.take()
        return skipped
