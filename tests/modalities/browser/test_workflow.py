"""The learned workflows, shipped and a person's own."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from modalities.aws.effects import effect_of
from modalities.aws.loader import service_model
from modalities.browser.driver.verbs import verb_of
from modalities.browser.filling import fill
from modalities.browser.library import Library, file_of
from modalities.browser.workflow import Workflow, parsed
from modalities.codec import Malformed
from modalities.step import Effect

SHIPPED = Library().workflows


@pytest.mark.parametrize("workflow", SHIPPED, ids=lambda w: w.name)
def test_what_is_shipped_can_be_replayed(workflow: Workflow) -> None:
    for call in workflow.calls:
        service, _, operation = call.partition(":")
        assert operation in service_model(service).operation_names
    assert effect_of(*workflow.calls[0].split(":")) is not Effect.READ
    assert workflow.steps[0]["verb"] == "open"
    assert any("effect" in step for step in workflow.steps), "no step says what it changes"
    for mutation in workflow.mutations:
        assert mutation.path.startswith("/action/")


@pytest.mark.parametrize("workflow", SHIPPED, ids=lambda w: w.name)
def test_no_ref_and_no_value_stands_in_it(workflow: Workflow) -> None:
    text = json.dumps([dict(step) for step in workflow.steps])
    for id in ("i-0", "vol-0", "vpc-0", "subnet-0", "sg-0", "ami-0", "@e"):
        assert id not in text


def test_names_and_files_are_unique() -> None:
    assert len({w.name for w in SHIPPED}) == len(SHIPPED)
    assert len({file_of(w.name) for w in SHIPPED}) == len(SHIPPED)


def test_a_persons_own_stands_before_the_shipped(tmp_path: Path) -> None:
    (shipped,) = (w for w in SHIPPED if w.name == "stop instance")
    library = Library(tmp_path)
    own = replace(shipped, about="mine")
    path = library.keep(own)
    assert path == tmp_path / "stop_instance.json"
    assert library.named("stop instance") == own
    assert Library(tmp_path).named("stop instance") == own
    assert len(library.workflows) == len(SHIPPED)


def test_a_file_that_is_none_is_told_and_left_out(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{")
    library = Library(tmp_path)
    assert len(library.workflows) == len(SHIPPED)
    assert library.faults[0].startswith("broken.json: workflow broken.json: ")


def _changed(**more: Any) -> str:
    steps = [{"verb": "click", "name": "Stop"}]
    plain = {"name": "x", "effect": "update", "calls": ["ec2:StopInstances"], "steps": steps}
    return json.dumps({**plain, "mutations": [{"path": "/a"}], **more})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (_changed(steps=[{"verb": "hack", "name": "x"}]), "'hack' is no verb"),
        (_changed(steps=[{"verb": "set", "label": "a", "value": "{b}"}]), "no parameter"),
        (_changed(mutations=[]), "says no request"),
        (_changed(surprise=1), "surprise"),
        ("[]", "is no object"),
    ],
)
def test_what_could_never_be_replayed_is_refused(text: str, told: str) -> None:
    with pytest.raises(Malformed, match=told):
        parsed(text, "x.json")


def test_a_row_of_verbs_is_what_the_driver_takes() -> None:
    (workflow,) = (w for w in SHIPPED if w.name == "create volume")
    values = {"name": "n", "type": "gp3", "size": 8, "zone": "z", "tags": [], "iops": None}
    steps = fill(list(workflow.steps), values)
    for step in steps[1:]:
        verb_of({k: v for k, v in step.items() if k not in ("effect", "optional")})
