"""An operation of Azure's own as a step: what it changes, how that is read back, how it is taken
back. ARM makes that one: PUT makes a thing or writes it whole, PATCH changes it, DELETE takes it
away, GET of the same path shows it; what a POST means nobody knows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from modalities.action import Output, SdkCall, outputs_in
from modalities.azure import ids, model
from modalities.azure.checking import checked
from modalities.azure.effects import disrupts, effect_of_call, reveals_secret
from modalities.azure.operating.deriving import Case, Leaf, secretive, writable
from modalities.azure.operating.filling import filled
from modalities.azure.operating.looking import resource_of
from modalities.azure.operating.reversing import put_back, removal
from modalities.azure.refs import texts, touched
from modalities.azure.secrets import NAMES
from modalities.change import Operate
from modalities.contract import Draft, Unresolved, Unsupported
from modalities.look import Look
from modalities.plan import Advisory
from modalities.resource import Kind, Resource, ResourceRef, World
from modalities.step import Effect, Expect, Irreversible, Step
from modalities.target import account_of

Document: TypeAlias = Mapping[str, Any]
Read: TypeAlias = Callable[[SdkCall], Document | None]
"""Reads a thing's document, None where it is not there. Raises CloudError."""

NO_WORD = re.compile(r"[^A-Za-z0-9.]+")
ANY = "*"
"""``ifMatch`` with it says of a PUT that it is to change what is there."""
NOT_READ_BACK = "nothing in Azure's tables tells how to read it back: whether it worked is not seen"
UNKNOWN_POST = "what it changes, and how that is taken back, is not known"


@dataclass(frozen=True, slots=True)
class Ground:
    """What a draft is made from; ``region`` is the location of what is made."""

    world: World
    region: str
    read: Read

    @property
    def scope(self) -> str:
        return self.world.scope


@dataclass(frozen=True, slots=True)
class _Made:
    """What one call came to; ``step`` None where it is so already."""

    step: Step | None = None
    seen: Resource | None = None
    advisories: tuple[Advisory, ...] = ()
    defaults: tuple[str, ...] = ()


def expressed(change: Operate, ground: Ground, taken: frozenset[str] = frozenset()) -> Draft:
    """The steps of an operation; none where what it would bring about is so already. ``taken``
    are ids of steps that there are. Raises Unsupported, Unresolved, CloudError."""
    made: list[_Made] = []
    for call in change.calls:
        if not isinstance(call, SdkCall):
            raise Unsupported(f"{call} is a command of the CLI's own, which no hand does yet")
        before = [each.step for each in made if each.step is not None]
        one = _expressed(call, ground, taken | {step.id for step in before})
        if one.step is not None and before:  # calls are done in order
            one = replace(one, step=replace(one.step, needs=(before[-1].id,)))
        made.append(one)
    return Draft(
        tuple(each.step for each in made if each.step is not None),
        tuple(a for each in made for a in each.advisories),
        tuple(text for each in made for text in each.defaults),
        tuple(each.seen for each in made if each.seen is not None),
    )


def _expressed(call: SdkCall, ground: Ground, taken: frozenset[str]) -> _Made:
    if any(outputs_in(call.parameters)):
        raise Unsupported("on Azure a name makes an id: no call refers to the answer of another")
    found = _Found(_case(filled(call, ground.scope, ground.region), ground, taken), ground)
    match found.case.method:
        case "GET" | "HEAD":
            return _Made(replace(found.step(Effect.READ), changes=()))
        case "PUT":
            made = _put(found)
        case "PATCH":
            made = _updated(found)
        case "DELETE":
            made = _deleted(found)
        case _:
            made = _posted(found)
    for problem in checked([made.step] if made.step else [], ground.world):
        if problem.blocking:
            raise Unsupported(" ".join((problem.path, problem.message, problem.suggestion)).strip())
    return made


def _case(call: SdkCall, ground: Ground, taken: frozenset[str]) -> Case:
    """Raises Unsupported for what lacks a name, lies elsewhere, or has to do with a secret."""
    operation = model.named(call.service, call.operation)
    lacking = [n for n in model.placeholders(operation) if not str(call.parameters.get(n) or "")]
    if lacking:
        raise Unsupported(f"{call} needs {', '.join(lacking)}")
    id = model.subject(operation, call.parameters, account_of(ground.scope))
    case = Case(call, operation, "", ids.canonical(id, ground.scope))
    if effect_of_call(call) is not Effect.READ:
        _require_own(case, ground.scope)
    secret = [leaf.name for leaf in case.leaves() if NAMES.match(leaf.path[-1])]
    if secret:
        raise Unsupported(f"{secret[0]} is a secret, which is kept nowhere here")
    if reveals_secret(call.service, call.operation):
        raise Unsupported(f"{call} answers with a secret, which is kept nowhere here")
    return replace(case, step=_step_id(case, taken))


