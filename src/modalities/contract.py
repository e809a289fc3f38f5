"""What a hand is: the protocol that SDK, CLI, IaC and browser each fulfil."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from modalities.change import Change
from modalities.plan import Advisory, ModalityName
from modalities.resource import Kind, Provider, ResourceRef, World
from modalities.step import Step
from modalities.target import Identity, Target


@dataclass(frozen=True, slots=True)
class Support:
    """``fit`` from 0 (cannot) to 1 (made for it), with the reason in one line."""

    fit: float
    why: str


@dataclass(frozen=True, slots=True)
class Draft:
    """Steps as a hand would do them, before rehearsal; ``defaults`` says what was assumed.

    ``uses_up`` names what existing resources lose (for the diff's last lines).
    """

    steps: tuple[Step, ...]
    advisories: tuple[Advisory, ...] = ()
    defaults: tuple[str, ...] = ()


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


class Unresolved(Exception):
    """A selection names nothing, or too much; ``candidates`` are what it may have meant."""

    def __init__(self, message: str, candidates: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.candidates = candidates


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

    def claims(self, step: Step) -> tuple[ResourceRef, ...]:
        """The resources an action touches as its tool understands it, whatever the step says."""
        ...
