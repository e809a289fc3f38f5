"""Changes of what the code has, and of what it never had."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from fakes.drafts import drafted, resource, world
from modalities import wanted as w
from modalities.aws.terraform.module import Module
from modalities.aws.terraform.writing import Edition, written
from modalities.change import (
    Attach,
    Change,
    Delete,
    Detach,
    Power,
    Resize,
    Selection,
    SetDiagnostics,
    SetPort,
    SetPower,
    SetPriority,
    SetTags,
)
from modalities.contract import Unsupported
from modalities.resource import Json, Kind, Link, Resource
from modalities.wanted import Rule

SSH = Rule(first_port=22, last_port=22, source="10.0.0.0/8")
NEUTRAL: dict[str, Json] = {
    "direction": "in",
    "protocol": "tcp",
    "first_port": 22,
    "last_port": 22,
    "source": "10.0.0.0/8",
}

NET = resource(Kind.NETWORK, "shop", "vpc-1", cidr="10.0.0.0/16", default=False)
SUBNET = resource(
    Kind.SUBNET,
    "shop-a",
    "subnet-1",
    [Link("in", Kind.NETWORK, "vpc-1")],
    cidr="10.0.0.0/24",
    zone="eu-west-1a",
    network="vpc-1",
    public=False,
)
GROUP = resource(
    Kind.SECURITY_GROUP,
    "web",
    "sg-1",
    [Link("in", Kind.NETWORK, "vpc-1")],
    network="vpc-1",
    description="web",
    default=False,
    rules=[NEUTRAL],
)
VM = resource(
    Kind.VM,
    "web-1",
    "i-1",
    [
        Link("in", Kind.SUBNET, "subnet-1"),
        Link("guarded_by", Kind.SECURITY_GROUP, "sg-1"),
        Link("uses", Kind.DISK, "vol-1"),
        Link("uses", Kind.DISK, "vol-2"),
    ],
    state="running",
    size="t3.small",
    image="ami-0123456789abcdef0",
    zone="eu-west-1a",
    network="vpc-1",
    subnet="subnet-1",
    public_ip=None,
    security_groups=["sg-1"],
    spot=False,
    monitoring=False,
    root_disk="vol-1",
    root_device="/dev/xvda",
    devices={"/dev/xvda": "vol-1", "/dev/sdf": "vol-2"},
    disks=["vol-1", "vol-2"],
    nics=["eni-1"],
    key_pair=None,
)


def disk(name: str, id: str, device: str, boot: bool) -> Resource:
    return resource(
        Kind.DISK,
        name,
        id,
        tags=not boot,
        gib=8,
        type="gp3",
        iops=3000,
        throughput=125,
        state="in-use",
        zone="eu-west-1a",
        attached_to="i-1",
        device=device,
        boot=boot,
        delete_with_vm=boot,
    )


WORLD = world(
    NET,
    SUBNET,
    GROUP,
    VM,
    disk("vol-1", "vol-1", "/dev/xvda", True),
    disk("data", "vol-2", "/dev/sdf", False),
)

MINE = """\
# Ana's shop
resource "aws_vpc" "shop" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_security_group" "web" {
  name   = "web"
  vpc_id = aws_vpc.shop.id
}

resource "aws_vpc_security_group_ingress_rule" "ssh" {
  security_group_id = aws_security_group.web.id
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv4         = "10.0.0.0/8"
}

resource "aws_instance" "web" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.small" # cheap
  vpc_security_group_ids = [aws_security_group.web.id]

  tags = {
    Name = "web-1"
  }
}

resource "aws_ebs_volume" "data" {
  availability_zone = "eu-west-1a"
  size              = 8

  tags = {
    Name = "data"
  }
}

resource "aws_volume_attachment" "data" {
  device_name = "/dev/sdf"
  volume_id   = aws_ebs_volume.data.id
  instance_id = aws_instance.web.id
}

