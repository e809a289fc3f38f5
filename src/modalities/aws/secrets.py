"""Secrets in AWS's answers: taken out by the vendor's own marks before anything else sees them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
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

UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


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


@contextmanager
def key_file(directory: Path, name: str) -> Iterator[Path]:
    """A new, empty file for a private key that only its owner may read. It is there before
    the key is asked for, because AWS gives it once; where nothing is written it goes again.

    ``name`` is the key pair's and comes from outside. Raises OSError.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    stem = UNSAFE.sub("_", name).strip("_") or "key"
    path = next(p for p in _paths(directory, stem) if not p.exists())
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield path
    finally:
        if path.stat().st_size == 0:
            path.unlink()


def _paths(directory: Path, stem: str) -> Iterator[Path]:
    yield directory / f"{stem}.pem"
    for number in count(2):
        yield directory / f"{stem}-{number}.pem"
