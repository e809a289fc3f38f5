"""Programs that stand in for a vendor's command and misbehave."""

from __future__ import annotations

import sys
from pathlib import Path

SAYS_ITS_VERSION = """
if sys.argv[1:] == ["--version"]:
    print("aws-cli/{version} Python/3.11 Linux/6 exe/x86_64")
    sys.exit()
"""


def executable(path: Path, body: str) -> Path:
    """A Python program at ``path``; ``sys``, ``os`` and ``time`` are there for its body."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!{sys.executable} -IS\nimport os, sys, time\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def aws(path: Path, body: str, version: str = "2.31.0") -> Path:
    """An ``aws`` that says its version as it should, and does ``body`` for all else."""
    return executable(path, SAYS_ITS_VERSION.format(version=version) + body)