def _require_own(case: Case, scope: str) -> None:
    group = scope.partition("/")[2]
    found = ids.parse(case.id)
    own = found is not None and found.group.casefold() == group.casefold()
    if not own or (found is not None and found.subscription != account_of(scope).lower()):
        raise Unsupported(f"{case.id} is not in resource group {group}, which the target is")


class _Found:
    """A case with what there is of it now."""

    def __init__(self, case: Case, ground: Ground) -> None:
        self.case = case
        self.ground = ground
        service = model.service_of(case.operation)
        self.name = " ".join((service, case.noun, case.name))

    def look(self, shows: Mapping[str, str]) -> Look | None:
        reads = self.case.reads
        return (
            None
            if reads is None
            else Look(name=self.name, call=self.case.other(reads), shows=shows)
        )

    def document(self) -> Document | None:
        reads = self.case.reads
        return None if reads is None else self.ground.read(self.case.other(reads))

    def resource(self, look: Look, document: Document) -> Resource:
        return resource_of(look, document, self.ground.scope)

    @property
    def why(self) -> str:
        verb = {"PUT": "create", "PATCH": "change", "DELETE": "delete"}.get(self.case.method, "")
        verb = verb or model.word_of(self.case.operation).rpartition(".")[2].removeprefix("begin_")
        service = model.service_of(self.case.operation)
        return f"{verb.replace('_', ' ')} {self.case.noun} {self.case.name} ({service})"

    def step(self, effect: Effect, **said: Any) -> Step:
        """With all that it touches claimed, and what it names held still."""
        world, call = self.ground.world, self.case.call
        own = ResourceRef(world.provider, world.scope, Kind.OTHER, self.name)
        changes = tuple(dict.fromkeys((own, *touched(call, world))))
        named = set(texts(call.parameters.get("body")))
        uses = tuple(ref for r in world if r.id in named for ref in r.refs() if ref not in changes)
        stops = f"{self.case.name} stops meanwhile" if disrupts(call.operation) else ""
        first = Step(
            id=self.case.step,
            effect=effect,
            action=call,
            why=self.why,
            changes=changes,
            uses=uses,
            disrupts=stops,
        )
        return replace(first, **said)


def _put(found: _Found) -> _Made:
    """Made where it is not there; else written whole as it is, but for what was said."""
    case, shows = found.case, found.case.shown()
    look = found.look(shows)
    changing = case.call.parameters.get("ifMatch") == ANY
    if look is None:
        return _unseen(found, Irreversible(UNKNOWN_POST))
    there = found.document()
    if there is not None and changing:
        return _updated(found)
    if there is not None:
        raise Unresolved(f"{found.name} is there already: ask for what is to change of it")
    if changing:
        raise Unresolved(f"there is no {found.name}")
    expects = (Expect(Kind.OTHER, look.as_json()), *_are(look, _values(case, shows)))
    absent = (Expect(Kind.OTHER, look.as_json(), "absent"),)
    undo = removal(case, absent)
    step = found.step(
        Effect.CREATE, expects=expects, undo=undo, after={"name": case.name, **_plain(case)}
    )
    return _Made(step, None, tuple(_advised(step)))


def _updated(found: _Found) -> _Made:
    document = found.document()
    if document is None:
        raise Unresolved(f"there is no {found.name}")
    found.case = _with_tags(found.case, document)
    case, shows = found.case, {**found.case.shown(), **_tagged(document)}
    if case.method == "PATCH":
        shows |= _each_tag(case)
    look = found.look(shows)
    if look is None:
        return _unseen(found, Irreversible(UNKNOWN_POST))
    there = found.resource(look, document)
    values = _values(case, shows)
    before = {name: there.attributes.get(name) for name in values}
    if values and before == values and len(values) == len(case.leaves()):
        return _Made(None, there, (), (f"{found.name} is so already: {_said(values)}",))
    changed = _whole(case, document) if case.method == "PUT" else case.call
    expects = _are(look, values) or (Expect(Kind.OTHER, look.as_json()),)
    step = replace(
        found.step(Effect.UPDATE, expects=expects, before=before, after=_plain(case)),
        action=changed,
        why=found.why.replace("create", "change", 1),
        undo=put_back(case, document, look, _are(look, before)),
        outputs=_tagged(document),
    )
    return _Made(step, there, tuple(_advised(step)))


