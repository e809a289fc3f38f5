"""Where a setting was written, and the files that settings are written in."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cloudops.errors import Misused

SECRET = re.compile(r"secret|password|passwd|access_key|session_token|api_?key|credential|^token$")


@dataclass(frozen=True, slots=True)
class Source:
    """One configuration file. ``trusted`` is False for a project's: it came with a checkout,
    so it may make the gates stricter and never milder."""

    path: Path
    lines: tuple[str, ...]
    data: Mapping[str, Any]
    trusted: bool

    def place(self, key: str, table: str = "") -> str:
        """``file:line`` of a key; the file alone where the line is not found."""
        inside = ""
        for number, line in enumerate(self.lines, 1):
            if header := re.fullmatch(r"\s*\[\s*(.+?)\s*\]\s*(#.*)?", line):
                inside = header[1].replace('"', "").replace(" ", "")
                full, written = f"{table}.{key}" if table else key, inside
            else:
                name = re.match(r"\s*([\w.\"-]+)\s*=", line)
                if not name:
                    continue
                full = f"{table}.{key}" if table else key
                written = f"{inside}.{name[1]}".lstrip(".").replace('"', "")
            if written == full:
                return f"{self.path}:{number}"
        return str(self.path)

    def wrong(self, key: str, table: str, why: str, remedy: str = "") -> Misused:
        full = f"{table}.{key}" if table else key
        return Misused(f"{full}: {why}", detail=self.place(key, table), remedy=remedy)

    def check_keys(self, given: Iterable[str], known: Iterable[str], table: str) -> None:
        """Raises Misused for a key that is not known, or that holds a secret."""
        known = tuple(known)
        for key in given:
            if key in known:
                continue
            if SECRET.search(key.lower()):
                raise self.wrong(
                    key,
                    table,
                    "a secret does not belong in this file, where others may read it",
                    "remove it; name credentials of the vendor's own chain with profile = ...",
                )
            near = difflib.get_close_matches(key, known, 1, 0.5)
            hint = f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}"
            raise self.wrong(key, table, "there is no such setting", hint)


def read(path: Path, *, trusted: bool) -> Source:
    """Raises Misused where it is not a TOML file that can be read."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Misused(
            f"{path} cannot be read",
            detail=(error.strerror or str(error)).lower(),
            remedy="name another file with --config or CLOUDOPS_CONFIG",
        ) from None
    try:
        text = content.decode()
        data = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise Misused(
            f"{path} is not text in UTF-8",
            detail=f"byte {error.start} is 0x{content[error.start]:02x}",
            remedy="save it as UTF-8",
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise Misused(f"{path} is not valid TOML", detail=str(error)) from None
    return Source(path, tuple(text.splitlines()), data, trusted)
