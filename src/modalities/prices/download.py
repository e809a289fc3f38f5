"""Streams from a vendor's public price list: https only, with limits of time and size."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, BinaryIO, Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
CHUNK = 1 << 18


class DownloadFailed(Exception):
    """The list could not be had; ``status`` is the HTTP status where there was one."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class UnknownFormat(ValueError):
    """A price list that is not in the form we know."""


class Fetch(Protocol):
    def __call__(self, url: str) -> Iterator[bytes]:
        """The body of ``url``, chunk by chunk. Raises DownloadFailed."""
        ...


class _NowhereElse(HTTPRedirectHandler):
    """Price lists are where they are: a redirect is an error, not a way to another host."""

    def redirect_request(self, *_: object) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Download:
    """Fetches over the network. ``deadline`` is for one file as a whole, ``silence`` for a
    connection that says nothing, in seconds; ``most`` is the largest body taken, in bytes.
    ``progress`` is told the url and the bytes so far."""

    deadline: float = 900.0
    silence: float = 30.0
    most: int = 2 << 30
    progress: Callable[[str, int], None] | None = None

    def __call__(self, url: str) -> Iterator[bytes]:
        address = urlsplit(url)
        if address.scheme != "https" and address.hostname not in LOOPBACK:
            raise DownloadFailed(f"{url} is not https")
        until = time.monotonic() + self.deadline
        try:
            yield from self._body(url, until)
        except HTTPError as error:
            raise DownloadFailed(f"{address.hostname} answered {error.code}", error.code) from None
        except (URLError, OSError, HTTPException) as error:
            cause = getattr(error, "reason", None) or error
            raise DownloadFailed(f"{address.hostname} cannot be reached: {cause}") from None

    def _body(self, url: str, until: float) -> Iterator[bytes]:
        request = Request(url, headers={"User-Agent": "cloudops"})  # noqa: S310 - checked above
        with build_opener(_NowhereElse).open(request, timeout=self.silence) as answer:
            declared = answer.headers.get("Content-Length")
            total = 0
            while chunk := answer.read1(CHUNK):
                total += len(chunk)
                if total > self.most:
                    raise DownloadFailed(f"{url} is larger than {self.most} bytes")
                if time.monotonic() > until:
                    raise DownloadFailed(f"{url} took longer than {self.deadline:g} s")
                if self.progress is not None:
                    self.progress(url, total)
                yield chunk
            if declared is not None and total != int(declared):
                raise DownloadFailed(f"{url} broke off after {total} of {declared} bytes")


class _Chunks(io.RawIOBase):
    """Chunks as a file, so that text and CSV readers can take them as they come."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = chunk
        taken = self._rest[: len(buffer)]
        self._rest = self._rest[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)


@contextmanager
def as_file(chunks: Iterator[bytes]) -> Iterator[BinaryIO]:
    """A buffered binary file over chunks."""
    with io.BufferedReader(_Chunks(chunks), CHUNK) as file:
        yield file
