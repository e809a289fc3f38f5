"""The browser hand on Azure: its portal.

The ids of what is made are known beforehand, so nothing in a script waits for another step's
answer, and what a step made is found by its id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from modalities.action import SdkCall
from modalities.azure import ids, model, session
from modalities.azure.checking import admitted, checked
from modalities.azure.codes import trouble_of
from modalities.azure.effects import effect_of_call
from modalities.azure.inventory import read
from modalities.azure.refs import subject_of, touched
from modalities.azure.traffic import Traffic
from modalities.browser.azure_drafting import portable
from modalities.browser.azure_editing import done, edited
from modalities.browser.hand import ConsoleHand
from modalities.browser.naming import known
from modalities.browser.vendor import Known, Vendor
from modalities.change import Change
from modalities.contract import Draft, Problem, Support
from modalities.look import Look
from modalities.receipt import Trouble
from modalities.resource import Kind, Provider, Resource, ResourceRef, World
from modalities.step import Effect, Step
from modalities.target import Identity, Target

if TYPE_CHECKING:
    from modalities.prices.table import Prices

MISSING = Support(
    0.0, "the Azure SDK is not installed: pip install 'cloudops-agent[azure]'", lacking=True
)


class Azure:
    """Implements modalities.browser.vendor.Vendor."""

    provider = Provider.AZURE
    nothing: tuple[Any, ...] = (None, "", [], (), {})
    """What is false says something: what a PUT leaves out gets Azure's own default."""

    def identify(self, target: Target) -> Identity:
        return session.identify(target)

    def traffic(self, target: Target) -> Traffic:
        return session.traffic(target)

    def read(self, target: Target, kinds: Sequence[Kind]) -> World:
        return read(target, self.identify(target), kinds)

    def drafted(
        self,
        changes: Sequence[Change],
        world: World,
        target: Target,
        label: str,
        prices: Callable[[], Prices],
    ) -> Draft:
        from modalities.azure.express.draft import express
        from modalities.azure.images import images
        from modalities.azure.offering import offered

        pick_image = images(offered(target))
        identity = self.identify(target)
        draft = express(changes, world, target, identity, label, pick_image, prices())
        return portable(draft, world)

    def looked(self, target: Target, looks: Sequence[Look]) -> World:  # noqa: ARG002 - none of it
        return World(self.provider, self.identify(target).scope)

    def checked(self, steps: Sequence[Step], world: World) -> tuple[Problem, ...]:
        return checked(steps, world)

    def admitted(self, step: Step) -> tuple[Problem, ...]:
        return admitted(step)

    def touched(self, call: SdkCall, world: World) -> tuple[ResourceRef, ...]:
        return touched(call, world)

    def effect_of(self, call: SdkCall, step: Effect) -> Effect:
        """A PUT makes what is not there: whether it is, the step knows."""
        operation = model.operation_of(call)
        if step is Effect.CREATE and operation is not None and operation.method == "PUT":
            return Effect.CREATE
        return effect_of_call(call)

    def kind_of(self, call: SdkCall, scope: str) -> Kind | None:
        found = subject_of(call, scope)
        return found[0] if found else None

    def trouble_of(self, code: str, text: str) -> Trouble:
        return trouble_of(code, text, 400)

    def known(self, resource: Resource) -> Known:
        return known(resource, resource.name) | {"short": ids.name_of(resource.id)}

    def promised(self, maker: Step, ref: ResourceRef) -> Known:
        call = maker.action
        body = call.parameters.get("body") or {} if isinstance(call, SdkCall) else {}
        name = str(maker.after.get("name") or ref.name)
        return {
            "id": _id_of(maker, ref),
            "kind": ref.kind.value,
            "called": name,
            "name": name,
            "short": name,
            "there": False,
            "tags": [{"Key": k, "Value": v} for k, v in sorted((body.get("tags") or {}).items())],
            "attributes": dict(maker.after),
        }

    def edited(self, known: Mapping[str, Any], step: Step) -> Known:
        return edited(known, step)

    def done(self, known: Mapping[str, Any], call: SdkCall) -> Known:
        return done(known, call)


class AzureBrowser(ConsoleHand):
    """Implements modalities.contract.Modality and Portal, and modalities.acting.Acting."""

    provider = Provider.AZURE
    console = "azure"
    vendor: Vendor = Azure()

    def supports(self, changes: Sequence[Change]) -> Support:
        return super().supports(changes) if session.installed() else MISSING


def _id_of(maker: Step, ref: ResourceRef) -> str:
    """What is made goes by its id, too."""
    own = (r.name for r in maker.changes if r.kind is ref.kind and ids.parse(r.name) is not None)
    return next(own, ref.name)
