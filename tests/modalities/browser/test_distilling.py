"""From a flight to a workflow that other values fit, and no other meaning."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from modalities.action import SdkCall
from modalities.browser.distilling import Flown, steps_of, workflow_of
from modalities.browser.driver.contract import Count, Done, Impact, Mutation, Report, View
from modalities.browser.driver.pilot import Flight
from modalities.browser.driver.verbs import Verb, verb_of
from modalities.browser.filling import fill
from modalities.browser.leaves import of_attributes, of_call, of_resource
from modalities.browser.matching import document, values_of
from modalities.browser.workflow import Workflow, parsed
from modalities.codec import encode
from modalities.contract import Unsupported
from modalities.step import Effect, Irreversible, Step

BASE = "http://127.0.0.1:1/"
LIST = f"{BASE}ec2/home?region=us-east-1#Volumes:"
CALL = SdkCall("ec2", "ModifyVolume", {"VolumeId": "vol-1a", "VolumeType": "gp2"})
KNOWN = {
    "id": "vol-1a",
    "called": "d-1",
    "attributes": {"gib": 8, "iops": 3000, "zone": "us-east-1a"},
}
HELD = Mutation(
    "POST",
    "/action/ModifyVolume",
    {"id": "vol-1a", "type": "gp2", "size": "8", "mode": "fast", "region": "us-east-1"},
)
OPEN = {"verb": "open_menu", "path": ["Actions", "Modify volume"]}
ROW = {"verb": "select_row", "text": "vol-1a"}
FILL = ({"verb": "choose", "label": "Type", "option": "gp2"}, {"verb": "click", "name": "Modify"})


def report(
    url: str, state: str, *actions: Mapping[str, Any], lines: int = 1, held: Mutation | None = None
) -> Report:
    verbs: list[Verb] = [verb_of(each) for each in actions]
    return Report(
        done=tuple(Done(verb, Impact(lines)) for verb in verbs),
        left=(),
        stop=None,
        view=View(url=url, title="", text="", state=state),
        change="",
        held=held,
    )


def flight(*reports: Report) -> Flight:
    return Flight(finished=False, used=Count(len(reports), 9), reports=reports)


def shortest(*reports: Report) -> list[dict[str, Any]]:
    return [dict(each) for each in next(steps_of(flight(*reports), BASE))]


def test_it_begins_at_the_last_address_and_may_open_what_it_opened() -> None:
    steps = shortest(
        report(BASE, "home", {"verb": "click", "name": "Volumes"}),
        report(LIST, "list", {"verb": "click", "name": "Volumes"}),
        report(LIST, "dialog", ROW, OPEN),
        report(LIST, "dialog", *FILL, held=HELD),
    )
    assert steps == [
        {"verb": "goto", "url": "/ec2/home?region=us-east-1#Volumes:"},
        ROW,
        OPEN | {"opens": "any"},
        FILL[0],
        FILL[1] | {"opens": "any"},
    ]


def test_dead_ends_looks_and_what_did_nothing_are_dropped() -> None:
    steps = shortest(
        report(LIST, "list", {"verb": "goto", "url": "/"}),
        report(LIST, "other", {"verb": "click", "name": "Wrong"}),
        report(LIST, "list", {"verb": "click", "name": "Cancel"}),
        report(LIST, "list 2", {"verb": "click", "name": "Idle"}, lines=0),
        report(LIST, "dialog", ROW, OPEN, {"verb": "find", "text": "x"}),
        report(LIST, "dialog", FILL[0], *FILL, held=HELD),
    )
    assert [each["verb"] for each in steps] == [
        *("goto", "select_row", "open_menu", "choose", "click")
    ]


def test_where_the_short_way_is_none_there_is_the_whole() -> None:
    ways = list(
        steps_of(
            flight(
                report(LIST, "list", {"verb": "click", "name": "Volumes"}),
                report(LIST, "dialog", ROW, OPEN),
                report(LIST, "dialog", *FILL, held=HELD),
            ),
            BASE,
        )
    )
    assert [way[0]["url"] for way in ways] == ["/ec2/home?region=us-east-1#Volumes:", "/"]
    assert ways[1][1] == {"verb": "click", "name": "Volumes", "opens": "any"}


def learned(call: SdkCall = CALL, held: Mutation = HELD) -> Workflow:
    own = of_call(call)
    entered = (*own, *of_resource(KNOWN, own))
    flown = Flown(
        ({"verb": "goto", "url": "/v?region=us-east-1#id=vol-1a"}, ROW, *FILL), held, Count(3)
    )
    return workflow_of(
        flown, call, entered, of_attributes(KNOWN, entered), Effect.UPDATE, "us-east-1", ()
    )


def test_values_are_parameters_and_what_the_form_showed_is_what_there_is() -> None:
    found = learned()

    assert found.steps[0]["url"] == "/v?region={region}#id={volume_id}"
    assert [s.get("text") or s.get("option") for s in found.steps[1:3]] == [
        *("{volume_id}", "{volume_type}")
    ]
    assert found.mutations[0].fields == {
        "id": "{volume_id}",
        "type": "{volume_type}",
        "size": "{known_gib}",
        "mode": "fast",
        "region": "{region}",
    }
    assert found.parameters == {
        "volume_id": "ModifyVolume.VolumeId",
        "volume_type": "ModifyVolume.VolumeType",
        "known_gib": "resource.attributes.gib",
    }


def test_it_can_be_kept_and_filled_with_other_values() -> None:
    found = parsed(json.dumps(encode(learned())), "x")
    other = Step(
        id="s",
        effect=Effect.UPDATE,
        action=SdkCall("ec2", "ModifyVolume", {"VolumeId": "vol-2b", "VolumeType": "st1"}),
        why="",
        changes=(),
        undo=Irreversible("x"),
    )
    told = document((other,)) | {"region": "eu-west-1", "resource": {"attributes": {"gib": 500}}}
    sent = fill(found.mutations[0].fields, values_of(found, told))
    assert sent == {
        "id": "vol-2b",
        "type": "st1",
        "size": 500,
        "mode": "fast",
        "region": "eu-west-1",
    }


def test_values_that_were_the_same_must_be_so_again() -> None:
    call = SdkCall("ec2", "X", {"FromPort": 80, "ToPort": 80, "On": True})
    found = learned(call, Mutation("POST", "/x", {"port": "80"}))

    assert found.when == "X.FromPort == X.ToPort"
    assert found.meaning[0]["parameters"] == {
        "FromPort": "{from_port}",
        "ToPort": "{to_port}",
        "On": True,
    }


def test_words_of_a_page_are_no_parameters() -> None:
    with pytest.raises(Unsupported, match="braces"):
        learned(held=Mutation("POST", "/x", {"name": "{region}"}))


def test_tokens_are_made_up_anew() -> None:
    found = learned(held=Mutation("POST", "/x", {"csrf_token": "a", "id": "vol-1a"}))

    assert found.mutations[0].volatile == ("csrf_token",)
