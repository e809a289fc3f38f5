"""Names for everything that is to be made: as given, by a prefix, or in a fixed way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from cloudops.planner.interpreter.asking import Unclear, ask
from cloudops.planner.interpreter.phrases import is_valid
from cloudops.planner.interpreter.shapes import MOST
from cloudops.planner.interpreter.things import Thing
from modalities.resource import Kind

STEMS = {
    Kind.VM: "vm",
    Kind.NETWORK: "network",
    Kind.SUBNET: "subnet",
    Kind.SECURITY_GROUP: "group",
    Kind.DISK: "disk",
    Kind.PUBLIC_IP: "ip",
    Kind.NIC: "nic",
    Kind.LOAD_BALANCER: "lb",
    Kind.KEY_PAIR: "key",
}
"""What an unnamed thing is called, with a number; a bucket's name is its owner's affair."""

SUFFIXES = {
    Kind.NETWORK: "net",
    Kind.SUBNET: "subnet",
    Kind.LOAD_BALANCER: "lb",
    Kind.SECURITY_GROUP: "sg",
}
"""What an unnamed thing that goes with named VMs is called: web-net for web-1 to web-3."""


class Namer:
    """Names the things of one request; ``defaults`` says which names it chose itself, none of
    which is one of ``elsewhere``: names that something has already."""

    def __init__(
        self,
        request: str,
        defaults: list[str],
        elsewhere: frozenset[tuple[Kind, str]] = frozenset(),
    ) -> None:
        self.elsewhere = elsewhere
        self.request = request
        self.defaults = defaults
        self.used: Counter[str] = Counter()
        self.taken: set[tuple[Kind | None, str]] = set()
        self.prefix = ""

    def name_all(self, things: Iterable[Thing], tier: str) -> None:
        """Give every thing its names, VMs first, since others are called after them."""
        ordered = sorted(things, key=lambda t: t.kind is not Kind.VM)
        for thing in ordered:
            check(thing.names, self.request)
            if thing.prefix:
                check((thing.prefix,), self.request)
        for thing in ordered:
            self._name(thing, tier)
        for thing in ordered:
            for name in thing.names:
                if (thing.kind, name) in self.taken:
                    raise Unclear(f"the name “{name}” is given twice", name)
                self.taken.add((thing.kind, name))

    def _name(self, thing: Thing, tier: str) -> None:
        if thing.kind is Kind.VM:
            self._name_vms(thing, tier)
        elif not thing.names:
            self._name_other(thing)
        elif thing.count not in (None, len(thing.names)):
            self._numbered(thing)

    def _name_vms(self, thing: Thing, tier: str) -> None:
        count = self._count(thing)
        if len(thing.names) == count:
            self.prefix = self.prefix or common_prefix(thing.names)
            return
        if thing.names:
            self._numbered(thing)
            self.prefix = self.prefix or common_prefix(thing.names)
            return
        role = thing.prefix or thing.says.get("role") or tier
        stem = (role or STEMS[Kind.VM]).rstrip("-_.")
        thing.names = self._next(stem, count, None if thing.prefix else Kind.VM)
        if role:
            self.prefix = self.prefix or stem
        if not thing.prefix:
            self.defaults.append(_said("VM", thing.names))

    def _count(self, thing: Thing) -> int:
        """How many are meant. Raises Ask where that is not said, Unclear beyond the limit."""
        if thing.count is None:
            if thing.vague or (thing.plural and not thing.names):
                said = self.request[thing.start : thing.end]
                raise ask(
                    f"How many of “{said}”?",
                    request=self.request,
                    at=thing.start,
                    until=thing.start + len(thing.vague),
                    put="{answer}" if thing.vague else "{answer} ",
                    hint="say a number, for example: three VMs",
                )
            return len(thing.names) or 1
        if not 1 <= thing.count <= MOST:
            raise Unclear(f"{thing.count} is not a number of things that can be made at once "
                          f"(1 to {MOST})")  # fmt: skip
        return thing.count

    def _numbered(self, thing: Thing) -> None:
        """One name for several: they are numbered. Any other mismatch is asked about."""
        count = self._count(thing)
        name = thing.names[0]
        if len(thing.names) > 1 or name[-1].isdigit() or count == 1:
            raise ask(
                f"{count} asked for, {len(thing.names)} named ({', '.join(thing.names)}):"
                " how many, and named what?",
                request=self.request,
                put="",
                hint="give one name for each, or a prefix",
            )
        thing.names = self._next(name.rstrip("-_."), count)
        self.defaults.append(f"named {', '.join(thing.names)}: one name was given for {count}")

    def _name_other(self, thing: Thing) -> None:
        kind = thing.kind
        if kind is None or kind is Kind.BUCKET:
            raise ask(
                "What should the bucket be called? Its name must be unique in the whole cloud",
                request=self.request,
                at=thing.end,
                put=" named {answer}",
                hint="for example: a bucket named acme-logs-2024",
            )
        attached = kind in (Kind.DISK, Kind.PUBLIC_IP) and thing.holder is not None
        count = self._count(thing)
        if attached and not thing.prefix:
            return
        if thing.prefix:
            thing.names = self._next(thing.prefix.rstrip("-_."), count)
            return
        if self.prefix and kind in SUFFIXES and count == 1:
            thing.names = self._one_of_a_kind(f"{self.prefix}-{SUFFIXES[kind]}", kind)
        else:
            thing.names = self._next(STEMS[kind], count, kind)
        self.defaults.append(_said(kind.words, thing.names))

    def _one_of_a_kind(self, name: str, kind: Kind) -> tuple[str, ...]:
        while True:
            self.used[name] += 1
            free = name if self.used[name] == 1 else f"{name}-{self.used[name]}"
            if (kind, free) not in self.elsewhere:
                return (free,)

    def _next(self, stem: str, count: int, kind: Kind | None = None) -> tuple[str, ...]:
        """The next numbers of ``stem``; of a name that was chosen here, the next free ones."""
        names: list[str] = []
        while len(names) < count:
            self.used[stem] += 1
            name = f"{stem}-{self.used[stem]}"
            if kind is None or (kind, name) not in self.elsewhere:
                names.append(name)
        return tuple(names)


def _said(what: str, names: tuple[str, ...]) -> str:
    plural = "names" if len(names) > 1 else "name"
    return f"{what} {plural}: {', '.join(names)}"


def common_prefix(names: tuple[str, ...]) -> str:
    """The part before the last dash that all names share; empty where there is none."""
    stems = {name.rpartition("-")[0] for name in names}
    return stems.pop() if len(stems) == 1 and len(names) > 1 else ""


def check(names: Iterable[str], request: str) -> None:
    """Raises Ask for a name that no cloud takes or a shell would read as more than a name."""
    for name in names:
        if not is_valid(name):
            at = request.find(name)
            raise ask(
                f"“{name}” cannot be a name: letters, digits, dots, dashes and underscores are"
                " allowed, 64 at most. What should it be called?",
                request=request,
                at=at if at >= 0 else None,
                until=at + len(name) if at >= 0 else None,
                hint="use letters, digits and dashes",
            )
