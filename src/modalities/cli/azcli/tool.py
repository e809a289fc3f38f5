"""Which ``az`` there is, and whether it can be used."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from modalities import tools
from modalities.tools import Tool

OVERRIDE = "CLOUDOPS_AZ"
"""Names the one ``az`` to use; no other is looked for."""

OLDEST = (2, 60)
"""Older ones are not known to have each command as it is understood here."""

SAYS = re.compile(r"\d+(?:\.\d+)+")

INSTALL = f"`make tools-azure` sets one up; or install the Azure CLI, or name one in {OVERRIDE}"

AZ = tools.Program("az", OVERRIDE, "NoAzCommand", INSTALL)

QUIET = {
    "AZURE_CORE_COLLECT_TELEMETRY": "no",
    "AZURE_CORE_DISABLE_CONFIRM_PROMPT": "yes",
    "AZURE_CORE_FIRST_RUN": "no",
    "AZURE_CORE_LOGIN_EXPERIENCE_V2": "off",
    "AZURE_CORE_NO_COLOR": "yes",
    "AZURE_CORE_SURVEY_MESSAGE": "no",
    "AZURE_AUTO_UPGRADE_ENABLE": "no",
    "AZURE_EXTENSION_USE_DYNAMIC_INSTALL": "no",
    "PYTHONIOENCODING": "utf-8",
}
"""What keeps ``az`` from telling Microsoft of us, from asking, and from installing anything."""

Search: TypeAlias = tools.Search[Tool]


def own_place() -> Path:
    """Where ``make tools-azure`` puts the one that is used when PATH has none."""
    return Path(sys.prefix).parent / ".tools" / "az" / "bin" / "az"


def candidates() -> tuple[Path, ...]:
    """Where an ``az`` stands, in the order in which they are tried. Nothing is run."""
    return AZ.candidates((*tools.on_path("az"), own_place()))


def search(places: Sequence[Path] | None = None) -> Search:
    """The first ``az`` that says its version and is not too old."""
    return AZ.search(candidates() if places is None else places, _tool)


def _tool(path: Path) -> Tool:
    """Raises Unfit."""
    found = SAYS.search(_installed(path) or _said(path))
    if found is None:
        raise tools.Unfit("does not say its version")
    if tools.numbers(found[0]) < OLDEST:
        raise tools.too_old(found[0], ".".join(map(str, OLDEST)))
    return Tool(path, found[0])


def _installed(path: Path) -> str:
    """What a Python environment says of the azure-cli in it; saves starting it."""
    metadata = path.resolve().parent.parent.glob("lib/python3*/site-packages/azure_cli-*.dist-info")
    versions = [
        each.name.removeprefix("azure_cli-").removesuffix(".dist-info") for each in metadata
    ]
    return versions[0] if len(versions) == 1 else ""


def _said(path: Path) -> str:
    """What a program prints. Raises Unfit."""
    with tempfile.TemporaryDirectory(prefix="cloudops-az-") as name:
        home = Path(name)
        environment = {**tools.bare(home), **QUIET, "AZURE_CONFIG_DIR": name}
        argv = [str(path), "version", "--output", "tsv", "--query", '"azure-cli"']
        return tools.said(tools.answer(argv, environment, home, tools.PATIENCE))
