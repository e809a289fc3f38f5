"""What is known of operations, and what a search among them comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from modalities.resource import Provider


class Type(StrEnum):
    """``FLAG`` is said by its name alone. ``OBJECT`` has members of its own, ``MAP`` any keys."""

    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    FLAG = "true or false"
    TIME = "time"
    BYTES = "bytes"
    LIST = "list"
    MAP = "map"
    OBJECT = "object"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """``name`` as the API has it (``InstanceIds``; az: ``resource_group``), ``option`` as the
    command has it (``--instance-ids``), ``short`` its one-letter form,
    ``also`` other spellings. ``item`` is what a list
    or the values of a map hold, ``members`` the parts of an object. ``least`` and ``most``
    bound a number, or the length of a text or list."""

    name: str
    type: Type = Type.TEXT
    required: bool = False
    option: str = ""
    short: str = ""
    also: tuple[str, ...] = ()
    about: str = ""
    choices: tuple[str, ...] = ()
    pattern: str = ""
    least: float | None = None
    most: float | None = None
    members: tuple[Parameter, ...] = ()
    item: Parameter | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that a cloud can be asked, by API and by command; either may be missing.

    ``service`` and ``name`` are as an SdkCall has them (``ec2``, ``RunInstances``; empty where
    only a command does it), ``command`` as it is typed, without options
    (``aws ec2 run-instances``). ``about`` is the vendor's text, ``title`` the service's full
    name, ``returns`` names what comes back. ``examples`` are sentences that the vendor shows
    this command under.
    """

    provider: Provider
    command: str
    service: str = ""
    name: str = ""
    title: str = ""
    about: str = ""
    parameters: tuple[Parameter, ...] = ()
    returns: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return self.command or f"{self.provider} {self.service} {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """``score`` orders candidates and means nothing else; ``confidence`` is the measured
    chance, 0 to 1, that this is what was meant. ``heard`` are the words it has in common."""

    operation: Operation
    score: float
    confidence: float
    heard: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of what is indexed, there whole or not at all: ``name`` says it to people,
    ``read`` may take seconds. Raises nothing: what cannot be read has no operations."""

    name: str
    read: Callable[[], Iterable[Operation]]


@dataclass(frozen=True, slots=True)
class Source:
    """``version`` says when its parts have to be read anew."""

    name: str
    version: str
    parts: tuple[Part, ...]


class Progress(Protocol):
    def __call__(self, done: int, total: int, part: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """``parameters`` as the API (az: the command) takes them; ``missing`` are required and were
    not said, ``problems`` are in the values, ``unread`` are words that nothing was made of."""

    parameters: dict[str, Any] = field(default_factory=dict)
    missing: tuple[Parameter, ...] = ()
    problems: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        return not self.missing and not self.problems
