"""The command line in this process: what it said, and its exit code."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cloudops.__main__ import main


@dataclass(frozen=True, slots=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one document on stdout."""
        return json.loads(self.out)


class Terminal:
    """``terminal("runs", "-o", "json")``, in a folder and with a state of its own."""

    def __init__(
        self, folder: Path, capture: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch
    ) -> None:
        self.folder = folder
        self.state = folder / "state"
        self._capture = capture
        patch.chdir(folder)
        patch.setenv("CLOUDOPS_STATE_DIR", str(self.state))
        patch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
        patch.setenv("COLUMNS", "200")

    def __call__(self, *words: str) -> Said:
        self._capture.readouterr()
        code = main(words)
        said = self._capture.readouterr()
        return Said(code, said.out, said.err)
