"""Which other operations belong to one: what reads the thing it is about, what takes it back.

Derived from the names and shapes of the vendor's model. What does not follow from these is not
derived: then the operation is said to be not read back, or to be irreversible.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from botocore.model import ListShape, OperationModel, ServiceModel, Shape, StructureShape

from modalities.action import Output, SdkCall
from modalities.aws.effects import effect_of, reveals_secret
from modalities.aws.loader import service_model
from modalities.aws.operating.members import (
    Leaf,
    Path,
    expression,
    find,
    leaves,
    members,
    shown,
    within,
)
from modalities.aws.operating.names import (
    flat,
    noun_of,
    one_of,
    part_of,
    same_thing,
    told_apart,
    verb_of,
)
from modalities.look import CALLED
from modalities.step import Effect

PLAIN = ("string", "integer", "long")
BY_ITSELF = ("Get", "Describe", "Head")
ARN_FIRST = ("arn", "id", "url", "name")
"""By what a cloud takes something whose parameter is called an id or identifier."""


@dataclass(frozen=True, slots=True)
class Reads:
    """An operation that reads the thing of another. ``bound`` are its parameters; references to
    the other's answer may stand in them. ``at``, ``where`` and ``thing`` (its shape) are as in
    a Look. ``own`` and ``close`` are how near it is by its name, 0 to 3: to what the operation
    itself is named for, and to whatever its parameters name."""

    operation: str
    bound: Mapping[str, Any]
    at: str
    where: Mapping[str, Any]
    thing: Shape | None
    own: int
    close: int

    @property
    def cost(self) -> int:
        """What is asked first of equals: what says little, and says it of one thing."""
        verbs = ("Head", "Describe", "Get", "List")
        verb = verb_of(self.operation)
        return (verbs.index(verb) if verb in verbs else 4) + 5 * bool(self.where)


class Case:
    """A call whose relatives are looked for. ``step`` is where references to its answer lead."""

    def __init__(self, call: SdkCall, step: str) -> None:
        self.call = call
        self.step = step
        self.effect = effect_of(call.service, call.operation)
        self.model: ServiceModel = service_model(call.service)
        self.operation: OperationModel = self.model.operation_model(call.operation)
        self.noun = noun_of(call.operation)
        self.paths: dict[str, str] = {}
        self._given = {flat(name): value for name, value in call.parameters.items()}

    # what is known

    def value_for(self, name: str) -> Any:
        """What another operation's parameter ``name`` is for this thing: as it stands in the
        request, or as its answer will say; None where neither is known."""
        plain = flat(name)
        if plain in self._given:
            return self._given[plain]
        several = self._given.get(f"{plain}s")
        if isinstance(several, (list, tuple)) and len(several) == 1:
            return several[0]
        stem, how = told_apart(name)
        mine = stem in ("", self.noun) or (bool(self.noun) and same_thing(self.noun, stem))
        mine = mine or part_of(self.noun, stem)
        if mine and how in ("name", ""):
            for other in ("name", f"{self.noun}name", self.noun):
                if other in self._given:
                    return self._given[other]
        if self.effect is Effect.DELETE:
            return self._same_thing_said(stem, how) if mine else None
        return self._from_answer(plain, how, mine=mine)

    def _same_thing_said(self, stem: str, how: str) -> Any:
        """The request may tell the thing by another of its names."""
        wanted = (how, "id", "identifier", "arn", "name", "") if how in ("id", "identifier") else ()
        for other in wanted:
            for said in (f"{stem}{other}", other):
                if said and said in self._given:
                    return self._given[said]
        return None

    def _from_answer(self, plain: str, how: str, *, mine: bool) -> Any:
        wanted = [plain]
        if mine and how:
            wanted += [f"{self.noun}{how}", how]
        if mine and how in ("id", "identifier", ""):
            wanted += [f"{self.noun}{other}" for other in ARN_FIRST] + list(ARN_FIRST)
        found = find(self.operation.output_shape, *wanted)
        if found is None or found[1].type_name not in PLAIN:
            return None
        return self.output(found[0])

    def output(self, path: Path) -> dict[str, str]:
        """A reference to a member of this call's answer; ``paths`` knows where that is."""
        name = path[-1]
        self.paths[name] = expression(path)
        return Output(self.step, name).as_json()

    def leaves(self) -> tuple[Leaf, ...]:
        return tuple(leaves(self.operation.input_shape, self.call.parameters))

    # relatives

    def bound(self, operation: OperationModel) -> dict[str, Any] | None:
        """The required parameters of another operation; None where one is not known."""
        shape = operation.input_shape
        found: dict[str, Any] = {}
        for name in shape.required_members if shape else ():
            value = self.value_for(name)
            if value is None:
                return None
            found[name] = value
        return {**found, **(self._named_alike(shape) if shape else {})}

    def _named_alike(self, shape: StructureShape) -> dict[str, Any]:
        """Parameters that need not be said, but say which thing is meant, and are said here by
        the very same name: a log stream's group."""
        found = {}
        for name, member in shape.members.items():
            if member.type_name == "string" and name not in shape.required_members:
                value = self._given.get(flat(name))
                if isinstance(value, (str, dict)) and (told_apart(name)[1] or name == "Bucket"):
                    found[name] = value
        return found

    def readers(self) -> Iterator[Reads]:
        """Whatever reads the thing, in no order."""
        told = set(self._nouns_told())
        tags = any(leaf.key is not None for leaf in self.leaves())
        for name in readers_of(self.call.service):
            close = max((nearness(noun, name) for noun in told), default=0)
            if tags and "tags" in noun_of(name):
                close = max(close, 1)
            own = nearness(self.noun, name)
            found = self._reader(name, own, max(own, close)) if own or close else None
            if found is not None:
                yield found

    def _nouns_told(self) -> Iterator[str]:
        """Of what the request must say which one is meant."""
        shape = self.operation.input_shape
        needed = {flat(name) for name in shape.required_members} if shape else set()
        for name, value in self._given.items():
            if needed and name not in needed:
                continue
            stem, how = told_apart(name)
            if how and stem and isinstance(value, (str, dict)):
                yield stem
        if self.call.service == "s3" and "bucket" in self._given:
            yield "bucket"

    def _reader(self, name: str, own: int, close: int) -> Reads | None:
        operation = self.model.operation_model(name)
        bound = self.bound(operation)
        if bound is None:
            return None
        if bound and _reads_one(name, operation.output_shape):
            path = self._itself(operation.output_shape, noun_of(name))
            thing = within(operation.output_shape, path)
            bound |= _all_of_it(operation.input_shape)
            return Reads(name, bound, expression(path), {}, thing, own, close)
        return self._listed(name, operation, bound, own, close)

    def _itself(self, shape: Shape | None, noun: str) -> Path:
        """Where in an answer the thing is, if not all of it is."""
        if not isinstance(shape, StructureShape):
            return ()
        for name, member in shape.members.items():
            if flat(name) in (noun, self.noun) and isinstance(member, StructureShape):
                return (name,)
        parts = [n for n, m in shape.members.items() if isinstance(m, StructureShape)]
        return (parts[0],) if len(parts) == len(shape.members) == 1 else ()

    def _listed(
        self, name: str, operation: OperationModel, bound: dict[str, Any], own: int, close: int
    ) -> Reads | None:
        for path, shape in members(operation.output_shape, 2):
            if not isinstance(shape, ListShape):
                continue
            where = self._which(path[-1], shape.member, noun_of(name))
            if where:
                narrow = {**bound, **self._narrowed(operation, where)}
                at = expression(path)
                return Reads(name, narrow, at, where, shape.member, own, close)
        return None

    def _which(self, listed: str, item: Shape, noun: str) -> dict[str, Any]:
        """The member of an item that tells whether it is the thing, and its value."""
        if not isinstance(item, StructureShape):
            one = one_of(flat(listed))
            value = self.value_for(one) if item.type_name == "string" else None
            return {"": self._called(one, value)} if value is not None else {}
        telling = []
        for name in item.members:
            stem, how = told_apart(name)
            if item.members[name].type_name != "string" or not (how or stem == one_of(noun)):
                continue
            if (
                stem in ("", one_of(noun), self.noun)
                and (value := self.value_for(name)) is not None
            ):
                telling.append((Output.parse(value) is not None, name, value))
        best = min(telling, key=lambda t: (t[0], t[1]), default=None)
        return {best[1]: self._called(best[1], best[2])} if best else {}

    def _called(self, member: str, value: Any) -> Any:
        """An ARN or address that only the answer tells ends with the name that was asked for: a
        lost answer is then no harm."""
        if Output.parse(value) is None or told_apart(member)[1] not in ("arn", "url"):
            return value
        names = [self._given[n] for n in ("name", f"{self.noun}name") if n in self._given]
        return {CALLED: names[0]} if names and isinstance(names[0], str) else value

    def _narrowed(self, operation: OperationModel, where: Mapping[str, Any]) -> dict[str, Any]:
        """Fewer items by a parameter that takes names of those wanted, where there is one."""
        shape = operation.input_shape
        ((told, value),) = where.items()
        if isinstance(value, Mapping) and CALLED in value:
            return {}
        for name, member in shape.members.items() if shape else ():
            plain = flat(name)
            if plain == flat(told) and member.type_name == "string":
                return {name: value}
            if plain == f"{flat(told)}prefix" and member.type_name == "string":
                return {name: value}
            stem, how = told_apart(told)
            same = one_of(plain) in (flat(told), stem if how != "arn" else "")
            if isinstance(member, ListShape) and same and member.member.type_name == "string":
                return {name: [value]}
        return {}


