"""A look at one thing, and the answer to any operation that only reads."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import jmespath
from botocore import xform_name

from modalities.action import SdkCall
from modalities.aws.effects import effect_of, reveals_secret
from modalities.aws.errors import AWS_ERRORS
from modalities.aws.operating.settled import settled, tags_of
from modalities.aws.secrets import without_secrets
from modalities.aws.session import client, refused
from modalities.contract import Unsupported
from modalities.look import CALLED, WHOLE, Look
from modalities.receipt import CloudError, Trouble
from modalities.resource import Kind, Provider, Resource, ResourceRef
from modalities.step import Effect
from modalities.target import Target

MOST_PAGES = 50
"""Of one answer; a thing that is on none of them is not said to be gone."""

MOST_BYTES = 100_000
"""Read of an answer that is a stream."""

OVER = frozenset({"deleted", "terminated", "inactive"})
GONE_TEXTS = ("does not exist", "not found", "doesn't exist", "no such", "cannot be found")


def seen(target: Target, scope: str, look: Look) -> Resource | None:
    """The thing, or None where it is not there. Raises CloudError where that cannot be told."""
    require_read(look.call)
    try:
        for page in _pages(target, look.call):
            thing = thing_in(page, look)
            if thing is not None:
                return _resource(look, thing, scope)
    except CloudError as error:
        if not _says_gone(error):
            raise
    return None


def thing_in(page: Any, look: Look) -> Any:
    """What the look is at, in one answer; None where it is not in it."""
    found = jmespath.search(look.at, page) if look.at else page
    if look.where:
        items = found if isinstance(found, list) else []
        found = next((item for item in items if _fits(item, look.where)), None)
    elif look.at and found in ("", [], {}):
        return None
    return None if _is_over(found) else found


def _is_over(thing: Any) -> bool:
    """Clouds show for a while what they have deleted."""
    if not isinstance(thing, Mapping):
        return False
    state = str(thing.get("State") or thing.get("Status") or thing.get("status") or "")
    return bool(thing.get("DeletedDate")) or state.casefold() in OVER


def _fits(item: Any, where: Mapping[str, Any]) -> bool:
    if not isinstance(item, Mapping):
        return all(name == "" and _is(item, value) for name, value in where.items())
    return all(_is(item.get(name), value) for name, value in where.items())


def _is(told: Any, wanted: Any) -> bool:
    if isinstance(wanted, Mapping) and CALLED in wanted:
        return bool(re.split(r"[:/]", str(told))[-1] == wanted[CALLED])
    return bool(told == wanted)


def _resource(look: Look, thing: Any, scope: str) -> Resource:
    ref = ResourceRef(Provider.AWS, scope, Kind.OTHER, look.name)
    if WHOLE in look.shows:
        return Resource(ref, look.id, settled(look, thing), tags_of(thing))
    attributes = {name: jmespath.search(path, thing) for name, path in look.shows.items()}
    plain = json.loads(json.dumps(attributes, default=str))
    told = {n.removeprefix("tag:"): v for n, v in plain.items() if n.startswith("tag:")}
    # words by which people may ask for it: the last of its name
    tags = {"Name": look.name.rpartition(" ")[2], **{k: v for k, v in told.items() if v}}
    return Resource(ref, look.id, plain, tags)


def _says_gone(error: CloudError) -> bool:
    if error.trouble is Trouble.NOT_FOUND:
        return True
    said = error.message.casefold()
    return error.trouble is Trouble.INVALID and any(text in said for text in GONE_TEXTS)


def answered(target: Target, call: SdkCall) -> Mapping[str, Any]:
    """All pages of the answer, as JSON. Raises Unsupported, CloudError."""
    require_read(call)
    whole: dict[str, Any] = {}
    for page in _pages(target, call):
        for name, value in page.items():
            before = whole.get(name)
            both = isinstance(before, list) and isinstance(value, list)
            whole[name] = [*before, *value] if both and before is not None else value
    plain: Mapping[str, Any] = json.loads(json.dumps(whole, default=_readable))
    return plain


def require_read(call: SdkCall) -> None:
    """Raises Unsupported for what does not certainly read, or whose answer is a secret."""
    if effect_of(call.service, call.operation) is not Effect.READ:
        raise Unsupported(f"{call} does not only read")
    if reveals_secret(call.service, call.operation):
        raise Unsupported(f"{call} answers with a secret, which is shown nowhere here")


def _pages(target: Target, call: SdkCall) -> Iterator[Mapping[str, Any]]:
    source: Any = client(target, call.service)
    name = xform_name(call.operation)
    model = source.meta.service_model.operation_model(call.operation)
    try:
        if not source.can_paginate(name):
            yield without_secrets(model, getattr(source, name)(**call.parameters))
            return
        for number, page in enumerate(source.get_paginator(name).paginate(**call.parameters)):
            if number >= MOST_PAGES:
                raise CloudError(
                    Trouble.LIMIT, "TooManyPages", f"{call} has more than {MOST_PAGES} pages"
                )
            yield without_secrets(model, page)
    except AWS_ERRORS as error:
        raise refused(error, call.service, target) from error


def _readable(value: Any) -> Any:
    """What JSON has no form for: streams and bytes as text, where they are some."""
    raw = value.read(MOST_BYTES) if hasattr(value, "read") else value
    if isinstance(raw, (bytes, bytearray)):
        try:
            return bytes(raw).decode()
        except UnicodeDecodeError:
            return f"({len(raw)} bytes)"
    return str(raw)
