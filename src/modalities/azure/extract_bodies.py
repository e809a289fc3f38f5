"""Writes ``bodies.json.gz``: ``python -m modalities.azure.extract_bodies`` where the packages are.

Reads the sources of Microsoft's own SDK packages, imports none of them: every model that a body
can hold, with its fields by their names over the wire, whether a field is read-only or must be
there, and the values of enumerations.
"""

from __future__ import annotations

import ast
import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from modalities.azure.bodies import DATA
from modalities.azure.extract import PACKAGES, home
from modalities.azure.operations import operations

SIMPLE = {"str": "str", "int": "int", "float": "float", "bool": "bool", "bytes": "str"}
UNWRITTEN = {"read"}


def main() -> None:
    table = {package: _of_package(package) for package in PACKAGES}
    text = json.dumps(table, separators=(",", ":"), sort_keys=True)
    DATA.write_bytes(gzip.compress(text.encode(), mtime=0))


def _of_package(package: str) -> dict[str, Any]:
    directory = home() / PACKAGES[package] / "models"
    models = {node.name: node for node in _classes(directory / "_models.py")}
    enums = {node.name: _values(node) for node in _classes(directory / "_enums.py")}
    wanted = [o.body for o in operations() if o.package == package and o.body in models]
    found: dict[str, Any] = {}
    while wanted:
        name = wanted.pop()
        if name in found:
            continue
        found[name] = _model(models[name], enums)
        subclasses = [n for n, node in models.items() if name in _bases(node, models)]
        found[name]["open"] = bool(subclasses) and _is_discriminated(models[name])
        wanted += [*_bases(models[name], models), *_named(found[name]["fields"], models)]
    used = {enum for model in found.values() for enum in _named(model["fields"], enums)}
    return {"models": found, "enums": {name: enums[name] for name in sorted(used)}}


def _classes(file: Path) -> list[ast.ClassDef]:
    if not file.exists():
        return []
    return [node for node in ast.parse(file.read_text()).body if isinstance(node, ast.ClassDef)]


def _bases(node: ast.ClassDef, models: dict[str, ast.ClassDef]) -> list[str]:
    return [name for base in node.bases if (name := ast.unparse(base)) in models]


def _is_discriminated(node: ast.ClassDef) -> bool:
    """What it may hold depends on a word in it: its subclasses' fields are allowed as well."""
    return any("rest_discriminator" in ast.unparse(part) for part in node.body)


def _model(node: ast.ClassDef, enums: dict[str, Any]) -> dict[str, Any]:
    fields = {}
    for part in node.body:
        if not isinstance(part, ast.AnnAssign) or not isinstance(part.value, ast.Call):
            continue
        if ast.unparse(part.value.func) not in ("rest_field", "rest_discriminator"):
            continue
        told = {k.arg: k.value for k in part.value.keywords}
        wire = ast.literal_eval(told["name"]) if "name" in told else ast.unparse(part.target)
        visible = set(ast.literal_eval(told["visibility"])) if "visibility" in told else set()
        kind, optional = _type(part.annotation, enums)
        fields[wire] = [kind, not optional, visible == UNWRITTEN]
    bases = [ast.unparse(base) for base in node.bases if ast.unparse(base) != "_Model"]
    return {"bases": bases, "fields": fields}


def _type(node: ast.expr, enums: dict[str, Any]) -> tuple[Any, bool]:
    """The type, and whether it may be left out. ``any`` is what we cannot tell."""
    match node:
        case ast.Constant(value=str(text)):
            return _type(ast.parse(text, mode="eval").body, enums)
        case ast.Subscript(value=outer, slice=inner):
            return _generic(ast.unparse(outer), inner, enums)
        case ast.Attribute(attr=name):
            if name in ("datetime", "date", "time", "timedelta"):
                return "str", False
            return (["enum", name] if name in enums else ["model", name]), False
        case ast.Name(id=name):
            return SIMPLE.get(name, "any"), False
    return "any", False


def _generic(outer: str, inner: ast.expr, enums: dict[str, Any]) -> tuple[Any, bool]:
    match outer.rpartition(".")[2]:
        case "Optional":
            return _type(inner, enums)[0], True
        case "list" | "List":
            return ["list", _type(inner, enums)[0]], False
        case "dict" | "Dict" if isinstance(inner, ast.Tuple):
            return ["dict", _type(inner.elts[1], enums)[0]], False
        case "Union" if isinstance(inner, ast.Tuple):
            parts = [_type(part, enums)[0] for part in inner.elts]
            told = [part for part in parts if isinstance(part, list) and part[0] == "enum"]
            return (told[0] if told and len(parts) == 2 else "any"), False
        case "Literal":
            return "str", False
    return "any", False


def _values(node: ast.ClassDef) -> list[str]:
    return [
        part.value.value
        for part in node.body
        if isinstance(part, ast.Assign)
        and isinstance(part.value, ast.Constant)
        and isinstance(part.value.value, str)
    ]


def _named(fields: dict[str, Any], among: Iterable[str]) -> Iterator[str]:
    known = set(among)
    for kind, _, _ in fields.values():
        at = kind
        while isinstance(at, list):
            if at[0] in ("model", "enum"):
                if at[1] in known:
                    yield at[1]
                break
            at = at[1]


if __name__ == "__main__":
    main()
