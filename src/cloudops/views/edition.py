"""What an edition of Terraform code does, address by address, as Terraform's own plan says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cloudops.views.plain import plain, safe, worded
from modalities.action import IacChange
from modalities.step import Effect

if TYPE_CHECKING:
    from rich.text import Text

MOST = 40
"""Addresses that are shown; the plan file has all."""

LONGEST = 64
"""Characters of what is said of one address."""

DULL = frozenset({"description", "region", "user_data", "tags_all"})

ORDER = (Effect.REPLACE, Effect.DELETE, Effect.UPDATE, Effect.CREATE)


def effects(action: IacChange) -> tuple[tuple[str, Effect], ...]:
    """Each address that changes, worst first; what is only taken over or let go is none."""
    return tuple((str(change["address"]), effect) for change, effect in _changing(action))


def lines(action: IacChange, styles: Mapping[Effect, str]) -> list[Text]:
    """``+ aws_instance.web  instance_type t3.micro``, a line an address."""
    found = _changing(action)
    shown = [_line(change, effect, styles) for change, effect in found[:MOST]]
    if len(found) > MOST:
        shown.append(safe(f"and {len(found) - MOST} more", "dim"))
    return shown


def _changing(action: IacChange) -> list[tuple[Mapping[str, Any], Effect]]:
    found = [(change, _effect(change)) for change in action.changes]
    known = [(change, effect) for change, effect in found if effect is not None]
    return sorted(known, key=lambda each: (ORDER.index(each[1]), str(each[0]["address"])))


def _effect(change: Mapping[str, Any]) -> Effect | None:
    actions = set(change["actions"])
    if actions >= {"create", "delete"}:
        return Effect.REPLACE
    return next((Effect(a) for a in ("delete", "create", "update") if a in actions), None)


def _line(change: Mapping[str, Any], effect: Effect, styles: Mapping[Effect, str]) -> Text:
    line = safe(f"{effect.sign:>3} {plain(str(change['address']))}", styles[effect])
    facts = ", ".join(_facts(change, effect))
    line.append_text(safe(f"  {facts[:LONGEST]}", "dim") if facts else safe(""))
    return line


def _facts(change: Mapping[str, Any], effect: Effect) -> Iterator[str]:
    """What differs; of what is made, what can be said in a word."""
    before, after = change.get("before") or {}, change.get("after") or {}
    if effect is Effect.DELETE:
        return
    for name, value in sorted(after.items()):
        was = before.get(name)
        if effect is Effect.CREATE and isinstance(value, (str, int, float)) and name not in DULL:
            yield f"{plain(name)} {worded(value)}"
        elif effect is not Effect.CREATE and value != was:
            yield f"{plain(name)}: {worded(was)} -> {worded(value)}"
