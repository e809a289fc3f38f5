"""What a written state tells without a Terraform."""

from __future__ import annotations

import pytest

from modalities.iac.states import attributes, referred

STATE = {
    "resources": [
        {
            "mode": "managed",
            "type": "aws_vpc",
            "name": "lab",
            "instances": [{"attributes": {"id": "vpc-1", "main_route_table_id": "rtb-1", "n": 3}}],
        }
    ]
}


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("aws_vpc.lab.main_route_table_id", "rtb-1"),
        ("aws_vpc.lab.id", "vpc-1"),
        ("aws_vpc.lab.n", "aws_vpc.lab.n"),
        ("aws_vpc.lab.none", "aws_vpc.lab.none"),
        ("aws_vpc.other.id", "aws_vpc.other.id"),
        ("rtb-2", "rtb-2"),
        ("10.0.0.0/16", "10.0.0.0/16"),
        ("", ""),
    ],
)
def test_what_an_argument_refers_to_is_what_the_state_holds_of_it(code: str, value: str) -> None:
    assert referred(code, attributes(STATE)) == value
