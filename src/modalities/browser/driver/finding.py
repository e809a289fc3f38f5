"""Which browser there is, and whether it can be driven."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from modalities.receipt import CloudError, Trouble
from modalities.running import CutShort, NotStarted, run

OVERRIDE = "CLOUDOPS_CHROMIUM"
"""Names the one browser to use; no other is looked for."""

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
)

APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)

OWN = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
    "chromium-*/chrome-win*/chrome.exe",
)
"""Where ``playwright install chromium`` puts its own, under its directory."""

SAYS = re.compile(r"(?:Chromium|Chrome|Edge)\D*(\d+(?:\.\d+)+)")

OLDEST = 120
"""Playwright speaks to older ones, but not of all that is asked of it here."""

PATIENCE = 20.0
"""Seconds for ``--version``, which takes a tenth of one."""

INSTALL = (
    "install chromium or google-chrome with the system's packages, or run "
    f"`python -m playwright install chromium`, or name one in {OVERRIDE}"
)


@dataclass(frozen=True, slots=True)
class Tool:
    """A browser that can be driven."""

    path: Path
    version: str


@dataclass(frozen=True, slots=True)
class Search:
    """What was found, and what was passed over on the way: path and reason."""

    tool: Tool | None
    passed: tuple[tuple[Path, str], ...] = ()

    def required(self) -> Tool:
        """Raises CloudError where there is none."""
        if self.tool is not None:
            return self.tool
        tried = "; ".join(f"{path} {why}" for path, why in self.passed)
        raise CloudError(
            Trouble.UNAVAILABLE,
            "NoBrowser",
            f"no browser can be used: {tried}" if tried else "there is no browser",
            sent=False,
            remedy=INSTALL,
        )


def candidates() -> tuple[Path, ...]:
    """Where a browser stands, in the order in which they are tried. Nothing is run."""
    named = os.environ.get(OVERRIDE)
    if named:
        return (Path(named),)
    return tuple(dict.fromkeys(_standing()))


def _standing() -> Iterator[Path]:
    """A relative place on PATH would be whoever's directory we happen to be in."""
    on_path = (Path(directory, name) for name in NAMES for directory in os.get_exec_path())
    own = (path for pattern in OWN for path in sorted(_own_place().glob(pattern), reverse=True))
    for path in (*on_path, *map(Path, APPLICATIONS), *own):
        if path.is_absolute() and path.is_file() and os.access(path, os.X_OK):
            yield path


def _own_place() -> Path:
    named = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    if named and named != "0":
        return Path(named)
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/ms-playwright"
    if sys.platform == "win32":
        return Path.home() / "AppData/Local/ms-playwright"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ms-playwright"


def search(places: Sequence[Path] | None = None) -> Search:
    """The first browser that says its version and is not too old."""
    passed: list[tuple[Path, str]] = []
    for path in candidates() if places is None else places:
        found = _tool(path)
        if isinstance(found, Tool):
            return Search(found, tuple(passed))
        passed.append((path, found))
    return Search(None, tuple(passed))


def _tool(path: Path) -> Tool | str:
    """The tool, or why it is none."""
    if sys.platform == "win32":  # there it opens a window instead of saying its version
        return Tool(path, "")
    said = _said(path)
    found = SAYS.search(said)
    if found is None:
        return f"does not work: {said}"
    if int(found[1].partition(".")[0]) < OLDEST:
        return f"is version {found[1]}, and {OLDEST} is needed"
    return Tool(path, found[1])


def _said(path: Path) -> str:
    """What it prints, or why it prints nothing. Its home is an empty one."""
    with tempfile.TemporaryDirectory(prefix="cloudops-browser-") as home:
        environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": home}
        try:
            finished = run([str(path), "--version"], environment, Path(home), PATIENCE)
        except (NotStarted, CutShort) as error:
            return str(error)
    said = (finished.stdout + b" " + finished.stderr).decode("utf-8", "replace").strip()
    return said[:400] if finished.status == 0 else f"exit status {finished.status}: {said[:400]}"
