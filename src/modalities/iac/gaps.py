"""What an emulated cloud lacks, in the words it says it with.

Ours answers ``NotEmulated``. moto answers 500, or 404 and 405 with a page of its web framework;
of an attribute that it does not keep it says that there is none of that name. ministack speaks
of an unknown action. The provider for AWS asks for what AWS has: a name that is not known to
whoever answers is missing there.
"""

from __future__ import annotations

import re

CODES = frozenset(
    {
        "InvalidAction",
        "InvalidAttributeName",
        "NotEmulated",
        "NotImplemented",
        "NotImplementedError",
        "NotImplementedException",
        "UnknownAction",
        "UnknownOperation",
        "UnknownOperationException",
    }
)

WORDS = re.compile(
    r"not (yet )?(been )?(implemented|emulated)|cannot imitate"
    r"|unknown (\w+ )?(action|operation|attribute)|no such (action|operation)\b",
    re.IGNORECASE,
)

ROUTES = (404, 405)
"""A path or a verb that nobody answers."""

UNREADABLE = re.compile(r"deserialization failed|UnknownError|invalid character '<'")
"""How the SDK calls an answer that is no service's."""

NO_TIME = re.compile(r"timeout while waiting|exceeded maximum number")


def is_gap(status: int, code: str, text: str) -> bool:
    """Whether this says of an emulator that it cannot do something. ``status`` is the answer's,
    or 0; ``code`` and ``text`` are its own, or empty and all that the provider said."""
    if status >= 500 or code in CODES or WORDS.search(text):
        return True
    if status in ROUTES and code in ("", "UnknownError"):
        return bool(UNREADABLE.search(f"{code} {text}"))
    return not (status or code) and bool(NO_TIME.search(text))
