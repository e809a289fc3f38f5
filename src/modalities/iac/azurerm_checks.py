"""Code for azurerm as Terraform itself sees it, as far as this machine has what that needs."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from modalities.azure.terraform import schema
from modalities.iac.installation import UNKNOWN, Installation
from modalities.iac.terraform import FLAG
from modalities.iac.workspace import Workspace
from modalities.receipt import CloudError

SECONDS = 300.0
"""That all of it may take; most is the provider's way here, where it comes from a registry."""

NOT_HERE = (
    "not planned, nor looked at by the provider: hashicorp/azurerm is not on this machine, and its "
    "registry cannot be reached; where it can, `terraform init` and `terraform plan` say the rest"
)


def looked_at(files: Mapping[str, str], installation: Installation) -> Iterator[str]:
    """What was looked at and what was not, a line each. Raises CloudError where Terraform, or the
    provider, does not take it."""
    yield (
        "every argument, block and type is one of provider hashicorp/azurerm "
        f"{schema.version()}, by its schema; values are not checked by that"
    )
    if not installation.might_be():
        yield "not looked at by Terraform: there is none here"
        return
    with tempfile.TemporaryDirectory() as place:
        directory = Path(place)
        for name, text in files.items():
            (directory / name).write_text(text, encoding="utf-8")
        yield from _said(directory, installation)


def _said(directory: Path, installation: Installation) -> Iterator[str]:
    tool = installation.tool
    give_up = time.monotonic() + SECONDS
    environment = installation.settings(own=False).fetching()
    workspace = Workspace(tool, directory, environment, sandbox=True, give_up=give_up)
    workspace.run("fmt", check=FLAG, no_color=FLAG)
    yield f"syntax and layout are those of `{tool.name} fmt`"
    try:
        installation.prepare(workspace, own=False)
    except CloudError as error:
        if error.code not in UNKNOWN:
            raise
        yield NOT_HERE
        return
    workspace.run("validate", no_color=FLAG)
    yield f"`{tool.name} validate` takes it; not planned: `{tool.name} plan` in it asks Azure"
