"""A client of the emulated resource manager in this process, and a clock that stands still."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sandbox.azure import front
from sandbox.azure.cloud import EmulatedCloud, Settings
from sandbox.azure.names import SUBSCRIPTION
from sandbox.azure.registry import standard
from sandbox.azure.requests import Answer, Request

HERE = f"/subscriptions/{SUBSCRIPTION}"
GROUP = f"{HERE}/resourceGroups/rg"
NETWORK = f"{GROUP}/providers/Microsoft.Network"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Arm:
    """``Arm()`` has one resource group, ``rg`` in eastus."""

    settings: Settings = field(default_factory=Settings)
    clock: Clock = field(default_factory=Clock)
    who: str = "me"

    def __post_init__(self) -> None:
        self.cloud = EmulatedCloud(standard(), self.settings, self.clock)
        self.done("PUT", GROUP, {"location": "eastus"})

    def ask(self, method: str, url: str, body: Any = None, **headers: str) -> Answer:
        """``body`` may be bytes as they are sent; ``headers`` with underscores for dashes."""
        parts = urlsplit(url)
        query = {"api-version": "2024-07-01", **dict(parse_qsl(parts.query))}
        content = body if isinstance(body, bytes) else b"" if body is None else _json(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = Request(method, parts.path, query, named, content, "https://here", self.who)
        return front.answer(self.cloud, request)

    def done(self, method: str, url: str, body: Any = None) -> Any:
        answer = self.ask(method, url, body)
        assert answer.status < 400, answer.body
        return answer.body

    def refused(self, method: str, url: str, body: Any = None, **headers: str) -> tuple[int, str]:
        """Status and code of the error."""
        answer = self.ask(method, url, body, **headers)
        assert answer.status >= 400, answer.body
        return answer.status, answer.body["error"]["code"]

    def network(self, name: str = "net", **more: Any) -> Any:
        subnets = [{"name": "default", "properties": {"addressPrefix": "10.0.0.0/24"}}]
        space = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": subnets}
        body = {"location": "eastus", "properties": {**space, **more}}
        return self.done("PUT", f"{NETWORK}/virtualNetworks/{name}", body)

    def interface(self, name: str, subnet: str = "net/subnets/default", **more: Any) -> Any:
        """``more`` are properties of its one IP configuration, ``first``."""
        where = {"subnet": {"id": f"{NETWORK}/virtualNetworks/{subnet}"}}
        configuration = {"name": "first", "properties": {**where, **more}}
        body = {"location": "eastus", "properties": {"ipConfigurations": [configuration]}}
        return self.done("PUT", f"{NETWORK}/networkInterfaces/{name}", body)

    def address(self, name: str, **more: Any) -> Any:
        body = {"location": "eastus", "properties": more}
        return self.done("PUT", f"{NETWORK}/publicIPAddresses/{name}", body)


def _json(body: Any) -> bytes:
    return json.dumps(body).encode()