output "web" {
  value = aws_instance.web.id
}
"""
OWNED = Module(
    {"main.tf": MINE},
    {
        "vpc-1": "aws_vpc.shop",
        "sg-1": "aws_security_group.web",
        "i-1": "aws_instance.web",
        "vol-2": "aws_ebs_volume.data",
    },
)
NONE = Module({}, {})


def edition(*changes: Change, module: Module = OWNED) -> Edition:
    return written(drafted(WORLD, *changes), WORLD, module, "eu-west-1")


def after(*changes: Change) -> str:
    """main.tf, the only file that the changes touch."""
    made = edition(*changes)
    assert {*made.files} == {"main.tf"}
    assert made.first is None
    assert not made.imports
    text = made.files["main.tf"]
    assert text is not None
    return text


def sel(kind: Kind, *names: str) -> Selection:
    return Selection(kind=kind, names=names)


WEB = sel(Kind.VM, "web-1")


def replaced(old: str, new: str) -> str:
    assert MINE.count(old) == 1
    return MINE.replace(old, new)


def without(*heads: str) -> str:
    """The code without the blocks that begin so."""
    parts = re.split(r"\n\n(?=\S)", MINE)
    kept = [p for p in parts if not any(p.startswith(h) for h in heads)]
    return "\n\n".join(kept).rstrip("\n") + "\n"


def test_a_size_is_one_value_and_terraform_does_the_rest() -> None:
    assert after(Resize(what=WEB, size="t3.large")) == replaced('"t3.small"', '"t3.large"')


def test_tags_monitoring_and_disks_are_edited_in_place() -> None:
    assert after(SetTags(what=WEB, add=(("env", "prod"),))) == replaced(
        '    Name = "web-1"\n', '    Name = "web-1"\n    env  = "prod"\n'
    )
    assert after(SetDiagnostics(what=WEB)) == replaced(
        "[aws_security_group.web.id]\n",
        "[aws_security_group.web.id]\n  monitoring             = true\n",
    )
    assert after(Resize(what=sel(Kind.DISK, "data"), gib=20)) == replaced("= 8\n", "= 20\n")


def test_the_root_disk_is_part_of_its_machine() -> None:
    code = after(Resize(what=WEB, gib=30))
    assert "  root_block_device {\n    volume_size = 30\n  }\n" in code


def test_a_closed_port_takes_its_rule_along() -> None:
    what = sel(Kind.SECURITY_GROUP, "web")
    gone = 'resource "aws_vpc_security_group_ingress_rule" "ssh"'
    assert after(SetPort(what=what, rule=SSH, open=False)) == without(gone)


def test_an_opened_port_is_a_rule_beside_the_others() -> None:
    rule = Rule(first_port=443, last_port=443)
    code = after(SetPort(what=sel(Kind.SECURITY_GROUP, "web"), rule=rule, open=True))
    assert code.startswith(MINE)
    assert '"aws_vpc_security_group_ingress_rule" "web_tcp_443"' in code
    assert "  security_group_id = aws_security_group.web.id\n" in code.removeprefix(MINE)


def test_a_detached_disk_loses_its_attachment_and_no_more() -> None:
    gone = 'resource "aws_volume_attachment" "data"'
    assert after(Detach(what=sel(Kind.DISK, "data"))) == without(gone)


def test_a_deleted_machine_takes_along_what_only_names_it() -> None:
    code = after(Delete(what=WEB, explicit="delete web-1"))
    assert code == without(
        'resource "aws_instance" "web"', 'resource "aws_volume_attachment"', 'output "web"'
    )
    made = edition(Delete(what=WEB, explicit="delete web-1"))
    assert made.made["delete-vm-web-1"] == "aws_instance.web"
    assert {*made.addresses} == {"aws_instance.web", "aws_volume_attachment.data"}


def test_what_is_still_named_elsewhere_does_not_go() -> None:
    files = {"main.tf": MINE, "b.tf": "locals {\n  it = aws_instance.web.private_ip\n}\n"}
    with pytest.raises(Unsupported, match=r"aws_instance\.web is still named by locals in b\.tf"):
        edition(Delete(what=WEB, explicit="web-1"), module=Module(files, OWNED.kept))


def test_what_only_waits_for_what_goes_waits_no_more() -> None:
    more = (
        '\nresource "aws_vpc" "b" {\n  cidr_block = "10.1.0.0/16"\n\n'
        "  depends_on = [aws_instance.web]\n}\n"
    )
    module = Module({"main.tf": MINE + more}, OWNED.kept)
    made = edition(Delete(what=WEB, explicit="web-1"), module=module)
    code = made.files["main.tf"] or ""
    assert code.endswith('resource "aws_vpc" "b" {\n  cidr_block = "10.1.0.0/16"\n}\n')
    assert "aws_vpc.b" not in made.addresses


def test_power_is_a_resource_of_its_own_and_is_found_again() -> None:
    code = after(SetPower(what=WEB, power=Power.STOP))
    state = code.removeprefix(MINE)
    assert state == (
        '\nresource "aws_ec2_instance_state" "web_1" {\n'
        '  instance_id = aws_instance.web.id\n  state       = "stopped"\n}\n'
    )
    stopped = world(
        *(resource(Kind.VM, "web-1", "i-1", state="stopped") if r is VM else r for r in WORLD)
    )
    draft = drafted(stopped, SetPower(what=WEB, power=Power.START))
    again = written(draft, stopped, Module({"main.tf": code}, OWNED.kept), "eu-west-1")
    assert again.files == {"main.tf": code.replace('"stopped"', '"running"')}


def test_a_restart_is_no_state_of_things() -> None:
    with pytest.raises(Unsupported, match="a restart leaves all as it is"):
        edition(SetPower(what=WEB, power=Power.RESTART))


def test_spot_is_a_replacement_and_says_what_is_lost() -> None:
    made = edition(SetPriority(what=WEB, spot=True))
    code = made.files["main.tf"]
    assert code is not None
    assert "  instance_market_options {\n" in code
    (danger,) = [a.text for a in made.advisories if a.severity == "danger"]
    assert "the contents of its root disk are lost" in danger
    assert any("kept: disk data" in a.text for a in made.advisories)
    assert not any("all disks" in a.text for a in made.advisories)  # the SDK hand's own promise


def test_back_to_standard_cannot_be_said() -> None:
    turned = replace(VM, attributes={**VM.attributes, "spot": True})
    spot = world(*(turned if r is VM else r for r in WORLD))
    draft = drafted(spot, SetPriority(what=WEB, spot=False))
    with pytest.raises(Unsupported, match="no spot machine any more"):
        written(draft, spot, OWNED, "eu-west-1")


def test_blocks_that_make_several_are_left_to_their_owner() -> None:
    several = Module(
        {"main.tf": 'resource "aws_instance" "web" {\n  count = 2\n}\n'},
        {"i-1": "aws_instance.web[0]"},
    )
    with pytest.raises(Unsupported, match="count or for_each"):
        edition(SetTags(what=WEB, add=(("a", "b"),)), module=several)
    inner = Module(
        {"main.tf": 'module "x" {\n  source = "./x"\n}\n'}, {"i-1": "module.x.aws_instance.w"}
    )
    with pytest.raises(Unsupported, match="a module of its own"):
        edition(SetTags(what=WEB, add=(("a", "b"),)), module=inner)


def test_broken_code_is_not_edited() -> None:
    broken = Module({"main.tf": MINE + "\nresource {{\n"}, OWNED.kept)
    with pytest.raises(Unsupported, match=r"main\.tf cannot be edited: line"):
        edition(SetTags(what=WEB, add=(("a", "b"),)), module=broken)


# what the code never had


def test_what_is_changed_is_taken_over_as_it_is() -> None:
    made = edition(SetTags(what=WEB, add=(("env", "prod"),)), module=NONE)
    assert made.imports == {"aws_instance.web_1": "i-1"}
    assert (
        made.files["compute.tf"]
        == """\
