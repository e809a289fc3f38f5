"""A sample of the kill harness: other moments with every KILL_SEED, the same ones with the same.

All moments: ``PYTHONPATH=tests python -m kill --hand all`` (docs/kill-harness.md).
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from fakes.postgres import programs
from kill.bench import Bench
from kill.conftest import ON_LINUX
from kill.ledger import Ledger
from kill.session import Choice, deaths
from kill.specimen import specimens

SEED = int(os.environ.get("KILL_SEED", "0"))
NAMES = ("machine", "disk", "restart", "port", "network", "tag")
SPECIMENS = random.Random(SEED).sample(NAMES, 2)  # noqa: S311 - no secret


pytestmark = ON_LINUX


@pytest.mark.parametrize("name", SPECIMENS)
def test_a_run_that_was_killed_is_taken_up_again(bench: Bench, name: str) -> None:
    said: list[str] = []
    choice = Choice(seed=SEED, limit=3)
    found = list(deaths(bench, specimens()[name], choice, Ledger(None), said.append))
    assert len(found) == 1 + 3  # unbroken, and the moments
    verdicts = [verdict for each in found for verdict in each]
    assert [v for v in verdicts if not v.good] == [], said
    if name != "restart":  # which leaves no trace: of it can only be told
        assert [v for v in verdicts if v.came_to == "told"] == [], said


def test_an_undo_that_was_killed_is_asked_for_anew(bench: Bench) -> None:
    """Its way back would attach the disk a second time."""
    choice = Choice(seed=SEED, limit=1, only="AttachVolume#1/lost")
    found = list(deaths(bench, specimens()["undoing detach"], choice, Ledger(None), print))
    (verdicts,) = found
    assert [(v.ending, v.came_to, v.good) for v in verdicts] == [
        ("resume", "goal", True),
        ("anew", "goal", True),
    ]


@pytest.mark.parametrize(("cloud", "store"), [("azure", "sqlite"), ("aws", "postgresql")])
def test_so_it_is_on_another_cloud_and_with_another_store(
    tmp_path: Path, cloud: str, store: str
) -> None:
    if cloud == "azure":
        pytest.importorskip("trustme", reason="the Azure sandbox needs the extra `azure`")
    if store == "postgresql" and programs() is None:
        pytest.skip("no PostgreSQL: neither on PATH nor in /usr/lib/postgresql")
    choice = Choice(seed=SEED, limit=1, only="cloud", cloud=cloud, store=store)
    with Bench(tmp_path, "sdk", cloud=cloud, store=store) as bench:
        found = list(deaths(bench, specimens(cloud)["tag"], choice, Ledger(None), print))
    assert [v.came_to for v in found[0]] == ["goal", "start"]
