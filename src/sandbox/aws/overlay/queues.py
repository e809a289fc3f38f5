"""Queues show what they were given: whoever sets an attribute waits until it shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

ALLOW = "RedriveAllowPolicy"


def attributes(inner: Any) -> Callable[[Any], dict[str, Any]]:
    """moto keeps which queues may send their dead letters here, and does not show it; and it
    writes a redrive policy with spaces that AWS does not put there."""

    def shown(queue: Any) -> dict[str, Any]:
        found: dict[str, Any] = inner.fget(queue)
        allowed = getattr(queue, "redrive_allow_policy", None)
        if allowed:
            found[ALLOW] = allowed
        if "RedrivePolicy" in found:
            found["RedrivePolicy"] = json.dumps(queue.redrive_policy, separators=(",", ":"))
        return found

    return shown


def get_attributes(
    inner: Callable[..., dict[str, Any]], backend: Any, queue_name: str, names: list[str]
) -> dict[str, Any]:
    """moto takes no question for which queues may send their dead letters here."""
    known = [name for name in names if name != ALLOW]
    found = inner(backend, queue_name, known) if known or not names else {}
    shown = backend.get_queue(queue_name).attributes
    return {**found, ALLOW: shown[ALLOW]} if ALLOW in names and ALLOW in shown else found


def set_attributes(inner: Callable[..., None], queue: Any, *args: Any, **more: Any) -> None:
    """moto forgets the policy of a queue whenever something else of it is set."""
    before = getattr(queue, "policy", None)
    given = args[0] if args else more["attributes"]
    inner(queue, *args, **more)
    if "Policy" not in given:
        queue.policy = before
