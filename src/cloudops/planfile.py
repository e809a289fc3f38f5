"""A plan in a file: JSON with a schema version and a digest over all the rest."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from cloudops.errors import Misused
from modalities.codec import Malformed, decode, encode
from modalities.garbage import looked_for_later
from modalities.plan import SCHEMA_VERSION, Plan, digest_of

MOST_BYTES = 64 * 1024 * 1024
AGAIN = "make it again with `cloudops plan TEXT --out FILE`"
MAKE = "name a file that `cloudops plan TEXT --out FILE` made"


def save(plan: Plan, path: Path, *, force: bool = False) -> None:
    """Write the plan, readable for its owner alone; the whole of it or nothing.

    Raises Misused where it cannot be written, or where something that is no plan would be
    overwritten and not ``force``.
    """
    check_place(path, force=force)
    text = json.dumps(encode(plan), indent=2, ensure_ascii=False) + "\n"
    try:
        _replace(path, text)
    except OSError as error:
        raise Misused(
            f"the plan cannot be written to {path}",
            detail=(error.strerror or str(error)).lower(),
            remedy="choose another place with --out",
        ) from None


def check_place(path: Path, *, force: bool = False) -> None:
    """Raises Misused where a plan may not be written to ``path``."""
    if path.is_dir() or not path.parent.is_dir():
        what = "is a directory" if path.is_dir() else f"cannot be made: {path.parent} is not there"
        raise Misused(f"{path} {what}", remedy="choose another place with --out")
    if path.exists() and not force and not _is_plan(path):
        raise Misused(
            f"{path} is there and is not a plan: it was left as it is",
            remedy="choose another name, or --force to overwrite it",
        )


@looked_for_later()
def load(path: Path) -> Plan:
    """The plan as it was saved. Raises Misused, saying what is wrong with the file."""
    data = _json(path)
    if not isinstance(data, dict) or "schema_version" not in data or "steps" not in data:
        raise Misused(
            f"{path} is not a plan", detail="it is JSON, but of something else", remedy=MAKE
        )
    version = data["schema_version"]
    if not isinstance(version, int) or version < 1:
        raise Misused(
            f"{path} is not a plan", detail=f"its schema version is {version!r}", remedy=MAKE
        )
    if version > SCHEMA_VERSION:
        raise Misused(
            f"{path} was made by a newer cloudops",
            detail=f"its schema version is {version}; this cloudops reads up to {SCHEMA_VERSION}",
            remedy="use the cloudops that made it, or a newer one",
        )
    if not data.get("digest"):
        raise Misused(f"{path} has no digest", detail="it was never finished", remedy=AGAIN)
    if digest_of(data) != data["digest"]:
        raise Misused(
            f"{path} was edited after it was made",
            detail="its digest does not fit what it says",
            remedy=f"a plan is never edited: change the request and {AGAIN}",
        )
    try:
        return decode(Plan, data)
    except Malformed as error:
        raise Misused(
            f"{path} is not a plan that can be read", detail=str(error), remedy=AGAIN
        ) from None


def _json(path: Path) -> Any:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Misused(f"{path} is too large to be a plan", remedy=MAKE)
        content = path.read_bytes()
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise Misused(f"{path} cannot be read", detail=why, remedy=MAKE) from None
    if not content.strip():
        raise Misused(f"{path} is empty", remedy=AGAIN)
    try:
        text = content.decode().strip()
        return json.loads(text)
    except UnicodeDecodeError:
        raise Misused(
            f"{path} is not a plan", detail="it is not text in UTF-8", remedy=MAKE
        ) from None
    except RecursionError:
        raise Misused(
            f"{path} is not a plan", detail="it is nested too deeply", remedy=MAKE
        ) from None
    except json.JSONDecodeError as error:
        if text.startswith("{") and _at_the_end(error, text):
            where = f"it ends in line {text.count(chr(10)) + 1}"
            raise Misused(f"{path} is cut short", detail=where, remedy=AGAIN) from None
        why = f"it is not JSON: line {error.lineno}: {error.msg}"
        raise Misused(f"{path} is not a plan", detail=why, remedy=MAKE) from None


def _at_the_end(error: json.JSONDecodeError, text: str) -> bool:
    """Whether what is missing is the rest: a string without its end, half of ``false``."""
    return error.msg.startswith("Unterminated string") or error.pos >= len(text) - len("false")


def _is_plan(path: Path) -> bool:
    """Whether it was one, edited or of another version though it may be."""
    try:
        data = _json(path)
    except Misused:
        return False
    return isinstance(data, dict) and {"schema_version", "digest", "steps"} <= data.keys()


def _replace(path: Path, text: str) -> None:
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except OSError:
        with suppress(OSError):
            Path(draft).unlink()
        raise
