"""One resource as a cloud keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.azure.documents import Document
from sandbox.azure.ids import ResourceId


@dataclass(frozen=True, slots=True)
class Phase:
    """What a resource is going through until ``until``: Creating, Updating, Deleting."""

    name: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """``document`` is what clients see, without what is worked out at every look (references
    back, the children's list, the instance view). ``secrets`` is what they sent and never see
    again, ``inner`` what the sandbox itself must know (a machine's power state).

    ``places`` are the lists it is in, ``references`` the keys of what it refers to.
    """

    id: ResourceId
    type: str
    document: Document
    etag: str
    created: datetime
    changed: datetime
    secrets: Mapping[str, Any] = field(default_factory=dict, repr=False)
    inner: Mapping[str, Any] = field(default_factory=dict)
    places: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    phase: Phase | None = None
    key: str = ""
    """That of its id, which is asked for all the time."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", self.id.key)

    @property
    def name(self) -> str:
        return self.id.name

    @property
    def properties(self) -> Document:
        found: Document = self.document.get("properties", {})
        return found

    @property
    def location(self) -> str:
        return str(self.document.get("location", ""))
