"""Which browser there is, and whether it can be driven."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from modalities import tools

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

INSTALL = (
    "install chromium or google-chrome with the system's packages, or run "
    f"`python -m playwright install chromium`, or name one in {OVERRIDE}"
)

BROWSER = tools.Program("browser", OVERRIDE, "NoBrowser", INSTALL)

Search: TypeAlias = tools.Search[tools.Tool]


def candidates() -> tuple[Path, ...]:
    """Where a browser stands, in the order in which they are tried. Nothing is run."""
    return BROWSER.candidates((*tools.on_path(*NAMES), *map(Path, APPLICATIONS), *_own()))


def _own() -> Iterator[Path]:
    """Those that Playwright has brought, the newest first."""
    for pattern in OWN:
        yield from sorted(_own_place().glob(pattern), reverse=True)


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
    return BROWSER.search(candidates() if places is None else places, _tool)


def _tool(path: Path) -> tools.Tool:
    """Raises Unfit."""
    if sys.platform == "win32":  # there it opens a window instead of saying its version
        return tools.Tool(path, "")
    said = _said(path)
    found = SAYS.search(said)
    if found is None:
        raise tools.Unfit(f"does not work: {said}")
    if tools.numbers(found[1])[0] < OLDEST:
        raise tools.too_old(found[1], str(OLDEST))
    return tools.Tool(path, found[1])


def _said(path: Path) -> str:
    """What it prints. Its home is an empty one. Raises Unfit."""
    with tempfile.TemporaryDirectory(prefix="cloudops-browser-") as home:
        environment = tools.bare(Path(home))
        argv = [str(path), "--version"]
        return tools.said(tools.answer(argv, environment, Path(home), tools.PATIENCE))
