"""How requests for AWS's own operations end that the index serves: right, refused, asked, or wrong.

    python benchmarks/operations.py commands.jsonl.gz --state DIR [--every 10] [--through]

DIR has the index (`cloudops knowledge build --state-dir DIR`). Of the file's rows (see
docs/knowledge.md) those are taken whose operation the emulated AWS has; each is asked with its
values and with its own sentence left out of the index. *Right* is that very call; *wrong* is any
other that would be made. With --through each that is read goes the whole journey, in a sandbox of
its own, with a yes to everything; what most rows name does not exist there, so that most end as
refused by the cloud.
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import json
import math
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from botocore import xform_name

from cloudops.app import App, effect_of, knowledge_sources
from cloudops.config import load
from cloudops.engine.contract import Decision
from cloudops.engine.journey import Journey
from cloudops.engine.report import Options, Risk
from cloudops.errors import NotUnderstood
from cloudops.knowledge.building import place
from cloudops.knowledge.contract import Candidate
from cloudops.knowledge.knowledge import Knowledge
from cloudops.knowledge.withholding import same
from cloudops.planner.by_knowledge.interpreter import KnowledgeInterpreter
from cloudops.planner.interpreter.grammar import BuiltInInterpreter
from cloudops.request import AnswerOf, Context, Intent, OpenQuestion, Request
from modalities.change import Operate
from modalities.plan import Plan
from modalities.resource import Provider
from policies.finding import Verdict

MODULES = {"lambda": "awslambda", "ce": "ce", "elb": "elb"}
"""moto's modules that are not called as the service without its signs."""


class Withheld(Knowledge):
    """The index without the sentences that a row was taken from."""

    def __init__(self, file: Path) -> None:
        super().__init__(file)
        self.out: frozenset[str] = frozenset()

    def find(
        self,
        words: str,
        provider: Provider,
        most: int = 5,
        *,
        without: frozenset[str] = frozenset(),
    ) -> tuple[Candidate, ...]:
        found = super().find(words, provider, most, without=self.out | without)
        return tuple(replace(c, operation=replace(c.operation, examples=())) for c in found)

    def close(self) -> None:
        """It stays open from row to row."""


@dataclass(frozen=True, slots=True)
class Read:
    """``verdict``: right, wrong, wrong values, asked, refused, by grammar."""

    row: Mapping[str, Any]
    verdict: str
    said: str
    intent: Intent | None = None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--every", type=int, default=10)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--through", action="store_true")
    parser.add_argument("--show", default="wrong", help="verdicts to print, separated by commas")
    given = parser.parse_args()
    knowledge = Withheld(place(given.state / "knowledge", knowledge_sources()))
    interpreter = KnowledgeInterpreter(BuiltInInterpreter(), lambda: knowledge, effect_of)
    found = []
    for row in list(rows(given.file))[given.first :: given.every]:
        operation = knowledge.operation(f"aws {row['service']} {row['operation']}")
        knowledge.out = same(operation.examples if operation else (), row["title"])
        found.append(read(row, interpreter))
        if any(found[-1].verdict.startswith(v) for v in given.show.split(",")):
            print(f"{found[-1].verdict}: {row['request_with_values']}\n    {found[-1].said}")
    told("read", Counter(each.verdict for each in found))
    if given.through:
        through([each for each in found if each.intent is not None])


def rows(file: Path) -> Iterator[Mapping[str, Any]]:
    """Those with an exact call, of operations that the emulated AWS has."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            api = row.get("api")
            if row["cloud"] == "aws" and row.get("request_with_values") and api and emulated(api):
                yield row


def emulated(api: Mapping[str, Any]) -> bool:
    module = MODULES.get(api["service"], api["service"].replace("-", ""))
    try:
        responses = importlib.import_module(f"moto.{module}.responses")
    except ImportError:
        return False
    name = xform_name(api["operation"])
    classes = [c for c in vars(responses).values() if isinstance(c, type)]
    return any(hasattr(c, name) for c in classes if c.__module__.startswith("moto."))


def read(row: Mapping[str, Any], interpreter: KnowledgeInterpreter) -> Read:
    request = Request(text=row["request_with_values"], target="sandbox", actor="benchmark")
    try:
        intent = interpreter.interpret(request, Context(cloud=Provider.AWS))
    except NotUnderstood as stop:
        verdict = "asked" if stop.questions else "refused"
        return Read(row, verdict, f"{stop.summary} ({stop.detail})")
    call: Any = None
    if isinstance(intent.question, AnswerOf):
        call = intent.question.call
    elif intent.changes and isinstance(intent.changes[0], Operate):
        call = intent.changes[0].calls[0]
    if call is None:
        return Read(row, "by grammar", intent.summary)
    api = row["api"]
    said = f"{call} {json.dumps(call.parameters, default=str)}"
    if (call.service, call.operation) != (api["service"], api["operation"]):
        return Read(row, "wrong", f"{said} instead of {api['service']}:{api['operation']}", intent)
    if dict(call.parameters) != api["params"]:
        return Read(row, "wrong values", f"{said} instead of {json.dumps(api['params'])}", intent)
    return Read(row, "right", said, intent)


class Fixed:
    """Has read already."""

    def __init__(self) -> None:
        self.intent: Intent | None = None

    def interpret(self, request: Request, context: Context) -> Intent:  # noqa: ARG002
        assert self.intent is not None
        return self.intent


def through(found: list[Read]) -> None:
    """The whole journey of each, one after the other."""
    ends: Counter[str] = Counter()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        config = load({"state_dir": folder}, {}, Path(folder))
        fixed = Fixed()
        with App.open(config, target="sandbox", asker=Nobody(), observer=Deaf()) as app:
            journey = Journey(replace(app._parts, interpreter=fixed))
            for each in found:
                fixed.intent = each.intent
                text = each.row["request_with_values"]
                request = Request(text=text, target="sandbox", actor="benchmark")
                report = journey.run(request, Options(yes=True, max_risk=Risk.HIGH))
                why = report.error.summary if report.error else ""
                ends[f"{each.verdict}: {report.outcome}"] += 1
                print(f"{each.verdict}: {report.outcome} ({report.exit_code}) {text[:80]} | {why}")
            app.sandbox.down()
    told("through", ends)
    print(f"{time.monotonic() - begun:.0f} s")


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
