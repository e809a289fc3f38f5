"""Edits of HCL text: what was not meant stays as it was, byte for byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modalities.aws.terraform import edits, syntax
from modalities.aws.terraform.edits import Uneditable
from modalities.aws.terraform.values import Nested, Ref, Value

MINE = """\
# Our shop. Do not touch without asking Ana.

locals { owner = "ana" }   # odd spacing stays

resource "aws_instance" "web" {
  ami           = data.aws_ami.linux.id # pinned elsewhere
  instance_type =   "t3.small"
  # who may log in
  key_name = var.key

  tags = {
    Name = "web"   /* the name */
    team = "shop"
  }

  root_block_device {
    volume_size = 8
  }

  user_data = <<-EOT
    #!/bin/sh
    echo "${var.region} } { resource"
  EOT
}


resource "aws_vpc" "net" { cidr_block = "10.0.0.0/16" }
"""


def put(path: str, value: Value, text: str = MINE, address: str = "aws_instance.web") -> str:
    return edits.put(text, address, path.split("."), value)


def lines_changed(before: str, after: str) -> tuple[list[str], list[str]]:
    """Lines that are gone, and lines that are new; all others are the same and in order."""
    old, new = before.splitlines(), after.splitlines()
    while old and new and old[0] == new[0]:
        old, new = old[1:], new[1:]
    while old and new and old[-1] == new[-1]:
        old, new = old[:-1], new[:-1]
    return old, new


def test_a_value_is_replaced_in_its_place() -> None:
    after = put("instance_type", "m5.large")
    assert lines_changed(MINE, after) == (
        ['  instance_type =   "t3.small"'],
        ['  instance_type =   "m5.large"'],
    )


def test_what_is_so_already_is_not_touched() -> None:
    assert put("instance_type", "t3.small") == MINE


def test_a_new_argument_goes_into_the_column_of_its_neighbours() -> None:
    text = 'resource "a" "b" {\n  alpha_beta = 1\n  gamma      = 2\n\n  x {\n  }\n}\n'
    after = put("delta", True, text, "a.b")
    assert lines_changed(text, after) == ([], ["  delta      = true"])


def test_a_longer_name_gets_a_paragraph_of_its_own() -> None:
    text = 'resource "a" "b" {\n  alpha = 1\n}\n'
    after = put("a_longer_name", 2, text, "a.b")
    assert after == 'resource "a" "b" {\n  alpha = 1\n\n  a_longer_name = 2\n}\n'


def test_nested_blocks_and_their_arguments() -> None:
    assert lines_changed(MINE, put("root_block_device.volume_size", 20)) == (
        ["    volume_size = 8"],
        ["    volume_size = 20"],
    )
    grown = put("root_block_device.volume_type", "gp3")
    assert lines_changed(MINE, grown) == ([], ['    volume_type = "gp3"'])
    spot = put("instance_market_options", Nested({"market_type": "spot"}))
    assert lines_changed(MINE, spot)[0] == []
    assert edits.drop(spot, "aws_instance.web", ["instance_market_options"]) == MINE


def test_a_map_with_comments_keeps_them() -> None:
    assert lines_changed(MINE, put("tags.team", "ops")) == (
        ['    team = "shop"'],
        ['    team = "ops"'],
    )
    gone = edits.drop(MINE, "aws_instance.web", ["tags", "team"])
    assert lines_changed(MINE, gone) == (['    team = "shop"'], [])
    assert '    Name = "web"   /* the name */\n' in put("tags.a:b", "c")


def test_a_map_without_comments_is_laid_out_anew() -> None:
    text = 'resource "a" "b" {\n  tags = {\n    Name = "x"\n  }\n}\n'
    after = put("tags.cloudops:run", "1", text, "a.b")
    assert after == (
        'resource "a" "b" {\n  tags = {\n    Name           = "x"\n'
        '    "cloudops:run" = "1"\n  }\n}\n'
    )
    assert edits.drop(after, "a.b", ["tags", "cloudops:run"]) == text
    short = 'resource "a" "b" {\n  tags = { Name = "x" }\n}\n'
    assert put("tags.env", "p", short, "a.b") == short.replace('"x" }', '"x", env = "p" }')


def test_tags_that_are_an_expression_are_merged_with() -> None:
    text = 'resource "a" "b" {\n  tags = local.tags\n}\n'
    after = put("tags.env", "p", text, "a.b")
    assert after == 'resource "a" "b" {\n  tags = merge(local.tags, {\n    env = "p"\n  })\n}\n'
    with pytest.raises(Uneditable, match=r"tags is local\.tags"):
        edits.drop(text, "a.b", ["tags", "env"])


def test_a_block_on_one_line_is_opened() -> None:
    after = put("tags", {"Name": "net"}, address="aws_vpc.net")
    assert after == MINE.replace(
        'resource "aws_vpc" "net" { cidr_block = "10.0.0.0/16" }\n',
        'resource "aws_vpc" "net" {\n  cidr_block = "10.0.0.0/16"\n\n'
        '  tags = {\n    Name = "net"\n  }\n}\n',
    )


def test_a_block_goes_with_one_of_two_blank_lines() -> None:
    block = edits.find(MINE, "aws_instance.web")
    assert block is not None
    after = edits.remove(MINE, block)
    assert after.startswith(
        '# Our shop. Do not touch without asking Ana.\n\nlocals { owner = "ana" }'
    )
    assert after.endswith(
        '# odd spacing stays\n\n\nresource "aws_vpc" "net" { cidr_block = "10.0.0.0/16" }\n'
    )
    assert (
        edits.remove('resource "a" "b" {\n}\n', syntax.blocks('resource "a" "b" {\n}\n')[0]) == ""
    )


def test_two_blocks_of_one_name_are_not_guessed_between() -> None:
    text = 'resource "a" "b" {\n  x {\n  }\n  x {\n  }\n}\n'
    with pytest.raises(Uneditable, match="2 blocks x"):
        put("x.y", 1, text, "a.b")


def test_what_is_no_hcl_is_told_by_line() -> None:
    with pytest.raises(syntax.Broken, match="line 2"):
        syntax.check('resource "a" "b" {\n  x = = 1\n}\n')
    syntax.check(MINE)


def test_windows_line_endings_and_a_missing_last_one_stay() -> None:
    text = 'resource "a" "b" {\r\n  x = 1\r\n}'
    assert edits.put(text, "a.b", ["x"], 2) == text.replace("1", "2")
    assert edits.append(text, 'resource "c" "d" {\n}\n').startswith(text)


NAMES = st.from_regex(r"[a-z][a-z_]{0,12}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES: st.SearchStrategy[Value] = st.one_of(
    TEXTS, st.integers(-9, 9), st.booleans(), st.just(Ref("aws_vpc.net.id")), st.just(("a", "b"))
)
ROOMS = st.sampled_from(["", "\n", "# a comment\n\n", "locals {\n  x = 1 # y\n}\n\n", "\n\n\n"])


@given(st.dictionaries(NAMES, VALUES, max_size=5), NAMES, VALUES, ROOMS, ROOMS, st.booleans())
def test_bytes_around_an_edit_never_change(
    body: dict[str, Value], name: str, value: Value, before: str, after: str, nested: bool
) -> None:
    from modalities.aws.terraform.values import block, headed

    mine = block(
        headed("resource", "t", "n"), {**body, **({"deep": Nested(body)} if nested else {})}
    )
    text = before + mine + after + block(headed("resource", "t", "other"), body)
    done = edits.put(text, "t.n", [name], value)
    assert done.startswith(before)
    assert done.endswith(after + block(headed("resource", "t", "other"), body))
    syntax.check(done)
    kept = [line for line in mine.splitlines() if not line.strip().startswith(f"{name} ")]
    lines = iter(done.splitlines())
    multi = any("\n" in (e or "") for e in [mine]) and name in body
    assert multi or all(line in lines for line in kept)  # in their order
    if name not in body:
        assert edits.drop(done, "t.n", [name]).split() == text.split()
