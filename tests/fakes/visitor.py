"""A visitor of the sandbox console, by the test client."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any

from starlette.testclient import TestClient

from sandbox.console.application import application
from sandbox.console.portal import Portal
from sandbox.console.settings import USER

PORT = 8123
PASSWORD = "a-password-of-this-start"


class Page(HTMLParser):
    """What of a page the tests look at: its elements, and the fields of its form."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.elements: list[tuple[str, dict[str, str]]] = []
        self._select: tuple[str, list[tuple[str, bool]]] | None = None
        self.fields: list[tuple[str, str]] = []
        self._templates = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._templates += tag == "template"
        if self._templates:
            return
        found = {name: value or "" for name, value in attrs}
        self.elements.append((tag, found))
        name = found.get("name", "")
        if tag == "select":
            self._select = (name, [])
        elif tag == "option" and self._select:
            self._select[1].append((found.get("value", ""), "selected" in found))
        elif tag in ("input", "textarea") and name:
            ticks = found.get("type") in ("checkbox", "radio")
            if not ticks or "checked" in found:
                self.fields.append((name, found.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        self._templates -= tag == "template"
        if tag == "select" and self._select:
            name, options = self._select
            chosen = [value for value, selected in options if selected]
            if name and options:
                self.fields.append((name, (chosen or [options[0][0]])[0]))
            self._select = None

    def all(self, tag: str, **wanted: str) -> list[dict[str, str]]:
        """Elements with these attributes; ``_`` stands for ``-``."""
        names = {name.replace("_", "-"): value for name, value in wanted.items()}
        return [
            attrs
            for its, attrs in self.elements
            if its == tag and all(attrs.get(name) == value for name, value in names.items())
        ]

    def options(self, name: str) -> list[str]:
        """The values that the checkboxes, radio buttons or the select of a field offer."""
        inside, found = False, []
        for tag, attrs in self.elements:
            if tag == "select":
                inside = attrs.get("name") == name
            if (inside and tag == "option") or (tag == "input" and attrs.get("name") == name):
                found.append(attrs.get("value", ""))
        return [value for value in found if value]

    @property
    def config(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.all("meta", name="console")[0]["content"])
        return found

    @property
    def rows(self) -> list[str]:
        return [attrs["data-name"] for attrs in self.all("tr") if "data-name" in attrs]


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Visitor:
    """``clock.now`` is the time of the console's sessions."""

    def __init__(self, portal: Portal, clock: Clock) -> None:
        self.portal = portal
        self.clock = clock
        self.client = TestClient(
            application(portal), base_url=f"http://127.0.0.1:{PORT}", follow_redirects=False
        )
        self.csrf = ""

    def sign_in(self, goes: str = "", **changed: str) -> Any:
        first = self.portal.face.routes.first
        page = self.client.get("/signin", params={"redirect_uri": goes or first})
        values = dict(Page(page.text).fields) | {"username": USER, "password": PASSWORD} | changed
        answer = self.client.post("/signin", data=values)
        if answer.headers.get("location", "/signin").startswith("/signin") is False:
            self.csrf = Page(self.client.get(first).text).config["csrf"]
        return answer

    def look(self, address: str, **query: str) -> Page:
        """What is behind ``#``, of a console whose addresses are paths."""
        answer = self.client.get(f"/view/{address}", params=query)
        assert answer.status_code == 200, answer.text
        return Page(answer.text)

    def see(self, service: str, view: str, **query: str) -> Page:
        answer = self.client.get(f"/{service}/view/{view}", params=query)
        return Page(answer.text)

    def ask(self, action: str, *ids: str) -> Page:
        answer = self.client.get(f"/action/{action}", params={"id": list(ids)})
        return Page(answer.text)

    def post(self, path: str, fields: Sequence[tuple[str, str]], **headers: str) -> Any:
        body: dict[str, list[str]] = {}
        for name, value in fields:
            body.setdefault(name, []).append(value)
        told = {"x-csrf-token": self.csrf, "x-requested-with": "console", **headers}
        return self.client.post(path, data=body, headers=told)

    def act(self, action: str, page: Page, *ids: str, **changed: str | Sequence[str]) -> Any:
        """Post the form of ``page`` with some fields changed; ``__`` in a name is a dot."""
        new = {name.replace("__", "."): value for name, value in changed.items()}
        fields = [pair for pair in page.fields if pair[0] not in (*new, "id")]
        for name, value in new.items():
            fields += [(name, v) for v in ((value,) if isinstance(value, str) else value)]
        return self.post(f"/action/{action}", [*fields, *(("id", id) for id in ids)])

    def last(self) -> Any:
        return self.portal.operations.all()[0]
