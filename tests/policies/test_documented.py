from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from policies.registry import POLICIES
from policies.settings import PolicySettings

PAGE = (Path(__file__).parents[2] / "docs" / "policies.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the table whose header begins with ``heading``."""
    table = PAGE[PAGE.index(f"| {heading} |") :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table]


def test_the_page_lists_the_policies_that_there_are() -> None:
    documented = rows("id")
    assert documented == [[f"`{p.id}`", p.title, str(p.severity), p.why] for p in POLICIES]


def test_the_page_explains_what_each_looks_at() -> None:
    for policy in POLICIES:
        assert f"- **{policy.id}**: " in PAGE


def test_the_page_lists_the_settings_that_there_are() -> None:
    assert [row[0] for row in rows("name")] == [f"`{f.name}`" for f in fields(PolicySettings)]
    assert f"| {PolicySettings().max_deletes} |" in PAGE
