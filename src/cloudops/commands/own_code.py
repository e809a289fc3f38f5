"""The option that names a Terraform directory of somebody's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cloudops.errors import Misused

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

CODE = ("*.tf", "*.tf.json", "*.tofu")


def with_code(config: Config, directory: Path | None) -> Config:
    """The configuration with this directory as the target's code. Raises Misused."""
    if directory is None:
        return config
    if not any(path for ending in CODE for path in directory.glob(ending)):
        raise Misused(
            f"there is no Terraform code in {directory}", remedy="name another with --dir"
        )
    name = config["target"]
    target = replace(config.target(name), terraform_dir=str(directory.absolute()))
    return replace(config, targets={**config.targets, name: target})
