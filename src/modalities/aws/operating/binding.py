"""What one call of several stands on, where no reference says so: an earlier one by its name.

People, and models, call a thing by its name also where the call before makes it. A parameter that
takes an address or an ARN becomes a reference to that call's answer; any other way to name what
an earlier call is about makes it wait for that call. Too much order costs time, too little a run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from botocore.exceptions import DataNotFoundError

from modalities.action import Output, SdkCall
from modalities.aws.effects import effect_of
from modalities.aws.loader import service_model
from modalities.aws.operating.members import find
from modalities.aws.operating.names import flat, noun_of, same_thing, told_apart
from modalities.aws.operating.resolving import LOOKS
from modalities.step import Effect

NAMES = ("name", "")
"""How the parameter ends by which the call that makes a thing says what it is to be called."""


def bound(call: SdkCall, before: Sequence[SdkCall]) -> tuple[SdkCall, tuple[str, ...]]:
    """The call with references to ``before`` (counted from 1) where it names what they make and
    takes what only their answer tells; and what was taken for what, in words."""
    given = dict(call.parameters)
    told: list[str] = []
    for name, value in call.parameters.items():
        how = told_apart(name)[1]
        if not isinstance(value, str) or how not in LOOKS or LOOKS[how].match(value):
            continue
        for number, earlier in enumerate(before, 1):
            if value in made_by(earlier) and (member := _answers(earlier, call.service, name)):
                given[name] = Output(str(number), member).as_json()
                told.append(f"{value} is what {earlier} makes before")
                break
    return replace(call, parameters=given), tuple(told)


def ordered(calls: Sequence[SdkCall]) -> tuple[SdkCall, ...]:
    """The calls with each behind the one that makes what it names, and else as they were;
    references still lead where they led. In a circle they stay as they are."""
    after = {
        number: {
            at
            for at, other in enumerate(calls)
            if at != number and made_by(other) & frozenset(named_in(call.parameters))
        }
        for number, call in enumerate(calls)
    }
    line: list[int] = []
    while len(line) < len(calls):
        free = [n for n in range(len(calls)) if n not in line and after[n] <= set(line)]
        if not free:
            return tuple(calls)
        line.append(free[0])
    if line == sorted(line):
        return tuple(calls)
    place = {str(old + 1): str(new + 1) for new, old in enumerate(line)}
    return tuple(replace(calls[n], parameters=_placed(calls[n].parameters, place)) for n in line)


def _placed(value: Any, place: Mapping[str, str]) -> Any:
    """With references by where the calls are now."""
    output = Output.parse(value)
    if output is not None:
        return Output(place.get(output.step, output.step), output.name).as_json()
    if isinstance(value, Mapping):
        return {name: _placed(item, place) for name, item in value.items()}
    return [_placed(item, place) for item in value] if isinstance(value, (list, tuple)) else value


def made_by(call: SdkCall) -> frozenset[str]:
    """What the call says that the thing is to be called which it makes; of what makes nothing,
    nothing."""
    if effect_of(call.service, call.operation) is not Effect.CREATE:
        return frozenset()
    noun = noun_of(call.operation)
    found = set()
    for name, value in call.parameters.items():
        stem, how = told_apart(name)
        its = how in NAMES and (stem in ("", noun) or same_thing(noun, stem) or noun.endswith(stem))
        if its and isinstance(value, str):
            found.add(value)
    return frozenset(found)


def named_in(value: Any) -> Iterator[str]:
    """All text in parameters; of an ARN or an address the name at its end, too."""
    if isinstance(value, str):
        yield value
        yield re.split(r"[:/]", value)[-1]
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from named_in(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from named_in(item)


def _answers(earlier: SdkCall, service: str, parameter: str) -> str:
    """The member of its answer that the parameter takes; empty where there is none."""
    if earlier.service != service:
        return ""
    try:
        model = service_model(service)
    except DataNotFoundError:
        return ""
    if earlier.operation not in model.operation_names:
        return ""
    found = find(model.operation_model(earlier.operation).output_shape, flat(parameter))
    return found[0][-1] if found and found[1].type_name == "string" else ""
