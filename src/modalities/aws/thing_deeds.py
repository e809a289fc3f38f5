"""What was done to things that no kind names, as CloudTrail has it.

Its events seldom list those among their resources; what a call was about stands in its
parameters, by name, ARN or address.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from botocore.exceptions import DataNotFoundError

from modalities.aws.deeds import deed_of, names_in
from modalities.aws.loader import service_model
from modalities.aws.operating.names import flat, noun_of
from modalities.trail import MADE, REMOVED, Asked, Deed

END = re.compile(r"[:/]")


def source_of(one: Asked) -> str:
    """What CloudTrail calls the service of a thing: ``sqs.amazonaws.com``."""
    service = one.name.partition(" ")[0]
    try:
        prefix = service_model(service).endpoint_prefix
    except DataNotFoundError:
        prefix = service
    return f"{prefix.rpartition('.')[2]}.amazonaws.com"


def names(event: Mapping[str, Any], one: Asked) -> bool:
    """Whether an event is about the thing: of its service, and it says its name or ARN."""
    if event.get("EventSource") not in (source_of(one), None):
        return False
    called = one.name.rpartition(" ")[2]
    said = (*names_in(event), *_texts(_parameters(event)))
    return any(text in (called, one.id) or _ends(text, called) for text in said)


def deed_on(event: Mapping[str, Any], one: Asked) -> Deed | None:
    """The event as a deed; what ends or makes but a part of the thing may concern anything."""
    deed = deed_of(event)
    if deed is None or deed.concerns not in ((REMOVED,), (MADE,)):
        return deed
    what = flat("".join(one.name.split(" ")[1:-1]))
    return deed if noun_of(deed.name) == what else replace(deed, concerns=())


def _parameters(event: Mapping[str, Any]) -> Any:
    try:
        document = json.loads(event.get("CloudTrailEvent") or "{}")
    except (TypeError, ValueError):
        return {}
    return document.get("requestParameters") if isinstance(document, dict) else {}


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from _texts(item)
        case dict():
            for item in value.values():
                yield from _texts(item)


def _ends(text: str, called: str) -> bool:
    """Whether an ARN or address ends with the name."""
    return text.startswith(("arn:", "http")) and END.split(text)[-1] == called
