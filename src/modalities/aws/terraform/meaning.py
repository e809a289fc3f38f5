"""What Terraform's plans and states mean, in the project's own words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from modalities.action import SdkCall
from modalities.aws import refs
from modalities.aws.arns import TERRAFORM_KINDS, kind_of_id
from modalities.aws.terraform import keys
from modalities.aws.terraform.asked import balancing, buckets, compute, network
from modalities.aws.terraform.asked.asking import Asked
from modalities.aws.terraform.asked.others import other
from modalities.contract import Unsupported
from modalities.resource import ResourceRef, World
from modalities.step import Effect

Change: TypeAlias = Mapping[str, Any]
"""One entry of IacChange.changes."""

KNOWN: Mapping[str, Asked] = {**network.TYPES, **compute.TYPES, **balancing.TYPES, **buckets.TYPES}

ALWAYS = ("id", "name", "bucket", "tags")
"""Attributes that are told of everything that goes or is made again."""

MOVING = frozenset({"arn", "owner_id", "timeouts", "tags_all", "public_dns", "private_dns"})
"""Attributes that follow from others, or are no attributes of the thing."""

HASHED = ("user_data", "user_data_base64", "value_wo", "policy_wo")
"""Texts in which people put secrets, though nobody marks them as such."""

NOTHING = (("no-op",), ("read",))


def changes(plan: Mapping[str, Any]) -> tuple[Change, ...]:
    """The changes of a plan (``terraform show -json PLAN``), by address: what is there, what
    will be, as far as it is known and no secret. What is only taken over is among them.

    It depends on ids and on the code, not on when and where the plan was made: a plan on a copy
    with the same ids says the same. A default that the provider notes while it takes something
    over, of an argument that nobody gave and AWS did not tell, is no change.
    """
    said = said_by_code(plan)
    found = (_entry(r, said) for r in plan.get("resource_changes") or () if r.get("mode") != "data")
    return tuple(sorted((e for e in found if e is not None), key=lambda e: str(e["address"])))


def abroad(plan: Mapping[str, Any]) -> frozenset[str]:
    """Addresses, without their indices, of what another than the module's first provider looks
    after: one with an alias, which may be at work in another region or account."""
    root = (plan.get("configuration") or {}).get("root_module") or {}
    return frozenset(_abroad(root, ""))


def _abroad(module: Mapping[str, Any], base: str) -> Iterator[str]:
    for resource in module.get("resources") or ():
        provider = str(resource.get("provider_config_key", "")).rpartition(":")[2]
        if "." in provider:
            yield f"{base}{resource['address']}"
    for name, call in (module.get("module_calls") or {}).items():
        yield from _abroad(call.get("module") or {}, f"{base}module.{name}.")


def moved_outside(plan: Mapping[str, Any]) -> dict[str, dict[str, Any] | None]:
    """What is not as Terraform left it, which it sees before it plans: by address, each
    attribute as it had left it; None where the whole thing is gone."""
    found = changes({"resource_changes": plan.get("resource_drift") or ()})
    return {
        str(e["address"]): None if "delete" in e["actions"] else _before(e["before"], e["after"])
        for e in found
    }


def _before(had: Mapping[str, Any], has: Mapping[str, Any]) -> dict[str, Any]:
    return {k: had.get(k) for k in {*had, *has} if had.get(k) != has.get(k)}


def said_by_code(plan: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """The arguments that the root module's code gives to each of its resources."""
    root = (plan.get("configuration") or {}).get("root_module") or {}
    resources = root.get("resources") or ()
    return {str(r["address"]): frozenset(r.get("expressions") or ()) for r in resources}


def _entry(resource: Mapping[str, Any], code: Mapping[str, frozenset[str]]) -> Change | None:
    change = resource["change"]
    actions = tuple(change["actions"])
    importing = (change.get("importing") or {}).get("id")
    if actions in NOTHING and importing is None:
        return None
    type = str(resource["type"])
    had = _told(change.get("before"), change.get("before_sensitive"))
    has = _told(change.get("after"), change.get("after_sensitive"))
    if importing is not None and actions == ("update",):
        wanted = code.get(str(resource["address"]), frozenset(has))
        has = {k: v for k, v in has.items() if k in wanted or had.get(k) is not None}
        if _moved(had, has) == set():
            actions = ("no-op",)
    before, after = _concerned(type, actions, had, has)
    said: dict[str, Any] = {"before": before, "after": after}
    if change.get("replace_paths"):
        said["replace_paths"] = [".".join(map(str, path)) for path in change["replace_paths"]]
    if importing is not None:
        said["importing"] = importing
    return {"address": resource["address"], "type": type, "actions": list(actions), **said}


