"""Where the pages of a console are, as data: what a person would have in bookmarks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from modalities.action import outputs_in
from modalities.browser.filling import JOIN
from modalities.codec import decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """``forms`` are the ways in which a console writes its addresses, the likeliest first:
    ``{service}``, ``{view}``, ``{region}`` and ``{query}`` stand in them, ``{query}`` made of
    ``pair`` joined by ``between``."""

    forms: tuple[Form, ...]
    log: Log | None = None

    def opened(self, action: Mapping[str, Any], region: str) -> dict[str, Any]:
        """``open`` with the addresses it may mean; ``heading`` tells which of them it was."""
        service, _, view = str(action["view"]).partition("/")
        query = action.get("with") or {}
        urls = [form.url(service, view, region, query) for form in self.forms]
        return {"verb": "open", "urls": urls, "heading": action.get("heading", "")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """The page that lists what was done through the console, newest first, and its columns."""

    view: str
    table: str
    title: str
    state: str
    detail: str
    succeeded: str
    failed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    url_of: str
    between: str = "&"

    def url(self, service: str, view: str, region: str, query: Mapping[str, Any]) -> Any:
        """Text, or parts of it where the query holds what is known only later."""
        parts = self._parts(service, view, region, query)
        if any(True for _ in outputs_in(parts)):
            return {JOIN: parts}
        return "".join(parts)

    def _parts(self, service: str, view: str, region: str, query: Mapping[str, Any]) -> list[Any]:
        around = self.url_of.format(service=service, view=view, region=region, query="\0")
        head, _, tail = around.partition("\0")
        parts: list[Any] = [head]
        for number, (name, value) in enumerate(query.items()):
            parts.append((self.between if number else "") + f"{name}=")
            parts.append(value if isinstance(value, Mapping) else quote(str(value), safe=":/"))
        return [part for part in (*parts, tail) if part != ""]


def load(console: str = "aws") -> Addresses:
    """Those of one cloud's console."""
    text = (files("modalities.browser") / "consoles" / f"{console}.json").read_text("utf-8")
    return decode(Addresses, json.loads(text)["addresses"])
