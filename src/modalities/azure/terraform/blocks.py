"""Resources of the provider azurerm as values, before they are text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from modalities.azure import ids


@dataclass(frozen=True, slots=True)
class Ref:
    """What another resource is called: its attribute where the code has that resource, else
    ``plain``. ``id`` is the other's ARM id."""

    id: str
    attribute: str
    plain: str


@dataclass(frozen=True, slots=True)
class Nested:
    """A block inside a block."""

    body: Body


Value: TypeAlias = str | int | float | bool | Ref | tuple["Value", ...] | Mapping[str, str]

Body: TypeAlias = Mapping[str, "Value | Nested | tuple[Nested, ...]"]
"""Arguments and nested blocks, in the order in which they are written."""


@dataclass(frozen=True, slots=True)
class Block:
    """One resource. ``id`` is what ``import`` wants to hear, and for what is a resource of Azure
    its ARM id; ``unsaid`` are members that the provider has no word for, with what follows."""

    type: str
    name: str
    id: str
    body: Body
    unsaid: tuple[str, ...] = ()


def named(id: str) -> Ref:
    """The resource's id."""
    return Ref(id, "id", id)


def called(id: str) -> Ref:
    """The resource's name."""
    return Ref(id, "name", ids.name_of(id))
