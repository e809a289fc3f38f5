"""Commands that Microsoft's generator writes: a class a file, with help, examples, arguments."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

from cloudops.knowledge.contract import Operation, Parameter, Type
from modalities.resource import Provider

NAME = re.compile(r'@register_command\(\s*"([^"]+)"')
DOC = re.compile(r'^class \w+\([^)]*\):\s+r?"""(.*?)"""', re.M | re.S)
EXAMPLE = re.compile(r"^\s*:example:\s*(.+)$", re.M)
SCHEMA = re.compile(r"    def _build_arguments_schema\(.*?(?=\n    (?:def |@|_\w+ = )|\Z)", re.S)
TYPES = {
    "AAZIntArg": Type.WHOLE,
    "AAZFloatArg": Type.NUMBER,
    "AAZBoolArg": Type.FLAG,
    "AAZListArg": Type.LIST,
    "AAZDictArg": Type.MAP,
    "AAZFreeFormDictArg": Type.MAP,
    "AAZObjectArg": Type.OBJECT,
    "AAZDateTimeArg": Type.TIME,
}
USUAL = {
    "AAZResourceGroupNameArg": ("--resource-group", "-g"),
    "AAZResourceLocationArg": ("--location", "-l"),
}
ABOUT = 1500
TOLD = 160


def operations(module: Path) -> Iterator[Operation]:
    for file in sorted((module / "aaz" / "latest").rglob("_*.py")):
        text = file.read_text(encoding="utf-8", errors="replace")
        name = NAME.search(text)
        if name is not None:
            yield operation(name[1], text)


def operation(name: str, text: str) -> Operation:
    doc = DOC.search(text)
    told = doc[1] if doc else ""
    return Operation(
        provider=Provider.AZURE,
        command=f"az {name}",
        about=" ".join(told.split(":example:")[0].split())[:ABOUT],
        examples=tuple(each.strip().rstrip(".") for each in EXAMPLE.findall(told)),
        parameters=tuple(_parameters(text)),
    )


def _parameters(text: str) -> Iterator[Parameter]:
    schema = SCHEMA.search(text)
    if schema is None:
        return
    try:
        tree = ast.parse(textwrap.dedent(schema[0]))
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            target = node.targets[0]
            if isinstance(target, ast.Attribute) and ast.unparse(target.value) == "_args_schema":
                yield _parameter(target.attr, node.value)


def _parameter(name: str, call: ast.Call) -> Parameter:
    kind = ast.unparse(call.func)
    given = {k.arg: _constant(k.value) for k in call.keywords if k.arg}
    options = given.get("options") or USUAL.get(kind) or (f"--{name.replace('_', '-')}",)
    long, short = spellings(options)
    enum, about = given.get("enum"), given.get("help")
    return Parameter(
        name=name,
        type=TYPES.get(kind, Type.TEXT),
        required=given.get("required") is True,
        option=long,
        short=short,
        also=others(options, long),
        about=str(about.get("short-summary", "") if isinstance(about, dict) else about or "")[
            :TOLD
        ],
        choices=tuple(map(str, enum)) if isinstance(enum, (dict, list)) else (),
    )


def spellings(options: object) -> tuple[str, str]:
    """The longest name of an option and its one-letter form."""
    names = [str(each) for each in options] if isinstance(options, (list, tuple)) else []
    long = max((n for n in names if n.startswith("--")), key=len, default="")
    return long, next((n for n in names if re.fullmatch("-[A-Za-z]", n)), "")


def others(options: object, long: str) -> tuple[str, ...]:
    names = [str(each) for each in options] if isinstance(options, (list, tuple)) else []
    return tuple(n for n in names if n.startswith("--") and n != long)


def _constant(node: ast.AST) -> object:
    try:
        value: object = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        return None
    return value
