"""Several resources at once: a template deployment, as the portal's wizards make one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from modalities.azure import model
from modalities.azure.ids import parse
from sandbox.console.azure.cloud import Cloud, Raw
from sandbox.console.azure.visit import short
from sandbox.console.operations import Done

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"


@dataclass(frozen=True, slots=True)
class Piece:
    """A resource to be: its id, and what would be sent for it."""

    id: str
    body: Raw


def deployed(
    cloud: Cloud, group: str, what: str, pieces: Sequence[Piece], download: tuple[str, str] | None
) -> Done:
    """Deploy to the resource group ``group`` (its id). Raises CloudError with the error of what
    failed; what was made before that stays, as in Azure."""
    name = f"{what}-{datetime.now(UTC):%Y%m%d%H%M%S%f}"[:64]
    template = {
        "$schema": SCHEMA,
        "contentVersion": "1.0.0.0",
        "resources": [_resource(piece, pieces) for piece in pieces],
    }
    path = f"{group}/providers/Microsoft.Resources/deployments/{name}"
    cloud.put(path, {"properties": {"mode": "Incremental", "template": template}})
    told = f"Deployment '{name}' to resource group '{short(group)}' was successful."
    return Done(told, download)


def _resource(piece: Piece, pieces: Sequence[Piece]) -> dict[str, Any]:
    found, operation = parse(piece.id), model.located("PUT", piece.id)
    if found is None or operation is None:
        raise LookupError(f"nothing can be made at {piece.id}")
    named = {text.casefold() for text in _texts(piece.body)}
    needs = [
        other.id
        for other in pieces
        if other is not piece and any(_is_of(text, other.id.casefold()) for text in named)
    ]
    return {
        "type": found.type,
        "apiVersion": operation.operation.api_version,
        "name": "/".join(found.names),
        "dependsOn": needs,
        **_literal(piece.body),
    }


def _is_of(text: str, id: str) -> bool:
    return text == id or text.startswith(f"{id}/")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _literal(value: Any) -> Any:
    """What somebody typed is no expression of the template language."""
    if isinstance(value, str):
        return f"[{value}" if value.startswith("[") else value
    if isinstance(value, dict):
        return {_literal(key): _literal(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_literal(inner) for inner in value]
    return value
