"""The launch wizard."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from modalities.receipt import CloudError, Trouble
from sandbox.console.aws.cloud import Cloud
from sandbox.console.aws.pages.instances import group_options, type_field
from sandbox.console.aws.pages.key_pairs import NAME as KEY_NAME
from sandbox.console.aws.pages.tagging import tag_field
from sandbox.console.aws.visit import Raw, Visit, name_of, specified
from sandbox.console.form import Field, Form, Option, Shape, Tab, Values
from sandbox.console.operations import Done
from sandbox.console.page import Action, Page, View

QUICK_START = {
    "Amazon Linux 2023": "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
    "Ubuntu Server 24.04 LTS": (
        "/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id"
    ),
    "Ubuntu Server 22.04 LTS": (
        "/aws/service/canonical/ubuntu/server/22.04/stable/current/amd64/hvm/ebs-gp2/ami-id"
    ),
    "Debian 12": "/aws/service/debian/release/12/latest/amd64",
    "Microsoft Windows Server 2022 Base": (
        "/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base"
    ),
}
"""The public SSM parameter that names the newest image of each system."""

VOLUME_TYPES = (
    Option("gp3", "General Purpose SSD (gp3)"),
    Option("gp2", "General Purpose SSD (gp2)"),
    Option("io1", "Provisioned IOPS SSD (io1)"),
    Option("io2", "Provisioned IOPS SSD (io2)"),
    Option("st1", "Throughput Optimized HDD (st1)"),
    Option("sc1", "Cold HDD (sc1)"),
    Option("standard", "Magnetic (standard)"),
)

IOPS = {"io1": 100, "io2": 100}
"""Input and output operations a second, where a type must be given some."""

DATA_DEVICES = tuple(f"/dev/sd{letter}" for letter in "fghijklmnop")


def launch_wizard(visit: Visit, _: Sequence[str] = ()) -> Form:
    return Form(
        action="RunInstances",
        title="Launch an instance",
        submit="Launch instance",
        cancel=visit.href("Instances"),
        tabs=(_basics(visit), _disks(), _networking(visit), _advanced(), _tags()),
    )


def launch_page(visit: Visit) -> Page:
    return launch_wizard(visit)


def run(cloud: Cloud, _: Sequence[str], values: Values) -> Done:
    """One or more instances, and first the key pair and the security group they are to have."""
    made = []
    download = None
    key = values.text("key")
    if values.new("key"):
        key = values.text("key.name")
        pair = cloud.call("ec2", "create_key_pair", KeyName=key)
        download = (f"{key}.pem", str(pair["KeyMaterial"]))
        made.append(f"key pair {key}")
    subnet = _subnet(cloud, values)
    groups = list(values.many("groups"))
    if values.text("new_group"):
        groups.append(_new_group(cloud, subnet["VpcId"], values))
        made.append(f"security group {values.text('new_group')}")
    answer = cloud.call("ec2", "run_instances", **_parameters(cloud, values, subnet, groups, key))
    ids = ", ".join(i["InstanceId"] for i in answer["Instances"])
    also = f" ({', '.join(made)} created)" if made else ""
    return Done(f"Successfully initiated launch of instance {ids}{also}", download)


def _basics(visit: Visit) -> Tab:
    pairs = visit.cloud.all("ec2", "describe_key_pairs", "KeyPairs")
    keys = tuple(Option(each["KeyName"], each["KeyName"]) for each in pairs)
    without = Option("none", "Proceed without a key pair (Not recommended)")
    images = image_options(visit.cloud)
    return Tab(
        "Basics",
        (
            Field(
                name="token",
                label="",
                value=str(uuid.uuid4()),
                pattern=r"[0-9a-f-]{36}",
                hint="hidden",
            ),
            Field(
                name="name",
                label="Name",
                required=True,
                hint="The value of the tag with the key Name",
                pattern=r"[^\x00-\x1f]{1,255}",
            ),
            Field(
                name="count",
                label="Number of instances",
                shape=Shape.NUMBER,
                value="1",
                required=True,
                least=1,
                most=100,
            ),
            Field(
                name="image",
                label="Application and OS Images (Amazon Machine Image)",
                shape=Shape.RADIO,
                options=images,
                value=images[0].value if images else "",
                required=True,
            ),
            type_field("Instance type", "t3.micro"),
            Field(
                name="key",
                label="Key pair name",
                shape=Shape.SELECT,
                options=(*keys, without),
                required=True,
                called="Create new key pair",
                callout=(KEY_NAME,),
            ),
        ),
    )


def image_options(cloud: Cloud) -> tuple[Option, ...]:
    """Quick start images, then the account's own."""
    answer = cloud.call("ssm", "get_parameters", Names=list(QUICK_START.values()))
    by_parameter = {found["Name"]: found["Value"] for found in answer["Parameters"]}
    quick = [
        Option(by_parameter[parameter], name, by_parameter[parameter])
        for name, parameter in QUICK_START.items()
        if parameter in by_parameter
    ]
    own = cloud.all("ec2", "describe_images", "Images", Owners=["self"])
    mine = [Option(i["ImageId"], f"{i.get('Name', '')} (My AMI)", i["ImageId"]) for i in own]
    return (*quick, *mine)


