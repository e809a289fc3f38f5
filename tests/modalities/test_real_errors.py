"""Real error texts, with the class that somebody who read the thread gave them.

The texts are not ours to ship: CLOUDOPS_ERRORS names the file (JSON lines, .gz or not). Each goes
the way it would come to us: Terraform's through its diagnostics, all else as code, text and status.
"""

from __future__ import annotations

import gzip
import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from cloudops.engine.mending import may_pass
from modalities.aws.codes import trouble_of as of_aws
from modalities.azure.codes import trouble_of as of_azure
from modalities.iac.diagnostics import failure
from modalities.receipt import Failure, Trouble

PLACE = Path(
    os.environ.get("CLOUDOPS_ERRORS")
    or Path(__file__).parents[3] / "shared" / "data" / "errors" / "errors.jsonl.gz"
)
LABELS: Mapping[str, frozenset[Trouble]] = {
    "quota": frozenset({Trouble.QUOTA}),
    "capacity": frozenset({Trouble.CAPACITY}),
    "auth": frozenset({Trouble.AUTH, Trouble.PERMISSION}),
    "dependency": frozenset({Trouble.DEPENDENCY, Trouble.NOT_FOUND}),
    "conflict": frozenset({Trouble.CONFLICT}),
    "invalid-parameter": frozenset({Trouble.INVALID}),
}
"""What is retryable shows in whether it would be tried again."""

STATUS = re.compile(r"(?:StatusCode[=:] ?|[Ss]tatus code: |RESPONSE |Status[=:] ?)(\d{3})")
CODES = (
    r"An error occurred \((\w[\w.]*)\)",
    r'"?[Cc]ode"?[=:] ?\\?["\'](\w[\w.]*)',
    r"'Code': '([\w.]+)'",
    r"ERROR CODE: (\w+)",
    r"ErrorCode: (\w+)",
    r"::Errors::(\w+)",
    r"(?:^|[\s=])([A-Z][a-z]+[A-Z]\w+(?:\.[A-Z]\w+)?|Throttling): ",
)


def rows() -> Iterator[Mapping[str, Any]]:
    if not PLACE.exists():
        pytest.skip(f"no real error texts at {PLACE.name} (CLOUDOPS_ERRORS)")
    raw = gzip.decompress(PLACE.read_bytes()) if PLACE.suffix == ".gz" else PLACE.read_bytes()
    yield from (json.loads(line) for line in raw.splitlines())


def failed(row: Mapping[str, Any]) -> Failure:
    text = row["text"]
    if row["tool"] == "terraform" and row["cloud"] != "azure":
        error = failure("", text if "Error: " in text[:9] else f"Error: {text}", sandbox=False)
        return Failure(error.trouble, error.code, error.message)
    status = STATUS.search(text)
    code = next((m[1] for p in CODES if (m := re.search(p, text))), "Unknown")
    number = int(status[1]) if status else 400
    if row["cloud"] == "azure":
        return Failure(of_azure(code, text, number), code, text)
    operation = re.search(r"calling the (\w+) operation", text)
    return Failure(of_aws(code, text, number, operation[1] if operation else ""), code, text)


def fits(row: Mapping[str, Any], found: Failure) -> bool:
    if row["label"] == "retryable":
        return may_pass(found)
    return found.trouble in LABELS[row["label"]] and (
        not may_pass(found) or found.trouble is Trouble.NOT_FOUND
    )


def test_real_errors_are_told_apart() -> None:
    wrong: list[str] = []
    count: Counter[str] = Counter()
    for row in rows():
        found = failed(row)
        count[row["label"]] += 1
        if not fits(row, found):
            text = " ".join(row["text"].split())[:110]
            wrong.append(f"{row['label']}/{row['fine']} as {found.trouble} {found.code}: {text}")
    total = sum(count.values())
    assert len(wrong) <= total // 25, f"{len(wrong)} of {total}:\n" + "\n".join(wrong)
