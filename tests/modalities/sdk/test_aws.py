"""The SDK hand on AWS: the same as every hand, and what is its own."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conformance.hand import HandConformance, Sent, call
from fakes.aws import DROP, HANG, Say, Scripted, error_xml, keys_of, sandbox_target
from modalities import awake
from modalities.acting import Call
from modalities.action import CliCommand, SdkCall
from modalities.aws import session
from modalities.contract import Modality
from modalities.receipt import Outcome, Receipt, Trouble
from modalities.resource import Kind, Provider, ResourceRef
from modalities.sdk.aws import AwsSdk
from modalities.step import Effect, Expect, Reversal, Step
from modalities.target import Realm, Target

HAND = AwsSdk()
SCOPE = "200000000002/us-east-1"


def ref(kind: Kind, name: str) -> ResourceRef:
    return ResourceRef(Provider.AWS, SCOPE, kind, name)


def step(operation: str, effect: Effect = Effect.UPDATE, service: str = "ec2", **more: Any) -> Step:
    fields = {"changes": (), "why": "a test", **{k: v for k, v in more.items() if k in FIELDS}}
    parameters = {k: v for k, v in more.items() if k not in FIELDS}
    action = SdkCall(service, operation, parameters)
    return Step(id=f"do-{operation}", effect=effect, action=action, **fields)


FIELDS = ("changes", "uses", "outputs", "expects", "undo")


def create_vpc(cidr: str = "10.9.0.0/16") -> Step:
    return step(
        "CreateVpc",
        Effect.CREATE,
        CidrBlock=cidr,
        changes=(ref(Kind.NETWORK, "lab"),),
        outputs={"id": "Vpc.VpcId", "state": "Vpc.State", "nothing": "Vpc.NoSuchThing"},
        expects=(Expect(Kind.NETWORK, {"$output": "do-CreateVpc.id"}),),
    )


@pytest.fixture(scope="module")
def home(moto: str) -> Target:
    keys = keys_of(moto, "200000000002")
    return sandbox_target(moto, environment=keys, writable=True)


def do(target: Target, doing: Step, asked: Call | None = None) -> Receipt:
    return HAND.apply(doing, replace(target, writable=True), asked or call())


class TestConformance(HandConformance):
    @pytest.fixture
    def hand(self) -> Modality:
        return HAND

    @pytest.fixture
    def target(self, home: Target) -> Target:
        return home

    @pytest.fixture
    def dead(self, nobody: str) -> Target:
        return sandbox_target(nobody, writable=True)

    @pytest.fixture
    def makes(self) -> Step:
        return create_vpc()

    @pytest.fixture
    def broken(self) -> tuple[Step, ...]:
        good = create_vpc()
        undo = Reversal(SdkCall("ec2", "DeleteVpc", {"VpcID": "vpc-1"}), Effect.DELETE, "take back")
        return (
            step("CreateVpcs", Effect.CREATE, CidrBlock="10.9.0.0/16"),
            step("CreateVpc", Effect.CREATE, CidrBlok="10.9.0.0/16"),
            step("CreateVpc", Effect.CREATE, InstanceTenancy="alone"),
            step("DeleteVpc", Effect.UPDATE, VpcId="vpc-12345678"),
            replace(good, outputs={"id": "Vpc..VpcId["}),
            replace(good, undo=(undo,)),
        )

    @pytest.fixture
    def sent(self, home: Target) -> Sent:
        return lambda: session.traffic(home).requests


class TestReceipts:
    def test_outputs_and_evidence(self, home: Target) -> None:
        receipt = do(home, create_vpc())
        assert receipt.outputs["id"].startswith("vpc-")
        assert "nothing" not in receipt.outputs
        assert receipt.evidence["http_status"] == 200
        assert receipt.evidence["attempts"] == 1
        assert receipt.evidence["request_id"]

    def test_a_refusal_is_typed(self, home: Target) -> None:
        receipt = do(home, create_vpc("10.9.0.0/4"))
        assert receipt.outcome is Outcome.FAILED
        assert receipt.error is not None
        assert (receipt.error.trouble, receipt.error.code) == (
            Trouble.INVALID,
            "InvalidVpc.Range",
        )

    def test_what_the_library_itself_refuses_is_not_sent(self, home: Target) -> None:
        before = session.traffic(home).requests
        receipt = do(home, step("CreateVpc", Effect.CREATE, CidrBlock=5))
        assert receipt.outcome is Outcome.FAILED
        assert session.traffic(home).requests == before

    @pytest.mark.parametrize("answer", [DROP, HANG, Say(500), Say(200, "<html>")])
    def test_a_lost_answer_leaves_it_unknown_and_sends_nothing_twice(
        self, scripted: Scripted, answer: Say | str
    ) -> None:
        endpoint = scripted(answer)
        receipt = do(sandbox_target(endpoint.url, timeout=0.6), create_vpc())
        assert receipt.outcome is Outcome.UNKNOWN
        assert receipt.error is not None
        assert len(endpoint.requests) == 1

    def test_a_lost_read_has_failed(self, scripted: Scripted) -> None:
        endpoint = scripted(HANG)
        reading = step("DescribeVpcs", Effect.READ)
        receipt = do(sandbox_target(endpoint.url, timeout=0.6), reading)
        assert receipt.outcome is Outcome.FAILED

    def test_the_deadline_is_the_limit_where_it_is_shorter(self, scripted: Scripted) -> None:
        endpoint = scripted(HANG)
        target = sandbox_target(endpoint.url, timeout=600.0)
        receipt = do(target, create_vpc(), call(deadline=0.8))
        assert receipt.outcome is Outcome.UNKNOWN

    def test_a_process_that_was_stopped_for_longer_than_that_sends_nothing(
        self, scripted: Scripted
    ) -> None:
        endpoint = scripted(Say(500))
        late = Call("token", 5.0, made=awake.now() - 6.0)
        receipt = do(sandbox_target(endpoint.url), create_vpc(), late)
        assert receipt.outcome is Outcome.FAILED
        assert receipt.error is not None
        assert receipt.error.code == "NoTimeLeft"
        assert endpoint.requests == []

    def test_nor_does_a_machine_that_slept_for_longer(
        self, scripted: Scripted, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Its own clocks stood still meanwhile, but for one."""
        endpoint = scripted(Say(500))
        asked, woken = call(deadline=5.0), awake.now() + 3600.0
        monkeypatch.setattr(awake, "now", lambda: woken)
        receipt = do(sandbox_target(endpoint.url), create_vpc(), asked)
        assert receipt.outcome is Outcome.FAILED
        assert endpoint.requests == []

    def test_what_was_sent_again_is_shown(self, scripted: Scripted) -> None:
        made = "<CreateVpcResponse><vpc><vpcId>vpc-1</vpcId></vpc></CreateVpcResponse>"
        endpoint = scripted(Say(429, "slow down"), Say(200, made))
        asked = call()
        receipt = do(sandbox_target(endpoint.url), create_vpc(), asked)
        assert receipt.outcome is Outcome.DONE
        assert receipt.evidence["attempts"] == 2
        assert asked.attempts == receipt.evidence["retries"] == ["CreateVpc: HTTP 429: sent again"]

    def test_only_sdk_calls_are_its_business(self, home: Target) -> None:
        other = replace(create_vpc(), action=CliCommand(("aws", "ec2")))
        with pytest.raises(TypeError):
            do(home, other)
        assert HAND.claims(other) == ()
        assert [p.path for p in HAND.admits(other)] == ["action"]


