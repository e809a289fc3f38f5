"""What comes of commands, done by a real ``aws`` on an emulated cloud."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.aws import DROP, HANG, Say, Scripted, error_xml, keys_of, sandbox_target
from fakes.commands import HAND, call, create_vpc, do, needs_aws, step
from modalities.action import CliCommand
from modalities.receipt import Outcome, Trouble
from modalities.resource import Kind
from modalities.step import Effect
from modalities.target import Realm, Target


@pytest.fixture(scope="module")
def home(moto: str) -> Target:
    keys = keys_of(moto, "200000000003")
    return sandbox_target(moto, environment=keys, writable=True)


@needs_aws
class TestReceipts:
    def test_outputs_and_evidence(self, home: Target) -> None:
        receipt = do(home, create_vpc())
        assert receipt.outputs["id"].startswith("vpc-")
        assert "nothing" not in receipt.outputs
        assert receipt.evidence["attempts"] == 1
        assert receipt.evidence["tool"].startswith("aws-cli/")

    def test_a_refusal_is_typed(self, home: Target) -> None:
        receipt = do(home, create_vpc("10.9.0.0/4"))
        assert receipt.outcome is Outcome.FAILED
        assert receipt.error is not None
        assert (receipt.error.trouble, receipt.error.code) == (Trouble.INVALID, "InvalidVpc.Range")

    def test_what_was_so_already_changes_nothing(self, home: Target) -> None:
        made = do(home, create_vpc()).outputs["id"]
        line = f"aws ec2 delete-vpc --vpc-id {made}"
        outcomes = [do(home, step(line, Effect.DELETE)).outcome for _ in range(2)]
        assert outcomes == [Outcome.DONE, Outcome.NO_OP]

    def test_what_is_refused_is_not_sent(self, home: Target) -> None:
        before = HAND.traffic(home).requests
        receipt = do(home, step("aws ec2 create-vpc --cidr-bloc 10.9.0.0/16", Effect.CREATE))
        assert receipt.outcome is Outcome.FAILED
        assert receipt.error is not None
        assert "--cidr-block" in receipt.error.remedy
        assert HAND.traffic(home).requests == before

    def test_values_with_signs_of_shells_arrive_as_they_are(self, target: Target) -> None:
        signs = "$(reboot) `x` ; | > 'a' \"b\" \\ \n ß file:///etc/passwd"
        made = do(target, create_vpc()).outputs["id"]
        tags = json.dumps([{"Key": "Name", "Value": signs}])
        argv = ("aws", "ec2", "create-tags", "--resources", made, "--tags", tags)
        assert do(target, replace(step("aws"), action=CliCommand(argv))).error is None
        assert HAND.read(target, (Kind.NETWORK,)).get(Kind.NETWORK, made).tags["Name"] == signs  # type: ignore[union-attr]

    @pytest.mark.parametrize("answer", [DROP, Say(500), Say(503, error_xml("Odd")), Say(200, "<")])
    def test_a_lost_answer_leaves_it_unknown_and_sends_nothing_twice(
        self, scripted: Scripted, answer: Say | str
    ) -> None:
        endpoint = scripted(answer)
        receipt = do(sandbox_target(endpoint.url), create_vpc())
        assert receipt.outcome is Outcome.UNKNOWN, receipt.error
        assert len(endpoint.requests) == 1

    def test_a_write_that_hangs_is_ended_and_unknown(self, scripted: Scripted) -> None:
        endpoint = scripted(HANG)
        receipt = do(sandbox_target(endpoint.url), create_vpc(), call(deadline=2.0))
        assert receipt.outcome is Outcome.UNKNOWN
        assert receipt.error is not None
        assert receipt.error.trouble is Trouble.TIMEOUT
        assert len(endpoint.requests) == 1

    def test_a_throttled_write_had_no_effect_and_is_sent_again(self, scripted: Scripted) -> None:
        done = "<CreateVpcResponse><vpc><vpcId>vpc-1</vpcId></vpc></CreateVpcResponse>"
        endpoint = scripted(Say(503, error_xml("RequestLimitExceeded")), Say(200, done))
        target = sandbox_target(endpoint.url)
        heard: list[str] = []
        HAND.traffic(target).listeners.append(heard.append)
        asked = call()
        receipt = do(target, create_vpc(), asked)
        assert receipt.outputs == {"id": "vpc-1"}
        assert receipt.evidence["attempts"] == 2
        assert heard == asked.attempts == ["CreateVpc: RequestLimitExceeded: sent again"]

    def test_a_read_is_repeated_by_aws_itself(self, scripted: Scripted) -> None:
        regions = "<DescribeRegionsResponse><regionInfo/></DescribeRegionsResponse>"
        endpoint = scripted(Say(503), Say(200, regions))
        reading = step("aws ec2 describe-regions", Effect.READ)
        assert do(sandbox_target(endpoint.url), reading).outcome is Outcome.DONE
        assert len(endpoint.requests) == 2

    def test_a_private_key_is_kept_and_shown_to_nobody(
        self, target: Target, tmp_path: Path
    ) -> None:
        making = step("aws ec2 create-key-pair --key-name mine", outputs={"k": "KeyMaterial"})
        receipt = do(target, making, replace(call(), secrets_dir=tmp_path))
        place = Path(receipt.evidence["private_key_file"])
        assert "PRIVATE KEY" in place.read_text()
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        assert "PRIVATE" not in repr(receipt)

    def test_a_real_one_is_not_made_where_it_could_not_be_kept(self, moto: str) -> None:
        keys = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
        target = replace(sandbox_target(moto, environment=keys), realm=Realm.PRODUCTION)
        receipt = do(target, step("aws ec2 create-key-pair --key-name mine"))
        assert receipt.outcome is Outcome.FAILED
        assert HAND.traffic(target).requests == 0

    def test_secrets_of_answers_are_left_out(self, target: Target) -> None:
        made = step(
            "aws iam create-access-key --user-name u", outputs={"s": "AccessKey.SecretAccessKey"}
        )
        do(target, step("aws iam create-user --user-name u"))
        receipt = do(target, made)
        assert (receipt.outcome, dict(receipt.outputs)) == (Outcome.DONE, {})
