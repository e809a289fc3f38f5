"""Public collections of prompts, read from beside the project where they are there."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from cloudops.errors import NotUnderstood
from cloudops.planner.interpreter.grammar import BuiltInInterpreter
from cloudops.request import Context, Request

SHARED = Path(__file__).resolve().parents[4].parent / "shared"
PROMPTS = SHARED / "data" / "nl-prompts" / "prompts.jsonl.gz"
UNDERSTOOD_LABELS = {
    *("compute_vm_get", "resourcehealth_health-events_list", "storage_account_get"),
}


def public_prompts() -> list[dict[str, str]]:
    if not PROMPTS.exists():
        pytest.skip(f"{PROMPTS.name} is not beside the project")
    with gzip.open(PROMPTS, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def named(text: str) -> str:
    """The prompt with a name in place of each ``<placeholder>``."""
    return re.sub(r"<([^<>]+)>", lambda match: re.sub(r"\W", "-", match[1]) + "-1", text)


def test_of_public_prompts_only_those_of_the_vocabulary_are_understood() -> None:
    understood: dict[str, str] = {}
    for row in public_prompts():
        request = Request(text=named(row["text"]), target="sandbox", actor="t")
        try:
            intent = BuiltInInterpreter().interpret(request, Context())
        except NotUnderstood:
            continue
        assert intent.question is not None, row["text"]
        understood[row["text"]] = row["label"]
    strays = {text for text, label in understood.items() if label not in UNDERSTOOD_LABELS}
    assert all("graph" in text for text in strays), strays
    assert sum(label == "compute_vm_get" for label in understood.values()) >= 4
