"""Names that people say, as the ids, addresses and ARNs that operations take."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from botocore.model import ListShape, ServiceModel

from modalities.action import SdkCall
from modalities.aws.loader import service_model
from modalities.aws.model import problems
from modalities.aws.operating.deriving import readers_of
from modalities.aws.operating.members import find, members
from modalities.aws.operating.names import flat, noun_of, one_of, told_apart, verb_of
from modalities.aws.operating.supplying import lacking
from modalities.contract import Unresolved, Unsupported
from modalities.receipt import CloudError, Trouble

Ask = Callable[[SdkCall], Mapping[str, Any]]
"""The answer to a call that reads. Raises CloudError."""

SAYS_NOTHING = frozenset({Trouble.NOT_FOUND, Trouble.INVALID, Trouble.NOT_EMULATED})
"""Refusals after which another question may find it."""

LOOKS = {"arn": re.compile(r"arn:"), "url": re.compile(r"https?://")}


def resolved(call: SdkCall, ask: Ask) -> tuple[SdkCall, tuple[str, ...]]:
    """The call with what it takes an ARN or an address for, where a name was said instead; and
    what was taken for what, in words. Raises Unresolved where nothing goes by the name."""
    if any(problem.path in ("service", "operation") for problem in problems(call, "")):
        return call, ()
    given = dict(call.parameters)
    told: list[str] = []
    for name, value in call.parameters.items():
        how = told_apart(name)[1]
        if isinstance(value, str) and how in LOOKS and not LOOKS[how].match(value):
            given[name] = _found(call, name, value, ask)
            told.append(f"{value} is {given[name]}")
    return replace(call, parameters=given), tuple(told)


def _found(call: SdkCall, parameter: str, name: str, ask: Ask) -> str:
    model = service_model(call.service)
    stem = told_apart(parameter)[0]
    for how in (_by_name(model, parameter, stem, name), _listing(model, stem)):
        for question, answers in how:
            try:
                answer = ask(SdkCall(call.service, question, answers))
            except Unsupported:
                continue
            except CloudError as error:
                if error.trouble not in SAYS_NOTHING:
                    raise
                continue
            found = sorted(set(_named(answer, flat(parameter), name)))
            if len(found) == 1:
                return found[0]
            if found:
                raise Unresolved(f"{name} is {len(found)} things", tuple(found))
    text = f"{call.service} has no {stem or 'such thing'} {name}"
    raise Unresolved(text, (), lacking(call, stem, name) if stem else None)


def _by_name(
    model: ServiceModel, parameter: str, stem: str, name: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Operations that answer with the parameter and take nothing but a name of the thing."""
    for operation in readers_of(model.service_name):
        shape = model.operation_model(operation).input_shape
        required = shape.required_members if shape else []
        if len(required) != 1 or told_apart(required[0])[1] != "name":
            continue
        of_it = told_apart(required[0])[0] in ("", stem)
        answer = model.operation_model(operation).output_shape
        if of_it and noun_of(operation).startswith(stem or "-") and find(answer, flat(parameter)):
            yield operation, {required[0]: name}


def _listing(model: ServiceModel, stem: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for operation in readers_of(model.service_name):
        shape = model.operation_model(operation).input_shape
        plural = verb_of(operation) in ("List", "Describe", "Get")
        if plural and one_of(noun_of(operation)) == stem and not (shape and shape.required_members):
            output = model.operation_model(operation).output_shape
            if any(isinstance(member, ListShape) for _, member in members(output, 1)):
                yield operation, {}


def _named(answer: Any, parameter: str, name: str) -> Iterator[str]:
    """Values of the parameter, of things that go by the name."""
    if isinstance(answer, list):
        for item in answer:
            if isinstance(item, str) and _ends(item, name):
                yield item
            else:
                yield from _named(item, parameter, name)
    elif isinstance(answer, Mapping):
        plain = {flat(str(key)): value for key, value in answer.items()}
        names = [v for k, v in plain.items() if k.endswith("name") and isinstance(v, str)]
        short = told_apart(parameter)[1]
        told = plain.get(parameter) or plain.get(short)
        if isinstance(told, str) and (_ends(told, name) if not names else name in names):
            yield told
        for value in answer.values():
            if isinstance(value, (list, Mapping)):
                yield from _named(value, parameter, name)


def _ends(id: str, name: str) -> bool:
    """Whether an ARN or address ends with the name."""
    return re.split(r"[:/]", id)[-1] == name and id != name
