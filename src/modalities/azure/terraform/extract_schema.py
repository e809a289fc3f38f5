"""Writes ``schema.json``: ``python -m modalities.azure.terraform.extract_schema WHEEL``.

``WHEEL`` is cdktf-cdktf-provider-azurerm as PyPI has it (MPL-2.0, HashiCorp). It is generated from
the schema of the provider hashicorp/azurerm, and so says which arguments and blocks each resource
has, of what type, and which must be there. Only those names and types are taken, no code of it;
nothing of it is run or installed.
"""

from __future__ import annotations

import io
import json
import re
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from typing import Any

from modalities.azure.terraform.schema import DATA

TYPES = (
    "azurerm_lb",
    "azurerm_lb_backend_address_pool",
    "azurerm_lb_probe",
    "azurerm_lb_rule",
    "azurerm_linux_virtual_machine",
    "azurerm_managed_disk",
    "azurerm_network_interface",
    "azurerm_network_interface_backend_address_pool_association",
    "azurerm_network_interface_security_group_association",
    "azurerm_network_security_group",
    "azurerm_network_security_rule",
    "azurerm_public_ip",
    "azurerm_resource_group",
    "azurerm_ssh_public_key",
    "azurerm_subnet",
    "azurerm_subnet_network_security_group_association",
    "azurerm_virtual_machine_data_disk_attachment",
    "azurerm_virtual_network",
)
"""Those that are written here."""

PROVIDER = "azurerm"

SIMPLE = {"string": "string", "number": "number", "boolean": "bool"}
INNER = {"stringList": "string", "numberList": "number", "stringMap": "string"}

FUNCTION = re.compile(
    r"^function (\w+)ToHclTerraform\(struct\) \{\n(.*?)^\}", re.MULTILINE | re.DOTALL
)
OWN = re.compile(r"^    synthesizeHclAttributes\(\) \{\n(.*?)^    \}", re.MULTILINE | re.DOTALL)
ROW = re.compile(
    r"^ +(\w+): \{\n +value: (.+),\n +isBlock: (\w+),\n +type: \"(\w+)\",\n"
    r" +storageClassType: \"(\w+)\",",
    re.MULTILINE,
)
NAMED = re.compile(r"(\w+)ToHclTerraform")
INTERFACE = re.compile(r"^export interface (\w+)[^{]*\{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
FIELD = re.compile(r"^    readonly (\w+)(\??): (.*?)(?:;|\{)$", re.MULTILINE)
TOLD = re.compile(r"^    get \w+\(\) \{\n        return this\.get\w+\('(\w+)'\)", re.MULTILINE)
RESOURCE = re.compile(r"^class (\w+) extends \w+\.Terraform(?:Resource|Provider)", re.MULTILINE)
VERSION = re.compile(r"hashicorp/azurerm provider version (\S+)")


def main(wheel: str) -> None:
    package, archive = _package(wheel)
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as files:
        readme = _text(files, "README.md")
        found = VERSION.search(readme)
        version = found[1] if found else ""
        table = {
            "source": {
                "package": package,
                "made_from": f"the schema of provider hashicorp/azurerm {version}",
                "licence": "MPL-2.0, Copyright (c) 2025 HashiCorp, Inc.; names and types only",
                "written_by": "python -m modalities.azure.terraform.extract_schema",
            },
            "version": version,
            "provider": _described(files, "provider"),
            "resources": {type: _described(files, _place(type)) for type in TYPES},
        }
    DATA.write_text(json.dumps(table, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _package(wheel: str) -> tuple[str, bytes]:
    """What it is called, with its version, and the archive that it carries."""
    with zipfile.ZipFile(wheel) as files:
        name = next(n for n in files.namelist() if n.endswith(".jsii.tgz"))
        described = next(n for n in files.namelist() if n.endswith(".dist-info/METADATA"))
        head = files.read(described).decode().splitlines()
        told = dict(line.split(": ", 1) for line in head if ": " in line[:20])
        return f"{told['Name']} {told['Version']}", files.read(name)


def _place(type: str) -> str:
    return type.removeprefix(f"{PROVIDER}_").replace("_", "-")


def _text(files: tarfile.TarFile, name: str) -> str:
    opened = files.extractfile(f"package/{name}")
    return opened.read().decode() if opened else ""


def _described(files: tarfile.TarFile, place: str) -> dict[str, Any]:
    code = _text(files, f"lib/{place}/index.js")
    types = _text(files, f"lib/{place}/index.d.ts")
    fields = {name: _fields(body) for name, body in INTERFACE.findall(types)}
    functions = {name[0].upper() + name[1:]: body for name, body in FUNCTION.findall(code)}
    whole, resource = OWN.search(code), RESOURCE.search(code)
    if whole is None or resource is None:
        raise ValueError(f"{place} does not look as it did: nothing is known of it")
    told = _block(whole[1], fields[f"{resource[1]}Config"], functions, fields)
    told["told"] = sorted(set(TOLD.findall(code[resource.start() :])))
    return told


def _fields(body: str) -> dict[str, tuple[bool, bool]]:
    """By the name, small and in one word: whether it must be there, and whether it is a list of
    objects."""
    return {
        name.lower(): (not optional, type.strip().endswith(".IResolvable") and "[]" in type)
        for name, optional, type in FIELD.findall(body)
    }


def _block(
    body: str,
    fields: Mapping[str, tuple[bool, bool]],
    functions: Mapping[str, str],
    known: Mapping[str, Mapping[str, tuple[bool, bool]]],
) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    blocks: dict[str, Any] = {}
    for name, value, is_block, kind, stored in ROW.findall(body):
        needed, many = fields[name.replace("_", "")]
        if is_block == "false":
            arguments[name] = [_type(kind, stored), needed]
            continue
        inner = _named(value)
        told = _block(functions[inner], known[inner], functions, known)
        blocks[name] = {"needed": needed, "many": many, **told}
    return {"arguments": arguments, "blocks": blocks}


def _named(value: str) -> str:
    found = NAMED.search(value)
    if found is None:
        raise ValueError(f"{value} names no block")
    return found[1][0].upper() + found[1][1:]


def _type(kind: str, stored: str) -> str:
    """``string``, ``list(string)``, ``map(string)``."""
    if kind == "simple":
        return SIMPLE[stored]
    return f"{kind}({INNER[stored]})"


if __name__ == "__main__":
    main(sys.argv[1])
