"""What pages of a console show, and where on them, as data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

from modalities.codec import decode
from modalities.resource import Kind


@dataclass(frozen=True, slots=True)
class Cell:
    """A column, and how what stands there becomes an attribute (reading_cells.py). ``of_type``: it
    is the name of something of that type, and what is meant is an ARM id like the row's own."""

    column: str
    read_as: str = "text"
    of_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """A list of one kind. ``id`` is empty where the list shows none. Rows whose state is among
    ``gone`` are of what is no more. ``group`` is the column with the resource group, where the list
    holds those of others, too."""

    kind: Kind
    view: str
    table: str
    id: str
    name: str
    attributes: Mapping[str, Cell]
    gone: tuple[str, ...] = ()
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DependencyPage:
    """A list of everything, with what each depends on."""

    view: str
    table: str
    name: str
    kind: str
    id: str
    needs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthPage:
    view: str
    table: str
    category: Literal["incident", "maintenance", "notice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventColumns:
    title: str
    service: str
    status: str
    severity: str
    region: str
    begins: str
    ends: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """``sign_in`` is a batch for who comes without a session, ``$user`` and ``$password`` left
    open; ``refresh`` is what brings a list up to date, and its role; ``reads`` are requests that
    look like changes and are none (``POST /action/*/check``)."""

    lists: tuple[ListPage, ...]
    dependencies: DependencyPage | None = None
    health: tuple[HealthPage, ...]
    event: EventColumns
    refresh: str = ""
    refresh_role: str = "button"
    reads: tuple[str, ...] = ()
    sign_in: tuple[Mapping[str, str], ...] = ()

    def of(self, kind: Kind) -> ListPage | None:
        return next((page for page in self.lists if page.kind is kind), None)


def load(console: str = "aws") -> Pages:
    """Those of one cloud's console."""
    text = (files("modalities.browser") / "consoles" / f"{console}.json").read_text("utf-8")
    return decode(Pages, json.loads(text)["pages"])
