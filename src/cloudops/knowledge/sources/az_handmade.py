"""Commands written by hand: help as YAML, the table of commands, functions, arguments."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from cloudops.knowledge.contract import Operation, Parameter, Type
from cloudops.knowledge.sources.az_generated import ABOUT, TOLD, others, spellings
from modalities.resource import Provider

OURS = frozenset({"cmd", "client", "self", "cli_ctx", "instance"})
"""What a function is handed by az itself."""

USUAL = {
    "resource_group_name": ("--resource-group", "-g"),
    "location": ("--location", "-l"),
    "tags": ("--tags",),
}
IMPORTED = {
    "name_type": ["--name", "-n"],
    "resource_group_name_type": ["--resource-group", "-g"],
    "get_location_type": ["--location", "-l"],
    "location_type": ["--location", "-l"],
}
"""Argument types that stand in az's core."""

OPTION = re.compile(r"(?<=\s)(--[a-z][a-z0-9-]+|-[a-zA-Z])(?=[\s=]|$)[ =]*(\S?)")

SWITCHES = frozenset({"no_wait", "yes"})
KEPT = ("options_list", "help", "type", "nargs", "action", "required")


def operations(module: Path) -> Iterator[Operation]:
    table, functions, arguments = _table(module), _functions(module), _arguments(module)
    helps = {name: told for name, told in _helps(module).items() if told.get("type") != "group"}
    for name in sorted({*table, *helps}):
        told = helps.get(name, {})
        function = functions.get(table.get(name, ""))
        known = arguments.of(name)
        yield Operation(
            provider=Provider.AZURE,
            command=f"az {name}",
            about=_about(told) or (ast.get_docstring(function) or "" if function else ""),
            examples=tuple(_examples(told)),
            parameters=tuple(_all_parameters(function, known, told)),
        )


def groups(module: Path) -> dict[str, str]:
    """What a group of commands is for, by its name."""
    told = _helps(module).items()
    return {name: _about(each) for name, each in told if each.get("type") == "group"}


def _about(told: Mapping[str, Any]) -> str:
    parts = (told.get("short-summary"), told.get("long-summary"))
    return " ".join(" ".join(str(p) for p in parts if p).split())[:ABOUT]


def _examples(told: Mapping[str, Any]) -> Iterator[str]:
    for each in told.get("examples") or ():
        if isinstance(each, dict) and each.get("name"):
            yield " ".join(str(each["name"]).split()).rstrip(". ")


@cache
def _helps(module: Path) -> dict[str, dict[str, Any]]:
    import yaml  # type: ignore[import-untyped]

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(module.rglob("_help*.py")):
        for name, text in _help_texts(_tree(file)):
            try:
                told = yaml.load(text, Loader=loader)  # noqa: S506 (a safe one)
            except yaml.YAMLError:
                continue
            if isinstance(told, dict):
                found[name] = told
    return found


def _help_texts(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            target = node.targets[0]
            if ast.unparse(target.value) == "helps" and isinstance(target.slice, ast.Constant):
                yield str(target.slice.value), _text(node.value)


def _text(node: ast.AST) -> str:
    """A text, also one that something is put into: that part stays open."""
    parts = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant)]
    return "".join(part for part in parts if isinstance(part, str))


def _table(module: Path) -> dict[str, str]:
    """By command: the name of the function behind it, empty where it is not ours to see."""
    found: dict[str, str] = {}
    for file in sorted(module.rglob("commands.py")):
        if "aaz" in file.parts:
            continue
        for node in ast.walk(_tree(file)):
            if isinstance(node, ast.With):
                for group in _contexts(node, "command_group", {}):
                    found |= dict(_commands(group, node))
    return found


def _commands(group: str, body: ast.With) -> Iterator[tuple[str, str]]:
    for node in ast.walk(body):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        kind = node.func.attr
        words = [str(a.value) for a in node.args[:2] if isinstance(a, ast.Constant)]
        if not words or not kind.endswith(("command", "_wait")):
            continue
        function = words[1] if len(words) == 2 and "custom" in kind else ""
        yield f"{group} {words[0]}".strip(), function


def _functions(module: Path) -> dict[str, ast.FunctionDef]:
    found: dict[str, ast.FunctionDef] = {}
    for file in sorted(module.rglob("*.py")):
        if "aaz" in file.parts or "tests" in file.parts or "custom" not in str(file):
            continue
        for node in _tree(file).body:
            if isinstance(node, ast.FunctionDef):
                found.setdefault(node.name, node)
    return found


class _Arguments:
    """What is said of arguments, in the contexts it is said for."""

    def __init__(self) -> None:
        self.said: dict[str, dict[str, dict[str, Any]]] = {}

    def of(self, command: str) -> dict[str, dict[str, Any]]:
        """By argument; what is said for longer prefixes of a command goes over the shorter."""
        found: dict[str, dict[str, Any]] = {}
        words = command.split()
        for n in range(len(words) + 1):
            for name, told in self.said.get(" ".join(words[:n]), {}).items():
                own = n == len(words)
                found[name] = found.get(name, {}) | told | {"own": own}
        return found


def _arguments(module: Path) -> _Arguments:
    found = _Arguments()
    for file in sorted(module.rglob("_params.py")):
        if "aaz" not in file.parts:
            tree = _tree(file)
            _collect(tree, _types(tree), {}, found)
    return found


