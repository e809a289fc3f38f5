"""Names of blocks after what people called the thing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

LONGEST = 60
NO_WORD = re.compile(r"[^a-z0-9]+")


def label(name: str, otherwise: str = "this") -> str:
    """``web_1`` for web-1 and Web 1; ``otherwise`` where nothing of the name can be used."""
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    word = NO_WORD.sub("_", folded).strip("_")[:LONGEST].strip("_")
    if not word:
        return otherwise
    return word if word[0].isalpha() else f"_{word}"


def free(wish: str, taken: Container[str]) -> str:
    """The wish, or with a number behind it."""
    name, number = wish, 2
    while name in taken:
        name, number = f"{wish}_{number}", number + 1
    return name
