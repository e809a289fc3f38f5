"""Did the person's own words ask for this resource to go?

No understanding of language: the words must hold the resource's name, or ask for all of its
kind without naming anything. What is in doubt counts as not asked for: a wrong no costs a
clearer sentence, a wrong yes costs a machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from modalities.resource import Kind, Provider, Resource, World
from policies.nouns import means_all, mentions, spaced

HELD = frozenset({Kind.LISTENER, Kind.TARGET_GROUP, Kind.NIC})
INSIDE = frozenset({Kind.SUBNET, Kind.GATEWAY, Kind.ROUTE_TABLE, Kind.SECURITY_GROUP})
"""Kinds that go with what has them, or with what they lie in: they hold no data, and nobody
thinks of them when asking for a load balancer, a VM or a network to go."""

ALL = re.compile(r"\b(all|every|everything|each|any|both|whole|entire)\b", re.I)
THAT = re.compile(
    r"\b(it|them|they|that|those|these|this|what|ones?|first|second|third|last|others?)\b", re.I
)
EXCEPT = re.compile(r"\b(except|but not|other than|apart from|without|keep(ing)?)\b", re.I)
GO = r"(?:delete|remove|destroy|terminate|drop|wipe|kill|purge|erase|touch|tear)\w*"
GO_VERB = re.compile(rf"\b{GO}\b|\brid of\b", re.I)
"""That something is asked to go."""
DENIED = re.compile(
    r"\b(?:do not|don['’]?t|never|must not|mustn['’]?t|should not|shouldn['’]?t|not to|no need to)"
    rf"\s+(?:\w+\s+){{0,2}}?{GO}\b[^.;,\n]*",
    re.I,
)
"""What is said not to go, to the end of its clause."""
RID_OF = re.compile(r"\b(rid|dispose) of\b", re.I)
OWNER = (
    r"\b(of|from|on|in|to|behind|under|inside)\s+(the\s+|my\s+)?"
    r"((\w+\s+)?(vm|instance|machine|vpc|vnet|network|subnet|group|rg)\s+)?$"
)
GROUP = r"(resource[\s-]?group|rg)\b"
IN_GROUP = re.compile(rf"\b(in|from|of|inside|within)\s+((the|my|our|this|that)\s+)?{GROUP}", re.I)
GROUP_GONE = re.compile(
    r"\b(delete|remove|destroy|drop|purge|wipe|nuke|terminate|tear down)\s+"
    r"((the|my|our|this|that|whole|entire|complete|azure)\s+)*"
    rf"(?:{GROUP}(\s+(named|called))?\s*['\"`“]?(?P<after>[\w.-]*\w)?"
    r"|['\"`“]?(?P<before>[\w.-]*\w)['\"`”]?\s+(resource\s)?group\b)",
    re.I,
)
"""A resource group is asked to go only as the very thing that is to be deleted: all else that
names one says where something is."""
NO_NAME = frozenset({"", "and", "with", "including", "please", "now", "completely", "too", "for"})
NAME_LIKE = re.compile(r"\b(named|called)\b|['\"`]|\b(?=\w*[a-z])\w+[-_]\w|\b[a-z]+\d", re.I)
NO_NAMES = re.compile(r"\b(ec2|s3|elbv2|ipv[46])s?\b", re.I)
REGION = re.compile(r"\b[a-z]{2}(-[a-z]+)+-\d[a-z]?\b")
RANGE = re.compile(
    r"(?<![\w.-])(?P<stem>[\w.-]{0,100}?)(?P<first>\d+)"
    r"\s*(?:(?:\.{2,3}|\bto\b|\bthrough\b|\buntil\b)\s*(?P=stem)?|[-–]\s*(?P=stem))"
    r"(?P<last>\d+)",
    re.I,
)
LONGEST_RANGE = 1000
LONGEST_TEXT = 2000
"""Characters. Nobody asks for a deletion in more; what stands behind is not read."""


@dataclass(frozen=True, slots=True)
class Words:
    """``named``, ``owners`` (whose parts are meant: ``the disks of web-1``) and ``spared`` are
    ids of the resources that the words speak of by name, tag or id."""

    text: str
    named: frozenset[str]
    owners: frozenset[str]
    spared: frozenset[str]


def asked_for(resource: Resource, explicit: Sequence[str], world: World) -> bool:
    """Whether any of the texts in ``explicit`` asks for ``resource`` to be deleted."""
    asking = (text for text in explicit if _asks(text))
    return any(_covers(read(text, world), resource, world) for text in asking)


def _asks(text: str) -> bool:
    """Whether anything is asked to go, where something is said not to."""
    left = DENIED.sub(" ", text[:LONGEST_TEXT])
    return left == text[:LONGEST_TEXT] or GO_VERB.search(left) is not None


def read(text: str, world: World) -> Words:
    """The text, with the resources of ``world`` that it names."""
    text = RID_OF.sub("delete", text[:LONGEST_TEXT])
    denied = " ".join(found.group() for found in DENIED.finditer(text))
    text = DENIED.sub(" ", text)
    split = EXCEPT.search(text)
    wanted, spared = (text[: split.start()], text[split.end() :]) if split else (text, "")
    spared = f"{spared} {denied}"
    ranges = frozenset(_ranges(wanted))
    things = [r for r in world if r.kind is not Kind.RESOURCE_GROUP]
    named = frozenset(r.id for r in things if any(_names(wanted, ranges, n) for n in names_of(r)))
    spoken = _spoken(wanted, world)
    return Words(wanted, named, spoken - named, _spoken(spared, world))


def names_of(resource: Resource) -> Iterator[str]:
    """What people may call it: its name, its id, ``key=value`` of a tag."""
    yield from filter(None, (resource.name, resource.id, resource.tags.get("Name")))
    yield from (f"{key}={value}" for key, value in resource.tags.items() if key != "Name")


def _spoken(text: str, world: World) -> frozenset[str]:
    ranges = frozenset(_ranges(text))
    return frozenset(
        r.id
        for r in world
        if any(n.casefold() in ranges or re.search(_whole(n), text, re.I) for n in names_of(r))
    )


def _whole(name: str) -> str:
    return rf"(?<![\w-]){re.escape(name)}(?![\w-]|\.\w)"


def _names(text: str, ranges: frozenset[str], name: str) -> bool:
    """The name stands there as what is meant, not as the owner of what is meant."""
    if name.casefold() in ranges:
        return True
    return any(
        not re.match(r"['’]s\b", text[found.end() :])
        and not re.search(OWNER, text[: found.start()], re.I)
        for found in re.finditer(_whole(name), text, re.I)
    )


def _ranges(text: str) -> Iterator[str]:
    """``app-1..app-3``, ``app-1 to app-3``, ``app-1..3``: every name from first to last."""
    for found in RANGE.finditer(text):
        first, last = int(found["first"]), int(found["last"])
        if first <= last <= first + LONGEST_RANGE:
            width = len(found["first"]) if found["first"].startswith("0") else 0
            yield from (f"{found['stem']}{n:0{width}d}".casefold() for n in range(first, last + 1))


def _covers(words: Words, resource: Resource, world: World) -> bool:
    if resource.id in words.spared:
        return False
    if resource.ref.provider is Provider.AZURE and _group_goes(words.text, world):
        return True
    if resource.kind is Kind.RESOURCE_GROUP:
        return False
    if words.named or words.owners:
        return resource.id in words.named or _belongs(words, resource, world)
    text = IN_GROUP.sub("", spaced(REGION.sub("", words.text)))
    if NAME_LIKE.search(NO_NAMES.sub("", text)):
        return False  # it names something that is not there
    if any(mentions(text, kind) for kind in Kind):
        kinds = {kind for kind in Kind if means_all(text, kind)}
        return resource.kind in kinds or resource.id in _parts(world.of(*kinds), world)
    return bool(ALL.search(text) or THAT.search(text))


def _group_goes(text: str, world: World) -> bool:
    """Whether the words ask for the target's resource group, and so for all that is in it."""
    group = world.scope.rpartition("/")[2].casefold()
    for found in GROUP_GONE.finditer(text):
        named = (found["after"] or found["before"] or "").casefold()
        if named == group or (not found["before"] and named in NO_NAME):
            return True
    return False


