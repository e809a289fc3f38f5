"""Requests read by an index of a few real services."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from cloudops.app import effect_of
from cloudops.errors import NotUnderstood
from cloudops.knowledge.contract import Source
from cloudops.knowledge.knowledge import Knowledge
from cloudops.knowledge.sources.botocore import source
from cloudops.planner.by_knowledge.interpreter import NOT_BUILT, KnowledgeInterpreter
from cloudops.planner.interpreter.grammar import BuiltInInterpreter
from cloudops.request import AnswerOf, Context, Goal, Intent, Request
from modalities.action import SdkCall
from modalities.change import Create, Operate
from modalities.resource import Provider

SERVICES = (
    *("sqs", "sns", "logs", "dynamodb", "kinesis", "iam", "resource-groups", "connect"),
    *("mediaconvert", "autoscaling"),
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[Source, ...]]:
    spec = find_spec("botocore")
    assert spec is not None
    assert spec.origin is not None
    whole = source(Path(spec.origin).parent / "data", "1")
    names = {f"aws {service}" for service in SERVICES}
    sources = (Source("botocore", "1", tuple(p for p in whole.parts if p.name in names)),)
    home = tmp_path_factory.mktemp("knowledge")
    Knowledge.open(home, sources, lambda *_: None).close()
    return home, sources


@pytest.fixture
def interpreter(built: tuple[Path, tuple[Source, ...]]) -> KnowledgeInterpreter:
    return KnowledgeInterpreter(BuiltInInterpreter(), lambda: Knowledge.built(*built), effect_of)


def ask(interpreter: KnowledgeInterpreter, text: str, cloud: Provider | None = None) -> Intent:
    request = Request(text=text, target="t", actor="a", cloud=cloud)
    return interpreter.interpret(request, Context())


def call_in(intent: Intent) -> tuple[str, dict[str, Any]]:
    if isinstance(intent.question, AnswerOf):
        call = intent.question.call
    else:
        (change,) = intent.changes
        assert isinstance(change, Operate)
        (call,) = change.calls
    assert isinstance(call, SdkCall)
    return str(call), dict(call.parameters)


@pytest.mark.parametrize(
    ("text", "call", "parameters"),
    [
        ("create an SQS queue named orders", "sqs:CreateQueue", {"QueueName": "orders"}),
        ("create an SNS topic alerts", "sns:CreateTopic", {"Name": "alerts"}),
        ("Please make a queue called jobs", "sqs:CreateQueue", {"QueueName": "jobs"}),
        ("delete queue orders", "sqs:DeleteQueue", {"QueueUrl": "orders"}),
        ("create a log group /app", "logs:CreateLogGroup", {"logGroupName": "/app"}),
        (
            "set the retention of log group /app to 14 days",
            "logs:PutRetentionPolicy",
            {"logGroupName": "/app", "retentionInDays": 14},
        ),
        (
            "create a Kinesis stream named clicks with 2 shards",
            "kinesis:CreateStream",
            {"StreamName": "clicks", "ShardCount": 2},
        ),
        (
            "tag queue orders with team=app",
            "sqs:TagQueue",
            {"QueueUrl": "orders", "Tags": {"team": "app"}},
        ),
        ("purge the queue orders", "sqs:PurgeQueue", {"QueueUrl": "orders"}),
        (
            "Create a queue; queue name jobs; attributes DelaySeconds=5",
            "sqs:CreateQueue",
            {"QueueName": "jobs", "Attributes": {"DelaySeconds": "5"}},
        ),
    ],
)
def test_a_change_is_a_call_with_what_was_said(
    interpreter: KnowledgeInterpreter, text: str, call: str, parameters: dict[str, Any]
) -> None:
    intent = ask(interpreter, text)
    assert intent.question is None
    assert call_in(intent) == (call, parameters)
    assert intent.cloud is Provider.AWS


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("list my DynamoDB tables", "dynamodb:ListTables"),
        ("show me the queues", "sqs:ListQueues"),
        ("what topics do I have?", "sns:ListTopics"),
        ("list iam users", "iam:ListUsers"),
    ],
)
def test_what_only_reads_is_a_question(
    interpreter: KnowledgeInterpreter, text: str, call: str
) -> None:
    intent = ask(interpreter, text)
    assert intent.goal is Goal.MONITOR
    assert intent.changes == ()
    assert call_in(intent)[0] == call


def test_words_that_ask_for_a_deletion_are_kept(interpreter: KnowledgeInterpreter) -> None:
    (gone,) = ask(interpreter, "delete queue orders").changes
    (made,) = ask(interpreter, "create an SQS queue named orders").changes
    assert isinstance(gone, Operate)
    assert isinstance(made, Operate)
    assert (gone.explicit, made.explicit) == ("delete queue orders", "")


def test_what_is_missing_is_asked(interpreter: KnowledgeInterpreter) -> None:
    with pytest.raises(NotUnderstood) as stop:
        ask(interpreter, "create a queue")
    (question,) = stop.value.questions
    assert question.text.startswith("Which queue name?")
    again = ask(interpreter, question.rephrase.replace("{answer}", "jobs"))
    assert call_in(again) == ("sqs:CreateQueue", {"QueueName": "jobs"})


def test_at_most_three_are_asked_at_once(interpreter: KnowledgeInterpreter) -> None:
    with pytest.raises(NotUnderstood) as stop:
        ask(interpreter, "create an autoscaling auto scaling group")
    assert 1 <= len(stop.value.questions) <= 3


@pytest.mark.parametrize(
    "text",
    [
        "create an SQS queue named orders with encryption",
        "create an encrypted queue named orders",
        "delete the queue orders but keep its messages",
        "delete the queue orders unless it is empty",
        "do not delete the queue orders",
        "delete all queues except orders",
        "empty the oceans",
        "make me a sandwich",
        "create a group named dev",
    ],
)
def test_what_is_not_wholly_understood_is_not_done(
    interpreter: KnowledgeInterpreter, text: str
) -> None:
    with pytest.raises(NotUnderstood) as stop:
        ask(interpreter, text)
    assert not stop.value.questions


def test_several_services_are_shown_with_how_to_say_it(interpreter: KnowledgeInterpreter) -> None:
    with pytest.raises(NotUnderstood) as stop:
        ask(interpreter, "create a group named dev")
    assert "create iam group; group name dev" in stop.value.nearest
    assert call_in(ask(interpreter, "create iam group; group name dev"))[0] == "iam:CreateGroup"


def test_a_value_that_will_not_do_is_said(interpreter: KnowledgeInterpreter) -> None:
    with pytest.raises(NotUnderstood, match="must have 512 characters at most"):
        ask(interpreter, f"create a log group /{'a' * 550}")


def test_the_grammar_comes_first_and_its_no_stands(interpreter: KnowledgeInterpreter) -> None:
    (change,) = ask(interpreter, "create a VM named web-1").changes
    assert isinstance(change, Create)
    with pytest.raises(NotUnderstood):
        ask(interpreter, "delete all VMs but keep the disks")


def test_another_cloud_is_not_asked_of_the_index(interpreter: KnowledgeInterpreter) -> None:
    with pytest.raises(NotUnderstood):
        ask(interpreter, "create an SQS queue named orders", Provider.AZURE)


def test_where_there_is_no_index_it_is_said_how_to_build_it() -> None:
    interpreter = KnowledgeInterpreter(BuiltInInterpreter(), lambda: None, effect_of)
    with pytest.raises(NotUnderstood) as stop:
        ask(interpreter, "create an SQS queue named orders")
    assert NOT_BUILT in stop.value.remedy
