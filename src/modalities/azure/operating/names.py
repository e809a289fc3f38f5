"""What a resource's type is called in words: ``availability set`` of availabilitySets."""

from __future__ import annotations

import re
from functools import lru_cache

HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
KEPT = ("ss", "us", "is")
WHOLE = ("ches", "sses", "xes", "shes")


def words(name: str) -> str:
    """``public ip addresses`` of publicIPAddresses and of public_ip_addresses."""
    return " ".join(HUMP.split(re.sub(r"[-_]", " ", name))).lower()


@lru_cache(maxsize=10_000)
def one_of(noun: str) -> str:
    """Of a plural the singular."""
    if noun.endswith("ies") and len(noun) > len("ties"):
        return f"{noun[:-3]}y"
    if noun.endswith(WHOLE):
        return noun[:-2]
    return noun[:-1] if noun.endswith("s") and not noun.endswith(KEPT) else noun
