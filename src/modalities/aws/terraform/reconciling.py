"""The code follows the cloud: the smallest edit after which a plan is clean again.

The input is a plan whose changes are what Terraform would do to bring the cloud back to the
code. Each is turned around: the code gets the value that the cloud has. Only arguments that
differ are touched; what the code says by reference goes on being said so where the module owns
the thing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from modalities.aws.terraform import edits
from modalities.aws.terraform.meaning import said_by_code
from modalities.aws.terraform.module import Module, file_of, owners
from modalities.aws.terraform.sheet import Sheet
from modalities.aws.terraform.values import Nested, Value
from modalities.contract import Unsupported
from modalities.resource import Provider, World

FOLLOWING = frozenset({"id", "arn", "tags_all", "timeouts", "force_destroy", "public_key"})
"""Attributes that follow from others, or that the cloud does not know."""

EMPTY: tuple[Any, ...] = (None, "", [], {}, ())


def followed(module: Module, plan: Mapping[str, Any]) -> Mapping[str, str]:
    """The new text of each file that must change. What no small edit can follow (several
    resources of one block, a module's, an expression) is left as it is: the next plan still
    shows it."""
    sheet = Sheet(
        module=module,
        world=World(Provider.AWS, ""),
        region="",
        files=dict(module.files),
        owners=owners(module),
    )
    said = said_by_code(plan)
    for resource in plan.get("resource_changes") or ():
        if resource.get("mode") != "data":
            _follow(sheet, resource, said.get(str(resource["address"]), frozenset()))
    return {n: t for n, t in sheet.files.items() if t != module.files.get(n)}


def _follow(sheet: Sheet, resource: Mapping[str, Any], said: Collection[str]) -> None:
    """All of one resource, or nothing of it. ``said`` are the arguments that its code gives."""
    before, removed = dict(sheet.files), set(sheet.removed)
    change, address = resource["change"], str(resource["address"])
    try:
        if change["actions"] == ["create"]:
            if file_of(sheet.files, address) is not None and address not in sheet.removed:
                sheet.remove(address)
                _refuse_dangling(sheet, address)
        elif change.get("before") and change.get("after"):
            for path, value in _differences(change, said):
                _say(sheet, address, path, value)
    except (Unsupported, edits.Uneditable):
        sheet.files, sheet.removed = before, removed


def _refuse_dangling(sheet: Sheet, address: str) -> None:
    """Raises Unsupported where the code would name what is no longer in it."""
    if sheet.holders(address):
        raise Unsupported(f"{address} is still named")


def _differences(
    change: Mapping[str, Any], said: Collection[str]
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Paths, and what the cloud has there; None: nothing. What is not known yet differs where the
    code says it (by what is still to be made), and else only follows from the rest."""
    before, after = change["before"], change["after"]
    unknown = change.get("after_unknown") or {}
    secret = change.get("before_sensitive") or {}
    for name in sorted({*before, *after} - FOLLOWING):
        has, says = before.get(name), after.get(name)
        open_ = unknown.get(name) is True
        if has == says or (open_ and name not in said) or _any(secret.get(name)):
            continue
        if open_:
            yield (name,), has
        elif name == "tags":
            yield from _tags(has or {}, says or {})
        elif _one_block(has) and _one_block(says):
            yield from _inside(name, has[0], says[0], unknown.get(name))
        elif has not in EMPTY or says not in EMPTY:
            yield (name,), has


def _any(marks: Any) -> bool:
    """Whether any of it is marked: Terraform marks a list or block by a list of marks."""
    if isinstance(marks, Mapping):
        return any(_any(mark) for mark in marks.values())
    if isinstance(marks, list):
        return any(_any(mark) for mark in marks)
    return marks is True


def _tags(has: Mapping[str, Any], says: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key in sorted({*has, *says}):
        if has.get(key) != says.get(key):
            yield ("tags", key), has.get(key)


def _one_block(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 1 and isinstance(value[0], Mapping)


def _inside(
    name: str, has: Mapping[str, Any], says: Mapping[str, Any], unknown: Any
) -> Iterator[tuple[tuple[str, ...], Any]]:
    open_ = unknown[0] if isinstance(unknown, list) and unknown else {}
    for inner in sorted({*has, *says} - FOLLOWING):
        marked = isinstance(open_, Mapping) and open_.get(inner) is True
        if has.get(inner) != says.get(inner) and not marked:
            yield (name, inner), has.get(inner)


def _say(sheet: Sheet, address: str, path: tuple[str, ...], value: Any) -> None:
    """Raises Unsupported."""
    if isinstance(value, list) and any(isinstance(v, Mapping) for v in value):
        _blocks(sheet, address, path, value)
    elif value is None or (value in EMPTY and path[0] != "tags"):
        sheet.drop(address, path)
    else:
        sheet.put(address, path, _expression(sheet, address, value))


def _blocks(sheet: Sheet, address: str, path: tuple[str, ...], value: list[Any]) -> None:
    """Repeated blocks: those that the cloud has, in the place of those that the code says."""
    if len(path) > 1:
        raise Unsupported(f"{address} has blocks inside blocks that differ")
    sheet.drop(address, path)
    for each in value:
        said = {
            k: _expression(sheet, address, v)
            for k, v in each.items()
            if v not in EMPTY and v is not False
        }
        sheet.add_nested(address, path[0], Nested(said))


def _expression(sheet: Sheet, address: str, value: Any) -> Value:
    """By reference where the module owns what the value names."""
    if isinstance(value, list):
        return tuple(_expression(sheet, address, v) for v in value)
    if isinstance(value, Mapping):
        return {str(k): _expression(sheet, address, v) for k, v in value.items()}
    return sheet.link(value, address) if isinstance(value, str) else value
