"""AWS's own 1600 managed policies, which moto parses anew for every account (0.1 s)."""

from __future__ import annotations

import copy
from typing import Any

from sandbox.aws.overlay.around import Inner

_prototypes: list[Any] = []


def init_aws_policies(load: Inner, backend: Any) -> list[Any]:
    """They differ in account and partition only."""
    if not _prototypes:
        _prototypes.extend(load(backend))
    policies = [copy.copy(prototype) for prototype in _prototypes]
    for policy in policies:
        policy.account_id = backend.account_id
        policy.partition = backend.partition
    return policies
