"""A directory of somebody's own with an ARM template in it, or Bicep: read, never written.

https://learn.microsoft.com/azure/azure-resource-manager/templates/parameter-files
https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-cli#build
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modalities.azure.secrets import NAMES
from modalities.contract import ToolMissing, Unsupported
from modalities.running import CutShort, NotStarted, run
from modalities.tools import SHOWN, bare

BICEP = ".bicep"
MAIN = ("main", "azuredeploy", "template")
"""What the one is called that is deployed, where there are several."""

SCHEMA = "/deploymenttemplate.json"
LINKED = ("templateLink", "parametersLink")
SECURE = ("securestring", "secureobject")

BUILDING = 120.0
"""Seconds that Bicep may take."""

LARGEST = 4 * 1024 * 1024
"""Bytes that Azure takes (docs: "ARM template limits")."""


@dataclass(frozen=True, slots=True)
class OwnTemplate:
    """``text`` is the template as it is sent: the values of its file of parameters are in it."""

    file: Path
    text: str


def template_in(directory: Path) -> OwnTemplate:
    """The template of a directory. Raises Unsupported where there is none, or more than one that
    could be meant, or where it wants what nobody said; ToolMissing for Bicep without `bicep`."""
    file = _chosen(directory)
    template = _built(file) if file.suffix == BICEP else _read(file)
    _require_plain(file, template)
    return OwnTemplate(file, _with_values(file, template, _values(file)))


def templates_in(directory: Path) -> tuple[Path, ...]:
    """Files that are templates, by their looks."""
    found = sorted((*directory.glob(f"*{BICEP}"), *directory.glob("*.json")))
    return tuple(file for file in found if file.suffix == BICEP or _is_template(file))


def _is_template(file: Path) -> bool:
    try:
        told = str(_read(file).get("$schema"))
    except Unsupported:
        return False
    return told.rstrip("#").casefold().endswith(SCHEMA)


def _chosen(directory: Path) -> Path:
    found = templates_in(directory)
    if len(found) == 1:
        return found[0]
    if not found:
        raise Unsupported(f"there is no ARM template in {directory}")
    for stem in MAIN:
        named = [file for file in found if file.stem == stem]
        if named:
            return next((file for file in named if file.suffix == BICEP), named[0])
    names = ", ".join(file.name for file in found)
    raise Unsupported(f"{directory} has several templates ({names}): call one of them main")


def _read(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as opened:
            raw = opened.read(LARGEST + 1)
        found = json.loads(raw.decode("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise Unsupported(f"{file} cannot be read: {error}") from error
    if len(raw) > LARGEST or not isinstance(found, dict):
        raise Unsupported(f"{file} is no JSON object of at most 4 MiB, as Azure takes it")
    return found


def _built(file: Path) -> dict[str, Any]:
    """Bicep's own word for it; it reads the files beside it, and is not let restore others."""
    program = shutil.which("bicep")
    if program is None:
        raise ToolMissing(
            f"{file.name} is Bicep, and there is no `bicep` on PATH: install it, or give the "
            "template that `bicep build` makes of it"
        )
    command = (program, "build", "--stdout", "--no-restore", str(file))
    with tempfile.TemporaryDirectory() as home:
        try:
            done = run(command, bare(Path(home)), file.parent, BUILDING)
        except (NotStarted, CutShort) as error:
            raise Unsupported(f"`bicep build` of {file.name}: {error}") from error
    if done.status != 0:
        said = done.stderr.decode(errors="replace").strip()[:SHOWN]
        raise Unsupported(f"`bicep build` of {file.name} failed: {said}")
    try:
        found = json.loads(done.stdout)
    except ValueError as error:
        raise Unsupported(f"`bicep build` of {file.name} wrote no template") from error
    return dict(found)


def _values(file: Path) -> dict[str, Any]:
    """Those of its file of parameters; none where there is none."""
    places = (file.with_name(f"{file.stem}.parameters.json"), file.with_name("parameters.json"))
    place = next((each for each in places if each.is_file()), None)
    if place is None:
        return {}
    told = _read(place).get("parameters")
    values = {}
    for name, given in (told if isinstance(told, Mapping) else {}).items():
        if not isinstance(given, Mapping) or "value" not in given:
            raise Unsupported(f"{place.name}: {name} has no value (one from a vault is not read)")
        values[str(name)] = given["value"]
    return values


def _with_values(file: Path, template: dict[str, Any], values: Mapping[str, Any]) -> str:
    declared = template.get("parameters") or {}
    names = {str(name).casefold(): str(name) for name in declared}
    if strange := sorted(name for name in values if name.casefold() not in names):
        raise Unsupported(f"{file.name} has no parameter {', '.join(strange)}")
    said = {names[name.casefold()]: value for name, value in values.items()}
    parameters = {name: dict(told) for name, told in declared.items()}
    for name, value in said.items():
        parameters[name]["defaultValue"] = _literal(value)
    for name, told in parameters.items():
        if str(told.get("type")).casefold() in SECURE and told.get("defaultValue"):
            raise Unsupported(f"{file.name}: {name} is a secret, and no secret goes into a plan")
    missing = [
        name
        for name, told in parameters.items()
        if "defaultValue" not in told and not told.get("nullable")
    ]
    if missing:
        raise Unsupported(
            f"{file.name} wants {', '.join(missing)}: write values into {file.stem}.parameters.json"
        )
    return json.dumps({**template, "parameters": parameters}, indent=2, ensure_ascii=False) + "\n"


def _literal(value: Any) -> Any:
    """A value is what it says; a default is an expression where it stands in brackets."""
    if isinstance(value, str):
        return f"[{value}" if value.startswith("[") and value.endswith("]") else value
    if isinstance(value, Mapping):
        return {name: _literal(item) for name, item in value.items()}
    return [_literal(item) for item in value] if isinstance(value, list) else value


def _require_plain(file: Path, template: Mapping[str, Any]) -> None:
    """Raises Unsupported for what is not in the template itself, and for what holds a secret."""
    for name, value in _members(template.get("resources")):
        if name in LINKED:
            raise Unsupported(f"{file.name} has a {name}: what it leads to is not in the plan")
        if NAMES.match(name) and value:  # an expression may lead to a variable in plain text
            raise Unsupported(f"{file.name} has {name}, and no secret goes into a plan")


def _members(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield str(name), item
            yield from _members(item)
    elif isinstance(value, list):
        for item in value:
            yield from _members(item)