resource "aws_instance" "web_1" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.small"
  subnet_id              = "subnet-1"
  vpc_security_group_ids = ["sg-1"]

  tags = {
    Name = "web-1"
    env  = "prod"
  }
}
"""
    )


def test_what_is_only_named_is_named_by_its_id() -> None:
    made = edition(Attach(what=w.Disk(gib=5), to=WEB), module=NONE)
    assert made.imports == {}
    assert '  instance_id = "i-1"\n' in (made.files["storage.tf"] or "")


def test_what_goes_is_taken_over_first() -> None:
    made = edition(Delete(what=WEB, explicit="delete web-1"), module=NONE)
    first = made.first
    assert first is not None
    assert 'resource "aws_instance" "web_1" {' in (first.files["compute.tf"] or "")
    assert first.imports == {"aws_instance.web_1": "i-1"}
    assert made.files == {"compute.tf": None}
    assert made.addresses == ("aws_instance.web_1",)


def test_a_group_is_taken_over_with_its_rules_to_lose_one() -> None:
    what = sel(Kind.SECURITY_GROUP, "web")
    made = edition(SetPort(what=what, rule=SSH, open=False), module=NONE)
    assert made.imports == {"aws_security_group.web": "sg-1"}
    assert "  ingress     = []\n" in (made.files["security.tf"] or "")
    inside = Module(
        {
            "main.tf": 'resource "aws_security_group" "web" {\n  name = "web"\n\n  ingress {\n'
            '    description = "log in"\n    from_port   = 22\n    to_port     = 22\n'
            '    protocol    = "tcp"\n    cidr_blocks = ["10.0.0.0/8"]\n  }\n}\n'
        },
        {"sg-1": "aws_security_group.web"},
    )
    made = edition(SetPort(what=what, rule=SSH, open=False), module=inside)
    closed = made.files["main.tf"]
    assert closed == (
        'resource "aws_security_group" "web" {\n  name = "web"\n\n  ingress = []\n}\n'
    )
    opened = edition(
        SetPort(what=what, rule=Rule(first_port=443, last_port=443), open=True),
        module=Module({"main.tf": closed}, inside.kept),
    )
    assert "ingress = []" not in (opened.files["main.tf"] or "")
    assert '    cidr_blocks = ["0.0.0.0/0"]\n' in (opened.files["main.tf"] or "")


def test_rules_that_stay_keep_their_descriptions_and_are_no_template() -> None:
    """Terraform would take away what the code does not say."""
    web: dict[str, Json] = {**NEUTRAL, "first_port": 443, "last_port": 443}
    web["description"] = 'a "b" ${file("x")}'
    described: list[Json] = [{**NEUTRAL, "description": "log in"}, web]
    group = replace(GROUP, attributes={**GROUP.attributes, "rules": described})
    there = WORLD.with_resources([group if r is GROUP else r for r in WORLD])
    close = SetPort(what=sel(Kind.SECURITY_GROUP, "web"), rule=SSH, open=False)
    code = written(drafted(there, close), there, NONE, "eu-west-1").files["security.tf"] or ""
    assert 'description = "a \\"b\\" $${file(\\"x\\")}"' in code
    assert "log in" not in code


def test_a_file_that_is_emptied_goes_and_one_with_words_stays() -> None:
    disk = 'resource "aws_ebs_volume" "data" {\n  size = 8\n}\n'
    loose = world(replace(WORLD.named(Kind.DISK, "data")[0], attributes={"gib": 8}))
    draft = drafted(loose, Delete(what=sel(Kind.DISK, "data"), explicit="data"))
    kept = {"vol-2": "aws_ebs_volume.data"}
    bare = Module({"storage.tf": disk, "notes.tf": ""}, kept)
    assert written(draft, loose, bare, "eu-west-1").files == {"storage.tf": None}
    noted = Module({"storage.tf": f"# Ana's\n\n{disk}"}, kept)
    assert written(draft, loose, noted, "eu-west-1").files == {"storage.tf": "# Ana's\n"}
