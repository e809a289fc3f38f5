"""A call as the words of a command: ``az``'s own where it has one, else ``az rest``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from modalities.action import TOKEN, CliCommand, Output, SdkCall, outputs_in
from modalities.azure import model
from modalities.azure.azcli import verbs
from modalities.azure.azcli.parsing import parse
from modalities.azure.azcli.refusal import Refused, Unspeakable
from modalities.azure.azcli.urls import HERE
from modalities.azure.azcli.verbs import Option, Verb
from modalities.azure.operations import Operation

HEADERS = {"ifMatch": "If-Match", "ifNoneMatch": "If-None-Match"}


def command(call: SdkCall) -> CliCommand:
    """The command that sends ``call`` and means nothing else. Raises Unspeakable."""
    verb = verbs.of_call(call.service, call.operation)
    own = _own(verb, call) if verb is not None else None
    if own is not None and _means(own, call):
        return own
    general = _rest(call)
    if not _means(general, call):
        raise Unspeakable(f"{call} cannot be said as a command of az")
    return general


def spoken(argv: Sequence[Any]) -> tuple[str, ...]:
    """The words after ``az`` as a parser can be shown them: what is known only later has a
    text in its place, and a body, which may hold a secret, is an empty one."""
    words: list[str] = []
    for before, word in pairwise(argv):
        later = word == TOKEN or Output.parse(word) is not None or any(outputs_in(word))
        words.append("{}" if before == "--body" else "later" if later else str(word))
    return tuple(words)


def _means(said: CliCommand, call: SdkCall) -> bool:
    """Whether the words read back are the call: that alone lets them stand for it."""
    try:
        return parse(said.argv) == call
    except Refused:
        return False


def _own(verb: Verb, call: SdkCall) -> CliCommand | None:
    words: list[Any] = ["az", *verb.words]
    for option in verb.options:
        value = verbs.value_at(call.parameters, option.path)
        if value is not None:
            words += _said(option, value)
    return CliCommand((*words, *verb.flags))


def _said(option: Option, value: Any) -> Iterator[Any]:
    yield option.name
    match option.form:
        case "object" if isinstance(value, Mapping):
            yield json.dumps(value)
        case "pairs" if isinstance(value, Mapping):
            yield from (f"{key}={text}" for key, text in value.items())
        case "id" if isinstance(value, str):
            yield f"/{value.strip('/')}"
        case "texts" if isinstance(value, list | tuple):
            yield from value
        case "number" if isinstance(value, int):
            yield str(value)
        case _:
            yield value


def _rest(call: SdkCall) -> CliCommand:
    operation = model.operation_of(call)
    if operation is None:
        raise Unspeakable(f"Azure's SDKs know no {call}")
    words: list[Any] = ["az", "rest", "--method", operation.method.lower()]
    words += ["--url", _url(operation, call.parameters)]
    headers = [f"{HEADERS[k]}={v}" for k, v in call.parameters.items() if k in HEADERS]
    words += ["--headers", *headers] if headers else []
    if "body" in call.parameters:
        words += ["--body", call.parameters["body"]]
    return CliCommand(tuple(words))


def _url(operation: Operation, parameters: Mapping[str, Any]) -> str:
    """``{subscriptionId}`` stays: ``az rest`` puts the one in that it works for."""
    named = {k: v for k, v in parameters.items() if k != "body" and k not in HEADERS}
    if any(v == TOKEN or Output.parse(v) or any(outputs_in(v)) for v in named.values()):
        raise Unspeakable(f"{model.word_of(operation)} is of something that is not there yet")
    own = model.placeholders(operation)
    try:
        path = model.path_of(operation, named, "0-0").replace("/subscriptions/0-0", HERE, 1)
    except KeyError as missing:
        raise Unspeakable(f"{model.word_of(operation)} lacks {missing}") from missing
    asked = {
        "api-version": operation.api_version,
        **{k: v for k, v in named.items() if k not in own},
    }
    query = "&".join(f"{quote(k, safe='$-')}={quote(_text(v), safe='')}" for k, v in asked.items())
    return f"/{path.strip('/')}?{query}"


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
