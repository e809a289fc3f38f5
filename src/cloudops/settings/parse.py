"""Readers of single values, from a TOML file, the environment or the command line alike.

Each raises ValueError with a text that says what would have been right.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from modalities.resource import Kind

Parse = Callable[[object], object]

DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h)?")
SECONDS = {"s": 1, "m": 60, "h": 3600}
GROUP = re.compile(r"[\w().-]{1,90}")
REGION = re.compile(r"[a-z][a-z0-9-]{1,40}")


def text(value: object) -> str:
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise ValueError(f"{value!r} is not a text" if not isinstance(value, str) else "it is empty")


def resource_group(value: object) -> str:
    """Azure's rule: letters, digits and ``-_.()``, up to 90 of them, no full stop at the end."""
    name = text(value)
    if not GROUP.fullmatch(name) or name.endswith("."):
        raise ValueError(f"{name!r} is no name of a resource group")
    return name


def yes_or_no(value: object) -> bool:
    if isinstance(value, bool):
        return value
    known = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    answer = known.get(value.strip().lower()) if isinstance(value, str) else None
    if answer is None:
        raise ValueError(f"{value!r} is neither true nor false")
    return answer


def one_of(*choices: str) -> Parse:
    def parse(value: object) -> str:
        if value in choices:
            return str(value)
        raise ValueError(f"{value!r} is not one of {', '.join(choices)}")

    return parse


def seconds(value: object) -> float:
    """``90``, ``90s``, ``1.5m`` or ``2h``, in seconds."""
    if isinstance(value, str) and (match := DURATION.fullmatch(value.strip().lower())):
        return float(match[1]) * SECONDS[match[2] or "s"]
    if isinstance(value, (int, float)):
        return number(value)
    raise ValueError(f"{value!r} is not a time: write seconds, or 90s, 5m, 1h")


def number(value: object) -> float:
    """Zero or more."""
    parsed = math.nan
    if isinstance(value, (int, float, str)) and not isinstance(value, bool):
        with suppress(ValueError):
            parsed = float(value)
    if not math.isfinite(parsed) or parsed < 0:
        raise ValueError(f"{value!r} is not a number of zero or more")
    return parsed


def dollars(value: object) -> float:
    """``50``, ``$50`` or ``50 USD``; zero or more."""
    if isinstance(value, str):
        value = value.strip().removeprefix("$").removesuffix("USD").strip()
    return number(value)


def whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{value!r} is not a whole number of zero or more")
    return value


def quotas(value: object) -> dict[str, int]:
    """The most of each kind, by the kind's name."""
    if not isinstance(value, dict):
        raise ValueError("it is no table: write { network = 5 }")  # noqa: TRY004
    kinds = [str(kind) for kind in Kind]
    for name in value:
        if name not in kinds:
            raise ValueError(f"{name!r} is no kind: {', '.join(kinds)}")
    return {str(name): whole(most) for name, most in value.items()}


def path(value: object) -> Path:
    return Path(text(value)).expanduser()


def region(value: object) -> str:
    name = text(value)
    if not REGION.fullmatch(name):
        raise ValueError(f"{value!r} is not the name of a region, such as eu-west-1")
    return name


def texts(value: object) -> tuple[str, ...]:
    return tuple(text(item) for item in _items(value))


def regions(value: object) -> tuple[str, ...]:
    return tuple(region(item) for item in _items(value))


def ports(value: object) -> tuple[int, ...]:
    found = tuple(whole(item) for item in _items(value))
    for port in found:
        if not 1 <= port <= 65535:
            raise ValueError(f"{port} is not a port: ports are 1 to 65535")
    return found


def url(value: object) -> str:
    """An http or https address without a user or password in it."""
    from urllib.parse import urlsplit

    address = text(value)
    try:
        parts = urlsplit(address)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise ValueError(f"{address!r} is not an address such as http://127.0.0.1:5000")
    if parts.username or parts.password:
        raise ValueError("it holds a user or a password; credentials come from a profile")
    return address


def database(value: object) -> str | None:
    """The address of a PostgreSQL, without a password; None for ``file``."""
    from cloudops.settings import postgres_url

    place = text(value)
    return None if place == "file" else postgres_url.checked(place)


def _items(value: object) -> list[object]:
    if isinstance(value, list):
        return value
    raise ValueError(f'{value!r} is not a list, such as ["a", "b"]')
