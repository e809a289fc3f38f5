"""Where the module of a target lives: its files, its state, and our records about it.

A module of ours and its records are in one directory under the state directory. A person's
own directory stays theirs: records are kept apart, and only files of an edition are written.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modalities.iac.selection import STATE, selected, state_file
from modalities.receipt import CloudError, Trouble

CODE = (".tf", ".tf.json", ".tofu", ".tfvars", ".tfvars.json")
"""What Terraform reads of a directory, by the end of the name."""

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]*")
"""A file that an edition may write: in the module's own directory, and no hidden one."""

LOCK_FILE = ".terraform.lock.hcl"
RECORDS = ".cloudops"

OVERRIDE = "cloudops_clone_override.tf"
"""Overrides, in a clone, what binds a module to its backend."""

KEPT_ELSEWHERE = re.compile(
    r'^\s*(?:backend\s+"(?!local")|cloud\s*\{|backend\s+"local"\s*\{\s*[^\s}])', re.MULTILINE
)
"""A local backend with settings may have the state anywhere, too: Terraform is asked for it."""


@dataclass(frozen=True, slots=True)
class Home:
    """``module`` holds the code; ``records`` what we note; ``own``: it is a person's.
    ``origin`` are the records of the home that this is a clone of; ``lent``: that is a person's."""

    module: Path
    records: Path
    own: bool = False
    origin: Path | None = None
    lent: bool = False

    @property
    def theirs(self) -> bool:
        """Whether the code is a person's, here or in a clone: what they have set for it counts,
        and it may reach for what lies beside it."""
        return self.own or self.lent

    def make(self) -> None:
        """Both directories, for the owner's eyes only where they are ours."""
        root = self.records.parent
        for directory in (root.parent, root, self.records):
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.own and not self.module.is_dir():
            raise _unusable(self.module, "is no directory")

    def files(self) -> dict[str, str]:
        """The code, by name. Raises CloudError where it cannot be read as text."""
        found: dict[str, str] = {}
        if not self.module.is_dir():
            return found
        for path in sorted(self.module.iterdir()):
            if path.name.endswith(CODE) and path.name != OVERRIDE and path.is_file():
                try:
                    found[path.name] = path.read_bytes().decode("utf-8")
                except (OSError, UnicodeDecodeError) as error:
                    raise _unusable(path, f"cannot be read: {error}") from error
        return found

    def write(self, files: Mapping[str, str | None]) -> None:
        """Each file at once or not at all. What does not change keeps its bytes and times."""
        for name, text in files.items():
            path = self.module / name
            if text is None:
                with suppress(FileNotFoundError):
                    path.unlink()
            elif not path.is_file() or path.read_bytes() != text.encode():
                _write(path, text, private=not self.own)

    @property
    def elsewhere(self) -> bool:
        """Whether the state is kept by a backend, and no file beside the code."""
        if (self.module / OVERRIDE).exists():
            return False
        return any(KEPT_ELSEWHERE.search(text) for text in self.files().values())

    @property
    def state_file(self) -> Path:
        """Where a local backend keeps the state."""
        return state_file(self.module, selected(self.module, os.environ if self.theirs else {}))

    def state(self) -> Mapping[str, Any]:
        """The state as a local backend keeps it; empty where there is none.

        Raises CloudError where it is none that can be read.
        """
        path = self.state_file
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError) as error:
            raise _unusable(path, f"cannot be read: {error}") from error
        return parsed_state(text)

    @contextmanager
    def locked(self, seconds: float) -> Iterator[None]:
        """Nobody else of ours works on this home meanwhile. Raises CloudError."""
        self.make()
        give_up = time.monotonic() + seconds
        with (self.records / "lock").open("a+") as lock:
            while not _taken(lock.fileno()):
                if time.monotonic() >= give_up:
                    lock.seek(0)
                    raise _busy(self.module, lock.read().strip())
                time.sleep(0.05)
            lock.truncate(0)
            lock.write(f"process {os.getpid()} since {time.strftime('%Y-%m-%d %H:%M:%S')}")
            lock.flush()
            try:
                yield
            finally:
                lock.truncate(0)

    def note(self, name: str, body: Any) -> None:
        """Keep a record, durable when this returns."""
        self.records.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(self.records / name, json.dumps(body), private=True)

    def noted(self, name: str, directory: Path | None = None) -> Any:
        """A record; None where there is none that can be read."""
        try:
            return json.loads(((directory or self.records) / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None

    def forget(self, name: str) -> None:
        with suppress(FileNotFoundError):
            (self.records / name).unlink()


def digest_of(files: Mapping[str, str]) -> str:
    """What stands for the files of a module: any edit of them changes it."""
    body = json.dumps(sorted(files.items()), ensure_ascii=False)
    return "sha256:" + hashlib.sha256(body.encode()).hexdigest()


def edited(files: Mapping[str, str], edition: Mapping[str, str | None]) -> dict[str, str]:
    """The files as they are after the edition."""
    merged = {**files, **edition}
    return {name: text for name, text in merged.items() if text is not None}


def parsed_state(text: str) -> Mapping[str, Any]:
    """Raises CloudError."""
    try:
        state = json.loads(text) if text.strip() else {}
    except ValueError:
        state = None
    if not isinstance(state, dict):
        raise CloudError(
            Trouble.INVALID,
            "BrokenState",
            "the Terraform state is no JSON object",
            sent=False,
            remedy=f"put a good copy in its place, {STATE}.backup for example",
        )
    return state


def _write(path: Path, text: str, *, private: bool) -> None:
    mode = 0o600 if private else (path.stat().st_mode & 0o777 if path.exists() else 0o644)
    real = path.resolve()
    descriptor, name = tempfile.mkstemp(dir=real.parent, prefix=".cloudops-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(real)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _busy(module: Path, who: str) -> CloudError:
    return CloudError(
        Trouble.CONFLICT,
        "HomeBusy",
        f"{module} is being worked on" + (f" by {who}" if who else ""),
        sent=False,
        remedy="wait until that run has ended",
    )


def _unusable(path: Path, why: str) -> CloudError:
    return CloudError(
        Trouble.INVALID, "UnusableHome", f"{path} {why}", sent=False, remedy="mend or remove it"
    )
