"""AWS's operations, from botocore's service models: read as files, botocore is not run."""

from __future__ import annotations

import gzip
import html
import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cloudops.knowledge.contract import Operation, Parameter, Part, Source, Type
from modalities.resource import Provider

DEPTH = 4
"""Objects within objects that are looked into; deeper ones are taken as they are said."""

ABOUT = 1500
TOLD = 160
"""Characters kept of what is told of an operation and of a parameter."""

TYPES = {
    "string": Type.TEXT,
    "character": Type.TEXT,
    "integer": Type.WHOLE,
    "long": Type.WHOLE,
    "float": Type.NUMBER,
    "double": Type.NUMBER,
    "boolean": Type.FLAG,
    "timestamp": Type.TIME,
    "blob": Type.BYTES,
    "list": Type.LIST,
    "map": Type.MAP,
    "structure": Type.OBJECT,
}
COMMANDS = {"s3": "s3api", "codedeploy": "deploy", "config": "configservice"}
"""Services whose command has another name."""

MARKUP = re.compile(r"<[^>]+>")
SPACE = re.compile(r"\s+")
HUMPS = (
    (re.compile(r"(.)([A-Z][a-z]+)"), r"\1-\2"),
    (re.compile(r"([a-z0-9])([A-Z])"), r"\1-\2"),
)
RUN = re.compile(r"([A-Z]{2,})s(?=[A-Z]|$)")


def source(home: Path, version: str) -> Source:
    """``home`` is botocore's directory of data: a directory a service, one in it a version."""
    with os.scandir(home) as entries:
        services = sorted(entry.name for entry in entries if entry.is_dir())
    return Source("botocore", version, tuple(_part(home / name) for name in services))


def _part(folder: Path) -> Part:
    return Part(name=f"aws {folder.name}", read=lambda: tuple(_read(folder)))


def _read(folder: Path) -> Iterator[Operation]:
    """Of its newest version; nothing of a directory without a model."""
    for file in sorted(folder.glob("*/service-2.json*"))[-1:]:
        model = _model(file)
        yield from operations(folder.name, model)
        waiting = file.with_name("waiters-2.json")
        if waiting.is_file():
            yield from waits(folder.name, model, json.loads(waiting.read_bytes()))


def _model(file: Path) -> Mapping[str, Any]:
    raw = file.read_bytes()
    model: Mapping[str, Any] = json.loads(gzip.decompress(raw) if file.suffix == ".gz" else raw)
    return model


def operations(service: str, model: Mapping[str, Any]) -> Iterator[Operation]:
    shapes = _Shapes(model["shapes"])
    title = model["metadata"].get("serviceFullName", service)
    command = COMMANDS.get(service, service)
    for name, told in model["operations"].items():
        if told.get("deprecated") and not told.get("documentation"):
            continue
        yield Operation(
            provider=Provider.AWS,
            service=service,
            name=name,
            command=f"aws {command} {dashed(name)}",
            title=title,
            about=plain(told.get("documentation", ""))[:ABOUT],
            parameters=shapes.members(told.get("input", {}).get("shape"), DEPTH),
            returns=tuple(shapes.names(told.get("output", {}).get("shape"))),
        )


def waits(
    service: str, model: Mapping[str, Any], waiters: Mapping[str, Any]
) -> Iterator[Operation]:
    """``aws ec2 wait instance-running``: commands that no single call stands for."""
    asked = {each.name: each for each in operations(service, model)}
    for name, told in waiters.get("waiters", {}).items():
        call = asked.get(told["operation"])
        yield Operation(
            provider=Provider.AWS,
            command=f"aws {COMMANDS.get(service, service)} wait {dashed(name)}",
            title=model["metadata"].get("serviceFullName", service),
            about=f"Wait until {dashed(name).replace('-', ' ')}",
            parameters=call.parameters if call else (),
        )


def dashed(name: str) -> str:
    """``run-instances`` of ``RunInstances``, as botocore's own ``xform_name`` has it."""
    plural = RUN.search(name)
    if plural and plural.end() == len(name):
        head = name[: plural.start()]
        tail = plural[0].lower()
        return f"{dashed(head)}-{tail}" if head else tail
    for hump, between in HUMPS:
        name = hump.sub(between, name)
    return name.lower()


def plain(markup: str) -> str:
    return SPACE.sub(" ", html.unescape(MARKUP.sub(" ", markup))).strip()


class _Shapes:
    def __init__(self, shapes: Mapping[str, Any]) -> None:
        self._shapes = shapes

    def names(self, shape: str | None) -> Iterator[str]:
        if shape:
            yield from self._shapes[shape].get("members", {})

    def members(self, shape: str | None, depth: int) -> tuple[Parameter, ...]:
        if shape is None or depth <= 0:
            return ()
        told = self._shapes[shape]
        required = told.get("required", ())
        return tuple(
            self.parameter(name, member, depth, required=name in required)
            for name, member in told.get("members", {}).items()
            if not member.get("deprecated")
        )

    def parameter(
        self, name: str, member: Mapping[str, Any], depth: int, *, required: bool
    ) -> Parameter:
        told = self._shapes[member["shape"]]
        kind = TYPES.get(told["type"], Type.TEXT)
        item = told.get("member") if kind is Type.LIST else told.get("value")
        about = member.get("documentation") or told.get("documentation", "")
        return Parameter(
            name=name,
            type=kind,
            required=required,
            option=f"--{dashed(name)}" if depth == DEPTH else "",
            about=plain(about)[:TOLD] if depth == DEPTH else "",
            choices=tuple(told.get("enum", ())),
            pattern=told.get("pattern", ""),
            least=told.get("min"),
            most=told.get("max"),
            members=self.members(member["shape"], depth - 1) if kind is Type.OBJECT else (),
            item=self.parameter("", item, depth - 1, required=False)
            if item and depth > 0
            else None,
        )
