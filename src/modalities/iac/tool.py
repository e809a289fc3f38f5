"""Which ``terraform`` or ``tofu`` there is, and whether it can be used."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modalities.receipt import CloudError, Trouble
from modalities.running import CutShort, NotStarted, run

OVERRIDE = "CLOUDOPS_TERRAFORM"
"""Names the one program to use; no other is looked for."""

NAMES = ("terraform", "tofu")
"""In the order in which they are taken."""

OLDEST = (1, 5)
"""Import blocks came with 1.5; OpenTofu began after that."""

PATIENCE = 20.0
"""Seconds for ``terraform version``, which takes a twentieth of one."""

INSTALL = (
    "install Terraform 1.5 or later, or OpenTofu (https://opentofu.org/docs/intro/install), "
    f"or name one in {OVERRIDE}"
)


@dataclass(frozen=True, slots=True)
class Tool:
    """A working program. ``path`` is absolute, ``version`` like ``1.11.4``."""

    path: Path
    version: str

    @property
    def name(self) -> str:
        """``terraform`` or ``tofu``: what the program itself is called."""
        return "tofu" if self.path.resolve().name.startswith("tofu") else "terraform"

    @property
    def host(self) -> str:
        """The registry that a provider without a host is from."""
        return f"registry.{'opentofu.org' if self.name == 'tofu' else 'terraform.io'}"


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
            "NoTerraform",
            f"no Terraform can be used: {tried}" if tried else "there is no terraform and no tofu",
            sent=False,
            remedy=INSTALL,
        )


def candidates() -> tuple[Path, ...]:
    """Where one stands, in the order in which they are tried. Nothing is run."""
    named = os.environ.get(OVERRIDE)
    if named:
        return (Path(named),)
    return tuple(dict.fromkeys(_standing()))


def _standing() -> Iterator[Path]:
    """A relative place on PATH would be whoever's directory we happen to be in."""
    for name in NAMES:
        for path in (Path(directory, name) for directory in os.get_exec_path()):
            if path.is_absolute() and path.is_file() and os.access(path, os.X_OK):
                yield path


def search(places: Sequence[Path] | None = None) -> Search:
    """The first that says its version and is not too old; ``places`` in place of PATH."""
    passed: list[tuple[Path, str]] = []
    for path in candidates() if places is None else places:
        found = _tool(path)
        if isinstance(found, Tool):
            return Search(found, tuple(passed))
        passed.append((path, found))
    return Search(None, tuple(passed))


def _tool(path: Path) -> Tool | str:
    """The tool, or why it is none."""
    said = _said(path)
    if isinstance(said, str):
        return said
    version = str(said.get("terraform_version", ""))
    numbers = tuple(int(part) for part in version.split("-")[0].split(".") if part.isdigit())
    if len(numbers) < 2:
        return "does not say its version"
    if numbers < OLDEST:
        return f"is version {version}, and {'.'.join(map(str, OLDEST))} is needed"
    return Tool(path.absolute(), version)


def _said(path: Path) -> dict[str, Any] | str:
    """What ``version -json`` prints, or why that is nothing."""
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.devnull,
        "CHECKPOINT_DISABLE": "1",
        "TF_CLI_CONFIG_FILE": os.devnull,
    }
    try:
        ended = run([str(path), "version", "-json"], environment, Path("/"), PATIENCE)
    except NotStarted as error:
        return f"does not start: {error}"
    except CutShort as error:
        return f"does not work: `version` was {error}"
    if ended.status != 0:
        text = (ended.stdout + ended.stderr).decode("utf-8", "replace").strip()
        return f"does not work: exit status {ended.status}: {text[:200]}"
    try:
        said = json.loads(ended.stdout)
    except ValueError:
        said = None
    return said if isinstance(said, dict) else "does not work: what it says is no JSON"
