"""Values that a hand chose among those that are free, or looked up."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from ipaddress import IPv4Network
from typing import Any

from cloudops.memory.ground import Lost
from cloudops.state.workflow import Choice
from modalities.resource import Kind, World

RANGE = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}/\d{1,2}(?!\d)")
IMAGE = re.compile(r"(?<![\w-])ami-[0-9a-f]{8,17}(?!\w)")
CHOSEN = re.compile(f"{RANGE.pattern}|{IMAGE.pattern}")
PRIVATE = tuple(IPv4Network(n) for n in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
"""RFC 1918."""
FRESH = timedelta(hours=24)
"""How long what was looked up is good: as long as a plan is (engine/compose.py)."""


def range_of(text: str) -> IPv4Network | None:
    """A private range that a hand may have chosen; None for anything else."""
    try:
        found = IPv4Network(text)
    except ValueError:
        return None
    inside = any(found.subnet_of(space) for space in PRIVATE)
    return found if inside and found.prefixlen < 30 else None


def chosen_in(text: str) -> Iterator[str]:
    """Every value in a text that was chosen."""
    for found in CHOSEN.findall(text):
        if found.startswith("ami-") or range_of(found) is not None:
            yield found


def as_choice(value: str, around: Sequence[tuple[Any, str]]) -> Choice:
    """``around`` are ranges that it may lie in, each with its symbol."""
    ours = range_of(value)
    if ours is None:
        return Choice(type="image", value=value)
    wider = [(parent, symbol) for symbol, text in around if (parent := range_of(text))]
    holding = [(p.prefixlen, symbol) for p, symbol in wider if p != ours and ours.subnet_of(p)]
    within = max(holding, key=lambda each: each[0])[1] if holding else None
    return Choice(type="range", prefix=ours.prefixlen, within=within)


def choose(
    choice: Choice, of: Callable[[Any], Any], world: World, taken: Sequence[str], age: timedelta
) -> str:
    """The value this time. ``taken`` are ranges that the plan itself takes; ``age`` is that of
    the workflow. Raises Lost."""
    if choice.type == "image":
        if age > FRESH:
            raise Lost(f"image {choice.value} was looked up more than a day ago")
        return choice.value
    parent = range_of(str(of(choice.within))) if choice.within is not None else None
    used = [*_in_world(world, parent), *filter(None, map(range_of, taken))]
    for space in (parent,) if parent else PRIVATE:
        if space.prefixlen > choice.prefix:
            continue
        for free in space.subnets(new_prefix=choice.prefix):
            if not any(free.overlaps(other) and other != parent for other in used):
                return str(free)
    raise Lost(f"no range of /{choice.prefix} is free" + (f" in {parent}" if parent else ""))


def _in_world(world: World, parent: IPv4Network | None) -> Iterator[IPv4Network]:
    """Networks; or the subnets of the network that has the range."""
    networks = [n for n in world.of(Kind.NETWORK) if isinstance(n.attributes.get("cidr"), str)]
    if parent is None:
        found = [str(n.attributes["cidr"]) for n in networks]
    else:
        ids = {n.id for n in networks if range_of(str(n.attributes["cidr"])) == parent}
        inside = [s for s in world.of(Kind.SUBNET) if any(x.id in ids for x in s.links)]
        found = [str(s.attributes.get("cidr", "")) for s in inside]
    for text in found:
        try:
            yield IPv4Network(text)
        except ValueError:
            continue


def age_of(learnt: datetime, now: datetime) -> timedelta:
    return now - learnt
