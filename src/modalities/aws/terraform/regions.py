"""In which region code works, by what its own provider block says.

A module that names its region is at work there, whatever region a target has: who looks at what
it made has to look there. Only what stands in the code or in files of variables is read; a
region that takes more than that to reckon is not known.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from modalities.aws.terraform import syntax

ASSIGNED = re.compile(r'^[ \t]*([\w-]+)[ \t]*=[ \t]*"([^"$%\n]*)"', re.MULTILINE)
VARIABLE = "TF_VAR_"
REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-\d")


def region_of(files: Mapping[str, str], environment: Mapping[str, str]) -> str | None:
    """The region of the provider that has no alias; None where none is named, or where it
    cannot be told. ``environment`` may hold variables (``TF_VAR_...``)."""
    for text in _code(files):
        for block in syntax.blocks(text):
            if (block.type, block.labels) == ("provider", ("aws",)) and not block.argument("alias"):
                argument = block.argument("region")
                said = argument.value.of(text) if argument else ""
                found = _reckoned(said, files, environment)
                return found if found and REGION.fullmatch(found) else None
    return None


def _reckoned(
    expression: str, files: Mapping[str, str], environment: Mapping[str, str], depth: int = 3
) -> str | None:
    """A text, or the variable or local that stands for one."""
    bare = expression.strip()
    if bare.startswith('"${') and bare.endswith('}"'):
        bare = bare[3:-2].strip()
    if bare.startswith('"') and "${" not in bare:
        return bare.strip('"')
    kind, _, name = bare.partition(".")
    if depth == 0 or not name.isidentifier():
        return None
    if kind == "local":
        said = _argument(files, "locals", (), name)
        return _reckoned(said, files, environment, depth - 1) if said else None
    return _variable(name, files, environment) if kind == "var" else None


def _variable(name: str, files: Mapping[str, str], environment: Mapping[str, str]) -> str | None:
    """In Terraform's order: files of variables that are read by themselves, the later name
    first; the environment; the default."""
    automatic = sorted(n for n in files if n.endswith((".auto.tfvars", ".auto.tfvars.json")))
    for file in (*reversed(automatic), "terraform.tfvars.json", "terraform.tfvars"):
        found = _in_file(name, file, files.get(file, ""))
        if found is not None:
            return found
    if VARIABLE + name in environment:
        return environment[VARIABLE + name]
    default = _argument(files, "variable", (name,), "default")
    return default.strip('"') if default and default.startswith('"') else None


def _in_file(name: str, file: str, text: str) -> str | None:
    if file.endswith(".json"):
        try:
            value = json.loads(text or "{}").get(name)
        except (ValueError, AttributeError):
            return None
        return value if isinstance(value, str) else None
    values = {match[1]: match[2] for match in ASSIGNED.finditer(text)}
    return values.get(name)


def _argument(
    files: Mapping[str, str], type: str, labels: tuple[str, ...], name: str
) -> str | None:
    """The expression of the first argument of this name in blocks of this type."""
    for text in _code(files):
        for block in syntax.blocks(text):
            found = block.argument(name) if (block.type, block.labels) == (type, labels) else None
            if found is not None:
                return found.value.of(text)
    return None


def _code(files: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(text for name, text in sorted(files.items()) if name.endswith((".tf", ".tofu")))
