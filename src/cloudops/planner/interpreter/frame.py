"""What the verbs of one request share: what was said so far, and how things are chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from cloudops.planner.interpreter.asking import Unclear, ask
from cloudops.planner.interpreter.building import Builder, names_of
from cloudops.planner.interpreter.clause import Clause
from cloudops.planner.interpreter.discourse import Discourse
from cloudops.planner.interpreter.drafting import Draft
from cloudops.planner.interpreter.naming import check
from cloudops.planner.interpreter.shapes import kind_of_id
from cloudops.planner.interpreter.things import Thing
from modalities.change import Change, Create, Selection
from modalities.resource import Kind

FEATURES = frozenset(
    {"spot", "size", "quality", "vcpus", "memory_gib", "gib", "diagnostics", "switch", "ports",
     "services", "source", "opens", "protocol", "state", "asks_size",
     "asks_memory"}
)  # fmt: skip
"""What may be changed of something that is there."""

_TAKING_TAGS = frozenset({"tag", "add", "update", "put", "untag", "remove", "give", "make"})
"""Verbs that may put tags on things; with all others tags only say which things."""

_JOIN = {"attach": "to", "open": "on", "close": "on", "enable": "on", "disable": "on",
         "turn on": "on", "turn off": "on", "untag": "from", "remove": "from"}  # fmt: skip
"""The preposition before the thing that a verb was said without."""


class Frame:
    """The state of understanding one request, clause by clause.

    Changes are planned in the order in which they were asked for and made at the end, when
    everything that is to be made has its name. ``topic`` is what a clause without a verb was
    about ("web-1: ..."), ``purpose`` a look that was the reason for what follows, ``parts``
    new disks on their way to a VM that is there.
    """

    def __init__(self, request: str, discourse: Discourse, draft: Draft, builder: Builder) -> None:
        self.request = request
        self.discourse = discourse
        self.draft = draft
        self.builder = builder
        self.topic: Thing | None = None
        self.topic_taken_up = False
        self.purpose: Clause | None = None
        self.parts: list[Thing] = []
        self.notes: list[str] = []
        self._plans: list[Callable[[], Sequence[Change]] | None] = []

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def said(self, thing: Thing | Clause) -> str:
        """The words, as they stood."""
        return self.request[thing.start : thing.end]

    # planning

    def plan(self, make: Callable[[], Change | Sequence[Change]]) -> None:
        """Make these changes once everything is named."""

        def made() -> Sequence[Change]:
            found = make()
            return found if isinstance(found, Sequence) else (found,)

        self._plans.append(made)

    def plan_each(self, things: Sequence[Thing], make: Callable[[Thing], Change]) -> None:
        """One change for each thing, made once everything is named."""
        for thing in things:
            self.plan(partial(make, thing))

    def creates(self) -> None:
        """The draft is made here, unless something before it asked for that already."""
        if None not in self._plans:
            self._plans.append(None)

    @property
    def planned(self) -> bool:
        return bool(self._plans)

    def changes(self) -> tuple[Change, ...]:
        """Every change, in order; what is to be made is one Create where it was first asked."""
        made: list[Change] = []
        for plan in self._plans:
            if plan is not None:
                made.extend(plan())
            elif self.draft.things:
                made.append(Create(wanted=self.builder.build()))
        return tuple(made)

    # choosing

    def targets(self, clause: Clause, kind: Kind | None, *attributes: str) -> list[Thing]:
        """The things a verb is about, pointed at or named; ``attributes`` are the verb's own.

        Falls back to what the clause before was about. Raises Unclear for what is left over,
        Ask for what is not said.
        """
        self.select_by_tag(clause)
        self.nothing_else(clause, *attributes)
        things = [t for t in clause.solid if not is_predicate(t, clause)] or self._implied(kind)
        if not things:
            raise self._missing(clause, kind)
        for thing in things:
            if thing.pronoun == "everything" and not thing.tags:
                raise self.everything(thing)
            self.discourse.resolve(thing, kind)
            self._of_kind(thing, kind, clause)
            self.discourse.mention(thing)
        return things

    def _of_kind(self, thing: Thing, kind: Kind | None, clause: Clause) -> None:
        if kind is not None and thing.kind not in (None, kind):
            raise Unclear(
                f"“{clause.verb_text}” is for a {kind.words} here, not for a "
                f"{thing.noun or (thing.kind.words if thing.kind else 'thing')}",
                thing.noun,
            )
        if thing.kind is None and not thing.any_kind and thing.pronoun is None:
            thing.kind = kind
        chosen = thing.names or thing.stands_for or thing.tags or thing in self.draft.things
        if thing.indefinite and not chosen:
            raise self.discourse.which(thing, kind)

    def _implied(self, kind: Kind | None) -> list[Thing]:
        """What the clause before was about, where this one names nothing."""
        if self.topic is not None:
            self.topic_taken_up = True
            return [self.topic]
        found = self.discourse.last(kind, None) if kind else self.discourse.last(*Kind, None)
        return [found] if found is not None else []

    def _missing(self, clause: Clause, kind: Kind | None) -> Exception:
        what = kind.words if kind else "resource"
        join = _JOIN.get(clause.verb)
        recent = self.discourse.context.recent_of(kind) if kind else ()
        return ask(
            f"Which {what} is meant?",
            request=self.request,
            at=None if join else clause.start + len(clause.verb_text),
            put=f" {join} the {what} named {{answer}}" if join else f" the {what} named {{answer}}",
            options=tuple(ref.name for ref in recent),
            hint=f"name it, for example: {clause.verb_text} web-1",
        )

    def everything(self, thing: Thing) -> Exception:
        """The question that a request for everything in the account gets."""
        return ask(
            "Everything in the account? Say which: by kind, by name or by tag",
            request=self.request,
            at=thing.start,
            until=thing.end,
            options=("all VMs", "all disks", "everything tagged KEY=VALUE"),
            hint="for example: all VMs tagged env=dev",
        )

    def selection(self, thing: Thing, kind: Kind | None) -> Selection:
        """The selection a thing comes to. Raises Ask where it names none."""
        kind = thing.kind or kind
        names = self.names(thing)
        if names:
            self._as_many_as_named(thing)
            ids = {kind_of_id(name) for name in names}
            only = ids.pop() if len(ids) == 1 else None
            return Selection(kind=only or kind, names=names)
        if thing.says.keys() - {"data", "disk_type", "cloud"}:
            raise Unclear(
                f"“{self.said(thing)}”: what is there is chosen by name, by tag or all of a kind,"
                " not by what it is like",
                self.said(thing),
            )
        if thing.tags:
            return Selection(kind=kind, tags=tuple(thing.tags))
        if "all" in thing.determiners and thing.count is None:
            return Selection(kind=kind, every=True)
        raise self.discourse.which(thing, kind)

    def _as_many_as_named(self, thing: Thing) -> None:
        """Raises Ask for "the three VMs a and b"."""
        if thing.count in (None, len(thing.names)) or not thing.names or thing.is_new:
            return
        raise ask(
            f"{thing.count} said, {len(thing.names)} named: which are meant?",
            request=self.request,
            put="",
            hint="name each of them",
        )

    def names(self, thing: Thing) -> tuple[str, ...]:
        """The names a thing stands for. Raises Ask for one that no cloud takes."""
        names = names_of(thing)
        check(names, self.request)
        return names

    def select_by_tag(self, clause: Clause) -> None:
        """ "VMs tagged env=dev", "the VM named db": tags and names right after a thing are its."""
        for place, bare in enumerate(tuple(clause.things)):
            before = [t for t in clause.things[:place] if not t.is_bare]
            if not bare.is_bare or not before:
                continue
            unnamed = [t for t in before if not t.names and t.pronoun is None]
            if "named" in bare.says and unnamed:
                unnamed[-1].names = bare.says.pop("named")
                bare.says.pop("back", None)
            unchosen = not before[-1].names
            if unchosen and bare.tags and "tagged" in bare.says and self._selects(clause, bare):
                before[-1].tags.extend(bare.tags)
                bare.tags = []
                bare.says.pop("tagged")
        for thing in clause.solid:
            thing.says.pop("named_by_word", None)
        clause.things = [t for t in clause.things if not t.empty]

    @staticmethod
    def _selects(clause: Clause, bare: Thing) -> bool:
        """Whether tags choose things rather than being put on them."""
        if clause.verb not in _TAKING_TAGS:
            return True
        others = [t for t in clause.things if t.tags or t.tag_keys]
        word = str(bare.says["tagged"])
        points = word.startswith(("tagged", "labelled", "labeled", "that", "which", "having"))
        return points and (len(others) > 1 or clause.verb not in ("tag", "add"))

    def nothing_else(self, clause: Clause, *attributes: str) -> None:
        """Raises Unclear for attributes that the verb has no use for."""
        allowed = {*attributes, "tagged", "named_by_word", "cloud"}
        for bare in (t for t in clause.things if t.is_bare):
            tags = bool(bare.tags or bare.tag_keys) and "tags" not in attributes
            if set(bare.says) - allowed or tags or bare.prefix:
                said = self.said(bare)
                raise Unclear(f"it is not clear how “{said}” is meant here", said)
        if clause.traffic:
            raise Unclear("it is not clear what traffic has to do with it", "traffic")

    # what is said of the chosen

    def features(self, clause: Clause, wanted: frozenset[str] = FEATURES) -> dict[str, Any]:
        """What the clause says is to become of its target; later words win."""
        solid = clause.solid
        target = solid[0] if solid else None
        found: dict[str, Any] = {}
        for thing in clause.things:
            if thing.prep != "from" and thing is not target:
                found.update({k: x for k, x in thing.says.items() if k in wanted})
        if target is not None and target.kind is Kind.DISK and "gib" in target.says:
            found.setdefault("gib", target.says.pop("gib"))  # "a 50 GB disk d-1 to ..."
        return found

    def apart_from_drafted(
        self, things: Sequence[Thing], said: Callable[[Thing], None]
    ) -> list[Thing]:
        """What is there already; of what this request makes itself, it is ``said`` instead."""
        there: list[Thing] = []
        for thing in things:
            if not self.is_drafted(thing):
                there.append(thing)
                continue
            for made in thing.stands_for or [thing]:
                said(made)
        return there

    def is_drafted(self, thing: Thing) -> bool:
        """Whether all of it is to be made by this request, and none picked out of it."""
        known = (*self.draft.things, *self.parts)
        return thing.ordinal is None and all(t in known for t in thing.stands_for or [thing])


def is_predicate(thing: Thing, clause: Clause) -> bool:
    """ "a spot VM" in "make web-1 a spot VM": says what another thing becomes."""
    return (
        thing is not clause.solid[0]
        and (thing.indefinite or (thing.kind is Kind.VM and not thing.determiners))
        and not thing.names
        and bool(thing.says.keys() & FEATURES)
    )


def tags_in(clause: Clause) -> list[tuple[str, str]]:
    """The tags that the clause says on their own, not to choose things by."""
    return [pair for thing in clause.things if thing.is_bare for pair in thing.tags]
