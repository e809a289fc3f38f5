"""The suite of commands: descriptions with the exact command, and how well they are found.

A row of the file is an object with ``id``, ``cloud``, ``service``, ``operation``, ``title`` and
``command``; where it has ``request_with_values``, its parameters are judged, too, by ``api``
(AWS) or by the command's options. Sentences that the vendors' own tools show commands under are
in the index: so each row is asked with its own sentence left out.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from cloudops.errors import Misused
from modalities.resource import Provider

if TYPE_CHECKING:
    from cloudops.knowledge.contract import Operation
    from cloudops.knowledge.index import Compared
    from cloudops.knowledge.knowledge import Knowledge

Shown: TypeAlias = Literal["none", "others", "all"]
"""Which example sentences of the vendors the index has: none; all but the question itself; or
the question, too, which measures memory and nothing else."""

HELD_BACK = 5
"""One operation in so many is in the part that nothing was fitted on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    id: str
    provider: Provider
    service: str
    key: str
    held: bool
    title: str
    said: str
    wanted: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one row. ``place`` of the right operation, from 1; None where it is not
    among the candidates. ``sure`` whether it would be proposed; ``fooled`` whether another
    would be, with the right one taken out of the index. ``filled`` whether all parameters are
    as wanted, given the operation; None where that is not judged. ``parts`` of ``of_parts``
    parameters are right, ``invented`` were not wanted."""

    id: str
    cloud: str
    service: str
    held: bool
    place: int | None
    confidence: float
    sure: bool
    fooled: bool
    filled: bool | None = None
    parts: int = 0
    of_parts: int = 0
    invented: int = 0
    first: str = ""
    expected: str = ""


def rows(file: Path) -> Iterator[Row]:
    """Raises Misused where it is no such file."""
    try:
        raw = file.read_bytes()
        text = gzip.decompress(raw) if file.suffix == ".gz" else raw
        for line in text.splitlines():
            yield _row(json.loads(line))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Misused(f"{file} is no file of commands", detail=str(error)) from None


def _row(told: Mapping[str, Any]) -> Row:
    azure = told["cloud"] == "azure"
    name = str(told["operation"]).replace("/", " ").removesuffix("-examples")
    return Row(
        id=told["id"],
        provider=Provider.AZURE if azure else Provider.AWS,
        service=told["service"],
        key=f"az {name}" if azure else f"aws {told['service']} {name}",
        held=held_back(str(told["operation"])),
        title=told["title"],
        said=told.get("request_with_values", "") if not told.get("multi") else "",
        wanted=_wanted_az(told) if azure else _wanted_aws(told),
    )


def held_back(operation: str) -> bool:
    """By operation, not by row: whoever was fitted on one sentence of it knows the others."""
    return int(hashlib.sha256(operation.encode()).hexdigest(), 16) % HELD_BACK == 0


def _wanted_aws(told: Mapping[str, Any]) -> Mapping[str, Any] | None:
    from cloudops.knowledge.sources.botocore import dashed

    api = told.get("api")
    if api is None or dashed(api["operation"]) != told["operation"]:
        return None
    params: Mapping[str, Any] = api["params"]
    return params


def _wanted_az(told: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """By option as typed; None where the command is another than it is said to be."""
    try:
        words = shlex.split(told["command"])
    except ValueError:
        return None
    name = told["operation"].split()
    if words[1 : 1 + len(name)] != name:
        return None
    found: dict[str, list[str]] = {}
    option = ""
    for word in words[1 + len(name) :]:
        if word.startswith("-") and not word.lstrip("-")[:1].isdigit():
            option, sign, value = word.partition("=")
            found[option] = [value] if sign else []
        elif not option:
            return None
        else:
            found[option].append(word)
    return {option: " ".join(values) for option, values in found.items()}


class Examiner:
    """Asks the index row by row. ``shown``: see :data:`Shown`."""

    def __init__(self, knowledge: Knowledge, shown: Shown) -> None:
        self._knowledge = knowledge
        self._shown = shown

    def ask(self, row: Row) -> Outcome:
        from cloudops.knowledge.knowledge import SURE
        from cloudops.knowledge.ranking import ranked

        found = self.compared(row)
        order = ranked(found)
        keys = [each.found.row.key for each in order]
        others = ranked([each for each in found if each.row.key != row.key])
        filled = self._filled(row)
        return Outcome(
            id=row.id,
            cloud=str(row.provider),
            service=row.service,
            held=row.held,
            place=keys.index(row.key) + 1 if row.key in keys else None,
            confidence=order[0].confidence if order else 0.0,
            sure=bool(order) and order[0].confidence >= SURE,
            fooled=bool(others) and others[0].confidence >= SURE,
            first=keys[0] if keys else "",
            expected=row.key,
            **filled,
        )

    def compared(self, row: Row) -> list[Compared]:
        from cloudops.knowledge.withholding import same

        operation = self._knowledge.operation(row.key)
        own = same(operation.examples, row.title) if operation else frozenset()
        _, found = self._knowledge.index.compared(
            row.title,
            row.provider,
            without=own if self._shown == "others" else frozenset(),
            examples=self._shown != "none",
        )
        return found

    def _filled(self, row: Row) -> dict[str, Any]:
        from cloudops.knowledge.filling import fill

        operation = self._knowledge.operation(row.key)
        if not row.said or row.wanted is None or operation is None:
            return {}
        given = fill(operation, row.said).parameters
        if row.provider is Provider.AZURE:
            return _judged(
                _by_option(row.wanted, operation), {k: _flat(v) for k, v in given.items()}
            )
        return _judged(row.wanted, given)


def _judged(wanted: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    right = sum(name in given and given[name] == value for name, value in wanted.items())
    more = sum(name not in wanted for name in given)
    whole = right == len(wanted) and not more
    return {"filled": whole, "parts": right, "of_parts": len(wanted), "invented": more}


def _by_option(wanted: Mapping[str, str], operation: Operation) -> dict[str, str]:
    names = {
        spelling: parameter.name
        for parameter in operation.parameters
        for spelling in (parameter.option, parameter.short, *parameter.also)
        if spelling
    }
    said = {"true": "", "True": ""}
    return {_meant(option, names): said.get(v, v) for option, v in wanted.items()}


def _meant(option: str, names: Mapping[str, str]) -> str:
    """The parameter; az takes the beginning of an option, too, where it is clear."""
    begun = {name for spelling, name in names.items() if spelling.startswith(option)}
    return names.get(option) or (begun.pop() if len(begun) == 1 else option)


def _flat(value: Any) -> str:
    """A value as it is typed behind its option."""
    if isinstance(value, bool):
        return "" if value else "false"
    if isinstance(value, list):
        return " ".join(map(_flat, value))
    if isinstance(value, dict):
        return " ".join(f"{key}={_flat(each)}" for key, each in value.items())
    return str(value)


def to_line(outcome: Outcome) -> str:
    return json.dumps(asdict(outcome), ensure_ascii=False)


def outcomes(lines: Sequence[str]) -> tuple[Outcome, ...]:
    """The newest of each row; a line that was cut short is none."""
    found: dict[str, Outcome] = {}
    for line in lines:
        try:
            outcome = Outcome(**json.loads(line))
        except (ValueError, TypeError):
            continue
        found[outcome.id] = outcome
    return tuple(found.values())
