from __future__ import annotations

import pytest

from cloudops.router.fault import hand_may_differ, tells_of_hand
from fakes.routing import BROWSER, CLI, IAC, SDK
from modalities.plan import ModalityName
from modalities.receipt import Failure, Trouble

HANDS_OWN = {
    Trouble.INVALID,
    Trouble.NOT_FOUND,
    Trouble.NOT_EMULATED,
    Trouble.LIMIT,
    Trouble.UNAVAILABLE,
    Trouble.TIMEOUT,
}
NO_ANSWER = {Trouble.UNAVAILABLE, Trouble.TIMEOUT, Trouble.NOT_EMULATED}


def failure(trouble: Trouble, code: str = "Code") -> Failure:
    return Failure(trouble, code, "a message")


@pytest.mark.parametrize("trouble", list(Trouble))
def test_where_another_hand_may_succeed(trouble: Trouble) -> None:
    assert hand_may_differ(failure(trouble)) is (trouble in HANDS_OWN)
    assert hand_may_differ(failure(trouble), SDK) is (trouble in HANDS_OWN)


def test_the_console_has_a_sign_in_of_its_own() -> None:
    assert hand_may_differ(failure(Trouble.AUTH), BROWSER)
    assert not any(hand_may_differ(failure(Trouble.AUTH), hand) for hand in (SDK, CLI, IAC))


@pytest.mark.parametrize("code", ["NotSo", "NotApproved", "PlanMoved", "AlreadyManaged"])
def test_a_hands_conflict_with_itself_is_its_own(code: str) -> None:
    assert hand_may_differ(failure(Trouble.CONFLICT, code))
    assert tells_of_hand(failure(Trouble.CONFLICT, code), IAC, another_did=False)


@pytest.mark.parametrize("code", ["BucketAlreadyExists", "IncorrectInstanceState"])
def test_a_conflict_in_the_cloud_is_so_for_every_hand(code: str) -> None:
    assert not hand_may_differ(failure(Trouble.CONFLICT, code))


@pytest.mark.parametrize("code", ["StateLocked", "HomeBusy", "HalfDone", "CodeMoved"])
def test_no_hand_passes_by_who_is_at_work_there(code: str) -> None:
    assert not hand_may_differ(failure(Trouble.CONFLICT, code), IAC)


@pytest.mark.parametrize("trouble", [Trouble.QUOTA, Trouble.PERMISSION, Trouble.CAPACITY])
@pytest.mark.parametrize("hand", list(ModalityName))
def test_what_the_cloud_says_to_every_hand_is_held_against_none(
    trouble: Trouble, hand: ModalityName
) -> None:
    assert not tells_of_hand(failure(trouble), hand, another_did=True)


@pytest.mark.parametrize("trouble", sorted(NO_ANSWER))
def test_no_answer_tells_something_only_where_another_got_one(trouble: Trouble) -> None:
    assert tells_of_hand(failure(trouble), CLI, another_did=True)
    assert not tells_of_hand(failure(trouble), CLI, another_did=False)


@pytest.mark.parametrize("trouble", sorted(HANDS_OWN - NO_ANSWER))
def test_what_the_hand_got_wrong_tells_of_it(trouble: Trouble) -> None:
    assert tells_of_hand(failure(trouble), CLI, another_did=False)
