"""Values that a command says by the place where they are."""

from __future__ import annotations

from pathlib import Path

from modalities.aws.awscli.refusal import Refused
from modalities.aws.awscli.words import READ_FROM_ELSEWHERE

FILES = ("file://", "fileb://")
MOST = 1 << 20
"""Bytes of a value; an option of a command cannot be much longer."""


def value(text: str, option: str, workdir: Path | None) -> str:
    """``text``, or what the file that it names holds: one in ``workdir`` or below.

    Read here and now, so that what is checked is what is sent. Raises Refused.
    """
    if not text.startswith(READ_FROM_ELSEWHERE):
        return text
    prefix = next((p for p in FILES if text.startswith(p)), None)
    if prefix is None:
        raise Refused(option, f"{text[:80]!r} would be fetched from the network", INSTEAD)
    return _content(text.removeprefix(prefix), option, workdir)


INSTEAD = "write the value itself"


def _content(name: str, option: str, workdir: Path | None) -> str:
    if workdir is None:
        raise Refused(option, f"would read the file {name[:80]!r}", INSTEAD)
    home = workdir.resolve()
    path = (home / name).resolve()
    if not path.is_relative_to(home):
        raise Refused(option, f"would read {name[:80]!r}, which is not in {home}", INSTEAD)
    try:
        with path.open("rb") as file:
            content = file.read(MOST + 1)
    except OSError as error:
        raise Refused(option, f"{name[:80]!r} cannot be read: {error.strerror}") from error
    if len(content) > MOST:
        raise Refused(option, f"{name[:80]!r} is larger than {MOST} bytes")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(option, f"{name[:80]!r} is no UTF-8 text") from error