@pytest.fixture
def ec2(home: Target) -> Any:
    return session.client(home, "ec2")


@pytest.fixture(scope="module")
def group(home: Target) -> str:
    return str(
        session.client(home, "ec2").create_security_group(GroupName="g", Description="d")["GroupId"]
    )


def rule(port: int, *sources: str) -> dict[str, Any]:
    ranges = [{"CidrIp": source} for source in sources]
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": ranges}


class TestAlreadySo:
    def test_a_port_that_is_open_already(self, home: Target, group: str) -> None:
        opened = step(
            "AuthorizeSecurityGroupIngress", GroupId=group, IpPermissions=[rule(22, "10.0.0.0/8")]
        )
        assert do(home, opened).outcome is Outcome.DONE
        assert do(home, opened).outcome is Outcome.NO_OP

    def test_of_several_ports_one_that_is_open_says_nothing_of_the_others(
        self, home: Target, group: str
    ) -> None:
        first = step(
            "AuthorizeSecurityGroupIngress", GroupId=group, IpPermissions=[rule(80, "10.0.0.0/8")]
        )
        both = step(
            "AuthorizeSecurityGroupIngress",
            GroupId=group,
            IpPermissions=[rule(80, "10.0.0.0/8", "10.1.0.0/16")],
        )
        assert do(home, first).outcome is Outcome.DONE
        assert do(home, both).outcome is Outcome.FAILED

    def test_a_port_that_is_closed_already(self, home: Target, group: str) -> None:
        closed = step(
            "RevokeSecurityGroupIngress", GroupId=group, IpPermissions=[rule(99, "10.0.0.0/8")]
        )
        assert do(home, closed).outcome is Outcome.NO_OP

    def test_what_is_gone_need_not_be_deleted(self, home: Target) -> None:
        gone = step("DeleteVolume", Effect.DELETE, VolumeId="vol-0123456789abcdef0")
        assert do(home, gone).outcome is Outcome.NO_OP

    def test_nor_what_no_kind_names(self, home: Target) -> None:
        address = f"{home.endpoint_url}/123456789012/nope"
        gone = step("DeleteQueue", Effect.DELETE, "sqs", QueueUrl=address)
        assert do(home, gone).outcome is Outcome.NO_OP

    def test_but_of_several_it_is_not_certain(self, home: Target, ec2: Any) -> None:
        ids = ["i-0123456789abcdef0", "i-0123456789abcdef1"]
        several = step("TerminateInstances", Effect.DELETE, InstanceIds=ids)
        assert do(home, several).outcome is Outcome.FAILED

    def test_a_gateway_that_is_attached_already(self, home: Target, ec2: Any) -> None:
        network = ec2.create_vpc(CidrBlock="10.3.0.0/16")["Vpc"]["VpcId"]
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        detach = step("DetachInternetGateway", InternetGatewayId=gateway, VpcId=network)
        assert do(home, detach).outcome is Outcome.NO_OP
        attach = step("AttachInternetGateway", InternetGatewayId=gateway, VpcId=network)
        assert do(home, attach).outcome is Outcome.DONE
        other = ec2.create_vpc(CidrBlock="10.4.0.0/16")["Vpc"]["VpcId"]
        elsewhere = step("AttachInternetGateway", InternetGatewayId=gateway, VpcId=other)
        assert do(home, elsewhere).outcome is Outcome.FAILED

    def test_a_gateway_attached_to_the_same_network(self, scripted: Scripted) -> None:
        text = "resource igw-1 is already attached to network vpc-1"
        endpoint = scripted(Say(400, error_xml("Resource.AlreadyAssociated", text)))
        attach = step("AttachInternetGateway", InternetGatewayId="igw-1", VpcId="vpc-1")
        assert do(sandbox_target(endpoint.url), attach).outcome is Outcome.NO_OP

    def test_a_disk_that_is_free_already(self, scripted: Scripted) -> None:
        text = "Volume 'vol-1' is in the 'available' state."
        endpoint = scripted(Say(400, error_xml("IncorrectState", text)))
        detach = step("DetachVolume", VolumeId="vol-1")
        assert do(sandbox_target(endpoint.url), detach).outcome is Outcome.NO_OP

    @pytest.mark.parametrize(
        ("before", "outcome"), [("stopped", Outcome.NO_OP), ("running", Outcome.DONE)]
    )
    def test_a_machine_that_is_stopped_already(
        self, scripted: Scripted, before: str, outcome: Outcome
    ) -> None:
        states = {"running": 16, "stopped": 80}
        body = "".join(
            f"<{when}State><code>{states[state]}</code><name>{state}</name></{when}State>"
            for when, state in (("previous", before), ("current", "stopped"))
        )
        said = f"<instancesSet><item><instanceId>i-1</instanceId>{body}</item></instancesSet>"
        endpoint = scripted(Say(200, f"<StopInstancesResponse>{said}</StopInstancesResponse>"))
        stop = step("StopInstances", InstanceIds=["i-1"])
        assert do(sandbox_target(endpoint.url), stop).outcome is outcome

    def test_a_bucket_that_is_ours_already_was_not_made_by_us(self, home: Target) -> None:
        """Or undoing would delete it."""
        bucket = step("CreateBucket", Effect.CREATE, "s3", Bucket="in-the-way-200000000002")
        west = replace(home, region="us-west-2")
        where = {"LocationConstraint": "us-west-2"}
        assert isinstance(bucket.action, SdkCall)
        action = replace(
            bucket.action,
            parameters={**bucket.action.parameters, "CreateBucketConfiguration": where},
        )
        placed = replace(bucket, action=action)
        assert do(west, placed).outcome is Outcome.DONE
        again = do(west, placed)
        assert again.outcome is Outcome.FAILED
        assert again.error is not None
        assert again.error.trouble is Trouble.CONFLICT


