"""What a resource type is to the sandbox: data and small pure functions.

A family (``network/``, ``compute/``) is one module tree that exports a :class:`Family`;
``registry.py`` lists them. How to write one, with an example: docs/rooms/azure-sandbox.md.
All functions may raise Refused; everything that the request did is then taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import Protocol, TypeAlias

from sandbox.azure.documents import Document, Json
from sandbox.azure.entry import Entry
from sandbox.azure.ids import ResourceId
from sandbox.azure.refusal import Refused


class Cloud(Protocol):
    """The cloud as functions of a type see it. Ids are taken in any spelling."""

    def now(self) -> datetime:
        """In UTC; may stand still in tests."""

    def get(self, id: str | ResourceId) -> Entry | None: ...

    def require(self, id: str | ResourceId) -> Entry:
        """Raises Refused, 404 as the service would."""

    def find(self, type: str, within: str = "") -> tuple[Entry, ...]:
        """Resources of a type in a subscription, a group, or a parent (id), oldest first;
        without ``within`` in every subscription."""

    def referrers(self, entry: Entry, type: str = "") -> tuple[Entry, ...]:
        """What refers to it by a declared :class:`Reference`, of one type or of any."""

    def shown(self, entry: Entry, expand: str = "") -> Document:
        """As a GET answers."""

    def put(self, id: str | ResourceId, body: Document) -> Entry:
        """A PUT by the service itself, with all its checks and effects."""

    def patch(self, id: str | ResourceId, body: Document) -> Entry: ...

    def delete(self, id: str | ResourceId) -> None:
        """A DELETE by the service itself, with all its guards and effects; nothing where there
        is no such resource."""

    def keep(self, entry: Entry) -> None:
        """Put the entry in the place of the one of its id, as it is: no checks, no effects. For
        effects that move what they know (``dataclasses.replace(entry, inner=...)``)."""

    def transaction(self) -> AbstractContextManager[object]:
        """All that is done inside, or nothing where it raises. May be nested."""

    def trial(self) -> AbstractContextManager[Trial]:
        """All that is done inside is taken back at its end."""

    def quota(self, name: str, location: str) -> int | None:
        """The limit of a usage counter (``cores``, ``PublicIPAddresses``); None: no limit."""

    def note(self, operation: str, id: str) -> None:
        """Put a write into the activity log that no request of its own was made for."""


class Trial(Protocol):
    """What was done inside a trial, as far as it went."""

    def changes(self) -> tuple[tuple[str, Entry | None, Entry | None], ...]:
        """(key, before, after) of everything that differs, in order of the first change."""


class Scope(Enum):
    """What a resource of the type lies in."""

    GROUP = auto()
    SUBSCRIPTION = auto()
    ANY = auto()
    """It extends what it lies in, whatever that is: a lock, a role assignment."""


@dataclass(frozen=True, slots=True)
class Change:
    """A resource about to be written. ``body`` is what it shall be, without nulls; for a PATCH
    that is what it was with the body of the request laid on it (``sent``).

    ``before`` is None where it is new. ``id`` has the spelling that will be kept.
    """

    cloud: Cloud
    id: ResourceId
    body: Document
    before: Entry | None = None
    method: str = "PUT"
    sent: Document = field(default_factory=dict)
    above: Change | None = None
    """The write of the parent that this one is a part of; None where it is by itself."""

    @property
    def properties(self) -> Document:
        found = self.body.get("properties")
        return found if isinstance(found, Mapping) else {}

    @property
    def location(self) -> str:
        """As Azure writes it: ``eastus``, whatever was sent for it."""
        return str(self.body.get("location", "")).replace(" ", "").casefold()


@dataclass(frozen=True, slots=True)
class Sight:
    """A resource about to be shown: ``document`` is what is kept, with its children in it;
    ``expand`` is ``$expand`` of the request (``instanceView``)."""

    cloud: Cloud
    entry: Entry
    document: Document
    expand: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """An action on a resource, or an operation that is none of a resource.

    ``path`` has the values of the template's placeholders, ``url`` is the whole of it
    and ``base`` the server's own address; ``entry`` is the resource that an action is done on.
    """

    cloud: Cloud
    method: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Json
    entry: Entry | None = None
    principal: str = ""
    url: str = ""
    sent: bytes = field(default=b"", repr=False)
    """The body as it came: with its nulls, which mean something in a template."""
    base: str = ""

    @property
    def resource(self) -> Entry:
        """The resource of an action."""
        if self.entry is None:
            raise LookupError("only an action is on a resource")
        return self.entry


@dataclass(frozen=True, slots=True)
class Done:
    """What an operation came to. Status and long-running kind are the table's.

    ``body`` is the answer, or the result of the long-running operation; ``failed`` ends that
    operation as failed, with what was done left in place. ``status`` and ``headers`` are for
    answers the table does not know. ``seconds`` it would take in the real cloud. A list of
    ``items``, or of ``entries`` as ``row`` or else a GET shows them, is paged; ``created``
    chooses 201 where there is a choice. ``at_end`` runs when a long-running operation is over;
    ``delay`` is seconds it really takes, whatever the pace.
    """

    body: Json = None
    items: tuple[Document, ...] | None = None
    entries: tuple[Entry, ...] | None = None
    row: Callable[[Entry], Document] | None = None
    created: bool = False
    failed: Refused | None = None
    seconds: float = 0.0
    delay: float = 0.0
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    at_end: Callable[[], None] | None = None


def _missing(id: ResourceId, target: str) -> Refused:
    return Refused(
        400,
        "InvalidResourceReference",
        f"Resource {target} referenced by resource {id.text} was not found. Please make sure "
        "that the referenced resource exists, and that both resources are in the same region.",
    )


@dataclass(frozen=True, slots=True)
class Reference:
    """A property that holds another resource's id.

    ``path`` leads to it (``properties.networkProfile.networkInterfaces[].id``); ``type`` is
    what it must be. What is referred to must exist, in the same region where both have one, and
    cannot be deleted while it ``guards``. ``missing`` makes the error.
    """

    path: str
    type: str
    guards: bool = True
    same_region: bool = True
    must_exist: bool = True
    missing: Callable[[ResourceId, str], Refused] = _missing


@dataclass(frozen=True, slots=True)
class Embedded:
    """A property that lists child resources, each with an id of its own: a network's subnets.

    A PUT of the parent writes those it lists and deletes the others; where the property is
    not there at all, ``kept_when_absent`` says whether they stay.
    """

    property: str
    type: str
    kept_when_absent: bool = False
    key: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", self.type.casefold())


Run: TypeAlias = Callable[[Call], Done]


@dataclass(frozen=True, slots=True)
class Action:
    """``{resource}/{name}``: POST vm/start; or a look of its own: GET vm/instanceView.
    ``seconds`` it takes in the real cloud."""

    name: str
    run: Run
    method: str = "POST"
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Route:
    """An operation that is none of a resource, by the template of the operation table:
    ``/subscriptions/{subscriptionId}/providers/Microsoft.Compute/skus``.

    ``open`` ones are for anybody, without token or api-version: what a signed URL leads to. A
    body of bytes is sent as it is."""

    method: str
    template: str
    run: Run
    open: bool = False


def _nothing(_: Change) -> None:
    return None


def _as_sent(change: Change) -> Document:
    return change.body


def _no_inner(change: Change) -> Mapping[str, Json]:
    return change.before.inner if change.before else {}


def _as_kept(sight: Sight) -> Document:
    return sight.document


def _no_guard(_: Cloud, __: Entry) -> None:
    return None


def _nothing_after(_: Change, __: Entry) -> None:
    return None


def _in_use(entry: Entry, by: Entry) -> Refused:
    return Refused(
        400,
        f"InUse{entry.type.rpartition('/')[2][:1].upper()}{entry.type.rpartition('/')[2][1:]}"
        "CannotBeDeleted",
        f"{entry.name} is used by {by.id.text} and cannot be deleted.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceType:
    """One type. In the order of a write: ``check``, ``complete``, ``inner``, then its children,
    then references are looked up, then ``after_put``. Of a deletion: guards by reference,
    ``guard``, its children, it is gone, ``after_delete``."""

    name: str
    """In the service's own spelling: ``Microsoft.Network/virtualNetworks/subnets``."""
    scope: Scope = Scope.GROUP
    located: bool = True
    """It has a location and tags, and is among the resources of its group. Children that have
    neither are False."""
    location: str = ""
    """Where everything of this type is: ``global``; the empty text: where the body says."""
    stateful: bool = True
    """It has ``properties.provisioningState``."""
    etag_in_body: bool = False
    api_versions: tuple[str, ...] = ()
    """Beyond that of the operation table."""

    check: Callable[[Change], None] = _nothing
    """Whether the service would take it."""
    complete: Callable[[Change], Document] = _as_sent
    """The whole document as it is kept, with defaults and what the service chooses (guids,
    addresses). id, name, type, location, tags and provisioningState are filled in by the core."""
    inner: Callable[[Change], Mapping[str, Json]] = _no_inner
    read_only: tuple[str, ...] = ()
    """Paths of what only the service writes: dropped from what is sent, as clients send back
    what they have read."""
    secret: tuple[str, ...] = ()
    """Paths of what is taken in and never shown: passwords, custom data."""
    references: tuple[Reference, ...] = ()
    embedded: tuple[Embedded, ...] = ()
    after_put: Callable[[Change, Entry], None] = _nothing_after
    """May write other resources through ``change.cloud``; raise FailedLater to have the
    operation accepted and fail."""
    show: Callable[[Sight], Document] = _as_kept
    """What is worked out at every look. Must be quick: it runs for every row of a list."""
    in_use: Callable[[Entry, Entry], Refused] = _in_use
    """(it, what refers to it): why it cannot be deleted."""
    guard: Callable[[Cloud, Entry], None] = _no_guard
    after_delete: Callable[[Cloud, Entry], None] = _no_guard
    """Not called where its whole resource group goes."""
    actions: tuple[Action, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    """What PUT, PATCH and DELETE take in the real cloud. Instant, unless a pace is set."""

    key: str = ""
    """Its name, for comparing."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", self.name.casefold())

    @property
    def namespace(self) -> str:
        return self.name.partition("/")[0]

    def action(self, method: str, name: str) -> Action | None:
        wanted = (method, name.casefold())
        return next((a for a in self.actions if (a.method, a.name.casefold()) == wanted), None)


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for, in the words of role definitions: ``operation`` is
    ``Microsoft.Network/virtualNetworks/write``, ``resource`` an id or a path."""

    operation: str
    resource: str
    writes: bool
    principal: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """All types and operations of one namespace, as far as they are imitated.

    ``gates`` see every request before anything is done, ``rules`` every write of a resource
    (also those of templates); both raise Refused.
    """

    namespace: str
    types: tuple[ResourceType, ...] = ()
    routes: tuple[Route, ...] = ()
    gates: tuple[Callable[[Cloud, Order], None], ...] = ()
    rules: tuple[Callable[[Change, ResourceType], None], ...] = ()

    def __iter__(self) -> Iterator[ResourceType]:
        return iter(self.types)
