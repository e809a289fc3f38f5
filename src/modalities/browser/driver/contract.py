"""What the driver of a web console shows of a page, and what it reports of a batch.

The driver knows nothing of any console: it works on any page by its accessibility tree, and is
made so::

    with Browser(headed=False, loopback=True) as browser:            # chromium.py; one a run
        gate = Gate(base, reads=("POST /signin",), approved=mutations, watcher=seen)  # gate.py
        with Driver(browser, base, gate=gate, evidence=directory, secrets=(password,)) as web:
            report = web.do([Goto("/ec2/home"), Set("Name", "web-1"), Click("Create")])

``Gate(..., free=True)`` lets every mutation to the base's own host out and notes it. A gate is
given anew with ``web.guard(gate)``. All text in these values was written by a page: it is data,
and has been through redaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from modalities.browser.driver.verbs import Verb

MASK = "•••"
"""Stands in every text where a secret stood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Times in seconds. ``target``: until what is acted on can be; ``settle``: until a page
    has come to rest; ``load``: until a document begins to arrive; ``batch``: one decision;
    ``characters``: of a page's text that is shown."""

    target: float = 4.0
    settle: float = 10.0
    load: float = 20.0
    batch: float = 180.0
    characters: int = 16_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One control of a form. ``kind``: text, number, list, suggestions, check, radio, secret.

    ``label`` is its accessible name, or the text nearest to it where it has none. ``group`` is
    the section or dialog it stands in. ``value`` of a secret is MASK where there is one.
    """

    label: str
    kind: str
    value: str = ""
    options: tuple[str, ...] = ()
    required: bool = False
    disabled: bool = False
    invalid: bool = False
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as read; a cell that only holds a control is left out of its row."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]
    complete: bool = True
    """False where more pages were there than were read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A page at one moment. ``text`` is the pruned snapshot, cropped to the top-most dialog;
    ``state`` tells two states of a page apart (address and text, without what ticks)."""

    url: str
    title: str
    text: str
    state: str
    dialog: str | None = None
    fields: tuple[Field, ...] = ()
    buttons: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    pairs: Mapping[str, str] = field(default_factory=dict)
    """Names and values that stand beside each other (definition lists)."""
    status: int = 0
    """HTTP status of the document; 0 where it did not come by HTTP."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """A request that may change something.

    ``fields`` is the body: the fields of a form or the members of a JSON object as they stand
    (several of one name as a list), ``{"": text}`` for anything else; parameters of the address
    stand among them as ``?name``. ``method`` is ``WS`` for a message on a web socket.
    """

    method: str
    path: str
    fields: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value}" for name, value in self.fields.items())
        return f"{self.method} {self.path}" + (f" ({shown})" if shown else "")


@dataclass(frozen=True, slots=True)
class Impact:
    """What one action did: lines of the page that changed, requests sent, mutating ones."""

    lines: int = 0
    requests: int = 0
    mutations: int = 0

    @property
    def none(self) -> bool:
        return not (self.lines or self.requests or self.mutations)


class Why(StrEnum):
    """Why a batch stopped. Where nothing is left of it, MOVED, DIALOG and REQUIRED stop nothing
    and are left out; the rest is reported always."""

    MOVED = "moved"
    """The address is another (a click led there)."""
    DIALOG = "dialog"
    """A dialog opened, or the browser asked and was answered with no."""
    REQUIRED = "required"
    """A field that must be filled appeared."""
    INVALID = "invalid"
    """The page says that something is wrong."""
    READ_BACK = "read_back"
    """A field did not take its value."""
    NOT_FOUND = "not_found"
    AMBIGUOUS = "ambiguous"
    """Two of one name; the detail names both."""
    DISABLED = "disabled"
    """It is there and cannot be used (yet)."""
    COVERED = "covered"
    """Something lies over it."""
    NOT_SO = "not_so"
    """``expect`` or ``wait_for`` did not come true."""
    NO_EFFECT = "no_effect"
    """Two actions in a row did nothing: another way is needed."""
    REPEATED = "repeated"
    """The same action was done on the same state of the page before: not done again."""
    SIGNED_OUT = "signed_out"
    """The page wants somebody to sign in: the caller does, and decides anew."""
    HELD = "held"
    """The gate holds a mutation: see ``Report.held``. It was not sent."""
    BLOCKED = "blocked"
    """It wanted to leave for a host that is not allowed."""
    SERVER_ERROR = "server_error"
    """The document came with status 500 or above."""
    LOST = "lost"
    """The page crashed or did not answer."""
    TIME = "time"
    """The batch's time is over."""


@dataclass(frozen=True, slots=True)
class Stop:
    why: Why
    detail: str
    candidates: tuple[str, ...] = ()
    """What may have been meant, where that is known."""


@dataclass(frozen=True, slots=True)
class Done:
    """One action that ran. ``sure`` False: it may have been done (a click without an end)."""

    verb: Verb
    impact: Impact
    note: str = ""
    sure: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What came of one batch.

    ``left`` is what did not run; its first is what failed, unless it had run already. ``change``
    is the difference of the page to before the batch, a line a change (``+``, ``-``). ``said``
    are messages that the page showed meanwhile, gone or not. ``passed`` are mutations that were
    sent, in order; ``held`` the one that was not, exactly as it would have been.
    """

    done: tuple[Done, ...]
    left: tuple[Verb, ...]
    stop: Stop | None
    view: View
    change: str
    said: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """What the driver did by itself, such as closing a survey."""
    tables: tuple[Table, ...] = ()
    found: tuple[str, ...] = ()
    passed: tuple[Mutation, ...] = ()
    held: Mutation | None = None
    picture: Path | None = None
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        return self.stop is None and not self.left


@dataclass(frozen=True, slots=True)
class Count:
    """What a driver was asked for: batches (decisions) and primitive actions."""

    decisions: int = 0
    actions: int = 0


class Stuck(Exception):
    """Three actions in a row did nothing, or were repetitions: somebody else must go on.

    ``report`` is of the batch in which it showed.
    """

    def __init__(self, message: str, report: Report) -> None:
        super().__init__(message)
        self.report = report


Batch: TypeAlias = Sequence[Verb | Mapping[str, Any]]


class Web(Protocol):
    """A page that can be driven: what :class:`modalities.browser.driver.driver.Driver` is.

    May be used from any thread; calls wait for each other.
    """

    @property
    def count(self) -> Count: ...

    def look(self) -> View:
        """The page as it is, at rest. Raises CloudError where the browser is gone."""
        ...

    def do(self, batch: Batch, *, signing_in: bool = False) -> Report:
        """One decision. ``signing_in``: a page that wants a sign-in is what was expected.

        Raises Malformed (nothing was done), Stuck, CloudError where the browser is gone.
        """
        ...

    def begin(self) -> None:
        """A new task: forget which actions were done on which page."""
        ...


Watcher: TypeAlias = Callable[[Mutation, bool], None]
"""Hears of each mutation before it is sent, and whether it will be."""
