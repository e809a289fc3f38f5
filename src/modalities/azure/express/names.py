"""Names that Azure takes.

https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
"""

from __future__ import annotations

import re

from modalities.contract import Unsupported
from modalities.resource import Kind

USUAL = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,%d}[A-Za-z0-9_])?"
RULES = {
    Kind.NETWORK: (re.compile(USUAL % 62), "2 to 64 letters, digits, . _ -"),
    Kind.VM: (re.compile(USUAL % 62), "1 to 64 letters, digits, . _ -"),
    Kind.KEY_PAIR: (re.compile(r"[A-Za-z0-9_.-]{1,80}"), "1 to 80 letters, digits, . _ -"),
    Kind.BUCKET: (re.compile(r"[a-z0-9]{3,24}"), "3 to 24 small letters and digits"),
}
OTHERS = (re.compile(USUAL % 78), "1 to 80 letters, digits, . _ -")


def check(kind: Kind, name: str) -> None:
    """Raises Unsupported, with a name that would do."""
    rule, words = RULES.get(kind, OTHERS)
    if rule.fullmatch(name) is None:
        near = _near(kind, name)
        cure = f"; {near} would do" if near and rule.fullmatch(near) else ""
        raise Unsupported(f"{name!r} is no name for a {kind.words} on Azure: {words}{cure}")


def _near(kind: Kind, name: str) -> str:
    if kind is Kind.BUCKET:
        return re.sub(r"[^a-z0-9]+", "", name.casefold())[:24]
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name)[:60].strip("-._")


def host(name: str) -> str:
    """The name that a machine gives itself, where it is called ``name``."""
    return name.replace("_", "-")


def zone(word: str | None) -> str | None:
    """``1`` for ``1``, ``eastus-1`` and ``zone 1``. Raises Unsupported."""
    if word is None:
        return None
    found = re.fullmatch(r"(?:.*[^0-9])?([1-3])", word.strip())
    if found is None:
        raise Unsupported(f"zones of Azure are 1, 2 and 3, not {word}")
    return found[1]