def volume_type(name: str, label: str, value: str = "gp3", *, required: bool = False) -> Field:
    return Field(
        name=name,
        label=label,
        shape=Shape.SELECT,
        options=VOLUME_TYPES,
        value=value,
        required=required,
    )


def volume_iops(name: str, label: str) -> Field:
    return Field(
        name=name,
        label=label,
        shape=Shape.NUMBER,
        least=100,
        most=256000,
        hint="Leave empty for the default of the type",
    )


def _disks() -> Tab:
    return Tab(
        "Disks",
        (
            Field(
                name="root_size",
                label="Root volume size (GiB)",
                shape=Shape.NUMBER,
                least=1,
                most=16384,
                hint="Leave empty for the size of the image",
            ),
            volume_type("root_type", "Root volume type"),
            volume_iops("root_iops", "Root volume IOPS"),
            Field(
                name="root_throughput",
                label="Root volume throughput (MiB/s)",
                shape=Shape.NUMBER,
                least=125,
                most=2000,
                hint="Of gp3 volumes; leave empty for the default",
            ),
            Field(
                name="root_gone",
                label="Delete the root volume when the instance is terminated",
                shape=Shape.CHECK,
                value="on",
            ),
            Field(
                name="data_size",
                label="Additional volume size (GiB)",
                shape=Shape.NUMBER,
                least=1,
                most=16384,
                hint="Leave empty for no additional volume",
            ),
            volume_type("data_type", "Additional volume type"),
            Field(
                name="data_kept",
                label="Keep the additional volume when the instance is terminated",
                shape=Shape.CHECK,
                value="on",
            ),
        ),
    )


def _networking(visit: Visit) -> Tab:
    subnets = visit.cloud.all("ec2", "describe_subnets", "Subnets")
    groups = visit.cloud.all("ec2", "describe_security_groups", "SecurityGroups")
    networks = {v["VpcId"]: v for v in visit.cloud.all("ec2", "describe_vpcs", "Vpcs")}
    return Tab(
        "Networking",
        (
            Field(
                name="subnet",
                label="Subnet",
                shape=Shape.SELECT,
                options=tuple(_subnet_option(each, networks) for each in subnets),
                required=True,
                bare=True,
            ),
            Field(
                name="public",
                label="Auto-assign public IP",
                shape=Shape.SELECT,
                options=(
                    Option("subnet", "Use subnet setting"),
                    Option("yes", "Enable"),
                    Option("no", "Disable"),
                ),
                value="subnet",
            ),
            Field(
                name="groups",
                label="Common security groups",
                shape=Shape.MANY,
                options=group_options(groups),
                hint="Where none is chosen, the default security group of the VPC is used",
            ),
            Field(
                name="new_group",
                label="New security group name",
                pattern=r"[\w .:/()#,@\[\]+=&;{}!$*-]{1,255}",
                fault="Security group names are up to 255 letters, digits, spaces and signs",
                hint="Leave empty to create none",
            ),
            Field(
                name="open_port",
                label="Allow TCP port from anywhere",
                shape=Shape.NUMBER,
                least=1,
                most=65535,
                hint="An inbound rule of the new security group",
            ),
        ),
    )


def _subnet_option(subnet: Raw, networks: dict[str, Raw]) -> Option:
    network = networks.get(subnet["VpcId"], {"VpcId": subnet["VpcId"]})
    name = f"{name_of(subnet)} " if name_of(subnet) else ""
    vpc = name_of(network) or network["VpcId"]
    where = f"{subnet['AvailabilityZone']} {subnet['CidrBlock']}"
    return Option(subnet["SubnetId"], f"{subnet['SubnetId']} {name}({vpc}) {where}")


def _advanced() -> Tab:
    return Tab(
        "Advanced details",
        (
            Field(name="spot", label="Request Spot Instances", shape=Shape.CHECK),
            Field(name="detailed", label="Detailed CloudWatch monitoring", shape=Shape.CHECK),
            Field(name="protected", label="Termination protection", shape=Shape.CHECK),
            Field(
                name="metadata",
                label="Metadata version",
                shape=Shape.SELECT,
                options=(
                    Option("required", "V2 only (token required)"),
                    Option("optional", "V1 and V2 (token optional)"),
                ),
                value="required",
            ),
            Field(name="user_data", label="User data", shape=Shape.AREA),
        ),
    )


def _tags() -> Tab:
    return Tab(
        "Tags",
        (
            tag_field(),
            Field(name="tag_volumes", label="Tag volumes too", shape=Shape.CHECK, value="on"),
            Field(name="tag_nics", label="Tag network interfaces too", shape=Shape.CHECK),
        ),
    )


def _subnet(cloud: Cloud, values: Values) -> Any:
    wanted = values.text("subnet")
    return cloud.one("ec2", "describe_subnets", "Subnets", SubnetIds=[wanted])


