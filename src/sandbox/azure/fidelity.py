"""What of Azure is imitated, as a page: counted from the families and from the operation table.

``python -m sandbox.azure.fidelity`` prints it; docs/azure-fidelity.md is that, and a test holds
it to the code.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files

from modalities.azure.operations import Operation, operations
from sandbox.azure.contract import ResourceType
from sandbox.azure.ids import segments
from sandbox.azure.registry import Registry, standard

NOTES = "fidelity.txt"
"""What is not known to match, and what is left out, a paragraph a type: ``Type: text``."""

USUAL = ("get", "put", "patch", "delete")

HEAD = """# What the Azure sandbox imitates

Made by `python -m sandbox.azure.fidelity` from the sandbox's families and from the operation
table of Microsoft's SDKs. What is not imitated is refused: `NotEmulated`, 400, never a pretended
success; a rehearsal that meets it says that nothing is known of that step.

"Not known to match" is what no public document or thread was found for: codes and messages there
are the likeliest ones, not Azure's own.
"""


def page(registry: Registry | None = None) -> str:
    """The whole page, in Markdown."""
    registry = registry or standard()
    notes = _notes()
    return HEAD + "".join(_section(registry, name, notes) for name in registry.namespaces())


def _section(registry: Registry, namespace: str, notes: Mapping[str, str]) -> str:
    types = sorted((t for t in registry if t.namespace == namespace), key=lambda type: type.key)
    lines = ["", f"## {namespace}", ""]
    if types:
        lines += ["| type | imitated | not imitated |", "|---|---|---|"]
        lines += [_row(registry, type) for type in types]
    missing = ", ".join(_missing(registry, namespace))
    if missing:
        lines += ["", f"Types that are not imitated: {missing}."]
    for type in types:
        if type.name in notes:
            lines += ["", f"**{_short(type)}.** {notes[type.name]}"]
    return "\n".join(lines) + "\n"


def _row(registry: Registry, type: ResourceType) -> str:
    actions = {action.name.casefold(): action.name for action in type.actions}
    left: dict[str, str] = {}
    for operation, name in _actions(type):
        if _routed(registry, operation) or name.casefold() in actions:
            actions.setdefault(name.casefold(), name)
        else:
            left[name.casefold()] = name
    below = {
        key.rpartition("/")[2] for key in _keys(registry) if key.rpartition("/")[0] == type.key
    }
    for name in (*actions, *below):
        left.pop(name, None)
    done = ", ".join([*_verbs(type), *sorted(actions.values())])
    return f"| {_short(type)} | {done} | {', '.join(sorted(left.values())) or '-'} |"


def _short(type: ResourceType) -> str:
    return type.name.partition("/")[2]


def _actions(type: ResourceType) -> Iterator[tuple[Operation, str]]:
    """What the SDKs can ask of one resource of the type, beyond the usual verbs."""
    wanted = type.key.split("/")
    for operation in operations():
        names, last = _types(operation)
        if last and [name.casefold() for name in names] == wanted:
            yield operation, last


def _verbs(type: ResourceType) -> list[str]:
    """What can be asked of the resource itself, as far as the SDKs know; and that there are lists
    of it."""
    wanted = type.key.split("/")
    known = {
        operation.method.lower()
        for operation in operations()
        for names, last in [_types(operation)]
        if not last and [name.casefold() for name in names] == wanted
    }
    return ["list", *(verb for verb in USUAL if verb in known or not known)]


def _missing(registry: Registry, namespace: str) -> list[str]:
    """Types at the top of a namespace that the SDKs can write and the sandbox cannot."""
    known, found = _keys(registry), {}
    for operation in operations():
        names, last = _types(operation)
        if operation.method == "PUT" and not last and len(names) == 2:
            key = "/".join(names).casefold()
            if names[0].casefold() == namespace.casefold() and key not in known:
                found[key] = names[1]
    return sorted(found.values())


def _types(operation: Operation) -> tuple[list[str], str]:
    """Namespace and types of the resource that an operation is about, and the action's name;
    the empty text where it is about the resource itself."""
    parts = _behind(operation)
    if not parts or parts[0].startswith("{"):
        return [], ""
    if any(part.startswith("{") for part in parts[1::2]):
        return [], ""
    last = parts[-1] if len(parts) % 2 == 0 and len(parts) > 2 else ""
    return [parts[0], *parts[1 : len(parts) - bool(last) : 2]], last


def _routed(registry: Registry, operation: Operation) -> bool:
    return (operation.method, operation.template.casefold()) in _routes(registry)


@cache
def _routes(registry: Registry) -> frozenset[tuple[str, str]]:
    every = (route for family in registry.families for route in family.routes)
    return frozenset((route.method, route.template.casefold()) for route in every)


@cache
def _keys(registry: Registry) -> frozenset[str]:
    return frozenset(type.key for type in registry)


def _behind(operation: Operation) -> list[str]:
    """Parts of the template behind the last ``providers``."""
    parts = segments(operation.template)
    where = max((n for n, part in enumerate(parts) if part == "providers"), default=None)
    return [] if where is None else parts[where + 1 :]


def _notes() -> dict[str, str]:
    text = files("sandbox.azure").joinpath(NOTES).read_text(encoding="utf-8")
    return dict(_paragraphs(text.split("\n\n")))


def _paragraphs(paragraphs: Iterable[str]) -> Iterator[tuple[str, str]]:
    for paragraph in paragraphs:
        name, colon, text = " ".join(paragraph.split()).partition(": ")
        if colon:
            yield name, text


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201 - what it is for
