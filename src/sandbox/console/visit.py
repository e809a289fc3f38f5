"""One request as the pages see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic

from sandbox.console.reach import C

if TYPE_CHECKING:
    from sandbox.console.hazards import Hazards
    from sandbox.console.portal import Portal
    from sandbox.console.sessions import Session


@dataclass(frozen=True, slots=True)
class Visit(Generic[C]):
    cloud: C
    hazards: Hazards
    session: Session
    portal: Portal
    query: Mapping[str, str]

    @property
    def region(self) -> str:
        return self.cloud.region

    def href(self, view: str, **parameters: str) -> str:
        """The address of a view, as the console of this cloud writes them."""
        return self.portal.face.href(view, parameters, self.region, hashed=self.hazards.hash_routes)

    def asked(self, name: str) -> str:
        return self.query.get(name, "")
