"""Operations as rows: what is shown of them packed, what is searched as words apart."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from cloudops.knowledge.contract import Operation, Parameter, Type
from cloudops.knowledge.words import stems
from modalities.resource import Provider

SCHEMA = """
CREATE TABLE part (name TEXT PRIMARY KEY, operations INTEGER NOT NULL);
CREATE TABLE operation (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, provider TEXT NOT NULL,
    family TEXT NOT NULL, verb TEXT NOT NULL, nouns TEXT NOT NULL, family_words TEXT NOT NULL,
    lead TEXT NOT NULL, about TEXT NOT NULL, parameters TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE example (
    id INTEGER PRIMARY KEY, operation INTEGER NOT NULL, sentence TEXT NOT NULL,
    words TEXT NOT NULL);
CREATE INDEX example_operation ON example (operation);
CREATE VIRTUAL TABLE said USING fts5 (
    provider, verb, nouns, family, lead, about, parameters, content='', tokenize='ascii');
CREATE VIRTUAL TABLE shown USING fts5 (provider, words, content='', tokenize='ascii');
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (said, row);
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
"""``said`` and ``shown`` are searched; their rows have the numbers of operations and examples."""

MOST_PARAMETERS = 60
NESTED = 3
"""Parameters, and parts of each, whose names can be searched by."""


@dataclass(frozen=True, slots=True)
class Words:
    """An operation as it is searched, every field stems in order."""

    verb: str
    nouns: tuple[str, ...]
    family: tuple[str, ...]
    lead: tuple[str, ...]
    about: tuple[str, ...]
    parameters: tuple[str, ...]


def family_of(operation: Operation) -> str:
    """The service, as a command has it: ``ec2``, ``network``."""
    words = operation.command.split()
    return words[1] if len(words) > 1 else operation.service


def words_of(operation: Operation) -> Words:
    verb, nouns = _named(operation)
    lead, _, rest = operation.about.partition(". ")
    family = f"{family_of(operation)} {operation.service} {operation.title}"
    return Words(
        verb=verb,
        nouns=nouns,
        family=tuple(dict.fromkeys(stems(family))),
        lead=stems(lead)[:40],
        about=tuple(dict.fromkeys(stems(rest)))[:80],
        parameters=tuple(dict.fromkeys(stems(" ".join(_names(operation.parameters))))),
    )


def _named(operation: Operation) -> tuple[str, tuple[str, ...]]:
    """Verb and nouns of a name. az puts the verb last, and groups before it; AWS first."""
    words = operation.command.split()
    if operation.provider is Provider.AZURE and words:
        last = stems(words[-1].replace("-", " "))
        before = stems(" ".join(words[1:-1]).replace("-", " "))
        return (last[0], (*before, *last[1:])) if last else ("", before)
    if operation.provider is Provider.AZURE:
        group, _, method = operation.name.rpartition(".")
        verb = stems(method.removeprefix("begin_").replace("_", " "))
        return (verb[0] if verb else ""), (*stems(group.replace("_", " ")), *verb[1:])
    found = stems(operation.name or " ".join(words[2:]).replace("-", " "))
    return (found[0], found[1:]) if found else ("", ())


def _names(parameters: tuple[Parameter, ...]) -> list[str]:
    found = []
    for parameter in parameters[:MOST_PARAMETERS]:
        found.append(parameter.name.replace("_", " "))
        found += [part.name for part in parameter.members[:NESTED]]
    return found


def packed(operation: Operation) -> bytes:
    return zlib.compress(json.dumps(_plain(operation), separators=(",", ":")).encode(), 6)


def unpacked(body: bytes) -> Operation:
    told = json.loads(zlib.decompress(body))
    told["provider"] = Provider(told["provider"])
    told["parameters"] = tuple(map(_parameter, told.get("parameters", ())))
    for name in ("returns", "examples"):
        told[name] = tuple(told.get(name, ()))
    return Operation(**told)


def _plain(value: Any) -> Any:
    """As JSON, without what says nothing."""
    if isinstance(value, (Operation, Parameter)):
        items = ((f.name, getattr(value, f.name)) for f in fields(value))
        return {name: _plain(item) for name, item in items if item not in ("", (), None, False)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _parameter(told: Mapping[str, Any]) -> Parameter:
    given = {"name": "", **told}
    given["type"] = Type(given["type"])
    for name in ("choices", "also"):
        given[name] = tuple(given.get(name, ()))
    given["members"] = tuple(map(_parameter, given.get("members", ())))
    if given.get("item"):
        given["item"] = _parameter(given["item"])
    return Parameter(**given)
