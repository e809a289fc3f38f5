"""Questions: what is asked, and of what. They change nothing, so their wording may be looser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cloudops.planner.interpreter.asking import Unclear, ask
from cloudops.planner.interpreter.building import names_of
from cloudops.planner.interpreter.discourse import Discourse
from cloudops.planner.interpreter.hearing import hear
from cloudops.planner.interpreter.lexemes import Lexeme
from cloudops.planner.interpreter.shapes import kind_of_id
from cloudops.planner.interpreter.things import Thing
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


class QuestionReader:
    """Reads a question as a whole; ``defaults`` says what was taken for granted."""

    def __init__(self, lexemes: Sequence[Lexeme], discourse: Discourse) -> None:
        self.heard = hear(lexemes)
        self.discourse = discourse
        self.defaults: list[str] = []

    def read(self) -> Question:
        """The question. Raises Unclear, or Ask where it points at something unknown."""
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
        if self.heard.possessor and not self._owners():
            if not self.discourse.context.recent:
                raise self._whose()
            owner = Thing(start=0, pronoun=self.heard.possessor)
            self.discourse.resolve(owner, Kind.VM)
            self.heard.things.append((owner, 0))

    def _whose(self) -> Exception:
        word = next(x for x in self.heard.lexemes if x.text.casefold().startswith(("its", "their")))
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
        first = self.heard.lexemes[0].text.casefold()
        if any(x.text.casefold() == "whether" for x in self.heard.lexemes):
            return True
        return first in ("are", "is") and any(
            x.text.casefold().startswith(("all", "every", "each")) for x in self.heard.lexemes
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
