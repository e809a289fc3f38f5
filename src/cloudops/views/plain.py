"""Strings from a cloud, a file or a person are data: here they become safe to show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from io import TextIOWrapper
from typing import TYPE_CHECKING

from modalities.action import Output

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

SEQUENCES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor, erasing
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # OSC, DCS
    r"|\x1b[ -/]*[0-~]"
)
BREAKS = re.compile(r"[\t\r\n\v\f\u0085\u2028\u2029]+")
STEERING = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Unicode categories that steer a terminal or its reader (bidi, zero width) or mean nothing."""


def plain(value: object) -> str:
    """``value`` as one line of text that is only text.

    Line breaks become spaces; each escape sequence, control, bidi and zero-width character
    becomes U+FFFD, so that it is seen that something was there.
    """
    text = SEQUENCES.sub("\ufffd", BREAKS.sub(" ", str(value)))
    return "".join("\ufffd" if unicodedata.category(c) in STEERING else c for c in text)


def safe(value: object, style: str = "") -> Text:
    """``plain`` as rich shows it: nothing in it is markup or a link."""
    from rich.text import Text

    return Text(plain(value), style=style)


def worded(value: object) -> str:
    """An attribute's value in words: what only a step will tell is named after the step."""
    output = Output.parse(value)
    if output is not None:
        return plain(f"<{output.name} of {output.step}>")
    if value is None or value in ("", [], {}):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{plain(k)}={worded(v)}" for k, v in value.items())
    if isinstance(value, (list, tuple)):
        apart = "; " if any(isinstance(v, Mapping) for v in value) else ", "
        return apart.join(worded(v) for v in value)
    return plain(value)


def tolerant(console: Console) -> Console:
    """The console, which shows what its encoding lacks as ``\\xe9`` and never fails on it.

    Where its reader has gone it raises BrokenPipeError: rich would end the process, in the
    middle of a run if need be.
    """
    file = console.file
    if isinstance(file, TextIOWrapper) and file.errors == "strict":
        file.reconfigure(errors="backslashreplace")
    console.on_broken_pipe = _gone  # type: ignore[method-assign]
    return console


def _gone() -> None:
    raise BrokenPipeError
