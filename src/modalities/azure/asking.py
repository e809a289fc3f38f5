"""Questions to Azure: one document, or every item of a list; what comes back is as it is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from modalities.azure import model
from modalities.azure.errors import refusal, translated
from modalities.azure.operations import Operation
from modalities.azure.session import forget, way
from modalities.receipt import CloudError, Trouble
from modalities.target import Target

Raw: TypeAlias = Mapping[str, Any]
Items: TypeAlias = Sequence[Raw]

AT_ONCE = 8
"""Requests under way at once for one look."""

PATIENT = 8
"""How often a request of a long look is sent again."""


class Asker(Protocol):
    """Reads from one target. Operations are named as in an SdkCall; every question raises
    CloudError where it is refused or stays without an answer. The group is the target's."""

    def one(self, service: str, word: str, **parameters: Any) -> Raw:
        """One answer, as it is."""
        ...

    def every(self, service: str, word: str, **parameters: Any) -> Items:
        """All items of a list, of every page."""
        ...


class Wire:
    """An Asker by azure-core. ``patient``: Azure's limits are waited out, for a long look that
    is not to fail. ``seen`` hears how many items each page had."""

    def __init__(
        self,
        target: Target,
        *,
        patient: bool = False,
        turn: threading.Semaphore | None = None,
        seen: Callable[[int], None] | None = None,
    ) -> None:
        self._target = target
        self._patient = patient
        self._turn = turn or threading.Semaphore(AT_ONCE)
        self._seen = seen

    def one(self, service: str, word: str, **parameters: Any) -> Raw:
        return self._asked(self._url(model.named(service, word), parameters))

    def every(self, service: str, word: str, **parameters: Any) -> Items:
        return self.following(self._url(model.named(service, word), parameters))

    def following(self, url: str) -> Items:
        """All items of the page at ``url``, and of those after it."""
        found: list[Raw] = []
        for page in self._pages(url):
            items = page.get("value") or ()
            if self._seen is not None:
                self._seen(len(items))
            found += items
        return found

    def document(self, id: str) -> Raw:
        """What is at an id. Raises LookupError where no operation reads such a thing."""
        found = model.located("GET", id)
        if found is None:
            raise LookupError(f"nothing is known that reads {id}")
        return self._asked(self._url(found.operation, found.parameters))

    def at(self, url: str) -> Raw:
        """What is at an address that Azure named."""
        return self._asked(url)

    def answer(self, operation: Operation, parameters: Mapping[str, Any]) -> Raw:
        """A read as an SdkCall has it: whole lists as one ``value``."""
        url = self._url(operation, parameters)
        if not operation.paged:
            return self._asked(url, operation.method)
        return {"value": [item for page in self._pages(url) for item in page.get("value") or ()]}

    def _pages(self, url: str) -> Iterator[Raw]:
        while url:
            page = self._asked(url)
            yield page
            url = str(page.get("nextLink") or "")

    def _url(self, operation: Operation, parameters: Mapping[str, Any]) -> str:
        from urllib.parse import quote

        made = way(self._target)
        group = {"resourceGroupName": self._target.resource_group}
        filled = {**group, **parameters}
        path = model.path_of(operation, filled, made.connection.subscription)
        known = set(model.placeholders(operation))
        asked = {"api-version": operation.api_version}
        asked |= {k: str(v) for k, v in parameters.items() if k not in known}
        query = "&".join(f"{quote(k, safe='$-')}={quote(v, safe='')}" for k, v in asked.items())
        sign = "&" if "?" in path else "?"
        return f"{made.cloud.resource_manager}{path}{sign}{query}"

    def _asked(self, url: str, method: str = "GET") -> Raw:
        from azure.core.rest import HttpRequest

        from modalities.azure.pipeline import limits

        made = way(self._target)
        options = limits(max(self._target.timeout, 1.0))
        if self._patient:
            options |= {"retry_total": PATIENT, "retry_status": PATIENT}
        with self._turn, translated():
            response = made.pipeline.send_request(HttpRequest(method, url), **options)
            if response.status_code == 204 or not response.content:
                return _plain(response)
            body = response.json()
        if response.status_code >= 400:
            raise _refused(response.status_code, body)
        if not isinstance(body, dict):
            return {"value": body}
        return body


def _plain(response: Any) -> Raw:
    if response.status_code >= 400:
        raise _refused(response.status_code, None)
    return {}


def _refused(status: int, body: Any) -> CloudError:
    error = refusal(status, body)
    if error.trouble is Trouble.AUTH:
        forget()
    return error
