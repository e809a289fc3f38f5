"""From what a person did in a console to a workflow that can be replayed with other values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from modalities.aws.effects import effect_of
from modalities.aws.loader import service_model
from modalities.browser.driver.contract import Mutation
from modalities.browser.facts import MADE_UP, synonyms, words_of
from modalities.browser.workflow import Mutation as Learned
from modalities.browser.workflow import Workflow
from modalities.contract import Unsupported
from modalities.step import Effect

PLACE = re.compile(r"^\{(\w+)\}$")
ADD_TAG = re.compile(r"^add (a )?(new )?tag$", re.IGNORECASE)
TAG_FIELD = re.compile(r"^(key|value)\b", re.IGNORECASE)

TAGS: Mapping[str, str] = {
    "tags": "{tags}[?Key!='Name']",
    "tag_keys": "{tags}[?Key!='Name'] | [].Key",
    "tag_values": "{tags}[?Key!='Name'] | [].Value",
}

ROW = (
    {"verb": "set", "label": "Key #{number}", "value": "{item.Key}"},
    {"verb": "set", "label": "Value #{number}", "value": "{item.Value}"},
)


@dataclass(slots=True)
class Learning:
    """One recording of one operation (``ec2:CreateVolume``). ``steps`` name parameters in braces,
    ``values`` are what stood for them; ``reads`` look like changes and are none."""

    name: str
    call: str
    steps: Sequence[Mapping[str, Any]]
    values: Mapping[str, str]
    mutations: Sequence[Mutation]
    reads: Sequence[str] = ()
    kept: list[str] = field(default_factory=list)
    """Values that stay as they were, since the operation has no parameter for them."""
    _tagged: list[str] = field(default_factory=list)

    def workflow(self) -> Workflow:
        """Raises Unsupported where nothing was changed, or not by one request, and where what
        was made could not be told from what others make."""
        service, _, operation = self.call.partition(":")
        sent = [m for m in self.mutations if not self._is_read(m)]
        if len(sent) != 1:
            raise Unsupported(
                f"{len(sent)} requests that change something were recorded; one is needed"
            )
        paths = dict(_paths(service, operation))
        found = self._found(paths)
        steps = [*self._steps(found)]
        if not self._tagged and _can_be_tagged(service, operation):
            raise Unsupported(
                "no tag was given, and what is made is found again by its tags; "
                "show it once more, with one tag added"
            )
        asked = self._meaning(found, sent[0])
        parameters = {**found, **self._tag_parameters(operation)}
        return Workflow(
            name=self.name,
            effect=effect_of(service, operation),
            calls=(self.call,),
            about="recorded",
            parameters=parameters,
            steps=tuple(steps),
            reads=tuple(self.reads),
            mutations=(self._mutation(sent[0], found),),
            meaning=({"service": service, "operation": operation, **asked},),
        )

    def _is_read(self, mutation: Mutation) -> bool:
        return any(fnmatchcase(f"{mutation.method} {mutation.path}", each) for each in self.reads)

    def _found(self, paths: Mapping[str, str]) -> dict[str, str]:
        """Each parameter of the recording with where the call has it."""
        found: dict[str, str] = {}
        for name in self.values:
            path = _best(name, paths)
            if path is not None and path not in found.values():
                found[name] = path
        return found

    def _steps(self, found: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        rows = False
        for step in self.steps:
            if step["verb"] == "click" and ADD_TAG.match(str(step.get("name", ""))):
                if not rows:
                    yield {"$each": "tags", "do": [dict(step), *ROW]}
                rows = True
            elif rows and TAG_FIELD.match(str(step.get("label", ""))):
                self._tagged += _named(step)
            else:
                yield self._whole(step, found)

    def _whole(self, step: Mapping[str, Any], found: Mapping[str, str]) -> dict[str, Any]:
        """The step; values that no parameter of the call stands for are put back."""
        made: dict[str, Any] = {}
        for key, value in step.items():
            made[key] = value
            if isinstance(value, str):
                for name in re.findall(r"\{(\w+)\}", value):
                    if name not in found and name != "region":
                        self.kept.append(name)
                        made[key] = str(made[key]).replace(f"{{{name}}}", self.values[name])
        return made

    def _tag_parameters(self, operation: str) -> dict[str, str]:
        if not self._tagged:
            return {}
        tags = f"{operation}.TagSpecifications[0].Tags || {operation}.Tags"
        return {name: path.replace("{tags}", f"({tags})") for name, path in TAGS.items()}

    def _mutation(self, sent: Mutation, found: Mapping[str, str]) -> Learned:
        by_value = {self.values[name]: f"{{{name}}}" for name in found if self.values[name]}
        fields: dict[str, Any] = {}
        volatile = []
        for name, value in sent.fields.items():
            fields[name] = by_value.get(str(value), value) if isinstance(value, str) else value
            if name == "region":
                fields[name] = "{region}"
            if isinstance(value, str) and MADE_UP.match(value) and value not in by_value:
                volatile.append(name)
                fields[name] = ""
            if self._tagged and (kind := _tag_column(name)):
                fields[name] = {"$some": kind}
        return Learned(method=sent.method, path=sent.path, fields=fields, volatile=tuple(volatile))

    def _meaning(self, found: Mapping[str, str], sent: Mutation) -> dict[str, Any]:
        """What of the call the recording is about: anything else that is wanted does not fit.
        What the form chose by itself is part of it, where the call knows such a value."""
        service, _, operation = self.call.partition(":")
        asked = dict(_chosen(service, operation, sent.fields.values()))
        tagged = False
        for name, path in found.items():
            parts = path.split(".")[1:]
            if len(parts) == 1 and parts[0].isidentifier():
                asked[parts[0]] = f"{{{name}}}"
            else:
                tagged = tagged or "Tag" in path
        leaves = ["TagSpecifications", "Tags"] if tagged or self._tagged else []
        leaves += [name for name in synonyms().implied if "." not in name]
        return {"parameters": asked, **({"leaves_out": leaves} if leaves else {})}


def _paths(service: str, operation: str) -> Iterator[tuple[str, str]]:
    """Parameters that a form may have a field for, with their paths."""
    shape = service_model(service).operation_model(operation).input_shape
    members = shape.members if shape is not None else {}
    for name, member in members.items():
        if member.type_name in ("string", "integer", "long", "boolean", "float", "double"):
            yield name, f"{operation}.{name}"
        elif getattr(getattr(member, "member", None), "type_name", "") == "string":
            yield name, f"{operation}.{name}[0]"
    tags = "TagSpecifications" if "TagSpecifications" in members else "Tags"
    if tags in members:
        where = f"{operation}.{tags}" + ("[0].Tags" if tags == "TagSpecifications" else "")
        yield "Name", f"{where}[?Key=='Name'].Value | [0]"


def _can_be_tagged(service: str, operation: str) -> bool:
    """Whether it makes something that may have tags."""
    shape = service_model(service).operation_model(operation).input_shape
    members = shape.members if shape is not None else {}
    makes = effect_of(service, operation) is Effect.CREATE
    return makes and any(name in members for name in ("TagSpecifications", "Tags"))


def _chosen(service: str, operation: str, values: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Parameters with the one of their values that was sent: each the only one that knows it."""
    shape = service_model(service).operation_model(operation).input_shape
    members = shape.members if shape is not None else {}
    for value in values:
        knowing = [name for name, each in members.items() if value in getattr(each, "enum", ())]
        if len(knowing) == 1:
            yield knowing[0], value


def _best(parameter: str, paths: Mapping[str, str]) -> str | None:
    """The parameter of the call that is meant; None where none or several may be."""
    label = words_of(parameter.replace("_", " "))
    ranked = sorted(
        (len(label - words), name)
        for name in paths
        for each in synonyms().of(name)
        if (words := words_of(each)) <= label
    )
    if not ranked or (
        len(ranked) > 1 and ranked[0][0] == ranked[1][0] and ranked[0][1] != ranked[1][1]
    ):
        return None
    return paths[ranked[0][1]]


def _named(step: Mapping[str, Any]) -> list[str]:
    found = PLACE.match(str(step.get("value", "")))
    return [found[1]] if found else [""]


def _tag_column(name: str) -> str | None:
    if re.search(r"tag.*key$", name, re.IGNORECASE):
        return "tag_keys"
    return "tag_values" if re.search(r"tag.*value$", name, re.IGNORECASE) else None
