"""A template carried out against a cloud, resource after resource.

Nothing that took effect is taken back where a later resource fails: that is how the resource
manager works. https://learn.microsoft.com/azure/azure-resource-manager/templates/overview
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sandbox.azure import governing
from sandbox.azure.contract import Done, Order, ResourceType
from sandbox.azure.deployments import keeping, preflight
from sandbox.azure.deployments.asked import COMPLETE, INCREMENTAL, MODES, Asked, no_content
from sandbox.azure.deployments.refusals import (
    BadTemplate,
    deployment_failed,
    nested_failed,
    unprocessable,
)
from sandbox.azure.deployments.runtime import CloudRuntime
from sandbox.azure.deployments.setting import setting
from sandbox.azure.deployments.steps import CREATE, DELETE, Report, Step
from sandbox.azure.documents import stripped
from sandbox.azure.entry import Entry
from sandbox.azure.ids import group_id, key_of
from sandbox.azure.items import changes_of
from sandbox.azure.refusal import Refused, not_emulated
from sandbox.azure.resources import tags
from sandbox.azure.templates.faults import ExpressionFault, TemplateFault
from sandbox.azure.templates.place import Level
from sandbox.azure.templates.resources import Resource
from sandbox.azure.templates.scope import Scope
from sandbox.azure.templates.secrets import cleaned
from sandbox.azure.templates.template import Template, read

if TYPE_CHECKING:
    from sandbox.azure.cloud import EmulatedCloud

DEEPEST = 16
"""Deployments within deployments."""


def read_for(
    cloud: EmulatedCloud, wanted: Asked, outer: Scope | None = None, depth: int = 0
) -> Template:
    """The template as it will be deployed, and what is in it known to be possible.
    Raises Refused."""
    if depth > DEEPEST:
        raise Refused(400, "InvalidTemplate", f"Deployments are nested more than {DEEPEST} deep.")
    itself = keeping.itself(wanted)
    where = setting(cloud, wanted.place, itself)
    try:
        template = read(
            wanted.template, wanted.parameters, where, outer=outer, source=wanted.source
        )
    except TemplateFault as fault:
        raise BadTemplate(fault, wanted.source, wanted.hidden) from None
    preflight.check(cloud, wanted.name, template)
    return template


def validated(
    cloud: EmulatedCloud, wanted: Asked, outer: Scope | None = None, depth: int = 0
) -> Template:
    """The same for nested deployments whose parameters are known beforehand. Raises Refused."""
    template = read_for(cloud, wanted, outer, depth)
    groups = {one.id.casefold() for one in template.resources if cloud.id_of(one.id).is_group}
    for one in template.resources:
        if not one.deployed or not one.is_deployment:
            continue
        if one.place.level is Level.GROUP and one.place.id.casefold() in groups:
            continue  # the group it goes to is made by this very template
        inner = _asked_by(one, one.preview(masked=False), wanted)
        if not _waits(inner.parameters):
            validated(cloud, inner, None if one.sees_own else one.scope, depth + 1)
    return template


def _waits(value: Any) -> bool:
    """Whether a parameter is an expression that only the running deployment can evaluate."""
    if isinstance(value, dict):
        return any(_waits(one) for one in value.values())
    if isinstance(value, list):
        return any(_waits(one) for one in value)
    return isinstance(value, str) and value.startswith("[") and value.endswith("]")


def deploy(
    cloud: EmulatedCloud,
    wanted: Asked,
    template: Template,
    depth: int = 0,
    *,
    trying: bool = False,
) -> Report:
    """Never raises Refused for what a resource's own service refuses: that is the report.
    ``trying``: nobody hears of it, and no fault on order is used up."""
    return _Run(cloud, wanted, template, depth, trying).whole()


@dataclass(frozen=True, slots=True)
class _Run:
    cloud: EmulatedCloud
    wanted: Asked
    template: Template
    depth: int
    trying: bool

    def whole(self) -> Report:
        steps: list[Step] = []
        lost: set[str] = set()
        for one in self.template.resources:
            if not one.deployed:
                continue
            step = self._skipped(one) if lost & set(one.depends) else self._step(one)
            if not step.done:
                lost.add(one.key)
            steps.append(step)
        if self.wanted.mode == COMPLETE and not lost:
            steps += self._others_gone(steps)
        return self._report(tuple(steps))

    def _report(self, steps: tuple[Step, ...]) -> Report:
        failures = [(step.id, step.failed) for step in steps if step.failed is not None]
        report = Report(steps, self.template.resources, self.template.parameters.shown())
        if failures:
            return replace(report, failed=deployment_failed(failures))
        hidden = self.wanted.hidden
        try:
            told = self.template.outputs.told(CloudRuntime(self.cloud))
        except TemplateFault as fault:
            return replace(report, failed=BadTemplate(fault, self.wanted.source, hidden))
        except Refused as refused:
            return replace(report, failed=refused)
        return replace(report, outputs=told, shown_outputs=self.template.outputs.shown(told))

    def _skipped(self, one: Resource) -> Step:
        return Step(one.id, one.type, one.name, CREATE, self.cloud.now(), skipped=True)

    def _step(self, one: Resource) -> Step:
        hidden = self.wanted.hidden
        step = Step(
            one.id,
            one.type,
            one.name,
            CREATE,
            self.cloud.now(),
            preview=one.preview(),
            api_version=one.api_version,
            before=self._shown(one),
        )
        try:
            body = one.body(CloudRuntime(self.cloud))
            if one.is_deployment:
                return self._nested(one, step, body)
            self._put(one, stripped(body))
        except ExpressionFault as fault:
            where = self.wanted.source.at(fault.path or one.path)
            message = cleaned(fault.message, hidden)
            return replace(step, failed=unprocessable(one.id, message, where))
        except TemplateFault as fault:
            return replace(step, failed=BadTemplate(fault, self.wanted.source, hidden))
        except Refused as refused:
            return replace(step, failed=refused)
        return replace(step, after=self._shown(one))

    def _shown(self, one: Resource) -> Mapping[str, Any] | None:
        if tags.is_of_resource(one.type, one.id):
            return tags.document(self.cloud, one.id)
        entry = self.cloud.get(one.id)
        return self.cloud.shown(entry) if entry else None

    def _put(self, one: Resource, body: dict[str, Any]) -> None:
        type_ = self._type(one.type)
        id_ = self.cloud.id_of(one.id)

        def run() -> Done:
            if tags.is_of_resource(one.type, one.id):
                return tags.put(self.cloud, one.id, body)
            return changes_of(self.cloud, id_, type_, "PUT", body, ("", ""))

        self._governed("PUT", type_, id_.text, run)

    def _governed(self, method: str, type_: ResourceType, id_: str, run: governing.Run) -> None:
        """Permissions, locks, faults on order and the activity log are for templates, too."""
        order = Order(governing.name_of_item(type_, method), id_, True, self.cloud.principal)
        if self.trying:
            for gate in self.cloud.registry.gates:
                gate(self.cloud, order)
            done = run()
        else:
            done, _ = governing.govern(self.cloud, order, run)
        if done.failed is not None:
            raise done.failed

    def _type(self, name: str) -> ResourceType:
        type_ = self.cloud.registry.get(name)
        if type_ is None:
            raise not_emulated(f"resources of type {name}")
        return type_

    def _nested(self, one: Resource, step: Step, body: dict[str, Any]) -> Step:
        inner = _asked_by(one, body, self.wanted)
        try:
            template = read_for(
                self.cloud, inner, None if one.sees_own else one.scope, self.depth + 1
            )
        except Refused as refused:
            return replace(step, failed=refused)
        report = deploy(self.cloud, inner, template, self.depth + 1, trying=self.trying)
        keeping.keep(self.cloud, inner, report)
        step = replace(step, nested=report)
        return replace(step, failed=nested_failed(report.failed)) if report.failed else step

    def _others_gone(self, steps: list[Step]) -> list[Step]:
        """Complete mode: what is in the group and not in the template is deleted, users before
        what they use. https://learn.microsoft.com/azure/azure-resource-manager/templates/deployment-modes
        """
        made = {key_of(id_) for step in steps for id_ in step.ids()}
        left = [entry for entry in self._in_group() if not _meant(entry, made)]
        gone: list[Step] = []
        while left:
            tried = [self._deleted(entry) for entry in left]
            gone += [step for step in tried if step.done]
            still = [entry for entry, step in zip(left, tried, strict=True) if not step.done]
            if len(still) == len(left):
                return [*gone, *(step for step in tried if not step.done)]
            left = still
        return gone

    def _in_group(self) -> tuple[Entry, ...]:
        group = group_id(self.wanted.place.subscription, self.wanted.place.group)
        return self.cloud.store.at(f"{group.key} *")

    def _deleted(self, entry: Entry) -> Step:
        step = Step(
            entry.id.text,
            entry.type,
            entry.name,
            DELETE,
            self.cloud.now(),
            before=self.cloud.shown(entry),
        )

        def run() -> Done:
            return changes_of(self.cloud, entry.id, type_, "DELETE", None, ("", ""))

        try:
            type_ = self._type(entry.type)
            self._governed("DELETE", type_, entry.id.text, run)
        except Refused as refused:
            return replace(step, failed=refused)
        return step


def _meant(entry: Entry, made: set[str]) -> bool:
    """In the template, or a part of what is."""
    key: str | None = entry.key
    above = entry.id
    while key is not None:
        if key in made:
            return True
        parent = above.parent
        if parent is None:
            return False
        key, above = parent.key, parent
    return False


def _asked_by(one: Resource, body: dict[str, Any], outer: Asked) -> Asked:
    """What a nested deployment asks for. Raises Refused."""
    properties = body.get("properties") or {}
    if isinstance(link := properties.get("templateLink"), dict):
        raise no_content(str(link.get("uri") or link.get("relativePath") or link.get("id")))
    return Asked(
        place=one.place,
        name=one.name,
        mode=MODES.get(str(properties.get("mode", "")).lower(), INCREMENTAL),
        template=properties.get("template"),
        parameters=properties.get("parameters") or {},
        source=outer.source.within((*one.path, "properties", "template")),
        location=str(body.get("location") or outer.location),
        above=outer.hidden,
    )
