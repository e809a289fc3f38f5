"""The line to an endpoint: bounded in time and in bytes, whatever the other end does.

Import it only where a model is asked: httpx2 comes with the extra ``models``.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx2

ANSWER_LIMIT = 8 << 20
"""Bytes of one answer that are taken; a stream needs some 200 for a token."""


class TooMuch(httpx2.TransportError):
    """It said more than :data:`ANSWER_LIMIT`, or in a coding that could grow."""


class Bounded(httpx2.BaseTransport):
    """A transport that ends an answer at the limit, or at ``deadline`` (``time.monotonic``).

    The deadline is looked at whenever something comes; the client's own time-out, which is no
    longer than the time that was left at the start, ends a silence.
    """

    def __init__(self, inner: httpx2.BaseTransport, deadline: float) -> None:
        self._inner = inner
        self._deadline = deadline

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        request.headers["Accept-Encoding"] = "identity"
        response = self._inner.handle_request(request)
        if response.headers.get("Content-Encoding", "identity") != "identity":
            response.close()
            raise TooMuch("the answer is compressed, which was not asked for")
        assert isinstance(response.stream, httpx2.SyncByteStream)  # noqa: S101 - for the types
        return httpx2.Response(
            response.status_code,
            headers=response.headers,
            stream=_Counted(response.stream, self._deadline),
            extensions=response.extensions,
        )

    def close(self) -> None:
        self._inner.close()


class _Counted(httpx2.SyncByteStream):
    def __init__(self, stream: httpx2.SyncByteStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def __iter__(self) -> Iterator[bytes]:
        taken = 0
        for piece in self._stream:
            taken += len(piece)
            if taken > ANSWER_LIMIT:
                raise TooMuch(f"it said more than {ANSWER_LIMIT} bytes")
            if time.monotonic() > self._deadline:
                raise httpx2.ReadTimeout("it is still talking")
            yield piece

    def close(self) -> None:
        self._stream.close()


def client(seconds: float, *, direct: bool) -> httpx2.Client:
    """``direct``: no proxy of the environment stands between. No redirect is followed: the
    key would go where it points."""
    transport = httpx2.HTTPTransport(retries=0)
    mounts: dict[str, httpx2.BaseTransport] = {}
    deadline = time.monotonic() + seconds
    if not direct:
        mounts = {
            pattern: Bounded(httpx2.HTTPTransport(proxy=httpx2.Proxy(url)), deadline)
            for pattern, url in _proxies().items()
        }
    return httpx2.Client(
        transport=Bounded(transport, deadline),
        mounts=mounts,
        timeout=seconds,
        follow_redirects=False,
        trust_env=False,
    )


def _proxies() -> dict[str, str]:
    """Proxies of the environment by the scheme they are for."""
    from urllib.request import getproxies

    found = getproxies()
    return {f"{scheme}://": found[scheme] for scheme in ("http", "https") if scheme in found}
