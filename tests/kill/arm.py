"""What an Azure subscription holds, by a reader of its own: plain GETs of the resource manager
over TLS, and nothing of the product's."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from kill.holdings import Holdings

TENANT = "5a4db0c5-0000-4000-8000-c10dd0950002"
SUBSCRIPTION = "5a4db0c5-0000-4000-8000-c10dd0950001"
CLIENT = "5a4db0c5-0000-4000-8000-c10dd0950003"
SECRET = "any"

GROUPS = "2022-09-01"
VERSIONS = {"microsoft.compute/disks": "2024-03-02", "microsoft.network": "2024-05-01"}
OTHERS = "2024-07-01"
"""API versions, by type or by namespace."""


class Arm:
    """The resource manager on ``port`` of this machine; ``authority`` is whom it is trusted by."""

    def __init__(self, port: int, authority: Path) -> None:
        self._port = port
        self._trusted = ssl.create_default_context(cafile=str(authority))
        self._token = str(self._signed_in()["access_token"])

    def get(self, path: str, version: str, **query: str) -> Any:
        """The answer. Raises OSError, HTTPException, ValueError."""
        asked = urlencode({"api-version": version, **query})
        return self._asked("GET", f"{quote(path)}?{asked}")

    def rows(self, path: str, version: str) -> Iterator[Any]:
        page = self.get(path, version)
        while True:
            yield from page["value"]
            if not (more := page.get("nextLink")):
                return
            page = self._asked("GET", "/" + more.split("/", 3)[3])

    def _signed_in(self) -> Any:
        form = {"client_id": CLIENT, "client_secret": SECRET, "grant_type": "client_credentials"}
        return self._asked("POST", f"/{TENANT}/oauth2/v2.0/token", urlencode(form))

    def _asked(self, method: str, path: str, form: str | None = None) -> Any:
        connection = http.client.HTTPSConnection(
            "localhost", self._port, timeout=60, context=self._trusted
        )
        try:
            headers = {} if form else {"Authorization": f"Bearer {self._token}"}
            connection.request(method, path, form, headers)
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        if response.status != 200:
            raise ValueError(f"{method} {path}: {response.status} {body[:200]!r}")
        return json.loads(body)


def look(port: int, authority: Path) -> Holdings:
    """All that the subscription at ``port`` holds, and whether its machines run."""
    return Holdings(dict(_everything(Arm(port, authority))))


def _everything(arm: Arm) -> Iterator[tuple[tuple[str, str], Any]]:
    mine = f"/subscriptions/{SUBSCRIPTION}"
    for group in arm.rows(f"{mine}/resourceGroups", GROUPS):
        yield ("resource group", group["id"].lower()), group
    for row in arm.rows(f"{mine}/resources", GROUPS):
        kind = str(row["type"])
        item = arm.get(row["id"], _version(kind))
        if kind.lower() == "microsoft.compute/virtualmachines":
            item["power"] = _power(arm, row["id"])
            item["extensions"] = [*arm.rows(f"{row['id']}/extensions", OTHERS)]
        yield (kind.rpartition("/")[2], row["id"].lower()), item


def _version(kind: str) -> str:
    kind = kind.lower()
    return VERSIONS.get(kind) or VERSIONS.get(kind.partition("/")[0], OTHERS)


def _power(arm: Arm, machine: str) -> list[str]:
    statuses = arm.get(f"{machine}/instanceView", OTHERS)["statuses"]
    return [s["code"] for s in statuses if s["code"].startswith("PowerState/")]
