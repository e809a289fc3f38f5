"""Where the templates of each target are kept: one a deployment, as it was sent."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from pathlib import Path

from modalities.target import Target

UNSAFE = re.compile(r"[^A-Za-z0-9_.-]")


class TemplateFiles:
    """``root`` is a directory of ours, for all targets."""

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()

    def of(self, target: Target) -> Path:
        """The directory of a target, whether it is there or not; another for each resource
        group: who points a target elsewhere does not inherit what was deployed before."""
        group = (target.resource_group or "").casefold()
        digest = hashlib.sha256(group.encode()).hexdigest()[:8]
        return self._root / f"{_stem(target)}@{digest}"

    def keep(self, target: Target, name: str, text: str) -> Path:
        """Write the file at once or not at all, for the owner's eyes only. Raises OSError."""
        directory = self.of(target)
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=directory, prefix=".")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(temporary).replace(directory / name)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
        return directory / name

    def forget(self, target: Target) -> None:
        """All of the target, whichever resource group it was."""
        for directory in self._root.glob(f"{_stem(target)}@????????"):
            shutil.rmtree(directory, ignore_errors=True)


def _stem(target: Target) -> str:
    return UNSAFE.sub("_", target.name).lstrip(".")
