"""Secrets in Azure's answers: taken out by name before anything else sees them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

NAMES = re.compile(
    r"^(adminPassword|customData|userData|privateKey|accessSAS|protectedSettings|password"
    r"|primaryKey|secondaryKey|sharedKey|radiusServerSecret|clientSecret|secret|sasToken"
    r"|accountSasToken|serviceSasToken|connectionString)$",
    re.IGNORECASE,
)
KEY = frozenset({"keyName", "value"})
"""What an account's key is told by."""


def is_secret(name: str) -> bool:
    """Whether a member of that name holds one."""
    return NAMES.match(name) is not None


def without_secrets(answer: Any) -> Any:
    if isinstance(answer, Mapping):
        clean = {k: without_secrets(v) for k, v in answer.items() if not NAMES.match(str(k))}
        return {k: v for k, v in clean.items() if k != "value"} if clean.keys() >= KEY else clean
    if isinstance(answer, list):
        return [without_secrets(item) for item in answer]
    return answer
