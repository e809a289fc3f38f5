"""What a hand is: the protocol that SDK, CLI, IaC and browser each fulfil."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, runtime_checkable

from modalities.action import CliCommand, SdkCall
from modalities.change import Change
from modalities.health import HealthEvent
from modalities.look import Look
from modalities.plan import Advisory, ModalityName
from modalities.resource import Kind, Provider, Resource, ResourceRef, World
from modalities.step import Step
from modalities.target import Identity, Target


@dataclass(frozen=True, slots=True)
class Support:
    """``fit`` from 0 (cannot) to 1 (made for it), with the reason in one line. ``lacking``: it
    cannot because its tool is not on this machine."""

    fit: float
    why: str
    lacking: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """Steps as a hand would do them, before rehearsal; ``defaults`` says what was assumed.

    ``seen`` are things of Kind.OTHER that are there and that the steps are about: no world has
    them.
    """

    steps: tuple[Step, ...]
    advisories: tuple[Advisory, ...] = ()
    defaults: tuple[str, ...] = ()
    seen: tuple[Resource, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an action cannot be sent as it is: ``path`` names the spot, ``suggestion`` the cure.

    ``blocking`` False is a precondition that may heal by itself; it is shown.
    """

    step: str
    path: str
    message: str
    suggestion: str = ""
    blocking: bool = True


class Unsupported(Exception):
    """A hand cannot express a change on this cloud; the text says what and what else would do."""


class ToolMissing(Unsupported):
    """The hand that was asked for has no tool on this machine; the text says how to get it."""


@dataclass(frozen=True, slots=True)
class Lacking:
    """Something that is taken for granted and is not there. ``what`` says in words what it is
    (``security group``), ``kind`` where a kind names it; ``maker`` is a call of the vendor's own
    that makes it of nothing but its name, where there is exactly one."""

    what: str
    name: str
    kind: Kind | None = None
    maker: SdkCall | None = None


class Unresolved(Exception):
    """A selection names nothing, or too much; ``candidates`` are what it may have meant, and
    ``lacking`` is what is not there, where that is one thing by its name."""

    def __init__(
        self, message: str, candidates: tuple[str, ...] = (), lacking: Lacking | None = None
    ) -> None:
        super().__init__(message)
        self.candidates = candidates
        self.lacking = lacking


class Moved(Exception):
    """Others have changed since what a step had changed; the text says what and where."""


class Traffic(Protocol):
    """What a hand sent to one target: ``requests`` so far, and who hears of each retry."""

    @property
    def requests(self) -> int: ...

    @property
    def listeners(self) -> list[Callable[[str], None]]: ...


class Modality(Protocol):
    """A hand, as all but the execution gateway know it: it looks, proposes and checks.

    It does not know whether a target is the sandbox: it is handed a Target. What changes a
    cloud is in ``modalities.acting``, which the gateway alone imports.
    """

    @property
    def name(self) -> ModalityName: ...

    @property
    def provider(self) -> Provider: ...

    def supports(self, changes: Sequence[Change]) -> Support:
        """How well this hand fits; ``fit`` 0 where it cannot."""
        ...

    def identify(self, target: Target) -> Identity:
        """Who we are there. Raises CloudError."""
        ...

    def traffic(self, target: Target) -> Traffic:
        """The counter of requests sent to the target; the same one each time."""
        ...

    def express(self, changes: Sequence[Change], world: World, target: Target, label: str) -> Draft:
        """The steps that bring the changes about from ``world``; sends at most reads.

        ``label`` is the run's, put on what is made. Raises Unsupported, Unresolved, CloudError.
        """
        ...

    def check(self, steps: Sequence[Step], world: World) -> tuple[Problem, ...]:
        """Every step against the tool's own model and this cloud's rules; nothing is sent."""
        ...

    def admits(self, step: Step) -> tuple[Problem, ...]:
        """One bound action against the tool's own model: the gateway's last look. Quick."""
        ...

    def read(self, target: Target, kinds: Sequence[Kind] = ()) -> World:
        """What the target holds now; all kinds where none is named. Raises CloudError."""
        ...

    def observe(self, target: Target, kinds: Sequence[Kind] = ()) -> World:
        """What the tool itself shows of these kinds, for an answer to a person; ``read`` is
        what plans and postconditions stand on. Raises CloudError, Unsupported."""
        ...

    def claims(self, step: Step) -> tuple[ResourceRef, ...]:
        """The resources an action touches as its tool understands it, whatever the step says."""
        ...

    def meant(self, step: Step) -> tuple[Step, ...]:
        """The step as the vendor's API calls that it comes to: for whoever judges calls and
        knows no tool. One a call, with ``changes`` and ``after`` of its own; the id is the
        step's where it is one call, else ``STEP/word``. Raises Unsupported where it cannot
        tell: such a step is not judged, and not done."""
        ...

    def takes(self, step: Step) -> float:
        """Seconds that the step may well take, by what is known of the tool."""
        ...


@runtime_checkable
class Operator(Protocol):
    """A hand that knows every operation of the vendor's from the vendor's own model."""

    def seen(self, target: Target, looks: Sequence[Look]) -> tuple[Resource, ...]:
        """Those of the things that are there. Raises CloudError where that cannot be told."""
        ...

    def answered(self, target: Target, call: SdkCall | CliCommand) -> Mapping[str, Any]:
        """The vendor's answer to a call that only reads, as JSON, without secrets. Raises
        Unsupported for any other call, CloudError."""
        ...


