"""What each class of verb does with the things around it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from cloudops.planner.interpreter.asking import Unclear, ask
from cloudops.planner.interpreter.building import (
    DISK_GIB,
    QUALITIES,
    Builder,
    chosen_size,
    names_of,
    whole_gib,
)
from cloudops.planner.interpreter.clauses import Clause
from cloudops.planner.interpreter.discourse import Discourse
from cloudops.planner.interpreter.drafting import Draft
from cloudops.planner.interpreter.naming import check
from cloudops.planner.interpreter.shapes import kind_of_id
from cloudops.planner.interpreter.things import Ports, Thing
from modalities.change import (
    Attach,
    Change,
    Create,
    Delete,
    Detach,
    Power,
    Resize,
    Selection,
    SetDiagnostics,
    SetPort,
    SetPower,
    SetPriority,
    SetTags,
)
from modalities.resource import Kind, Provider
from modalities.wanted import Disk, PublicIp

Plan = Callable[[], Sequence[Change]]
"""A change, made once everything that is to be made has its name."""

DELETABLE = frozenset(
    {Kind.VM, Kind.NETWORK, Kind.SUBNET, Kind.SECURITY_GROUP, Kind.DISK, Kind.PUBLIC_IP, Kind.NIC,
     Kind.LOAD_BALANCER, Kind.KEY_PAIR, Kind.BUCKET}
)  # fmt: skip

ATTACHABLE = frozenset({Kind.DISK, Kind.PUBLIC_IP, Kind.NIC})

FEATURES = frozenset(
    {"spot", "size", "quality", "vcpus", "memory_gib", "gib", "diagnostics", "switch", "ports",
     "service", "source", "opens", "protocol", "state", "asks_size"}
)  # fmt: skip
"""What may be changed of something that is there."""

POWERS = {"start": Power.START, "stop": Power.STOP, "restart": Power.RESTART}


class Actions:
    """Turns clauses into changes. ``plans`` are in the order in which they were asked for."""

    def __init__(self, request: str, discourse: Discourse, draft: Draft, builder: Builder) -> None:
        self.request = request
        self.discourse = discourse
        self.draft = draft
        self.builder = builder
        self.plans: list[Plan | None] = []
        self.topic: Thing | None = None
        self.purpose: Clause | None = None
        self.notes: list[str] = []

    def take(self, clause: Clause) -> None:
        """Understand one clause. Raises Ask or Unclear."""
        handler = getattr(self, "_" + clause.verb.replace(" ", "_"), None)
        if clause.verb and handler is None:
            raise Unclear(f"it is not clear what “{clause.verb_text}” is to do", clause.verb_text)
        if handler is None:
            self._verbless(clause)
        else:
            handler(clause)

    def changes(self) -> tuple[Change, ...]:
        """Every change, in order; what is to be made is one Create where it was first asked."""
        made: list[Change] = []
        for plan in self.plans:
            if plan is not None:
                made.extend(plan())
            elif self.draft.things:
                made.append(Create(wanted=self.builder.build()))
        return tuple(made)

    def _creates(self) -> None:
        if None not in self.plans:
            self.plans.append(None)

    def _plan(self, plan: Callable[[], Change | Sequence[Change]]) -> None:
        def made() -> Sequence[Change]:
            found = plan()
            return found if isinstance(found, Sequence) else (found,)

        self.plans.append(made)

    # making

    def _create(self, clause: Clause, *, existing: bool = False) -> None:
        if clause.says("diagnostics") and not any(t.is_new for t in clause.solid):
            self._update(clause)
            return
        if not clause.things:
            raise Unclear(f"it is not clear what to {clause.verb_text}", clause.verb_text)
        if self._for_existing(clause):
            return
        self.draft.add(clause, existing=existing)
        self._creates()

    def _for_existing(self, clause: Clause) -> bool:
        """"a 20 GB volume for web-1": a disk or an address made for a VM that is there."""
        solid = clause.solid
        if len(solid) != 2 or solid[1].prep not in ("for", "to", "in"):
            return False
        what, to = solid
        if what.kind is not Kind.DISK or to.indefinite or to.kind not in (None, Kind.VM):
            return False
        self._attach(clause)
        return True

    def _verbless(self, clause: Clause) -> None:
        solid = clause.solid
        if not solid:
            self._continues(clause)
        elif self._is_topic(clause):
            self.discourse.mention(solid[0])
            self.topic = solid[0]
        elif self.draft.things and all(t.pronoun for t in solid):
            self._continues(clause)
        elif any(t.is_new and t.kind for t in solid):
            self._unsaid_verb(clause)
        elif clause.says("diagnostics") or clause.says("spot") is not None:
            self._update(clause)
        else:
            raise self._what_to_do(clause)

    def _unsaid_verb(self, clause: Clause) -> None:
        """"three VMs, one network": a noun phrase alone asks for what it names, if it is new."""
        first = clause.solid[0]
        if not (first.indefinite or first.says or first.names or clause.traffic):
            raise self._what_to_do(clause)
        self._create(clause)

    def _is_topic(self, clause: Clause) -> bool:
        only = clause.solid[0]
        return len(clause.things) == 1 and (bool(only.names) or only.definite) and (
            clause.topic or only.kind is None
        )  # fmt: skip

    def _what_to_do(self, clause: Clause) -> Exception:
        said = self.request[clause.solid[0].start : clause.solid[0].end]
        return ask(
            f"What should be done with “{said}”?",
            request=self.request,
            at=clause.start,
            put="{answer} ",
            options=("create", "show", "start", "stop", "delete"),
            hint="say it with a verb, for example: show web-1",
        )

    def _continues(self, clause: Clause) -> None:
        """Attributes on their own go on about what was just asked for."""
        if not self.draft.things:
            if clause.says("spot") is not None or clause.says("diagnostics"):
                self._update(clause)
                return
            said = self.request[clause.start : clause.end]
            raise Unclear(f"it is not clear what “{said}” belongs to", said)
        self.draft.add(clause)

    def _want(self, clause: Clause) -> None:
        first = clause.solid[0] if clause.solid else None
        if first is None and not clause.says("tier"):
            if clause.says("diagnostics"):
                self._update(clause)
                return
            raise Unclear(f"it is not clear what to {clause.verb_text}", clause.verb_text)
        if first is not None and self._is_there(first):
            self._give(clause)
        else:
            self._create(clause)

    def _is_there(self, thing: Thing) -> bool:
        """Whether a thing is spoken of as being there already."""
        if thing.pronoun or thing.ordinal is not None:
            return not thing.is_new
        return thing.kind in (None, Kind.VM) and not thing.indefinite and (
            bool(thing.names) or thing.definite
        )  # fmt: skip

    def _give(self, clause: Clause) -> None:
        """"web-1 needs a disk", "give web-1 a public IP", "web-1 should have 4 vCPUs"."""
        others = [t for t in clause.solid if t.kind in ATTACHABLE]
        if others:
            self._attach(clause)
        else:
            self._update(clause)

    _have = _give

    def _make(self, clause: Clause) -> None:
        first = clause.solid[0] if clause.solid else None
        if first is not None and self._is_there(first):
            self._update(clause)
        else:
            self._create(clause)

    def _add(self, clause: Clause) -> None:
        kinds = {t.kind for t in clause.solid}
        first = clause.solid[0] if clause.solid else None
        if first is None or (first.prep and not first.kind):
            self._add_attribute(clause)
        elif first.kind in ATTACHABLE and len(clause.solid) > 1 and Kind.LOAD_BALANCER not in kinds:
            self._attach(clause)
        elif first.kind is Kind.DISK or (first.kind is Kind.PUBLIC_IP and first.indefinite):
            self._attach(clause)
        elif first.kind is not None and (first.indefinite or not first.names):
            self._create(clause)
        elif Kind.LOAD_BALANCER in kinds:
            raise Unclear(
                "adding VMs to a load balancer that is there is not something that can be done here"
            )
        else:
            self._add_attribute(clause)

    def _add_attribute(self, clause: Clause) -> None:
        if self._tags_in(clause):
            self._tag(clause)
        elif clause.says("gib") is not None and not clause.says("vcpus"):
            raise self._disk_or_memory(clause)
        elif clause.says("ports") or clause.says("service"):
            self._open(clause)
        elif clause.says("diagnostics"):
            self._update(clause)
        else:
            said = self.request[clause.start : clause.end]
            raise Unclear(f"it is not clear what to do by “{said}”", said)

    def _disk_or_memory(self, clause: Clause) -> Exception:
        amount = next(t for t in clause.things if "gib" in t.says)
        return ask(
            "Is that a further disk, more room on a disk it has, or memory?",
            request=self.request,
            at=amount.end,
            put=" {answer}",
            options=("data disk", "of memory"),
            hint="for example: attach a 50 GB disk to web-1, or resize disk data-1 to 100 GB",
        )

    def _put(self, clause: Clause) -> None:
        kinds = {t.kind for t in clause.solid}
        first = clause.solid[0] if clause.solid else None
        if Kind.LOAD_BALANCER in kinds:
            self._balance_existing(clause)
        elif first is not None and first.kind in ATTACHABLE:
            self._attach(clause)
        elif first is not None and (first.indefinite or first.is_new and first.kind):
            self._create(clause)
        elif first is not None and self.draft.things and first.is_new:
            self.draft.add(clause)
        else:
            self._update(clause)

    def _balance_existing(self, clause: Clause) -> None:
        """"put web-1 and web-2 behind a load balancer": VMs named without a count are there."""
        balancer = next(t for t in clause.solid if t.kind is Kind.LOAD_BALANCER)
        if balancer.definite and not self.draft.of(Kind.LOAD_BALANCER):
            raise Unclear(
                "adding VMs to a load balancer that is there is not something that can be done"
                " here",
                remedy="ask for a new load balancer: put web-1 and web-2 behind a load balancer",
            )
        self._creates()
        self.draft.add(clause, existing=True)
        for thing in clause.solid:
            if thing.kind is Kind.VM and not thing.is_new:
                self._check_names(thing)

    def _balance(self, clause: Clause) -> None:
        """"spread HTTP traffic over them", "forwarding 8080 to 8080", "listening on 443"."""
        explicit = clause.traffic or "load" in clause.verb_text.casefold()
        if not (self.draft.of(Kind.LOAD_BALANCER) or explicit):
            raise Unclear(f"nothing is there to {clause.verb_text}", clause.verb_text)
        balancer = self.draft.balancer()
        self._creates()
        self.draft.chain = [balancer]
        for thing in clause.things:
            if thing.is_bare:
                self._say_of_balancer(balancer, thing)
            elif thing.kind is Kind.LOAD_BALANCER:
                continue
            elif thing.pronoun or thing.definite or not thing.is_new:
                if thing.kind not in (None, Kind.VM):
                    raise Unclear("only VMs can be behind a load balancer here")
                self.discourse.resolve(thing, Kind.VM)
                thing.kind = Kind.VM
                self.discourse.mention(thing)
                self._target(balancer, thing)
            else:
                inner = Clause(start=clause.start, things=[thing])
                thing.prep = "for"
                self.draft.add(inner)
        if not balancer.targets:
            balancer.targets.extend(self.draft.of(Kind.VM))

    @staticmethod
    def _target(balancer: Thing, thing: Thing) -> None:
        for target in thing.stands_for or [thing]:
            if target not in balancer.targets:
                balancer.targets.append(target)

    def _say_of_balancer(self, balancer: Thing, bare: Thing) -> None:
        ports = [
            Ports("pair" if p.form == "to" else p.form, p.first, p.last, p.protocol)
            for p in bare.says.get("ports", ())
        ]
        if ports:
            balancer.says["ports"] = ports
            if bare.says.keys() == {"ports"}:
                return
        bare.says.pop("ports", None)
        self.draft.say(bare)

    def _name(self, clause: Clause) -> None:
        """"call the load balancer front"."""
        for thing in clause.solid:
            same = self.draft.of(thing.kind) if thing.kind else []
            if len(same) != 1 or not thing.names or same[0].names:
                raise Unclear("what is there already cannot be renamed here", clause.verb_text)
            same[0].names = thing.names

    # selecting

    def selection(self, thing: Thing, kind: Kind | None) -> Selection:
        """The selection a thing comes to. Raises Ask where it names none."""
        kind = thing.kind or kind
        names = names_of(thing)
        if names:
            self._check_names(thing)
            ids = {kind_of_id(name) for name in names}
            only = ids.pop() if len(ids) == 1 else None
            return Selection(kind=only or kind, names=names)
        described = {k: v for k, v in thing.says.items() if k not in ("data", "disk_type")}
        if described:
            said = self.request[thing.start : thing.end]
            raise Unclear(
                f"“{said}”: what is there is chosen by name, by tag or all of a kind, not by"
                " what it is like",
                said,
            )
        if thing.tags:
            return Selection(kind=kind, tags=tuple(thing.tags))
        if "all" in thing.determiners and thing.count is None:
            return Selection(kind=kind, every=True)
        raise self.discourse.which(thing, kind)

    def _check_names(self, thing: Thing) -> None:
        check(names_of(thing), self.request)

    def _targets(self, clause: Clause, kind: Kind | None, *attributes: str) -> list[Thing]:
        """The things a verb is about, pointed at or named; ``attributes`` are the verb's own.

        Falls back to what the clause before was about. Raises Unclear for what is left over.
        """
        self._select_by_tag(clause)
        self._nothing_else(clause, *attributes)
        things = [t for t in clause.solid if not self._is_predicate(t, clause)]
        if not things:
            things = self._implied(kind)
        if not things:
            raise self._missing(clause, kind)
        for thing in things:
            if thing.bare_word and clause.verb == "create":
                continue
            if thing.pronoun == "everything" and not thing.tags:
                raise self._everything(thing)
            self.discourse.resolve(thing, kind)
            self._of_kind(thing, kind, clause)
            self.discourse.mention(thing)
        return things

    def _of_kind(self, thing: Thing, kind: Kind | None, clause: Clause) -> None:
        if kind is not None and thing.kind not in (None, kind):
            raise Unclear(
                f"“{clause.verb_text}” is for a {kind.words} here, not for a {thing.noun}",
                thing.noun,
            )
        if thing.kind is None and not thing.any_kind and thing.pronoun is None:
            thing.kind = kind
        if thing.indefinite and not thing.names and not thing.stands_for and not thing.tags:
            raise self.discourse.which(thing, kind)

    @staticmethod
    def _is_predicate(thing: Thing, clause: Clause) -> bool:
        """"a spot VM" in "make web-1 a spot VM": says what another thing becomes."""
        return (
            thing is not clause.solid[0]
            and thing.indefinite
            and not thing.names
            and bool(thing.says.keys() & FEATURES)
        )

    def _implied(self, kind: Kind | None) -> list[Thing]:
        """What the clause before was about, where this one names nothing."""
        if self.topic is not None:
            return [self.topic]
        found = self.discourse.last(kind, None) if kind else self.discourse.last(*Kind, None)
        return [found] if found is not None else []

    def _missing(self, clause: Clause, kind: Kind | None) -> Exception:
        what = (kind.words if kind else "resource")
        return ask(
            f"Which {what} should it be: {clause.verb_text or 'change'} what?",
            request=self.request,
            put=f" {_JOIN.get(clause.verb, 'the')} {what} named {{answer}}",
            options=tuple(r.name for r in (self.discourse.context.recent_of(kind) if kind else ())),
            hint=f"name it, for example: {clause.verb_text} web-1",
        )

    def _everything(self, thing: Thing) -> Exception:
        return ask(
            "Everything in the account? Say which: by kind, by name or by tag",
            request=self.request,
            at=thing.start,
            until=thing.end,
            put="{answer}",
            options=("all VMs", "all disks", "everything tagged KEY=VALUE"),
            hint="for example: all VMs tagged env=dev",
        )

    def _select_by_tag(self, clause: Clause) -> None:
        """"VMs tagged env=dev": tags right after a thing say which; names too."""
        for place, bare in enumerate(tuple(clause.things)):
            before = [t for t in clause.things[:place] if not t.is_bare]
            if not bare.is_bare or not before:
                continue
            if "named" in bare.says:
                before[-1].names = before[-1].names or bare.says.pop("named")
                before[-1].says["named_by_word"] = True
                bare.says.pop("back", None)
            if bare.tags and "tagged" in bare.says and self._selects(clause, bare):
                before[-1].tags.extend(bare.tags)
                bare.tags = []
                bare.says.pop("tagged")
        for thing in clause.solid:
            thing.says.pop("named_by_word", None)
        clause.things = [t for t in clause.things if not t.empty]

    def _selects(self, clause: Clause, bare: Thing) -> bool:
        """Whether tags choose things rather than being put on them."""
        if clause.verb not in ("tag", "add", "update", "put", "untag", "remove", "give", "make"):
            return True
        others = [t for t in clause.things if t.tags or t.tag_keys]
        word = str(bare.says["tagged"])
        points = word.startswith(("tagged", "labelled", "labeled", "that", "which", "having"))
        return points and (len(others) > 1 or clause.verb not in ("tag", "add", "update"))

    def _nothing_else(self, clause: Clause, *attributes: str) -> None:
        """Raises Unclear for attributes that the verb has no use for."""
        allowed = {*attributes, "tagged", "named_by_word", "cloud"}
        for bare in clause.things:
            left = set(bare.says) - allowed if bare.is_bare else set()
            if left or (bare.is_bare and bare.tags and "tags" not in attributes) or bare.prefix:
                said = self.request[bare.start : bare.end]
                raise Unclear(f"it is not clear how “{said}” is meant here", said)
        if clause.traffic:
            raise Unclear("it is not clear what traffic has to do with it", "traffic")

    # attaching

    def _attach(self, clause: Clause) -> None:
        self._select_by_tag(clause)
        self._give_size_to_disk(clause)
        self._nothing_else(clause)
        solid = clause.solid
        to = [t for t in solid if t.kind in (None, Kind.VM)]
        what = [t for t in solid if t.kind in ATTACHABLE]
        others = [t for t in solid if t not in to and t not in what]
        if others:
            raise Unclear(f"a {others[0].noun} cannot be attached here", others[0].noun)
        if not what and to and (to[0].pronoun or to[0].names) and not to[0].kind:
            what, to = [self._attached(to[0])], to[1:]
        if not what:
            raise ask("What should be attached?", request=self.request,
                      hint="for example: attach a 64 GB disk to web-1")  # fmt: skip
        holders = [self._holder(t, what[0]) for t in to] or self._implied_holder(clause)
        for thing in what:
            self._attach_one(thing, holders)

    @staticmethod
    def _give_size_to_disk(clause: Clause) -> None:
        """"an extra data disk, 128 GB": a bare size is the disk's."""
        for place, bare in enumerate(clause.things):
            disks = [t for t in clause.things[:place] if t.kind is Kind.DISK]
            for attribute in ("gib", "disk_type", "zone"):
                if bare.is_bare and disks and attribute in bare.says:
                    disks[-1].says[attribute] = bare.says.pop(attribute)
            if bare.is_bare and disks and bare.tags:
                disks[-1].tags.extend(bare.tags)
                bare.tags = []
        clause.things = [t for t in clause.things if not t.empty]

    def _attached(self, thing: Thing) -> Thing:
        """A name or pronoun that stands where the disk belongs."""
        by_id = kind_of_id(thing.names[0]) if thing.names else None
        thing.kind = by_id or thing.kind or (Kind.DISK if thing.names else None)
        if thing.kind is None:
            last = self.discourse.last(Kind.DISK, Kind.PUBLIC_IP, Kind.NIC)
            self.discourse.resolve(thing, last.kind if last else Kind.DISK)
        if thing.kind not in ATTACHABLE:
            raise Unclear(f"a {thing.kind.words if thing.kind else 'thing'} cannot be attached")
        return thing

    def _holder(self, thing: Thing, what: Thing) -> Thing:
        if thing.indefinite and not thing.names:
            raise self.discourse.which(thing, Kind.VM)
        if "all" in thing.determiners and not thing.names and not thing.stands_for:
            raise Unclear(
                f"a {what.noun or 'disk'} is attached to VMs by name, one for each",
                remedy="name the VMs",
            )
        self.discourse.resolve(thing, Kind.VM)
        thing.kind = Kind.VM
        if not thing.names and not thing.stands_for:
            raise self.discourse.which(thing, Kind.VM)
        self.discourse.mention(thing)
        return thing

    def _implied_holder(self, clause: Clause) -> list[Thing]:
        found = self.topic or self.discourse.last(Kind.VM)
        if found is None:
            raise ask(
                f"Which VM should it be {_PAST.get(clause.verb, 'attached to')}?",
                request=self.request,
                put=" to the VM named {answer}",
                options=tuple(r.name for r in self.discourse.context.recent_of(Kind.VM)),
                hint="for example: attach a 64 GB disk to web-1",
            )
        return [found]

    def _attach_one(self, thing: Thing, holders: list[Thing]) -> None:
        """A new disk or address is made and attached; what is there is only attached."""
        if thing.definite and not thing.names and not thing.stands_for:
            self.discourse.resolve(thing, thing.kind)
            if not thing.stands_for:
                raise self.discourse.which(thing, thing.kind)
        drafted = [t for t in (thing.stands_for or [thing]) if t in self.draft.things]
        if drafted:
            for disk in drafted:
                self._hold(disk, holders)
            return
        self.discourse.mention(thing)
        if thing.kind is Kind.DISK and self._is_new_part(thing):
            if any(h.is_new for h in holders):
                self._hold(thing, holders)
                self.draft.things.append(thing)
                self._creates()
                return
            self._plan(lambda: self._new_disks(thing, holders))
        elif thing.kind is Kind.PUBLIC_IP and self._is_new_part(thing):
            self._plan(lambda: Create(wanted=self._new_addresses(thing, holders)))
        else:
            self._plan(lambda: self._attach_existing(thing, holders))

    @staticmethod
    def _hold(thing: Thing, holders: list[Thing]) -> None:
        thing.holder = holders[0]
        if len(holders) > 1:
            thing.holder = Thing(start=thing.start, kind=Kind.VM, stands_for=holders)
        thing.determiners.add("more")

    @staticmethod
    def _is_new_part(thing: Thing) -> bool:
        if thing.stands_for or thing.definite:
            return False
        return thing.indefinite or not thing.names or bool(thing.says.keys() & {"gib"})

    def _new_disks(self, thing: Thing, holders: list[Thing]) -> list[Change]:
        gib = whole_gib(thing.says["gib"]) if "gib" in thing.says else DISK_GIB
        if "gib" not in thing.says:
            self._note(f"disk size: {DISK_GIB} GB")
        if thing.vague:
            raise self.discourse.which(thing, Kind.DISK)
        check(thing.names, self.request)
        count = max(thing.count or 1, len(thing.names))
        vms = [name for holder in holders for name in self._names(holder)]
        if len(vms) > 1:
            self._note("one disk for each VM")
        return [
            Attach(
                what=Disk(
                    name=self._disk_name(thing, n, vm, len(vms)),
                    gib=gib,
                    type=thing.says.get("disk_type"),
                    zone=thing.says.get("zone"),
                    tags=tuple(thing.tags),
                ),
                to=Selection(kind=Kind.VM, names=(vm,)),
            )
            for vm in vms
            for n in range(count)
        ]

    def _names(self, thing: Thing) -> tuple[str, ...]:
        self._check_names(thing)
        return names_of(thing)

    @staticmethod
    def _disk_name(thing: Thing, n: int, vm: str, vms: int) -> str | None:
        if not thing.names:
            return None
        name = thing.names[n] if n < len(thing.names) else f"{thing.names[0]}-{n + 1}"
        return name if vms == 1 else f"{name}-{vm}"

    def _new_addresses(self, thing: Thing, holders: list[Thing]) -> tuple[PublicIp, ...]:
        name = next(iter(thing.names), None)
        check(thing.names, self.request)
        vms = [vm for holder in holders for vm in self._names(holder)]
        return tuple(PublicIp(name=name, attach_to=vm, tags=tuple(thing.tags)) for vm in vms)

    def _attach_existing(self, thing: Thing, holders: list[Thing]) -> Change:
        vms = [vm for holder in holders for vm in self._names(holder)]
        if len(vms) != 1:
            raise Unclear(f"a {(thing.kind or Kind.DISK).words} can be attached to one VM only")
        return Attach(
            what=self.selection(thing, thing.kind), to=Selection(kind=Kind.VM, names=(vms[0],))
        )

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def _detach(self, clause: Clause) -> None:
        self._select_by_tag(clause)
        self._nothing_else(clause)
        solid = clause.solid
        source = next((t for t in solid if t.prep in ("from", "for")), None)
        what = [t for t in solid if t is not source]
        if len(what) != 1:
            raise ask("What should be detached?", request=self.request,
                      hint="for example: detach disk data-1 from web-1")  # fmt: skip
        if source is not None:
            if source.kind not in (None, Kind.VM):
                raise Unclear(f"nothing can be detached from a {source.noun} here", source.noun)
            self.discourse.resolve(source, Kind.VM)
            source.kind = Kind.VM
            self.discourse.mention(source)
        part = self._attached(what[0]) if what[0].kind is None else what[0]
        if part.kind not in ATTACHABLE:
            raise Unclear(f"a {part.noun} cannot be detached here", part.noun)
        if part.kind is Kind.PUBLIC_IP and source is not None and not part.names:
            part.determiners = {"all"}  # a VM's public address: there is one
        self.discourse.resolve(part, part.kind)
        self.discourse.mention(part)
        self._plan(lambda: Detach(
            what=self.selection(part, part.kind),
            source=None if source is None else self.selection(source, Kind.VM),
        ))  # fmt: skip

    # taking away

    def _delete(self, clause: Clause) -> None:
        self._select_by_tag(clause)
        if any(t.prep in ("from", "behind", "with") for t in clause.solid):
            thing = next(t for t in clause.solid if t.prep in ("from", "behind", "with"))
            raise self._unrelated(thing)
        if any(t.prep == "in" for t in clause.solid):
            raise self._unrelated(next(t for t in clause.solid if t.prep == "in"))
        if any(t.possessive for t in clause.solid):
            raise self._unrelated(next(t for t in clause.solid if t.possessive))
        things = self._targets(clause, None)
        for thing in things:
            if thing.kind is not None and thing.kind not in DELETABLE:
                raise Unclear(f"a {thing.noun} cannot be deleted here", thing.noun)
            if thing.any_kind and not thing.tags:
                raise self._everything(thing)
            if thing in self.draft.things:
                raise Unclear("the same thing is to be made and deleted")
        words = self.request[clause.start : clause.end]
        for thing in things:
            self._plan(lambda t=thing: Delete(what=self.selection(t, t.kind), explicit=words))

    def _unrelated(self, thing: Thing) -> Unclear:
        said = self.request[thing.start : thing.end]
        return Unclear(
            f"it is not clear how “{thing.prep} {said}” is meant here".replace("  ", " "),
            said,
            remedy="choose by name, by tag, or all of a kind",
        )

    def _remove(self, clause: Clause) -> None:
        """"remove" takes off a tag, closes a port, detaches from a VM, or deletes."""
        source = next((t for t in clause.solid if t.prep == "from"), None)
        first = clause.solid[0] if clause.solid else None
        if any(t.tag_keys or (t.tags and t.is_bare) for t in clause.things) and (
            first is None or first is source or first.prep
        ):
            self._untag(clause)
        elif clause.says("ports") or clause.says("service"):
            self._close(clause)
        elif clause.says("diagnostics"):
            self._disable(clause)
        elif source is not None and first is not source and first is not None:
            if first.kind in ATTACHABLE and not first.says.get("os"):
                self._note(f"the {first.noun} is detached, not deleted")
                self._detach(clause)
            else:
                raise self._unrelated(source)
        else:
            self._delete(clause)

    # power, size, tags, ports, priority, diagnostics

    def _power(self, clause: Clause, power: Power) -> None:
        for thing in self._targets(clause, Kind.VM):
            self._plan(
                lambda t=thing: SetPower(what=self.selection(t, Kind.VM), power=power)
            )  # fmt: skip

    def _stop(self, clause: Clause) -> None:
        self._power(clause, Power.STOP)

    def _restart(self, clause: Clause) -> None:
        self._power(clause, Power.RESTART)

    def _start(self, clause: Clause) -> None:
        new = [t for t in clause.solid if t.indefinite]
        if any("new" in t.determiners for t in new):
            self._create(clause)
            return
        if new:
            raise ask(
                "Should new VMs be created, or VMs that are there be started?",
                request=self.request,
                at=clause.start,
                until=clause.start + len(clause.verb_text),
                put="{answer}",
                options=("create",),
                hint="say create for new ones, or name the VMs to start",
            )
        self._power(clause, Power.START)

    def _turn_on(self, clause: Clause) -> None:
        self._turned(clause, True)

    def _turn_off(self, clause: Clause) -> None:
        self._turned(clause, False)

    def _enable(self, clause: Clause) -> None:
        self._turned(clause, True)

    def _disable(self, clause: Clause) -> None:
        self._turned(clause, False)

    def _turned(self, clause: Clause, on: bool) -> None:
        if clause.says("diagnostics"):
            self._diagnose(clause, on)
        elif clause.says("spot"):
            self._prioritise(clause, on)
        elif clause.says("ports") or clause.says("service"):
            self._port(clause, opened=on)
        elif any(t.says.get("versioning") or t.kind is Kind.BUCKET for t in clause.things):
            raise Unclear("versioning of a bucket that is there cannot be changed here")
        elif clause.verb in ("turn on", "turn off"):
            self._power(clause, Power.START if on else Power.STOP)
        else:
            raise Unclear(f"it is not clear what to {clause.verb_text}", clause.verb_text)

    def _turn(self, clause: Clause) -> None:
        """"turn web-1 off", "switch diagnostics on", "turn web-1 into spot"."""
        switch = clause.says("switch")
        if switch is None and clause.verb_text.casefold() in ("shut", "power"):
            raise Unclear(f"it is not clear how to {clause.verb_text} it", clause.verb_text)
        if switch is None:
            self._update(clause)
        elif clause.says("diagnostics"):
            self._diagnose(clause, switch)
        else:
            clause.things = [t for t in clause.things if "switch" not in t.says]
            self._power(clause, Power.START if switch else Power.STOP)

    def _resize(self, clause: Clause) -> None:
        solid = [t for t in clause.solid if not self._is_predicate(t, clause)]
        if any(t.prep == "by" for t in clause.things):
            raise Unclear("say the new size, not by how much it changes", "by")
        if len(solid) > 1 and any(t.kind is Kind.DISK for t in solid):
            disk = next(t for t in solid if t.kind is Kind.DISK)
            clause.things = [t for t in clause.things if t is disk or t.is_bare]
        kind = Kind.DISK if any(t.kind is Kind.DISK for t in solid) else Kind.VM
        self._sized(clause, kind)

    _SIZES = ("size", "quality", "vcpus", "memory_gib", "gib", "asks_size", "spot_now")

    def _sized(self, clause: Clause, kind: Kind) -> None:
        says = self._features(clause, set(self._SIZES))
        things = self._targets(clause, kind, *self._SIZES)
        if kind is Kind.DISK:
            self._resize_disks(things, says)
            return
        if "gib" in says and "vcpus" in says:
            says.setdefault("memory_gib", says.pop("gib"))
        if "gib" in says:
            raise self._disk_or_memory(clause)
        wanted = says.keys() & {"size", "quality", "vcpus", "memory_gib"}
        if not wanted:
            raise self._what_size(clause)
        for thing in things:
            self._plan(lambda t=thing: self._resized(t, says))

    def _what_size(self, clause: Clause) -> Exception:
        return ask(
            "To what size?",
            request=self.request,
            put=" to {answer}",
            options=("small", "medium", "large"),
            hint="for example: resize web-1 to t3.large, or to 4 vCPUs and 16 GB of memory",
        )

    def _resized(self, thing: Thing, says: dict[str, Any]) -> Change:
        vcpus, memory = says.get("vcpus"), says.get("memory_gib")
        size = chosen_size(says.get("size"), self.builder.provider)
        if says.get("quality") and not (vcpus or memory or size):
            vcpus, memory = QUALITIES[says["quality"]]
            self._note(f"{says['quality']}: {vcpus} vCPU, {memory:g} GiB of memory")
        return Resize(
            what=self.selection(thing, Kind.VM),
            size=size,
            vcpus=None if vcpus is None else int(vcpus),
            memory_gib=memory,
        )

    def _resize_disks(self, things: list[Thing], says: dict[str, Any]) -> None:
        if says.keys() - {"gib"}:
            raise Unclear("a disk's size is said in GB")
        if "gib" not in says:
            raise ask(
                "To what size, in GB?",
                request=self.request,
                put=" to {answer}",
                hint="for example: resize disk data-1 to 100 GB",
            )
        for thing in things:
            self._plan(
                lambda t=thing: Resize(
                    what=self.selection(t, Kind.DISK), gib=whole_gib(says["gib"])
                )
            )  # fmt: skip

    def _features(self, clause: Clause, wanted: set[str]) -> dict[str, Any]:
        """What the clause says is to become of its target, later words first."""
        found: dict[str, Any] = {}
        for thing in clause.things:
            target = clause.solid and thing is clause.solid[0]
            if thing.prep == "from" or (target and not thing.is_bare):
                continue
            found.update({k: x for k, x in thing.says.items() if k in wanted})
        first = clause.solid[0] if clause.solid else None
        if first is not None and first.kind is Kind.DISK and "gib" not in found:
            found.update({k: x for k, x in first.says.items() if k == "gib"})
            first.says.pop("gib", None)
        return found

    def _tags_in(self, clause: Clause) -> list[tuple[str, str]]:
        return [pair for t in clause.things if t.is_bare for pair in t.tags]

    def _tag(self, clause: Clause) -> None:
        keys = [key for t in clause.things for key in t.tag_keys]
        if keys:
            bare = next(t for t in clause.things if t.tag_keys)
            raise ask(
                f"What value should the tag “{keys[0]}” have?",
                request=self.request,
                at=bare.end,
                put="={answer}",
                hint="write tags as key=value",
            )
        everything = [t for t in clause.things if t.pronoun == "everything"]
        if everything and self.draft.things:
            self.draft.tags_on_all.extend(self._tags_in(clause))
            return
        self._select_by_tag(clause)
        tags = self._tags_in(clause)
        if not tags:
            raise ask(
                "Which tag?", request=self.request, put=" {answer}", hint="write tags as key=value"
            )
        for key, value in tags:
            check_tag(key, value)
        for thing in self._targets(clause, None, "tags"):
            if self._drafted(thing):
                for made in thing.stands_for or [thing]:
                    made.tags.extend(tags)
                continue
            self._plan(
                lambda t=thing: SetTags(what=self.selection(t, t.kind), add=tuple(tags))
            )  # fmt: skip

    def _drafted(self, thing: Thing) -> bool:
        """Whether all of it is to be made by this request, and none picked out of it."""
        made = thing.stands_for or [thing]
        return thing.ordinal is None and all(t in self.draft.things for t in made)

    def _untag(self, clause: Clause) -> None:
        bare = [t for t in clause.things if t.is_bare]
        keys = [k for t in bare for k in (*t.tag_keys, *(key for key, _ in t.tags))]
        self._keys_from_names(clause, keys)
        for thing in bare:
            thing.tags, thing.tag_keys = [], []
            thing.says.pop("tagged", None)
        clause.things = [t for t in clause.things if not t.empty]
        if not keys:
            raise ask(
                "Which tag?", request=self.request, put=" {answer}", hint="name the tag's key"
            )
        for thing in self._targets(clause, None):
            self._plan(
                lambda t=thing: SetTags(what=self.selection(t, t.kind), remove=tuple(keys))
            )  # fmt: skip

    @staticmethod
    def _keys_from_names(clause: Clause, keys: list[str]) -> None:
        """"untag cost-center from web-1": a name that stands where the key belongs."""
        solid = clause.solid
        if keys or len(solid) < 2 or solid[0].kind or not solid[0].names:
            return
        keys.extend(solid[0].names)
        clause.things.remove(solid[0])

    def _open(self, clause: Clause) -> None:
        self._port(clause, opened=True)

    def _close(self, clause: Clause) -> None:
        self._port(clause, opened=False)

    def _port(self, clause: Clause, *, opened: bool) -> None:
        wanted = {"ports", "service", "source", "protocol", "opens", "switch", "public"}
        says: dict[str, Any] = {}
        for thing in clause.things:
            if thing.is_bare:
                ports = thing.says.get("ports", [])
                says.setdefault("ports", []).extend(ports)
                says.update({k: x for k, x in thing.says.items() if k in wanted - {"ports"}})
        if not says.get("ports") and "service" not in says:
            raise ask(
                "Which port?",
                request=self.request,
                at=clause.start + len(clause.verb_text),
                put=" port {answer}",
                hint="for example: open port 443 on web-1",
            )
        if any(p.form == "pair" for p in says["ports"]):
            raise Unclear("two ports were given: a range is written 8000-8100")
        target = [t for t in clause.solid if t.kind in (Kind.SECURITY_GROUP,)]
        kind = Kind.SECURITY_GROUP if target else self._port_kind(clause)
        for thing in self._targets(clause, kind, *wanted):
            if opened and self._drafted(thing):
                self._open_on_new(thing, says)
            else:
                self._plan(lambda t=thing: self._ports(t, kind, says, opened))

    def _port_kind(self, clause: Clause) -> Kind:
        if not clause.solid and self.discourse.last(Kind.SECURITY_GROUP, Kind.VM):
            last = self.discourse.last(Kind.SECURITY_GROUP, Kind.VM)
            return last.kind if last and last.kind else Kind.VM
        named = [t.names[0] for t in clause.solid if t.names]
        by_id = kind_of_id(named[0]) if named else None
        return by_id if by_id is Kind.SECURITY_GROUP else Kind.VM

    @staticmethod
    def _open_on_new(thing: Thing, says: dict[str, Any]) -> None:
        for made in thing.stands_for or [thing]:
            made.says.setdefault("ports", []).extend(says["ports"])
            made.says.update({k: x for k, x in says.items() if k in ("source", "service")})

    def _ports(
        self, thing: Thing, kind: Kind, says: dict[str, Any], opened: bool
    ) -> list[Change]:
        what = self.selection(thing, kind)
        rules = self.builder.rules(says) if opened else self._closing(says)
        return [SetPort(what=what, rule=rule, open=opened) for rule in rules]

    def _closing(self, says: dict[str, Any]) -> tuple[Any, ...]:
        before = list(self.builder.defaults)
        rules = self.builder.rules(says)
        self.builder.defaults[:] = before
        return rules

    def _prioritise(self, clause: Clause, spot: bool) -> None:
        for thing in self._targets(clause, Kind.VM, "spot", "switch"):
            if self._drafted(thing):
                for made in thing.stands_for or [thing]:
                    made.says["spot"] = spot
                continue
            self._plan(
                lambda t=thing: SetPriority(what=self.selection(t, Kind.VM), spot=spot)
            )  # fmt: skip

    def _diagnose(self, clause: Clause, enabled: bool) -> None:
        wording = clause.says("diagnostics")
        if self.purpose is not None and wording == "diagnostics":
            wording = self.purpose.says("diagnostics")
        for thing in self._targets(clause, Kind.VM, "diagnostics", "switch"):
            if self._drafted(thing):
                for made in thing.stands_for or [thing]:
                    made.says["diagnostics"] = wording
                continue
            self._plan(
                lambda t=thing: SetDiagnostics(
                    what=self.selection(t, Kind.VM), enabled=enabled, wording=wording
                )
            )  # fmt: skip
        self.purpose = None

    def _update(self, clause: Clause) -> None:
        """A change whose kind is told by what is said: size, spot, tags, diagnostics, ports."""
        self._select_by_tag(clause)
        if not clause.solid and self.draft.things and clause.things:
            self.draft.add(clause)  # "use t3.small": goes on about what is to be made
            return
        if clause.solid and self._about_draft(clause):
            return
        says = self._features(clause, set(FEATURES))
        if self._tags_in(clause):
            self._tag(clause)
        elif "diagnostics" in says:
            self._diagnose(clause, self._switched(clause))
        elif "spot" in says:
            self._prioritise(clause, says["spot"])
        elif says.keys() & {"size", "quality", "vcpus", "memory_gib", "gib", "asks_size"}:
            self._resize(clause)
        elif "ports" in says or "service" in says:
            self._port(clause, opened=says.get("switch", True))
        elif "state" in says or "switch" in says:
            self._power_by_state(clause, says)
        else:
            said = self.request[clause.start : clause.end]
            raise Unclear(f"it is not clear what “{said}” should change", clause.verb_text)

    def _about_draft(self, clause: Clause) -> bool:
        """"the second one should be large" is beyond this grammar; "they run ubuntu" is not."""
        first = clause.solid[0]
        if not (first.pronoun or first.definite) or not self.draft.things or first.names:
            return False
        self.discourse.resolve(first, first.kind)
        if not self._drafted(first):
            return False
        self.draft.add(Clause(start=clause.start, things=[*first.stands_for[:0], first,
                                                          *clause.things[1:]]))  # fmt: skip
        return True

    def _switched(self, clause: Clause) -> bool:
        switch = clause.says("switch")
        if switch is None and clause.verb not in ("create", "want", "add", "give", "have", ""):
            raise ask(
                "Should it be on or off?",
                request=self.request,
                put=" {answer}",
                options=("on", "off"),
                hint="for example: enable boot diagnostics for web-1",
            )
        return switch is not False

    def _power_by_state(self, clause: Clause, says: dict[str, Any]) -> None:
        running = says.get("state") == "running" or says.get("switch") is True
        clause.things = [
            t for t in clause.things if not (t.is_bare and t.says.keys() & {"state", "switch"})
        ]
        self._power(clause, Power.START if running else Power.STOP)

    def _show(self, clause: Clause) -> None:
        """"I want to see boot logs of web-1, switch diagnostics on": why, and of what."""
        if not clause.says("diagnostics"):
            raise Unclear(
                "changes and questions are asked for one after the other, not in one request",
                clause.verb_text,
            )
        self.purpose = clause
        for thing in clause.solid:
            self.discourse.resolve(thing, Kind.VM)
            self.discourse.mention(thing)
            self.topic = thing

    def finish(self) -> None:
        """Raises Ask or Unclear for what was begun and led nowhere."""
        if self.purpose is not None:
            raise Unclear("boot logs cannot be shown here; boot diagnostics can be enabled")
        if self.topic is not None and not self.plans:
            clause = Clause(start=self.topic.start, things=[self.topic])
            raise self._what_to_do(clause)


_JOIN = {"resize": "the", "attach": "to the", "open": "on the", "close": "on the", "tag": "the"}
_PAST = {"attach": "attached to"}


def check_tag(key: str, value: str) -> None:
    """Raises Unclear for a tag that clouds do not take."""
    allowed = frozenset("+-=._:/@ ")
    for text in (key, value):
        if not text.strip() or len(text) > 128 or any(
            not (sign.isalnum() or sign in allowed) for sign in text
        ):  # fmt: skip
            raise Unclear(
                f"“{text}” cannot be a tag: letters, digits, spaces and + - = . _ : / @", text
            )
