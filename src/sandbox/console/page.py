"""What a page is made of, as data; templates/ turns it into markup."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeAlias

from sandbox.console.form import Form, Values
from sandbox.console.reach import C

if TYPE_CHECKING:
    from sandbox.console.operations import Done
    from sandbox.console.visit import Visit


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Badge:
    """A state with its colour: ``tone`` is good, busy, off or bad."""

    text: str
    tone: str


Cell: TypeAlias = str | Link | Badge


@dataclass(frozen=True, slots=True)
class Item:
    """Something in a command bar that does ``action`` to what is selected, to several at once
    where ``many``; ``direct``: without asking anything first."""

    label: str
    action: str
    many: bool = False
    direct: bool = False


@dataclass(frozen=True, slots=True)
class Menu:
    """Groups have a name that opens them; items of the group without one are always shown."""

    label: str
    groups: tuple[tuple[str, tuple[Item, ...]], ...]


Command: TypeAlias = Item | Menu


@dataclass(frozen=True, slots=True)
class Row:
    """``can`` names the actions its state allows; None means all."""

    id: str
    name: str
    cells: tuple[Cell, ...]
    can: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """``column`` is the one that has a filter of its own, by its place in ``columns``."""

    template: ClassVar[str] = "table.html"

    title: str
    noun: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    commands: tuple[Command, ...] = ()
    create: Link | None = None
    column: int | None = None
    empty: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A tab of a details page. ``text`` is shown as it is, like a machine's log."""

    name: str
    pairs: tuple[tuple[str, Cell], ...] = ()
    tables: tuple[Table, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    template: ClassVar[str] = "details.html"

    title: str
    id: str
    summary: tuple[tuple[str, Cell], ...]
    parts: tuple[Part, ...] = ()
    commands: tuple[Command, ...] = ()
    can: frozenset[str] | None = None
    kind: str = ""
    """What the resource is, in words, where the page says so."""
    blades: tuple[Link, ...] = ()
    """The other pages of the resource, where it has several; ``blade`` is this one's name."""
    blade: str = ""


@dataclass(frozen=True, slots=True)
class Special:
    """A page with a template of its own."""

    template: str
    title: str
    data: Mapping[str, Any] = field(default_factory=dict)


Page: TypeAlias = Table | Details | Form | Special


@dataclass(frozen=True, slots=True)
class View(Generic[C]):
    """A page by name, as addresses name it: ``#Instances:``. ``parent`` is the list that a
    breadcrumb leads back to."""

    name: str
    service: str
    build: Callable[[Visit[C]], Page]
    parent: str = ""
    framed: bool = False
    stale: bool = False
    """Whether it may show what it held before (``hazards.stale_lists``)."""


@dataclass(frozen=True, slots=True)
class Service:
    """``groups`` are the side navigation: a heading, and its entries by view."""

    path: str
    name: str
    about: str
    groups: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]

    @property
    def first(self) -> str:
        """The view its address without one shows."""
        return self.groups[0][1][0][1]


Asking: TypeAlias = "Callable[[Visit[C], Sequence[str]], Form]"


@dataclass(frozen=True, slots=True)
class Action(Generic[C]):
    """A change. Without ``ask`` it is done as soon as it is chosen. ``goes`` is the page to go
    to afterwards; without one, the visitor stays."""

    name: str
    title: str
    run: Callable[[C, Sequence[str], Values], Done]
    ask: Asking[C] | None = None
    goes: str = ""
