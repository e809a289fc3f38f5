"""Questions: what is asked, and of what. They change nothing, so their wording may be looser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cloudops.planner.interpreter.asking import Unclear, ask
from cloudops.planner.interpreter.building import names_of
from cloudops.planner.interpreter.discourse import Discourse
from cloudops.planner.interpreter.lexemes import Lexeme
from cloudops.planner.interpreter.phrases import Cursor, PhraseReader
from cloudops.planner.interpreter.shapes import kind_of_id
from cloudops.planner.interpreter.things import Thing
from cloudops.planner.interpreter.vocabulary.tags import Tag
from cloudops.request import (
    Details,
    DisksOf,
    Graph,
    Listing,
    PublicIpOf,
    Question,
    ServiceHealth,
    StatusOf,
)
from modalities.change import Selection
from modalities.resource import Kind

GRAPH_WORDS = frozenset({"graph", "depends", "used", "needs", "needed by", "impact", "gone"})
"""What a question may ask about how things hang together (vocabulary/asked.py)."""

PARTS_OF_VM = frozenset(
    {Kind.NETWORK, Kind.SUBNET, Kind.SECURITY_GROUP, Kind.KEY_PAIR, Kind.IMAGE, Kind.NIC}
)
"""What the details of a VM tell."""

_HOLDING = frozenset(
    {Tag.GLUE, Tag.FILLER, Tag.INTERROGATIVE, Tag.AND, Tag.STOP, Tag.PREPOSITION, Tag.RELATIVE,
     Tag.MEASURED, Tag.SOURCE, Tag.DETERMINER, Tag.POSSESSIVE, Tag.LOCATION, Tag.TOGETHER}
)  # fmt: skip
"""Tags of words that only hold a question together."""


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


@dataclass(slots=True)
class _Heard:
    """What a question was heard to say."""

    asks: list[tuple[str, int]] = field(default_factory=list)
    things: list[tuple[Thing, int]] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    features: list[str] = field(default_factory=list)
    counts: bool = False
    unknown: list[Lexeme] = field(default_factory=list)
    regions: list[Any] = field(default_factory=list)
    clouds: list[Any] = field(default_factory=list)
    service: str | None = None

    def asked(self, *what: str) -> bool:
        return any(ask in what for ask, _ in self.asks)

    def of(self, *kinds: Kind) -> list[Thing]:
        return [thing for thing, _ in self.things if thing.kind in kinds]


class QuestionReader:
    """Reads a question as a whole: what it asks for, and the things it is about."""

    def __init__(self, lexemes: Sequence[Lexeme], discourse: Discourse) -> None:
        self.at = Cursor(list(lexemes))
        self.phrases = PhraseReader(self.at)
        self.discourse = discourse
        self.heard = _Heard()
        self.defaults: list[str] = []
        self.possessor = ""

    def read(self) -> Question:
        """The question. Raises Unclear, or Ask where it points at something unknown."""
        while not self.at.done:
            self._one(self.at.peek())
        return self._question()

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
            self.possessor = "one" if lexeme.text.casefold() == "its" else "many"
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

    # what it comes to

    def _question(self) -> Question:
        heard = self.heard
        if heard.unknown:
            raise Unclear("", *(lexeme.text for lexeme in heard.unknown))
        self._predicates()
        self._possessed()
        if heard.asked("status") and (heard.of(Kind.PUBLIC_IP) or heard.asked("address")):
            raise Unclear("one question at a time")
        if heard.asked("health") and not heard.asked(*GRAPH_WORDS):
            return self._health()
        if heard.asked(*GRAPH_WORDS):
            return self._graph()
        if not heard.things and heard.states and (heard.clouds or heard.service):
            return self._health()  # "is Azure down?"
        if self._asks_address():
            return PublicIpOf(what=self._vms())
        if self._asks_disks():
            return DisksOf(what=self._vms())
        if heard.asked("private address") or heard.features:
            return Details(what=self._selected(Kind.VM))
        if heard.asked("status") or heard.states:
            return self._status()
        if heard.asked("details"):
            return Details(what=self._selected(None))
        return self._listing_or_details()

    def _possessed(self) -> None:
        """ "what's its public IP?": of what the session spoke of last."""
        if self.possessor and not self._owners():
            if not self.discourse.context.recent:
                raise self._whose()
            owner = Thing(start=0, pronoun=self.possessor)
            self.discourse.resolve(owner, Kind.VM)
            self.heard.things.append((owner, 0))

    def _whose(self) -> Exception:
        word = next(x for x in self.at.lexemes if x.text.casefold().startswith(("its", "their")))
        return ask(
            "Which VM do you mean?",
            request=self.discourse.request,
            at=word.start,
            until=word.start + (3 if word.text.casefold().startswith("its") else 5),
            put="{answer}'s",
            hint="name it, for example: what is the public IP of web-1?",
        )

    def _predicates(self) -> None:
        """ "is web-1 a spot instance?": what is asked about it, not a second thing."""
        named = any(thing.names for thing, _ in self.heard.things)
        for thing, place in tuple(self.heard.things):
            if named and thing.says and thing.indefinite and not thing.names:
                self.heard.things.remove((thing, place))
                self.heard.features.append("predicate")

    def _health(self) -> ServiceHealth:
        if any(thing.names for thing, _ in self.heard.things):
            raise Unclear("service health is of a region or a service, not of one resource")
        return ServiceHealth(region=None, service=self.heard.service)

    def _asks_address(self) -> bool:
        heard = self.heard
        if heard.asked("reach"):
            return True
        if heard.asked("address"):
            public = bool(heard.of(Kind.PUBLIC_IP)) or any(
                thing.says.get("public") for thing, _ in heard.things
            )
            if not public:
                self._default("“IP” is the public one")
            return bool(self._owners())
        return bool(heard.of(Kind.PUBLIC_IP)) and bool(self._owners())

    def _owners(self) -> list[Thing]:
        """The VMs a question is about: named, pointed at, or a noun for them."""
        held = [thing.holder for thing, _ in self.heard.things if thing.holder is not None]
        return held + [
            thing
            for thing, _ in self.heard.things
            if thing.kind in (None, Kind.VM) and not thing.any_kind
        ]

    def _asks_disks(self) -> bool:
        if self.heard.asked("disks"):
            return True
        disks = [d for d in self.heard.of(Kind.DISK) if not d.names]
        if not disks or not self._owners():
            return False
        for disk in disks:
            if disk.joined and not any(owner.names for owner in self._owners()):
                raise Unclear("one kind at a time can be listed, or everything")
        return True

    def _vms(self) -> Selection:
        owners = self._owners()
        if not owners:
            raise Unclear("it is not clear which VM is meant", remedy="name the VM")
        return self._selection(owners, Kind.VM)

    def _selection(self, things: Sequence[Thing], kind: Kind | None) -> Selection:
        """The things of a question as one selection; "the load balancer" is every one."""
        names: list[str] = []
        tags: list[tuple[str, str]] = []
        kinds: list[Kind] = []
        for thing in things:
            self._point(thing, kind)
            if thing.says.keys() - {"public", "data", "os", "state", "disk_type", "cloud"}:
                said = self.discourse.request[thing.start : thing.end]
                raise Unclear(f"“{said}”: choose by name, by tag, or all of a kind", said)
            if thing.says.get("state"):
                self.heard.states.append(thing.says["state"])
            names.extend(names_of(thing))
            tags.extend(thing.tags)
            if thing.kind:
                kinds.append(thing.kind)
        ids = {kind_of_id(name) for name in names} - {None}
        chosen = kinds[0] if kinds else (ids.pop() if len(ids) == 1 else kind)
        if names:
            return Selection(kind=chosen, names=tuple(dict.fromkeys(names)))
        if tags:
            return Selection(kind=chosen, tags=tuple(tags))
        return Selection(kind=chosen, every=True)

    def _point(self, thing: Thing, kind: Kind | None) -> None:
        """ "it", and "the load balancer" where the session knows just one."""
        if thing.pronoun or thing.ordinal is not None:
            self.discourse.resolve(thing, thing.kind or kind)
        elif thing.kind and "the" in thing.determiners and not (thing.names or thing.tags):
            recent = self.discourse.context.recent_of(thing.kind)
            if len(recent) == 1 and not thing.plural:
                thing.names = (recent[0].name,)

    def _selected(self, kind: Kind | None) -> Selection:
        things = [thing for thing, _ in self.heard.things]
        if not things:
            if kind is None:
                raise Unclear("it is not clear what is asked about")
            return Selection(kind=kind, every=True)
        return self._selection(things, kind if any(t.names for t in things) else None)

    def _status(self) -> StatusOf:
        things = [t for t, _ in self.heard.things]
        kinds = {t.kind for t in things if t.kind}
        if len(kinds) > 1:
            raise Unclear("the state of one kind at a time can be asked for")
        what = self._selection(things, next(iter(kinds), Kind.VM))
        if any(t.any_kind for t in things) and not what.names:
            what = Selection(kind=None, every=what.every, tags=what.tags)
        states = dict.fromkeys(self.heard.states)
        state = next(iter(states)) if len(states) == 1 and not what.names else None
        if self._asks_of_each():
            state = None
        return StatusOf(what=what, state=state)

    def _asks_of_each(self) -> bool:
        """ "are all my VMs running?": the answer is the state of each."""
        first = self.at.lexemes[0].text.casefold()
        if any(x.text.casefold() == "whether" for x in self.at.lexemes):
            return True
        return first in ("are", "is") and any(
            x.text.casefold().startswith(("all", "every", "each")) for x in self.at.lexemes
        )

    def _listing_or_details(self) -> Question:
        things = self._without_parts([t for t, _ in self.heard.things])
        if not things:
            raise Unclear("it is not clear what is asked for")
        kinds = {t.kind for t in things if t.kind}
        if len(kinds) > 1:
            raise Unclear("one kind at a time can be listed or shown, by name, tag or all of it")
        if any(t.names for t in things):
            return Details(what=self._selection(things, None))
        if any((t.pronoun and t.pronoun != "everything") or t.ordinal is not None for t in things):
            return Details(what=self._selection(things, None))
        what = self._selection(things, None)
        if any(t.any_kind for t in things) or any(t.pronoun == "everything" for t in things):
            what = Selection(kind=next(iter(kinds), None), every=what.every, tags=what.tags)
        if self.heard.states:
            return StatusOf(what=what, state=self.heard.states[0])
        return Listing(what=what)

    @staticmethod
    def _without_parts(things: list[Thing]) -> list[Thing]:
        """ "which network is web-1 in?" is about web-1."""
        vms = [t for t in things if t.names and t.kind in (None, Kind.VM)]
        others = [t for t in things if t not in vms]
        if vms and all(t.kind in PARTS_OF_VM and not t.names for t in others):
            return [t for t in things if t in vms]
        if len(things) > 1 and any(t.names for t in things) and not all(t.names for t in things):
            raise Unclear("one thing at a time can be asked about")
        return things

    def _graph(self) -> Graph:
        heard = self.heard
        impact = heard.asked("impact", "gone")
        focus = self._focus(impact)
        if impact:
            if focus is None:
                raise Unclear("it is not clear what would go", remedy="name it")
            return Graph(focus=focus, direction="needed_by", impact=True)
        related = heard.asked("depends", "used", "needs", "needed by")
        if focus is None and related and not heard.things:
            raise Unclear("it is not clear of what", remedy="name it")
        if focus is None:
            return Graph()
        return Graph(focus=focus, direction=self._direction())

    def _direction(self) -> Any:
        """Which way the question looks from the thing it is about."""
        at = next((place for thing, place in self.heard.things if self._is_focus(thing)), 0)
        for asked, place in self.heard.asks:
            if asked == "depends":
                return "needed_by" if at > place else "needs"
            if asked == "used":
                return "needs" if at > place else "needed_by"
            if asked == "needs":
                return "needs"
            if asked == "needed by":
                return "needed_by"
        return "both"

    @staticmethod
    def _is_focus(thing: Thing) -> bool:
        return not thing.any_kind and thing.pronoun != "everything"

    def _focus(self, impact: bool) -> Selection | None:
        things = [t for t, _ in self.heard.things if self._is_focus(t)]
        named = [t for t in things if t.names or t.pronoun or t.ordinal is not None or t.tags]
        if named:
            return self._selection(named, None)
        kinds = {t.kind for t in things}
        if len(kinds) == 1:
            return self._selection(things, None)
        if kinds and impact:
            raise Unclear("one thing at a time can be asked about")
        return None

    def _default(self, text: str) -> None:
        if text not in self.defaults:
            self.defaults.append(text)
