"""The calls that a draft is put together from: by what is done, and the id of what it is done to.

Which operation of which SDK that is, and what its placeholders are called, the operation table
says (modalities.azure.model); nothing of it is written here. Options are query parameters by
their wire names, and the headers ``ifMatch`` and ``ifNoneMatch``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modalities.action import SdkCall
from modalities.azure import model


def put(id: str, body: Mapping[str, Any], **options: Any) -> SdkCall:
    """The resource as it shall be, whole."""
    return call("PUT", id, body=dict(body), **options)


def patch(id: str, body: Mapping[str, Any], **options: Any) -> SdkCall:
    """What of the resource shall be otherwise."""
    return call("PATCH", id, body=dict(body), **options)


def delete(id: str, **options: Any) -> SdkCall:
    return call("DELETE", id, **options)


def post(id: str, deed: str, body: Mapping[str, Any] | None = None, **options: Any) -> SdkCall:
    """An action of a resource, by its name in the URL: ``powerOff``, ``attachDetachDataDisks``."""
    told = {} if body is None else {"body": dict(body)}
    return call("POST", f"{id}/{deed}", **told, **options)


def call(method: str, path: str, **parameters: Any) -> SdkCall:
    """Raises LookupError where the table knows no such operation."""
    found = model.located(method, path)
    if found is None:
        raise LookupError(f"no operation is known for {method} {path}")
    service, operation = found.call
    return SdkCall(service, operation, {**found.parameters, **parameters})
