"""Az's own parser, asked by the CLI hand: the real one, and what cannot be asked."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.az import MISSING, az
from fakes.executables import executable
from modalities.action import CliCommand
from modalities.azure import ids
from modalities.azure.azcli.words import command, spoken
from modalities.azure.express import calls
from modalities.cli.azcli.parser import Parser, Unheard, interpreter_of
from modalities.cli.azure import AzureCli
from modalities.resource import Kind
from modalities.step import Effect, Reversal, Step
from sandbox.azure.names import SUBSCRIPTION

SCOPE = f"{SUBSCRIPTION}/lab"
VM = ids.arm_id(SCOPE, Kind.VM, "web")

real = pytest.mark.skipif(not az(), reason=MISSING)


@pytest.fixture(scope="module")
def parser(tmp_path_factory: pytest.TempPathFactory) -> Parser:
    return Parser(Path(az()), tmp_path_factory.mktemp("az"))


@real
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("vm start -g lab -n web --subscription s --output json", ""),
        ("rest --method get --url /subscriptions/{subscriptionId}/x --body {}", ""),
        ("vm create -g lab", "required: --name"),
        ("vm start -g lab -n web --surely", "unrecognized arguments: --surely"),
        ("rest --method fetch --url /x", "'fetch' is not a valid value"),
        ("disk create -g lab -n data --size-gb ten", "invalid int value: 'ten'"),
    ],
)
def test_it_takes_what_az_takes(parser: Parser, words: str, said: str) -> None:
    answer = parser.refusal(tuple(words.split()))
    assert said in answer
    assert bool(answer) == bool(said)
    assert "\n" not in answer


@real
def test_the_hand_has_commands_parsed_before_anything_is_sent() -> None:
    """Our own list lets any word pass as a tag's operation; az has three."""
    good = command(calls.post(VM, "start"))
    bad = "az tag update --resource-id /x --operation Bogus --tags a=b"
    step = Step(id="s", effect=Effect.UPDATE, action=good, why="w", changes=())
    undo = (Reversal(CliCommand(tuple(bad.split())), Effect.UPDATE, "w"),)
    hand = AzureCli()
    assert list(hand._said_by_az([step])) == []
    (problem,) = hand._said_by_az([replace(step, undo=undo)])
    assert (problem.path, problem.blocking) == ("undo[0].argv", True)
    assert "'Bogus' is not a valid value for '--operation'" in problem.message


def test_a_body_and_what_is_known_only_later_are_not_shown_to_it() -> None:
    body = {"properties": {"adminPassword": "correct-Horse-7"}}
    said = command(calls.put(VM, body)).argv
    assert "correct" not in " ".join(spoken(said))
    assert spoken(("az", "vm", "start", "-n", {"$output": "make.name"})) == (
        *("vm", "start", "-n"),
        "later",
    )


def test_an_az_that_says_nothing_is_no_yes(tmp_path: Path) -> None:
    """Its interpreter has no azure-cli: ours."""
    program = executable(tmp_path / "az", "")
    assert interpreter_of(program) == Path(sys.executable)
    with pytest.raises(Unheard, match="gave no answer"):
        Parser(program, tmp_path).refusal(("vm", "start"))
    step = Step(
        id="s", effect=Effect.UPDATE, action=command(calls.post(VM, "start")), why="w", changes=()
    )
    (problem,) = AzureCli(places=(program,))._said_by_az([step])
    assert "was not asked" in problem.message
    assert not problem.blocking


def test_an_az_that_is_no_script_is_not_asked(tmp_path: Path) -> None:
    binary = tmp_path / "az"
    binary.write_bytes(b"\x7fELF")
    with pytest.raises(Unheard, match="does not say what it runs in"):
        Parser(binary, tmp_path).begin()
