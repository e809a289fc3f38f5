"""Resources as a template declares them, one for each turn of each loop.

https://learn.microsoft.com/azure/azure-resource-manager/templates/resource-declaration
https://learn.microsoft.com/azure/azure-resource-manager/templates/copy-resources
https://learn.microsoft.com/azure/azure-resource-manager/templates/child-resource-name-type
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.azure.templates.evaluator import resolve, said, truth
from sandbox.azure.templates.expanding import COPY, count_of, expand
from sandbox.azure.templates.faults import (
    FUNCTION_HELP,
    RESOURCE_HELP,
    ExpressionFault,
    NeedsRuntime,
    Path,
    refused,
)
from sandbox.azure.templates.functions.account import not_here
from sandbox.azure.templates.functions.resources import identified
from sandbox.azure.templates.parser import expression_in
from sandbox.azure.templates.place import Level, Place, id_of, place_of
from sandbox.azure.templates.scope import Loop, Runtime, Scope
from sandbox.azure.templates.secrets import as_far_as_known, shown
from sandbox.azure.templates.source import Source
from sandbox.azure.templates.values import Json

DEPLOYMENTS = "microsoft.resources/deployments"
LANGUAGE = frozenset(
    {
        "apiversion",
        "comments",
        "condition",
        "copy",
        "dependson",
        "existing",
        "metadata",
        "name",
        "resourcegroup",
        "resources",
        "scope",
        "subscriptionid",
        "type",
    }
)
"""Properties of a declaration that are the language's and not the resource's."""

INNER = "inner"


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource to be deployed. ``key`` is its symbolic name with its turn, or else its id.

    ``place`` is where a nested deployment goes, or the scope the resource is in.
    ``depends`` are keys. ``scope`` is what its expressions see.
    """

    key: str
    id: str
    type: str
    name: str
    api_version: str
    place: Place
    condition: bool
    existing: bool
    declared: Mapping[str, Any] = field(repr=False)
    scope: Scope = field(repr=False)
    path: Path = ()
    symbol: str = ""
    own_name: str = ""
    """The name as it is declared, without its parent's."""
    loop: str = ""
    turn: int = 0
    batch: int = 0
    """How many turns of its loop go at once; 0: all."""
    depends: tuple[str, ...] = ()

    @property
    def deployed(self) -> bool:
        return self.condition and not self.existing

    @property
    def is_deployment(self) -> bool:
        return self.type.lower() == DEPLOYMENTS

    @property
    def sees_own(self) -> bool:
        """Whether the template of a nested deployment sees its own parameters only.

        https://learn.microsoft.com/azure/azure-resource-manager/templates/linked-templates#expression-evaluation-scope-in-nested-templates
        """
        properties = self.declared.get("properties")
        if not isinstance(properties, Mapping):
            return False
        options = properties.get("expressionEvaluationOptions")
        chosen = options.get("scope", "") if isinstance(options, Mapping) else ""
        return str(chosen).lower() == INNER

    def body(self, runtime: Runtime) -> dict[str, Json]:
        """What is PUT. Raises ExpressionFault, and what the runtime raises."""
        return self._told(replace(self.scope, runtime=runtime), said)

    def preview(self, *, masked: bool = True) -> dict[str, Json]:
        """The same before anything is deployed: what is not known yet stands as its expression,
        and what must not be shown as a mask. Raises ExpressionFault."""
        return self._told(self.scope, shown if masked else as_far_as_known)

    def template(self) -> Json:
        """The template of a nested deployment, as it is written."""
        properties = self.declared.get("properties")
        return properties.get("template") if isinstance(properties, Mapping) else None

    def _told(self, scope: Scope, how: Any) -> dict[str, Json]:
        told: dict[str, Json] = {}
        for key, value in self.declared.items():
            if key.lower() in LANGUAGE:
                continue
            if key == "properties" and self.is_deployment and isinstance(value, Mapping):
                told[key] = self._nested(value, scope, how)
            else:
                told[key] = expand(value, scope, (*self.path, key), how)
        return told

    def _nested(self, value: Mapping[str, Any], scope: Scope, how: Any) -> dict[str, Json]:
        """All but the template, which is evaluated when it is deployed."""
        rest = {key: one for key, one in value.items() if key != "template"}
        told: dict[str, Json] = expand(rest, scope, (*self.path, "properties"), how)
        return {**told, "template": value["template"]} if "template" in value else told