def _reads_one(name: str, answer: Shape | None) -> bool:
    """Whether the answer is about one thing, and no list of those that there are."""
    noun = noun_of(name)
    if "tags" in noun:
        return True
    lists = answer.members.items() if isinstance(answer, StructureShape) else ()
    listed = any(flat(n) == noun and isinstance(m, ListShape) for n, m in lists)
    return name.startswith(BY_ITSELF) and not listed


def _all_of_it(shape: Shape | None) -> dict[str, Any]:
    """SQS tells of a queue only what is asked for by name, and all of it by the name All."""
    found = {}
    for name, member in shape.members.items() if isinstance(shape, StructureShape) else ():
        if isinstance(member, ListShape) and "All" in (getattr(member.member, "enum", None) or ()):
            found[name] = ["All"]
    return found


def nearness(noun: str, reader: str) -> int:
    """0: of something else. 3: of the very thing; 2: about it."""
    other = noun_of(reader)
    if not noun or not other:
        return 0
    if one_of(other) == one_of(noun):
        return 3
    return 2 if same_thing(noun, other) else 0


def compared(case: Case, reads: Reads) -> dict[str, str]:
    """The JMESPath to each value of the request that the thing shows, by the value's name; what
    only says which thing it is is left out."""
    asked = {flat(name) for name in (*reads.bound, *reads.where)}
    found = {}
    for leaf in case.leaves():
        if leaf.key is None and flat(leaf.path[-1]) in asked:
            continue
        path = shown(leaf, reads.thing)
        if path is not None:
            found[leaf.name] = path
    return found


@lru_cache(maxsize=64)
def readers_of(service: str) -> tuple[str, ...]:
    """Operations of a service that only read, no secret, and are not deprecated."""
    return tuple(
        name
        for name in service_model(service).operation_names
        if effect_of(service, name) is Effect.READ
        and not reveals_secret(service, name)
        and not service_model(service).operation_model(name).deprecated
    )


def siblings(case: Case, verbs: tuple[str, ...]) -> Iterator[OperationModel]:
    """Operations of the same noun with one of the verbs, in their order; none deprecated."""
    alike = [
        name
        for name in case.model.operation_names
        if one_of(noun_of(name)) == one_of(case.noun)
        and not case.model.operation_model(name).deprecated
    ]
    alike.sort(key=lambda name: noun_of(name) == case.noun)
    by_verb = {verb_of(name): name for name in alike}
    yield from (case.model.operation_model(by_verb[v]) for v in verbs if v in by_verb)
