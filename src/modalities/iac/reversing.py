"""What takes an edition back: the files as they were, and what Terraform does about it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from modalities.action import IacChange
from modalities.aws.terraform import edits, syntax
from modalities.contract import Draft
from modalities.iac.comparing import Entry
from modalities.iac.home import digest_of, edited
from modalities.iac.parts import Keys, Part, rewritten
from modalities.iac.relations import RELATIONS
from modalities.step import Effect, Expect, Irreversible, Reversal, Step, Undo

BACK = {"create": "delete", "update": "update", "delete": "create"}

LOSSLESS = frozenset({*RELATIONS, "aws_lb_target_group_attachment"})
"""Made anew as they were, they lose nothing."""


POWER = "aws_ec2_instance_state"
OPPOSITE = {"running": "stopped", "stopped": "running"}

FOUNDATION = ("terraform", "provider", "variable")


def undo_of(draft: Draft, part: Part, step: str, keys: Keys) -> Undo:
    """The files before, whatever was made destroyed, whatever was taken over let go. Where
    something is destroyed for good, nothing brings it back."""
    lost = _lost(draft, part)
    if lost:
        return Irreversible(lost)
    back = _files_before(part)
    now = edited(part.files, part.edition.files)
    changed = changed_first(part.entries, part.files, now)
    expects = tuple(_expects(draft, step, keys))
    if changed and part.middle is not None:
        return _in_two(part, changed, back, expects)
    entries = tuple(_back(entry) for entry in part.entries)
    addresses = part.edition.addresses
    return (_reversal(back, addresses, entries, part.after, expects),)


def _files_before(part: Part) -> dict[str, str | None]:
    """What is written to take it back. What a module stands on (its provider, its region)
    stays: Terraform needs it to destroy anything."""
    edition = part.edition.files
    return {
        name: part.files.get(name)
        for name, text in edition.items()
        if name in part.files or not _foundation(text or "")
    }


def _foundation(text: str) -> bool:
    return all(block.type in FOUNDATION for block in syntax.blocks(text))


def _in_two(
    part: Part,
    changed: list[Entry],
    back: Mapping[str, str | None],
    expects: tuple[Expect, ...],
) -> tuple[Reversal, ...]:
    """First only ``changed`` is changed back, by ``middle``; then comes the rest. What a run had
    not yet made when it was broken off is still in the code in between, and not to be made now."""
    middle = dict(part.middle or {})
    updates = tuple({**_changed_back(e), "actions": ["update"]} for e in changed)
    rest = tuple(_back(entry) for entry in part.entries)
    now = edited(edited(part.files, part.edition.files), middle)
    only = tuple(str(entry["address"]) for entry in changed)
    first = _reversal(middle, only, updates, part.after, ())
    second = _reversal(back, part.edition.addresses, rest, digest_of(now), expects)
    return (first, second)


def _reversal(
    files: Mapping[str, str | None],
    addresses: tuple[str, ...],
    entries: tuple[Mapping[str, Any], ...],
    basis: str,
    expects: tuple[Expect, ...],
) -> Reversal:
    deletes = any("delete" in e["actions"] for e in entries)
    action = IacChange(files=files, addresses=addresses, changes=entries, basis=basis)
    why = "put the Terraform code back as it was, and what it describes"
    return Reversal(action, Effect.DELETE if deletes else Effect.UPDATE, why, expects)


def _back(entry: Entry) -> dict[str, Any]:
    if entry.get("importing"):
        return {**turned(entry), "actions": ["forget"]}
    return {**turned(entry), "actions": [BACK[a] for a in entry["actions"] if a in BACK]}


def changed_first(
    entries: Sequence[Entry], before: Mapping[str, str], now: Mapping[str, str]
) -> list[Entry]:
    """What is changed back before the rest of the way back: what was taken over, and is let go
    after that; a machine that was started or stopped, whose own resource does nothing when it is
    destroyed; whatever is changed where something is made, as it may name that by now:
    Terraform destroys before it changes, and AWS deletes no group that a machine has; and what is
    said ``now`` that the code said nothing of ``before``: Terraform leaves that as it is."""
    makes = any("create" in e["actions"] and e["type"] not in LOSSLESS for e in entries)
    return [
        e
        for e in entries
        if switched(e)
        or ("update" in e["actions"] and (makes or bool(e.get("importing"))))
        or ("update" in e["actions"] and bool(_said(now, e) - _said(before, e)))
    ]


def _said(files: Mapping[str, str], entry: Entry) -> set[str]:
    """The arguments and blocks that the code gives to it."""
    found = (edits.find(text, str(entry["address"])) for text in files.values())
    block = next((each for each in found if each is not None), None)
    return {a.name for a in block.arguments} | {b.type for b in block.blocks} if block else set()


def switched(entry: Entry) -> bool:
    """Whether it starts or stops a machine that it did not look after before."""
    state = (entry.get("after") or {}).get("state")
    made = "create" in entry["actions"] and entry["type"] == POWER
    return made and state in OPPOSITE


def _changed_back(entry: Entry) -> dict[str, Any]:
    told = turned(entry)
    if switched(entry):
        told["has"] = {**entry["after"], "state": OPPOSITE[entry["after"]["state"]]}
    return told


def turned(entry: Entry) -> dict[str, Any]:
    """Of what, and as far as it is known now, from what (``had``) to what (``has``): for judging
    and counting. What it is like when it is taken back is known only then."""
    told = {"address": entry["address"], "type": entry["type"]}
    sides = {"had": entry.get("after"), "has": entry.get("before")}
    return {**told, **{side: values for side, values in sides.items() if values}}


def _lost(draft: Draft, part: Part) -> str:
    """What nothing brings back, in words; empty where all can be."""
    undone = [step.undo for step in draft.steps if isinstance(step.undo, Irreversible)]
    if undone:
        return "; ".join(dict.fromkeys(each.why for each in undone))
    replaced = [e["address"] for e in part.entries if {"delete", "create"} <= {*e["actions"]}]
    gone = [each for each in replaced if each.split(".")[-2] not in LOSSLESS]
    return f"{', '.join(gone)} is destroyed, with what it holds" if gone else ""


def _expects(draft: Draft, step: str, keys: Keys) -> Iterator[Expect]:
    """What the draft's own reversals come to when all are done, newest first: a machine that is
    stopped on the way to its old size runs again, and what is gone shows nothing else."""
    last: dict[str, Expect] = {}
    for number, made in reversed(tuple(enumerate(draft.steps))):
        for reversal in made.undo if isinstance(made.undo, tuple) else ():
            for expect in lasting(reversal.expects, made, draft.steps[:number]):
                value = None if expect.test == "is" else expect.value
                last[json.dumps([expect.kind, expect.id, expect.attribute, expect.test, value])] = (
                    expect
                )
    gone = {_thing(e) for e in last.values() if e.test == "absent"}
    for expect in last.values():
        if expect.test != "absent" and _thing(expect) in gone:
            continue
        try:
            yield replace(
                expect,
                id=rewritten(expect.id, step, keys),
                value=rewritten(expect.value, step, keys),
            )
        except LookupError:
            continue


def lasting(expects: Sequence[Expect], step: Step, following: Sequence[Step]) -> tuple[Expect, ...]:
    """Of what a step comes to, or its reversal, all but what only those stand on that follow it on
    the same resources."""
    changed = {ref for other in following for ref in other.changes}
    passing = bool(changed.intersection(step.changes))
    return tuple(e for e in expects if not (e.within > 0 and passing))


def _thing(expect: Expect) -> str:
    return json.dumps([expect.kind, expect.id])
