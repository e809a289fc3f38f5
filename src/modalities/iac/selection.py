"""Which of Terraform's workspaces is selected, and where a local backend keeps its state."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

DEFAULT = "default"
GIVEN = "TF_WORKSPACE"

STATE = "terraform.tfstate"
STATES = "terraform.tfstate.d"
"""The directory for the states of all workspaces but ``default``."""

NOTE = Path(".terraform", "environment")
"""What ``terraform workspace select`` writes down."""


def selected(directory: Path, environment: Mapping[str, str]) -> str:
    """The workspace that Terraform works in there."""
    if environment.get(GIVEN):
        return environment[GIVEN]
    try:
        return (directory / NOTE).read_text(encoding="utf-8").strip() or DEFAULT
    except (OSError, UnicodeDecodeError):
        return DEFAULT


def select(directory: Path, workspace: str) -> None:
    """As ``terraform workspace select`` does, for a directory that has been initialised."""
    (directory / NOTE).write_text(workspace, encoding="utf-8")


def state_file(directory: Path, workspace: str) -> Path:
    """Where the state is that no backend keeps."""
    return directory / STATE if workspace == DEFAULT else directory / STATES / workspace / STATE
