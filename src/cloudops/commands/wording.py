"""The request as a person gave it: on the command line, or on stdin."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence

from cloudops.errors import NotUnderstood

LONGEST = 10_000
"""Characters; the longest request in our task files has 300."""


def wording(words: Sequence[str]) -> str:
    """The text of the request; ``-`` alone reads stdin. Raises NotUnderstood."""
    if list(words) == ["-"]:
        return checked(_stdin())
    return checked(" ".join(words))


def checked(text: str) -> str:
    """``text`` in one line. Raises NotUnderstood where it cannot be a request."""
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise NotUnderstood("the request is not text in UTF-8")
    if len(text) > LONGEST:
        raise NotUnderstood(
            f"the request is too long: {len(text):,} characters",
            remedy=f"say it in at most {LONGEST:,} characters, or in several requests",
        )
    if any(unicodedata.category(c) == "Cc" and not c.isspace() for c in text):
        raise NotUnderstood("the request holds control characters", remedy="write it as plain text")
    text = " ".join(text.split())
    if not text:
        raise NotUnderstood(
            "the request is empty", remedy='say what you want: cloudops run "Create a VM"'
        )
    return text


def _stdin() -> str:
    if sys.stdin.isatty():
        print("the request, then Ctrl-D:", file=sys.stderr)
    # one byte more than the longest text can have shows that there is too much
    content = sys.stdin.buffer.read(4 * LONGEST + 1)
    if len(content) > 4 * LONGEST:
        raise NotUnderstood("the request on stdin is too long", remedy="say it in fewer words")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise NotUnderstood(
            "the request on stdin is not text in UTF-8",
            detail=f"byte {error.start} is 0x{content[error.start]:02x}",
            remedy="write it as plain text, in UTF-8",
        ) from None
