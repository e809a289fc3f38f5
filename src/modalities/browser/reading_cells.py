"""The words of a table's cell as a neutral attribute. All of them are data from a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from modalities.resource import Json

NOTHING = frozenset({"", "-", "–", "—", "none", "n/a"})

NUMBER = re.compile(r"^\s*(\d+(?:\.\d+)?)\b")
ATTACHED = re.compile(r"^(?P<vm>i-[0-9a-f]+): (?P<device>\S+) \((?P<state>[\w-]+)\)")

ROOT = ("/dev/xvda", "/dev/sda1")
"""Device names that AWS reserves for the disk a machine starts from (EC2 user guide, "Device
names for volumes")."""


def read_cell(words: str, how: str) -> Json:
    """Raises KeyError for a way that there is none of."""
    return WAYS[how]("" if words.strip().casefold() in NOTHING else words.strip())


def _text(words: str) -> Json:
    return words or None


def _number(words: str) -> Json:
    found = NUMBER.match(words)
    if found is None:
        return None
    return float(found[1]) if "." in found[1] else int(found[1])


def _holder(words: str) -> Json:
    found = ATTACHED.match(words)
    return found["vm"] if found else None


def _device(words: str) -> Json:
    found = ATTACHED.match(words)
    return found["device"] if found else None


def _power(words: str) -> Json:
    """``Stopped (deallocated)`` is stopped, too."""
    first = words.casefold().partition(" ")[0]
    return {"starting": "pending", "deallocating": "stopping"}.get(first, first) or None


def _disk_state(words: str) -> Json:
    known = {"attached": "in-use", "reserved": "in-use", "unattached": "available"}
    return known.get(words.casefold(), words.casefold()) or None


def _is(word: str) -> Callable[[str], Json]:
    return lambda words: words.casefold() == word


WAYS: Mapping[str, Callable[[str], Json]] = {
    "text": _text,
    "lower": lambda words: words.casefold() or None,
    "number": _number,
    "yes": _is("yes"),
    "given": bool,
    "enabled": lambda words: words.casefold() in ("enabled", "pending"),
    "spot": _is("spot"),
    "encrypted": _is("encrypted"),
    "default": _is("default"),
    "internet_facing": _is("internet-facing"),
    "power": _power,
    "deallocated": lambda words: "deallocated" in words.casefold(),
    "disk_state": _disk_state,
    "holder": _holder,
    "device": _device,
    "root_device": lambda words: _device(words) in ROOT,
}
