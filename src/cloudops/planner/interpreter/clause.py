"""A clause: a verb and the things around it, and how things are put into one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cloudops.planner.interpreter.cursor import Cursor
from cloudops.planner.interpreter.lexemes import Lexeme
from cloudops.planner.interpreter.phrases import PhraseReader
from cloudops.planner.interpreter.things import Thing
from cloudops.planner.interpreter.vocabulary.tags import Tag
from modalities.resource import Provider


@dataclass(slots=True)
class Clause:
    """``verb`` is its class (vocabulary/verbs.py), empty where there is none. ``things`` holds
    bare attributes too. ``topic``: it only says what the next clause is about."""

    start: int
    end: int = 0
    verb: str = ""
    verb_text: str = ""
    things: list[Thing] = field(default_factory=list)
    traffic: bool = False
    topic: bool = False

    @property
    def solid(self) -> list[Thing]:
        """The things that are more than attributes."""
        return [t for t in self.things if not t.is_bare]

    @property
    def empty(self) -> bool:
        return not (self.verb or self.things or self.traffic)

    def says(self, attribute: str) -> Any:
        """What was said last of ``attribute`` by a bare thing; "from" says what it was."""
        found = [t.says[attribute] for t in self.things if attribute in t.says and t.prep != "from"]
        return found[-1] if found else None


@dataclass(slots=True)
class Parse:
    """A request taken apart. ``unknown`` are lexemes that found no place."""

    clauses: list[Clause] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unknown: list[Lexeme] = field(default_factory=list)
    regions: list[Any] = field(default_factory=list)
    clouds: list[Provider] = field(default_factory=list)


class ClauseBuilder:
    """The clause being read, and the cursor it is read from."""

    def __init__(self, lexemes: Sequence[Lexeme]) -> None:
        self.at = Cursor(list(lexemes))
        self.phrases = PhraseReader(self.at)
        self.parse = Parse()
        self.clause = Clause(start=0)
        self.prep = ""
        self.joined = ""
        self.opened = True

    def _put(self, thing: Thing) -> bool:
        thing.prep, thing.joined = self.prep, self.joined
        thing.end = thing.end or self.at.peek(-1).end
        if self._in_apposition(thing) or self._says_what_it_is(thing):
            self.prep, self.joined = "", ""
            return True
        self._another_of_the_kind(thing)
        self.clause.things.append(thing)
        self.clause.end = thing.end
        self.prep, self.joined, self.opened = "", "", False
        return True

    def _in_apposition(self, thing: Thing) -> bool:
        """ "three machines (web-a, web-b, web-c)": the names of what stands before them."""
        if thing.kind or thing.prep or thing.joined != "," or not thing.names or thing.says:
            return False
        for before in reversed(self.clause.things):
            if self._may_be_called(before, len(thing.names), last=before is self.clause.things[-1]):
                before.names, self.clause.end = thing.names, thing.end
                before.says["named_by_word"] = True
                return True
        return False

    @staticmethod
    def _may_be_called(before: Thing, names: int, *, last: bool) -> bool:
        if before.kind is None or before.names or before.pronoun:
            return False
        if before.count is not None and before.count > 1:
            return before.count == names
        return last and before.count in (None, names) and (names == 1 or before.several)

    def _says_what_it_is(self, thing: Thing) -> bool:
        """ "web-10, a t3.small VM": the kind comes after the name."""
        before = self.clause.things[-1] if self.clause.things else None
        if before is None or before.kind or not before.names or before.prep:
            return False
        if thing.joined != "," or thing.prep or not thing.kind or thing.names:
            return False
        if "a" not in thing.determiners or thing.count:
            return False
        before.kind, before.noun, before.end = thing.kind, thing.noun, thing.end
        before.says.update(thing.says)
        before.determiners |= thing.determiners
        self.clause.end = thing.end
        return True

    def _another_of_the_kind(self, thing: Thing) -> None:
        """ "a VM called left and another called right"."""
        if not (thing.is_bare and "more" in thing.determiners and self.at.peek().has(Tag.NAMING)):
            return
        for before in reversed(self.clause.things):
            if before.kind is not None and before.indefinite:
                thing.kind, thing.noun = before.kind, before.noun
                return

    def _bare(self, lexeme: Lexeme, **says: Any) -> bool:
        return self._put(Thing(start=lexeme.start, says=says))

    def _close(self, *, topic: bool = False) -> None:
        if not self.clause.empty:
            self.clause.topic = topic
            self.clause.end = max(self.clause.end, self.clause.start)
            self.parse.clauses.append(self.clause)
        self.clause = Clause(start=self.at.peek().start)
        self.phrases.after_verb = False
        self.prep, self.joined, self.opened = "", "", True

    def _only_names(self) -> bool:
        return bool(self.clause.things) and all(t.names for t in self.clause.things)
