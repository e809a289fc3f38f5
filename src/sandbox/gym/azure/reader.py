"""A client of Azure that is not the agent: plain SDK clients to make things, plain GETs to look."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from urllib.request import HTTPSHandler, ProxyHandler, Request, build_opener

WITHIN = 60.0
"""Seconds for one answer."""

CLIENTS: Mapping[str, tuple[str, str]] = {
    "resource": ("azure.mgmt.resource.resources", "ResourceManagementClient"),
    "network": ("azure.mgmt.network", "NetworkManagementClient"),
    "compute": ("azure.mgmt.compute", "ComputeManagementClient"),
}
"""The vendor's own packages, by the service's name."""


@dataclass(frozen=True)
class Reader:
    """One subscription at ``endpoint``, whose certificate ``authority`` (a PEM file) vouches for.
    ``group`` and ``location`` are where things are made."""

    endpoint: str
    authority: Path
    subscription: str
    group: str = "cloudops"
    location: str = "eastus"
    _kept: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def scope(self) -> str:
        return f"/subscriptions/{self.subscription}"

    def client(self, service: str) -> Any:
        """Of the vendor's SDK; made once each."""
        if service not in self._kept:
            self._kept[service] = self._client(*CLIENTS[service])
        return self._kept[service]

    def get(self, path: str, version: str, **query: str) -> Any:
        """The answer's body. Raises urllib's HTTPError."""
        asked = urlencode({"api-version": version, **query})
        return self._ask(f"{self.endpoint}{quote(path)}?{asked}")

    def listed(self, path: str, version: str, **query: str) -> Iterator[Any]:
        """All rows, page by page."""
        page = self.get(path, version, **query)
        yield from page["value"]
        while following := page.get("nextLink"):
            page = self._ask(following)
            yield from page["value"]

    def token(self) -> str:
        if "token" not in self._kept:
            asked = urlencode({"api-version": "2019-08-01", "resource": f"{self.endpoint}/"})
            request = Request(  # noqa: S310 - https, to the sandbox
                f"{self.endpoint}/msi/token?{asked}", headers={"X-IDENTITY-HEADER": "sandbox"}
            )
            self._kept["token"] = self._answer(request)["access_token"]
        return str(self._kept["token"])

    def _ask(self, url: str) -> Any:
        head = {"Authorization": f"Bearer {self.token()}", "Accept": "application/json"}
        return self._answer(Request(url, headers=head))  # noqa: S310 - https, to the sandbox

    def _answer(self, request: Request) -> Any:
        trust = ssl.create_default_context(cafile=str(self.authority))
        opener = build_opener(ProxyHandler({}), HTTPSHandler(context=trust))
        with opener.open(request, timeout=WITHIN) as answer:
            return json.loads(answer.read())

    def _client(self, package: str, name: str) -> Any:
        from importlib import import_module

        from azure.core.pipeline.transport import RequestsTransport

        transport = RequestsTransport(
            connection_verify=str(self.authority), use_env_settings=False, read_timeout=WITHIN
        )
        return getattr(import_module(package), name)(
            _Credential(self.token()),
            self.subscription,
            base_url=self.endpoint,
            credential_scopes=[f"{self.endpoint}/.default"],
            transport=transport,
            retry_total=0,
        )


class _Credential:
    """A token that is there already, as azure-core wants it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def get_token(self, *_: str, **__: Any) -> Any:
        from azure.core.credentials import AccessToken

        return AccessToken(self._token, int(time.time()) + 3600)
