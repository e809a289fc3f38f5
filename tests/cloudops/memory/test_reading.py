"""What of a step becomes a symbol."""

from __future__ import annotations

from cloudops.memory.reading import Steps
from cloudops.memory.structure import Value
from cloudops.memory.symbols import TEXT, parameter


def test_outputs_of_a_step_are_paths_and_those_a_script_confirms_are_like_the_rest_of_it() -> None:
    value = Value("wanted.0.name", "name", "lab-7")
    steps = Steps((), (value,), "us-east-1")
    take = {"kind": "subnet", "where": {"name": "lab-7"}, "take": "id"}
    step = {
        "outputs": {"lab-7": "Subnet.lab-7", "name": "'lab-7'"},
        "action": {"verbs": [{"verb": "confirm", "outputs": {"subnet_id": take}}]},
    }
    read = steps.read(step)
    assert read["outputs"]["lab-7"] == "Subnet.lab-7"
    assert read["outputs"]["name"] == {TEXT: ["'", parameter(0), "'"]}
    (verb,) = read["action"]["verbs"]
    assert verb["outputs"]["subnet_id"] == {**take, "where": {"name": parameter(0)}}