def _concerned(
    type: str, actions: tuple[str, ...], had: Mapping[str, Any], has: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of each side what must be known to understand the change."""
    always = {*ALWAYS, *(KNOWN[type].keeps if type in KNOWN else ())}
    moved = _moved(had, has)
    if "create" in actions:
        kept = {k: v for k, v in had.items() if k in always | moved}
        return kept, {k: v for k, v in has.items() if k not in MOVING or _put_on_all(k, has)}
    if "delete" in actions or "forget" in actions or actions in NOTHING:
        return {k: v for k, v in had.items() if k in always}, {}
    wanted = always - {"tags"} | moved
    return (
        {k: v for k, v in had.items() if k in wanted},
        {k: v for k, v in has.items() if k in wanted},
    )


def _moved(had: Mapping[str, Any], has: Mapping[str, Any]) -> set[str]:
    """Attributes that differ; tags that come from elsewhere only where they alone do."""
    moved = {k for k in {*had, *has} if had.get(k) != has.get(k)}
    more = {"tags_all"} if "tags_all" in moved and "tags" not in moved and had and has else set()
    return moved - MOVING | more


def _put_on_all(name: str, values: Mapping[str, Any]) -> bool:
    """The provider puts more tags on it than its own code says."""
    return name == "tags_all" and values.get("tags_all") != values.get("tags")


def _told(value: Any, sensitive: Any) -> dict[str, Any]:
    told = _open(value, sensitive)
    return told if isinstance(told, dict) else {}


def _open(value: Any, sensitive: Any) -> Any:
    """The value without what is secret, and without what says nothing. None: nothing is left."""
    if sensitive is True or value is None:
        return None
    if isinstance(value, Mapping):
        marks = sensitive if isinstance(sensitive, Mapping) else {}
        inner = {k: _hashed(k, _open(v, marks.get(k))) for k, v in value.items()}
        return {k: v for k, v in inner.items() if v is not None} or None
    if isinstance(value, (list, tuple)):
        signs = sensitive if isinstance(sensitive, (list, tuple)) else ()
        marked = [*signs, *[None] * (len(value) - len(signs))]
        opened = [_open(v, m) for v, m in zip(value, marked, strict=False)]
        return [v for v in opened if v is not None] or None
    return value


def _hashed(name: str, value: Any) -> Any:
    if name in HASHED and isinstance(value, str) and value:
        return "sha256:" + hashlib.sha256(value.encode()).hexdigest()
    return value


# what it comes to


def meant(change: Change) -> tuple[SdkCall, ...]:
    """What the provider will ask of AWS for the change, in AWS's own words; for judging and
    counting, not for sending. Parameters that are not known yet are left out.

    Raises Unsupported for a type of which nobody knows what it does.
    """
    asked = _asked(change)
    before, after = change.get("before") or {}, change.get("after") or {}
    calls: list[SdkCall] = []
    for action in change["actions"]:
        match action:
            case "create":
                calls += asked.creates(after)
            case "update":
                calls += asked.updates(before, after)
            case "delete":
                calls += asked.deletes(before)
            case _:
                pass
    return tuple(calls)


def _asked(change: Change) -> Asked:
    type = str(change["type"])
    return KNOWN.get(type) or other(type)


def effect(change: Change) -> Effect:
    """What the change does. How others hang together is changed, not made or deleted."""
    actions = {*change["actions"]} - {"no-op", "read", "forget"}
    if not actions:
        return Effect.READ
    relation = change["type"] in KNOWN and KNOWN[str(change["type"])].relation
    if relation or "update" in actions:
        return Effect.UPDATE
    if len(actions) > 1:
        return Effect.REPLACE
    return Effect.CREATE if "create" in actions else Effect.DELETE


def touched(change: Change, world: World) -> tuple[ResourceRef, ...]:
    """The resources that are there and that the change touches, by each of their names; and what
    is taken over. Of a type that is not known, what its id tells."""
    try:
        calls = meant(change)
    except Unsupported:
        calls = ()
    found = [ref for call in calls for ref in refs.touched(call, world)]
    if {*change["actions"]} != {"create"}:
        found += _own(change, world)
    return tuple(dict.fromkeys(found))


def _own(change: Change, world: World) -> tuple[ResourceRef, ...]:
    before = change.get("before") or {}
    type = str(change["type"])
    id = before.get("key_pair_id" if type == "aws_key_pair" else "id") or change.get("importing")
    kind = TERRAFORM_KINDS.get(type) or (kind_of_id(id) if isinstance(id, str) else None)
    if kind is None or not isinstance(id, str):
        return ()
    resource = world.get(kind, id)
    return resource.refs() if resource else (world.ref(kind, id),)


# states


def ids(state: Mapping[str, Any]) -> dict[str, str]:
    """The address that owns each id, from ``terraform show -json``; also by the keys of
    relations (modalities.aws.terraform.keys). Settings that have blocks of their own go by the
    id of what they are about (a bucket's, a queue's): it owns the id, not they."""
    root = (state.get("values") or {}).get("root_module") or {}
    found: dict[str, tuple[str, str]] = {}
    for resource in _resources(root):
        type, address = str(resource["type"]), str(resource["address"])
        if resource.get("mode", "managed") == "managed":
            for key in keys.of(type, resource.get("values") or {}):
                if not (key in found and type.startswith(f"{found[key][0]}_")):
                    found[key] = (type, address)
    return {key: address for key, (_, address) in found.items()}


def _resources(module: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from module.get("resources") or ()
    for child in module.get("child_modules") or ():
        yield from _resources(child)
