"""What a browser sends without asking: the next request of a redirect, and what no page sent.

Playwright shows the first request of each chain, and follows redirects by itself. The browser's
own interception (Chrome DevTools protocol, domain Fetch) shows every request, so what comes
after a redirect is put before the same gate; and what changes something and came by no gate at
all (a worker that several pages share) is not sent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Launched

READS = frozenset(("GET", "HEAD", "OPTIONS"))
"""As HTTP has it. What changes something by GET is not held; a console that does is broken."""

CHAINS = 2000
"""Chains of requests that are remembered; a redirect follows its request at once."""


class Judge(Protocol):
    def admits(self, method: str, url: str, body: bytes | None, content_type: str) -> bool: ...

    def refuses(self, method: str, url: str) -> None:
        """It was not sent, whatever it was."""
        ...


class Asking(Protocol):
    """Whoever let a request out: its judge of that moment may be another than before."""

    @property
    def gate(self) -> Judge: ...


@dataclass(frozen=True, slots=True)
class Let:
    """A request that a gate has let out."""

    by: Asking
    body: bytes | None = None
    content_type: str = ""


class Redirects:  # no slots: Playwright notes its own on whoever listens
    """Of one browser. Raises playwright.sync_api.Error where it is gone."""

    def __init__(self, launched: Launched) -> None:
        self._let: defaultdict[tuple[str, str], list[Let]] = defaultdict(list)
        self._chains: dict[str, Let] = {}
        self._last: Asking | None = None
        self._session = launched.new_browser_cdp_session()
        self._session.on("Fetch.requestPaused", self._paused)
        self._session.send("Fetch.enable", {"patterns": [{"urlPattern": "*"}]})

    def let_out(self, method: str, url: str, let: Let) -> None:
        """A gate has; it will be seen here next."""
        self._last = let.by
        self._let[method, url.partition("#")[0]].append(let)
        while len(self._let) > CHAINS:
            del self._let[next(iter(self._let))]

    def _paused(self, event: dict[str, Any]) -> None:
        from playwright.sync_api import Error

        goes_on = self._goes_on(event)
        answer = {"requestId": event["requestId"]}
        with suppress(Error):  # the page is gone, and the request with it
            if goes_on:
                self._session.send("Fetch.continueRequest", answer)
            else:
                self._session.send("Fetch.failRequest", answer | {"errorReason": "Aborted"})

    def _goes_on(self, event: Mapping[str, Any]) -> bool:
        method, url = event["request"]["method"], event["request"]["url"]
        chain = event.get("networkId", event["requestId"])
        if "redirectedRequestId" not in event:
            let = self._taken(method, url)
            if let is not None:
                self._remember(chain, let)
                return True
        elif let := self._chains.get(chain):
            return self._follows(let, method, url)
        if method not in READS and self._last is not None:
            self._last.gate.refuses(method, url)
        return method in READS

    def _follows(self, let: Let, method: str, url: str) -> bool:
        if method in READS:
            let = replace(let, body=None, content_type="")
        return let.by.gate.admits(method, url, let.body, let.content_type)

    def _taken(self, method: str, url: str) -> Let | None:
        waiting = self._let.get((method, url))
        if not waiting:
            return None
        let = waiting.pop(0)
        if not waiting:
            del self._let[method, url]
        return let

    def _remember(self, chain: str, let: Let) -> None:
        self._chains[chain] = let
        while len(self._chains) > CHAINS:
            del self._chains[next(iter(self._chains))]
