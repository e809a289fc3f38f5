"""Names of operations and parameters taken apart: what is done, and to what."""

from __future__ import annotations

import re
from functools import lru_cache

VERB = re.compile(r"^(Batch[A-Z][a-z]+|[A-Z][a-z]+)")
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
ENDINGS = ("arns", "arn", "ids", "id", "identifiers", "identifier", "names", "name", "urls", "url")
"""Of a parameter that says which thing is meant, and not of what it is like."""

ABOUT = ("attributes", "attribute", "url", "configuration", "config", "details", "information",
         "info", "metadata", "status", "description", "data", "tags", "tagging")  # fmt: skip
"""Of operations that read something about the thing that they are named for."""


@lru_cache(maxsize=20_000)
def verb_of(operation: str) -> str:
    """``Create`` of CreateQueue."""
    found = VERB.match(operation)
    return found[1] if found else operation


def noun_of(operation: str) -> str:
    """``queue`` of CreateQueue, ``logGroup`` of a parameter: small, without humps."""
    return flat(operation[len(verb_of(operation)) :])


def flat(name: str) -> str:
    """For comparing: ``LogGroup``, ``logGroup`` and ``log-group`` are one."""
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def words(name: str) -> str:
    """For people: ``log group`` of LogGroup."""
    return " ".join(HUMP.split(re.sub(r"[-_]", " ", name))).lower()


def one_of(noun: str) -> str:
    """Of a plural the singular."""
    if noun.endswith("ies") and len(noun) > len("ties"):
        return f"{noun[:-3]}y"
    if noun.endswith(("sses", "ches", "xes", "shes", "iases", "tuses", "buses")):
        return noun[:-2]
    kept = ("ss", "ias", "us", "is")
    return noun[:-1] if noun.endswith("s") and not noun.endswith(kept) else noun


@lru_cache(maxsize=20_000)
def told_apart(parameter: str) -> tuple[str, str]:
    """What a parameter is of, and how it tells which: ``loggroup`` and ``name`` of logGroupName;
    the second is empty where it does not end so (Bucket)."""
    plain = flat(parameter)
    for ending in ENDINGS:
        if plain.endswith(ending):
            return plain[: -len(ending)], ending.removesuffix("s")
    return plain, ""


def same_thing(one: str, other: str) -> bool:
    """Whether two nouns are of one thing: but for the plural, and for what is told about it."""
    if one_of(one) == one_of(other):
        return True
    return any(other == f"{one_of(one)}{about}" for about in ABOUT)


def part_of(noun: str, stem: str) -> bool:
    """Whether ``stem`` is how a thing's own parameter may call it: the group of a placement
    group."""
    return len(stem) >= len("user") and one_of(noun).endswith(stem)