def _types(tree: ast.Module) -> dict[str, dict[str, Any]]:
    """What argument types that have a name stand for."""
    found: dict[str, dict[str, Any]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            target = node.targets[0]
            if isinstance(target, ast.Name) and "ArgumentType" in ast.unparse(node.value.func):
                found[target.id] = _said(node.value, found)
    return found


def _collect(
    node: ast.AST, types: dict[str, dict[str, Any]], bound: dict[str, list[str]], into: _Arguments
) -> None:
    if isinstance(node, ast.For) and isinstance(node.target, ast.Name):
        words = _strings(node.iter)
        bound = {**bound, node.target.id: words} if words else bound
    if isinstance(node, ast.With):
        for scope in _contexts(node, "argument_context", bound):
            _within(scope, node, types, into)
    for child in ast.iter_child_nodes(node):
        _collect(child, types, bound, into)


def _within(scope: str, body: ast.With, types: dict[str, dict[str, Any]], into: _Arguments) -> None:
    place = into.said.setdefault(scope, {})
    for node in ast.walk(body):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr not in ("argument", "extra", "positional", "ignore") or not node.args:
            continue
        for name in _strings(node.args[0]):
            hidden = {"hidden": True} if node.func.attr == "ignore" else {}
            place[name] = place.get(name, {}) | _said(node, types) | hidden


def _said(call: ast.Call, types: dict[str, dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    named = (k.value for k in call.keywords if k.arg in ("arg_type", "overrides"))
    for node in (*call.args[1:], *named):
        if isinstance(node, ast.Name):
            found |= types.get(node.id, {})
            if node.id in IMPORTED:
                found["options_list"] = IMPORTED[node.id]
        elif "three_state_flag" in ast.unparse(node):
            found["flag"] = True
        elif "enum_type" in ast.unparse(node) and isinstance(node, ast.Call) and node.args:
            found["choices"] = _strings(node.args[0])
    for keyword in call.keywords:
        if keyword.arg in KEPT:
            found[keyword.arg] = _value(keyword.value)
    return found


def _contexts(node: ast.With, method: str, bound: Mapping[str, list[str]]) -> Iterator[str]:
    for item in node.items:
        call = item.context_expr
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith(f".{method}"):
            first = call.args[0] if call.args else None
            if isinstance(first, ast.Name):
                yield from bound.get(first.id, ())
            elif first is not None:
                yield from _strings(first)


def _strings(node: ast.AST) -> list[str]:
    value = _value(node)
    if isinstance(value, str):
        return [value]
    return [v for v in value if isinstance(v, str)] if isinstance(value, (list, tuple)) else []


def _value(node: ast.AST) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        return ast.unparse(node) if isinstance(node, ast.Name) else None


def _parameters(
    function: ast.FunctionDef | None, known: Mapping[str, Mapping[str, Any]]
) -> Iterator[Parameter]:
    needed = _signature(function) if function else {}
    for name in dict.fromkeys((*needed, *(n for n, told in known.items() if told["own"]))):
        told = known.get(name, {})
        if not told.get("hidden"):
            yield _parameter(name, told, required=needed.get(name, False))


def _all_parameters(
    function: ast.FunctionDef | None,
    known: Mapping[str, Mapping[str, Any]],
    told: Mapping[str, Any],
) -> Iterator[Parameter]:
    """Those that are written down, and those that only the examples of the help show."""
    found = list(_parameters(function, known))
    yield from found
    taken = {spelling for p in found for spelling in (p.option, p.short, *p.also)}
    for each in told.get("examples") or ():
        text = str(each.get("text", "")) if isinstance(each, dict) else ""
        for option, after in OPTION.findall(text):
            if option not in taken:
                taken.add(option)
                yield _shown(option, after)


def _shown(option: str, after: str) -> Parameter:
    long = option if option.startswith("--") else ""
    kind = Type.FLAG if not after or after.startswith("-") else Type.TEXT
    name = option.lstrip("-").replace("-", "_")
    return Parameter(name=name, type=kind, option=long or option, short="" if long else option)


def _signature(function: ast.FunctionDef) -> dict[str, bool]:
    """By argument: whether it has to be said."""
    names = [a.arg for a in function.args.args]
    bare = len(names) - len(function.args.defaults)
    return {name: n < bare for n, name in enumerate(names) if name not in OURS}


def _parameter(name: str, told: Mapping[str, Any], *, required: bool) -> Parameter:
    options = told.get("options_list") or USUAL.get(name) or (f"--{name.replace('_', '-')}",)
    long, short = spellings(options)
    return Parameter(
        name=name,
        type=_type(name, told),
        required=required or told.get("required") is True,
        option=long or f"--{name.replace('_', '-')}",
        short=short,
        also=others(options, long),
        about=str(told.get("help") or "")[:TOLD],
        choices=tuple(told.get("choices") or ()),
    )


def _type(name: str, told: Mapping[str, Any]) -> Type:
    if told.get("flag") or told.get("action") == "store_true":
        return Type.FLAG
    if name == "tags":
        return Type.MAP
    if told.get("nargs") in ("+", "*"):
        return Type.LIST
    if told.get("options_list") is None and name in SWITCHES:
        return Type.FLAG
    return {"int": Type.WHOLE, "float": Type.NUMBER}.get(str(told.get("type")), Type.TEXT)


@cache
def _tree(file: Path) -> ast.Module:
    try:
        return ast.parse(file.read_text(encoding="utf-8", errors="replace"))
    except SyntaxError:
        return ast.Module([], [])
