"""The browser hand on AWS: its web console."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modalities.action import Output, SdkCall
from modalities.aws import session
from modalities.aws.asking import Wire
from modalities.aws.checking import admitted, checked
from modalities.aws.codes import trouble_of
from modalities.aws.effects import effect_of
from modalities.aws.express.asked import asked
from modalities.aws.inventory import read
from modalities.aws.refs import touched
from modalities.aws.traffic import Traffic
from modalities.browser.aws_editing import done, edited
from modalities.browser.expressing import Improvise
from modalities.browser.hand import ConsoleHand
from modalities.browser.improvising import Improvising
from modalities.browser.matching import NOTHING
from modalities.browser.naming import known
from modalities.browser.recording import recorded
from modalities.browser.vendor import Known, Vendor
from modalities.browser.workflow import Workflow
from modalities.change import Change, Operate
from modalities.contract import Draft, Problem, Support, Unsupported
from modalities.look import Look
from modalities.receipt import Trouble
from modalities.resource import Kind, Provider, Resource, ResourceRef, World
from modalities.step import Effect, Step
from modalities.target import Identity, Target

if TYPE_CHECKING:
    from modalities.prices.table import Prices

KINDS: dict[str, Kind] = {
    "Vpc": Kind.NETWORK,
    "Subnet": Kind.SUBNET,
    "SubnetAttribute": Kind.SUBNET,
    "InternetGateway": Kind.GATEWAY,
    "Route": Kind.ROUTE_TABLE,
    "SecurityGroup": Kind.SECURITY_GROUP,
    "SecurityGroupIngress": Kind.SECURITY_GROUP,
    "Targets": Kind.TARGET_GROUP,
    "TargetGroup": Kind.TARGET_GROUP,
    "LoadBalancer": Kind.LOAD_BALANCER,
    "Listener": Kind.LISTENER,
    "Image": Kind.IMAGE,
    "Snapshot": Kind.SNAPSHOT,
}
"""What an operation is about, by the words behind its verb."""

VERB = re.compile(r"^[A-Z][a-z]+")

LEARNED = Support(0.2, "a form of the console, by a workflow that was learned")
TO_BE_FOUND = Support(0.05, "a form of the console, if exploring finds one")

BY_TAG = (Kind.NETWORK, Kind.SUBNET, Kind.VM, Kind.DISK, Kind.GATEWAY)


class Aws:
    """Implements modalities.browser.vendor.Vendor."""

    provider = Provider.AWS
    nothing: tuple[Any, ...] = NOTHING

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
        from modalities.aws.express.draft import express
        from modalities.aws.operating.drafting import drafted

        operations = [change for change in changes if isinstance(change, Operate)]
        if operations:
            if len(operations) < len(changes):
                raise Unsupported("the console does AWS's own operations by themselves only")
            return drafted(operations, world, target, ())
        identity = self.identify(target)
        return express(changes, world, target, identity, label, asked(Wire(target)), prices())

    def looked(self, target: Target, looks: Sequence[Look]) -> World:
        from modalities.aws.operating.looking import seen

        scope = self.identify(target).scope
        found = (seen(target, scope, look) for look in looks)
        return World(self.provider, scope, tuple(each for each in found if each is not None))

    def checked(self, steps: Sequence[Step], world: World) -> tuple[Problem, ...]:
        return checked(steps, world)

    def admitted(self, step: Step) -> tuple[Problem, ...]:
        return admitted(step)

    def touched(self, call: SdkCall, world: World) -> tuple[ResourceRef, ...]:
        return touched(call, world)

    def effect_of(self, call: SdkCall, step: Effect) -> Effect:  # noqa: ARG002 - its name says it
        return effect_of(call.service, call.operation)

    def kind_of(self, call: SdkCall, scope: str) -> Kind | None:  # noqa: ARG002 - by its words
        return KINDS.get(VERB.sub("", call.operation))

    def trouble_of(self, code: str, text: str) -> Trouble:
        return trouble_of(code, text, 400, "")

    def known(self, resource: Resource) -> Known:
        return known(resource, called(resource), hidden="aws:")

    def promised(self, maker: Step, ref: ResourceRef) -> Known:
        name = str(maker.after.get("name") or ref.name)
        listens = f"{maker.after.get('protocol')}:{maker.after.get('port')}"
        return {
            "id": Output(maker.id).as_json(),
            "kind": ref.kind.value,
            "called": listens if ref.kind is Kind.LISTENER else name,
            "name": name,
            "there": False,
            "tags": [],
            "attributes": dict(maker.after),
        }

    def edited(self, known: Mapping[str, Any], step: Step) -> Known:
        return edited(known, step.action) if isinstance(step.action, SdkCall) else dict(known)

    def done(self, known: Mapping[str, Any], call: SdkCall) -> Known:
        return done(known, call)


class AwsBrowser(ConsoleHand):
    """Implements modalities.contract.Modality and Portal, and modalities.acting.Acting."""

    provider = Provider.AWS
    console = "aws"
    vendor: Vendor = Aws()

    def supports(self, changes: Sequence[Change]) -> Support:
        """Of AWS's own operations those that were learned, and where somebody may find out on
        pages how they are done, any."""
        support = super().supports(changes)
        own = [change for change in changes if isinstance(change, Operate)]
        if support.lacking or not own or len(own) < len(changes):
            return support
        learned = {call for workflow in self._library.own for call in workflow.calls[:1]}
        if all(str(call) in learned for change in own for call in change.calls):
            return LEARNED
        return TO_BE_FOUND if self.may_explore else support

    @property
    def may_explore(self) -> bool:
        return self._pilot_of is not None

    def record(
        self, target: Target, name: str, call: str, until: Callable[[], bool]
    ) -> tuple[Workflow, Path | None]:
        """Watch what is done in the console until it is said to be over, and keep it as a
        workflow for ``call`` (``ec2:CreateVolume``). Everything that is done there is really
        done. Raises Unsupported, CloudError."""
        with self._visits.at(target) as visit:
            workflow = recorded(visit, name, call, self._pages.reads, until)
            return workflow, self._library.keep(workflow)

    def _improviser(self, target: Target) -> Improvise | None:
        def improvised(step: Step) -> Step:
            """Raises Unsupported, CloudError."""
            with self._visits.at(target) as visit:
                return Improvising(visit, self._pages.reads).step(step)

        return improvised


def called(resource: Resource) -> str:
    """The tag Name or the id, where a kind has no name of its own: what a delete asks to type."""
    attributes = resource.attributes
    if resource.kind is Kind.PUBLIC_IP:
        return resource.tags.get("Name") or str(attributes.get("address") or resource.id)
    if resource.kind is Kind.LISTENER:
        return f"{attributes.get('protocol')}:{attributes.get('port')}"
    if resource.kind in BY_TAG:
        return resource.tags.get("Name") or resource.id
    return resource.name
