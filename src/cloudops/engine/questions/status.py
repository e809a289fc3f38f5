"""Is it running?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from cloudops.engine.questions.chosen import chosen
from cloudops.engine.questions.wording import (
    brief,
    capital,
    detail_of,
    joined,
    plural,
    short,
    state_of,
    text,
)
from cloudops.request import Answer, StatusOf, Table
from modalities.resource import Kind, Resource, World

SENTENCES = 4
"""Up to so many resources get a sentence each; more are counted by state."""


def status(question: StatusOf, world: World) -> Answer:
    """The state of what was asked about; in ``data`` the VMs apart from all else."""
    found = chosen(world, question.what)
    others = [r for r in found if r.kind is not Kind.VM]
    data: dict[str, Any] = {"vms": [_entry(r) for r in found if r.kind is Kind.VM]}
    if others:
        data["resources"] = [_entry(r) for r in others]
    if question.state:
        data["in_state"] = [r.name for r in found if state_of(r) == question.state]
    return Answer(text=_text(question, found), table=_table(found), data=data)


def _text(question: StatusOf, found: Sequence[Resource]) -> str:
    if not found:
        return f"There are {plural(0, question.what.kind)}."
    if question.state:
        return _in_state(question.state, found, named=bool(question.what.names))
    if len(found) <= SENTENCES:
        return " ".join(f"{_subject(r)} {_verb(r)} {_state(r)}." for r in found)
    return _by_state(found)


def _subject(resource: Resource) -> str:
    if resource.kind is Kind.VM:
        return resource.name
    return f"{capital(resource.kind.words)} {resource.name}"


def _verb(resource: Resource) -> str:
    return "has" if _state(resource)[:1].isdigit() else "is"


def _state(resource: Resource) -> str:
    return state_of(resource) or "there"


def _in_state(state: str, found: Sequence[Resource], *, named: bool) -> str:
    """An answer of yes or no; about named resources the state of each is said too."""
    there = [r for r in found if state_of(r) == state]
    if named:
        states = joined([f"{r.name} is {_state(r)}" for r in found])
        verdict = {0: "No", len(found): "Yes"}.get(len(there), f"Not all, {len(there)}")
        of = "" if len(there) in (0, len(found)) else f" of {len(found)}"
        return f"{verdict}{of}: {states}."
    if not there:
        return f"No, none of {plural(len(found), _kind(found))} is {state}."
    verb = "is" if len(there) == 1 else "are"
    names = joined([r.name for r in there])
    return f"Yes, {len(there)} of {plural(len(found), _kind(found))} {verb} {state}: {names}."


def _by_state(found: Sequence[Resource]) -> str:
    """How many are in each state, most first; the few are named."""
    counts = Counter(_state(r) for r in found).most_common()
    if len(counts) == 1:
        return f"All {plural(len(found), _kind(found))} are {counts[0][0]}."
    parts = []
    for state, count in counts:
        names = [r.name for r in found if _state(r) == state]
        few = f" ({', '.join(names)})" if count <= SENTENCES else ""
        parts.append(f"{count} {'is' if count == 1 else 'are'} {state}{few}")
    return f"Of {plural(len(found), _kind(found))} {joined(parts)}."


def _kind(found: Sequence[Resource]) -> Kind | None:
    kinds = {r.kind for r in found}
    return kinds.pop() if len(kinds) == 1 else None


def _entry(resource: Resource) -> Mapping[str, Any]:
    return {**brief(resource), "state": state_of(resource) or None, **_facts(resource)}


def _facts(resource: Resource) -> Mapping[str, Any]:
    if resource.kind is not Kind.VM:
        return {}
    names = ("size", "zone", "private_ip", "public_ip", "spot", "monitoring")
    return {name: resource.attributes.get(name) for name in names}


def _table(found: Sequence[Resource]) -> Table | None:
    if not found:
        return None
    if all(r.kind is Kind.VM for r in found):
        facts = ("size", "zone", "private_ip", "public_ip")
        return Table(
            columns=("name", "state", "size", "zone", "private ip", "public ip"),
            rows=tuple((r.name, _state(r), *(text(r, fact) for fact in facts)) for r in found),
        )
    return Table(
        columns=("kind", "name", "state", "detail", "id"),
        rows=tuple(
            (r.kind.words, r.name, state_of(r) or "-", detail_of(r) or "-", short(r.id))
            for r in found
        ),
    )
