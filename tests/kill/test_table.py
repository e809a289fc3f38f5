"""The table's figures are of deaths; what nothing happened to stands beside them."""

from __future__ import annotations

from kill.table import HEAD, rows
from kill.verdict import UNBROKEN, Verdict


def verdict(moment: str, ending: str, came_to: str) -> Verdict:
    return Verdict("sdk", "tag", moment, ending, came_to, 0, 1.0)


def test_an_unbroken_run_is_no_death() -> None:
    (row,) = rows(
        [
            verdict(UNBROKEN, "undo", "told"),
            verdict("cloud/ec2:CreateTags#1/lost", "resume", "goal"),
            verdict("cloud/ec2:CreateTags#1/lost", "undo", "start"),
        ]
    )
    told = dict(zip(HEAD, row, strict=True))
    assert (told["unbroken: undone"], told["moments"]) == ("told", "1")
    assert (told["resumed: goal"], told["undone: start"], told["told"]) == ("1", "1", "0")
