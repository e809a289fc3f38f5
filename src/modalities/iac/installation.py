"""Terraform as it is set up for us: the program, where providers come from, one `init` for all."""

from __future__ import annotations

import fcntl
import hashlib
import re
import shutil
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from modalities.iac.environment import Settings
from modalities.iac.home import CODE, LOCK_FILE
from modalities.iac.provider import Source, source
from modalities.iac.selection import DEFAULT, GIVEN
from modalities.iac.tool import Search, Tool, candidates, search
from modalities.iac.workspace import Workspace
from modalities.receipt import CloudError

MODULES = re.compile(r'^\s*module\s+"', re.MULTILINE)
REQUIRED = re.compile(r"required_providers\s*\{(.*?)^\s{0,2}\}", re.MULTILINE | re.DOTALL)
TYPES = re.compile(r'^\s*(?:resource|data)\s+"([a-z0-9-]+)_?', re.MULTILINE)
BACKEND = re.compile(r'^\s*(?:backend\s+"|cloud\s*\{)', re.MULTILINE)

LABELLED = re.compile(r'^\s*(?:backend\s+"remote"|cloud\s*\{)', re.MULTILINE)

UNREACHED = re.compile("could not connect|no such host|connection refused", re.IGNORECASE)

UNKNOWN = ("UnknownProvider", "NoProvider")
"""What the registry may have though the mirror does not."""


class Installation:
    """``root`` is a directory of ours for what all modules share; ``places`` stand in for
    where the program is looked for."""

    def __init__(self, root: Path, places: Sequence[Path] | None = None) -> None:
        self._root = root
        self._places = places
        self._lock = threading.RLock()

    @cached_property
    def _search(self) -> Search:
        return search(self._places)

    @property
    def tool(self) -> Tool:
        """Raises CloudError where there is none that works."""
        with self._lock:
            return self._search.required()

    @property
    def found(self) -> Tool | None:
        """The tool, where one that works has been found."""
        return self._search.tool

    def might_be(self) -> bool:
        """Whether something of that name stands somewhere. Nothing is run."""
        return bool(candidates() if self._places is None else self._places)

    @cached_property
    def source(self) -> Source:
        return source(self.tool)

    def settings(self, own: bool) -> Settings:
        home = self._root / "empty"
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        return Settings(self._config("cli.tfrc", registry_too=False), home, own)

    def prepare(self, workspace: Workspace, *, own: bool, again: bool = False) -> None:
        """Have providers and modules where the workspace's module needs them.

        Raises CloudError.
        """
        ready = workspace.directory / ".terraform"
        if ready.is_dir() and not again:
            return
        code = _code(workspace.directory)
        if own or again or MODULES.search(code) or BACKEND.search(code):
            self._in_place(workspace, own, bool(BACKEND.search(code)))
            return
        shared = self._shared(workspace, code)
        shutil.copytree(shared / ".terraform", ready, symlinks=True, dirs_exist_ok=True)
        if not (workspace.directory / LOCK_FILE).exists():
            shutil.copy2(shared / LOCK_FILE, workspace.directory / LOCK_FILE)

    def bind(self, workspace: Workspace, *, own: bool) -> None:
        """Have a directory that has been prepared meet another backend. Raises CloudError."""
        ready = workspace.directory / ".terraform"
        if not ready.is_dir() or any(child.is_symlink() for child in ready.iterdir()):
            self._in_place(workspace, own, backend=True)
        else:
            self._meet(workspace)

    def _in_place(self, workspace: Workspace, own: bool, backend: bool) -> None:
        """Providers are fetched without credentials, what keeps the state is met with them."""
        ready = workspace.directory / ".terraform"
        for child in ready.iterdir() if ready.is_dir() else ():
            if child.is_symlink():
                child.unlink()  # a clone's: what it leads to is not ours to change
        self._fetched(workspace, own)
        if backend:
            self._meet(workspace)

    def _meet(self, workspace: Workspace) -> None:
        """Which workspace is selected says nothing here, and one that is not there would be
        made by asking for it. What has workspaces by labels alone has no ``default``."""
        environment = dict(workspace.environment)
        if not LABELLED.search(_code(workspace.directory)):
            environment[GIVEN] = DEFAULT
        workspace.init(environment)

    def _fetched(self, workspace: Workspace, own: bool) -> None:
        fetching = self.settings(own).fetching()
        try:
            workspace.init(fetching, backend=False)
        except CloudError as error:
            if error.code not in UNKNOWN or self.source.mirror is None:
                raise
            self._from_registry(workspace, fetching, error)

    def _from_registry(
        self, workspace: Workspace, fetching: Mapping[str, str], lacking: CloudError
    ) -> None:
        """What the mirror lacks. Raises CloudError: the mirror's own where nobody answers, for
        that there is no network says nothing of the code."""
        config = self._config("registry.tfrc", registry_too=True)
        try:
            workspace.init({**fetching, "TF_CLI_CONFIG_FILE": str(config)}, backend=False)
        except CloudError as error:
            raise (lacking if UNREACHED.search(error.message) else error) from None

    def _shared(self, workspace: Workspace, code: str) -> Path:
        """The directory in which one `init` was done for all modules with these needs."""
        directory = self._root / "init" / self._key(code)
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _alone(directory):
            if not (directory / "done").exists():
                self._made(workspace, directory, code)
                (directory / "done").touch()
        return directory

    def _made(self, workspace: Workspace, directory: Path, code: str) -> None:
        shutil.rmtree(directory / ".terraform", ignore_errors=True)
        (directory / LOCK_FILE).unlink(missing_ok=True)
        (directory / "main.tf").write_text(_needs(code), encoding="utf-8")
        there = Workspace(
            workspace.tool,
            directory,
            workspace.environment,
            workspace.sandbox,
            workspace.give_up,
        )
        self._fetched(there, own=False)

    def _key(self, code: str) -> str:
        parts = (
            str(self.tool.path),
            self.tool.version,
            self.source.settings(self._cache),
            _needs(code),
        )
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]

    def _config(self, name: str, *, registry_too: bool) -> Path:
        path = self._root / name
        text = self.source.settings(self._cache, registry_too=registry_too)
        self._cache.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
        return path

    @property
    def _cache(self) -> Path:
        return self._root / "providers"


def _needs(code: str) -> str:
    """The smallest module that needs the same providers."""
    named = "\n".join(match[1] for match in REQUIRED.finditer(code))
    lines = ["terraform {", "  required_providers {", named, "  }", "}"]
    for type in sorted({match[1].partition("_")[0] for match in TYPES.finditer(code)}):
        lines.append(f'provider "{type}" {{}}')
    return "\n".join(lines) + "\n"


def _code(directory: Path) -> str:
    return "\n".join(
        path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(directory.iterdir())
        if path.name.endswith(CODE) and path.is_file()
    )


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    with (directory / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def versions(ready: Path) -> Mapping[str, str]:
    """The providers that `init` has chosen, with their versions."""
    found: dict[str, str] = {}
    for path in (ready / "providers").glob("*/*/*/*"):
        found["/".join(path.parts[-4:-1])] = path.name
    return found
