"""Actions: references in them, and what is left when they are bound."""

from __future__ import annotations

from typing import Any

import pytest

from modalities.action import (
    TOKEN,
    Action,
    CliCommand,
    IacChange,
    Output,
    SdkCall,
    bind,
    outputs_in,
    payload,
)
from modalities.codec import decode, encode

NETWORK = Output("create-network", "id")
COMMAND = CliCommand(
    (
        "aws",
        "ec2",
        "create-subnet",
        "--vpc-id",
        NETWORK.as_json(),
        "--client-token",
        TOKEN,
        "--tag-specifications",
        {"ResourceType": "subnet", "Tags": [{"Key": "of", "Value": NETWORK.as_json()}]},
        "--output",
        "json",
    )
)


def known(output: Output) -> Any:
    return {NETWORK: "vpc-1"}[output]


class TestBinding:
    def test_a_word_that_is_a_reference_becomes_its_text(self) -> None:
        bound = bind(COMMAND, known, "token-1")
        assert isinstance(bound, CliCommand)
        assert bound.argv[3:7] == ("--vpc-id", "vpc-1", "--client-token", "token-1")

    def test_an_object_becomes_json_with_its_references_put_in(self) -> None:
        bound = bind(COMMAND, known, "token-1")
        assert payload(bound)[8] == (
            '{"ResourceType": "subnet", "Tags": [{"Key": "of", "Value": "vpc-1"}]}'
        )

    def test_nothing_but_text_is_left(self) -> None:
        assert all(isinstance(word, str) for word in payload(bind(COMMAND, known, "t")))

    @pytest.mark.parametrize(
        ("word", "text"),
        [(7, "7"), (True, "true"), (["a", "b"], '["a", "b"]'), ({"ß": 1}, '{"ß": 1}'), ("", "")],
    )
    def test_words_that_are_no_text_are_written_as_json(self, word: Any, text: str) -> None:
        assert bind(CliCommand(("aws", word)), known, "t") == CliCommand(("aws", text))

    def test_an_output_that_is_a_list_is_json_too(self) -> None:
        command = CliCommand(("aws", NETWORK.as_json()))
        assert bind(command, lambda _: ["a"], "t") == CliCommand(("aws", '["a"]'))

    def test_an_unknown_output_is_not_guessed(self) -> None:
        with pytest.raises(KeyError):
            bind(CliCommand(("aws", Output("nobody").as_json())), known, "t")

    def test_a_bound_command_stays_as_it_is(self) -> None:
        bound = bind(COMMAND, known, "t")
        assert bind(bound, known, "other") == bound


def test_references_are_found_in_every_word() -> None:
    assert list(outputs_in(payload(COMMAND))) == [NETWORK, NETWORK]


@pytest.mark.parametrize("action", [COMMAND, SdkCall("ec2", "DescribeVpcs", {"a": [1]})])
def test_actions_survive_the_codec(action: Action) -> None:
    assert decode(type(action), encode(action)) == action


def test_a_command_reads_as_one_would_type_it() -> None:
    assert str(COMMAND) == "aws ec2 create-subnet"
    assert COMMAND.line == (
        "aws ec2 create-subnet --vpc-id '<create-network.id>' --client-token '<token>' "
        """--tag-specifications '{"ResourceType": "subnet", "Tags": [{"Key": "of", """
        """"Value": "<create-network.id>"}]}' --output json"""
    )


def test_a_change_by_code_says_which_tool_it_is_of() -> None:
    terraform = IacChange(files={"main.tf": "", "extra.tf.json": "{}"}, addresses=("a.b", "c.d"))
    assert str(terraform) == "terraform:2 addresses"
    assert (
        str(IacChange(files={"cloudops-1.json": "{}"}, addresses=("a",))) == "template:1 resource"
    )
