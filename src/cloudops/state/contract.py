"""What the store must do: runs, their journal, plans, claims, resources with provenance, the
measured record of the hands, and what is remembered.

Every method is one transaction and durable when it returns (a cloud call may go out on
the strength of it). Raises ``StoreError`` for anything the user has to act on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from cloudops.request import Goal
from cloudops.state.trial import Tally, Trial
from cloudops.state.workflow import Preference, Use, UseEnd, Workflow
from modalities.claim import Claim, Lease
from modalities.plan import Plan
from modalities.resource import Kind, Provider, Resource, ResourceRef
from modalities.target import Realm


class StoreError(Exception):
    """The store cannot be used: ``remedy`` says what to do about it."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


class Busy(StoreError):
    """Somebody is at work on the store: the same may succeed later."""


class Away(StoreError):
    """The store does not answer, or takes nobody in just now; nothing is wrong with what was
    asked of it, or with how it is named."""


class FenceLost(Exception):
    """The lease ran out or was broken: its holder may write neither state nor cloud."""


@dataclass(frozen=True, slots=True)
class Run:
    """``status``: ``running``, ``parked``, ``done``, ``no_op``, ``failed``, ``denied``,
    ``declined``, ``blocked``, ``partly_applied``, ``interrupted``, ``undone`` or another
    outcome of errors.py. ``running`` with no live lease means it died on the way."""

    id: str
    request: str
    target: str
    scope: str
    actor: str
    status: str
    started_at: datetime
    changed_at: datetime
    digest: str | None = None
    undoes: str | None = None
    exit_code: int | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a run's journal; ``body`` is JSON and holds no secret."""

    run: str
    seq: int
    at: datetime
    stage: str
    what: str
    body: Mapping[str, Any]


PLAN = "plan:"


def run_of(holder: str) -> str:
    """A holder is a run's id, or that and ``@`` and what tells its process from others."""
    return holder.partition("@")[0]


def keeper_of(run: str, digest: str) -> str:
    """The holder of what is kept for a plan that ``run`` made, when no process of it lives."""
    return f"{run}@{PLAN}{digest}"


def plan_of(holder: str) -> str | None:
    """The digest of the plan that a holder keeps its claims for; None where it is a process."""
    kept = holder.partition("@")[2]
    return kept.removeprefix(PLAN) if kept.startswith(PLAN) else None


@dataclass(frozen=True, slots=True)
class Held:
    """A claim as ``cloudops locks`` shows it. Times by the store's clock."""

    key: str
    mode: str
    holder: str
    fence: int
    who: str
    why: str
    since: datetime
    until: datetime

    @property
    def run(self) -> str:
        return run_of(self.holder)

    @property
    def plan(self) -> str | None:
        return plan_of(self.holder)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who wrote an attribute last: ``modality`` is a hand's name or ``outside``."""

    attribute: str
    value: Any
    run: str | None
    modality: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Sighting:
    """Something that a look found otherwise than the state has it. ``resource`` is the key by
    the provider's id; ``attribute`` is one, or :data:`GONE` or :data:`THERE` of the resource
    itself. It became so between ``last_old``, when it was last seen otherwise, and
    ``first_new``, when it was first seen so; None: not known, or not put down yet."""

    resource: str
    kind: Kind
    attribute: str
    value: Any
    last_old: datetime | None = None
    first_new: datetime | None = None