class TestSecrets:
    def key_pair(self, name: str) -> Step:
        return step(
            "CreateKeyPair",
            Effect.CREATE,
            KeyName=name,
            outputs={"id": "KeyPairId", "key": "KeyMaterial", "all": "@"},
        )

    def test_a_private_key_goes_to_a_file_of_its_owners_alone(
        self, home: Target, tmp_path: Path
    ) -> None:
        asked = replace(call(), secrets_dir=tmp_path / "keys")
        receipt = do(home, self.key_pair("mine"), asked)
        assert receipt.outcome is Outcome.DONE
        path = Path(receipt.evidence["private_key_file"])
        assert path == tmp_path / "keys" / "mine.pem"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        key = path.read_text()
        assert key.startswith("-----BEGIN")
        assert "BEGIN" not in repr(receipt)
        assert "key" not in receipt.outputs
        assert receipt.outputs["all"]["KeyName"] == "mine"

    def test_no_file_is_left_where_no_key_was_made(self, home: Target, tmp_path: Path) -> None:
        asked = replace(call(), secrets_dir=tmp_path)
        assert do(home, self.key_pair("twice"), asked).outcome is Outcome.DONE
        assert do(home, self.key_pair("twice"), asked).outcome is Outcome.FAILED
        assert [p.name for p in tmp_path.iterdir()] == ["twice.pem"]

    def test_a_key_file_is_never_overwritten_nor_outside(
        self, home: Target, tmp_path: Path
    ) -> None:
        inside = tmp_path / "keys"
        inside.mkdir()
        (inside / "etc_passwd.pem").write_text("precious")
        asked = replace(call(), secrets_dir=inside)
        receipt = do(home, self.key_pair("../../etc/passwd"), asked)
        assert Path(receipt.evidence["private_key_file"]) == inside / "etc_passwd-2.pem"
        assert (inside / "etc_passwd.pem").read_text() == "precious"

    def test_where_it_cannot_be_kept_it_is_not_made(
        self, scripted: Scripted, tmp_path: Path
    ) -> None:
        endpoint = scripted(Say(200, "<CreateKeyPairResponse/>"))
        keys = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
        real = sandbox_target(endpoint.url, realm=Realm.PRODUCTION, environment=keys)
        in_the_way = tmp_path / "file"
        in_the_way.write_text("")
        for asked in (call(), replace(call(), secrets_dir=in_the_way)):
            receipt = do(real, self.key_pair("mine"), asked)
            assert receipt.outcome is Outcome.FAILED
            assert receipt.error is not None
            assert receipt.error.code == "NoPlaceForKey"
        assert endpoint.requests == []

    def test_in_a_copy_a_key_that_opens_nothing_may_be_dropped(self, home: Target) -> None:
        receipt = do(home, self.key_pair("for-a-copy"))
        assert receipt.outcome is Outcome.DONE
        assert "BEGIN" not in repr(receipt)

    def test_secret_answers_of_reads_stay_out(self, home: Target) -> None:
        session.client(home, "ssm").put_parameter(Name="/p", Value="hunter2", Type="SecureString")
        reading = step(
            "GetParameter", Effect.READ, "ssm", Name="/p", WithDecryption=True, outputs={"all": "@"}
        )
        receipt = do(home, reading)
        assert receipt.outputs["all"]["Parameter"]["Name"] == "/p"
        assert "hunter2" not in repr(receipt)


class TestClaims:
    def test_in_the_scope_of_the_steps_own_refs(self) -> None:
        start = step("StartInstances", InstanceIds=["i-1"], changes=(ref(Kind.VM, "web-1"),))
        assert HAND.claims(start) == (ref(Kind.VM, "i-1"),)

    def test_without_refs_it_touches_what_nobody_can_have_claimed(self) -> None:
        (touched,) = HAND.claims(step("StartInstances", InstanceIds=["i-1"]))
        assert touched.scope == ""


def test_what_was_sent_can_be_counted(home: Target) -> None:
    HAND.identify(home)
    before = HAND.traffic(home).requests
    HAND.read(home, (Kind.NETWORK,))
    assert HAND.traffic(home).requests == before + 1
