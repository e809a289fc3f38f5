"""What is to be made, as it takes shape: things, how they hang together, what is said of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import NamedTuple

from cloudops.planner.interpreter.asking import Unclear, ask
from cloudops.planner.interpreter.clause import Clause
from cloudops.planner.interpreter.discourse import Discourse
from cloudops.planner.interpreter.quantities import whole_gib
from cloudops.planner.interpreter.shapes import kind_of_id
from cloudops.planner.interpreter.things import ACCEPTS, Thing
from modalities.resource import Kind


class Link(NamedTuple):
    """``child`` may hang on ``parent``: by ``field``, with prepositions either way round."""

    child: Kind
    field: str
    parent: Kind
    forth: frozenset[str]
    back: frozenset[str]


def _link(child: Kind, field: str, parent: Kind, forth: str, back: str) -> Link:
    return Link(child, field, parent, frozenset(forth.split()), frozenset(back.split()))


LINKS = (
    _link(Kind.VM, "network", Kind.NETWORK, "in to with", "with for"),
    _link(Kind.VM, "subnet", Kind.SUBNET, "in to with", "with for"),
    _link(Kind.SUBNET, "network", Kind.NETWORK, "in for to from", "with"),
    _link(Kind.LOAD_BALANCER, "targets", Kind.VM, "for to with in", "behind with for in"),
    _link(Kind.LOAD_BALANCER, "network", Kind.NETWORK, "in for to", "with"),
    _link(Kind.VM, "groups", Kind.SECURITY_GROUP, "with in behind", "for to"),
    _link(Kind.SECURITY_GROUP, "network", Kind.NETWORK, "in for to", "with"),
    _link(Kind.NIC, "subnet", Kind.SUBNET, "in for to", "with"),
    _link(Kind.NIC, "holder", Kind.VM, "for to in", "with"),
    _link(Kind.DISK, "holder", Kind.VM, "for to in", "with"),
    _link(Kind.PUBLIC_IP, "holder", Kind.VM, "for to in", "with"),
    _link(Kind.LOAD_BALANCER, "targets", Kind.VM, "for to with in", "behind with for in"),
    _link(Kind.VM, "groups", Kind.SECURITY_GROUP, "with in behind", "for to in"),
    _link(Kind.VM, "key", Kind.KEY_PAIR, "with for", "for"),
)
"""How wanted things may be related, by kind and preposition; anything else is not understood."""

NAMEABLE = frozenset(
    {Kind.VM, Kind.NETWORK, Kind.SUBNET, Kind.SECURITY_GROUP, Kind.DISK, Kind.PUBLIC_IP, Kind.NIC,
     Kind.LOAD_BALANCER, Kind.KEY_PAIR, Kind.BUCKET}
)  # fmt: skip
"""The kinds that can be made."""


class Draft:
    """The things that the request's clauses ask to be made, across all of them."""

    def __init__(self, request: str, discourse: Discourse) -> None:
        self.request = request
        self.discourse = discourse
        self.things: list[Thing] = []
        self.chain: list[Thing] = []
        self.tags_on_all: list[tuple[str, str]] = []
        self.tier = ""
        self.notes: list[str] = []

    def of(self, kind: Kind) -> list[Thing]:
        return [t for t in self.things if t.kind is kind]

    def add(self, clause: Clause, *, existing: bool = False) -> None:
        """Take in a clause; ``existing``: its first thing is there already (put web-1 behind)."""
        self.chain = []
        last_prep = ""
        if not (clause.solid or self.things) and clause.says("size"):
            self._place(Thing(start=clause.start, kind=Kind.VM, noun="VM"), "", existing=False)
        for thing in kinds_by_as(clause.things):
            if thing.is_bare and "tier" in thing.says:
                self._take_tier(thing)
            elif thing.is_bare:
                self.say(thing)
                last_prep = thing.prep or (last_prep if thing.joined else "")
            elif thing.pronoun == "everything" and not thing.prep:
                raise Unclear("it is not clear what “everything” is", thing.noun or "everything")
            else:
                self._place(thing, last_prep, existing)
                last_prep = thing.prep or (last_prep if thing.joined else "")
                self.chain.append(thing)
                self.discourse.mention(thing)

    def _take_tier(self, thing: Thing) -> None:
        self.tier = thing.says["tier"]

    # placing things

    def _place(self, thing: Thing, last_prep: str, existing: bool) -> None:
        prep = thing.prep or (last_prep if thing.joined else "")
        if prep and self._linked(thing, prep):
            thing.prep = prep
            self._keep(thing)
            return
        if thing.prep and not self._goes_alone(thing):
            raise self._unrelated(thing)
        self._head(thing, existing and not self.chain)

    def _goes_alone(self, thing: Thing) -> bool:
        """ "with 3 VMs" after nothing: the preposition has nothing to lean on."""
        return not self.chain and not self.things and thing.prep in ("with", "for")

    def _unrelated(self, thing: Thing) -> Unclear:
        said = self.request[thing.start : thing.end]
        before = self.chain[-1] if self.chain else None
        where = f" after “{self.request[before.start : before.end]}”" if before else ""
        return Unclear(f"it is not clear how “{said}” is meant{where}", said)

    def _head(self, thing: Thing, existing: bool) -> None:
        """A thing that the verb itself asks for."""
        if thing.pronoun or thing.ordinal is not None:
            self.discourse.resolve(thing, thing.kind)
            return
        if existing and not thing.indefinite:
            return
        if thing.kind is None and not self._kind_by_neighbour(thing):
            raise self._what_is(thing)
        if thing.kind not in NAMEABLE:
            raise Unclear(f"a {thing.noun} cannot be made here", thing.noun)
        merged = self._same_as(thing)
        if merged is not None:
            self._merge(thing, merged)
            return
        thing.head = True
        self._keep(thing)

    def _kind_by_neighbour(self, thing: Thing) -> bool:
        before = self.chain[-1] if self.chain else None
        if before is None or not thing.joined or not before.names or not thing.names:
            return False
        thing.kind = before.kind
        return thing.kind is not None

    def _what_is(self, thing: Thing) -> Exception:
        said = self.request[thing.start : thing.end]
        if thing.any_kind or thing.indefinite:
            return Unclear(f"it is not clear what “{said}” is", said)
        return ask(
            f"What should “{said}” be?",
            request=self.request,
            at=thing.start,
            put="{answer} ",
            options=("VM", "disk", "network", "bucket"),
            hint=f"say what it is, for example: a VM named {said}",
        )

    def _same_as(self, thing: Thing) -> Thing | None:
        """The load balancer spoken of twice: "a load-balanced set ..., LB name front"."""
        if thing.kind not in (Kind.LOAD_BALANCER, Kind.NETWORK) or thing.indefinite:
            return None
        same = self.of(thing.kind)
        if len(same) == 1 and not (same[0].names and thing.names) and same[0].count in (None, 1):
            return same[0]
        return None

    def _merge(self, thing: Thing, into: Thing) -> None:
        into.names = into.names or thing.names
        into.says.update(thing.says)
        thing.stands_for = [into]

    def _keep(self, thing: Thing) -> None:
        """Into the draft, if it is to be made at all."""
        if thing.is_new and not thing.stands_for and thing not in self.things:
            self.things.append(thing)
            if thing.says.pop("balanced", False):
                self.balancer().targets.append(thing)

    def balancer(self) -> Thing:
        """The load balancer of the draft, made where there is none yet."""
        found = self.of(Kind.LOAD_BALANCER)
        if found:
            return found[-1]
        made = Thing(start=0, kind=Kind.LOAD_BALANCER, noun="load balancer", head=True)
        self.things.append(made)
        self.discourse.mention(made)
        return made

    def _linked(self, thing: Thing, prep: str) -> bool:
        """Hang ``thing`` on the nearest thing before it that it can be related to."""
        before = [*self.chain[::-1], *(t for t in reversed(self.things) if t not in self.chain)]
        for left in before:
            self._ask_if_ambiguous(left, thing, prep)
            for link in LINKS:
                if self._fits(left, link.child, thing, link.parent, prep, link.forth):
                    self._hang(left, link, thing)
                    return True
                if self._fits(left, link.parent, thing, link.child, prep, link.back):
                    self._hang(thing, link, left)
                    return True
        return False

    def _ask_if_ambiguous(self, left: Thing, thing: Thing, prep: str) -> None:
        """ "a VM in lab-net": a network or a subnet?"""
        if left.kind is not Kind.VM or prep != "in" or thing.kind is not None or not thing.names:
            return
        name = thing.names[0]
        known = kind_of_id(name) or next(
            (r.kind for r in self.discourse.context.recent if r.name == name),
            next((t.kind for t in self.things if name in t.names), None),
        )
        if known is None:
            raise ask(
                f"Is “{name}” a network or a subnet?",
                request=self.request,
                at=thing.start,
                put="the {answer} ",
                options=("network", "subnet"),
                hint=f"say which, for example: in the network {name}",
            )
        thing.kind = known

    def _fits(
        self, left: Thing, left_kind: Kind, right: Thing, right_kind: Kind, prep: str,
        preps: frozenset[str],
    ) -> bool:  # fmt: skip
        if prep not in preps or not _may_be(left, left_kind) or left is right:
            return False
        if right.pronoun or right.ordinal is not None:
            return self._points_at(right, right_kind, left)
        return _may_be(right, right_kind)

    def _points_at(self, pronoun: Thing, kind: Kind, other: Thing) -> bool:
        """Whether the pronoun can stand for a thing of ``kind`` that was spoken of."""
        spoken = [t for t in self.discourse.mentioned if t.kind is kind and t is not other]
        if not spoken and not self.discourse.context.recent_of(kind):
            return False
        if pronoun.kind not in (None, kind):
            return False
        self.discourse.resolve(pronoun, kind)
        return True

    def _hang(self, child: Thing, link: Link, parent: Thing) -> None:
        child.kind, parent.kind = link.child, link.parent
        for thing in (child, parent):
            if not thing.names and not thing.stands_for and thing.definite:
                self.discourse.resolve(thing, thing.kind)
        target = parent.stands_for or [parent]
        if link.field in ("targets", "groups"):
            getattr(child, link.field).extend([parent] if parent.ordinal is not None else target)
        else:
            setattr(child, link.field, parent if parent.ordinal is not None else target[0])
            if len(target) > 1:
                together = Thing(start=parent.start, kind=parent.kind, stands_for=target)
                setattr(child, link.field, together)

    # saying things of them

    def say(self, bare: Thing) -> None:
        """Attributes that stand alone go to the nearest thing before them that takes them."""
        if bare.tags or bare.tag_keys:
            self._tag(bare)
        if bare.prefix:
            self._prefix(bare)
        says = dict(bare.says)
        says.pop("tagged", None)
        if "named" in says:
            self._name(bare, says.pop("named"), says.pop("back", ""))
        plain = says.pop("plain", None)
        if plain and not says and not bare.tags and not bare.prefix:
            raise Unclear(f"it is not clear what “{plain}” belongs to", plain)
        for attribute, value in says.items():
            self._attribute(attribute, value, bare)

    def _candidates(self) -> list[Thing]:
        real = [t.stands_for[0] if t.stands_for else t for t in self.chain]
        return [*real[::-1], *(t for t in reversed(self.things) if t not in real)]

    def _attribute(self, attribute: str, value: object, bare: Thing) -> None:
        if attribute == "cloud":
            return
        if attribute == "gib" and self._memory_or_disk(value, bare):
            return
        if attribute in ("count", "instances") and isinstance(value, int):
            attribute = "count"
        accepts = ACCEPTS.get(attribute, frozenset())
        for thing in self._candidates():
            if attribute == "count" and thing.is_new:
                thing.count = int(str(value))
                return
            if thing.kind in accepts and thing.is_new and self._takes(thing, attribute, bare):
                if attribute == "balanced":
                    self._balance(thing)
                    return
                if attribute == "cidr" and isinstance(value, list):
                    value = [*thing.says.get("cidr", ()), *value]
                thing.says[attribute] = value
                return
        said = self.request[bare.start : bare.end]
        raise Unclear(f"it is not clear what “{said}” belongs to", said)

    def _memory_or_disk(self, value: object, bare: Thing) -> bool:
        """A bare "4 GB" of a VM: memory where vCPUs were said, else it is asked."""
        new = [t for t in self._candidates() if t.is_new]
        nearest = next((t for t in new if t.kind in (Kind.VM, Kind.DISK)), None)
        if nearest is None or nearest.kind is not Kind.VM:
            return False
        if "vcpus" in nearest.says and "memory_gib" not in nearest.says:
            nearest.says["memory_gib"] = value
            return True
        if nearest.says.keys() & {"memory_gib", "size", "quality"}:
            nearest.says["disk_gib"] = whole_gib(float(str(value)))
            self.notes.append("the disk is the VM's own (OS) disk, not a further one")
            return True
        raise ask(
            "Is that memory or disk?",
            request=self.request,
            at=bare.end,
            put=" {answer}",
            options=("of memory", "of disk"),
            hint="for example: with 8 GB of memory",
        )

    def _balance(self, vms: Thing) -> None:
        """ "..., load balanced on port 80": what follows is said of the load balancer."""
        balancer = self.balancer()
        balancer.targets.append(vms)
        self.chain.append(balancer)

    def _takes(self, thing: Thing, attribute: str, bare: Thing) -> bool:
        """Whether the attribute is meant for this thing rather than one further back."""
        if attribute in ("ports", "protocol", "services") and thing.kind is Kind.VM:
            return bool(bare.says.get("opens") or bare.prep == "with")
        if attribute == "ports" and bare.says.get("opens"):
            return thing.kind is not Kind.LOAD_BALANCER
        if attribute in ("gib", "disk_type") and thing.kind is Kind.VM:
            return "disk_gib" in thing.says and attribute == "disk_type"
        return not (attribute == "public" and thing.kind is Kind.PUBLIC_IP)

    def _name(self, bare: Thing, names: tuple[str, ...], back: str) -> None:
        candidates = self._candidates()
        if back:  # "name it ml-1": what was asked for, before what it comes with
            candidates.sort(key=lambda t: not t.head)
        for thing in candidates:
            if thing.is_new and not thing.names and self._fits_names(thing, names, back):
                thing.names = names
                thing.says["named_by_word"] = True
                return
            if not thing.is_new and not thing.names and not thing.stands_for and not back:
                thing.names = names
                return
        said = self.request[bare.start : bare.end]
        raise Unclear(f"it is not clear what “{said}” names", said)

    def _fits_names(self, thing: Thing, names: tuple[str, ...], back: str) -> bool:
        if back == "many" and not thing.several and not thing.vague and len(names) == 1:
            return False
        if back == "one" and thing.several and any(not t.several for t in self.things):
            return False
        if thing.kind is Kind.PUBLIC_IP and thing.holder is not None and not thing.holder.names:
            return False
        if thing.holder is not None and not thing.holder.names and is_vms_own(thing):
            return False
        many = thing.several or bool(thing.vague)
        if len(names) > 1 and not many:
            return all(not t.several and t.kind is not Kind.VM for t in self._others(thing))
        return True

    def _others(self, thing: Thing) -> Iterable[Thing]:
        return (t for t in self.things if t is not thing and not t.names)

    def _prefix(self, bare: Thing) -> None:
        vms = [t for t in self._candidates() if t.kind is Kind.VM and t.is_new and not t.names]
        several = [t for t in vms if t.several] or vms
        others = [t for t in self._candidates() if t.is_new and not t.names]
        chosen = several[:1] or others[:1]
        if not chosen:
            said = self.request[bare.start : bare.end]
            raise Unclear(f"it is not clear what “{said}” names", said)
        chosen[0].prefix = bare.prefix

    def _tag(self, bare: Thing) -> None:
        if bare.tag_keys:
            raise ask(
                f"What value should the tag “{bare.tag_keys[0]}” have?",
                request=self.request,
                at=bare.end,
                put="={answer}",
                hint="write tags as key=value",
            )
        new = [t for t in self._candidates() if t.is_new]
        if not new:
            said = self.request[bare.start : bare.end]
            raise Unclear(f"it is not clear what “{said}” belongs to", said)
        head = next((t for t in self.chain if t in new), new[-1])
        if new[0] is head or new[0].head:
            new[0].tags.extend(bare.tags)
            return
        for thing in new:
            thing.tags.extend(bare.tags)
        self.notes.append("the tags go on everything made here")


def is_vms_own(disk: Thing) -> bool:
    """Whether a disk said with a VM is the VM's own (OS) disk, and no further one."""
    if disk.kind is not Kind.DISK or disk.says.get("os"):
        return disk.kind is Kind.DISK
    apart = disk.says.get("data") or disk.names or disk.determiners & {"more", "new"}
    return disk.prep == "with" and not apart and (disk.count or 1) == 1 and not disk.plural


def kinds_by_as(things: Sequence[Thing]) -> Iterable[Thing]:
    """ "launch s-1 as a spot instance": what stands after "as" says what the name is."""
    for thing, following in zip_longest(things, things[1:]):
        if thing.prep == "as" and thing.kind and not thing.names:
            continue
        named_as = following is not None and following.prep == "as" and not following.names
        if thing.kind is None and thing.names and named_as:
            thing.kind, thing.noun = following.kind, following.noun
            thing.says = {**following.says, **thing.says}
        yield thing


def _may_be(thing: Thing, kind: Kind) -> bool:
    """Whether ``thing`` is of ``kind``, or a name of which nothing else is known."""
    if thing.any_kind or thing.is_bare:
        return False
    return thing.kind is kind or (thing.kind is None and bool(thing.names))
