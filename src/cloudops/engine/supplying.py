"""A missing dependency made first, where it is certain what that is and nothing is invented.

Only in a try of explore: what is made is a step like any other of a plan that a person sees. The
name is the one that was said; where there is something that is spelt alike, it may have been
meant, and nothing is made. What an id names cannot be made again, and what takes more than a name
(a role and who may take it, a machine, a function) is for a person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from cloudops.planner.ailing import Ailment, Mended
from modalities.action import OUTPUT, CliCommand, SdkCall
from modalities.change import Change, Create, Operate
from modalities.contract import Lacking
from modalities.resource import Kind
from modalities.wanted import LoadBalancer, Network, SecurityGroup, Subnet, Vm, Wanted

ID = re.compile(r"\A([a-z]+-[0-9a-f]{8,}|arn:.*|https?:.*|/subscriptions/.*)\Z", re.I)
"""What a cloud itself gives out: no name for something new."""

SINCE = "since there is none of that name"


def supplied(changes: Sequence[Change], ailment: Ailment) -> Mended | None:
    """The changes with what they lack made before; None where that is not certain."""
    lack = ailment.lacking
    if lack is None or ID.match(lack.name) or get_close_matches(lack.name, ailment.near):
        return None
    if lack.maker is not None:
        return _by_call(changes, lack, lack.maker)
    return _by_kind(changes, lack)


def _by_call(changes: Sequence[Change], lack: Lacking, maker: SdkCall) -> Mended | None:
    """An operation of the vendor's own, before the others: references count it."""
    asking = [c for c in changes if isinstance(c, Operate)]
    if len(asking) != 1 or maker in asking[0].calls:
        return None
    calls = (maker, *(_counted(call) for call in asking[0].calls))
    other = tuple(replace(c, calls=calls) if isinstance(c, Operate) else c for c in changes)
    return Mended(other, f"{lack.what} {lack.name} is made first ({maker}), {SINCE}")


def _counted(call: SdkCall | CliCommand) -> SdkCall | CliCommand:
    """With each reference to a call leading one further on."""
    if not isinstance(call, SdkCall):
        return call
    return replace(call, parameters=_further(call.parameters))


def _further(value: Any) -> Any:
    if isinstance(value, Mapping):
        if set(value) == {OUTPUT} and isinstance(value[OUTPUT], str):
            at, dot, name = value[OUTPUT].partition(".")
            return {OUTPUT: f"{int(at) + 1}{dot}{name}"} if at.isdecimal() else value
        return {name: _further(item) for name, item in value.items()}
    return [_further(item) for item in value] if isinstance(value, (list, tuple)) else value


def _by_kind(changes: Sequence[Change], lack: Lacking) -> Mended | None:
    """Beside what is made and named it: an empty network, a subnet of a network that was said,
    a group of rules without a rule, which lets nobody in."""
    for number, change in enumerate(changes):
        if not isinstance(change, Create):
            continue
        new = next((n for w in change.wanted if (n := _needed(w, lack)) is not None), None)
        if new is None or any((w.kind, w.name) == (new.kind, new.name) for w in change.wanted):
            continue
        wider = replace(change, wanted=(new, *change.wanted))
        told = f"{lack.what} {lack.name} is made as well, {SINCE}{_bare(new)}"
        return Mended((*changes[:number], wider, *changes[number + 1 :]), told)
    return None


def _needed(want: Wanted, lack: Lacking) -> Network | Subnet | SecurityGroup | None:
    """What is to be made for one that is wanted; None where it is not this that lacks it, or
    something would have to be chosen."""
    home = want.network if isinstance(want, Vm | Subnet | LoadBalancer | SecurityGroup) else None
    match lack.kind:
        case Kind.NETWORK if home == lack.name:
            return Network(name=lack.name)
        case Kind.SUBNET if isinstance(want, Vm) and want.subnet == lack.name and home:
            return Subnet(name=lack.name, network=home)
        case Kind.SECURITY_GROUP if isinstance(want, Vm) and lack.name in want.security_groups:
            return SecurityGroup(name=lack.name, network=home)
        case _:
            return None


def _bare(new: Wanted) -> str:
    return "; it has no rule and lets nobody in" if isinstance(new, SecurityGroup) else ""
