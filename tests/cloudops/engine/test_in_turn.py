"""The next hand is tried where the first failed on its own account and nothing of it stands."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cloudops.engine.in_turn import in_turn
from cloudops.engine.passage import Passage
from cloudops.engine.report import Options
from cloudops.errors import ExecutionFailed, Stop
from cloudops.request import Request
from cloudops.state.sql import open_store
from modalities.contract import Unresolved, Unsupported
from modalities.plan import ModalityName, Ranked, Route
from modalities.receipt import CloudError, Failure, Outcome, Receipt, Trouble

ROUTE = Route(
    1.0,
    ("easy",),
    tuple(Ranked(name, 0.5, "") for name in (ModalityName.SDK, ModalityName.CLI)),
)
REQUEST = Request(text="x", target="sandbox", actor="me")


@pytest.fixture
def passage(tmp_path: Path) -> Passage:
    return Passage(open_store(tmp_path / "state.db"), None, REQUEST, Options())


def attempted(passage: Passage, error: Exception, *, forced: bool = False) -> list[str]:
    """Who was tried, where the first fails with ``error``."""
    tried: list[str] = []

    def attempt(led: Route) -> str:
        tried.append(led.ranked[0].modality)
        if len(tried) == 1:
            raise error
        tried.extend(led.reasons[1:])
        return "done"

    assert in_turn(ROUTE, passage, forced=forced, attempt=attempt) == "done"
    return tried


def failed(trouble: Trouble) -> ExecutionFailed:
    return ExecutionFailed("failed", detail="why", failure=Failure(trouble, "Code", "why"))


@pytest.mark.parametrize(
    "error",
    [
        Unsupported("no such form"),
        CloudError(Trouble.UNAVAILABLE, "NoTool", "no terraform"),
        failed(Trouble.TIMEOUT),
        failed(Trouble.NOT_EMULATED),
    ],
)
def test_the_next_is_tried_and_the_plan_says_so(passage: Passage, error: Exception) -> None:
    first, second, reason = attempted(passage, error)
    assert (first, second) == ("sdk", "cli")
    assert reason.startswith("sdk could not: ")


@pytest.mark.parametrize(
    "error",
    [
        CloudError(Trouble.PERMISSION, "AccessDenied", "no"),
        failed(Trouble.QUOTA),
        ExecutionFailed("failed without a reason"),
        Unresolved("there is no web-1"),
    ],
)
def test_what_the_cloud_says_no_to_is_not_asked_by_another_hand(
    passage: Passage, error: Exception
) -> None:
    with pytest.raises(type(error)):
        attempted(passage, error)


def test_one_that_was_asked_for_is_the_only_one(passage: Passage) -> None:
    with pytest.raises(Unsupported):
        attempted(passage, Unsupported("no"), forced=True)


def test_nothing_is_tried_while_something_stands(passage: Passage) -> None:
    now = datetime.now(UTC)
    passage.progress.receipts["made"] = Receipt(
        step="made", outcome=Outcome.DONE, started_at=now, finished_at=now
    )
    with pytest.raises(Stop):
        attempted(passage, failed(Trouble.TIMEOUT))
