"""What goes over the wire to one target: counted, guarded and, where that is safe, sent again.

The vendor's own ``standard`` mode decides whether and when a request is repeated; this only
forbids: a write that may have arrived is never sent twice (of refusals only throttles and
connections that never came about are known to have had no effect), and nobody waits longer
than the target's limit for one call.
"""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

from botocore.client import BaseClient
from botocore.exceptions import (
    ConnectTimeoutError,
    EndpointConnectionError,
    ProxyConnectionError,
    ReadTimeoutError,
)

from modalities import awake
from modalities.aws.codes import trouble_of
from modalities.aws.effects import effect_of
from modalities.aws.errors import AWS_ERRORS, as_cloud_error
from modalities.receipt import CloudError, Trouble
from modalities.step import Effect

NEVER_ARRIVED = (EndpointConnectionError, ConnectTimeoutError, ProxyConnectionError)
TOOK_ALL_THE_TIME = (ReadTimeoutError, ConnectTimeoutError)

XML = ("ec2", "query", "rest-xml")

_MINE = "cloudops"
_notes: ContextVar[list[str] | None] = ContextVar("retry_notes", default=None)
_ends: ContextVar[float] = ContextVar("last_moment", default=math.inf)


@contextmanager
def noting(notes: list[str], ends: float = math.inf) -> Iterator[None]:
    """Requests of this thread that are sent again are put down in ``notes`` as well. None is
    sent from the moment of :func:`modalities.awake.now` on that ``ends`` is: a process that was
    stopped in between has lost its claims by then."""
    token, last = _notes.set(notes), _ends.set(ends)
    try:
        yield
    finally:
        _notes.reset(token)
        _ends.reset(last)


def is_loopback(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Traffic:
    """Counts requests and collects retries in words; shared by all clients of one target."""

    def __init__(self, *, loopback_only: bool) -> None:
        self.retries: list[str] = []
        self.listeners: list[Callable[[str], None]] = []
        self._requests = 0
        self._lock = threading.Lock()
        self._loopback_only = loopback_only

    @property
    def requests(self) -> int:
        """Requests sent so far, retries included."""
        return self._requests

    def watch(self, client: BaseClient, service: str, timeout: float) -> None:
        """Hook into a client's events. After ``timeout`` seconds a call is not sent again."""

        def forbid(operation: Any, **event: Any) -> bool | None:
            writes = effect_of(service, operation.name) is not Effect.READ
            return self._forbid(operation.name, writes, timeout, **event)

        events: Any = client.meta.events
        name = client.meta.service_model.service_id.hyphenize()
        events.register_first(f"needs-retry.{name}", forbid)
        events.register(f"request-created.{name}", self._begin)
        events.register_first(f"before-send.{name}", self._send)
        events.register(f"before-parse.{name}", _legible)

    def _begin(self, request: Any, operation_name: str, **_: Any) -> None:
        mine = request.context.setdefault(_MINE, {"began": time.monotonic()})
        if "why" in mine:
            self._note(f"{operation_name}: {mine.pop('why')}: sent again")

    def _send(self, request: Any, **_: Any) -> None:
        if self._loopback_only and not is_loopback(request.url):
            raise beyond(request.url)
        if awake.now() >= _ends.get():
            raise CloudError(Trouble.TIMEOUT, "NoTimeLeft", "no time was left", sent=False)
        with self._lock:
            self._requests += 1

    def _forbid(
        self,
        operation: str,
        writes: bool,
        timeout: float,
        *,
        response: Any,
        caught_exception: Exception | None,
        request_dict: dict[str, Any],
        **_: Any,
    ) -> bool | None:
        """False forbids a retry, None leaves it to the vendor's mode."""
        mine = request_dict["context"].get(_MINE, {})
        if time.monotonic() - mine.get("began", 0.0) > timeout:
            return False
        if caught_exception is not None:
            mine["why"] = _said(caught_exception)
            if isinstance(caught_exception, TOOK_ALL_THE_TIME):
                return False
            return False if writes and not isinstance(caught_exception, NEVER_ARRIVED) else None
        if response is None or response[0].status_code < 300:
            return None
        error = response[1].get("Error", {})
        code, text = str(error.get("Code", "")), str(error.get("Message", ""))
        trouble = trouble_of(code, text, response[0].status_code, operation)
        mine["why"] = f"HTTP {response[0].status_code}" if code.isdigit() else code
        if trouble is Trouble.NOT_EMULATED:
            return False
        return False if writes and trouble is not Trouble.THROTTLED else None

    def _note(self, text: str) -> None:
        with self._lock:
            self.retries.append(text)
        notes = _notes.get()
        if notes is not None:
            notes.append(text)
        for listener in self.listeners:
            listener(text)


def _said(exception: Exception) -> str:
    typed = isinstance(exception, AWS_ERRORS)
    return as_cloud_error(exception).message if typed else type(exception).__name__


def _legible(operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
    """Give a refusal that is no XML (a bare 429, a proxy's web page) the form that botocore can
    read: where it cannot, it does not repeat the request either. JSON it reads leniently."""
    status, protocol = response_dict["status_code"], operation_model.service_model.protocol
    body = response_dict["body"]
    if status < 400 or protocol not in XML or not isinstance(body, bytes):
        return
    start = body.lstrip()[:14].lower()
    if not start.startswith(b"<") or start.startswith((b"<!doctype", b"<html")):
        error = f"<Error><Code>{status}</Code><Message>HTTP {status}</Message></Error>"
        wrapped = f"<Response><Errors>{error}</Errors></Response>"
        response_dict["body"] = (error if protocol == "rest-xml" else wrapped).encode()


def beyond(url: str) -> CloudError:
    """A sandbox target that would leave this machine."""
    return CloudError(
        Trouble.INVALID,
        "NotLoopback",
        f"a sandbox may only talk to this machine, not to {url[:200]}",
        sent=False,
        remedy='give it an endpoint_url on 127.0.0.1, or realm = "production"',
    )
