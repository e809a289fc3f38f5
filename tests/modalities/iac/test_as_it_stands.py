"""Code of other people, as it stands: applied where it says, watched, destroyed. Written in the
manner of the programs that are found everywhere: a region of its own, a file of variables, a
type that only Terraform knows here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import botocore.session
import pytest

from fakes.aws import keys_of, sandbox_target
from fakes.terraform import needs_terraform
from modalities.acting import Call
from modalities.action import IacChange
from modalities.contract import Draft
from modalities.iac.aws import AwsIac
from modalities.receipt import Outcome
from modalities.resource import Provider, World
from modalities.target import Target

ACCOUNT = "200000000011"

PROGRAM = """
provider "aws" {
  region = "${var.region}"
}

variable "region" {}

variable "names" {
  type    = list(string)
  default = ["orders", "orders-dead"]
}

resource "aws_sqs_queue" "work" {
  for_each                   = toset(var.names)
  name                       = each.key
  visibility_timeout_seconds = 45
}

output "token" {
  value     = "not for anybody's eyes ${var.region}"
  sensitive = true
}
"""


@pytest.fixture
def place(moto: str) -> Target:
    return sandbox_target(moto, environment=keys_of(moto, ACCOUNT), writable=True, timeout=120.0)


@pytest.fixture
def code(tmp_path: Path) -> Path:
    directory = tmp_path / "their code"
    directory.mkdir()
    (directory / "main.tf").write_text(PROGRAM)
    (directory / "terraform.tfvars").write_text('region = "eu-west-1"\n')
    return directory


def done(hand: AwsIac, draft: Draft, target: Target) -> None:
    (step,) = draft.steps
    receipt = hand.apply(step, target, Call("cloudops-test", hand.takes(step)))
    assert receipt.outcome is Outcome.DONE, receipt.error
    assert "eyes" not in str(receipt)


def queues(target: Target) -> Any:
    keys: dict[str, Any] = {name.lower(): value for name, value in target.environment.items()}
    return botocore.session.Session().create_client(
        "sqs", region_name=target.region, endpoint_url=target.endpoint_url, **keys
    )


@needs_terraform
def test_it_is_applied_where_it_says_watched_and_destroyed(
    tmp_path: Path, code: Path, place: Target
) -> None:
    hand = AwsIac(tmp_path / "iac", homes={place.name: code})
    target = hand.placed(place)
    assert target.region == "eu-west-1"

    empty = World(Provider.AWS, f"{ACCOUNT}/eu-west-1")
    draft = hand.brought_about(empty, target)
    (step,) = draft.steps
    assert isinstance(step.action, IacChange)
    assert (step.action.module, step.action.files) == (str(code), {})
    done(AwsIac(tmp_path / "iac"), draft, target)  # as from a plan in a file
    assert not hand.ahead(target)

    sqs = queues(target)
    url = sqs.get_queue_url(QueueName="orders")["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "7"})
    (moved,) = hand.ahead(target)
    assert moved["address"] == 'aws_sqs_queue.work["orders"]'
    assert moved["moved"] == {"visibility_timeout_seconds": 45}
    assert moved["before"]["visibility_timeout_seconds"] == 7

    done(hand, hand.brought_about(empty, target, destroy=True), target)
    assert not sqs.list_queues().get("QueueUrls")
    assert (code / "main.tf").read_text() == PROGRAM
