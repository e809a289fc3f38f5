from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cloudops.request import Goal
from cloudops.router.shipped import FILE, Measured, load, shipped, text_of
from modalities.codec import Malformed
from modalities.plan import ModalityName
from modalities.resource import Provider


def measured(hand: ModalityName = ModalityName.SDK, **other: Any) -> Measured:
    facts: dict[str, Any] = {
        "provider": Provider.AWS,
        "hand": hand,
        "goal": Goal.PROVISION,
        "trials": 24,
        "successes": 23,
        "steps": 2.0,
        "seconds": 1.25,
        "date": "2026-11-27",
        "how": "cloudops gym run --cloud aws",
        **other,
    }
    return Measured(**facts)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    file = tmp_path / "measured.json"
    never = measured(ModalityName.BROWSER, successes=0, steps=None, seconds=None)
    file.write_text(text_of([measured(), never]))
    assert load(file) == (never, measured())


def test_the_order_in_the_file_is_always_the_same() -> None:
    some = [measured(hand) for hand in ModalityName]
    assert text_of(some) == text_of(some[::-1])


@pytest.mark.parametrize("text", [None, "", "\n", '{"schema_version": 1, "measured": []}'])
def test_nothing_measured_yet(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "measured.json"
    if text is not None:
        file.write_text(text)
    assert load(file) == ()


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('{"measured": []}', "schema_version"),
        ('{"schema_version": 2, "measured": []}', "schema_version"),
        ('{"schema_version": 1, "measured": [{"hand": "telnet"}]}', "measured.0"),
    ],
)
def test_another_format_is_named(tmp_path: Path, text: str, path: str) -> None:
    file = tmp_path / "measured.json"
    file.write_text(text)
    with pytest.raises(Malformed, match=path):
        load(file)


def test_what_comes_with_the_program_can_be_read() -> None:
    assert FILE.is_file()
    assert all(0 <= m.successes <= m.trials for m in shipped())
    assert FILE.read_text(encoding="utf-8") == text_of(shipped())
