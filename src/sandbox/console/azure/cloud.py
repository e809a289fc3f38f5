"""The console's one way to Azure: ARM's public API, and what this account may not do there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeAlias
from urllib.parse import urlencode

from modalities.azure import model
from modalities.azure.errors import refusal, translated
from modalities.azure.ids import parse
from modalities.azure.session import identify, way
from modalities.receipt import CloudError, Trouble
from modalities.target import Identity, Target
from sandbox.console.settings import Settings
from sandbox.guard import NotLoopback, assert_loopback

Raw: TypeAlias = Mapping[str, Any]
"""A document of ARM's."""

LONGEST = 900.0
"""Seconds that a long-running operation may take; a deployment of a machine takes minutes."""

WORDS = {"GET": "read", "HEAD": "read", "PUT": "write", "PATCH": "write", "DELETE": "delete"}
"""What permissions call a method; a POST has a verb of its own."""


class Cloud:
    """One subscription of the target, as the signed-in user sees it. Paths are ARM ids, without
    API versions: each operation has its own (modalities.azure.operations). Every method raises
    CloudError."""

    def __init__(self, target: Target, settings: Settings) -> None:
        self._target = target
        self.settings = settings

    @property
    def region(self) -> str:
        return self._target.region

    def in_region(self, region: str) -> Cloud:
        return Cloud(replace(self._target, region=region), self.settings)

    def regions(self) -> tuple[str, ...]:
        """A subscription is shown as a whole; its resources say where they are."""
        return (self.region,)

    def identity(self) -> Identity:
        return identify(self._target)

    @property
    def subscription(self) -> str:
        """Its id: ``/subscriptions/…``."""
        return f"/subscriptions/{way(self._target).connection.subscription}"

    @property
    def group(self) -> str:
        """Name of the resource group that the target is: what a wizard suggests."""
        return self._target.resource_group or ""

    # -- reads -----------------------------------------------------------------------------

    def get(self, path: str, **query: str) -> Raw:
        """One document."""
        return self._asked("GET", path, query)

    def all(self, path: str, **query: str) -> list[Raw]:
        """Every item of a list of the subscription (``path`` begins behind it) or of an id."""
        full = path if path.startswith("/subscriptions/") else f"{self.subscription}{path}"
        page = self._asked("GET", full, query)
        found = list(page.get("value") or ())
        while link := str(page.get("nextLink") or ""):
            page = self._read(self._send("GET", link))
            found += page.get("value") or ()
        return found

    def text(self, address: str) -> str:
        """What is at a signed address, which wants no token: on this machine, or not at all."""
        from azure.core.rest import HttpRequest

        try:
            assert_loopback(address)
        except NotLoopback as error:
            raise CloudError(Trouble.INVALID, "NotLoopback", str(error), sent=False) from error
        with translated():
            response = way(self._target).transport.send(HttpRequest("GET", address))
            response.read()
            return str(response.text()) if response.status_code == 200 else ""

    # -- changes ---------------------------------------------------------------------------

    def put(self, path: str, body: Raw) -> Raw:
        return self._changed("PUT", path, body)

    def patch(self, path: str, body: Raw) -> Raw:
        return self._changed("PATCH", path, body)

    def delete(self, path: str, **query: str) -> None:
        self._changed("DELETE", path, None, query)

    def post(self, path: str, verb: str, body: Raw | None = None, **query: str) -> Raw:
        return self._changed("POST", f"{path}/{verb}", body, query)

    # -- the wire --------------------------------------------------------------------------

    def _asked(self, method: str, path: str, query: Mapping[str, str]) -> Raw:
        self._require(method, path)
        return self._read(self._send(method, self._url(method, path, query)))

    def _changed(
        self, method: str, path: str, body: Raw | None, query: Mapping[str, str] | None = None
    ) -> Raw:
        """Sent, and followed to the end of its long-running operation."""
        from modalities.azure.pipeline import Deadline
        from modalities.azure.polling import Begun, followed

        self._require(method, path)
        began = self._send(method, self._url(method, path, query or {}), body)
        if began.http_response.status_code >= 400:
            self._read(began)
        made = way(self._target)
        begun = Begun()
        begun.initialize(made.pipeline, began, None)
        with translated():
            ended = followed(begun, Deadline(LONGEST), made.cloud.resource_manager)
        return ended if isinstance(ended, dict) else {}

    def _send(self, method: str, url: str, body: Raw | None = None) -> Any:
        from azure.core.rest import HttpRequest

        from modalities.azure.pipeline import limits

        content: dict[str, Any] = {} if body is None else {"json": body}
        with translated():
            return way(self._target).pipeline.send_request(
                HttpRequest(method, url, **content),
                _return_pipeline_response=True,
                **limits(self._target.timeout),
            )

    def _read(self, answer: Any) -> Raw:
        response = answer.http_response
        body = response.json() if response.content else {}
        if response.status_code >= 400:
            raise refusal(response.status_code, body)
        return body if isinstance(body, dict) else {"value": body}

    def _url(self, method: str, path: str, query: Mapping[str, str]) -> str:
        found = model.located(method, path)
        if found is None:
            message = f"There is nothing that could be asked to {method} {path[:200]}"
            raise CloudError(Trouble.INVALID, "InvalidResourceId", message, sent=False)
        inner = model.path_of(
            found.operation, found.parameters, self.subscription.rpartition("/")[2]
        )
        asked = {"api-version": found.operation.api_version, **query}
        sign = "&" if "?" in inner else "?"
        return f"{way(self._target).cloud.resource_manager}{inner}{sign}{urlencode(asked)}"

    def _require(self, method: str, path: str) -> None:
        """Raises CloudError where the console's settings deny it, in Azure's own words."""
        action = permission(method, path)
        denied = {each.casefold() for each in self.settings.denied}
        if not self.settings.hazards.denials or action.casefold() not in denied:
            return
        who = self.identity().principal
        raise CloudError(
            Trouble.PERMISSION,
            "AuthorizationFailed",
            f"The client '{who}' with object id '{who}' does not have authorization to perform "
            f"action '{action}' over scope '{path}' or the scope is invalid. If access was "
            "recently granted, please refresh your credentials.",
        )


def permission(method: str, path: str) -> str:
    """``Microsoft.Compute/virtualMachines/write``: what a role would have to allow."""
    inner = path.partition("?")[0]
    verb = inner.rpartition("/")[2]
    if method == "POST":
        inner = inner.rpartition("/")[0]
    head, _, provided = inner.rpartition("/providers/")
    if not head:
        found = parse(inner)
        return f"{found.type if found else inner}/{WORDS.get(method, verb)}"
    parts = provided.split("/")
    kinds = "/".join((parts[0], *parts[1::2]))
    return f"{kinds}/{f'{verb}/action' if method == 'POST' else WORDS[method]}"
