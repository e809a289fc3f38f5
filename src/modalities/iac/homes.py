"""The home of each target: ours, a person's, or a clone for a copy that dies with it."""

from __future__ import annotations

import hashlib
import re
import shutil
import threading
import time
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modalities.aws.connection import Connection
from modalities.iac.clones import clear, clone, furnished
from modalities.iac.copied import renamed
from modalities.iac.home import RECORDS, Home
from modalities.iac.installation import Installation
from modalities.iac.processes import Processes
from modalities.iac.remote import cut_off, pulled
from modalities.iac.standing import Standing
from modalities.iac.terraform import Limits
from modalities.iac.traffic import traffic
from modalities.iac.workspace import Workspace
from modalities.target import Realm, Target

UNSAFE = re.compile(r"[^A-Za-z0-9_.-]")

CALL = 30.0
"""Seconds that a target gives to one call where it says nothing else."""

PATIENCE = 6.0
"""How many calls' time what only reads may take: 180 s, where a target has no time of its own."""


class Homes:
    """``own`` maps a target's name to the directory of a person's that is its home."""

    def __init__(self, root: Path, installation: Installation, own: Mapping[str, Path]) -> None:
        self._root = root
        self._installation = installation
        self._own = {name: path.absolute() for name, path in own.items()}
        self._copies: dict[str, Home] = {}
        self._origins: dict[str, Target] = {}
        self._standing = Standing()
        self._lock = threading.RLock()

    def of(self, target: Target, module: str = "") -> Home:
        """``module``: the directory of a person's that an action names. Raises CloudError."""
        own = Path(module) if module else self._own.get(target.copy_of or target.name)
        if target.copy_of is not None:
            with self._lock:
                return self._copy(target, target.copy_of, own)
        self._origins[target.name] = target
        return self._home(target.name, own)

    def forget(self, target: Target) -> None:
        """What was kept of a target that is no more; a person's own directory stays."""
        home = self._home(target.name, self._own.get(target.name))
        if home.own:
            return
        with home.locked(30.0):
            for path in home.module.iterdir():
                if path.name != RECORDS:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
            home.forget("applying.json")

    def workspace(self, target: Target, home: Home, directory: Path, seconds: float) -> Workspace:
        """Terraform on ``directory`` for the target, for so many seconds. Raises CloudError."""
        connection = Connection.to(target)
        settings = self._installation.settings(home.theirs)
        return Workspace(
            self._installation.tool,
            directory,
            settings.to(connection),
            target.realm is Realm.SANDBOX,
            time.monotonic() + seconds,
            Limits(
                noted=processes(home).noted,
                count=traffic(target).count,
                private=not home.own,
            ),
            standing=None if home.own else self._standing,
        )

    def state(self, target: Target, home: Home) -> Mapping[str, Any]:
        """The state, wherever it is kept; empty where there is none. Raises CloudError."""
        if not home.elsewhere:
            return home.state()
        with clone(home, {}) as directory:
            workspace = self.workspace(target, home, directory, patience(target))
            return pulled(self._installation, workspace, home)

    def _home(self, name: str, own: Path | None) -> Home:
        """Each directory of a person's has records of its own."""
        place = UNSAFE.sub("_", name) + (f"@{_digest(str(own))}" if own else "")
        records = self._root / place
        return Home(own or records, records / RECORDS, own is not None)

    def _copy(self, target: Target, origin: str, own: Path | None) -> Home:
        key = _digest(f"{origin} {target.endpoint_url} {own or ''}")
        if key not in self._copies:
            place = self._root / ".copies" / key
            shutil.rmtree(place, ignore_errors=True)
            clear(place.parent)
            home = self._home(origin, own)
            with home.locked(30.0):
                module = furnished(home, place, {})
            if home.elsewhere:
                self._cut_off(self._origins.get(origin), target, home, module)
            weakref.finalize(self, shutil.rmtree, place, ignore_errors=True)
            copy = Home(module, module / RECORDS, origin=home.records, lent=home.own)
            renamed(copy, target)
            self._copies[key] = copy
        return self._copies[key]

    def _cut_off(self, origin: Target | None, copy: Target, home: Home, module: Path) -> None:
        """The module of a copy has what the backend keeps of its origin. Raises CloudError."""
        state = self.state(origin, home) if origin is not None else {}
        workspace = self.workspace(copy, home, module, patience(copy))
        cut_off(self._installation, workspace, home, state)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def patience(target: Target) -> float:
    """Seconds for what only reads; a target that is given longer calls is given more."""
    return PATIENCE * max(target.timeout, CALL)


def processes(home: Home) -> Processes:
    return Processes(home.records / "running")
