"""A state that a backend keeps: looked at by plans and rehearsals, written by what was approved."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import botocore.session
import pytest

from fakes.aws import keys_of, sandbox_target
from fakes.terraform import needs_terraform
from modalities.acting import Call
from modalities.contract import Draft
from modalities.iac.aws import AwsIac
from modalities.receipt import Outcome, Receipt, Trouble
from modalities.resource import Provider, World
from modalities.target import Target

ACCOUNT, COPY = "200000000021", "200000000022"

BUCKET = "states-of-a-team"

PROGRAM = """
terraform {
  backend "s3" {
    bucket       = "states-of-a-team"
    key          = "queue/terraform.tfstate"
    region       = "us-east-1"
    use_lockfile = true
  }
}

provider "aws" {
  region = "us-east-1"
}

variable "word" {
  type      = string
  sensitive = true
}

resource "aws_sqs_queue" "work" {
  name                       = "work-${terraform.workspace}"
  visibility_timeout_seconds = 45
}

output "word" {
  value     = "word is ${var.word}"
  sensitive = true
}
"""

LOCK = {
    "ID": "0d1c1b2a-0000-4000-8000-000000000001",
    "Operation": "OperationTypeApply",
    "Who": "ann@desk",
    "Version": "1.11.4",
    "Created": "2026-01-02T03:04:05.678901234Z",
    "Path": "states-of-a-team/queue/terraform.tfstate",
}

EMPTY = World(Provider.AWS, f"{ACCOUNT}/us-east-1")


@pytest.fixture
def place(moto: str) -> Target:
    return sandbox_target(moto, environment=keys_of(moto, ACCOUNT), writable=True, timeout=180.0)


@pytest.fixture
def copy(moto: str, place: Target) -> Target:
    return sandbox_target(
        moto, environment=keys_of(moto, COPY), writable=True, timeout=180.0, copy_of=place.name
    )


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    directory = tmp_path / "their code"
    directory.mkdir()
    (directory / "main.tf").write_text(PROGRAM)
    monkeypatch.setenv("TF_VAR_word", "mellon")
    return directory


def client(service: str, target: Target) -> Any:
    keys: dict[str, Any] = {name.lower(): value for name, value in target.environment.items()}
    return botocore.session.Session().create_client(
        service, region_name="us-east-1", endpoint_url=target.endpoint_url, **keys
    )


def kept(target: Target) -> dict[str, bytes]:
    """What the bucket of states holds."""
    s3 = client("s3", target)
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET).get("Contents", ())]
    return {key: s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys}


def does(hand: AwsIac, draft: Draft, target: Target) -> Receipt:
    (step,) = draft.steps
    receipt = hand.apply(step, target, Call("cloudops-test", 180.0))
    assert "mellon" not in str(receipt)
    return receipt


def done(hand: AwsIac, draft: Draft, target: Target) -> None:
    receipt = does(hand, draft, target)
    assert receipt.outcome is Outcome.DONE, receipt.error


@needs_terraform
def test_only_what_was_approved_touches_it(
    tmp_path: Path,
    code: Path,
    place: Target,
    copy: Target,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client("s3", place).create_bucket(Bucket=BUCKET)
    monkeypatch.setenv("TF_WORKSPACE", "blue")
    key = "env:/blue/queue/terraform.tfstate"
    hand = AwsIac(tmp_path / "iac", homes={place.name: code})

    draft = hand.brought_about(EMPTY, place)
    done(hand, draft, copy)
    sqs = client("sqs", place)
    assert not kept(place)
    assert not sqs.list_queues().get("QueueUrls")

    client("s3", place).put_object(Bucket=BUCKET, Key=f"{key}.tflock", Body=json.dumps(LOCK))
    refused = does(hand, draft, place)
    assert refused.error is not None
    assert (refused.outcome, refused.error.trouble) == (Outcome.FAILED, Trouble.CONFLICT), (
        refused.error.message
    )
    assert "locked by ann@desk" in refused.error.message
    client("s3", place).delete_object(Bucket=BUCKET, Key=f"{key}.tflock")

    done(hand, draft, place)
    after = kept(place)
    assert list(after) == [key]
    url = sqs.get_queue_url(QueueName="work-blue")["QueueUrl"]
    assert not hand.ahead(place)

    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "7"})
    (moved,) = hand.ahead(place)
    assert moved["moved"] == {"visibility_timeout_seconds": 45}
    assert kept(place) == after
    assert not (code / "terraform.tfstate").exists()

    done(hand, hand.brought_about(EMPTY, place, destroy=True), place)
    assert not sqs.list_queues().get("QueueUrls")
    assert not json.loads(kept(place)[key])["resources"]
    client("s3", place).delete_object(Bucket=BUCKET, Key=key)
    client("s3", place).delete_bucket(Bucket=BUCKET)
