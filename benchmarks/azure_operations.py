"""How requests for Azure's own operations end that its tables serve: right, refused, asked, wrong.

    python benchmarks/azure_operations.py [--through] [--show wrong,refused]

The sentences are our own, written down before any of them was tried, as people say such things;
those after ``NONE`` ask for what must not be done as it stands. *Right* is that very call; *wrong*
is any other that would be made, and any call at all for the latter. With --through each that is
read goes the whole journey, in a sandbox of its own, in the order in which they stand here, with a
yes to everything; what came of them is read by plain GETs of the resource manager.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from operations import Deaf, Fixed, Nobody, told

from cloudops.app import App, arm_tables, effect_of
from cloudops.config import load
from cloudops.engine.journey import Journey
from cloudops.engine.report import Options, Risk
from cloudops.errors import NotUnderstood
from cloudops.planner.by_knowledge.interpreter import KnowledgeInterpreter
from cloudops.planner.interpreter.grammar import BuiltInInterpreter
from cloudops.request import AnswerOf, Context, Intent, Request
from modalities.change import Operate
from modalities.resource import Provider

SENTENCES = Path(__file__).with_name("azure_sentences.json")
ANY = "..."
"""Of a body: what it is, is not compared."""


@dataclass(frozen=True, slots=True)
class Read:
    said: str
    verdict: str
    why: str
    intent: Intent | None = None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--through", action="store_true")
    parser.add_argument("--show", default="wrong", help="verdicts to print, separated by commas")
    given = parser.parse_args()
    interpreter = KnowledgeInterpreter(BuiltInInterpreter(), lambda: None, effect_of, arm_tables)
    rows = json.loads(SENTENCES.read_text())
    found = [read(row, interpreter) for row in rows]
    for each in found:
        if any(each.verdict.startswith(v) for v in given.show.split(",")):
            print(f"{each.verdict}: {each.said}\n    {each.why}")
    doable = [f for f, row in zip(found, rows, strict=True) if row.get("call")]
    rest = [f for f, row in zip(found, rows, strict=True) if not row.get("call")]
    told("that can be done", Counter(each.verdict for each in doable))
    told("that must not be done as it stands", Counter(each.verdict for each in rest))
    if given.through:
        through([each for each in doable if each.intent is not None])


def read(row: Mapping[str, Any], interpreter: KnowledgeInterpreter) -> Read:
    said = str(row["say"])
    request = Request(text=said, target="azure-sandbox", actor="benchmark")
    try:
        intent = interpreter.interpret(request, Context(cloud=Provider.AZURE))
    except NotUnderstood as stop:
        verdict = "asked" if stop.questions else "refused"
        return Read(said, verdict, f"{stop.summary} ({stop.detail})")
    call: Any = None
    if isinstance(intent.question, AnswerOf):
        call = intent.question.call
    elif intent.changes and isinstance(intent.changes[0], Operate):
        call = intent.changes[0].calls[0]
    if call is None:
        return Read(said, "by grammar", intent.summary, intent)
    made = {"call": str(call), **call.parameters}
    wanted = {"call": row.get("call"), **row.get("with", {})}
    if made == wanted:
        return Read(said, "right", str(call), intent)
    return Read(said, "wrong", f"{json.dumps(made)} instead of {json.dumps(wanted)}", intent)


def through(found: list[Read]) -> None:
    """The whole journey of each, one after the other, in one sandbox."""
    ends: Counter[str] = Counter()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        config = load({"state_dir": folder}, {}, Path(folder))
        fixed = Fixed()
        with App.open(config, target="azure-sandbox", asker=Nobody(), observer=Deaf()) as app:
            journey = Journey(replace(app._parts, interpreter=fixed))
            for each in found:
                fixed.intent = each.intent
                request = Request(text=each.said, target="azure-sandbox", actor="benchmark")
                report = journey.run(request, Options(yes=True, max_risk=Risk.HIGH))
                why = report.error.summary if report.error else ""
                ends[f"{each.verdict}: {report.outcome}"] += 1
                print(f"{each.verdict}: {report.outcome} ({report.exit_code}) {each.said} | {why}")
    told("through", ends)
    print(f"{time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main()