def _new_group(cloud: Cloud, vpc: str, values: Values) -> str:
    name = values.text("new_group")
    made = cloud.call(
        "ec2",
        "create_security_group",
        GroupName=name,
        Description=f"{name} created by the launch wizard",
        VpcId=vpc,
    )
    if port := values.number("open_port"):
        cloud.call(
            "ec2",
            "authorize_security_group_ingress",
            GroupId=made["GroupId"],
            IpPermissions=[
                {
                    "IpProtocol": "tcp",
                    "FromPort": port,
                    "ToPort": port,
                    "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
                }
            ],
        )
    return str(made["GroupId"])


def _parameters(
    cloud: Cloud, values: Values, subnet: Raw, groups: list[str], key: str
) -> dict[str, Any]:
    count = values.number("count", 1)
    found: dict[str, Any] = {
        "ImageId": values.text("image"),
        "InstanceType": values.text("type"),
        "MinCount": count,
        "MaxCount": count,
        "ClientToken": values.text("token"),
        **_network(values, subnet["SubnetId"], groups),
        "BlockDeviceMappings": _mappings(cloud, values),
        "TagSpecifications": _specifications(values),
        "MetadataOptions": {
            "HttpTokens": values.text("metadata") or "optional",
            "HttpEndpoint": "enabled",
        },
        "Monitoring": {"Enabled": values.flag("detailed")},
        "DisableApiTermination": values.flag("protected"),
    }
    if key and key != "none":
        found["KeyName"] = key
    if values.flag("spot"):
        found["InstanceMarketOptions"] = {"MarketType": "spot"}
    if text := values.text("user_data"):
        found["UserData"] = text
    return found


def _specifications(values: Values) -> list[dict[str, Any]]:
    """The name is the instance's own; its parts get the other tags where that is asked for."""
    tags = values.tags()
    made = specified("instance", {"Name": values.text("name")} | tags)
    if values.flag("tag_volumes"):
        made += specified("volume", tags)
    if values.flag("tag_nics"):
        made += specified("network-interface", tags)
    return made


def _network(values: Values, subnet: str, groups: list[str]) -> dict[str, Any]:
    """Whether there is a public address can only be said of an interface."""
    if values.text("public") not in ("yes", "no"):
        return {"SubnetId": subnet, **({"SecurityGroupIds": groups} if groups else {})}
    interface = {
        "DeviceIndex": 0,
        "SubnetId": subnet,
        "AssociatePublicIpAddress": values.text("public") == "yes",
    }
    return {"NetworkInterfaces": [interface | ({"Groups": groups} if groups else {})]}


def _mappings(cloud: Cloud, values: Values) -> list[dict[str, Any]]:
    image = values.text("image")
    found = cloud.one("ec2", "describe_images", "Images", ImageIds=[image])
    if not found.get("RootDeviceName"):
        raise CloudError(Trouble.INVALID, "InvalidAMI", f"{image} has no root device")
    root = _ebs(
        values.text("root_type"), values.number("root_size"), kept=not values.flag("root_gone")
    )
    if iops := values.number("root_iops"):
        root["Iops"] = iops
    if throughput := values.number("root_throughput"):
        root["Throughput"] = throughput
    made = [{"DeviceName": found["RootDeviceName"], "Ebs": root}]
    if size := values.number("data_size"):
        used = {mapping["DeviceName"] for mapping in found.get("BlockDeviceMappings", ())}
        device = next(name for name in DATA_DEVICES if name not in used)
        data = _ebs(values.text("data_type"), size, kept=values.flag("data_kept"))
        made.append({"DeviceName": device, "Ebs": data})
    return made


def _ebs(kind: str, size: int, *, kept: bool) -> dict[str, Any]:
    made: dict[str, Any] = {"VolumeType": kind, "DeleteOnTermination": not kept}
    if size:
        made["VolumeSize"] = size
    if kind in IOPS:
        made["Iops"] = IOPS[kind]
    return made


def suggest_types(cloud: Cloud, typed: str) -> tuple[Option, ...]:
    """The instance types that hold what was typed, with vCPU and memory."""
    offered = cloud.all("ec2", "describe_instance_type_offerings", "InstanceTypeOfferings")
    names = sorted(
        (each["InstanceType"] for each in offered if typed.lower() in each["InstanceType"]),
        key=lambda name: (not name.startswith(typed.lower()), name),
    )[:12]
    if not names:
        return ()
    wanted = [{"Name": "instance-type", "Values": names}]
    found = cloud.all("ec2", "describe_instance_types", "InstanceTypes", Filters=wanted)
    notes = {each["InstanceType"]: _note(each) for each in found}
    return tuple(Option(name, name, notes.get(name, "")) for name in names)


def _note(kind: Raw) -> str:
    memory = kind["MemoryInfo"]["SizeInMiB"] / 1024
    return f"{kind['VCpuInfo']['DefaultVCpus']} vCPU   {memory:g} GiB Memory"


VIEWS = (View("LaunchInstances", "ec2", launch_page, parent="Instances"),)

ACTIONS = (Action("RunInstances", "Launch instance", run, launch_wizard, goes="Instances"),)
