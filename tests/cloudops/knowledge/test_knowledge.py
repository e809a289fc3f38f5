"""Asking an index of a few real services."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from cloudops.knowledge.contract import Operation, Parameter, Source, Type
from cloudops.knowledge.knowledge import SURE, Knowledge, Proposal, Unsure, call_of
from cloudops.knowledge.sources.botocore import source
from modalities.action import CliCommand, SdkCall
from modalities.resource import Provider

SERVICES = ("aws sqs", "aws sns", "aws lambda", "aws kms")


def few() -> Source:
    spec = find_spec("botocore")
    assert spec is not None
    assert spec.origin is not None
    whole = source(Path(spec.origin).parent / "data", "1")
    return Source("botocore", "1", tuple(p for p in whole.parts if p.name in SERVICES))


def _quiet(done: int, total: int, part: str) -> None: ...


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Knowledge]:
    with Knowledge.open(tmp_path_factory.mktemp("knowledge"), (few(),), _quiet) as opened:
        yield opened


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("Create a queue", "aws sqs create-queue"),
        ("List my queues", "aws sqs list-queues"),
        ("Remove the function", "aws lambda delete-function"),
        ("Show the configuration of a function", "aws lambda get-function-configuration"),
        ("Send a message to a queue", "aws sqs send-message"),
        ("Disable a KMS key", "aws kms disable-key"),
        ("Unsubscribe from a topic", "aws sns unsubscribe"),
    ],
)
def test_the_right_operation_comes_first(knowledge: Knowledge, words: str, command: str) -> None:
    found = knowledge.find(words, Provider.AWS)
    assert found[0].operation.command == command
    assert 0 <= sum(each.confidence for each in found) <= 1.0001
    assert [c.confidence for c in found] == sorted((c.confidence for c in found), reverse=True)


def test_a_proposal_is_a_call_with_what_was_said(knowledge: Knowledge) -> None:
    outcome = knowledge.propose("Create a queue; queue name orders; tags team=web", Provider.AWS)
    assert isinstance(outcome, Proposal)
    assert outcome.confidence >= SURE
    assert outcome.filled.whole
    expected = {"QueueName": "orders", "tags": {"team": "web"}}
    assert outcome.call == SdkCall("sqs", "CreateQueue", expected)


def test_what_no_operation_does_is_declined(knowledge: Knowledge) -> None:
    for words in ("Tell me a joke about sailors", "Make everything better", "why is it slow?"):
        assert isinstance(knowledge.propose(words, Provider.AWS), Unsure)


def test_words_that_nothing_has_find_nothing(knowledge: Knowledge) -> None:
    assert knowledge.find("xyzzy plugh", Provider.AWS) == ()
    assert knowledge.find("", Provider.AWS) == ()
    assert knowledge.find("list queues", Provider.AZURE) == ()


def test_signs_of_the_search_language_are_only_words(knowledge: Knowledge) -> None:
    found = knowledge.find('queues" OR NEAR(x y) * NOT ^list:', Provider.AWS)
    assert "queue" in found[0].operation.command


def test_nothing_is_built_where_only_what_is_built_is_wanted(tmp_path: Path) -> None:
    assert Knowledge.built(tmp_path, (few(),)) is None
    assert list(tmp_path.iterdir()) == []


def test_a_command_that_no_sdk_has_is_argv() -> None:
    operation = Operation(
        provider=Provider.AZURE,
        command="az boat rent",
        parameters=(
            Parameter(name="boat_name", option="--name"),
            Parameter(name="crew", option="--crew", type=Type.LIST),
            Parameter(name="with_oars", option="--with-oars", type=Type.FLAG),
            Parameter(name="tags", option="--tags", type=Type.MAP),
        ),
    )
    given = {
        "boat_name": "Anna; rm -rf /",
        "crew": ["a", "b"],
        "with_oars": True,
        "tags": {"k": "v"},
    }
    call = call_of(operation, given)
    assert isinstance(call, CliCommand)
    assert call.argv == (
        *("az", "boat", "rent", "--name", "Anna; rm -rf /"),
        *("--crew", "a", "b", "--with-oars", "--tags", "k=v"),
    )
