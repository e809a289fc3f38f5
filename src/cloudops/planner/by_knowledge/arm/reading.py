"""One request for something of Azure's read by ARM's own rules: which thing, by which method,
with what of its path and body. Imported when the grammar has not understood a request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from cloudops.errors import NotUnderstood
from cloudops.knowledge.contract import Operation, Parameter
from cloudops.knowledge.filling import CLAUSES, plain
from cloudops.knowledge.words import stem
from cloudops.planner.by_knowledge import verbs
from cloudops.planner.by_knowledge.account import Account, account_of
from cloudops.planner.by_knowledge.arm import retired
from cloudops.planner.by_knowledge.arm.members import Member, body_of, members
from cloudops.planner.by_knowledge.arm.mentions import Heard, Mention, heard
from cloudops.planner.by_knowledge.arm.saying import half_heard, without_said
from cloudops.planner.by_knowledge.arm.tables import Row, Tables
from cloudops.planner.by_knowledge.arm.things import (
    RESOURCE_GROUP,
    Thing,
    by_phrase,
    camel,
    things,
)
from cloudops.planner.by_knowledge.choosing import TIGHT
from cloudops.planner.interpreter.places import AZURE_REGIONS
from cloudops.request import AnswerOf, Goal, Intent, OpenQuestion
from modalities.action import SdkCall
from modalities.change import Operate
from modalities.resource import Provider
from policies.words import GO_VERB

PREFIX = "azure-mgmt-"
MOST_QUESTIONS = 3
MOST_CHOICES = 8

OWN = frozenset(
    {
        *("Microsoft.Compute/virtualMachines", "Microsoft.Compute/disks"),
        *("Microsoft.Network/virtualNetworks", "Microsoft.Network/virtualNetworks/subnets"),
        *("Microsoft.Network/networkInterfaces", "Microsoft.Network/loadBalancers"),
        "Microsoft.Network/networkSecurityGroups",
        "Microsoft.Network/networkSecurityGroups/securityRules",
        "Microsoft.Resources/deployments",
    }
)
"""What the grammar has words of its own for: there its no is a no."""

USUAL: Mapping[tuple[str, str], Any] = {
    ("Microsoft.Storage/storageAccounts", "kind"): "StorageV2",
    ("Microsoft.Compute/availabilitySets", "skuName"): "Aligned",
    ("Microsoft.Compute/availabilitySets", "platformFaultDomainCount"): 2,
    ("Microsoft.Network/natGateways", "skuName"): "Standard",
    ("Microsoft.Compute/snapshots", "creationDataCreateOption"): "Copy",
}
"""What is taken where nothing is said, as az takes it; it is told."""

SOURCES: Mapping[tuple[str, str], str] = {
    ("Microsoft.Compute/snapshots", "Microsoft.Compute/disks"): "creationDataSourceResourceId",
    ("Microsoft.Compute/images", "Microsoft.Compute/virtualMachines"): "sourceVirtualMachine",
}
"""What a thing is made of, by the member that says it."""

KNOWN = frozenset(map(stem, ("azure", "microsoft", "resource", "group", "my", "there")))


@dataclass(slots=True)
class Meant:
    """One operation with what was said of it. ``said`` are the parameters that the mentions gave,
    ``known`` the members of its body by their names."""

    thing: Thing
    row: Row
    account: Account
    known: Mapping[str, Member]
    places: Mapping[str, str]
    said: dict[str, Any]
    changes: bool = False
    taken: list[str] = field(default_factory=list)

    @property
    def given(self) -> dict[str, Any]:
        return {**self.account.given, **self.said}

    @property
    def missing(self) -> tuple[Parameter, ...]:
        given = self.given
        return tuple(
            p for p in self.account.operation.parameters if p.required and p.name not in given
        )

    @property
    def call(self) -> SdkCall:
        given, body = self.given, {}
        parameters = {self.places[n]: v for n, v in given.items() if n in self.places}
        body = body_of(self.known, {n: v for n, v in given.items() if n in self.known})
        if self.row.body and self.row.method in ("PUT", "PATCH"):
            parameters["body"] = body
        if self.changes and self.row.method == "PUT":
            parameters["ifMatch"] = "*"
        service = self.row.package.removeprefix(PREFIX)
        return SdkCall(service, f"{self.row.group}.{self.row.name}", parameters)


def read(text: str, tables: Tables, stop: NotUnderstood) -> Intent:
    """What ``text`` means. ``stop`` is what the grammar had to say. Raises NotUnderstood."""
    head, *clauses = CLAUSES.split(text.strip())
    told = [word.strip(".,;:?!").casefold() for word in head.split()]
    if TIGHT & set(told[1:] if told[:1] == ["which"] else told):  # it asks, and does not choose
        raise stop
    said = heard(head, _phrases(tables), lambda thing: _speaks(tables, thing))
    method = _method(said)
    mentions = [m for m in said.mentions if not m.is_group] or list(said.mentions)
    if not method or not mentions:
        raise stop
    first, others = mentions[0], mentions[1:]
    thing = _one(first, others, stop)
    if thing.type in OWN:
        raise stop
    if thing.type in retired.TYPES:
        raise NotUnderstood(f"{thing.noun}s are not proposed: {retired.TYPES[thing.type]}")
    group = next((m.name for m in said.mentions if m.is_group and m.name and m is not first), "")
    meant = _meant(tables, thing, method, first, others, said, clauses, group, stop)
    return _intent(text, meant)


@lru_cache(maxsize=4)
def _phrases(tables: Tables) -> Mapping[tuple[str, ...], tuple[Thing, ...]]:
    return by_phrase(things(tables))


@lru_cache(maxsize=512)
def _speaks(tables: Tables, type: Thing) -> frozenset[str]:
    row = type.rows.get("PUT") or type.rows.get("PATCH")
    names = [m.parameter.name for m in members(tables, row.package, row.body)] if row else []
    return frozenset(stem(word) for name in names for word in plain(name))


def _method(said: Heard) -> str:
    """What is to be done, as HTTP says it: ``PUT`` makes; empty where it is something else."""
    group = verbs.GROUP.get(said.verb, "")
    on_scope = bool(said.mentions) and said.mentions[0].things[0].on_scope
    if group == "create" or said.verb == "add" or (said.verb == "put" and on_scope):
        return "PUT"
    return {"delete": "DELETE", "update": "PATCH", "tag": "PATCH", "list": "GET"}.get(group, "")


def _one(mention: Mention, others: Sequence[Mention], stop: NotUnderstood) -> Thing:
    """Which thing a word means: that of which the owners are spoken of, else one of its own."""
    nouns = {noun for other in others for thing in other.things for noun in thing.nouns}
    owned = [t for t in mention.things if t.owners and all(n in nouns for n, _ in t.owners)]
    alone = [t for t in mention.things if not t.owners]
    found = owned or alone or list(mention.things)
    if len(found) == 1 and (owned or alone or mention.end - mention.place > 1):
        return found[0]
    if len(found) == 1:
        raise stop  # a container of what? people mean other things by such a word
    raise NotUnderstood(
        f"that may mean one of several: {', '.join(thing.type for thing in found[:6])}",
        nearest=stop.nearest,
        remedy="say what it is a part of",
    )


def _meant(
    tables: Tables, thing: Thing, method: str, first: Mention, others: Sequence[Mention],
    said: Heard, clauses: Sequence[str], group: str, stop: NotUnderstood,
) -> Meant:  # fmt: skip
    """The operation that leaves fewest words over; of a change PATCH before PUT."""
    named = bool(first.name) or any(clause.casefold().startswith("name ") for clause in clauses)
    rows = _rows(thing, method, named=named)
    if not rows:
        raise NotUnderstood(
            f"Azure's tables have nothing that does that with {thing.type}",
            nearest=stop.nearest,
            detail=stop.summary,
        )
    tried = []
    for row in rows:
        parameters, places, known = _parameters(tables, thing, row, method)
        operation = Operation(
            provider=Provider.AZURE,
            command=f"{row.package.removeprefix(PREFIX)} {row.group}.{row.name}",
            service=row.package.removeprefix(PREFIX),
            name=f"{said.verb}_{thing.noun}".replace(" ", "_"),
            title=thing.type,
            parameters=parameters,
        )
        told = [*clauses]
        rest = without_said(said.rest, parameters, told)
        account = account_of(operation, "; ".join((rest or "x", *told)), KNOWN)
        account.over += half_heard(told, parameters)
        meant = Meant(thing, row, account, known, places, {}, changes=method == "PATCH")
        _name(meant, first, group)
        for other in others:
            _place(meant, other)
        _region(meant)
        tried.append(meant)
    return min(tried, key=lambda m: (len(m.account.over), not _body_said(m)))


def _body_said(meant: Meant) -> bool:
    return not meant.changes or any(name in meant.known for name in meant.given)


def _rows(thing: Thing, method: str, *, named: bool) -> list[Row]:
    if method == "GET":
        whole = named or thing.type == RESOURCE_GROUP
        row = thing.rows.get("GET") if whole else thing.lists
        return [row] if row is not None else []
    if method == "PATCH":
        return [thing.rows[m] for m in ("PATCH", "PUT") if m in thing.rows and thing.rows[m].body]
    row = thing.rows.get(method)
    return [row] if row is not None and (row.body or method != "PUT") else []


def _parameters(
    tables: Tables, thing: Thing, row: Row, method: str
) -> tuple[tuple[Parameter, ...], dict[str, str], dict[str, Member]]:
    """Of the path and of the body; placeholders and members by the names of these."""
    places = {f"{camel(noun)}Name": hole for noun, hole in thing.owners}
    whole = f"{{{thing.own}}}" in row.template and thing.type != RESOURCE_GROUP
    own = [Parameter(name=name, required=True) for name in places]
    if whole:
        name = f"{camel(thing.noun)}Name"
        places[name] = thing.own
        own.append(Parameter(name=name, required=True, also=("name", thing.own)))
    places |= {"resourceGroupName": "resourceGroupName", "scope": "scope"}
    own.append(Parameter(name="resourceGroupName", also=("resource group",)))
    found = members(tables, row.package, row.body) if row.body else ()
    known = {m.parameter.name: m for m in found if m.parameter.name not in places}
    body = [
        replace(m.parameter, required=m.parameter.required and method == "PUT")
        for m in known.values()
    ]
    return (*own, *body), places, known


def _name(meant: Meant, first: Mention, group: str) -> None:
    own = f"{camel(meant.thing.noun)}Name"
    if first.is_group:
        group = first.name
    elif first.name and own in meant.places and meant.account.given.get(own) in (None, first.name):
        meant.said[own] = first.name
    elif first.name:
        meant.account.over.append(first.name)
    if group:
        meant.said["resourceGroupName"] = group


def _place(meant: Meant, other: Mention) -> None:
    """Another thing that is spoken of: what it is part of, stands on, is made of, or uses."""
    owners = {noun: f"{camel(noun)}Name" for noun, _ in meant.thing.owners}
    nouns = [noun for thing in other.things for noun in thing.nouns]
    owner = next((owners[noun] for noun in nouns if noun in owners), None)
    if owner is not None:
        meant.said |= {owner: other.name} if other.name else {}
        return
    alone = next((t for t in other.things if not t.owners), None)
    if alone is None or not other.name or not _uses(meant, alone, other.name):
        meant.account.over.append(other.name or other.things[0].noun)


def _uses(meant: Meant, thing: Thing, name: str) -> bool:
    """Whether a parameter takes the id of such a thing; then it has it."""
    id = f"{thing.type}/{name}"
    source = SOURCES.get((meant.thing.type, thing.type), "")
    member = source if source in meant.known else _referring(meant, thing)
    if meant.thing.on_scope and "{scope}" in meant.row.template:
        meant.said["scope"] = id
    elif member is None:
        return False
    elif meant.known[member].several:
        meant.said[member] = [*meant.said.get(member, []), id]
    else:
        meant.said[member] = id
    return True


def _referring(meant: Meant, thing: Thing) -> str | None:
    """The member that names such a thing, where only one does."""
    found = [
        name
        for name, member in meant.known.items()
        if member.noun and any(f" {member.noun}".endswith(f" {noun}") for noun in thing.nouns)
    ]
    return found[0] if len(found) == 1 else None


def _region(meant: Meant) -> None:
    """``in westeurope``: the word for a place, where things of the type have one."""
    for word in tuple(meant.account.over):
        if word.casefold() in AZURE_REGIONS and "location" in meant.known:
            meant.said["location"] = word.casefold()
            meant.account.over.remove(word)


def _intent(text: str, meant: Meant) -> Intent:
    operation = meant.account.operation
    if meant.account.over:
        over = ", ".join(f"“{word}”" for word in meant.account.over)
        raise NotUnderstood(
            f"not understood: {over}",
            detail=f"the rest would be {operation.command}",
            nearest=(_example(meant),),
            remedy="say what it takes by name, after a semicolon",
        )
    if not _body_said(meant):
        raise NotUnderstood(
            f"what is to change of the {meant.thing.noun} is not said",
            nearest=(_example(meant),),
            remedy="say it by name: " + ", ".join(_words(n) for n in [*meant.known][:MOST_CHOICES]),
        )
    _take_usual(meant)
    _require_whole(text, meant)
    call, words = meant.call, _said(meant)
    summary = words[:1].upper() + words[1:]
    notes = (f"read as {operation.command}: {meant.row.method} {meant.thing.type}", *meant.taken)
    if meant.row.method == "GET":
        asked = AnswerOf(provider=Provider.AZURE, call=call, words=words)
        return Intent(
            goal=Goal.MONITOR, summary=summary, question=asked, defaults=notes, cloud=Provider.AZURE
        )
    goals = {"DELETE": Goal.DELETE, "PUT": Goal.UPDATE if meant.changes else Goal.PROVISION}
    explicit = text if GO_VERB.search(text) else ""
    change = Operate(provider=Provider.AZURE, calls=(call,), words=words, explicit=explicit)
    return Intent(
        goal=goals.get(meant.row.method, Goal.UPDATE),
        summary=summary,
        changes=(change,),
        defaults=notes,
        cloud=Provider.AZURE,
    )


def _take_usual(meant: Meant) -> None:
    if meant.row.method != "PUT" or meant.changes:
        return
    for (type, name), value in USUAL.items():
        if type == meant.thing.type and name in meant.known and name not in meant.given:
            meant.said[name] = value
            meant.taken.append(f"{_words(name)}: {value}, since none is named")


def _require_whole(text: str, meant: Meant) -> None:
    """Raises NotUnderstood where something is missing, will not do, or has been given up."""
    operation = meant.account.operation
    questions = tuple(_questions(text, meant))
    if questions:
        needed = ", ".join(_words(p.name) for p in meant.missing)
        raise NotUnderstood(
            f"{operation.command} needs more: {needed}",
            detail=f"it would {_verb(meant)} a thing of type {meant.thing.type}",
            questions=questions,
            remedy=questions[0].hint,
        )
    whole = Account(operation, given=meant.given)
    for problem in whole.wrong():
        raise NotUnderstood(f"{operation.command}: {problem}")
    for name, value in meant.given.items():
        path = ".".join(meant.known[name].path) if name in meant.known else ""
        why = retired.VALUES.get((meant.thing.type, path, str(value)))
        if why:
            raise NotUnderstood(f"{_words(name)} {value} is not proposed: {why}")


def _questions(text: str, meant: Meant) -> Iterator[OpenQuestion]:
    for parameter in meant.missing[:MOST_QUESTIONS]:
        said = _words(parameter.name)
        shown = " or ".join(parameter.choices[:3]) or parameter.type.value.upper()
        yield OpenQuestion(
            text=f"Which {said}?",
            options=parameter.choices[:MOST_CHOICES],
            hint=f"add to the request: ; {said} {shown}",
            rephrase=f"{text.rstrip(' .;')}; {said} {{answer}}",
        )


def _words(name: str) -> str:
    return " ".join(plain(name))


def _example(meant: Meant) -> str:
    """How to say it so that there is no doubt."""
    verb = _verb(meant)
    given = "".join(f"; {_words(n)} {_short(v)}" for n, v in meant.given.items())
    needed = "".join(f"; {_words(p.name)} …" for p in meant.missing[:MOST_QUESTIONS])
    return f"{verb} {meant.thing.noun}{given}{needed}"


def _said(meant: Meant) -> str:
    given = ", ".join(f"{_words(n)} {_short(v)}" for n, v in meant.given.items())
    said = f"{_verb(meant)} {meant.thing.noun} ({meant.account.operation.service})"
    return f"{said}: {given}" if given else said


def _verb(meant: Meant) -> str:
    if meant.changes:
        return "change"
    return {"PUT": "create", "DELETE": "delete", "GET": "show"}[meant.row.method]


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
