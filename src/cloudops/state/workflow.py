"""What is remembered: workflows with what came of them, and what people answered to questions.

A workflow is a plan that was rehearsed, executed and read back, with everything in it that was
of that one time replaced by symbols (memory/symbols.py). It holds no account, no secret and
none of the values it was learnt from but those that it is fixed to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from cloudops.request import Goal
from modalities.plan import ModalityName
from modalities.resource import Json, Kind, Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A value of the intent. ``place`` is where it stands (``changes.0.wanted.0.name``).

    ``fixed``: the steps come from it in a way that symbols cannot say (a size that was looked
    up for so many vCPUs), so the workflow is for ``value`` alone.
    """

    place: str
    type: Literal["text", "number", "range"]
    fixed: bool = False
    value: Json = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """A precondition: a resource that must be there. ``by`` says how it is found: ``parameter``
    (it is called as parameter ``of`` says), ``link`` (it is at the end of the one link ``role``
    of thing ``of``), ``default`` (the one of its kind that is the default), ``name``.

    ``holds`` are attributes and tags (``tag:KEY``) that it must have just so, None for a tag
    that it must not have.
    """

    kind: Kind
    by: Literal["parameter", "link", "default", "name"]
    of: int = 0
    role: str = ""
    name: str = ""
    holds: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A value that was chosen among those that were free, or looked up: chosen anew each time.

    ``range``: an address range of ``prefix`` bits that is free, inside ``within`` (a symbol)
    where there is one. ``image``: looked up; ``value`` is what was found then.
    """

    type: Literal["range", "image"]
    prefix: int = 0
    within: Json = None
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """``id`` stands for structure, fixed values, hand and cloud: there is one of each.

    ``structure`` is the digest of the shape of the intent's changes, ``form`` that of all that
    is done. ``steps``, ``advisories`` and ``defaults`` hold symbols. ``why_not`` is empty where
    steps for other values can be made from it, else why it can only bear witness. ``versions``
    are those it was verified under, by what they are of. ``origin`` is ``here`` or whom an
    imported one came from; ``trusted`` whether it came through here.
    """

    id: str
    structure: str
    title: str
    goal: Goal
    hand: ModalityName
    provider: Provider
    parameters: tuple[Parameter, ...]
    things: tuple[Thing, ...]
    choices: tuple[Choice, ...]
    steps: tuple[Any, ...]
    advisories: tuple[Any, ...] = ()
    defaults: tuple[Any, ...] = ()
    form: str
    versions: Mapping[str, str]
    learnt_at: datetime
    why_not: str = ""
    origin: str = "here"
    trusted: bool = True


class UseEnd(StrEnum):
    """FAILED: the rehearsal, the cloud or the reading back said no to what was drafted."""

    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One plan of a workflow's form: ``plan`` is its digest, ``run`` who made it (its tries are
    in the measured record). ``recalled``: its steps came from memory. ``ending`` None: not known
    yet. ``candidate`` is the workflow as this plan has it, until the plan has ended."""

    plan: str
    workflow: str
    form: str
    run: str
    at: datetime
    versions: Mapping[str, str]
    recalled: bool = False
    ending: UseEnd | None = None
    candidate: Workflow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """What somebody answered to a question in a project, to be offered the next time.
    ``question`` is its text without what it was about; ``times`` how often in a row."""

    project: str
    question: str
    answer: str
    at: datetime
    times: int = 1