@dataclass(frozen=True, slots=True)
class _Parent:
    type: str
    name: str
    scope: Scope
    loop: str = ""
    turn: int = 0


def declared_in(section: Any, scope: Scope, source: Source) -> Iterator[Resource]:
    """The resources of a template's section: a list, or by symbolic name. Raises TemplateFault."""
    yield from _all(section, scope, source, ("resources",), None)


def _all(
    section: Any, scope: Scope, source: Source, path: Path, parent: _Parent | None
) -> Iterator[Resource]:
    if isinstance(section, Mapping):
        for symbol, one in section.items():
            yield from _turns(one, symbol, scope, source, (*path, symbol), parent)
    elif isinstance(section, list):
        for at, one in enumerate(section):
            yield from _turns(one, "", scope, source, (*path, at), parent)
    elif section is not None:
        raise refused(f"The template resources {source.at(path)} are not valid.", path)


def _turns(
    one: Any, symbol: str, scope: Scope, source: Source, path: Path, parent: _Parent | None
) -> Iterator[Resource]:
    """One resource, or one for each turn of its loop, each with its children."""
    if not isinstance(one, Mapping):
        raise refused(f"The template resource {source.at(path)} is not an object.", path)
    loop = one.get(COPY)
    if not isinstance(loop, Mapping):
        yield from _with_children(one, symbol, scope, source, path, parent)
        return
    name, batch = str(loop.get("name") or symbol), _batch(loop)
    try:
        count = count_of(loop, name, scope, (*path, COPY))
    except ExpressionFault as fault:
        raise _fault(one, fault, source, path) from None
    for turn in range(count):
        inside = scope.looping(Loop(name, turn), default=True)
        for made in _with_children(one, symbol, inside, source, path, parent):
            own = made.path == path
            yield replace(made, loop=name, turn=turn, batch=batch) if own else made


def _batch(loop: Mapping[str, Any]) -> int:
    """Serial loops go ``batchSize`` turns at once, one where nothing is said."""
    if str(loop.get("mode", "parallel")).lower() != "serial":
        return 0
    size = loop.get("batchSize", 1)
    return size if isinstance(size, int) and size > 0 else 1


def _with_children(
    one: Mapping[str, Any],
    symbol: str,
    scope: Scope,
    source: Source,
    path: Path,
    parent: _Parent | None,
) -> Iterator[Resource]:
    try:
        made = _resource(one, symbol, scope, source, path, parent)
    except NeedsRuntime:
        raise _fault(one, not_here("reference"), source, path) from None
    except ExpressionFault as fault:
        raise _fault(one, fault, source, path) from None
    yield made
    if one.get("resources"):
        inside = _Parent(made.type, made.name, scope)
        for child in _all(one["resources"], scope, source, (*path, "resources"), inside):
            yield child if made.condition else replace(child, condition=False)


def _resource(
    one: Mapping[str, Any],
    symbol: str,
    scope: Scope,
    source: Source,
    path: Path,
    parent: _Parent | None,
) -> Resource:
    type_, own_name = _type(one, source, path), _name(one, scope, source, path)
    type_, name = _whole(type_, own_name, parent)
    _segments(type_, name, source, path)
    place, base = _place(one, type_, scope, path)
    condition = truth(resolve(one.get("condition", True), scope, (*path, "condition")), "condition")
    id_ = id_of(base, type_, name)
    turn = next((loop.index for loop in reversed(scope.loops)), None)
    return Resource(
        key=(symbol if turn is None else f"{symbol}[{turn}]") if symbol else id_.lower(),
        id=id_,
        type=type_,
        name=name,
        api_version=_api_version(one, scope, path),
        place=place,
        condition=condition,
        existing=one.get("existing") is True,
        declared=one,
        scope=scope,
        path=path,
        symbol=symbol,
        own_name=own_name,
    )


