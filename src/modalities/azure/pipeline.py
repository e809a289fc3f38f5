"""azure-core's pipeline as we use it: for reads, and under the vendor's own SDK clients.

Only imported where something is sent: azure-core and requests take 0.2 s. The vendor's policies
are used but for two: redirects are not followed, and a missing registration of a resource
provider is not mended on the way, as that would be a change that no plan shows.
"""

from __future__ import annotations

import time
from typing import Any

from azure.core.exceptions import AzureError
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import (
    ContentDecodePolicy,
    HeadersPolicy,
    HTTPPolicy,
    RequestIdPolicy,
    RetryPolicy,
    UserAgentPolicy,
)
from azure.core.pipeline.transport import RequestsTransport
from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy

from modalities.azure.connection import Connection
from modalities.azure.traffic import Traffic

ATTEMPTS = 3
"""How often a request is sent again at most."""

SAFE = ("GET", "HEAD", "OPTIONS", "PUT", "DELETE")
"""Methods that may arrive twice: ARM's PUT and DELETE ask for a state, whatever there was."""

CONNECT = 5.0
"""Seconds for a connection to come about; taken from the limit of the call."""

POOL = 16
"""Connections that are kept; reads go side by side."""


def transport(connection: Connection) -> RequestsTransport:
    """Its own way out: a sandbox's hears of no proxy of ours."""
    from requests import Session
    from requests.adapters import HTTPAdapter

    session = Session()
    adapter = HTTPAdapter(pool_connections=POOL, pool_maxsize=POOL)
    session.mount("https://", adapter)
    session.trust_env = not connection.sandbox
    verify: Any = connection.authority or True
    return RequestsTransport(
        session=session,
        session_owner=False,
        connection_verify=verify,
        use_env_settings=not connection.sandbox,
    )


def policies(traffic: Traffic, credential: Any = None, scope: str = "") -> list[Any]:
    """From the caller to the wire; without a credential for what needs none."""
    signing = [ARMChallengeAuthenticationPolicy(credential, scope)] if credential else []
    return [
        RequestIdPolicy(),
        HeadersPolicy(),
        UserAgentPolicy(base_user_agent="cloudops"),
        ContentDecodePolicy(),
        Careful(retry_total=ATTEMPTS, retry_connect=1, retry_backoff_max=30),
        *signing,
        Watch(traffic),
    ]


def limits(timeout: float) -> dict[str, Any]:
    """Options of one request that is to be over, retries included, in ``timeout`` seconds."""
    connect = min(CONNECT, timeout / 2)
    return {
        "timeout": timeout,
        "connection_timeout": connect,
        "read_timeout": max(timeout - connect, connect),
    }


class Careful(RetryPolicy[Any, Any]):
    """The vendor's retries, but that a write that may have had an effect is not sent twice
    unless it asks for a state. Throttles are always waited out, as the service says."""

    def is_retry(self, settings: dict[str, Any], response: PipelineResponse[Any, Any]) -> bool:
        status = response.http_response.status_code
        if status != 429 and response.http_request.method.upper() not in SAFE:
            return False
        if status not in (408, 429) and status < 500:  # Retry-After of a plain refusal
            return False
        return bool(super().is_retry(settings, response))


class Watch(HTTPPolicy[Any, Any]):
    """The last before the wire: counts, and says why something is sent again."""

    def __init__(self, traffic: Traffic) -> None:
        super().__init__()
        self._traffic = traffic

    def send(self, request: PipelineRequest[Any]) -> PipelineResponse[Any, Any]:
        context: Any = request.context
        why = context.pop("cloudops_why", None)
        method, url = request.http_request.method, request.http_request.url
        self._traffic.sending(method, url, again=why is not None)
        if why is not None:
            name = url.partition("?")[0].rpartition("/")[2]
            self._traffic.again(f"{method} {name}: {why}: sent again")
        try:
            response = self.next.send(request)
        except AzureError as error:
            context["cloudops_why"] = type(error).__name__
            raise
        if response.http_response.status_code >= 400:
            context["cloudops_why"] = f"HTTP {response.http_response.status_code}"
        return response


class Deadline:
    """A moment that something is to be over by."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        return self._end - time.monotonic()
