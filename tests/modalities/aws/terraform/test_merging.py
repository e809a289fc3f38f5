"""An edition is taken back out of code that others have edited since, and nothing else is."""

from __future__ import annotations

from typing import TypeAlias

import pytest

from modalities.aws.terraform import syntax
from modalities.aws.terraform.merging import merged
from modalities.contract import Moved

WEB = """resource "aws_instance" "web" {
  instance_type          = "t3.micro"
  vpc_security_group_ids = ["sg-1"]

  tags = {
    Name = "web"
  }

  root_block_device {
    volume_size = 8
  }
}
"""
LOGS = 'resource "aws_s3_bucket" "logs" {\n  bucket = "logs"\n}\n'
DATA = 'resource "aws_s3_bucket" "data" {\n  bucket = "data"\n}\n'
REGION = 'variable "region" {\n  default = "eu-west-1"\n}\n'


def web(*changes: tuple[str, str]) -> str:
    text = WEB
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


TAG = ('Name = "web"\n', 'Name = "web"\n    env  = "prod"\n')
OWNER = ('Name = "web"\n', 'Name  = "web"\n    owner = "ann"\n')
BOTH_TAGS = ('Name = "web"\n', 'Name  = "web"\n    env   = "prod"\n    owner = "ann"\n')
BIG, HUGE = ('"t3.micro"', '"t3.large"'), ('"t3.micro"', '"t3.2xlarge"')
GUARD, EDGE = ('["sg-1"]', '["sg-1", aws_security_group.web.id]'), ('["sg-1"]', '["sg-1", "sg-9"]')
GUARD_EDGE = ('["sg-1"]', '["sg-1", aws_security_group.web.id, "sg-9"]')
DISK, DISKS = ("volume_size = 8", "volume_size = 20"), ("volume_size = 8", "volume_size = 30")


def test_where_nobody_edited_anything_it_is_what_it_was() -> None:
    assert merged(web(BIG), WEB, web(BIG)) == WEB
    assert merged(LOGS, None, LOGS) is None
    assert merged(None, LOGS, None) == LOGS


def test_what_is_back_already_stays_as_it_is() -> None:
    assert merged(web(BIG), WEB, WEB) == WEB
    assert merged(LOGS, None, None) is None


def test_blocks_of_others_in_the_same_file_stay() -> None:
    assert merged(f"{LOGS}", None, f"{LOGS}\n{DATA}") == DATA
    assert merged(f"{DATA}\n{LOGS}", DATA, f"{DATA}\n{LOGS}\n{REGION}") == f"{DATA}\n{REGION}"
    assert merged(DATA, f"{DATA}\n{LOGS}", f"{DATA}\n{REGION}") == f"{DATA}\n{REGION}\n{LOGS}"
    text = merged(f"{DATA}\n{web(BIG)}", f"{DATA}\n{WEB}", f"# ours\n{DATA}\n{web(BIG)}\n{REGION}")
    assert text == f"# ours\n{DATA}\n{WEB}\n{REGION}"


def test_what_was_made_goes_whatever_others_have_made_of_it() -> None:
    assert merged(f"{DATA}\n{WEB}", DATA, f"{DATA}\n{web(OWNER)}") == DATA
    assert merged(WEB, None, web(OWNER)) is None
    assert merged(f"{DATA}\n{LOGS}", DATA, DATA) == DATA


Change: TypeAlias = tuple[str, str]


@pytest.mark.parametrize(
    ("made", "now", "then"),
    [
        (BIG, (BIG, OWNER), (OWNER,)),
        (TAG, (BOTH_TAGS,), (OWNER,)),
        (TAG, (TAG, BIG), (BIG,)),
        (GUARD, (GUARD_EDGE,), (EDGE,)),
        (DISK, (DISK, BIG), (BIG,)),
        (DISK, (DISKS,), None),
        (BIG, (HUGE,), None),
        (TAG, (('Name = "web"\n', 'Name = "web"\n    env  = "test"\n'),), None),
    ],
    ids=lambda value: str(value)[:40],
)
def test_within_a_block_only_what_the_edition_changed_goes_back(
    made: Change, now: tuple[Change, ...], then: tuple[Change, ...] | None
) -> None:
    if then is None:
        with pytest.raises(Moved, match=r"aws_instance\.web: .* changed in the code since"):
            merged(web(made), WEB, web(*now))
    else:
        text = merged(web(made), WEB, web(*now))
        assert text == web(*then)


def test_of_a_list_what_was_taken_out_comes_back_beside_what_others_put_in() -> None:
    assert merged(WEB, web(GUARD), web(EDGE)) == web(('["sg-1"]', GUARD_EDGE_OTHERWISE))
    without = ('  vpc_security_group_ids = ["sg-1"]\n', "")
    text = merged(web(GUARD), web(without), web(GUARD_EDGE))
    assert text == web(('["sg-1"]', '["sg-9"]'))


GUARD_EDGE_OTHERWISE = '["sg-1", "sg-9", aws_security_group.web.id]'


def test_a_block_that_was_taken_over_stays_where_others_have_edited_it() -> None:
    """It is let go, and not destroyed: a later run stands on it."""
    let_go = ("aws_instance.web",)
    assert merged(f"{DATA}\n{WEB}", DATA, f"{DATA}\n{WEB}", let_go) == DATA
    edited = f"{DATA}\n{web(OWNER)}"
    assert merged(f"{DATA}\n{WEB}", DATA, edited, let_go) == edited
    assert merged(f"{LOGS}\n{WEB}", None, f"{LOGS}\n{web(OWNER)}", let_go) == web(OWNER)


@pytest.mark.parametrize(
    ("made", "was", "now"),
    [
        (REGION, REGION.replace("eu", "us"), REGION.replace("west", "north")),
        (web(BIG), WEB, DATA),
        (DATA, f"{DATA}\n{WEB}", f"{DATA}\n{web(OWNER)}"),
        (web(GUARD), WEB, web(('["sg-1"]', "local.groups"))),
        (web(TAG), WEB, web(('{\n    Name = "web"\n  }', "local.tags"))),
    ],
)
def test_what_both_changed_is_nobody_s_to_decide(made: str, was: str, now: str) -> None:
    with pytest.raises(Moved):
        merged(made, was, now)


@pytest.mark.parametrize(
    ("expression", "items"),
    [
        ('["a", aws_x.y.id]', ['"a"', "aws_x.y.id"]),
        ('[\n  "a",\n]', ['"a"']),
        ("[]", []),
        ('concat(["a"], local.b)', None),
        ("[for a in local.b : a]", None),
        ("[", None),
    ],
)
def test_elements_of_a_list(expression: str, items: list[str] | None) -> None:
    assert syntax.elements(expression) == items