GONE = "(gone)"
THERE = "(there)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which resources: all that is said must hold, and nothing said means all there are.

    ``tags`` are keys, each with the value it must have or None for any. ``owner`` is who the
    tag ``owner`` names, however its key is spelt. ``by`` is a hand (``sdk``), a run's id or
    ``outside``: who wrote anything of it last. ``name`` may have ``*`` and ``?``; any case.
    ``type`` is what a thing is that no kind names, ``sqs:queue``, or a service's, ``sqs``; or a
    kind, where Azure has a service that is called so: both, then.
    """

    scopes: tuple[str, ...] = ()
    kind: Kind | None = None
    tags: tuple[tuple[str, str | None], ...] = ()
    region: str | None = None
    owner: str | None = None
    by: str | None = None
    name: str | None = None
    type: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """``after`` asks for the next page; None where this is the last."""

    resources: tuple[Resource, ...]
    after: str | None


@dataclass(frozen=True, slots=True, order=True)
class Tie:
    """A link, as ``role`` has it, with the resource at its other end that is one link nearer."""

    role: str
    ref: ResourceRef


@dataclass(frozen=True, slots=True)
class Reached:
    """A resource ``depth`` links away (1 is direct), and the links by which it is so near."""

    resource: Resource
    depth: int
    ties: tuple[Tie, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """Nearest first; ``more`` tells that some were left out."""

    found: tuple[Reached, ...]
    more: bool


class Store(Protocol):
    # runs and their journal
    def begin_run(self, run: Run) -> None: ...
    def set_status(
        self,
        run: str,
        status: str,
        *,
        exit_code: int | None = None,
        digest: str | None = None,
        scope: str | None = None,
        unless: Collection[str] = (),
    ) -> None:
        """``unless``: a run that has one of these is left as it is. An empty ``digest``: it has no
        plan any more."""
        ...

    def run(self, id: str) -> Run | None:
        """By id or unambiguous prefix of one."""
        ...

    def runs(
        self, *, limit: int = 50, status: Sequence[str] = (), undoes: str | None = None
    ) -> tuple[Run, ...]:
        """Latest first; those that were to undo one run, where it is named."""
        ...

    def append(self, run: str, events: Sequence[Event]) -> None:
        """All of them or none, in order. The store numbers them: their own ``seq`` is not
        used, since another process may write to the same run (a broken lock)."""
        ...

    def journal(self, run: str) -> tuple[Event, ...]: ...

    # plans
    def put_plan(self, plan: Plan) -> None: ...
    def plan(self, digest: str) -> Plan | None: ...

    # claims
    def claim(
        self,
        holder: str,
        claims: Sequence[Claim],
        *,
        ttl: float,
        who: str,
        why: str,
        place: float = 0.0,
        instead_of: str | None = None,
    ) -> Lease | tuple[Held, ...]:
        """All of them or none: a lease, or what stands in the way. Does not wait.

        ``place``: where it is blocked, keep a place in the queue for so many seconds, for a
        later try; 0 gives up the place there was. Who waits ahead is shown with fence 0. A
        holder that claims again has one lease over all it has, with a new fence.

        ``instead_of``: all that this other holder has passes over with the grant, and its
        lease ends; nobody gets in between. Where it holds nothing any more, as if not said.
        """
        ...

    def renew(self, lease: Lease, *, ttl: float) -> Lease:
        """Raises FenceLost."""
        ...

    def check_fence(self, lease: Lease) -> float:
        """Seconds the lease has left. Raises FenceLost where it is not held any more."""
        ...

    def release(self, lease: Lease) -> None:
        """No error where it is gone already."""
        ...

    def claims(self) -> tuple[Held, ...]:
        """Every live claim."""
        ...

    def quiet(self) -> int | None:
        """The last fence granted, where nobody holds a claim now; None where somebody does.
        A lease with the very next fence tells that nobody wrote in between."""
        ...

    def break_claims(self, holder: str, *, who: str, reason: str) -> tuple[Held, ...]:
        """End a holder's lease, with a record in the journal of that run; what was broken."""
        ...

    # resources
    def record(
        self,
        resources: Iterable[Resource],
        *,
        run: str | None,
        modality: str,
        whole: str | None,
        kinds: Collection[Kind] | None = None,
        since: datetime | None = None,
    ) -> None:
        """Write what was read, with provenance per attribute that changed. ``whole`` names a
        scope that was read entirely: what it held and is not in ``resources`` is gone; where
        ``kinds`` are named, of these alone, and of no other are there ``resources``. ``since``
        is when that reading began (:meth:`moment`): what was written of the scope from then on
        stands, for it is younger."""
        ...

    def moment(self) -> datetime:
        """Now, by the store's clock."""
        ...

    def forget(self, refs: Iterable[ResourceRef]) -> None: ...
    def resources(self, scope: str | None = None) -> tuple[Resource, ...]: ...
    def find(self, wanted: Filter, *, after: str = "", limit: int = 500) -> Page:
        """At most ``limit`` resources, always in the same order, page by page: a million need
        not be in memory. Pages are moments of their own: what changes in between may be
        missed or come anew, what stays comes once."""
        ...

    def called(self, name: str) -> tuple[Resource, ...]:
        """What people call so: by name, id or the end of an ARN, either after its kind
        (``vm/web-1``), or key. In any case where nothing is spelt exactly so."""
        ...

    def dependents(self, resource: Resource, *, most: int) -> Reach:
        """What breaks if it goes: all that needs it, directly or in turn."""
        ...

    def needs(self, resource: Resource, *, most: int) -> Reach:
        """All that it needs, directly or in turn, as far as it is known."""
        ...

    def near(self, refs: Iterable[ResourceRef]) -> tuple[Resource, ...]:
        """These, by name or id, and what a link joins them to, either way; of interfaces among
        that, also what is assigned to them."""
        ...

    def foreign_runs(self) -> Mapping[str, int]:
        """Runs that resources name by their tag and the store does not know, each with how many
        name it, the most first: they are kept in another state."""
        ...

    def located(self, target: str, scope: str) -> None:
        """Put down that a target was found to be this scope."""
        ...

    def scopes(self, target: str) -> tuple[str, ...]:
        """Where looks and runs found the target to be; several where it was set anew."""
        ...

    def knows(self, scope: str) -> bool:
        """Whether anything of the scope has ever been seen."""
        ...

    def provenance(self, ref: ResourceRef) -> tuple[Provenance, ...]: ...
    def sighted(
        self, scope: str, kinds: Collection[Kind], found: Iterable[Sighting]
    ) -> tuple[Sighting, ...]:
        """A look at all of these kinds found just this otherwise than the state has it; in
        their order, with since when. What was sighted before and is so no more is forgotten."""
        ...

    # the measured record
    def note(self, trial: Trial) -> None:
        """Add a hand's try to the record; one of the same run and hand stands as it is."""
        ...

    def trials(
        self, *, goal: Goal, provider: Provider, realm: Realm, last: int
    ) -> tuple[Tally, ...]:
        """The ``last`` trials of each hand at each kind of change, added up; by hand."""
        ...

    # memory
    def keep(self, workflow: Workflow) -> None:
        """Write a workflow, in the place of the one with its id."""
        ...

    def workflows(self, structure: str | None = None) -> tuple[Workflow, ...]:
        """Of one structure, or all; the latest first."""
        ...

    def workflow(self, id: str) -> Workflow | None:
        """By id or unambiguous prefix of one."""
        ...

    def drop(self, workflow: str) -> bool:
        """Forget a workflow and its uses; whether it was there."""
        ...

    def begin_use(self, use: Use) -> None:
        """Put down that a plan has a workflow's form; of one plan once."""
        ...

    def end_use(self, plan: str, ending: UseEnd) -> Use | None:
        """How the plan ended; what was put down of it, its candidate for the last time. None
        where nothing was, or its end is known."""
        ...

    def uses(self, workflow: str) -> tuple[Use, ...]:
        """Those that have ended, the latest first."""
        ...

    def prefer(self, preference: Preference) -> None:
        """Put down an answer; the same one again counts one more."""
        ...

    def preference(self, project: str, question: str) -> Preference | None: ...
    def preferences(self, project: str | None = None) -> tuple[Preference, ...]: ...
    def unprefer(self, project: str, question: str) -> bool:
        """Forget an answer; whether it was there."""
        ...

    def close(self) -> None: ...
