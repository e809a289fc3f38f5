"""The plan: the paper's metaprogram (section 3.2), typed, checkable and replayable."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from modalities.resource import Json
from modalities.step import Step
from modalities.target import Identity

SCHEMA_VERSION = 1
_CANONICAL = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False
).encode
"""Made once; a plan has no cycles."""


class ModalityName(StrEnum):
    SDK = "sdk"
    CLI = "cli"
    IAC = "iac"
    BROWSER = "browser"


@dataclass(frozen=True, slots=True)
class Advisory:
    """What a person should know before saying yes (the paper's user-agent interface)."""

    severity: str
    """``info``, ``warning`` or ``danger``."""
    text: str
    step: str | None = None


@dataclass(frozen=True, slots=True)
class CostLine:
    what: str
    monthly: float | None
    """In the cost's currency; None means unknown, never free."""
    at_most: float | None = None
    """Where ``monthly`` is unknown but has a bound: spot never costs more than on demand."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Per month of 730 hours. ``change`` is None where any part of it is unknown."""

    currency: str
    change: float | None
    lines: tuple[CostLine, ...]
    prices_of: str
    """The date of the price table."""

    @property
    def known(self) -> float:
        return sum(line.monthly for line in self.lines if line.monthly is not None)


@dataclass(frozen=True, slots=True)
class Ranked:
    modality: ModalityName
    fit: float
    why: str


@dataclass(frozen=True, slots=True)
class Route:
    """The complexity score (section 3.1 of the paper) with its reasons, and the ranking."""

    score: float
    reasons: tuple[str, ...]
    ranked: tuple[Ranked, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the rehearsal showed: where, what was seen, and what it could not imitate."""

    sandbox: str
    fidelity: str
    notes: tuple[str, ...] = ()
    rehearsed: tuple[str, ...] = ()
    """Ids of the steps that ran in the copy."""
    taken_back: bool | None = None
    """Whether the way back, gone in the copy, left all as it was; None where it was not."""


@dataclass(frozen=True, slots=True)
class Also:
    """Another target of a plan over two clouds: who we are there, and the hands ranked for it."""

    target: str
    identity: Identity
    route: Route | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """``basis`` maps the key of every resource the plan stands on to its fingerprint when
    the plan was made (``absent`` where it must not exist): a plan is stale when one moved.
    ``existing`` holds ids that were there, so that a probe tells ours from theirs.
    ``digest`` covers all else; approvals name it.
    """

    id: str
    created_at: datetime
    expires_at: datetime
    request: str
    goal: str
    target: str
    identity: Identity
    steps: tuple[Step, ...]
    basis: Mapping[str, str] = field(default_factory=dict)
    existing: tuple[str, ...] = ()
    route: Route | None = None
    defaults: tuple[str, ...] = ()
    advisories: tuple[Advisory, ...] = ()
    cost: Cost | None = None
    evidence: Evidence | None = None
    undoes: str | None = None
    """The run this plan takes back, where it does."""
    also: tuple[Also, ...] = ()
    """The other targets that steps are for, where the plan is over two clouds."""
    schema_version: int = SCHEMA_VERSION
    digest: str = ""


def identities(plan: Plan) -> tuple[Identity, ...]:
    """Who we are wherever the plan acts, its own target first."""
    return (plan.identity, *(also.identity for also in plan.also))


def digest_of(plan_json: Mapping[str, Json]) -> str:
    """SHA-256 over the plan's JSON without its ``digest``, keys sorted, no spaces.

    60 and 60.0 are one number, as in RFC 8785: reading a plan back turns one into the other.
    What only plans over two clouds say is left out of all others, as it was before they were.
    """
    body = _with_one_kind_of_number(
        {k: v for k, v in without_empty(plan_json).items() if k != "digest"}
    )
    return "sha256:" + hashlib.sha256(_CANONICAL(body).encode()).hexdigest()


def without_empty(plan_json: Mapping[str, Any]) -> dict[str, Any]:
    """The plan's JSON without what says nothing: that it has one target, and no step another."""
    body = {k: v for k, v in plan_json.items() if k != "also" or v}
    if isinstance(steps := body.get("steps"), list | tuple):
        body["steps"] = [_unaimed(step) if isinstance(step, dict) else step for step in steps]
    return body


def _unaimed(step: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in step.items() if k != "target" or v}


def _with_one_kind_of_number(value: Any) -> Any:
    """Most of a plan is text, which is asked first: 10,000 steps are half a million values."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return {k: _with_one_kind_of_number(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_with_one_kind_of_number(v) for v in value] if value else value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
