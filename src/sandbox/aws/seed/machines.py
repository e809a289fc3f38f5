"""Images, keys, network interfaces, machines, disks and public addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from ipaddress import ip_address
from types import SimpleNamespace
from typing import Any

from moto.ec2.models.amis import Ami
from moto.ec2.models.block_device import BlockDeviceType
from moto.ec2.models.elastic_block_store import Snapshot, Volume, VolumeAttachment
from moto.ec2.models.elastic_ip_addresses import ElasticAddress
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.models.instances import Instance, Reservation
from moto.ec2.models.key_pairs import KeyPair
from moto.ec2.utils import random_reservation_id

from modalities.resource import Kind, Resource
from sandbox.aws.ids import given
from sandbox.aws.overlay import spot
from sandbox.aws.seed.account import Account, CannotSeed

STATES = {"pending": 0, "running": 16, "shutting-down": 32, "stopping": 64, "stopped": 80}
SETTLED = {"pending": "running", "stopping": "stopped", "shutting-down": "stopped"}
"""A copy does not move by itself: what is on its way has arrived."""

ARM = re.compile(r"^(a1|[a-z]+\d+g[a-z]*)\.")
AMAZON = "137112412989"


def key_pairs(account: Account) -> None:
    for key in account.world.of(Kind.KEY_PAIR):
        a: Mapping[str, Any] = key.attributes
        with given(key.id if key.id.startswith("key-") else None):
            made = KeyPair(
                name=key.name,
                key_type=str(a.get("type") or "rsa"),
                fingerprint=str(a.get("fingerprint") or ""),
                material=b"",
                material_public=b"",
                tags={},
                ec2_backend=account.ec2,
            )
        account.ec2.key_pairs[key.name] = made
        if key.tags:
            account.ec2.tags[made.id].update(key.tags)


def snapshots(account: Account) -> None:
    for snapshot in account.world.of(Kind.SNAPSHOT):
        a: Mapping[str, Any] = snapshot.attributes
        disk = SimpleNamespace(
            id=a.get("disk") or "vol-ffffffff", size=a.get("gib") or 8, encrypted=False
        )
        account.ec2.snapshots[snapshot.id] = Snapshot(account.ec2, snapshot.id, disk, "")
        account.tag(snapshot)


def images(account: Account) -> None:
    """The world's own."""
    for image in account.world.of(Kind.IMAGE):
        a: Mapping[str, Any] = image.attributes
        own = [s for s in (a.get("snapshots") or []) if s in account.ec2.snapshots]
        made = _image(
            account,
            image.id,
            name=image.name,
            owner_id=str(a.get("owner") or account.ec2.account_id),
            architecture=str(a.get("architecture") or "x86_64"),
            root_device_name=str(a.get("root_device") or "/dev/xvda"),
            public=bool(a.get("public")),
        )
        if own:
            account.ec2.snapshots.pop(made.ebs_snapshot.id)
            made.ebs_snapshot = account.ec2.snapshots[own[0]]
        account.tag(image)


def images_of_vms(account: Account) -> None:
    """Those that machines were made from, so that they count as known."""
    for vm in account.world.of(Kind.VM):
        a: Mapping[str, Any] = vm.attributes
        image_id = str(a.get("image") or "")
        if image_id and image_id not in account.ec2.amis:
            _image(
                account,
                image_id,
                name=image_id,
                owner_id=AMAZON,
                owner_alias="amazon",
                architecture="arm64" if ARM.match(str(a.get("size"))) else "x86_64",
                root_device_name=str(a.get("root_device") or "/dev/xvda"),
                platform="windows" if a.get("platform") == "windows" else None,
                public=True,
            )


def _image(account: Account, id: str, **facts: Any) -> Ami:
    zone = f"{account.region}a"
    facts |= {"virtualization_type": "hvm", "root_device_type": "ebs", "hypervisor": "xen"}
    account.ec2.amis[id] = Ami(account.ec2, id, region_name=zone, **facts)
    made: Ami = account.ec2.amis[id]
    return made


def nics(account: Account) -> None:
    addresses = {p.attributes.get("address") for p in account.world.of(Kind.PUBLIC_IP)}
    for nic in account.world.of(Kind.NIC):
        a: Mapping[str, Any] = nic.attributes
        with given(nic.id):
            made = NetworkInterface(
                account.ec2,
                str(a["subnet"]),
                str(a["private_ip"]),
                group_ids=list(a.get("security_groups") or []),
                description=str(a.get("description") or ""),
                delete_on_termination=bool(a.get("delete_with_vm")),
            )
        # An address that is nobody's own goes when the machine stops, and comes anew.
        public_ip = a.get("public_ip")
        made.public_ip_auto_assign = bool(public_ip) and public_ip not in addresses
        made.public_ip = str(public_ip) if public_ip else None
        account.ec2.enis[nic.id] = made
        account.tag(nic)


