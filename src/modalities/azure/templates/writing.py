"""Resources as a template that a person would be glad to own, and back.

https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax

Of the template language only what is needed is written: ``parameters``, ``resourceId``, and
``format`` of a home directory. :func:`read` takes that and nothing else, so that what a template
of ours comes to can be told, and judged, without a cloud.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from modalities.azure import ids
from modalities.azure.templates.parts import OTHERS, TAGS, TAGS_TAIL, Part
from modalities.contract import Unsupported
from modalities.resource import Kind
from modalities.target import account_of

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
VERSION = "1.0.0.0"

PARTS = {"$schema", "contentVersion", "parameters", "resources", "outputs"}
DEPLOYMENTS = "microsoft.resources/deployments"

HEAD = ("name", "type", "apiVersion", "scope", "dependsOn")
"""Of a resource in a template; the rest is its body."""

SIZE = ("properties", "hardwareProfile", "vmSize")
USER = ("properties", "osProfile", "adminUsername")
KEY = ("properties", "osProfile", "linuxConfiguration", "ssh", "publicKeys")
KEYS_OF = "/home/{0}/.ssh/authorized_keys"

TOLD = {
    "location": "Where the resources are made.",
    "vmSize": "The size of the machines.",
    "adminUsername": "Who signs in on the machines.",
    "adminPublicKey": "The public key that signs in, as ssh-keygen writes it.",
}

NO_WORD = re.compile(r"[^A-Za-z0-9]+")
PARAMETER = re.compile(r"\[parameters\('(\w+)'\)\]")
RESOURCE_ID = re.compile(r"\[resourceId\('([^']+)'((?:, '(?:[^']|'')*')+)\)\]")
HOME = re.compile(r"\[format\('([^']*)', parameters\('(\w+)'\)\)\]")
TEXT = re.compile(r"'((?:[^']|'')*)'")


@dataclass(frozen=True, slots=True)
class Described:
    """A resource that a template describes, with its expressions worked out."""

    id: str
    api_version: str
    body: Mapping[str, Any]

    @property
    def owner(self) -> str:
        return self.id.removesuffix(TAGS_TAIL)

    @property
    def address(self) -> str:
        return address_of(self.id)


def address_of(id: str) -> str:
    """An id without the subscription and the group, which the deployment says:
    ``Microsoft.Compute/virtualMachines/web-1``."""
    return id.partition("/providers/")[2] or id


def id_at(address: str, scope: str) -> str:
    """The id of what :func:`address_of` gives the address of."""
    return f"{ids.group_id(scope)}/providers/{address}"


def written(parts: Sequence[Part], scope: str) -> str:
    """The template's text. Its parameters have values of their own."""
    values = _Values(scope)
    resources = [_resource(part, values) for part in parts]
    template = {
        "$schema": SCHEMA,
        "contentVersion": VERSION,
        "parameters": values.declared(),
        "resources": resources,
        "outputs": {
            name: {"type": "string", "value": _resource_id(id)}
            for name, id in outputs_of([part.id for part in parts]).items()
        },
    }
    return json.dumps(template, indent=2, ensure_ascii=False) + "\n"


def outputs_of(ids_: Sequence[str]) -> dict[str, str]:
    """Names of outputs, and the ids of the resources that they tell; tags have none."""
    found: dict[str, str] = {}
    for id in ids_:
        if not id.endswith(TAGS_TAIL):
            parsed, kind = ids.parse(id), ids.kind_of(id)
            stem = kind.value if kind else (parsed.types[-1] if parsed else "resource")
            wish = NO_WORD.sub("_", f"{stem}_{ids.name_of(id)}").strip("_")
            name, number = wish, 2
            while name in found:
                name, number = f"{wish}_{number}", number + 1
            found[name] = id
    return found


class _Values:
    """The parameters so far: a value that is met again is the same one."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        self._found: dict[str, str] = {}

    def expression(self, stem: str, value: str) -> str:
        name, number = stem, 2
        while self._found.setdefault(name, value) != value:
            name, number = f"{stem}{number}", number + 1
        return f"[parameters('{name}')]"

    def declared(self) -> dict[str, Any]:
        return {
            name: {
                "type": "string",
                "defaultValue": _literal(value),
                "metadata": {"description": TOLD[name.rstrip("0123456789")]},
            }
            for name, value in self._found.items()
        }


def _resource(part: Part, values: _Values) -> dict[str, Any]:
    body = _expressed(part.body, values.scope)
    if isinstance(part.body.get("location"), str):
        body["location"] = values.expression("location", part.body["location"])
    if ids.kind_of(part.id) is Kind.VM:
        _parametrize(body, part.body, values)
    head = _head(part)
    if part.needs:
        head["dependsOn"] = [_resource_id(id) for id in part.needs]
    order = ("location", "zones", "sku", "kind", "tags")
    first = {name: body[name] for name in order if name in body}
    return {**head, **first, **{k: v for k, v in body.items() if k not in first}}


def _head(part: Part) -> dict[str, Any]:
    version = part.api_version
    if part.of_tags:
        head = {"type": TAGS, "apiVersion": version, "name": "default"}
        on_group = ids.kind_of(part.owner) is Kind.RESOURCE_GROUP
        return head if on_group else {**head, "scope": _resource_id(part.owner)}
    parsed = ids.parse(part.id)
    if parsed is None:
        raise Unsupported(f"{part.id} is no id of a resource")
    return {"type": parsed.type, "apiVersion": version, "name": "/".join(parsed.names)}


def _parametrize(body: dict[str, Any], given: Mapping[str, Any], values: _Values) -> None:
    """Of a machine: its size, who signs in, and with what."""
    size, user = _at(given, SIZE), _at(given, USER)
    if isinstance(size, str):
        _at(body, SIZE[:-1])[SIZE[-1]] = values.expression("vmSize", size)
    if not isinstance(user, str):
        return
    named = values.expression("adminUsername", user)
    _at(body, USER[:-1])[USER[-1]] = named
    for key, told in zip(_at(body, KEY) or (), _at(given, KEY) or (), strict=True):
        key["keyData"] = values.expression("adminPublicKey", told["keyData"])
        if told.get("path") == KEYS_OF.format(user):
            key["path"] = f"[format('{KEYS_OF}', {named[1:-1]})]"


def _at(value: Any, path: Sequence[str]) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _expressed(value: Any, scope: str) -> Any:
    """The value with ids of the target's own group as expressions, and nothing else as one."""
    if isinstance(value, str):
        parsed = ids.parse(value) if value.startswith("/subscriptions/") else None
        own = parsed is not None and parsed.types and _is_own(parsed, scope)
        return _resource_id(value) if own else _literal(value)
    if isinstance(value, Mapping):
        for key in value:
            if str(key).startswith("["):
                raise Unsupported(f"{key} would be an expression in a template; {OTHERS}")
        return {key: _expressed(item, scope) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_expressed(item, scope) for item in value]
    return value


