"""From a recording to a workflow: what it is about, and what cannot be learned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from modalities.browser.driver.contract import Mutation
from modalities.browser.learning import Learning
from modalities.contract import Unsupported

STEPS: tuple[Mapping[str, Any], ...] = (
    {"verb": "goto", "url": "/volumes"},
    {"verb": "set", "label": "Name", "value": "{name}"},
    {"verb": "set", "label": "Size (GiB)", "value": "{size_gib}"},
)
TAGGED: tuple[Mapping[str, Any], ...] = (
    {"verb": "click", "name": "Add new tag"},
    {"verb": "set", "label": "Key", "value": "{key}"},
    {"verb": "set", "label": "Value", "value": "{value}"},
)
DONE = ({"verb": "click", "name": "Create volume"},)
VALUES = {"name": "d-1", "size_gib": "8", "key": "k", "value": "v"}
SENT = {"name": "d-1", "size": "8", "type": "gp3", "snapshot": "none", "tags.key": "k"}


def learning(*steps: Mapping[str, Any], sent: Mapping[str, Any] = SENT) -> Learning:
    mutations = [Mutation("POST", "/volumes", sent)]
    return Learning("make a disk", "ec2:CreateVolume", (*steps, *DONE), VALUES, mutations)


def test_what_the_form_chose_is_part_of_the_meaning() -> None:
    (meaning,) = learning(*STEPS, *TAGGED).workflow().meaning

    assert meaning["parameters"] == {"Size": "{size_gib}", "VolumeType": "gp3"}


def test_what_the_call_does_not_know_is_none() -> None:
    (meaning,) = learning(*STEPS, *TAGGED, sent=SENT | {"type": "other"}).workflow().meaning

    assert meaning["parameters"] == {"Size": "{size_gib}"}


def test_what_is_made_without_a_tag_could_not_be_found_again() -> None:
    with pytest.raises(Unsupported, match="with one tag added"):
        learning(*STEPS).workflow()


def test_what_makes_nothing_needs_no_tag() -> None:
    steps = [{"verb": "click", "name": "Stop"}]
    sent = [Mutation("POST", "/stop", {"id": "i-1"})]

    found = Learning("stop", "ec2:StopInstances", steps, {}, sent).workflow()

    assert found.calls == ("ec2:StopInstances",)