def vms(account: Account) -> None:
    for vm in account.world.of(Kind.VM):
        state = str(vm.attributes.get("state") or "running")
        if state == "terminated":
            continue
        try:
            made = _machine(account, vm)
        except Exception as error:
            raise CannotSeed(vm, error) from error
        made._state.name = SETTLED.get(state, state)
        made._state.code = STATES[made._state.name]
        reservation = Reservation(random_reservation_id(), owner_id=account.ec2.account_id)
        reservation.instances.append(made)
        account.ec2.reservations[reservation.id] = reservation
        account.tag(vm)
        if vm.attributes.get("spot"):
            spot.register(account.ec2, made, {})


def _reserved(account: Account, a: Mapping[str, Any]) -> str | None:
    """The address that is taken in its subnet. None where it lies outside: AWS has no such
    machine, but other endpoints that speak its protocol do, and its interface has it."""
    address, subnet = a.get("private_ip"), account.ec2.get_subnet(str(a["subnet"]))
    within = address is not None and ip_address(str(address)) in subnet.cidr
    return str(address) if within else None


def _machine(account: Account, vm: Resource) -> Instance:
    a: Mapping[str, Any] = vm.attributes
    found = [n for n in account.world.of(Kind.NIC) if n.attributes.get("attached_to") == vm.id]
    found.sort(key=lambda nic: not nic.attributes.get("primary"))
    public = [account.ec2.enis[nic.id].public_ip_auto_assign for nic in found]
    groups = [account.ec2.get_security_group_from_id(g) for g in a.get("security_groups") or ()]
    with given(vm.id, *(str(n.attributes.get("attachment") or "") for n in found)):
        made = Instance(
            account.ec2,
            str(a.get("image") or ""),
            None,
            [group for group in groups if group is not None],
            instance_type=str(a["size"]),
            region_name=account.region,
            subnet_id=a["subnet"],
            key_name=_key_name(account, a.get("key_pair")),
            monitoring_state="enabled" if a.get("monitoring") else "disabled",
            lifecycle="spot" if a.get("spot") else None,
            private_ip=_reserved(account, a),
            associate_public_ip=bool(a.get("public_ip")) and not found,
            nics=[
                {"DeviceIndex": index, "NetworkInterfaceId": nic.id}
                for index, nic in enumerate(found)
            ],
            client_token="",
        )
    for nic, automatic in zip(found, public, strict=True):
        account.ec2.enis[nic.id].public_ip_auto_assign = automatic
    if a.get("root_device"):
        made.root_device_name = str(a["root_device"])
    with suppress(ValueError):
        launched = datetime.fromisoformat(str(a.get("launched_at")))
        made.launch_time = launched.astimezone(UTC).replace(tzinfo=None)
    return made


def _key_name(account: Account, key: object) -> str | None:
    """Machines name their key; a world may do so by id as well."""
    found = account.world.get(Kind.KEY_PAIR, str(key)) if key else None
    return found.name if found else str(key) if key else None


def disks(account: Account) -> None:
    for disk in account.world.of(Kind.DISK):
        a: Mapping[str, Any] = disk.attributes
        zone = str(a["zone"])
        place = account.ec2.get_zone_by_name(zone)
        if place is None:
            raise CannotSeed(disk, f"there is no zone {zone} in {account.region}")
        made = Volume(
            account.ec2,
            disk.id,
            int(a["gib"]),
            place,
            snapshot_id=a.get("snapshot"),
            encrypted=bool(a.get("encrypted")),
            volume_type=str(a.get("type") or "gp3"),
            iops=a.get("iops"),
            throughput=a.get("throughput"),
        )
        account.ec2.volumes[disk.id] = made
        account.tag(disk)
        vm = account.ec2.get_instance_by_id(a.get("attached_to")) if a.get("attached_to") else None
        if vm is not None:
            device = str(a.get("device") or vm.root_device_name)
            made.attachment = VolumeAttachment(made, vm, device, "attached")
            vm.block_device_mapping[device] = BlockDeviceType(
                volume_id=disk.id,
                status="in-use",
                size=made.size,
                attach_time=made.attachment.attach_time,
                delete_on_termination=bool(a.get("delete_with_vm")),
            )


def public_ips(account: Account) -> None:
    for address in account.world.of(Kind.PUBLIC_IP):
        a: Mapping[str, Any] = address.attributes
        with given(address.id):
            made: Any = ElasticAddress(account.ec2, "vpc", str(a["address"]))
        account.ec2.addresses.append(made)
        nic = account.ec2.enis.get(a.get("nic"))
        if nic is not None:
            made.eni = nic
            made.instance = nic.instance
            made.association_id = str(a.get("association") or f"eipassoc-{address.id[9:]}")
            nic.public_ip = made.public_ip
        account.tag(address)
