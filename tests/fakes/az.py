"""The real ``az`` on an emulated Azure."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MISSING = "no az: make tools-azure installs it"


def az() -> str:
    """Where it is; the empty text where it is not."""
    beside = Path(__file__).parents[2] / ".tools" / "az" / "bin" / "az"
    return str(beside) if beside.exists() else shutil.which("az") or ""


@dataclass(frozen=True)
class Az:
    """``environment`` is that of ``cloudops sandbox env --cloud azure``."""

    environment: Mapping[str, str]

    def __call__(self, *words: str) -> Any:
        """Its answer as JSON, where it succeeds."""
        done = self.run(*words)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        assert self.environment.get("AZURE_CONFIG_DIR"), "never on anybody's own account"
        variables = {"PATH": os.environ["PATH"], **self.environment}
        variables["HOME"] = variables["AZURE_CONFIG_DIR"]
        return subprocess.run(
            [az(), *words, "--only-show-errors", "-o", "json"],
            env=variables,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
