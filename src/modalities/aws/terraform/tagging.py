"""Tags as calls carry them, and as HCL has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from modalities.aws.terraform.values import Value
from modalities.resource import Resource

RESERVED = "aws:"


def of_call(parameters: Mapping[str, Any], type: str) -> dict[str, Value] | None:
    """Tags that a call puts on what it makes, of ``TagSpecifications`` or ``Tags``."""
    for specification in parameters.get("TagSpecifications") or ():
        if specification.get("ResourceType") == type:
            return pairs(specification.get("Tags") or ())
    return pairs(parameters.get("Tags") or ()) or None


def pairs(tags: Iterable[Mapping[str, Any]]) -> dict[str, Value]:
    return {str(t["Key"]): str(t.get("Value") or "") for t in tags}


def of_resource(resource: Resource) -> dict[str, Value] | None:
    """What a resource carries, but for what AWS alone can set."""
    own: dict[str, Value] = {
        k: v for k, v in sorted(resource.tags.items()) if not k.casefold().startswith(RESERVED)
    }
    return own or None
