"""What is known of operations, as a model is told it: short, and nothing but what a tool says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from cloudops.knowledge.contract import Operation, Parameter
from cloudops.knowledge.filling import plain
from cloudops.knowledge.sources.botocore import COMMANDS
from modalities.action import Action, CliCommand, SdkCall
from modalities.resource import Provider

MOST_PARAMETERS = 40
MOST_MEMBERS = 12
ABOUT = 160
"""Characters of a text about a parameter."""

Known: TypeAlias = Callable[[str], Operation | None]
"""The operation of a command (``aws ec2 run-instances``), where it is known."""


def told(operation: Operation) -> str:
    """What it does, takes and returns: required parameters first."""
    ordered = sorted(operation.parameters, key=lambda p: not p.required)[:MOST_PARAMETERS]
    name = f" ({operation.service} {operation.name})" if operation.name else ""
    lines = [f"{operation.key}{name}: {operation.about[:300]}", "parameters:"]
    lines += [line for each in ordered for line in _lines(each, "- ")]
    return "\n".join((*lines, "returns: " + ", ".join(operation.returns[:40])))


def _lines(each: Parameter, before: str) -> Iterator[str]:
    kind = f"{each.type} of {each.item.type}" if each.item else str(each.type)
    marks = [kind, *(("required",) if each.required else ())]
    if each.choices:
        marks.append("one of " + ", ".join(each.choices[:30]))
    yield f"{before}{each.name} ({'; '.join(marks)}): {' '.join(each.about.split())[:ABOUT]}"
    inner = each.members or (each.item.members if each.item else ())
    for member in sorted(inner, key=lambda p: not p.required)[:MOST_MEMBERS]:
        yield from _lines(member, f"  {before}")


def command_of(action: Action | None, provider: Provider) -> str:
    """The command that does what an action does; empty where there is none by that name."""
    match action:
        case SdkCall() if provider is Provider.AWS:
            service = COMMANDS.get(action.service, action.service)
            return f"aws {service} {'-'.join(plain(action.operation))}"
        case CliCommand():
            words = list(action.argv)
            until = next((n for n, w in enumerate(words) if w.startswith("-")), len(words))
            return " ".join(str(word) for word in words[:until])
        case _:
            return ""
