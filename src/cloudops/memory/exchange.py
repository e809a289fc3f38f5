"""Workflows in a file, for others: JSON with a schema version and a digest over all the rest.

The digest tells that the file is as it was written, not by whom: what is imported is believed
only once it came through here.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cloudops.errors import Misused
from cloudops.memory.soundness import Unsound, sound
from cloudops.settings.secret_shapes import KNOWN
from cloudops.state.masking import masked
from cloudops.state.workflow import Workflow
from cloudops.version import VERSION
from modalities.codec import Malformed, decode, encode
from modalities.plan import digest_of

SCHEMA_VERSION = 1
MOST_BYTES = 16 * 1024 * 1024
MOST = 1000
"""Workflows in one file."""
MAKE = "name a file that `cloudops memory export FILE` made"
ACCOUNT = re.compile(
    r"(?<![0-9a-z])\d{12}(?![0-9a-z])|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.I
)
"""AWS's numbers of accounts, Azure's ids of subscriptions."""


@dataclass(frozen=True, slots=True)
class Exported:
    """``left_out``: ids, each with why it stays here."""

    workflows: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]


def export(workflows: Sequence[Workflow], path: Path, *, force: bool = False) -> Exported:
    """Write the workflows, without whom and what they are from; the whole of it or nothing.

    Raises Misused where it cannot be written, or something else is there and not ``force``.
    """
    if path.is_dir() or not path.parent.is_dir():
        raise Misused(f"{path} cannot be made", remedy="choose another place")
    if path.exists() and not force:
        raise Misused(f"{path} is there already", remedy="choose another name, or --force")
    each = [(w, private(w)) for w in workflows]
    kept = tuple(replace(w, origin="", trusted=False) for w, why in each if not why)
    body: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "made_by": f"cloudops {VERSION}",
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "workflows": encode(kept),
    }
    body["digest"] = digest_of(body)
    _replace(path, json.dumps(body, indent=1, ensure_ascii=False) + "\n")
    return Exported(tuple(w.id for w in kept), tuple((w.id, why) for w, why in each if why))


def private(workflow: Workflow) -> str:
    """Why a workflow may not leave this machine; empty where it may."""
    plain = encode(workflow)
    text = json.dumps(plain, ensure_ascii=False)
    if masked(plain) != plain or KNOWN.search(text):
        return "it holds a secret"
    if ACCOUNT.search(text):
        return "it names an account"
    return ""


def load(path: Path) -> tuple[Workflow, ...]:
    """The workflows of a file, none of them trusted. Raises Misused, saying what is wrong."""
    data = _json(path)
    if not isinstance(data, dict) or not {"schema_version", "workflows"} <= data.keys():
        raise Misused(
            f"{path} holds no workflows", detail="it is JSON, but of something else", remedy=MAKE
        )
    version = data["schema_version"]
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise Misused(
            f"{path} holds no workflows", detail=f"schema version {version!r}", remedy=MAKE
        )
    if version > SCHEMA_VERSION:
        raise Misused(
            f"{path} was made by a newer cloudops",
            detail=f"its schema version is {version}; this cloudops reads up to {SCHEMA_VERSION}",
            remedy="export it with an older one, or update this one",
        )
    if not data.get("digest") or digest_of(data) != data["digest"]:
        raise Misused(
            f"{path} is not as it was written",
            detail="its digest does not fit what it says",
            remedy="have it exported again; nothing was imported",
        )
    return _workflows(path, data["workflows"])


def _workflows(path: Path, entries: Any) -> tuple[Workflow, ...]:
    """All or none. Raises Misused."""
    if not isinstance(entries, list) or len(entries) > MOST:
        raise Misused(f"{path} holds no workflows, or more than {MOST}", remedy=MAKE)
    found: list[Workflow] = []
    for number, entry in enumerate(entries):
        try:
            workflow = decode(Workflow, entry)
            sound(workflow)
        except (Malformed, Unsound, RecursionError) as error:
            raise Misused(
                f"{path} holds a workflow that cannot be used",
                detail=f"number {number + 1}: {error}",
                remedy="have it exported again; nothing was imported",
            ) from None
        found.append(replace(workflow, origin=path.name, trusted=False))
    return tuple(found)


def _json(path: Path) -> Any:
    try:
        if path.exists() and not path.is_file():
            raise Misused(f"{path} is no plain file", remedy=MAKE)
        if path.stat().st_size > MOST_BYTES:
            raise Misused(f"{path} is too large to be an export", remedy=MAKE)
        content = path.read_bytes()
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise Misused(f"{path} cannot be read", detail=why, remedy=MAKE) from None
    try:
        return json.loads(content.decode())
    except UnicodeDecodeError:
        why = "it is not text in UTF-8"
    except RecursionError:
        why = "it is nested too deeply"
    except json.JSONDecodeError as error:
        why = f"it is not JSON, or cut short: line {error.lineno}: {error.msg}"
    except ValueError:
        why = "it holds a number that is too long"
    raise Misused(f"{path} holds no workflows", detail=why, remedy=MAKE)


def _replace(path: Path, text: str) -> None:
    """For its owner alone. Raises Misused."""
    draft = ""
    try:
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except OSError as error:
        if draft:
            with suppress(OSError):
                Path(draft).unlink()
        why = (error.strerror or str(error)).lower()
        raise Misused(f"{path} cannot be written", detail=why) from None
