"""Which ``terraform`` or ``tofu`` there is, and whether it can be used."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from modalities import tools

OVERRIDE = "CLOUDOPS_TERRAFORM"
"""Names the one program to use; no other is looked for."""

NAMES = ("terraform", "tofu")
"""In the order in which they are taken."""

OLDEST = (1, 5)
"""Import blocks came with 1.5; OpenTofu began after that."""

PATIENCE = tools.PATIENCE

INSTALL = (
    "install Terraform 1.5 or later, or OpenTofu (https://opentofu.org/docs/intro/install), "
    f"or name one in {OVERRIDE}"
)

TERRAFORM = tools.Program("terraform or tofu", OVERRIDE, "NoTerraform", INSTALL)


@dataclass(frozen=True, slots=True)
class Tool(tools.Tool):
    """A working program."""

    @property
    def name(self) -> str:
        """``terraform`` or ``tofu``: what the program itself is called."""
        return "tofu" if self.path.resolve().name.startswith("tofu") else "terraform"

    @property
    def host(self) -> str:
        """The registry that a provider without a host is from."""
        return f"registry.{'opentofu.org' if self.name == 'tofu' else 'terraform.io'}"


Search: TypeAlias = tools.Search[Tool]


def candidates() -> tuple[Path, ...]:
    """Where one stands, in the order in which they are tried. Nothing is run."""
    return TERRAFORM.candidates(tools.on_path(*NAMES))


def search(places: Sequence[Path] | None = None) -> Search:
    """The first that says its version and is not too old; ``places`` in place of PATH."""
    return TERRAFORM.search(candidates() if places is None else places, _tool)


def _tool(path: Path) -> Tool:
    """Raises Unfit."""
    version = str(_said(path).get("terraform_version", ""))
    numbers = tools.numbers(version)
    if len(numbers) < 2:
        raise tools.Unfit("does not say its version")
    if numbers < OLDEST:
        raise tools.too_old(version, ".".join(map(str, OLDEST)))
    return Tool(path.absolute(), version)


def _said(path: Path) -> dict[str, Any]:
    """What ``version -json`` prints. Raises Unfit."""
    environment = {
        **tools.bare(Path(os.devnull)),
        "CHECKPOINT_DISABLE": "1",
        "TF_CLI_CONFIG_FILE": os.devnull,
    }
    ended = tools.answer([str(path), "version", "-json"], environment, Path("/"), PATIENCE)
    try:
        said = json.loads(ended.stdout)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise tools.Unfit("does not work: what it says is no JSON")
    return said