@runtime_checkable
class Portrayer(Protocol):
    """An operator that knows further looks at what a step is about than the step's own."""

    def portraits(self, step: Step) -> tuple[Look, ...]:
        """Looks that show it whole, the one that tells best whether it is there first.
        References to the step's own answer may stand in them. None where it knows none."""
        ...


@runtime_checkable
class Teller(Protocol):
    """A hand one of whose steps may make more than its probe finds: a console's one click."""

    def told(self, step: Step, made: Resource, read: Callable[[Kind], World]) -> Mapping[str, Any]:
        """The outputs of a bound step that others tell than what it ``made``, as far as they
        show by now (the snapshot of an image). Raises CloudError."""
        ...


@runtime_checkable
class Follower(Protocol):
    """A hand that mostly waits: what a cloud accepted it follows to its end by nothing but
    reads, or a vendor's program does, which it can end."""

    def writes(self, step: Step) -> float:
        """Seconds after which nothing more of the step is sent that writes, unless the lease is
        known to last longer by then (modalities.acting.Call.ends)."""
        ...


@runtime_checkable
class Builder(Protocol):
    """A hand that brings about what somebody wrote for its tool: IaC."""

    def brought_about(self, world: World, target: Target, *, destroy: bool = False) -> Draft:
        """The steps that bring about the code as it stands, or that destroy all that it looks
        after. Raises CloudError, Unsupported."""
        ...


@dataclass(frozen=True, slots=True)
class Exported:
    """What a target holds as code that takes it over, or what is not there yet as code that
    makes it: without ``imports``. ``files`` are names to text, ``imports``
    maps an address to the id that stands for it in the cloud, ``left_out`` what could not be said
    to the reason; ``unsaid`` are lines on what the tool has no word for, ``checked`` on what was
    looked at, and what was not."""

    files: Mapping[str, str]
    imports: Mapping[str, str]
    left_out: Mapping[str, str]
    unsaid: tuple[str, ...] = ()
    checked: tuple[str, ...] = ()


@runtime_checkable
class Exporter(Protocol):
    """A hand that can write down what is there in its tool's language: IaC."""

    def exported(self, target: Target) -> Exported:
        """Nothing is changed, and nothing kept. Raises CloudError, Unsupported."""
        ...

    def planned(self, steps: Sequence[Step], scope: str) -> Exported:
        """The same of what steps would make; no cloud is asked. Raises CloudError, Unsupported."""
        ...


@runtime_checkable
class Keeper(Builder, Protocol):
    """A hand that keeps a description of its own of what it looks after: IaC."""

    def kept(self, target: Target) -> Mapping[str, str]:
        """The ids of what it looks after, and the address of each in the description."""
        ...

    def reconciled(self, target: Target, ids: Collection[str]) -> tuple[str, ...]:
        """Make the description follow what another hand did to these resources: the tool's
        state, and the smallest edit of the code. What was edited, a line each.
        Raises CloudError, Unsupported."""
        ...

    def ahead(self, target: Target) -> tuple[Mapping[str, Any], ...]:
        """What the description says and the cloud does not have (yet, or no longer), as
        IacChange.changes; ``moved`` in an entry is what the tool had left there and somebody
        changed: its value by attribute, None of what is gone. Raises CloudError."""
        ...

    def placed(self, target: Target) -> Target:
        """The target in the region that the description itself names; the same where it names
        none. Raises CloudError."""
        ...


@runtime_checkable
class HealthReporter(Protocol):
    """A hand that sees what the provider tells about its own services: the web console's, and
    where an API has it, that API's."""

    def health(self, target: Target, region: str | None = None) -> tuple[HealthEvent, ...]:
        """Incidents and maintenance, of one region where one is named. Raises CloudError."""
        ...


@runtime_checkable
class Portal(HealthReporter, Protocol):
    """A hand that works on pages: the web console's."""

    @property
    def batches(self) -> int:
        """Batches of actions that pages were sent so far, to sign in and to look included.
        Each is what the paper counts as one step (section 4.1)."""
        ...


@runtime_checkable
class Explorer(Protocol):
    """A hand that can find out by trying how to do what it does not know: the web console's."""

    @property
    def may_explore(self) -> bool:
        """Whether there is anybody to find it out."""
        ...

    def explored(
        self,
        changes: Sequence[Change],
        world: World,
        target: Target,
        said: str,
        over: Callable[[], bool],
        heard: Callable[[str], None],
    ) -> tuple[str, ...]:
        """Find out in ``target``, a copy, how to do what :meth:`Modality.express` refuses: names
        of what was learned, which is used from now on and kept nowhere. ``said`` are the person's
        words, ``over`` tells that the time is over, ``heard`` takes lines for people. Nothing is
        changed. Raises Unsupported, Unresolved, CloudError."""
        ...

    def settled(self, learned: Sequence[str], *, good: bool) -> None:
        """Keep what was learned, since it proved good; or forget it."""
        ...


Rebase: TypeAlias = Callable[[Step, Step], Step]
"""A step that was done, and what takes it back; given is what takes it back from what is there now.
Raises Moved, Unsupported, CloudError."""

Meant: TypeAlias = Callable[[Sequence[Step]], Sequence[Step]]
"""The vendor's calls that steps of any hand come to. Raises Unsupported."""


@runtime_checkable
class Rebaser(Protocol):
    """A hand that writes things whole, so that what others have changed of one must be kept."""

    def rebasing(self, target: Target, meant: Meant) -> Rebase:
        """For the reversals of one run, asked for in the order in which they will be done. What
        was done may have been another hand's."""
        ...