def _is_own(parsed: ids.ArmId, scope: str) -> bool:
    group = scope.partition("/")[2]
    same_group = parsed.group.casefold() == group.casefold()
    return same_group and parsed.subscription == account_of(scope).lower()


def _literal(text: str) -> str:
    """Text in brackets is text, and no expression."""
    return f"[{text}" if text.startswith("[") and text.endswith("]") else text


def _resource_id(id: str) -> str:
    owner = id.removesuffix(TAGS_TAIL)
    parsed = ids.parse(owner)
    if parsed is None or owner != id:
        raise Unsupported(f"nothing in a template may refer to {id}")
    quoted = ", ".join("'" + name.replace("'", "''") + "'" for name in parsed.names)
    return f"[resourceId('{parsed.type}', {quoted})]"


# and back


def read(text: str, scope: str) -> tuple[Described, ...]:
    """What a template of ours describes, in the group that ``scope`` is. Raises Unsupported for
    one that says anything in another way than :func:`written` does."""
    try:
        template = json.loads(text)
        if template.keys() - PARTS or template["$schema"] != SCHEMA:
            raise ValueError("it is no template of ours")
        given = template["parameters"].items()
        values = {name: _plain(told["defaultValue"]) for name, told in given}
        for told in template["outputs"].values():
            _worked_out(told["value"], values, scope)
        return tuple(_described(one, values, scope) for one in template["resources"])
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise Unsupported(f"the template cannot be read: {error}") from error


def _plain(value: Any) -> str:
    if not isinstance(value, str) or (value.startswith("[") and not value.startswith("[[")):
        raise ValueError("a parameter has no plain text of itself")
    return value[1:] if value.startswith("[[") else value


def _described(one: Mapping[str, Any], values: Mapping[str, str], scope: str) -> Described:
    unknown = {"copy", "condition", "resources", "existing"} & one.keys()
    if unknown:
        raise ValueError(f"{', '.join(sorted(unknown))} is not known here")
    body = {k: _worked_out(v, values, scope) for k, v in one.items() if k not in HEAD}
    _worked_out(one.get("dependsOn", []), values, scope)
    type, name = str(one["type"]), str(one["name"])
    if type.casefold() == DEPLOYMENTS:
        raise ValueError("a template within a template is not read")
    if type == TAGS:
        at = one.get("scope")
        owner = _worked_out(at, values, scope) if at else ids.group_id(scope)
        return Described(f"{owner}{TAGS_TAIL}", str(one["apiVersion"]), body)
    if "scope" in one or name.startswith("["):
        raise ValueError("a name or a scope is no plain one")
    return Described(_id(type, name.split("/"), scope), str(one["apiVersion"]), body)


def _id(type: str, names: Sequence[str], scope: str) -> str:
    namespace, *types = type.split("/")
    if not types or len(types) != len(names) or not all(names):
        raise ValueError(f"{type} has not {len(names)} names")
    group = scope.partition("/")[2]
    id = str(ids.ArmId(account_of(scope), group, namespace, tuple(types), tuple(names)))
    return ids.canonical(id, scope)


def _worked_out(value: Any, values: Mapping[str, str], scope: str) -> Any:
    if isinstance(value, str):
        return _text(value, values, scope)
    if isinstance(value, Mapping):
        if any(str(key).startswith("[") for key in value):
            raise ValueError("a name is an expression")
        return {key: _worked_out(item, values, scope) for key, item in value.items()}
    if isinstance(value, list):
        return [_worked_out(item, values, scope) for item in value]
    return value


def _text(text: str, values: Mapping[str, str], scope: str) -> str:
    if not (text.startswith("[") and text.endswith("]")):
        return text
    if text.startswith("[["):
        return text[1:]
    if found := PARAMETER.fullmatch(text):
        return values[found[1]]
    if found := RESOURCE_ID.fullmatch(text):
        names = [name.replace("''", "'") for name in TEXT.findall(found[2])]
        return _id(found[1], names, scope)
    found = HOME.fullmatch(text)
    if found and found[1] == KEYS_OF:
        return KEYS_OF.format(values[found[2]])
    raise ValueError(f"the expression {text[:80]} is none of ours")
