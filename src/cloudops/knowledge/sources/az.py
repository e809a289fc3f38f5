"""az's commands, from the sources of its command modules: nothing of them is run.

Of commands that Microsoft generates (``aaz``) everything stands in one file a command. Of
those made by hand the help, the table of commands, the functions behind it and what is said of
arguments stand in four.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from cloudops.knowledge.contract import Operation, Parameter, Part, Source, Type
from cloudops.knowledge.sources import az_generated, az_handmade


def source(home: Path, version: str) -> Source:
    """``home`` is the directory of az's command modules."""
    folders = [path for path in sorted(home.glob("*/")) if (path / "__init__.py").is_file()]
    return Source("az", version, tuple(_part(folder) for folder in folders))


def _part(folder: Path) -> Part:
    return Part(name=f"az {folder.name}", read=lambda: tuple(_read(folder)))


def _read(folder: Path) -> Iterator[Operation]:
    found: dict[str, Operation] = {}
    for operation in (*az_generated.operations(folder), *az_handmade.operations(folder)):
        before = found.get(operation.command)
        found[operation.command] = _both(before, operation) if before else operation
    yield from _titled(found.values(), az_handmade.groups(folder))


def _both(generated: Operation, handmade: Operation) -> Operation:
    """A generated command that is changed by hand: the help of people is the better."""
    return replace(
        generated,
        about=handmade.about or generated.about,
        examples=tuple(dict.fromkeys((*generated.examples, *handmade.examples))),
        parameters=generated.parameters or handmade.parameters,
    )


USUAL = (
    Parameter(name="name", option="--name", short="-n"),
    Parameter(name="resource_group_name", option="--resource-group", short="-g"),
    Parameter(name="location", option="--location", short="-l"),
    Parameter(name="subscription", option="--subscription"),
    Parameter(name="ids", option="--ids", type=Type.LIST),
    Parameter(name="no_wait", option="--no-wait", type=Type.FLAG),
    Parameter(name="yes", option="--yes", short="-y", type=Type.FLAG),
    Parameter(name="output", option="--output", short="-o"),
    Parameter(name="query", option="--query"),
)
"""What az itself adds to commands, and what most have; never required by this."""


def usual(operation: Operation) -> tuple[Parameter, ...]:
    """Options of az that the sources of the command do not show."""
    taken = {spelling for p in operation.parameters for spelling in (p.option, p.short, *p.also)}
    return tuple(p for p in USUAL if p.option not in taken and p.short not in {*taken} - {""})


def _titled(operations: Iterable[Operation], groups: dict[str, str]) -> Iterator[Operation]:
    """With what its groups are called: ``Manage virtual networks``."""
    for operation in operations:
        words = operation.command.split()[1:-1]
        told = (groups.get(" ".join(words[:n])) for n in range(len(words), 0, -1))
        yield replace(
            operation,
            parameters=(*operation.parameters, *usual(operation)),
            title=" ".join(each for each in told if each)[:400],
        )
