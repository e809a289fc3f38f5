"""The page that says what is imitated."""

from __future__ import annotations

from pathlib import Path

from sandbox.azure import fidelity
from sandbox.azure.registry import standard

PAGE = Path(__file__).parents[3] / "docs" / "azure-fidelity.md"


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text() == fidelity.page(), "python -m sandbox.azure.fidelity > docs/..."


def test_notes_are_of_types_that_there_are() -> None:
    assert set(fidelity._notes()) <= {type.name for type in standard()}


def test_what_no_action_does_is_said() -> None:
    (row,) = (
        line for line in fidelity.page().splitlines() if line.startswith("| virtualMachines |")
    )
    _, _, imitated, left, _ = row.split("|")
    assert "deallocate" in imitated
    assert "runCommand" in left
    assert "deallocate" not in left
