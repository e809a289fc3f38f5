"""A step of a plan: one action, what it may change, how it is checked and how it is undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, TypeAlias

from modalities.action import Action
from modalities.resource import Json, Kind, ResourceRef


class Effect(StrEnum):
    """What a step does to the resources it changes, mildest first."""

    READ = "read"
    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"

    @property
    def sign(self) -> str:
        return {"read": " ", "create": "+", "update": "~", "replace": "-/+", "delete": "-"}[self]


class Fidelity(StrEnum):
    """How far a preview can be trusted (lesson 12 of docs/design.md)."""

    EXACT = "exact"
    SIMULATED = "provider-simulated"
    HEURISTIC = "heuristic"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Expect:
    """A postcondition that is read back from the cloud.

    The resource of ``kind`` with id ``id`` (a string or an ``{"$output": ...}``
    reference; of Kind.OTHER a look at it, see modalities/look.py) has ``attribute`` equal to
    ``value`` (``is``), holds ``value`` among its items (``contains``/``lacks``; a mapping
    matches an item that has these entries; what is gone lacks everything), or
    the resource is there (``exists``) or gone (``absent``: not found, or deleted and only
    still listed). ``within`` seconds above zero: it is awaited right after the step,
    because later steps stand on it; zero: it is read when all steps are done.
    """

    kind: Kind
    id: Any
    test: Literal["is", "contains", "lacks", "exists", "absent"] = "exists"
    attribute: str = ""
    value: Json = None
    within: float = 0.0


@dataclass(frozen=True, slots=True)
class Probe:
    """How to find out whether a step took effect whose answer was lost.

    A resource of ``kind`` that fits every entry of ``where`` (attribute, ``name``, ``id``
    or ``tag:KEY`` to value; references allowed) and was not there when the plan was made.
    Found once: done, and its id is the step's output ``id``. Not found: it did not happen.
    ``None`` as a step's probe means its postconditions tell.
    """

    kind: Kind
    where: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reversal:
    """An action that takes a step back; references to the step's own outputs are allowed.
    ``probe`` finds what it makes, where that is known by no id beforehand."""

    action: Action
    effect: Effect
    why: str
    expects: tuple[Expect, ...] = ()
    probe: Probe | None = None


@dataclass(frozen=True, slots=True)
class Irreversible:
    """Nothing brings back what this step takes away; ``why`` says what is lost."""

    why: str
    undo: Literal["irreversible"] = "irreversible"


Undo: TypeAlias = tuple[Reversal, ...] | Irreversible


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One action of a plan.

    ``id`` is unique in the plan and readable (``create-vm-web-1``). ``changes`` are the
    resources it may change (claimed alone), ``uses`` those that must hold still (claimed
    together). ``needs`` are ids of steps that come before. ``outputs`` maps a name to a
    JMESPath into the vendor's answer; ``id`` is the id of what was made. ``before`` and
    ``after`` are what a person reads in the plan's diff (neutral attribute names).
    ``undo`` is run newest first, each in order. ``why`` is one line for people.
    """

    id: str
    effect: Effect
    action: Action
    why: str
    changes: tuple[ResourceRef, ...]
    uses: tuple[ResourceRef, ...] = ()
    needs: tuple[str, ...] = ()
    outputs: Mapping[str, str] = field(default_factory=dict)
    expects: tuple[Expect, ...] = ()
    probe: Probe | None = None
    undo: Undo = ()
    before: Mapping[str, Json] = field(default_factory=dict)
    after: Mapping[str, Json] = field(default_factory=dict)
    disrupts: str = ""
    """What stops working while or after this step, for people; empty where nothing does."""
    fidelity: Fidelity = Fidelity.NONE
    target: str = ""
    """The name of the target that it is for; empty: the plan's own."""
