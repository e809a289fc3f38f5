"""Progress as it is told, from pieces of output that break anywhere."""

from __future__ import annotations

import json

import pytest

from modalities.iac.progress import Progress

SAID = "".join(
    json.dumps({"type": type, "@message": text}) + "\n"
    for type, text in (
        ("version", "Terraform 1.11.4"),
        ("apply_start", "aws_vpc.lab: Creating..."),
        ("diagnostic", "no"),
        ("apply_complete", "aws_vpc.lab: Creation complete after 1s [id=vpc-1\x1b[31m]"),
    )
).encode()


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_only_whole_lines_that_are_news(size: int) -> None:
    told: list[str] = []
    heard = Progress(told.append)
    for at in range(0, len(SAID), size):
        heard(SAID[at : at + size])
    heard(b"garbage\n{\n\xff\n[]\n")
    assert told == [
        "Terraform: aws_vpc.lab: Creating...",
        "Terraform: aws_vpc.lab: Creation complete after 1s [id=vpc-1[31m]",
    ]