def _whole(type_: str, name: str, parent: _Parent | None) -> tuple[str, str]:
    """Type and name of a child with its parent's before them. Written out in full inside a
    parent, they stand for themselves."""
    if parent is None:
        return type_, name
    if "." not in type_.partition("/")[0]:
        return f"{parent.type}/{type_}", f"{parent.name}/{name}"
    if type_.count("/") > name.count("/") + 1 and type_.lower().startswith(parent.type.lower()):
        return type_, f"{parent.name}/{name}"
    return type_, name


def _type(one: Mapping[str, Any], source: Source, path: Path) -> str:
    type_ = one.get("type")
    if not isinstance(type_, str) or not type_:
        raise _empty(one, "type", source, path)
    if expression_in(type_) is not None:
        raise refused(
            f"The template resource '{one.get('name', '')}' {source.at(path)} is not valid. The "
            f"type property cannot be an expression. {RESOURCE_HELP}",
            (*path, "type"),
        )
    return type_


def _name(one: Mapping[str, Any], scope: Scope, source: Source, path: Path) -> str:
    name = resolve(one.get("name"), scope, (*path, "name"))
    if not isinstance(name, str) or not name:
        raise _empty(one, "name", source, path)
    return name


def _api_version(one: Mapping[str, Any], scope: Scope, path: Path) -> str:
    version = resolve(one.get("apiVersion"), scope, (*path, "apiVersion"))
    if not isinstance(version, str) or not version:
        raise ExpressionFault("The apiVersion property cannot be null or empty.", path)
    return version


def _empty(one: Mapping[str, Any], what: str, source: Source, path: Path) -> Exception:
    name = one.get("name") or ""
    return refused(
        f"The template resource '{name}' {source.at(path)} is not valid. The {what} property "
        f"cannot be null or empty. {RESOURCE_HELP}",
        path,
    )


def _segments(type_: str, name: str, source: Source, path: Path) -> None:
    if type_.count("/") == name.count("/") + 1:
        return
    raise refused(
        f"The template resource '{name}' for type '{type_}' {source.at(path)} has incorrect "
        "segment lengths. A nested resource type must have identical number of segments as its "
        "resource name. A root resource type must have segment length one greater than its "
        f"resource name. {RESOURCE_HELP}",
        path,
    )


def _place(one: Mapping[str, Any], type_: str, scope: Scope, path: Path) -> tuple[Place, str]:
    """Where it goes, and the id that its own id starts with."""
    place = scope.setting.place
    subscription = resolve(one.get("subscriptionId") or "", scope, (*path, "subscriptionId"))
    group = resolve(one.get("resourceGroup") or "", scope, (*path, "resourceGroup"))
    place = place.within(str(subscription), str(group))
    written = resolve(one.get("scope"), scope, (*path, "scope"))
    if not isinstance(written, str) or not written:
        if type_.lower().startswith("microsoft.management/managementgroups"):
            return Place(Level.TENANT), ""
        return place, place.id
    whole = written if written.startswith("/") else f"/{written}"
    try:
        place = place_of(whole)
    except ExpressionFault:
        return place, identified(scope, written).rstrip("/")
    return place, place.id


def _fault(one: Mapping[str, Any], fault: ExpressionFault, source: Source, path: Path) -> Exception:
    where = fault.path or path
    return refused(
        f"The template resource '{one.get('name', '')}' {source.at(where)} is not valid: "
        f"{fault.message}. {FUNCTION_HELP}",
        where,
    )
