"""Every specimen request, and the intent it must come to, whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from pathlib import Path

import pytest

from cloudops.errors import NotUnderstood
from cloudops.planner.interpreter.grammar import BuiltInInterpreter
from cloudops.request import Context, Intent, Request
from modalities.change import Selection
from modalities.resource import Kind, Provider, ResourceRef

SPECIMENS = Path(__file__).parent / "specimens"
ALWAYS_SHOWN = {"enabled", "open", "spot", "public_ip", "public", "monitoring"}
INTERPRETER = BuiltInInterpreter()


def request(text: str) -> Request:
    return Request(text=text, target="sandbox", actor="tester")


def notation(value: object) -> str:
    """A change or question in one line: what differs from its defaults."""
    if is_dataclass(value):
        shown = []
        for field in fields(value):
            said = getattr(value, field.name)
            told = field.name in ("change", "question") or (
                field.name == "kind" and not isinstance(value, Selection)
            )
            if told or said is None or said in ((), ""):
                continue
            if said == field.default and field.name not in ("enabled", "open"):
                continue
            if said is False and field.name not in ALWAYS_SHOWN:
                continue
            shown.append(f"{field.name}={notation(said)}")
        return f"{type(value).__name__}({', '.join(shown)})"
    if isinstance(value, tuple):
        return "[" + ", ".join(map(notation, value)) + "]"
    if isinstance(value, Enum):
        return str(value.value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def lines_of(intent: Intent) -> list[str]:
    head = intent.goal.value
    head += f" region={intent.region}" if intent.region else ""
    head += f" cloud={intent.cloud.value}" if intent.cloud else ""
    asked = [notation(intent.question)] if intent.question else []
    return [head, *map(notation, intent.changes), *asked]


def specimens(name: str) -> Iterator[tuple[str, list[str]]]:
    """Blocks of a request and the indented lines that it comes to."""
    for block in (SPECIMENS / name).read_text("utf-8").strip().split("\n\n"):
        text, *expected = [line for line in block.split("\n") if line]
        yield text, [line.strip() for line in expected]


def cases(*names: str) -> list[object]:
    return [
        pytest.param(text, expected, id=text)
        for name in names
        for text, expected in specimens(name)
    ]


@pytest.mark.parametrize(
    ("text", "expected"), cases("provision.txt", "update.txt", "delete.txt", "monitor.txt")
)
def test_understood(text: str, expected: list[str]) -> None:
    intent = INTERPRETER.interpret(request(text), Context())
    assert lines_of(intent) == expected
    assert intent.summary
    assert not intent.open_questions


@pytest.mark.parametrize(("text", "expected"), cases("azure.txt"))
def test_understood_of_a_target_on_azure(text: str, expected: list[str]) -> None:
    asked = replace(request(text), cloud=Provider.AZURE)
    assert lines_of(INTERPRETER.interpret(asked, Context())) == expected


def published(key: str) -> str:
    """The prompt of the project's task file: ``P1.3`` is the third of task P1."""
    tasks = Path(__file__).resolve().parents[4].parent / "shared" / "gym" / "paper_tasks.json"
    if not tasks.exists():
        pytest.skip(f"{tasks.name} is not beside the project")
    task, _, number = key.partition(".")
    prompts = {t["id"]: t["prompts"] for t in json.loads(tasks.read_text("utf-8"))["tasks"]}
    return str(prompts[task][int(number) - 1])


@pytest.mark.parametrize(("key", "expected"), cases("published.txt"))
def test_published_prompts(key: str, expected: list[str]) -> None:
    assert lines_of(INTERPRETER.interpret(request(published(key)), Context())) == expected


def session(names: str) -> Context:
    """``vm/web-1 disk/data-1``: what a session spoke of, latest last."""
    refs = (name.split("/") for name in names.split())
    return Context(
        recent=tuple(
            ResourceRef(Provider.AWS, "123456789012/us-east-1", Kind(kind), name)
            for kind, name in refs
        )
    )


@pytest.mark.parametrize(("text", "expected"), cases("session.txt"))
def test_follow_ups(text: str, expected: list[str]) -> None:
    known, _, said = text.partition("| ")
    intent = INTERPRETER.interpret(request(said), session(known))
    assert lines_of(intent) == expected


@pytest.mark.parametrize(("text", "expected"), cases("refused.txt"))
def test_not_understood(text: str, expected: list[str]) -> None:
    with pytest.raises(NotUnderstood) as caught:
        INTERPRETER.interpret(request(text), Context())
    assert [caught.value.summary] == expected
    assert caught.value.nearest
    assert not caught.value.questions


@pytest.mark.parametrize(("text", "expected"), cases("asked.txt"))
def test_asked(text: str, expected: list[str]) -> None:
    question, answer, *result = expected
    with pytest.raises(NotUnderstood) as caught:
        INTERPRETER.interpret(request(text), Context())
    (asked,) = caught.value.questions
    assert asked.text == question
    assert caught.value.exit_code == 10
    if not asked.rephrase:
        assert (answer, result) == ("-", [])
        return
    answered = replace(request(text), text=asked.rephrase.replace("{answer}", answer))
    assert lines_of(INTERPRETER.interpret(answered, Context())) == result
