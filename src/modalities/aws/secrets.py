"""Secrets in AWS's answers: taken out by the vendor's own marks before anything else sees them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

NAMES = frozenset(
    {
        "AuthorizationToken",
        "CiphertextBlob",
        "KeyMaterial",
        "MasterUserPassword",
        "Password",
        "PasswordData",
        "Plaintext",
        "PrivateKey",
        "SecretAccessKey",
        "SecretBinary",
        "SecretKey",
        "SecretString",
        "SessionToken",
    }
)
"""Members that hold secrets in services whose models mark none."""


def without_secrets(operation: OperationModel, answer: Mapping[str, Any]) -> dict[str, Any]:
    """``answer`` without its secrets and without botocore's own metadata."""
    clean = _clean(operation.output_shape, answer)
    return {k: v for k, v in clean.items() if k != "ResponseMetadata"}


def _clean(shape: Shape | None, value: Any) -> Any:
    match shape:
        case StructureShape() if isinstance(value, Mapping):
            return {
                name: _clean(shape.members.get(name), item)
                for name, item in value.items()
                if not _secret(name, shape.members.get(name))
            }
        case ListShape() if isinstance(value, list):
            return [_clean(shape.member, item) for item in value]
        case MapShape() if isinstance(value, Mapping):
            return {k: _clean(shape.value, v) for k, v in value.items() if k not in NAMES}
        case _:
            return value


def _secret(name: str, shape: Shape | None) -> bool:
    return name in NAMES or (shape is not None and bool(shape.metadata.get("sensitive")))
