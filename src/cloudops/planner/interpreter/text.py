"""The request's text, made plain: what cannot be read is refused here."""

from __future__ import annotations

import unicodedata

from cloudops.errors import NotUnderstood
from cloudops.planner.interpreter.nearest import EXAMPLES

LONGEST = 4_000
"""Characters of a request."""

_PLAIN = str.maketrans(
    {
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "‘": "'",
        "’": "'",
        "‛": "'",
        "´": "'",
        "‐": "-",
        "‑": "-",
        "‒": "-",
        "–": "-",
        "—": " - ",
        "―": " - ",
        "−": "-",
        "→": "->",
        "⇒": "=>",
        "×": "x",
        "\ufeff": None,
        "\u00ad": None,
    }
)


def plain(text: str) -> str:
    """``text`` with typographic signs as ASCII ones, one character for one where it can be.

    Raises NotUnderstood for text that is empty, too long, or holds what nobody can see.
    """
    if len(text) > LONGEST:
        raise NotUnderstood(
            f"the request is too long: {len(text):,} characters, at most {LONGEST:,} are read",
            remedy="say what you want in a few sentences",
            nearest=EXAMPLES,
        )
    found = unicodedata.normalize("NFKC", text.translate(_PLAIN))
    for place, sign in enumerate(found):
        if unicodedata.category(sign) in ("Cc", "Cf", "Cs") and sign not in "\t\n\r":
            raise NotUnderstood(
                "the request is not plain text",
                detail=f"character {place + 1} is {name_of(sign)}",
                remedy="give the request as plain UTF-8 text",
                nearest=EXAMPLES,
            )
    if not found.strip():
        raise NotUnderstood(
            "the request is empty",
            remedy="say what you want done, for example: " + EXAMPLES[0],
            nearest=EXAMPLES,
        )
    return found


def name_of(sign: str) -> str:
    if unicodedata.category(sign) == "Cs":
        return "not valid UTF-8"
    return f"the control character U+{ord(sign):04X}"
