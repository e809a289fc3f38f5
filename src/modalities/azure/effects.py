"""What an Azure operation does, from its method and a table checked by hand.

Neither the plan nor the words of a request are asked. What is not known is at least an update:
an unknown POST is a write. Names of POSTs that read were found by going through all 245 of the
operation table; those that hand out a secret or make a new credential are no reads.
"""

from __future__ import annotations

import re

from modalities.action import SdkCall
from modalities.azure import ids, model
from modalities.azure.operations import Operation
from modalities.resource import Kind
from modalities.step import Effect

READS = re.compile(
    r"^(begin_)?(list|get|retrieve|check|validate|what_if|export|query|calculate|verify)(_|$)"
    r"|^(resources|resources_history)$|_availability$"
)
"""POSTs that only look, by their method's name."""

HANDS_OUT = re.compile(r"keys|sas|secret|password|credential|shared_key|token", re.IGNORECASE)
"""Of these, what gives away a secret."""

DELETING = re.compile(r"delete_instances|purge|revert|reimage")
"""POSTs that take something away for good."""

DISRUPTIVE = re.compile(
    r"^(begin_)?(power_off|deallocate|restart|redeploy|reimage|reimage_all|generalize"
    r"|simulate_eviction|perform_maintenance|hibernate|swap|failover|reset|stop)(_|$)"
)

PARTS = frozenset({"tags"})
"""Groups of operations on something that is part of a resource that stays."""


def effect_of(service: str, operation: str) -> Effect:
    """The effect of one call; UPDATE where nothing is known of it. A PUT is an update here:
    whether it creates depends on what is there."""
    try:
        found = model.named(service, operation)
    except LookupError:
        return Effect.UPDATE
    match found.method:
        case "GET" | "HEAD":
            return Effect.READ
        case "DELETE":
            return Effect.UPDATE if _is_of_a_part(found) else Effect.DELETE
        case "POST":
            return _of_post(found)
    return Effect.UPDATE


def effect_of_call(call: SdkCall) -> Effect:
    return effect_of(call.service, call.operation)


def disrupts(operation: str) -> bool:
    """Whether what it is done to stops working meanwhile, or after."""
    return DISRUPTIVE.match(operation.rpartition(".")[2]) is not None


def reveals_secret(service: str, operation: str) -> bool:
    """Whether the answer holds a secret by design: never into a receipt, log or model."""
    try:
        found = model.named(service, operation)
    except LookupError:
        return False
    return found.method == "POST" and HANDS_OUT.search(found.name) is not None


def _of_post(operation: Operation) -> Effect:
    if DELETING.search(operation.name):
        return Effect.REPLACE if "reimage" in operation.name else Effect.DELETE
    if READS.search(operation.name) and not HANDS_OUT.search(operation.name):
        return Effect.READ
    return Effect.UPDATE


def _is_of_a_part(operation: Operation) -> bool:
    """A rule of a security group, an extension of a machine: what has it stays."""
    if operation.group in PARTS:
        return True
    filled = dict.fromkeys(model.placeholders(operation), "x")
    parsed = ids.parse(model.subject(operation, filled, "0"))
    if parsed is None or parsed.kind is not None or parsed.owner is None:
        return False
    return parsed.owner.kind is not Kind.BUCKET  # its parts hold data
