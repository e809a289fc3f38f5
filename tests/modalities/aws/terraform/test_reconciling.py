"""The code follows the cloud by the smallest edit."""

from __future__ import annotations

from typing import Any

from modalities.aws.terraform.module import Module
from modalities.aws.terraform.reconciling import followed

MINE = """\
# shop
resource "aws_instance" "web" {
  instance_type          = "t3.small" # cheap
  vpc_security_group_ids = [aws_security_group.web.id]

  root_block_device {
    volume_size = 8
  }

  tags = {
    Name = "web-1"
    old  = "x"
  }
}

resource "aws_security_group" "web" {
  name = "web"

  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }
}

resource "aws_ebs_volume" "data" {
  size = 8
}

resource "aws_volume_attachment" "data" {
  volume_id   = aws_ebs_volume.data.id
  instance_id = aws_instance.web.id
}
"""
MODULE = Module(
    {"main.tf": MINE, "other.tf": "locals {\n  a = 1\n}\n"},
    {"i-1": "aws_instance.web", "sg-1": "aws_security_group.web", "sg-9": "aws_security_group.b"},
)


def moved(address: str, cloud: dict[str, Any] | None, code: dict[str, Any], **more: Any) -> Any:
    """A pending change: what the cloud has, and what the code says."""
    actions = ["update"] if cloud else ["create"]
    body = {"actions": actions, "before": cloud, "after": code, **more}
    return {"address": address, "type": address.split(".")[0], "mode": "managed", "change": body}


def after(*changes: Any, module: Module = MODULE) -> dict[str, str]:
    return dict(followed(module, {"resource_changes": list(changes)}))


def test_values_tags_and_nested_blocks_follow() -> None:
    change = moved(
        "aws_instance.web",
        {
            "id": "i-1",
            "instance_type": "t3.large",
            "monitoring": True,
            "root_block_device": [{"volume_size": 20, "iops": 3000}],
            "tags": {"Name": "web-1", "env": "prod"},
            "tags_all": {"Name": "web-1", "env": "prod"},
            "public_ip": "1.2.3.4",
        },
        {
            "id": "i-1",
            "instance_type": "t3.small",
            "monitoring": False,
            "root_block_device": [{"volume_size": 8, "iops": 3000}],
            "tags": {"Name": "web-1", "old": "x"},
            "tags_all": {"Name": "web-1", "old": "x"},
        },
        after_unknown={"public_ip": True},
    )
    expected = (
        MINE.replace('"t3.small"', '"t3.large"')
        .replace("web.id]\n", "web.id]\n  monitoring             = true\n", 1)
        .replace("volume_size = 8", "volume_size = 20")
        .replace('    old  = "x"\n', '    env  = "prod"\n')
    )
    assert after(change) == {"main.tf": expected}


def test_what_the_code_says_by_reference_stays_a_reference() -> None:
    change = moved(
        "aws_instance.web",
        {"vpc_security_group_ids": ["sg-1", "sg-9", "sg-5"]},
        {"vpc_security_group_ids": ["sg-1"]},
    )
    ids = '[aws_security_group.web.id, aws_security_group.b.id, "sg-5"]'
    assert f"vpc_security_group_ids = {ids}\n" in after(change)["main.tf"]


def test_what_is_said_by_what_is_still_to_be_made_follows_and_what_comes_of_it_does_not() -> None:
    change = moved(
        "aws_instance.web",
        {"id": "i-1", "vpc_security_group_ids": ["sg-5"], "security_groups": ["x"]},
        {"id": "i-1"},
        after_unknown={"vpc_security_group_ids": True, "security_groups": True},
        before_sensitive={"vpc_security_group_ids": [False], "root_block_device": [{"tags": {}}]},
    )
    said = {"address": "aws_instance.web", "expressions": {"vpc_security_group_ids": {}}}
    code = {"root_module": {"resources": [said]}}
    text = followed(MODULE, {"resource_changes": [change], "configuration": code})
    assert dict(text) == {
        "main.tf": MINE.replace("[aws_security_group.web.id]", '["sg-5"]'),
    }


def test_what_is_secret_does_not_come_into_the_code() -> None:
    key = {"id": "i-1", "user_data": "x", "ids": ["a"]}
    marks = {"user_data": True, "ids": [True]}
    change = moved("aws_instance.web", key, {"id": "i-1"}, before_sensitive=marks)
    assert after(change) == {}


def test_what_is_gone_goes_with_what_only_named_it() -> None:
    gone = moved("aws_ebs_volume.data", None, {"size": 8})
    held = moved("aws_volume_attachment.data", None, {"volume_id": None})
    text = after(gone, held)["main.tf"]
    assert text == MINE[: MINE.index('\nresource "aws_ebs_volume"')]


def test_what_is_still_named_stays() -> None:
    assert after(moved("aws_security_group.web", None, {"name": "web"})) == {}


def test_repeated_blocks_are_those_of_the_cloud() -> None:
    rule = {"from_port": 443, "to_port": 443, "protocol": "tcp", "self": False, "description": ""}
    change = moved(
        "aws_security_group.web",
        {"ingress": [{**rule, "cidr_blocks": ["0.0.0.0/0"], "ipv6_cidr_blocks": []}]},
        {"ingress": [{**rule, "from_port": 22, "to_port": 22, "cidr_blocks": ["10.0.0.0/8"]}]},
    )
    text = after(change)["main.tf"]
    assert text.count("ingress {") == 1
    assert "    from_port   = 443\n    to_port     = 443\n" in text
    assert text.startswith(MINE[: MINE.index("  ingress")])
    two = [{**rule, "cidr_blocks": ["0.0.0.0/0"]}, {**rule, "security_groups": ["sg-9"]}]
    text = after(moved("aws_security_group.web", {"ingress": two}, {"ingress": [rule]}))["main.tf"]
    assert text.count("ingress {") == 2
    assert "    security_groups = [aws_security_group.b.id]\n" in text


def test_what_no_small_edit_can_follow_stays_as_it_is() -> None:
    several = Module({"main.tf": 'resource "aws_instance" "w" {\n  count = 2\n}\n'}, {})
    change = moved("aws_instance.w[0]", {"monitoring": True}, {"monitoring": False})
    assert after(change, module=several) == {}
    inner = moved("module.x.aws_instance.w", {"monitoring": True}, {"monitoring": False})
    assert after(inner) == {}


def test_secrets_and_what_is_not_known_are_not_written_down() -> None:
    change = moved(
        "aws_instance.web",
        {"password_data": "s3cret", "private_dns": "x"},
        {"password_data": "", "private_dns": None},
        before_sensitive={"password_data": True},
        after_unknown={"private_dns": True},
    )
    assert after(change) == {}
