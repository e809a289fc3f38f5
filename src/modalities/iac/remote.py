"""A state that a backend keeps is read by whoever only looks, and never written.

Terraform is not so careful: the backend for S3 writes an empty state as soon as a workspace is
named that it does not have (`init`, `plan` and `state pull` do), and a plan takes the lock. So
what is planned and rehearsed works on a clone that has been cut off from its backend: it has the
state as it was, in a file.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modalities.iac.home import OVERRIDE, Home
from modalities.iac.installation import Installation
from modalities.iac.selection import DEFAULT, STATE, STATES, select, selected, state_file
from modalities.iac.workspace import Workspace

LOCAL_STATE = 'terraform {\n  backend "local" {}\n}\n'


def pulled(installation: Installation, workspace: Workspace, home: Home) -> Mapping[str, Any]:
    """The state that the backend has for the clone; empty where it has none. Raises CloudError."""
    installation.prepare(workspace, own=home.own)
    name = selected(workspace.directory, workspace.environment)
    if name != DEFAULT and name not in workspace.names():
        return {}
    return workspace.state()


def apart(installation: Installation, workspace: Workspace, home: Home) -> None:
    """Cut the clone off where its home's state is kept by a backend. Raises CloudError."""
    if home.elsewhere:
        cut_off(installation, workspace, home, pulled(installation, workspace, home))


def cut_off(
    installation: Installation, workspace: Workspace, home: Home, state: Mapping[str, Any]
) -> None:
    """The clone has this state in a file from now on. Raises CloudError."""
    directory = workspace.directory
    name = selected(directory, workspace.environment)
    kept = state_file(directory, name)
    _unbind(directory)
    kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    installation.bind(workspace, own=home.own)
    select(directory, name)
    if state:  # only now: `init` would ask a person whether to move it
        _write(kept, json.dumps(state))


def _unbind(directory: Path) -> None:
    (directory / OVERRIDE).write_text(LOCAL_STATE, encoding="utf-8")
    (directory / ".terraform" / STATE).unlink(missing_ok=True)
    (directory / STATE).unlink(missing_ok=True)
    shutil.rmtree(directory / STATES, ignore_errors=True)


def _write(path: Path, text: str) -> None:
    """For the owner's eyes only: a state holds secrets."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
