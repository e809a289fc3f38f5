"""What can be asked of a page: one verb is one primitive action, a batch of them one decision.

As data a verb is ``{"verb": "set", "label": "Name", "value": "web-1"}``. Labels and names are what
a person reads on the page; case, ``*``, ``:`` and "(optional)" do not count. ``within`` names
what the thing is in (a dialog, row, section, group, or a text beside it) where the page has
two of one name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from modalities.codec import Malformed, decode, encode

Opens: TypeAlias = Literal["", "page", "dialog", "any"]
"""What an action is known to lead to. A batch stops before its next action where the page
moves or a dialog opens, unless that was said here: ``any`` allows both."""


@dataclass(frozen=True, slots=True)
class Goto:
    """Open an address: absolute, or relative to the base; it may have a ``#`` part."""

    url: str
    verb: Literal["goto"] = "goto"


@dataclass(frozen=True, slots=True)
class Set:
    """Give a field a value and read it back: text, number, list, check box, radio, suggestions.

    ``value`` is a string, number or boolean, or several for a list of many. ``secret``: never
    shown anywhere, in text or picture.
    """

    label: str
    value: str | bool | int | float | tuple[str, ...]
    within: str = ""
    secret: bool = False
    verb: Literal["set"] = "set"

    def __repr__(self) -> str:
        """Texts of reports and exceptions come from here."""
        value = "•••" if self.secret else repr(self.value)
        scope = f", within={self.within!r}" if self.within else ""
        return f"Set({self.label!r}, {value}{scope})"


@dataclass(frozen=True, slots=True)
class Choose:
    """Choose ``option`` of a list, a group of radios or a box with suggestions."""

    label: str
    option: str
    within: str = ""
    verb: Literal["choose"] = "choose"


@dataclass(frozen=True, slots=True)
class Check:
    """Switch a check box or switch ``on`` or off."""

    label: str
    on: bool = True
    within: str = ""
    verb: Literal["check"] = "check"


@dataclass(frozen=True, slots=True)
class Click:
    """Press what has this name. ``role`` narrows it (``button``, ``link``, ``tab``...).

    ``holding``: of several the one in whose row the fields of these labels hold these values,
    wherever on the page that row stands. ``accept`` answers a question of the browser itself
    (window.confirm) with yes; else with no.
    """

    name: str
    role: str = ""
    within: str = ""
    holding: Mapping[str, str] | None = None
    opens: Opens = ""
    accept: bool = False
    verb: Literal["click"] = "click"


@dataclass(frozen=True, slots=True)
class SelectRow:
    """Select the one row in which ``text`` stands, going through ``pages`` of the table."""

    text: str
    table: str = ""
    on: bool = True
    pages: int = 20
    verb: Literal["select_row"] = "select_row"


@dataclass(frozen=True, slots=True)
class OpenMenu:
    """Open the menu ``path[0]`` and go along the names after it; the last one is pressed.

    Groups on the way need not be named.
    """

    path: tuple[str, ...]
    within: str = ""
    opens: Opens = ""
    accept: bool = False
    verb: Literal["open_menu"] = "open_menu"


@dataclass(frozen=True, slots=True)
class TypeName:
    """Type ``text`` key by key where the open dialog wants it as a confirmation."""

    text: str
    verb: Literal["type_name"] = "type_name"


@dataclass(frozen=True, slots=True)
class Press:
    """Press a key, or keys with ``+``: ``Enter``, ``Escape``, ``Control+a``."""

    key: str
    opens: Opens = ""
    verb: Literal["press"] = "press"


@dataclass(frozen=True, slots=True)
class Expect:
    """The text stands on the page, or was said by it since the batch began; else stop."""

    text: str
    verb: Literal["expect"] = "expect"


@dataclass(frozen=True, slots=True)
class WaitFor:
    """Until ``text`` is there (or ``gone``), ``seconds`` at most; else stop.

    ``by`` is the name of a button that brings the page up to date (``Refresh``), pressed every
    two seconds; ``reload`` loads it anew.
    """

    text: str
    seconds: float = 30.0
    gone: bool = False
    by: str = ""
    verb: Literal["wait_for"] = "wait_for"


@dataclass(frozen=True, slots=True)
class ReadTable:
    """The rows of a table, by its name or heading (the only one where none is named)."""

    name: str = ""
    pages: int = 20
    verb: Literal["read_table"] = "read_table"


@dataclass(frozen=True, slots=True)
class Find:
    """The lines of the page in which ``text`` stands."""

    text: str
    verb: Literal["find"] = "find"


Verb: TypeAlias = (
    Goto
    | Set
    | Choose
    | Check
    | Click
    | SelectRow
    | OpenMenu
    | TypeName
    | Press
    | Expect
    | WaitFor
    | ReadTable
    | Find
)

VERBS: Mapping[str, type[Verb]] = {
    "goto": Goto,
    "set": Set,
    "choose": Choose,
    "check": Check,
    "click": Click,
    "select_row": SelectRow,
    "open_menu": OpenMenu,
    "type_name": TypeName,
    "press": Press,
    "expect": Expect,
    "wait_for": WaitFor,
    "read_table": ReadTable,
    "find": Find,
}

LOOKS = (Expect, WaitFor, ReadTable, Find)
"""Verbs that change nothing on a page (one that turns pages of a table excepted)."""


def verb_of(data: Mapping[str, Any]) -> Verb:
    """The verb that ``data`` describes. Raises Malformed, naming the verb and the fault."""
    name = data.get("verb")
    kind = VERBS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise Malformed(f"verb: {name!r} is none of {', '.join(VERBS)}")
    try:
        return decode(kind, dict(data))
    except Malformed as error:
        raise Malformed(f"{name}: {error}") from None


def as_data(verb: Verb) -> dict[str, Any]:
    """The verb as JSON, without what is as it is anyway."""
    whole = encode(verb)
    plain = {each.name: each.default for each in verb.__dataclass_fields__.values()}
    return {"verb": verb.verb} | {
        name: value for name, value in whole.items() if name != "verb" and value != plain[name]
    }
