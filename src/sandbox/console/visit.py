"""One request as the pages see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from sandbox.console.form import Option

if TYPE_CHECKING:
    from sandbox.console.cloud import Cloud
    from sandbox.console.hazards import Hazards
    from sandbox.console.portal import Portal
    from sandbox.console.sessions import Session


@dataclass(frozen=True, slots=True)
class Visit:
    cloud: Cloud
    hazards: Hazards
    session: Session
    portal: Portal
    query: Mapping[str, str]

    @property
    def region(self) -> str:
        return self.cloud.region

    def href(self, view: str, **parameters: str) -> str:
        """The address of a view, by the service it belongs to."""
        service = self.portal.service_of(view)
        region = urlencode({"region": self.region})
        if not self.hazards.hash_routes:
            return f"/{service}/home/{view}?{urlencode({'region': self.region, **parameters})}"
        told = ";".join(f"{k}={quote(v, safe=':/')}" for k, v in parameters.items())
        return f"/{service}/home?{region}#{view}:{told}"

    def asked(self, name: str) -> str:
        return self.query.get(name, "")


Raw = Mapping[str, Any]
"""An item of the cloud's answer."""


def name_of(item: Raw) -> str:
    """Its tag ``Name``, or nothing."""
    return tags_of(item).get("Name", "")


def tags_of(item: Raw) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in item.get("Tags") or ()}


def called(item: Raw, id: str) -> str:
    """``web-1``, or the id of something without a name."""
    return name_of(item) or id


def options(items: Sequence[Raw], key: str, note: str = "") -> tuple[Option, ...]:
    """Choices among resources: ``vpc-1 (main)`` with the value of another attribute."""
    made = []
    for item in items:
        name = name_of(item)
        text = f"{item[key]} ({name})" if name else str(item[key])
        made.append(Option(str(item[key]), text, str(item.get(note, "")) if note else ""))
    return tuple(made)


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def specified(kind: str, tags: Mapping[str, str]) -> list[dict[str, Any]]:
    """``TagSpecifications``, where there are tags."""
    return [{"ResourceType": kind, "Tags": tag_list(tags)}] if tags else []
