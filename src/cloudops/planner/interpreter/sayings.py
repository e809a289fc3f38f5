"""What is said of things in a clause: names, tags, settings, ports, places, switches."""

from __future__ import annotations

from cloudops.planner.interpreter import settings
from cloudops.planner.interpreter.clause import ClauseBuilder
from cloudops.planner.interpreter.lexemes import END, Lexeme
from cloudops.planner.interpreter.phrases import MOST_BEFORE_NOUN
from cloudops.planner.interpreter.things import Thing
from cloudops.planner.interpreter.vocabulary.tags import Tag
from modalities.resource import Kind

_NOTHING_AFTER = frozenset({Tag.STOP, Tag.AND, Tag.PREPOSITION, Tag.NOTE})


class SayingReader(ClauseBuilder):
    """Reads attributes; each reader takes what is its own at the cursor, or leaves it."""

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
            return False  # a verb: "call the load balancer front"
        thing = Thing(start=lexeme.start, says={"named": names, "back": lexeme.get(Tag.NAMING)})
        return self._put(thing)

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

    def _pair_ahead(self, ahead: int) -> bool:
        return self.at.peek(ahead).has(Tag.TAGS) or self.at.peek(ahead + 1).text == "="

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

    def _is_pair(self) -> bool:
        """ "8080 to 8080": two numbers that are no counts."""
        return (
            self.at.peek(1).text.casefold() in ("->", "=>", "to", "-")
            and self.at.peek(2).has(Tag.NUMBER, Tag.PORT)
            and not self.at.peek(3).has(Tag.NOUN, Tag.UNIT)
        )

    def _services(self, lexeme: Lexeme) -> bool:
        """ "HTTP and HTTPS", "ssh open"."""
        found = [self.at.take().get(Tag.SERVICE)]
        while self.at.peek().has(Tag.AND) and self.at.peek(1).has(Tag.SERVICE):
            self.at.take()
            found.append(self.at.take().get(Tag.SERVICE))
        if self.at.text("open"):
            return self._bare(lexeme, services=found, opens=True)
        return self._bare(lexeme, services=found)

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
