"""What the hand needs of one cloud beside the words of its console: calls, and what they mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from modalities.action import SdkCall
from modalities.change import Change
from modalities.contract import Draft, Problem, Traffic
from modalities.look import Look
from modalities.receipt import Trouble
from modalities.resource import Kind, Provider, Resource, ResourceRef, World
from modalities.step import Effect, Step
from modalities.target import Identity, Target

if TYPE_CHECKING:
    from modalities.prices.table import Prices

Known = dict[str, Any]
"""What workflows may know of a resource: ``id``, ``kind``, ``called`` (what a delete asks to
type), ``name``, ``there`` (before the step), ``tags`` (objects of ``Key`` and ``Value``, in the
order of its dialog) and ``attributes``."""


class Vendor(Protocol):
    """One cloud. What raises CloudError asks it something; the rest is known without."""

    @property
    def provider(self) -> Provider: ...

    @property
    def nothing(self) -> tuple[Any, ...]:
        """Values of a parameter that are the same to the API as not being told."""
        ...

    def identify(self, target: Target) -> Identity: ...

    def traffic(self, target: Target) -> Traffic: ...

    def read(self, target: Target, kinds: Sequence[Kind]) -> World: ...

    def drafted(
        self,
        changes: Sequence[Change],
        world: World,
        target: Target,
        label: str,
        prices: Callable[[], Prices],
    ) -> Draft:
        """The changes as calls. Raises Unresolved, Unsupported, CloudError."""
        ...

    def looked(self, target: Target, looks: Sequence[Look]) -> World:
        """Those things that no kind names and that are there."""
        ...

    def checked(self, steps: Sequence[Step], world: World) -> tuple[Problem, ...]:
        """Calls against the vendor's own model and this cloud's rules."""
        ...

    def admitted(self, step: Step) -> tuple[Problem, ...]: ...

    def touched(self, call: SdkCall, world: World) -> tuple[ResourceRef, ...]: ...

    def effect_of(self, call: SdkCall, step: Effect) -> Effect:
        """Of a call that is a part of a step of that effect."""
        ...

    def kind_of(self, call: SdkCall, scope: str) -> Kind | None:
        """What the call is about."""
        ...

    def trouble_of(self, code: str, text: str) -> Trouble: ...

    def known(self, resource: Resource) -> Known: ...

    def promised(self, maker: Step, ref: ResourceRef) -> Known:
        """Of what a step of the draft makes, by what that says."""
        ...

    def edited(self, known: Mapping[str, Any], step: Step) -> Known:
        """The resource with all that a dialog needs for the step's call: rows of whole lists."""
        ...

    def done(self, known: Mapping[str, Any], call: SdkCall) -> Known:
        """The resource as it is after the call: what a dialog shows to whoever takes it back."""
        ...
