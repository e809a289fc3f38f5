"""What is shipped for Azure's portal can be replayed, and says what the console and ARM know."""

from __future__ import annotations

import json

import pytest

from modalities.action import SdkCall
from modalities.azure import model
from modalities.azure.effects import effect_of
from modalities.browser import addresses, pages
from modalities.browser.library import Library, file_of
from modalities.browser.workflow import Workflow
from modalities.step import Effect
from sandbox.console.azure.face import AZURE

SHIPPED = Library(console="azure").workflows


@pytest.mark.parametrize("workflow", SHIPPED, ids=lambda w: w.name)
def test_what_is_shipped_can_be_replayed(workflow: Workflow) -> None:
    for call in workflow.calls:
        service, _, operation = call.partition(":")
        assert model.named(service, operation)
        assert effect_of(service, operation) is not Effect.READ
    assert workflow.steps[0]["verb"] == "open"
    assert any("effect" in step for step in workflow.steps), "no step says what it changes"


@pytest.mark.parametrize("workflow", SHIPPED, ids=lambda w: w.name)
def test_it_means_every_part_of_the_calls_that_it_stands_for(workflow: Workflow) -> None:
    meant = [f"{each['service']}:{each['operation']}" for each in workflow.meaning]
    assert meant == list(workflow.calls)
    for each in workflow.meaning:
        call = SdkCall(each["service"], each["operation"], {})
        operation = model.operation_of(call)
        assert operation is not None
        # without parameters of its own, whatever was wanted would pass as what it does
        assert set(model.placeholders(operation)) <= set(each["parameters"])


@pytest.mark.parametrize("workflow", SHIPPED, ids=lambda w: w.name)
def test_the_console_has_its_actions_and_says_what_is_waited_for(workflow: Workflow) -> None:
    (mutation,) = workflow.mutations
    action = AZURE.actions[mutation.path.removeprefix("/action/")]
    assert workflow.postconditions == (f"{action.title}: Succeeded",)


@pytest.mark.parametrize("workflow", SHIPPED, ids=lambda w: w.name)
def test_no_ref_and_no_value_stands_in_it(workflow: Workflow) -> None:
    text = json.dumps([dict(step) for step in workflow.steps])
    assert "/subscriptions/" not in text
    assert "@e" not in text


def test_names_and_files_are_unique_in_both_clouds() -> None:
    every = (*SHIPPED, *Library(console="aws").workflows)
    assert len({w.name for w in every}) == len(every)
    assert len({file_of(w.name) for w in every}) == len(every)


def test_its_pages_are_pages_of_the_console() -> None:
    known, told = addresses.load("azure"), pages.load("azure")
    assert known.log is not None
    for view in (*(p.view for p in told.lists), *(p.view for p in told.health), known.log.view):
        urls = known.opened({"view": view}, "eastus")["urls"]
        assert AZURE.locate(urls[0].removeprefix("/#")) is not None, view
