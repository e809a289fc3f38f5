"""Sizes, ports and what stands for them: the numbers behind the words."""

from __future__ import annotations

from typing import Any

from cloudops.planner.interpreter.asking import Unclear
from cloudops.planner.interpreter.things import Ports
from modalities.resource import Provider
from modalities.wanted import Rule

QUALITIES = {
    "tiny": (1, 1.0),
    "small": (2, 2.0),
    "medium": (2, 4.0),
    "large": (2, 8.0),
    "xlarge": (4, 16.0),
}
"""What "small" and its like mean: vCPUs and GiB of memory, as the common general-purpose types."""

DISK_GIB = 32
"""The size of a disk where none is said."""

ANYWHERE = "0.0.0.0/0"


def chosen_size(sizes: dict[Provider, list[str]] | None, provider: Provider) -> str | None:
    """The native size for the cloud. Raises Unclear where two are given for one cloud."""
    if not sizes:
        return None
    if any(len(found) > 1 for found in sizes.values()):
        both = next(found for found in sizes.values() if len(found) > 1)
        raise Unclear("two sizes are given: " + " and ".join(both), *both)
    if provider in sizes:
        return sizes[provider][0]
    return next(iter(sizes.values()))[0]


def whole_gib(gib: float) -> int:
    """Disks come in whole GiB. Raises Unclear below one."""
    if gib < 1 or gib > 65_536:
        raise Unclear(f"a disk has 1 GB to 64 TB, not {gib:g} GB")
    return int(gib) if gib == int(gib) else int(gib) + 1


def rule(said: Ports, says: dict[str, Any]) -> Rule:
    """A firewall rule for what was said; "443" is TCP."""
    protocol = said.protocol or says.get("protocol") or "tcp"
    first, last = checked_port(said.first), checked_port(said.last)
    if last < first:
        raise Unclear(f"the ports {first} to {last} are no range")
    return Rule(
        first_port=first,
        last_port=last,
        protocol=protocol if protocol in ("tcp", "udp", "icmp") else "tcp",
        source=says.get("source", ANYWHERE),
    )


def checked_port(port: int) -> int:
    if not 1 <= port <= 65_535:
        raise Unclear(f"{port} is not a port: ports are 1 to 65535", str(port))
    return port


def checked_cidr(cidr: str) -> str:
    """The address range as it stands. Raises Unclear where it is none."""
    from ipaddress import IPv4Network  # costs 5 ms, and few requests name one

    try:
        IPv4Network(cidr)
    except ValueError as error:
        raise Unclear(f"{cidr} is not an address range: {error}", cidr) from None
    return cidr
