"""The option that names a directory of somebody's own code."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cloudops.errors import Misused
from modalities.resource import Provider

if TYPE_CHECKING:
    from cloudops.config import Config

Dir = Annotated[
    Path | None,
    typer.Option(
        "--dir",
        metavar="DIR",
        help="The code [default: terraform_dir of the target, else what cloudops keeps for it].",
    ),
]

CODE = {
    Provider.AWS: ("Terraform code", ("*.tf", "*.tf.json", "*.tofu")),
    Provider.AZURE: ("ARM template", ("*.json", "*.bicep")),
}
"""What it is on each cloud, and how its files are called."""


def with_code(config: Config, directory: Path | None) -> Config:
    """The configuration with this directory as the target's code. Raises Misused."""
    if directory is None:
        return config
    name = config["target"]
    target = config.target(name)
    what, endings = CODE[target.provider]
    if not any(path for ending in endings for path in directory.glob(ending)):
        raise Misused(f"there is no {what} in {directory}", remedy="name another with --dir")
    target = replace(target, terraform_dir=str(directory.absolute()))
    return replace(config, targets={**config.targets, name: target})
