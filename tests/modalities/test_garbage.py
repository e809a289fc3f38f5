from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from modalities.garbage import looked_for_later


@pytest.fixture(autouse=True)
def _known_thresholds() -> Iterator[None]:
    """The program sets its own, and a test that ran it in this process leaves them so."""
    was = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*was)
    gc.enable()


def looks(count: int) -> int:
    """How often Python looked for garbage while so many things were made."""
    seen: list[str] = []

    def note(phase: str, _: object) -> None:
        seen.append(phase)

    gc.callbacks.append(note)
    made = [[n] for n in range(count)]
    gc.callbacks.remove(note)
    assert len(made) == count
    return seen.count("start")


def test_it_is_looked_for_later() -> None:
    assert looks(100_000) > 0
    with looked_for_later():
        assert looks(100_000) == 0
    assert looks(100_000) > 0


def test_it_is_looked_for_again_after_a_failure() -> None:
    with pytest.raises(KeyError), looked_for_later():
        raise KeyError
    assert gc.isenabled()


def test_who_never_looks_for_it_is_left_alone() -> None:
    gc.disable()
    with looked_for_later(), looked_for_later():
        pass
    assert not gc.isenabled()
