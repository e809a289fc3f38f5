"""Throw-away clones of a module: to plan in, and for copies of a target.

The code, its state and what `init` made are there; what the module reads beside them (its own
modules, templates) is reached by links.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from modalities.iac.home import CODE, LOCK_FILE, RECORDS, Home
from modalities.iac.selection import STATE, STATES

UPWARDS = re.compile(r'"[^"\n]*\.\./')
OUTLIVED = 3600.0
"""Seconds after which nobody is at work in a clone any more."""

LEVELS = 4
"""How far up a module may reach for others."""


@contextmanager
def clone(home: Home, edition: Mapping[str, str | None]) -> Iterator[Path]:
    """A directory with the module as it is after ``edition``; gone when the context ends. It
    is beside our records: what a killed process left there is cleared away by the next."""
    place = home.records / "clones"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    clear(place)
    root = Path(tempfile.mkdtemp(dir=place))
    try:
        yield furnished(home, root, edition)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def clear(place: Path) -> None:
    """Remove clones that have outlived their processes."""
    for other in place.iterdir() if place.is_dir() else ():
        with suppress(OSError):
            if time.time() - other.stat().st_mtime > OUTLIVED:
                shutil.rmtree(other, ignore_errors=True)


def furnished(home: Home, root: Path, edition: Mapping[str, str | None]) -> Path:
    """The clone's directory somewhere below ``root``."""
    directory = _reaching(home, root) if home.theirs else root / "module"
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    if home.module.is_dir():
        for path in home.module.iterdir():
            _one(path, directory / path.name)
    overwrite(directory, edition)
    return directory


def overwrite(directory: Path, edition: Mapping[str, str | None]) -> None:
    """Put the edition's files into a clone."""
    for name, text in edition.items():
        there = directory / name
        there.unlink(missing_ok=True)
        if text is not None:
            there.write_text(text, encoding="utf-8", newline="")


def _one(path: Path, there: Path) -> None:
    if path.name in (RECORDS, ".git", "errored.tfstate", f"{STATE}.backup"):
        return
    if path.name == ".terraform":
        _initialised(path, there)
    elif path.name == STATES:
        shutil.copytree(path, there)
    elif path.name in (STATE, LOCK_FILE) or path.name.endswith(CODE):
        shutil.copy2(path, there)
    elif not path.name.startswith((".terraform.tfstate", ".cloudops")):
        there.symlink_to(path.resolve())


def _initialised(path: Path, there: Path) -> None:
    """Providers and modules by links, since they are large; what `init` noted is copied."""
    there.mkdir(mode=0o700)
    for child in path.iterdir():
        if child.is_dir():
            (there / child.name).symlink_to(child.resolve())
        else:
            shutil.copy2(child, there / child.name)


def _reaching(home: Home, root: Path) -> Path:
    """Where ``../`` leads to what it leads to from the module itself."""
    text = "".join(home.files().values())
    levels = LEVELS if UPWARDS.search(text) else 0
    module = home.module.resolve()
    chain = [module, *module.parents][: levels + 1]
    here = root
    for above, below in zip(reversed(chain[1:]), reversed(chain[:-1]), strict=True):
        here.mkdir(parents=True, exist_ok=True, mode=0o700)
        for sibling in above.iterdir():
            if sibling != below and sibling != root:
                (here / sibling.name).symlink_to(sibling)
        here = here / below.name
    return here if levels else root / module.name
