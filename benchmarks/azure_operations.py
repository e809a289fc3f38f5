"""How requests for Azure's own operations end that its tables serve: right, refused, asked, wrong.

    python benchmarks/azure_operations.py [--through] [--show wrong,refused]

The sentences are our own, written down before any of them was tried, as people say such things;
those without a call ask for what must not be done as it stands. *Right* is that very call; *wrong*
is any other that would be made, and any call at all for the latter. With --through each that is
read goes the whole journey, in a sandbox of its own, in the order in which they stand here, with a
yes to everything; reading back is the product's own there (tests/journey has a reader of its own).
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cloudops.app import App, arm_tables, effect_of
from cloudops.config import load
from cloudops.engine.contract import Decision
from cloudops.engine.journey import Journey
from cloudops.engine.report import Options, Risk
from cloudops.errors import NotUnderstood
from cloudops.planner.by_knowledge.interpreter import KnowledgeInterpreter
from cloudops.planner.interpreter.grammar import BuiltInInterpreter
from cloudops.request import AnswerOf, Context, Intent, OpenQuestion, Request
from modalities.change import Operate
from modalities.plan import Plan
from modalities.resource import Provider
from policies.finding import Verdict

HERE = Path(__file__).resolve().parent
SENTENCES = HERE / "azure_sentences.json"

sys.path[:] = [p for p in sys.path if Path(p or ".").resolve() != HERE]  # azure.py is ours there


@dataclass(frozen=True, slots=True)
class Read:
    """``verdict``: right, wrong, asked, refused, by grammar."""

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


class Fixed:
    """Has read already."""

    def __init__(self) -> None:
        self.intent: Intent | None = None

    def interpret(self, request: Request, context: Context) -> Intent:  # noqa: ARG002
        assert self.intent is not None
        return self.intent


class Nobody:
    """There is nobody to ask, and nothing is shown."""

    present = False

    def ask(self, question: OpenQuestion) -> str | None:  # noqa: ARG002
        return None

    def show(self, plan: Plan, verdict: Verdict) -> None: ...

    def approve(self, plan: Plan, verdict: Verdict, *, typed_name: str | None) -> Decision:  # noqa: ARG002
        return Decision(yes=False, means="nobody")


class Deaf:
    def event(self, seq: int, stage: str, what: str, body: Mapping[str, Any]) -> None: ...


def told(title: str, counts: Counter[str]) -> None:
    whole = sum(counts.values())
    print(f"{title}: {whole} rows")
    for name, count in counts.most_common():
        low, high = wilson(count, whole)
        print(f"  {name:24} {count:5} {count / whole:6.1%} ({low:.0%}-{high:.0%})")


def wilson(count: int, whole: int, z: float = 1.96) -> tuple[float, float]:
    share = count / whole
    middle = share + z * z / (2 * whole)
    spread = z * math.sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    scale = 1 + z * z / whole
    return (middle - spread) / scale, (middle + spread) / scale


if __name__ == "__main__":
    main()
