"""What a page may send: reads go on, everything else is shown, and held unless it was approved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from modalities.browser.driver.contract import Mutation, Watcher
from modalities.browser.driver.pending import message, mutation
from modalities.browser.driver.redaction import Secrets
from modalities.browser.driver.redirects import READS, Let, Redirects

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Request, Route, WebSocketRoute

VOLATILE = (
    "csrf*",
    "_csrf*",
    "xsrf*",
    "_xsrf*",
    "*csrftoken",
    "csrfmiddlewaretoken",
    "authenticity_token",
    "__requestverificationtoken",
    "*nonce",
)
"""Fields that are new in every page: what was approved need not have their value."""

INSIDE = ("about", "blob", "data", "chrome-error", "")
"""Addresses that name no host."""

CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(slots=True)
class Seen:
    """What came to the gate since it was last asked."""

    requests: int = 0
    passed: list[Mutation] = field(default_factory=list)
    held: list[Mutation] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)


class Gate:
    """``base`` is the console's address; its host is allowed, and ``hosts`` beside it
    (``name`` or ``name:port``). ``others``: reads from any host go on (fonts, scripts).

    ``reads`` are ``METHOD /path`` patterns (``*`` as in file names) of requests that change
    nothing though their method says so: ``POST /signin``, ``WS /live``; ``writes`` those of
    requests that change something though theirs does not: ``GET /vm/*?action=*``. ``approved`` are
    mutations that may be sent, each once: method, path and every field equal, but for those
    that ``volatile`` names. ``free`` lets every mutation to an allowed host out.
    """

    def __init__(
        self,
        base: str,
        *,
        reads: Iterable[str] = (),
        writes: Iterable[str] = (),
        hosts: Iterable[str] = (),
        others: bool = False,
        approved: Sequence[Mutation | Mapping[str, Any]] = (),
        volatile: Iterable[str] = VOLATILE,
        free: bool = False,
        watcher: Watcher | None = None,
    ) -> None:
        self.base = base
        self._hosts = frozenset((urlsplit(base).netloc, *hosts))
        self._others = others
        self._reads = tuple(reads)
        self._writes = tuple(writes)
        self._approved = [as_mutation(each) for each in approved]
        self._volatile = tuple(name.casefold() for name in volatile)
        self._free = free
        self._watcher = watcher
        self.secrets = Secrets()
        self.seen = Seen()

    @property
    def unused(self) -> tuple[Mutation, ...]:
        """What was approved and has not been sent."""
        return tuple(self._approved)

    def taken(self) -> Seen:
        """What came since this was last called."""
        seen, self.seen = self.seen, Seen()
        return seen

    def admits(self, method: str, url: str, body: bytes | None, content_type: str) -> bool:
        """Whether a request may be sent. What was approved is used up by it."""
        self.seen.requests += 1
        if not self._reachable(url, method):
            self.refuses(method, url)
            return False
        if self._is_read(method, url):
            return True
        return self._passes(mutation(method, url, body, content_type))

    def admits_message(self, url: str, said: str | bytes) -> bool:
        """Whether a message may be sent on a web socket."""
        self.seen.requests += 1
        return self._is_read("WS", url) or self._passes(message(url, said))

    def admits_socket(self, url: str) -> bool:
        if self._host(url) in self._hosts:
            return True
        self.refuses("WS", url)
        return False

    def refuses(self, method: str, url: str) -> None:
        self.seen.blocked.append(f"{method} {CONTROL.sub('?', url)[:200]}")

    def _reachable(self, url: str, method: str) -> bool:
        if urlsplit(url).scheme in INSIDE or self._host(url) in self._hosts:
            return True
        return self._others and method in READS

    def _host(self, url: str) -> str:
        return urlsplit(url).netloc.rpartition("@")[2]

    def _is_read(self, method: str, url: str) -> bool:
        parts = urlsplit(url)
        asked = f"{method} {parts.path or '/'}"
        if any(fnmatchcase(asked, pattern) for pattern in self._reads):
            return True
        whole = f"{asked}?{parts.query}" if parts.query else asked
        return method in READS and not any(fnmatchcase(whole, each) for each in self._writes)

    def _passes(self, pending: Mutation) -> bool:
        shown = Mutation(
            pending.method, pending.path, self.secrets.blanked_data(dict(pending.fields))
        )
        passes = self._free or self._use_up(shown)
        if self._watcher is not None:
            self._watcher(shown, passes)
        (self.seen.passed if passes else self.seen.held).append(shown)
        return passes

    def _use_up(self, pending: Mutation) -> bool:
        for number, approved in enumerate(self._approved):
            if self._equal(approved, pending):
                del self._approved[number]
                return True
        return False

    def _equal(self, approved: Mutation, pending: Mutation) -> bool:
        if (approved.method, approved.path) != (pending.method, pending.path):
            return False
        return self._lasting(approved.fields) == self._lasting(pending.fields)

    def _lasting(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """The fields whose values were approved. That there is a volatile one counts, too."""
        return {
            name: None if self._is_volatile(name) else _plain(value)
            for name, value in fields.items()
        }

    def _is_volatile(self, name: str) -> bool:
        bare = name.removeprefix("?").casefold()
        return any(fnmatchcase(bare, pattern) for pattern in self._volatile)


def as_mutation(data: Mutation | Mapping[str, Any]) -> Mutation:
    """From ``{"method", "path", "fields"}``, as a plan has it."""
    if isinstance(data, Mutation):
        return data
    return Mutation(str(data["method"]), str(data["path"]), dict(data.get("fields", {})))


def _plain(value: Any) -> Any:
    """As JSON would bring it back."""
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, (list, tuple)) else value


class Gateway:  # no slots: Playwright notes its own on whoever listens
    """The gate of a browser context; which one it is may change. ``redirects`` tells it of what
    follows from a request that was let out."""

    def __init__(self, context: BrowserContext, gate: Gate, redirects: Redirects) -> None:
        self.gate = gate
        self._redirects = redirects
        context.route("**/*", self._request)
        context.route_web_socket("**/*", self._socket)

    def _request(self, route: Route, request: Request) -> None:
        from playwright.sync_api import Error

        try:
            body = request.post_data_buffer
            content_type = request.headers.get("content-type", "")
            if self.gate.admits(request.method, request.url, body, content_type):
                let = Let(self, body, content_type)
                self._redirects.let_out(request.method, request.url, let)
                route.continue_()
            else:
                route.abort("aborted")  # any other reason would replace the page
        except Error:  # the page is gone, and the request with it
            return

    def _socket(self, socket: WebSocketRoute) -> None:
        if not self.gate.admits_socket(socket.url):
            socket.close()
            return
        server = socket.connect_to_server()

        def said(words: str | bytes) -> None:
            if self.gate.admits_message(socket.url, words):
                server.send(words)

        socket.on_message(said)
