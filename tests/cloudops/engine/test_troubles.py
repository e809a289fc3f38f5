"""What a cloud says while it is read: our summary, its words as detail, the exit code that fits."""

from __future__ import annotations

import pytest

from cloudops.engine.troubles import CLOUD, cloud_stop, stop_of
from cloudops.state.contract import Away, Busy, StoreError
from modalities.receipt import CloudError, Trouble

THEIRS = "You are not authorized, \x1b[31mbuddy"


def test_every_trouble_has_a_code_and_a_name() -> None:
    assert set(CLOUD) == set(Trouble)


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (Trouble.PERMISSION, 8),
        (Trouble.UNAVAILABLE, 8),
        (Trouble.TIMEOUT, 8),
        (Trouble.AUTH, 64),
        (Trouble.THROTTLED, 5),
        (Trouble.QUOTA, 6),
        (Trouble.CAPACITY, 1),
    ],
)
def test_the_summary_is_ours_and_the_detail_theirs(trouble: Trouble, code: int) -> None:
    stop = stop_of(CloudError(trouble, "Code", THEIRS, remedy="ask"), "r1", ())
    assert stop.exit_code == code
    assert THEIRS not in stop.summary
    assert stop.detail == f"Code: {THEIRS}"
    assert stop.remedy == "ask"


def test_what_never_reached_a_cloud_is_said_as_it_is() -> None:
    error = CloudError(Trouble.UNAVAILABLE, "NoRoute", "nothing answers at x", sent=False)
    assert cloud_stop(error).summary == "nothing answers at x"
    wrong = CloudError(Trouble.INVALID, "NoRegion", "target t has no region", sent=False)
    assert cloud_stop(wrong).exit_code == 64


def test_where_something_took_effect_it_is_listed() -> None:
    stop = stop_of(CloudError(Trouble.PERMISSION, "Code", THEIRS), "r1", ("create-vm",))
    assert (stop.exit_code, stop.payload["left"]) == (7, ("create-vm",))
    assert THEIRS not in stop.summary


@pytest.mark.parametrize(("kind", "code"), [(Busy, 5), (Away, 8), (StoreError, 64)])
def test_a_state_that_may_do_the_same_later_is_nobody_s_mistake(
    kind: type[StoreError], code: int
) -> None:
    stop = stop_of(kind("no", "do this"), "r1", ())
    assert (stop.exit_code, stop.summary, stop.remedy) == (code, "no", "do this")
