"""What must be deployed before what: dependsOn, references, and loops that go one by one.

https://learn.microsoft.com/azure/azure-resource-manager/templates/resource-dependency
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter

from sandbox.azure.templates.evaluator import evaluate, resolve
from sandbox.azure.templates.expanding import expand
from sandbox.azure.templates.faults import RESOURCE_HELP, ExpressionFault, refused
from sandbox.azure.templates.parser import expression_in, parse
from sandbox.azure.templates.resources import Resource
from sandbox.azure.templates.scope import Scope
from sandbox.azure.templates.syntax import Call, Index, Literal, Member, Node
from sandbox.azure.templates.values import Json

ASKING = frozenset({"reference", "references"})


def in_order(resources: Sequence[Resource]) -> tuple[Resource, ...]:
    """The resources with what they depend on, wave after wave: first all that depend on nothing,
    in the template's order, then all that depend on those alone. So what is not said to
    depend on another, and does, finds it as it would where all of a wave start at once.
    Raises TemplateFault."""
    _distinct(resources)
    together = [replace(one, depends=_depends(one, resources)) for one in resources]
    by_key = {one.key: one for one in together}
    places = {one.key: at for at, one in enumerate(together)}
    waves = TopologicalSorter({one.key: one.depends for one in together})
    try:
        waves.prepare()
    except CycleError as error:
        raise _circle(by_key[error.args[1][0]]) from None
    ordered: list[Resource] = []
    while waves.is_active():
        ready = sorted(waves.get_ready(), key=places.__getitem__)
        ordered += (by_key[key] for key in ready)
        waves.done(*ready)
    return tuple(ordered)


def _distinct(resources: Sequence[Resource]) -> None:
    seen: set[str] = set()
    for one in resources:
        if not one.deployed:
            continue
        if one.id.lower() in seen:
            raise refused(
                f"The resource '{one.type}/{one.name}' is defined multiple times in a template. "
                f"{RESOURCE_HELP}",
                one.path,
            )
        seen.add(one.id.lower())


def _circle(one: Resource) -> Exception:
    return refused(
        f"Circular dependency detected on resource: '{one.id}'. {RESOURCE_HELP}", one.path
    )


def _depends(one: Resource, resources: Sequence[Resource]) -> tuple[str, ...]:
    keys: dict[str, None] = {}
    for other in (*_named(one, resources), *_asked(one, resources), *_turns(one, resources)):
        if other.key != one.key:
            keys[other.key] = None
    return tuple(keys)


def _named(one: Resource, resources: Sequence[Resource]) -> Iterator[Resource]:
    """What dependsOn names: ids, names, symbolic names, loops."""
    for at, written in enumerate(one.declared.get("dependsOn") or ()):
        path = (*one.path, "dependsOn", at)
        try:
            name = resolve(written, one.scope, path)
        except ExpressionFault as fault:
            raise refused(
                f"The template resource '{one.name}' is not valid: {fault.message}", path
            ) from None
        found = meant(str(name), resources)
        if not found:
            raise refused(
                f"The resource '{_short(str(name))}' is not defined in the template. "
                "Please see https://aka.ms/arm-syntax for usage details.",
                path,
            )
        yield from found


def _short(name: str) -> str:
    """Without what stands before the namespace."""
    return name.rpartition("/providers/")[2]


def meant(name: str, resources: Sequence[Resource]) -> tuple[Resource, ...]:
    """The resources that a name in dependsOn stands for."""
    sought = name.lower().strip("/")
    for how in (_by_symbol, _by_loop, _by_id, _by_name, _by_own_name):
        found = tuple(one for one in resources if how(one, sought))
        if found:
            return found
    return ()


def _by_symbol(one: Resource, sought: str) -> bool:
    return bool(one.symbol) and sought in (one.symbol.lower(), one.key.lower())


def _by_loop(one: Resource, sought: str) -> bool:
    return bool(one.loop) and one.loop.lower() == sought


def _by_id(one: Resource, sought: str) -> bool:
    id_ = one.id.lower().strip("/")
    return id_ == sought or id_.endswith(f"/providers/{sought}")


def _by_name(one: Resource, sought: str) -> bool:
    return one.name.lower() == sought


def _by_own_name(one: Resource, sought: str) -> bool:
    """As it is declared within its parent, or the last part of a name that has its parent's."""
    return sought in (one.own_name.lower(), one.name.lower().rpartition("/")[2])


def _turns(one: Resource, resources: Sequence[Resource]) -> Iterator[Resource]:
    """In a serial loop: the batch before its own."""
    if not one.batch:
        return
    batch = one.turn // one.batch
    for other in resources:
        if (
            other.loop == one.loop
            and other.path == one.path
            and other.turn // one.batch == batch - 1
        ):
            yield other


def _asked(one: Resource, resources: Sequence[Resource]) -> tuple[Resource, ...]:
    """What its expressions ask a running deployment for, as far as it is in the template."""
    names: dict[str, None] = {}

    def heard(text: str, scope: Scope) -> Json:
        source = expression_in(text)
        if source is not None:
            names.update(dict.fromkeys(_sought(parse(source), scope)))
        return text

    try:
        expand(one.declared.get("properties"), one.scope, one.path, heard)
    except ExpressionFault:
        return ()  # it is refused where its body is worked out
    found = (other for name in names for other in meant(name, resources))
    return tuple(found)


def _sought(node: Node, scope: Scope) -> Iterator[str]:
    """First arguments of reference() and list*(), in the branches that are taken."""
    match node:
        case Literal():
            return
        case Member():
            yield from _sought(node.target, scope)
        case Index():
            yield from _sought(node.target, scope)
            yield from _sought(node.key, scope)
        case Call():
            name = node.name.lower()
            if node.arguments and (name in ASKING or name.startswith("list")):
                yield from _text(node.arguments[0], scope)
            for argument in _taken(node, scope):
                yield from _sought(argument, scope)


def _text(node: Node, scope: Scope) -> Iterator[str]:
    try:
        value = evaluate(node, scope)
    except ExpressionFault:
        return
    if isinstance(value, str):
        yield value


def _taken(call: Call, scope: Scope) -> tuple[Node, ...]:
    if call.name.lower() != "if" or len(call.arguments) != 3:
        return call.arguments
    condition, yes, no = call.arguments
    try:
        return (yes if evaluate(condition, scope) is True else no,)
    except ExpressionFault:
        return call.arguments
