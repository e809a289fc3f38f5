"""`cloudops explore`: each hand tried in a copy of somebody's cloud, in which nothing happens."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from journey.conftest import Product, Witness, missing


def of(report: dict[str, Any], hand: str) -> dict[str, Any]:
    (found,) = [c for c in report["candidates"] if c["hand"] == hand]
    return dict(found)


def test_candidates_side_by_side_leave_the_cloud_alone_and_one_becomes_a_plan(
    product: Product, witness: Witness
) -> None:
    if missing("cli"):
        pytest.skip(missing("cli"))
    before = witness.count()
    file = product.home / "best.json"
    words = "create a VM named trial-1 with 2 vCPUs"
    came = product("explore", "-t", "lab", words, "--modality", "cli", "--broken")
    assert came.code == 0, came.err
    tried = of(came.report, "cli")
    assert tried["outcome"] == "worked"
    assert tried["leaves"] == []
    assert tried["steps"] == 1
    assert tried["calls"] > 0
    assert any("disk/" in text for text in tried["along"]), "it comes with a disk of its own"
    assert witness.count() == before

    came = product("explore", "-t", "lab", words, "--modality", "sdk", "--out", str(file))
    assert came.code == 0, came.err
    assert came.report["outcome"] == "explored"
    assert came.report["plan"]["evidence"]["taken_back"] is True
    assert witness.count() == before

    applied = product("apply", str(file), "--yes")
    assert applied.code == 0, applied.out + applied.err
    assert "trial-1" in witness.vms()


def test_the_picture_is_a_picture(product: Product, witness: Witness) -> None:
    del witness
    came = product("explore", "-t", "lab", "create a network named <b>", "--modality", "sdk")
    assert came.code == 10, "no name"
    came = product("explore", "-t", "lab", "create a network named n-1", "--modality", "sdk")
    place = next(line for line in came.err.splitlines() if line.startswith("picture: "))
    assert Path(place.removeprefix("picture: ")).read_text("utf-8").startswith("<svg")


def test_a_question_has_nothing_to_try(product: Product, witness: Witness) -> None:
    del witness
    came = product("explore", "-t", "lab", "which VMs are stopped?")
    assert came.code == 64
    assert "cloudops run" in json.loads(came.out)["error"]["remedy"]
