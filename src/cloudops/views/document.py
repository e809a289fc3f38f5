"""A run as one JSON document: what ``-o json`` prints. Its schema: docs/report.schema.json."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from modalities.codec import encode

if TYPE_CHECKING:
    from cloudops.engine.report import Report
    from modalities.plan import Cost, Plan

SCHEMA_VERSION = 1


def document(report: Report) -> dict[str, Any]:
    """The report as JSON data; parts that are absent or empty are None."""
    plan = report.plan
    return {
        "schema_version": SCHEMA_VERSION,
        "run": report.run,
        "request": encode(report.request),
        "outcome": report.outcome,
        "exit_code": report.exit_code,
        "identity": encode(report.identity),
        "intent": encode(report.intent),
        "route": encode((plan.route if plan else None) or report.route),
        "candidates": encode(report.candidates) or None,
        "plan": _plan(plan) if plan else None,
        "hold": encode(report.hold),
        "verdict": encode(report.verdict),
        "receipts": encode(report.receipts) or None,
        "undone": encode(report.undone) or None,
        "left": encode(report.left) or None,
        "answer": encode(report.answer),
        "questions": encode(report.questions) or None,
        "nearest": encode(report.nearest) or None,
        "usage": encode(report.usage),
        "error": encode(report.error),
    }


def _plan(plan: Plan) -> Mapping[str, Any]:
    """The plan as its file has it; its cost with what the known lines come to."""
    encoded = encode(plan)
    if plan.cost is not None:
        encoded["cost"]["monthly"] = known(plan.cost)
    return encoded  # type: ignore[no-any-return]


def known(cost: Cost) -> float | None:
    """What the lines of known price come to a month; None where none is known."""
    if cost.lines and all(line.monthly is None for line in cost.lines):
        return None
    return round(cost.known, 2)
