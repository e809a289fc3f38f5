"""The hand in the sandbox's console, with a real browser: what fakes cannot show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from conformance.hand import call
from modalities.action import Output, bind
from modalities.browser.aws import AwsBrowser
from modalities.browser.library import Library
from modalities.change import Attach, Change, Create, Selection
from modalities.receipt import Outcome, Receipt
from modalities.resource import Kind
from modalities.step import Step
from modalities.target import Target
from modalities.wanted import Disk, Network, PublicIp
from sandbox.console.hazards import Hazards

ONE = Selection(kind=Kind.VM, names=("web-1",))


def client(target: Target) -> Any:
    """Another client than the hand."""
    e = target.environment
    return boto3.client(
        "ec2",
        endpoint_url=target.endpoint_url,
        region_name=target.region,
        aws_access_key_id=e["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=e["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=e["AWS_SESSION_TOKEN"],
    )


@pytest.fixture
def web_1(target: Target) -> str:
    ec2 = client(target)
    images = ec2.describe_images(Owners=["amazon"])["Images"]
    image = next(i["ImageId"] for i in images if i["Name"].startswith("al2023"))
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web-1"}]}]
    made = ec2.run_instances(
        ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1, TagSpecifications=tags
    )
    return str(made["Instances"][0]["InstanceId"])


def steps(hand: AwsBrowser, target: Target, *changes: Change) -> tuple[Step, ...]:
    world = hand.read(target)
    draft = hand.express(changes, world, target, "run-1")
    assert [p for p in hand.check(draft.steps, world) if p.blocking] == []
    return draft.steps


def do(hand: AwsBrowser, target: Target, *changes: Change) -> list[Receipt]:
    """Planned and done."""
    return carried_out(hand, target, steps(hand, target, *changes))


def carried_out(hand: AwsBrowser, target: Target, planned: Sequence[Step]) -> list[Receipt]:
    """Every step in order, as the gateway would do it."""
    outputs: dict[str, Mapping[str, Any]] = {}

    def known(output: Output) -> Any:
        return outputs[output.step][output.name]

    receipts = []
    for step in planned:
        bound = replace(step, action=bind(step.action, known, "token"))
        assert hand.admits(bound) == ()
        receipt = hand.apply(bound, target, call(hand.takes(step)))
        outputs[step.id] = receipt.outputs
        receipts.append(receipt)
        if receipt.outcome not in (Outcome.DONE, Outcome.NO_OP):
            break
    return receipts


def outcomes(receipts: list[Receipt]) -> list[tuple[str, Any]]:
    return [(r.outcome, r.error and r.error.message) for r in receipts]


@pytest.mark.parametrize("hazards", [Hazards(), Hazards.none()], ids=["all", "none"])
def test_a_disk_is_made_and_attached(
    hand_of: Any, target: Target, web_1: str, hazards: Hazards, tmp_path: Path
) -> None:
    hand = hand_of(target, hazards, survey_at=3)
    wanted = Disk(gib=12, tags=(("owner", "me"),))
    receipts = do(hand, target, Attach(what=wanted, to=ONE))
    assert outcomes(receipts) == [(Outcome.DONE, None)] * 2
    made, _ = receipts
    (volume,) = client(target).describe_volumes(VolumeIds=[made.outputs["id"]])["Volumes"]
    assert (volume["Size"], volume["Attachments"][0]["InstanceId"]) == (12, web_1)
    assert {"Key": "owner", "Value": "me"} in volume["Tags"]
    assert made.evidence["decisions"] == 0
    assert len(made.evidence["sent"]) == 1
    assert Path(made.evidence["pictures"][0]).stat().st_size > 1000


def test_a_session_that_ends_in_the_middle(hand_of: Any, target: Target) -> None:
    hand = hand_of(target)
    for name in ("one", "two"):
        receipts = do(hand, target, Create(wanted=(PublicIp(name=name),)))
        assert outcomes(receipts) == [(Outcome.DONE, None)]
        with hand._visits.at(target) as visit:
            assert visit.signed_in >= 1
            visit.web.within(lambda desk: desk.page.context.clear_cookies())
    assert len(client(target).describe_addresses()["Addresses"]) == 2


def test_a_quota_is_told_as_the_cloud_told_it(hand_of: Any, target: Target) -> None:
    hand = hand_of(target, quotas={"networks": 0})
    (receipt,) = do(hand, target, Create(wanted=(Network(name="lab"),)))
    assert receipt.outcome is Outcome.UNKNOWN  # it was let out: only the cloud can tell
    assert receipt.error is not None
    assert receipt.error.code == "VpcLimitExceeded"
    assert [v for v in client(target).describe_vpcs()["Vpcs"] if not v["IsDefault"]] == []


def test_without_a_workflow_a_form_is_found_by_its_labels(
    hand_of: Any, target: Target, tmp_path: Path
) -> None:
    hand = hand_of(target)
    hand._library = Library(shipped=False)
    wanted = Disk(name="data-1", gib=9, type="gp2", zone="us-east-1b", tags=(("owner", "me"),))
    planned = steps(hand, target, Create(wanted=(wanted,)))
    assert client(target).describe_volumes()["Volumes"] == []  # nothing was sent to plan it
    (receipt,) = carried_out(hand, target, planned)
    assert (receipt.outcome, receipt.error) == (Outcome.DONE, None)
    (volume,) = client(target).describe_volumes()["Volumes"]
    assert (volume["Size"], volume["VolumeType"]) == (9, "gp2")
    assert volume["AvailabilityZone"] == "us-east-1b"
    assert {t["Key"] for t in volume["Tags"]} == {"Name", "owner", "cloudops:run"}
    assert receipt.evidence["decisions"] > 0


def test_what_was_shown_once_can_be_done(hand_of: Any, target: Target, tmp_path: Path) -> None:
    hand = hand_of(target, Hazards(survey=False))
    shown = iter(_show_an_address())

    def until() -> bool:
        act = next(shown, None)
        if act is None:
            return True
        with hand._visits.at(target) as visit:
            visit.web.within(act)
        return False

    workflow, file = hand.record(target, "get an address", "ec2:AllocateAddress", until)
    assert file is not None
    assert "by-hand" not in file.read_text()
    hand._library = Library(tmp_path / "own", shipped=False)
    (receipt,) = do(hand, target, Create(wanted=(PublicIp(name="addr-1"),)))
    assert (receipt.outcome, receipt.error) == (Outcome.DONE, None)
    found = client(target).describe_addresses()["Addresses"]
    names = [tag["Value"] for each in found for tag in each["Tags"] if tag["Key"] == "Name"]
    assert names == ["by-hand", "addr-1"]
    assert workflow.calls == ("ec2:AllocateAddress",)


def _show_an_address() -> list[Any]:
    """What a person does, one thing after the other."""
    return [
        lambda desk: desk.page.get_by_role("main").get_by_role("link", name="Elastic IP").click(),
        lambda desk: desk.page.get_by_role("link", name="Allocate Elastic IP address").click(),
        lambda desk: desk.page.get_by_label("Name", exact=True).fill("by-hand"),
        lambda desk: desk.page.get_by_role("button", name="Add new tag").click(),
        lambda desk: desk.page.get_by_label("Key", exact=True).fill("k"),
        lambda desk: desk.page.get_by_label("Value - optional").fill("v"),
        lambda desk: desk.page.get_by_role("button", name="Allocate", exact=True).click(),
        lambda desk: desk.page.wait_for_timeout(800),
    ]


def test_questions_are_answered_from_pages(hand_of: Any, target: Target, web_1: str) -> None:
    hand = hand_of(target)
    seen, read = hand.observe(target), hand.read(target)
    assert {(r.kind, r.id, r.name) for r in seen} == {(r.kind, r.id, r.name) for r in read}
    shown, true = seen.get(Kind.VM, web_1), read.get(Kind.VM, web_1)
    assert shown is not None
    assert true is not None
    for name in ("state", "size", "public_ip", "private_ip", "zone", "monitoring", "spot"):
        assert shown.attributes[name] == true.attributes[name], name
    assert set(shown.links) >= {link for link in true.links if link.kind is Kind.DISK}
    for disk in read.of(Kind.DISK):
        page = seen.get(Kind.DISK, disk.id)
        assert page is not None
        for name in ("gib", "type", "device", "state", "boot", "attached_to"):
            assert page.attributes[name] == disk.attributes[name], name
    events = hand.health(target, "us-east-1")
    assert [(e.category, e.region) for e in events] == [
        ("incident", "us-east-1"),
        ("maintenance", "us-east-1"),
    ]
    assert all(e.title and e.service and e.status for e in events)
