"""A look at one thing by its id, and the answer to any operation that only reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jmespath

from modalities.action import CliCommand, SdkCall
from modalities.azure import ids, model
from modalities.azure.asking import Wire
from modalities.azure.effects import effect_of_call, reveals_secret
from modalities.azure.operating.filling import filled
from modalities.azure.operating.settled import settled, tags_of
from modalities.azure.secrets import without_secrets
from modalities.contract import Unsupported
from modalities.look import WHOLE, Look
from modalities.receipt import CloudError, Trouble
from modalities.resource import Kind, Provider, Resource, ResourceRef
from modalities.step import Effect
from modalities.target import Identity, Target

NO_CALL = "is no call of Azure's SDKs: no hand does it yet"


def seen(target: Target, scope: str, look: Look) -> Resource | None:
    """The thing, or None where it is not there. Raises CloudError where that cannot be told."""
    document = read(Wire(target), look.call)
    return None if document is None else resource_of(look, document, scope)


def read(wire: Wire, call: SdkCall) -> Mapping[str, Any] | None:
    """What is there, without secrets; None where nothing is."""
    require_read(call)
    operation = model.named(call.service, call.operation)
    try:
        found = wire.answer(operation, call.parameters)
    except CloudError as error:
        if error.trouble is not Trouble.NOT_FOUND:
            raise
        return None
    clean: Mapping[str, Any] = without_secrets(found)
    return clean or None


def resource_of(look: Look, document: Mapping[str, Any], scope: str) -> Resource:
    """Ids in their one spelling, as they stand in what is asked for; no tags are an empty map."""
    ref = ResourceRef(Provider.AZURE, scope, Kind.OTHER, look.name)
    if WHOLE in look.shows:
        whole = {k: _spelled(v, scope) for k, v in settled(look.call, document).items()}
        return Resource(ref, look.id, whole, tags_of(document))
    shown = {
        name: _spelled(jmespath.search(path, document), scope) for name, path in look.shows.items()
    }
    if "tags" in shown:
        shown["tags"] = shown["tags"] or {}
    # words by which people may ask for it: its own name, without that of what it is part of
    name = look.name.rpartition(" ")[2].rpartition("/")[2]
    return Resource(ref, look.id, shown, {"Name": name})


def answered(call: SdkCall | CliCommand, target: Target, identity: Identity) -> Mapping[str, Any]:
    """The answer to a call that reads, of every page. Raises Unsupported, CloudError."""
    if not isinstance(call, SdkCall):
        raise Unsupported(f"{call} {NO_CALL}")
    call = filled(call, identity.scope, identity.region or target.region)
    require_read(call)
    operation = model.named(call.service, call.operation)
    lacking = [name for name in model.placeholders(operation) if not call.parameters.get(name)]
    if lacking:
        raise Unsupported(f"{call} needs {', '.join(lacking)}")
    answer: Mapping[str, Any] = without_secrets(Wire(target).answer(operation, call.parameters))
    return answer


def require_read(call: SdkCall) -> None:
    """Raises Unsupported for what does not certainly read, or whose answer is a secret."""
    if effect_of_call(call) is not Effect.READ:
        raise Unsupported(f"{call} does not only read")
    if reveals_secret(call.service, call.operation):
        raise Unsupported(f"{call} answers with a secret, which is shown nowhere here")


def _spelled(value: Any, scope: str) -> Any:
    if isinstance(value, str) and value.startswith("/"):
        return ids.canonical(value, scope)
    if isinstance(value, list):
        return [_spelled(item, scope) for item in value]
    return value