def _deleted(found: _Found) -> _Made:
    case = found.case
    lost = Irreversible(f"what {found.name} was and held is lost; made again it is another")
    look, document = found.look({}), found.document()
    if look is None:
        return _unseen(found, lost)
    if document is None:
        return _Made(None, None, (), (f"{found.name} is not there",))
    absent = (Expect(Kind.OTHER, look.as_json(), "absent"),)
    effect = effect_of_call(case.call)
    step = found.step(effect, expects=absent, undo=lost, before={"is": "there"})
    advised = Advisory("danger", f"{found.name} goes for good: {lost.why}", step.id)
    return _Made(step, found.resource(look, document), (advised,))


def _posted(found: _Found) -> _Made:
    if effect_of_call(found.case.call) is Effect.READ:
        return _Made(replace(found.step(Effect.READ), changes=()))
    return _unseen(found, Irreversible(UNKNOWN_POST))


def _unseen(found: _Found, undo: Irreversible) -> _Made:
    """A step that nothing reads back, and that therefore is never done without a person."""
    step = found.step(effect_of_call(found.case.call), undo=undo, after=_plain(found.case))
    advised = Advisory("danger", f"{found.why}: {NOT_READ_BACK}", step.id)
    return _Made(step, None, (advised, *_advised(step)))


def _whole(case: Case, document: Document) -> SdkCall:
    """A PUT of the thing as it is, but for what was said; refused where another has changed it
    since, as far as it has an ETag. Raises Unsupported for what cannot be read whole."""
    operation = case.operation
    if secretive(operation.package, operation.body, document):
        raise Unsupported(f"{case.name} is written whole, and holds secrets that nobody can read")
    body = writable(operation.package, operation.body, document)
    for leaf in case.leaves():
        body = _laid(body, leaf)
    given = {**case.call.parameters, "body": body}
    given.pop("ifMatch", None)
    etag = document.get("etag")
    return replace(case.call, parameters={**given, **({"ifMatch": etag} if etag else {})})


def _laid(body: Any, leaf: Leaf) -> Any:
    first, *rest = leaf.path
    known = dict(body) if isinstance(body, Mapping) else {}
    inner = _laid(known.get(first), Leaf(tuple(rest), leaf.value)) if rest else leaf.value
    return {**known, first: inner}


def _with_tags(case: Case, document: Document) -> Case:
    """Tags are put beside those that are there: ARM's PATCH replaces them all."""
    body = case.call.parameters.get("body")
    if not isinstance(body, Mapping) or not isinstance(body.get("tags"), Mapping):
        return case
    tags = {**(document.get("tags") or {}), **body["tags"]}
    given = {**case.call.parameters, "body": {**body, "tags": tags}}
    return replace(case, call=replace(case.call, parameters=given))


def _each_tag(case: Case) -> dict[str, str]:
    told = (leaf.value for leaf in case.leaves() if leaf.path == ("tags",))
    return {f"tags.{key}": f"tags.{json.dumps(key)}" for tags in told for key in tags}


def _tagged(document: Document) -> dict[str, str]:
    """The ETag, of what has one."""
    return {"etag": "etag"} if isinstance(document.get("etag"), str) else {}


def _values(case: Case, shows: Mapping[str, str]) -> dict[str, Any]:
    return {leaf.name: leaf.value for leaf in case.leaves() if leaf.name in shows}


def _plain(case: Case) -> dict[str, Any]:
    """What a person reads of the request."""
    return {leaf.name: leaf.value for leaf in case.leaves() if Output.parse(leaf.value) is None}


def _are(look: Look, values: Mapping[str, Any]) -> tuple[Expect, ...]:
    return tuple(
        Expect(Kind.OTHER, look.as_json(), "is", name, value) for name, value in values.items()
    )


def _advised(step: Step) -> Iterator[Advisory]:
    if isinstance(step.undo, Irreversible):
        yield Advisory("warning", f"{step.why} cannot be taken back: {step.undo.why}", step.id)


def _said(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


def _step_id(case: Case, taken: frozenset[str]) -> str:
    verb = {"PUT": "create", "PATCH": "change", "DELETE": "delete", "GET": "read"}
    word = verb.get(case.method, case.operation.name.removeprefix("begin_"))
    if case.call.parameters.get("ifMatch") == ANY:
        word = "change"
    wish = NO_WORD.sub("-", f"{word} {case.noun} {case.name}").strip("-")[:60].strip("-")
    id, number = wish, 2
    while id in taken:
        id, number = f"{wish}-{number}", number + 1
    return id
