"""Clauses: a verb and the things around it, in the order they were said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cloudops.planner.interpreter import settings
from cloudops.planner.interpreter.lexemes import END, Lexeme
from cloudops.planner.interpreter.phrases import MOST_BEFORE_NOUN, Cursor, PhraseReader
from cloudops.planner.interpreter.things import Thing
from cloudops.planner.interpreter.vocabulary.tags import Tag
from modalities.resource import Kind, Provider

_REPLACED = frozenset({"want", "have", "make", "ensure"})
"""Verbs that give way to the next one: "I need web-1 to run on spot"."""

_SHARING = frozenset({"start", "stop", "restart", "delete", "detach", "remove"})
"""Verbs that may share what they are about: "stop and delete web-1"."""

_WITHOUT_ARTICLE = frozenset(
    {Tag.DIAGNOSTICS, Tag.PORT, Tag.PORTS, Tag.SERVICE, Tag.TRAFFIC, Tag.TAGGING, Tag.SETTING,
     Tag.NAMING, Tag.PREFIX, Tag.FILLER, Tag.PROTOCOL, Tag.REGION, Tag.LOCATION, Tag.NOTE}
)  # fmt: skip

_NOTHING_AFTER = frozenset({Tag.STOP, Tag.AND, Tag.PREPOSITION, Tag.NOTE})


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


class ClauseReader:
    """Reads lexemes into clauses; what it cannot place is kept as unknown."""

    def __init__(self, lexemes: Sequence[Lexeme]) -> None:
        self.at = Cursor(list(lexemes))
        self.phrases = PhraseReader(self.at)
        self.parse = Parse()
        self.clause = Clause(start=0)
        self.prep = ""
        self.joined = ""
        self.opened = True

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
            self._stop, self._note, self._state, self._and, self._relative, self._together,
            self._given_name,
            self._prefix, self._tagging, self._verb, self._place, self._switch, self._setting,
            self._ports, self._diagnostics, self._source, self._set, self._traffic, self._prep,
            self._thing, self._arrow, self._filler,
        )  # fmt: skip

    # putting things into the clause

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

    @staticmethod
    def _may_be_called(before: Thing, names: int, *, last: bool) -> bool:
        if before.kind is None or before.names or before.pronoun:
            return False
        if before.count is not None and before.count > 1:
            return before.count == names
        return last and before.count in (None, names) and (names == 1 or before.several)

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

    # readers

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

    def _state(self, lexeme: Lexeme) -> bool:
        """ "make sure web-1 is running", "web-1 must be stopped"."""
        after = self.at.peek(1)
        ends = after is END or after.has(Tag.STOP, Tag.AND, Tag.FILLER, Tag.NOTE)
        switch = lexeme.has(Tag.SWITCH)
        if (
            switch
            or not lexeme.has(Tag.STATE)
            or not ends
            or self.clause.verb not in ("update", "ensure")
        ):
            return False
        self.at.take()
        return self._bare(lexeme, state=lexeme.get(Tag.STATE))

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

    def _together(self, lexeme: Lexeme) -> bool:
        if not lexeme.has(Tag.TOGETHER):
            return False
        self.at.take()
        if self.at.peek().get(Tag.PREPOSITION) == "in":
            return True  # "reach each other on a private network": the network says it
        return self._bare(lexeme, together=True)

    def _given_name(self, lexeme: Lexeme) -> bool:
        if not lexeme.has(Tag.NAMING) or lexeme.has(Tag.NAME):
            return False
        began = self.at.place
        self.at.take()
        names = self.phrases.given_names()
        if not names:
            self.at.place = began
            return self._naming_verb(lexeme)
        thing = Thing(start=lexeme.start, says={"named": names, "back": lexeme.get(Tag.NAMING)})
        return self._put(thing)

    def _naming_verb(self, lexeme: Lexeme) -> bool:
        """ "call the load balancer front": the noun phrase holds the name."""
        if not lexeme.has(Tag.VERB) or not (self.opened or self.joined):
            return False
        return self._verb(lexeme)

    def _prefix(self, lexeme: Lexeme) -> bool:
        if not lexeme.has(Tag.PREFIX):
            return False
        self.at.take()
        word = self.phrases.word_value()
        if not word:
            self.at.place -= 1
            return False
        return self._put(Thing(start=lexeme.start, prefix=word.strip("\"'*")))

    def _tagging(self, lexeme: Lexeme) -> bool:
        """A tagging word and its tags, or tags that stand alone."""
        tagging = self.clause.verb in ("tag", "untag")
        if lexeme.has(Tag.TAGS) and (tagging or not lexeme.has(Tag.SETTING)):
            thing = Thing(start=lexeme.start)
            return self.phrases.tags(thing) and self._put(thing)
        if tagging and self._is_bare_key(lexeme):
            thing = Thing(start=lexeme.start)
            return self.phrases.tags(thing) and self._put(thing)
        if not lexeme.has(Tag.TAGGING):
            return False
        starts = not self.clause.verb and (self.opened or self._only_names())
        if lexeme.has(Tag.VERB) and (starts or (self.joined and not self._pair_ahead(1))):
            return False
        began = self.at.place
        self.at.take()
        while self.at.peek().text in (":", "(") or self.at.peek().text.casefold() in ("of", "with"):
            self.at.take()
        thing = Thing(start=lexeme.start, says={"tagged": lexeme.text.casefold()})
        if not self.phrases.tags(thing):
            self.at.place = began
            return False
        return self._put(thing)

    def _is_bare_key(self, lexeme: Lexeme) -> bool:
        """ "tag web-1 env prod", "untag env from web-1": the verb says that it is a tag."""
        return not lexeme.means or self.at.peek(1).text == "="

    def _only_names(self) -> bool:
        return bool(self.clause.things) and all(t.names for t in self.clause.things)

    def _pair_ahead(self, ahead: int) -> bool:
        return self.at.peek(ahead).has(Tag.TAGS) or self.at.peek(ahead + 1).text == "="

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

    def _place(self, lexeme: Lexeme) -> bool:
        """Regions, zones and clouds; they hold for the whole request."""
        if lexeme.has(Tag.LOCATION):
            ahead = self.at.peek(1)
            if ahead.has(Tag.REGION) or self.at.peek(-1).has(Tag.REGION):
                self.at.take()
                return True
            return False
        if lexeme.has(Tag.ZONE):
            self.at.take()
            self.parse.regions.append(lexeme.get(Tag.REGION))
            return self._bare(lexeme, zone=lexeme.get(Tag.ZONE))
        if lexeme.has(Tag.REGION) and self.prep in ("in", "", "for"):
            self.at.take()
            self.parse.regions.append(lexeme.get(Tag.REGION))
        elif lexeme.has(Tag.CLOUD) and self.prep in ("in", "", "for", "with"):
            self.at.take()
            self.parse.clouds.append(lexeme.get(Tag.CLOUD))
        else:
            return False
        self.prep = ""
        return True

    def _switch(self, lexeme: Lexeme) -> bool:
        """ "on" and "off" where they are no prepositions."""
        if not lexeme.has(Tag.SWITCH):
            return False
        after = self.at.peek(1)
        ends = after is END or after.has(*_NOTHING_AFTER) or after.has(Tag.FILLER)
        if lexeme.has(Tag.PREPOSITION) and not ends:
            return False
        self.at.take()
        return self._bare(lexeme, switch=lexeme.get(Tag.SWITCH))

    def _setting(self, lexeme: Lexeme) -> bool:
        """``size=t3.small`` and "size t3.small", "cidr 10.0.0.0/16", "zone 1"."""
        setting = lexeme.get(Tag.SETTING)
        if setting is None or setting == "switch":
            return False
        if isinstance(setting, tuple):
            return self._set_to(lexeme, *setting, length=1)
        sign = self.at.peek(1).text
        if sign in ("=", ":") and not self.at.peek(2).has(Tag.STOP, Tag.AND):
            return self._set_to(lexeme, setting, self.at.peek(2).text, length=3)
        return self._worded_setting(lexeme, setting)

    def _worded_setting(self, lexeme: Lexeme, setting: str) -> bool:
        """A setting's word followed by a value of the right shape."""
        ahead = 1
        while self.at.peek(ahead).text.casefold() in ("of", "is", "as", "to", "should", "be", "a"):
            ahead += 1
        value = self.at.peek(ahead)
        if setting == "size" and self.at.peek(1).text.casefold() in ("of", "for") and value.has(
            Tag.NAME, Tag.NOUN, Tag.DETERMINER, Tag.PRONOUN
        ):  # fmt: skip
            self.at.take()  # "change the size of web-1 to t3.large"
            return self._bare(lexeme, asks_size=True)
        if setting == "memory" and self.at.peek(1).text.casefold() == "of" and value.has(Tag.NAME):
            self.at.take()
            return self._bare(lexeme, asks_memory=True)
        if setting == "zone" and value.has(Tag.NUMBER, Tag.ZONE) and not lexeme.has(Tag.NOUN):
            self.at.place += ahead + 1
            if value.has(Tag.REGION):
                self.parse.regions.append(value.get(Tag.REGION))
            return self._bare(lexeme, zone=value.text)
        if setting in ("size", "cidr", "image", "gib", "disk_type", "memory", "vcpus"):
            return self._value_follows(lexeme, setting, ahead, value)
        return False

    def _value_follows(self, lexeme: Lexeme, setting: str, ahead: int, value: Lexeme) -> bool:
        """Drop the word where what follows says by its shape what it is."""
        by_shape = {
            "size": (Tag.SIZE, Tag.QUANTITY, Tag.NUMBER, Tag.ADJECTIVE),
            "cidr": (Tag.CIDR,),
            "image": (Tag.ADJECTIVE,),
            "disk_type": (Tag.ADJECTIVE,),
        }.get(setting, ())
        if value.has(*by_shape) and not lexeme.has(Tag.NOUN):
            self.at.place += ahead
            return True
        if setting in ("memory", "vcpus") and value.has(Tag.QUANTITY, Tag.NUMBER):
            self.at.place += ahead + 1
            number = value.get(Tag.NUMBER)
            if number is None:
                number = value.get(Tag.QUANTITY)[1]
            elif self.at.peek().has(Tag.UNIT):
                number *= self.at.take().get(Tag.UNIT)[2]
            attribute = "memory_gib" if setting == "memory" else "vcpus"
            return self._bare(lexeme, **{attribute: float(number)})
        return False

    def _set_to(self, lexeme: Lexeme, setting: str, value: str, *, length: int) -> bool:
        says = settings.said(setting, value)
        if says is None:
            return False
        self.at.place += length
        if setting == "diagnostics":
            says["diagnostics"] = lexeme.text.partition("=")[0].casefold()
        if "region" in says:
            self.parse.regions.append(says.pop("region"))
            return True
        thing = Thing(start=lexeme.start, prefix=says.pop("prefix", None))
        thing.says = says
        return self._put(thing)

    def _ports(self, lexeme: Lexeme) -> bool:
        if not lexeme.has(Tag.PORT, Tag.PORTS, Tag.PROTOCOL, Tag.SERVICE, Tag.NUMBER):
            return False
        if lexeme.has(Tag.NUMBER) and not self._is_pair() and (
            not self._port_is_due() or self.phrases.counts_something()
        ):  # fmt: skip
            return False
        began = self.at.place
        ports = self.phrases.ports()
        if ports:
            if self.at.peek().text.casefold() == "open":
                self.at.take()
                return self._bare(lexeme, ports=ports, opens=True)
            return self._bare(lexeme, ports=ports)
        self.at.place = began
        if lexeme.has(Tag.PORT) and self.clause.verb in ("open", "close"):
            self.at.take()  # "open a port on web-1": which one is asked
            return True
        if lexeme.has(Tag.SERVICE) and not self.at.peek(1).has(Tag.NOUN):
            return self._services(lexeme)
        if lexeme.has(Tag.PROTOCOL) and not self.at.peek(1).has(Tag.NOUN):
            self.at.take()
            return self._bare(lexeme, protocol=lexeme.get(Tag.PROTOCOL))
        return False

    def _port_is_due(self) -> bool:
        """ "open 443", "a load balancer on 8443": a number alone is a port."""
        things = self.clause.things
        on_balancer = bool(things) and things[-1].kind is Kind.LOAD_BALANCER and self.prep == "in"
        return on_balancer or self.clause.verb in ("open", "close", "balance")

    def _services(self, lexeme: Lexeme) -> bool:
        """ "HTTP and HTTPS", "ssh open"."""
        found = [self.at.take().get(Tag.SERVICE)]
        while self.at.peek().has(Tag.AND) and self.at.peek(1).has(Tag.SERVICE):
            self.at.take()
            found.append(self.at.take().get(Tag.SERVICE))
        if self.at.text("open"):
            return self._bare(lexeme, services=found, opens=True)
        return self._bare(lexeme, services=found)

    def _is_pair(self) -> bool:
        """ "8080 to 8080": two numbers that are no counts."""
        return (
            self.at.peek(1).text.casefold() in ("->", "=>", "to", "-")
            and self.at.peek(2).has(Tag.NUMBER, Tag.PORT)
            and not self.at.peek(3).has(Tag.NOUN, Tag.UNIT)
        )

    def _diagnostics(self, lexeme: Lexeme) -> bool:
        if not lexeme.has(Tag.DIAGNOSTICS):
            return False
        self.at.take()
        while self.at.peek().text == "/" and self.at.peek(1).has(Tag.DIAGNOSTICS):
            self.at.place += 2
        return self._bare(lexeme, diagnostics=lexeme.get(Tag.DIAGNOSTICS))

    def _source(self, lexeme: Lexeme) -> bool:
        """Where traffic may come from."""
        if lexeme.has(Tag.SOURCE):
            self.at.take()
            return self._bare(lexeme, source=lexeme.get(Tag.SOURCE))
        if self.prep not in ("from", "to") or not lexeme.has(Tag.CIDR, Tag.ADDRESS):
            return False
        self.at.take()
        self.prep = ""
        cidr = lexeme.get(Tag.CIDR) or f"{lexeme.get(Tag.ADDRESS)}/32"
        return self._bare(lexeme, source=cidr)

    def _set(self, lexeme: Lexeme) -> bool:
        """ "a small HA web tier": stands for the machines named after it."""
        place = self.at.place
        for _ in range(MOST_BEFORE_NOUN):
            if self.at.peek().has(Tag.SET):
                break
            if not self.at.peek().has(Tag.ADJECTIVE, Tag.DETERMINER):
                break
            self.at.take()
        found = self.at.peek()
        if not found.has(Tag.SET):
            self.at.place = place
            return False
        self.at.take()
        return self._bare(lexeme, tier=found.get(Tag.SET))

    def _traffic(self, lexeme: Lexeme) -> bool:
        if not lexeme.has(Tag.TRAFFIC):
            return False
        self.at.take()
        self.clause.traffic = True
        return True

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
