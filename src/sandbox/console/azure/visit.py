"""One request as Azure's pages see it, and what they read out of ARM's documents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote

from modalities.azure.ids import parse
from sandbox.console import visit
from sandbox.console.azure.cloud import Raw
from sandbox.console.form import Option
from sandbox.console.page import Cell, Link

if TYPE_CHECKING:
    from sandbox.console.azure.cloud import Cloud

Visit: TypeAlias = "visit.Visit[Cloud]"

NOTHING = "-"
"""What the portal writes where there is nothing."""


def at(document: Raw | None, path: str, default: Any = None) -> Any:
    """``at(vm, "properties.hardwareProfile.vmSize")``; ``default`` where there is no such thing."""
    found: Any = document
    for part in path.split("."):
        if not isinstance(found, dict) or part not in found:
            return default
        found = found[part]
    return default if found is None else found


def short(id: str) -> str:
    """The last name in an id."""
    return id.rstrip("/").rpartition("/")[2]


def group_of(id: str) -> str:
    found = parse(id)
    return found.group if found else ""


def parent_of(id: str) -> str:
    """The id of what a part is a part of."""
    return id.rstrip("/").rpartition("/")[0].rpartition("/")[0]


def same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def path_to(id: str, blade: str = "overview") -> str:
    """The address of a resource's page, behind ``#``."""
    return f"resource{quote(id, safe='/()')}/{blade}"


def link(visit: Visit, id: str, blade: str = "overview") -> Cell:
    """The name of a resource that leads to it."""
    return Link(short(id), visit.href(path_to(id, blade))) if id else NOTHING


def group_link(visit: Visit, id: str) -> Cell:
    name = group_of(id)
    return link(visit, f"{visit.cloud.subscription}/resourceGroups/{name}") if name else NOTHING


def tags_of(document: Raw) -> dict[str, str]:
    return {str(key): str(value) for key, value in (document.get("tags") or {}).items()}


def told(tags: dict[str, str]) -> str:
    return ", ".join(f"{key} : {value}" for key, value in sorted(tags.items())) or NOTHING


def options(documents: Iterable[Raw], note: str = "location") -> tuple[Option, ...]:
    """Choices among resources, by id: name, and the value of another attribute."""
    return tuple(
        Option(str(each["id"]), str(each["name"]), str(at(each, note, ""))) for each in documents
    )
