"""What remains of a batch for people: a picture and the page's text, secrets blanked."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from modalities.browser.driver.redaction import Secrets

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Locator, Page

CONCEALED = "input[type=password], [autocomplete*=password], [autocomplete=one-time-code]"

HOLDING = """(fields, secrets) => fields.map((f, n) => [n, f.value ?? ""])
    .filter(([_, v]) => v && secrets.some((s) => v.includes(s))).map(([n]) => n)"""

PATIENCE = 5.0
"""Seconds for a picture."""


class Evidence:
    """``directory`` is made for its owner alone; None: nothing is kept."""

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory
        self._number = 0
        if directory is not None:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._number = len(list(directory.glob("*.txt")))

    def keep(self, page: Page, secrets: Secrets, text: str) -> Path | None:
        """The picture's path; None where there is none: one that cannot be blanked is not made."""
        from playwright.sync_api import Error

        if self._directory is None:
            return None
        name = self._taken(self._directory, secrets.blanked(text).encode())
        with suppress(Error):
            picture = page.screenshot(
                mask=[each for frame in page.frames for each in _masked(frame, secrets)],
                mask_color="#000000",
                animations="disabled",
                timeout=PATIENCE * 1000,
            )
            _write(self._directory / f"{name}.png", picture)
            return self._directory / f"{name}.png"
        return None

    def _taken(self, directory: Path, text: bytes) -> str:
        """The next number that nobody has: other consoles of a run write there, too."""
        while True:
            self._number += 1
            with suppress(FileExistsError):
                _write(directory / f"{self._number:03}.txt", text)
                return f"{self._number:03}"


def _masked(frame: Frame, secrets: Secrets) -> list[Locator]:
    """What is painted over. Raises playwright.sync_api.Error where it cannot be known."""
    if frame.is_detached():
        return []
    found = [frame.locator(CONCEALED)]
    if known := [each for each in secrets.known if len(each) >= 2]:
        root = frame.locator(":root")
        root.evaluate("e => 1", timeout=PATIENCE * 1000)
        fields = frame.locator("input, textarea")
        found += [fields.nth(n) for n in fields.evaluate_all(HOLDING, list(known))]
        found += [frame.get_by_text(secret) for secret in known if len(secret) >= 4]
    return found


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
