"""Which other operations belong to one: ARM reads, makes, changes and deletes a thing at one
path, so they follow from the operation table by method and path alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from modalities.action import SdkCall
from modalities.azure import bodies, ids, model
from modalities.azure.operating.names import one_of, words
from modalities.azure.operations import Operation, operations
from modalities.azure.secrets import NAMES

HOLE = re.compile(r"\{\w+\}")
ATOMS = ("str", "int", "float", "bool", "any")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value of a body: ``path`` are the members that lead to it. Tags are one value, as ARM
    replaces them as one; so is a list."""

    path: tuple[str, ...]
    value: Any

    @property
    def name(self) -> str:
        """For people, and for a look: ``sku.name``."""
        return ".".join(self.path[self.path[0] == "properties" and len(self.path) > 1 :])

    @property
    def expression(self) -> str:
        """Where it is in the thing's document."""
        return ".".join(json.dumps(name) for name in self.path)


@dataclass(frozen=True, slots=True)
class Case:
    """A call with all of its path said. ``step`` is the id of the step that makes it, ``id`` what
    it is about, in its one spelling."""

    call: SdkCall
    operation: Operation
    step: str
    id: str

    @property
    def method(self) -> str:
        return self.operation.method

    @property
    def reads(self) -> Operation | None:
        """What reads the thing: at the very path, or of an action at that of its owner."""
        found = at("GET", self.operation)
        return found or at("GET", self.operation, _owner(self.operation.template))

    @property
    def noun(self) -> str:
        """``availability set``; of what stands on another: ``lock``."""
        parts = self._places
        return one_of(words(parts[-2] if len(parts) > 1 else self.operation.group))

    @property
    def name(self) -> str:
        """Which it is: of a part with what it is part of (``rt1/r1``), of what stands on another
        with that (``storageAccounts/orders/keep``); what stands on the group has that left out."""
        scope = str(self.call.parameters.get("scope") or "")
        on = scope.rpartition("/providers/")[2].split("/")[1:] if "/providers/" in scope else []
        return "/".join((*on, *self._places[1::2])) or ids.name_of(self.id)

    @property
    def _places(self) -> list[str]:
        """Types and names after the last provider, in turn."""
        template = self.operation.template
        tail = (
            template.rpartition("/providers/")[2].split("/")[1:]
            if "/providers/" in template
            else []
        )
        if len(tail) % 2:
            tail = tail[:-1]
        return [HOLE.sub(lambda m: str(self.call.parameters[m[0][1:-1]]), part) for part in tail]

    def other(self, operation: Operation, **more: Any) -> SdkCall:
        """The call of another operation on the same thing."""
        own = model.placeholders(operation)
        kept = {k: v for k, v in self.call.parameters.items() if k in own}
        return SdkCall(model.service_of(operation), model.word_of(operation), {**kept, **more})

    def leaves(self) -> tuple[Leaf, ...]:
        return tuple(
            leaves(self.operation.package, self.operation.body, self.call.parameters.get("body"))
        )

    def shown(self) -> dict[str, str]:
        """The JMESPath to each value of the body that the thing shows, by the value's name. Which
        place it is in, and what it is called, cannot differ."""
        reads = self.reads
        result = reads.result if reads is not None else ""
        return {
            leaf.name: leaf.expression
            for leaf in self.leaves()
            if leaf.path[0] not in ("location", "operation")
            and _comparable(leaf.value)
            and _has(self.operation.package, result, leaf.path)
        }


def at(method: str, operation: Operation, template: str = "") -> Operation | None:
    """The operation with that method at the path of another; of several that of its own group."""
    found = _by_path().get((method, _flat(template or operation.template)), ())
    own = [o for o in found if (o.package, o.group) == (operation.package, operation.group)]
    return next(iter(own or found), None)


def leaves(package: str, name: str, body: Any, path: tuple[str, ...] = ()) -> Iterator[Leaf]:
    """The values of a body, by its model: what holds any keys is one value."""
    known = bodies.fields(package, name)
    for member, value in body.items() if isinstance(body, Mapping) else ():
        kind = known[member][0] if member in known else "any"
        if isinstance(value, Mapping) and value and kind[0] == "model":
            yield from leaves(package, kind[1], value, (*path, member))
        else:
            yield Leaf((*path, member), value)


def secretive(package: str, name: str, body: Any) -> bool:
    """Whether a part of the document may hold a secret, which no answer shows: to write it back
    would be to lose that."""
    known = bodies.fields(package, name)
    if any(NAMES.match(member) and not only for member, (_, _, only) in known.items()):
        return True
    for member, value in body.items() if isinstance(body, Mapping) else ():
        kind = known[member][0] if member in known else "any"
        inner = kind[1] if isinstance(kind, list | tuple) and kind[0] == "list" else kind
        items = value if isinstance(value, list) else [value]
        nested = isinstance(inner, list | tuple) and inner[0] == "model"
        if nested and any(secretive(package, inner[1], item) for item in items):
            return True
    return False


def writable(package: str, name: str, document: Any) -> Any:
    """What of a document can be written: without what is the service's own to say."""
    known = bodies.fields(package, name)
    if not isinstance(document, Mapping) or not known:
        return document
    return {
        member: _written(package, known[member][0], value)
        for member, value in document.items()
        if member in known and not known[member][2] and value is not None
    }


def _written(package: str, kind: Any, value: Any) -> Any:
    if isinstance(kind, list | tuple) and kind[0] == "model":
        return writable(package, kind[1], value)
    if isinstance(kind, list | tuple) and kind[0] == "list" and isinstance(value, list):
        return [_written(package, kind[1], item) for item in value]
    return value


def _comparable(value: Any) -> bool:
    """Azure adds to objects what it knows of them; to lists of plain values it does not."""
    return not isinstance(value, list) or not any(isinstance(item, Mapping) for item in value)


def _has(package: str, name: str, path: tuple[str, ...]) -> bool:
    """Whether the model of an answer has the member; yes where its model is not known."""
    known = bodies.fields(package, name)
    if not known:
        return True
    if path[0] not in known:
        return False
    kind = known[path[0]][0]
    inner = len(path) > 1 and isinstance(kind, list | tuple) and kind[0] == "model"
    return _has(package, kind[1], path[1:]) if inner else True


def _owner(template: str) -> str:
    """The path of what an action is done to."""
    head, _, last = template.rstrip("/").rpartition("/")
    return head if last and not HOLE.fullmatch(last) else template


def _flat(template: str) -> str:
    return HOLE.sub("{}", template).casefold().strip("/")


@cache
def _by_path() -> Mapping[tuple[str, str], tuple[Operation, ...]]:
    found: dict[tuple[str, str], list[Operation]] = {}
    for operation in operations():
        found.setdefault((operation.method, _flat(operation.template)), []).append(operation)
    return {key: tuple(each) for key, each in found.items()}
