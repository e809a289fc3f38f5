"""The document of a run, against its schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cloudops.commands.ending import document as of_a_stop
from cloudops.engine.answer import answer
from cloudops.engine.report import Report
from cloudops.errors import Misused
from cloudops.request import Goal, Graph, Intent
from cloudops.views.document import document
from cloudops.views.document_schema import document_schema, text
from fakes.reports import allowed, creation, denied, done, partly, report, upheaval
from fakes.tier import tier
from modalities.change import Selection
from modalities.plan import Cost, CostLine

jsonschema: Any = pytest.importorskip("jsonschema")
FILE = Path(__file__).parents[3] / "docs" / "report.schema.json"
ANSWERED = report(
    intent=Intent(
        goal=Goal.MONITOR, summary="s", question=Graph(focus=Selection(names=("web-1",)))
    ),
    answer=answer(Graph(), tier()),
)
REPORTS = (
    done(),
    partly(),
    report(upheaval(), "parked", 3, verdict=denied(upheaval())),
    ANSWERED,
    report(None, "no_op"),
)


def _valid(data: Any) -> None:
    jsonschema.Draft202012Validator(json.loads(FILE.read_text())).validate(
        json.loads(json.dumps(data))
    )


@pytest.mark.parametrize("of", REPORTS, ids=lambda r: r.outcome)
def test_every_document_fits_the_schema(of: Report) -> None:
    _valid(document(of))


def test_a_command_that_ends_before_a_run_fits_it_too() -> None:
    _valid(of_a_stop(Misused("no such target", remedy="see config")))


def test_the_schema_on_disk_is_that_of_the_types() -> None:
    assert FILE.read_text() == text(), "python -m cloudops.views.document_schema"
    jsonschema.Draft202012Validator.check_schema(document_schema())


def test_what_is_absent_is_null() -> None:
    bare = document(Report(run="r", request=done().request, outcome="failed", exit_code=1))
    absent = {key for key, value in bare.items() if value is None}
    assert absent == {
        *("identity", "intent", "route", "candidates", "plan", "hold", "verdict"),
        *("receipts", "undone"),
        *("left", "answer", "questions", "nearest", "error"),
    }


def test_the_parts_a_program_reads() -> None:
    said = document(done())
    assert list(said)[:6] == [
        "schema_version",
        "run",
        "request",
        "outcome",
        "exit_code",
        "identity",
    ]
    assert said["plan"]["digest"] == creation().digest
    assert said["plan"]["cost"] == {
        "currency": "USD",
        "change": 15.82,
        "monthly": 15.82,
        "prices_of": "2026-11-21",
        "lines": [
            {"what": "VM web-1, t3.small", "monthly": 15.18, "at_most": None},
            {"what": "disk of web-1, 8 GiB gp3", "monthly": 0.64, "at_most": None},
        ],
    }
    assert [r["modality"] for r in said["route"]["ranked"]] == ["sdk", "cli"]
    assert [r["outputs"] for r in said["receipts"]] == [{"id": "vpc-1"}, {"id": "i-1"}]
    assert said["verdict"]["findings"] == []
    assert ANSWERED.answer is not None
    assert document(ANSWERED)["answer"]["text"] == ANSWERED.answer.text
    assert document(partly())["error"]["remedy"].startswith("see what is left")


def test_an_unknown_cost_is_null_not_zero() -> None:
    plan = creation(cost=Cost("USD", None, (CostLine("a disk", None),), "2026-11-21"))
    cost = document(report(plan, verdict=allowed(plan)))["plan"]["cost"]
    assert cost["change"] is None
    assert cost["monthly"] is None