def _belongs(words: Words, resource: Resource, world: World) -> bool:
    """It is part of what is named, or hangs on that and is of a kind that the words ask for."""
    if resource.id in _parts([r for r in world if r.id in words.named], world):
        return True
    around = [r for r in world if r.id in words.named | words.owners]
    if words.named:
        around = [r for r in around if r.kind is not Kind.RESOURCE_GROUP]
    wanted = {kind for kind in Kind if mentions(words.text, kind)} - {r.kind for r in around}
    wanted.discard(Kind.RESOURCE_GROUP)
    if resource.kind in wanted:
        used = {r.id for owner in around for r in world.needs(owner)}
        return resource.id in used | _hanging_on(around, world)
    return not wanted and bool(ALL.search(words.text)) and resource.id in _hanging_on(around, world)


def _parts(named: Sequence[Resource], world: World) -> set[str]:
    """Ids of what goes with the named without being asked for."""
    found: set[str] = set()
    waiting = list(named)
    while waiting:
        whole = waiting.pop()
        parts = [r for r in world.needs(whole) if r.kind in HELD or _goes_with(r, whole)]
        parts += [r for r in world.needed_by(whole) if r.kind in INSIDE]
        waiting += [r for r in parts if r.id not in found]
        found.update(r.id for r in parts)
    return found


def _goes_with(disk: Resource, vm: Resource) -> bool:
    return disk.attributes.get("delete_with_vm") is True and vm.kind is Kind.VM


def _hanging_on(resources: Sequence[Resource], world: World) -> set[str]:
    """Ids of all that depends on these, however far."""
    found: set[str] = set()
    waiting = list(resources)
    if any(r.kind is Kind.RESOURCE_GROUP for r in resources):
        waiting = list(world)  # all of an Azure target's world lies in its group
        found = {r.id for r in world}
    while waiting:
        for resource in world.needed_by(waiting.pop()):
            if resource.id not in found:
                found.add(resource.id)
                waiting.append(resource)
    return found
