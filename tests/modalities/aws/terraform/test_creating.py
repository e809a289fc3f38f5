"""Wanted things as code: what it looks like, and that Terraform makes just that of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fakes.drafts import drafted, empty_world
from modalities import wanted as w
from modalities.aws.terraform.module import Module
from modalities.aws.terraform.writing import Edition, written
from modalities.change import Create
from modalities.contract import Unsupported
from modalities.wanted import Rule

SSH = Rule(first_port=22, last_port=22, source="10.0.0.0/8")


def edition(*wanted: w.Wanted, module: Module | None = None) -> Edition:
    world = empty_world()
    draft = drafted(world, Create(wanted=wanted))
    return written(draft, world, module or Module({}, {}), "eu-west-1")


def text(edition: Edition, name: str) -> str:
    found = edition.files[name]
    assert found is not None
    return found


def test_a_machine_reads_as_a_person_would_have_written_it() -> None:
    made = edition(w.Network(name="shop"), w.Vm(name="web-1", open_ports=(SSH,)))
    assert sorted(made.files) == [
        "compute.tf",
        "network.tf",
        "outputs.tf",
        "security.tf",
        "variables.tf",
        "versions.tf",
    ]
    assert (
        text(made, "compute.tf")
        == """\
resource "aws_instance" "web_1" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.shop_a.id
  vpc_security_group_ids = [aws_security_group.web_1_access.id]

  root_block_device {
    volume_size = 8
    volume_type = "gp3"

    tags = {
      "cloudops:run" = "run-test"
    }
  }

  metadata_options {
    http_endpoint = "enabled"
    http_tokens   = "required"
  }

  tags = {
    Name           = "web-1"
    "cloudops:run" = "run-test"
  }
}
"""
    )
    assert (
        text(made, "security.tf")
        == """\
resource "aws_security_group" "web_1_access" {
  name        = "web-1-access"
  description = "what reaches web-1"
  vpc_id      = aws_vpc.shop.id

  tags = {
    Name           = "web-1-access"
    "cloudops:run" = "run-test"
  }
}

