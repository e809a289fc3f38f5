"""The sandbox never leaves this machine: the check that every way into it passes."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

DEAD_PROXY = "http://127.0.0.1:9"
"""Port 9 (discard) has no listener: whatever is sent there fails at once, and goes nowhere."""

LOCAL = "127.0.0.1,localhost"


class NotLoopback(Exception):
    """An address that is not on this machine was about to be used as the sandbox."""


def assert_loopback(url: str) -> str:
    """``url``, where its host is this machine itself. Raises NotLoopback.

    Only literal addresses and ``localhost`` count: any other name could resolve elsewhere.
    """
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    if host != "localhost" and not _is_loopback(host):
        raise NotLoopback(f"{url!r} is not an address of this machine")
    return url


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def fail_closed() -> dict[str, str]:
    """Environment in which a child process can reach this machine and nothing else."""
    upper = {"HTTP_PROXY": DEAD_PROXY, "HTTPS_PROXY": DEAD_PROXY, "NO_PROXY": LOCAL}
    return upper | {name.lower(): value for name, value in upper.items()}
