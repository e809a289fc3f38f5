"""Commands that others wrote: what they mean, and which are not let through."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest

from modalities.action import TOKEN, Output, SdkCall, payload
from modalities.aws.awscli.parsing import parse
from modalities.aws.awscli.refusal import Refused
from modalities.aws.awscli.words import command

REFERENCE = Output("create-vpc", "id").as_json()


def understood(line: str, workdir: Path | None = None) -> SdkCall:
    """A command line as a person types it; its words are told apart here, by no shell."""
    call = parse(shlex.split(line), workdir)
    assert parse(payload(command(call))) == call
    return call


def refusal(line: str, workdir: Path | None = None) -> Refused:
    with pytest.raises(Refused) as caught:
        parse(shlex.split(line), workdir)
    return caught.value


class TestMeaning:
    @pytest.mark.parametrize(
        ("line", "operation", "parameters"),
        [
            ("aws ec2 describe-vpcs", "DescribeVpcs", {}),
            ("aws ec2 describe-vpcs --output json --no-cli-pager", "DescribeVpcs", {}),
            ("aws ec2 describe-vpcs --vpc-ids", "DescribeVpcs", {"VpcIds": []}),
            ("aws ec2 describe-vpcs --vpc-ids a b", "DescribeVpcs", {"VpcIds": ["a", "b"]}),
            ("""aws ec2 describe-vpcs --vpc-ids '["a"]'""", "DescribeVpcs", {"VpcIds": ["a"]}),
            ("aws ec2 delete-vpc --vpc-id=vpc-1", "DeleteVpc", {"VpcId": "vpc-1"}),
            ("aws ec2 delete-vpc --vpc-id a=b", "DeleteVpc", {"VpcId": "a=b"}),
            (
                "aws ec2 describe-vpcs --filters Name=vpc-id,Values=a,b Name=state,Values=true",
                "DescribeVpcs",
                {
                    "Filters": [
                        {"Name": "vpc-id", "Values": ["a", "b"]},
                        {"Name": "state", "Values": ["true"]},
                    ]
                },
            ),
            (
                "aws ec2 stop-instances --instance-ids i-1 --no-hibernate --force",
                "StopInstances",
                {"InstanceIds": ["i-1"], "Hibernate": False, "Force": True},
            ),
            (
                "aws ec2 modify-instance-attribute --instance-id i --instance-type m5.large",
                "ModifyInstanceAttribute",
                {"InstanceId": "i", "InstanceType": {"Value": "m5.large"}},
            ),
            (
                "aws ec2 modify-instance-attribute --instance-id i --instance-type Value=m5.large",
                "ModifyInstanceAttribute",
                {"InstanceId": "i", "InstanceType": {"Value": "m5.large"}},
            ),
            (
                "aws ec2 modify-instance-attribute --instance-id i --no-source-dest-check",
                "ModifyInstanceAttribute",
                {"InstanceId": "i", "SourceDestCheck": {"Value": False}},
            ),
            (
                "aws ec2 create-route --route-table-id r --cli-input-json "
                """'{"RouteTableId": "x", "GatewayId": "igw-1"}'""",
                "CreateRoute",
                {"RouteTableId": "r", "GatewayId": "igw-1"},
            ),
            (
                "aws ec2 modify-volume --volume-id v --size 20 --iops -1",
                "ModifyVolume",
                {"VolumeId": "v", "Size": 20, "Iops": -1},
            ),
            (
                "aws ec2 create-tags --resources a --tags 'Key=Name,Value=web 1' Key=x,Value=",
                "CreateTags",
                {
                    "Resources": ["a"],
                    "Tags": [{"Key": "Name", "Value": "web 1"}, {"Key": "x", "Value": ""}],
                },
            ),
        ],
    )
    def test_options(self, line: str, operation: str, parameters: dict[str, Any]) -> None:
        assert understood(line) == SdkCall("ec2", operation, parameters)

    @pytest.mark.parametrize(
        ("line", "service", "operation"),
        [
            ("aws s3api list-buckets", "s3", "ListBuckets"),
            ("aws deploy list-applications", "codedeploy", "ListApplications"),
            ("aws configservice describe-config-rules", "config", "DescribeConfigRules"),
            ("aws elbv2 describe-load-balancers", "elbv2", "DescribeLoadBalancers"),
        ],
    )
    def test_services(self, line: str, service: str, operation: str) -> None:
        assert understood(line) == SdkCall(service, operation, {})

    def test_machines_are_counted_as_aws_counts_them(self) -> None:
        for said, least, most in (("", 1, 1), ("--count 3", 3, 3), ("--count 2:5", 2, 5)):
            call = understood(f"aws ec2 run-instances --image-id ami-1 {said}")
            assert (call.parameters["MinCount"], call.parameters["MaxCount"]) == (least, most)

    def test_a_public_address_moves_the_place_into_the_interface(self) -> None:
        call = understood(
            "aws ec2 run-instances --image-id ami-1 --subnet-id subnet-1 --security-group-ids sg-1 "
            "--associate-public-ip-address"
        )
        assert "SubnetId" not in call.parameters
        assert call.parameters["NetworkInterfaces"] == [
            {
                "DeviceIndex": 0,
                "AssociatePublicIpAddress": True,
                "SubnetId": "subnet-1",
                "Groups": ["sg-1"],
            }
        ]

    @pytest.mark.parametrize(
        ("said", "rule"),
        [
            (
                "--protocol tcp --port 22 --cidr 10.0.0.0/8",
                {
                    "IpProtocol": "tcp",
                    "FromPort": 22,
                    "ToPort": 22,
                    "IpRanges": [{"CidrIp": "10.0.0.0/8"}],
                },
            ),
            (
                "--protocol udp --port 8000-8080 --source-group sg-2",
                {
                    "IpProtocol": "udp",
                    "FromPort": 8000,
                    "ToPort": 8080,
                    "UserIdGroupPairs": [{"GroupId": "sg-2"}],
                },
            ),
            (
                "--protocol all --source-group web --group-owner 123456789012",
                {
                    "IpProtocol": "-1",
                    "UserIdGroupPairs": [{"GroupName": "web", "UserId": "123456789012"}],
                },
            ),
        ],
    )
    def test_rules_in_the_short_form(self, said: str, rule: dict[str, Any]) -> None:
        line = f"aws ec2 authorize-security-group-ingress --group-id sg-1 {said}"
        parameters = {"GroupId": "sg-1", "IpPermissions": [rule]}
        call = understood(line)
        assert call == SdkCall("ec2", "AuthorizeSecurityGroupIngress", parameters)

    def test_references_stand_for_text_and_inside_objects(self) -> None:
        words = ("aws", "ec2", "create-subnet", "--vpc-id", REFERENCE, "--tag-specifications")
        tagged = {"ResourceType": "subnet", "Tags": [{"Key": "of", "Value": REFERENCE}]}
        assert parse((*words, tagged)) == SdkCall(
            "ec2", "CreateSubnet", {"VpcId": REFERENCE, "TagSpecifications": [tagged]}
        )
        start = ("aws", "ec2", "start-instances", "--instance-ids", REFERENCE, TOKEN)
        assert parse(start).parameters == {"InstanceIds": [REFERENCE, TOKEN]}


REFUSED = {
    # abbreviations, which version 1 completes
    "aws ec2 run-instances --instance-typ t3.micro": ("--instance-typ", "--instance-type?"),
    "aws ec2 terminate-instances --instance-id i-1": ("--instance-id", "--instance-ids?"),
    "aws ec2 describe-vpcs --filter Name=a,Values=b": ("--filter", "--filters?"),
    "aws ec2 describe-vpcs --vpc-id vpc-1": ("--vpc-id", "--vpc-ids?"),
    "aws ec2 describe-vpcs --outpu text": ("--outpu", ""),
    # no such thing
    "aws ec2 delete-vpcs --vpc-id vpc-1": ("operation", "delete-vpc?"),
    "aws ecc2 describe-vpcs": ("service", "ec2?"),
    "aws ec2 delete-vpc --nonsense": ("--nonsense", ""),
    "aws ec2 DeleteVpc": ("operation", ""),
    # elsewhere, or as somebody else
    "aws ec2 describe-vpcs --endpoint-url http://example.org": ("--endpoint-url", ""),
    "aws ec2 describe-vpcs --profile root": ("--profile", ""),
    "aws ec2 describe-vpcs --region eu-west-1": ("--region", ""),
    "aws ec2 describe-vpcs --no-verify-ssl": ("--no-verify-ssl", ""),
    "aws ec2 describe-vpcs --no-sign-request": ("--no-sign-request", ""),
    "aws ec2 describe-vpcs --ca-bundle /tmp/x": ("--ca-bundle", ""),
    "aws --region eu-west-1 ec2 describe-vpcs": ("service", ""),
    # more than is wanted, or less
    "aws ec2 describe-vpcs --debug": ("--debug", ""),
    "aws ec2 describe-vpcs --query Vpcs[0]": ("--query", ""),
    "aws ec2 describe-vpcs --no-paginate": ("--no-paginate", ""),
    "aws ec2 describe-vpcs --max-items 1": ("--max-items", ""),
    "aws ec2 describe-vpcs --output text": ("--output", ""),
    "aws ec2 describe-vpcs --generate-cli-skeleton": ("--generate-cli-skeleton", ""),
    "aws ec2 describe-vpcs --cli-auto-prompt": ("--cli-auto-prompt", ""),
    "aws ec2 describe-vpcs help": ("argv", ""),
    "aws ec2 help": ("operation", ""),
    "aws help": ("argv", ""),
    "aws": ("argv", ""),
    "az vm list": ("argv", ""),
    "/usr/bin/aws ec2 describe-vpcs": ("argv", ""),
    # tools around the API
    "aws s3 cp a s3://b": ("service", ""),
    "aws configure set region x": ("service", ""),
    "aws history list": ("service", ""),
    "aws ec2 wait instance-running --instance-ids i-1": ("operation", ""),
    "aws eks update-kubeconfig --name x": ("operation", ""),
    "aws s3api get-object --bucket b --key k out": ("operation", ""),
    "aws s3api put-object --bucket b --key k --body /etc/passwd": ("operation", ""),
    "aws ec2 get-password-data --instance-id i --priv-launch-key k": ("--priv-launch-key", ""),
    # values from elsewhere
    "aws ec2 import-key-pair --key-name k --public-key-material file:///etc/passwd": (
        "--public-key-material",
        "",
    ),
    "aws ec2 import-key-pair --key-name k --public-key-material fileb://~/.ssh/id": (
        "--public-key-material",
        "",
    ),
    "aws ec2 create-security-group --group-name g --description http://169.254.169.254/": (
        "--description",
        "",
    ),
    "aws ec2 describe-vpcs --vpc-ids file://ids.json": ("--vpc-ids", ""),
    "aws ec2 describe-vpcs --vpc-ids=https://example.org/ids": ("--vpc-ids", ""),
    "aws ec2 describe-vpcs --cli-input-json file://all.json": ("--cli-input-json", ""),
    "aws ec2 run-instances --count file://count": ("--count", ""),
    "aws ec2 create-tags --resources a --tags Key@=file://k,Value=b": ("--tags", ""),
    # a shell's signs
    "aws ec2 describe-vpcs '>' out": ("argv", ""),
    "aws ec2 describe-vpcs ';' reboot": ("argv", ""),
    "aws ec2 describe-vpcs --vpc-ids vpc-1 '|' tee": ("--vpc-ids", ""),
    "aws ec2 describe-vpcs --vpc-ids vpc-1 '&&' reboot": ("--vpc-ids", ""),
    # said twice, or wrongly
    "aws ec2 delete-vpc --vpc-id a --vpc-id b": ("--vpc-id", ""),
    "aws ec2 stop-instances --instance-ids i --force --no-force": ("--no-force", ""),
    "aws ec2 delete-vpc --vpc-id": ("--vpc-id", ""),
    "aws ec2 delete-vpc --vpc-id a b": ("--vpc-id", "quote"),
    "aws ec2 delete-vpc vpc-1": ("argv", ""),
    "aws ec2 delete-vpc -v vpc-1": ("argv", ""),
    "aws ec2 delete-vpc -- vpc-1": ("argv", ""),
    "aws ec2 stop-instances --instance-ids i --force yes": ("--force", ""),
    "aws ec2 create-volume --size large": ("--size", ""),
    "aws ec2 create-volume --size 1e3": ("--size", ""),
    "aws ec2 run-instances --count many": ("--count", ""),
    "aws ec2 create-tags --resources a --tags Name": ("--tags", "JSON"),
    "aws ec2 create-tags --resources a --tags '{\"Key\":'": ("--tags", ""),
    "aws ec2 describe-vpcs --cli-input-json '[]'": ("--cli-input-json", ""),
    "aws ec2 authorize-security-group-ingress --group-id g --protocol icecream": ("--protocol", ""),
    "aws ec2 authorize-security-group-ingress --group-id g --protocol tcp --port x": ("--port", ""),
    "aws ec2 authorize-security-group-ingress --group-id g --port 22 --ip-permissions '[]'": (
        "--port",
        "",
    ),
    "aws ec2 run-instances --network-interfaces '[]' --associate-public-ip-address": (
        "--associate-public-ip-address",
        "",
    ),
}


@pytest.mark.parametrize("line", REFUSED)
def test_what_is_not_let_through(line: str) -> None:
    path, cure = REFUSED[line]
    caught = refusal(line)
    assert caught.path == path
    assert cure in caught.suggestion
    assert caught.message
    assert "\n" not in caught.message


@pytest.mark.parametrize(
    "argv",
    [
        (),
        ("aws", "ec2", 5),
        ("aws", {"a": 1}, "describe-vpcs"),
        ("aws", "ec2", "describe-vpcs", None),
        ("aws", "ec2", "describe-vpcs", REFERENCE),
        ("aws", "ec2", "describe-vpcs", "--cli-input-json", [1]),
        ("aws", "ec2", "run-instances", "--count", REFERENCE),
        ("aws", "ec2", "", "--x"),
        ("aws", "ec2", "describe-vpcs\0", "--x"),
        ("aws", "ec2\n", "describe-vpcs"),
    ],
)
def test_what_is_no_command_at_all(argv: tuple[Any, ...]) -> None:
    with pytest.raises(Refused):
        parse(argv)


class TestFiles:
    LINE = "aws ec2 import-key-pair --key-name k --public-key-material "

    def test_one_in_the_runs_own_directory_is_read_now(self, tmp_path: Path) -> None:
        (tmp_path / "key.pub").write_text("ssh-ed25519 AAAA")
        call = understood(f"{self.LINE} fileb://key.pub", tmp_path)
        (tmp_path / "key.pub").write_text("ssh-ed25519 of somebody else")
        assert call.parameters["PublicKeyMaterial"] == "ssh-ed25519 AAAA"

    @pytest.mark.parametrize("name", ["../key.pub", "/etc/passwd", "link", "none", "sub", "bytes"])
    def test_others_are_not(self, tmp_path: Path, name: str) -> None:
        home = tmp_path / "run"
        (home / "sub").mkdir(parents=True)
        (tmp_path / "key.pub").write_text("x")
        (home / "link").symlink_to(tmp_path / "key.pub")
        (home / "bytes").write_bytes(b"\xff\xfe")
        assert refusal(f"{self.LINE} file://{name}", home).path == "--public-key-material"

    def test_nor_a_huge_one(self, tmp_path: Path) -> None:
        (tmp_path / "big").write_bytes(b"x" * (1 << 20) + b"x")
        assert "larger" in refusal(f"{self.LINE} file://big", tmp_path).message


class TestShorthand:
    @pytest.mark.parametrize(
        ("said", "tags"),
        [
            ("{Key=Name,Value=web-1}", [{"Key": "Name", "Value": "web-1"}]),
            (
                "{Key=a,Value=1},{Key=b,Value=2}",
                [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}],
            ),
            ("{Key=a,Value='x, y'}", [{"Key": "a", "Value": "x, y"}]),
            ('{Key=a,Value="it\'s"}', [{"Key": "a", "Value": "it's"}]),
            ("{Key=a,Value=x\\,y}", [{"Key": "a", "Value": "x,y"}]),
            ("{ Key = a , Value = x }", [{"Key": "a", "Value": "x"}]),
        ],
    )
    def test_nested(self, said: str, tags: list[dict[str, str]]) -> None:
        words = ("aws", "ec2", "create-vpc", "--tag-specifications")
        call = parse((*words, f"ResourceType=vpc,Tags=[{said}]"))
        assert call.parameters["TagSpecifications"] == [{"ResourceType": "vpc", "Tags": tags}]

    def test_types_come_from_the_model(self) -> None:
        words = ("aws", "ec2", "run-instances", "--block-device-mappings")
        call = parse((*words, "DeviceName=/dev/xvda,Ebs={VolumeSize=20,Encrypted=true}"))
        ebs = {"VolumeSize": 20, "Encrypted": True}
        assert call.parameters["BlockDeviceMappings"] == [{"DeviceName": "/dev/xvda", "Ebs": ebs}]

    @pytest.mark.parametrize(
        "said", ["Key", "Key=a,Key=b", "Key=[a", "Key={a=b", "=a", "Key=a,,Value=b", "Key='a", ""]
    )
    def test_what_is_none(self, said: str) -> None:
        with pytest.raises(Refused):
            parse(("aws", "ec2", "create-tags", "--resources", "a", "--tags", said))