resource "aws_vpc_security_group_egress_rule" "web_1_access_out" {
  security_group_id = aws_security_group.web_1_access.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "web_1_access_tcp_22" {
  security_group_id = aws_security_group.web_1_access.id
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv4         = "10.0.0.0/8"
}
"""
    )


def test_the_module_says_its_region_and_pins_its_provider() -> None:
    made = edition(w.Network(name="shop"))
    assert (
        text(made, "versions.tf")
        == """\
terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

provider "aws" {
  region = var.region
}
"""
    )
    assert 'default     = "eu-west-1"' in text(made, "variables.tf")


def test_what_was_made_is_told_by_step_and_shown_as_output() -> None:
    made = edition(w.Network(name="shop"), w.Vm(name="web-1"), w.Bucket(name="logs-1"))
    assert made.made["create-vm-web-1"] == "aws_instance.web_1"
    assert made.outputs["create-vm-web-1.id"] == ("aws_instance.web_1", "id")
    assert made.made["tag-bucket-logs-1"] == "aws_s3_bucket.logs_1"
    assert {*made.made.values()} <= {*made.addresses}
    shown = 'description = "ID of VM web-1"\n  value       = aws_instance.web_1.id\n}'
    assert f'output "web_1_id" {{\n  {shown}' in text(made, "outputs.tf")


def test_what_is_public_waits_for_its_way_to_the_internet() -> None:
    made = edition(w.Network(name="shop"), w.Vm(name="web-1", public_ip=True))
    assert "  associate_public_ip_address = true\n" in text(made, "compute.tf")
    assert "  depends_on = [aws_route.shop_internet]\n" in text(made, "compute.tf")
    assert "    ignore_changes = [associate_public_ip_address]\n" in text(made, "compute.tf")
    assert "= aws_vpc.shop.main_route_table_id\n" in text(made, "network.tf")


def test_spot_monitoring_and_windows_sized_disks_are_said() -> None:
    vm = w.Vm(name="job", spot=True, monitoring=True, disk_gib=100, disk_type="io2")
    code = text(edition(w.Network(name="shop"), vm), "compute.tf")
    assert '  instance_market_options {\n    market_type = "spot"\n' in code
    assert '      spot_instance_type             = "one-time"\n' in code
    assert "  monitoring    = true\n" in code
    assert '    volume_size = 100\n    volume_type = "io2"\n    iops        = ' in code


def test_new_blocks_go_where_their_like_are() -> None:
    mine = 'resource "aws_vpc" "old" {\n  cidr_block = "10.200.0.0/16"\n}'
    made = edition(
        w.Network(name="shop"), w.Vm(name="a"), module=Module({"everything.tf": mine}, {})
    )
    assert text(made, "everything.tf").startswith(mine + "\n\nresource")
    assert "versions.tf" not in made.files  # a module that somebody began has what it needs
    assert {*made.files} == {"everything.tf", "compute.tf", "outputs.tf"}
    only = Module({"main.tf": mine}, {})
    files = edition(w.Network(name="shop"), w.Vm(name="a"), module=only).files
    assert {*files} == {"main.tf", "outputs.tf"}


def test_names_that_come_twice_get_numbers() -> None:
    taken = Module(
        {"main.tf": 'resource "aws_vpc" "shop" {\n  cidr_block = "10.9.0.0/16"\n}\n'}, {}
    )
    made = edition(w.Network(name="Shop!"), module=taken)
    assert made.made["create-network-Shop"] == "aws_vpc.shop_2"


def test_terraform_makes_no_private_keys() -> None:
    with pytest.raises(Unsupported, match="private key"):
        edition(w.KeyPair(name="me"))
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ6y x@y"
    made = edition(
        w.KeyPair(name="me", public_key=key), w.Network(name="shop"), w.Vm(name="a", key_pair="me")
    )
    assert "key_name      = aws_key_pair.me.key_name\n" in text(made, "compute.tf")


def everything() -> tuple[w.Wanted, ...]:
    odd = (
        ("note", 'say "hi" ${aws_vpc.x.id} %{ if true }\n\ttab \\ back'),
        ("ключ é", "日本語 🎉"),
    )
    return (
        w.Network(name='od"d ${net}', tags=odd),
        w.Subnet(name="edge", public=True),
        w.SecurityGroup(
            name="open", rules=(Rule(first_port=0, last_port=0, protocol="all", source="::/0"),)
        ),
        w.KeyPair(name="me", public_key="ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ6y x@y"),
        w.Vm(name="web-1", public_ip=True, open_ports=(SSH,), key_pair="me", tags=odd),
        w.Vm(name="web-2", spot=True, monitoring=True),
        w.Disk(name="data", attach_to="web-1", gib=10),
        w.Nic(name="second", attach_to="web-1"),
        w.PublicIp(name="front-door", attach_to="web-2"),
        w.LoadBalancer(name="front", targets=("web-1", "web-2")),
        w.Bucket(name="logs-1", versioning=True, tags=odd),
    )


def test_terraform_takes_all_that_is_written(terraform: Any, tmp_path: Path) -> None:
    for name, body in edition(*everything()).files.items():
        (tmp_path / name).write_bytes((body or "").encode())
    terraform.accepts(tmp_path)


def test_terraform_plans_a_load_balancer_and_all_it_stands_on(studio: Any) -> None:
    targets = ("web-1", "web-2")
    made = studio.edition(
        Create(
            wanted=(
                w.Network(name="shop"),
                *(w.Vm(name=name) for name in targets),
                w.LoadBalancer(name="front", targets=targets),
            )
        )
    )
    studio.write(made)
    assert studio.plan() == dict.fromkeys(made.addresses, ("create",))


def test_a_machine_with_disk_and_address_is_made_and_stays_as_written(studio: Any) -> None:
    studio.bring_about(
        Create(
            wanted=(
                w.Network(name="shop"),
                w.Vm(name="web-1", open_ports=(SSH,)),
                w.Disk(name="data", attach_to="web-1", gib=10),
                w.PublicIp(name="door", attach_to="web-1"),
                w.Bucket(name="logs-1", versioning=True),
            )
        )
    )
    (vm,) = studio.ec2.describe_instances()["Reservations"][0]["Instances"]
    assert {t["Key"]: t["Value"] for t in vm["Tags"]}["Name"] == "web-1"
    assert vm["PublicIpAddress"] == studio.ec2.describe_addresses()["Addresses"][0]["PublicIp"]
    assert len(vm["BlockDeviceMappings"]) == 2
