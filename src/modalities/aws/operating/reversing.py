"""What takes an operation back, as far as the vendor's model tells; else why nothing does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.model import StructureShape

from modalities.action import SdkCall
from modalities.aws.effects import effect_of
from modalities.aws.model import problems
from modalities.aws.operating.deriving import Case, siblings
from modalities.aws.operating.members import TAG_KEYS, TAGS, Leaf
from modalities.aws.operating.names import flat, verb_of, words
from modalities.step import Effect, Expect, Irreversible, Reversal, Undo

ENDS = ("Delete", "Terminate", "Remove", "Deregister", "Release", "Destroy", "Cancel", "Stop",
        "Revoke", "Unsubscribe")  # fmt: skip

OPPOSITES: Mapping[str, tuple[str, ...]] = {
    "Tag": ("Untag",),
    "Untag": ("Tag",),
    "Add": ("Remove", "Delete"),
    "Enable": ("Disable",),
    "Disable": ("Enable",),
    "Attach": ("Detach",),
    "Detach": ("Attach",),
    "Associate": ("Disassociate",),
    "Disassociate": ("Associate",),
    "Start": ("Stop",),
    "Stop": ("Start",),
    "Put": ("Delete",),
    "Set": ("Delete",),
    "Subscribe": ("Unsubscribe",),
    "Register": ("Deregister",),
    "Authorize": ("Revoke",),
    "Grant": ("Revoke",),
    "Suspend": ("Resume",),
    "Resume": ("Suspend",),
}
FROM_NOTHING = frozenset({"Add", "Put", "Set", "Attach", "Associate", "Subscribe", "Register"})
"""What these bring about is ended by their opposite only where it was not there before."""


def ended(case: Case, absent: tuple[Expect, ...]) -> Undo:
    """The way back of something new."""
    for operation in siblings(case, ENDS):
        bound = case.bound(operation)
        if bound:
            back = SdkCall(case.call.service, operation.name, bound)
            if not problems(back, case.step):
                return (_reversal(back, absent),)
    what = words(case.call.operation)
    return Irreversible(f"AWS's model has no operation that certainly takes back {what}")


def put_back(
    case: Case, before: Mapping[str, Any], there: bool | None, expects: tuple[Expect, ...]
) -> Undo:
    """The way back of a change: ``before`` are the values that it overwrites, by name, None of
    those that were not there. ``there``: whether the thing that it is named for was there
    before; None where nobody knows."""
    leaves = case.leaves()
    known = [leaf for leaf in leaves if leaf.name in before]
    tags = [leaf for leaf in leaves if leaf.key is not None]
    if tags and all(leaf.name in before for leaf in tags):
        return _tags_back(case, tags, before, expects)
    if known and all(before[leaf.name] is not None for leaf in known):
        call = SdkCall(case.call.service, case.call.operation, _with(case, known, before))
        if not problems(call, case.step):
            return (_reversal(call, expects),)
    was_nothing = (known and all(before[leaf.name] is None for leaf in known)) or there is False
    if was_nothing or verb_of(case.call.operation) not in FROM_NOTHING:
        return _opposite(case, expects)
    return Irreversible("what it overwrites is not known, so nothing brings that back")


def _opposite(case: Case, expects: tuple[Expect, ...]) -> Undo:
    for operation in siblings(case, OPPOSITES.get(verb_of(case.call.operation), ())):
        bound = case.bound(operation)
        if bound:
            back = SdkCall(case.call.service, operation.name, bound)
            if not problems(back, case.step):
                return (_reversal(back, expects),)
    return Irreversible(f"what takes {words(case.call.operation)} back is not known")


def _tags_back(
    case: Case, tags: list[Leaf], before: Mapping[str, Any], expects: tuple[Expect, ...]
) -> Undo:
    """Tags that had a value get it back, the others go."""
    old = {leaf.key: before[leaf.name] for leaf in tags if before[leaf.name] is not None}
    new = [leaf.key for leaf in tags if before[leaf.name] is None]
    untags = verb_of(case.call.operation) == "Untag"
    back = []
    for wanted, verb in ((old, "Tag"), (new, "Untag")):
        if not wanted:
            continue
        own = (verb == "Tag") is not untags
        names = [case.operation] if own else list(siblings(case, (verb,)))
        calls = [_tagging(case, each.name, wanted) for each in names]
        if not calls or calls[0] is None or problems(calls[0], case.step):
            return Irreversible("the tags as they were cannot be put back")
        back.append(_reversal(calls[0], expects))
    return tuple(back)


def _tagging(case: Case, name: str, tags: Any) -> SdkCall | None:
    operation = case.model.operation_model(name)
    shape = operation.input_shape
    if not isinstance(shape, StructureShape):
        return None
    found: dict[str, Any] = {}
    for member, inner in shape.members.items():
        if flat(member) in (*TAGS, *TAG_KEYS):
            if isinstance(tags, list) or inner.type_name == "map":
                found[member] = tags
            else:
                found[member] = [_pair(inner, key, value) for key, value in tags.items()]
        elif member in shape.required_members:
            value = case.value_for(member)
            if value is None:
                return None
            found[member] = value
    return SdkCall(case.call.service, name, found)


def _pair(listed: Any, key: str, value: Any) -> dict[str, Any]:
    names = {flat(name).removeprefix("tag"): name for name in listed.member.members}
    return {names["key"]: key, names["value"]: value}


def _with(case: Case, known: list[Leaf], before: Mapping[str, Any]) -> dict[str, Any]:
    """The request with the values from before in it."""
    found = _copied(case.call.parameters)
    for leaf in known:
        place = found
        for name in leaf.path[:-1]:
            place = place[name]
        place[leaf.path[-1]] = before[leaf.name]
    parameters: dict[str, Any] = found
    return parameters


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _copied(item) for name, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, (list, tuple)) else value


def _reversal(call: SdkCall, expects: tuple[Expect, ...]) -> Reversal:
    effect = effect_of(call.service, call.operation)
    told = Effect.UPDATE if effect is Effect.CREATE else effect
    return Reversal(call, told, words(call.operation), expects)
