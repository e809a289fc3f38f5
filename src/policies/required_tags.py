"""Whatever is created says whose it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from modalities.action import SdkCall, outputs_in, payload
from modalities.resource import Kind
from modalities.step import Effect, Step
from policies import azure_tags
from policies.azure_calls import azure_call
from policies.finding import Finding, Severity
from policies.subject import Subject

ID = "required-tags"

RESOURCE_TYPES: dict[Kind, str] = {
    Kind.NETWORK: "vpc",
    Kind.SUBNET: "subnet",
    Kind.GATEWAY: "internet-gateway",
    Kind.ROUTE_TABLE: "route-table",
    Kind.SECURITY_GROUP: "security-group",
    Kind.VM: "instance",
    Kind.DISK: "volume",
    Kind.NIC: "network-interface",
    Kind.PUBLIC_IP: "elastic-ip",
    Kind.KEY_PAIR: "key-pair",
    Kind.IMAGE: "image",
    Kind.SNAPSHOT: "snapshot",
}
"""What EC2's TagSpecifications call a kind. Other kinds take their tags in the call itself."""

MAKING = ("Create", "Run", "Allocate", "Import", "Copy", "Register", "Request")
NOT_MAKING = frozenset({"CreateRoute", "CreateTags", "RegisterTargets"})
TAGGING = frozenset({"CreateTags", "AddTags", "PutBucketTagging", "TagResource", "TagResources"})


def evaluate(subject: Subject) -> Iterator[Finding]:
    """DENY per step that creates something without a required tag, or takes one away."""
    required = subject.settings.required_tags
    steps = subject.plan.steps
    for step in steps if required else ():
        if azure_call(step) is not None:
            said = azure_tags.lacking(step, steps, subject.world, required)
            yield from (_finding(step, f"{what} {how} {_tags(keys)}") for what, how, keys in said)
        elif _makes(step):
            tags = {**_given(step), **_added(step, steps)}
            missing = [key for key in required if not tags.get(key)]
            if missing:
                yield _finding(step, f"{_what(step)} is created without {_tags(missing)}")
        elif taken := [key for key in required if key in _removed(step)]:
            yield _finding(step, f"{_what(step)} loses {_tags(taken)}")


def _makes(step: Step) -> bool:
    if step.effect is not Effect.CREATE or not step.changes:
        return False
    if not isinstance(step.action, SdkCall):
        return True
    operation = step.action.operation
    return operation.startswith(MAKING) and operation not in NOT_MAKING


def _given(step: Step) -> dict[str, str]:
    """The tags that the step's own action puts on what it makes. Where the action cannot be
    read here, those that the step says."""
    if not isinstance(step.action, SdkCall):
        said = step.after.get("tags")
        return {str(k): str(v) for k, v in said.items()} if isinstance(said, dict) else {}
    wanted = RESOURCE_TYPES.get(step.changes[0].kind)
    found: dict[str, str] = {}
    for mapping in _mappings(step.action.parameters):
        if mapping.get("ResourceType", wanted) == wanted:
            found.update(_pairs(mapping))
    return found


def _added(step: Step, steps: tuple[Step, ...]) -> dict[str, str]:
    """Tags that other steps of the plan put on what this one makes."""
    found: dict[str, str] = {}
    for other in steps:
        if _operation(other) not in TAGGING:
            continue
        speaks = any(o.step == step.id for o in outputs_in(payload(other.action)))
        if speaks or set(other.changes) & set(step.changes):
            for mapping in _mappings(payload(other.action)):
                found.update(_pairs(mapping))
    return found


def _removed(step: Step) -> set[str]:
    """Keys that the step takes off; a key given with a value goes only where it has that."""
    if _operation(step) not in ("DeleteTags", "RemoveTags"):
        return set()
    parameters = payload(step.action)
    entries = parameters.get("Tags") or ()
    keys = parameters.get("TagKeys") or ()
    return {str(entry.get("Key")) for entry in entries} | {str(key) for key in keys}


def _operation(step: Step) -> str:
    return step.action.operation if isinstance(step.action, SdkCall) else ""


def _pairs(mapping: Mapping[str, Any]) -> dict[str, str]:
    """The tags that stand directly in one mapping, as AWS and Azure write them."""
    found: dict[str, str] = {}
    for name in ("Tags", "TagSet", "tags"):
        value = mapping.get(name)
        if isinstance(value, Mapping):
            found.update((str(k), str(v)) for k, v in value.items())
        elif isinstance(value, (list, tuple)):
            found.update(
                (str(e["Key"]), str(e.get("Value") or ""))
                for e in value
                if isinstance(e, Mapping) and "Key" in e
            )
    return found


def _mappings(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield value
        for item in value.values():
            yield from _mappings(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _mappings(item)


def _what(step: Step) -> str:
    return f"{step.changes[0].kind.words} {step.changes[0].name}" if step.changes else step.id


def _tags(keys: list[str]) -> str:
    return f"tag {keys[0]}" if len(keys) == 1 else f"tags {', '.join(keys)}"


def _finding(step: Step, reason: str) -> Finding:
    remedy = "add it to the request, such as `tag owner=platform`"
    return Finding(ID, Severity.DENY, reason, step.id, remedy)
