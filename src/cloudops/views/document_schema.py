"""The JSON schema of the document, made from the types it is made of.

``python -m cloudops.views.document_schema`` writes docs/report.schema.json anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cloudops.engine.candidate import Candidate
from cloudops.engine.report import Error, PlanHold, Usage
from cloudops.request import Answer, Intent, OpenQuestion, Request
from cloudops.views.document import SCHEMA_VERSION
from modalities.codec import schema
from modalities.plan import Plan, Route
from modalities.receipt import Receipt
from modalities.target import Identity
from policies.finding import Verdict

FILE = Path("docs/report.schema.json")
ONE: tuple[type, ...] = (Request, Identity, Intent, Route, Plan, Verdict, Answer, Usage, Error)
MANY = {
    "candidates": Candidate,
    "receipts": Receipt,
    "undone": Receipt,
    "questions": OpenQuestion,
}
REQUIRED = (
    *("schema_version", "run", "request", "outcome", "exit_code", "intent", "route", "plan"),
    *("verdict", "receipts", "answer", "questions", "usage", "error"),
)
"""A command that ends before a run has these too, all but the first and the last ones null."""


def document_schema() -> dict[str, Any]:
    """Draft 2020-12."""
    definitions: dict[str, Any] = {}
    properties: dict[str, Any] = {
        "schema_version": {"const": SCHEMA_VERSION},
        "run": {"type": ["string", "null"]},
        "outcome": {"type": "string"},
        "exit_code": {"type": "integer"},
        "nearest": _or_null({"type": "array", "items": {"type": "string"}}),
        "left": _or_null({"type": "array", "items": {"type": "string"}}),
    }
    for type_ in ONE:
        properties[type_.__name__.lower()] = _or_null(_defined(type_, definitions))
    for name, type_ in MANY.items():
        properties[name] = _or_null({"type": "array", "items": _defined(type_, definitions)})
    properties["hold"] = _or_null(_defined(PlanHold, definitions))
    cost = definitions["Cost"]["properties"]
    cost["monthly"] = {"type": ["number", "null"], "title": "What the known lines come to"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What cloudops -o json prints of a run",
        "type": "object",
        "properties": properties,
        "required": list(REQUIRED),
        "additionalProperties": False,
        "$defs": definitions,
    }


def _defined(type_: type, definitions: dict[str, Any]) -> dict[str, str]:
    """A reference to the type, which is put among the definitions with all it needs."""
    made = schema(type_)
    definitions.update(made.pop("$defs", {}))
    if "$ref" not in made:  # else it speaks of itself, and is among its own definitions
        definitions[type_.__name__] = made
    return {"$ref": f"#/$defs/{type_.__name__}"}


def _or_null(wanted: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [wanted, {"type": "null"}]}


def text() -> str:
    return json.dumps(document_schema(), indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(text())
