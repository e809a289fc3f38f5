"""The operations of Azure's SDKs, from our own table of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Protocol

from cloudops.knowledge.contract import Operation, Parameter, Part, Source, Type
from modalities.resource import Provider

PLACEHOLDER = re.compile(r"\{(\w+)\}")
SUBSCRIPTION = "subscriptionId"


class Row(Protocol):
    """What a row of the table says; see modalities.azure.operations."""

    @property
    def package(self) -> str: ...
    @property
    def group(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def template(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def result(self) -> str: ...


def source(rows: Iterable[Row], version: str) -> Source:
    packages = groupby(rows, key=lambda row: row.package)
    parts = tuple(_part(package, tuple(found)) for package, found in packages)
    return Source("azure-sdk", version, parts)


def _part(package: str, rows: tuple[Row, ...]) -> Part:
    return Part(name=package, read=lambda: tuple(_operations(rows)))


def _operations(rows: Iterable[Row]) -> Iterator[Operation]:
    for row in rows:
        path = [name for name in PLACEHOLDER.findall(row.template) if name != SUBSCRIPTION]
        parameters = [Parameter(name=name, required=True) for name in path]
        if row.body:
            parameters.append(Parameter(name="body", type=Type.OBJECT, required=True))
        yield Operation(
            provider=Provider.AZURE,
            command="",
            service=row.package.removeprefix("azure-mgmt-"),
            name=f"{row.group}.{row.name}".lstrip("."),
            parameters=tuple(parameters),
            returns=(row.result,) if row.result else (),
        )
