"""Is what Terraform would do now what was approved?"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

Entry: TypeAlias = Mapping[str, Any]
"""One of IacChange.changes."""

FINISHING = (("create",), ("update",))
"""What was made when a run was broken off may lack its last touches."""

REPLACING = frozenset({"delete", "create"})
MADE_ANEW = (REPLACING, frozenset({"create"}))
"""What was to be replaced when a run was broken off may be gone by then, and has to be made."""

NOTHING = (("no-op",), ("read",))

CHANGED = (("update",), ("no-op",))
"""What was to be taken over and changed when a run was broken off may have been changed by then,
and is only to be taken over."""


def active(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Those by which something changes, in the cloud or in what Terraform looks after."""
    return tuple(e for e in entries if _actions(e) not in NOTHING or e.get("importing"))


def unsaid(entries: Sequence[Entry]) -> bool:
    """Whether they are an undo's: it says what is taken back, not from what, nor how much of it
    is there. That is known only afterwards."""
    return bool(entries) and not any("before" in e or "after" in e for e in entries)


def others(entries: Sequence[Entry], addresses: Collection[str]) -> tuple[str, ...]:
    """Addresses that would change and are not among ``addresses``."""
    return tuple(str(e["address"]) for e in active(entries) if e["address"] not in addresses)


def differences(
    approved: Sequence[Entry], planned: Sequence[Entry], *, fewer: bool = False, loose: bool = False
) -> tuple[str, ...]:
    """What of the plan is not as approved, a line each; none is good.

    ``fewer``: part of it may be done already, and what it made is known now where the rest names
    it: what was not known when it was approved may have a value. ``loose``: values may differ,
    for a copy of a cloud that does not hold every attribute.
    """
    wanted = {str(e["address"]): e for e in active(approved)}
    found = {str(e["address"]): e for e in active(planned)}
    lines = [f"{address} would be {_said(found[address])} too" for address in found.keys() - wanted]
    if not fewer:
        lines += [
            f"{address} would not be {_said(wanted[address])}"
            for address in wanted.keys() - found.keys()
        ]
    for address in wanted.keys() & found.keys():
        if fewer and (_actions(wanted[address]), _actions(found[address])) == FINISHING:
            continue
        lines += _difference(address, wanted[address], found[address], fewer, loose)
    return tuple(sorted(lines))


def _difference(
    address: str, wanted: Entry, found: Entry, fewer: bool, loose: bool
) -> Iterator[str]:
    rest = fewer and (frozenset(_actions(wanted)), frozenset(_actions(found))) == MADE_ANEW
    changed = fewer and (_actions(wanted), _actions(found)) == CHANGED
    if _actions(wanted) != _actions(found) and not (rest or changed):
        yield f"{address} would be {_said(found)}, not {_said(wanted)}"
        return
    importing = found.get("importing") or None
    if importing != (wanted.get("importing") or None) and not (fewer and importing is None):
        yield f"{address} would be taken over from elsewhere"
    if loose or changed:
        return
    if "before" in wanted and not rest:
        yield from _were(address, wanted, found, fewer)
    if "after" in wanted:
        same = _fits if fewer else _equal
        yield from _values(address, "after", wanted["after"] or {}, found.get("after") or {}, same)


def _were(address: str, wanted: Entry, found: Entry, fewer: bool) -> Iterator[str]:
    """``fewer``: what is to be replaced may have lost already what is replaced before it, and is
    the same by its id."""
    was, now = wanted["before"] or {}, found.get("before") or {}
    if fewer and frozenset(_actions(wanted)) == REPLACING:
        was, now = ({"id": each.get("id")} for each in (was, now))
    yield from _values(address, "before", was, now, _equal)


def _values(
    address: str, side: str, wanted: Entry, found: Entry, same: Callable[[Any, Any], bool]
) -> Iterator[str]:
    for name in sorted(wanted.keys() | found.keys()):
        if not same(wanted.get(name), found.get(name)):
            was = "is now" if side == "before" else "would become"
            yield f"{address}: {name} {was} {found.get(name)!r}, not {wanted.get(name)!r}"


def _equal(wanted: Any, found: Any) -> bool:
    return _canonical(wanted) == _canonical(found)


def _fits(wanted: Any, found: Any) -> bool:
    """Whether it is what was approved, and more only where nothing was known then. The code is
    the one that was approved, so what becomes known is what it refers to."""
    if wanted is None:
        return True
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        return all(_fits(value, found.get(name)) for name, value in wanted.items())
    if isinstance(wanted, (list, tuple)) and isinstance(found, (list, tuple)):
        left = list(found)
        for value in wanted:
            match = next((each for each in left if _fits(value, each)), None)
            if match is None:
                return False
            left.remove(match)
        return True
    return _equal(wanted, found)


def _canonical(value: Any) -> str:
    """60 and 60.0 are one number, tuples and lists one list."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{k}:{_canonical(value[k])}" for k in sorted(value)) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(_canonical, value)) + "]"
    return json.dumps(value, default=str)


def _actions(entry: Entry) -> tuple[str, ...]:
    return tuple(entry.get("actions") or ())


def _said(entry: Entry) -> str:
    actions = _actions(entry)
    if "delete" in actions and "create" in actions:
        return "replaced"
    words = {"create": "created", "update": "changed", "delete": "destroyed", "forget": "let go"}
    return words.get(actions[0] if actions else "", "taken over")
