"""Machines, as ``az vm create`` makes them: an interface each, and the machine on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from modalities import wanted
from modalities.azure.express import disks, interfaces, keys, names, sizes
from modalities.azure.express.board import Board
from modalities.azure.express.network import called
from modalities.azure.images import Image
from modalities.contract import Unsupported
from modalities.resource import Json, Kind, Link, Resource
from modalities.selecting import one
from modalities.step import Expect

RUNNING_WITHIN = 300.0
USER = "azureuser"
"""az's own choice, where a person's name would be none."""

SPOT = {"priority": "Spot", "evictionPolicy": "Deallocate", "billingProfile": {"maxPrice": -1}}
"""Stopped and not lost when Azure wants the capacity back; at most the price of a standard one."""

DIAGNOSTICS = {"bootDiagnostics": {"enabled": True}}
"""In storage that Azure manages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a machine goes: what guards it, its public address (which goes with it where it
    ``goes``), and the pools that it is in, by id, with their load balancers."""

    subnet: Resource
    group: Resource | None = None
    address: Resource | None = None
    goes: bool = False
    pools: Sequence[str] = ()
    balancers: Sequence[Resource] = ()


def new_vm(board: Board, want: wanted.Vm, place: Place) -> Resource:
    """Raises Unresolved where the name is taken, Unsupported for sizes and disks there are not."""
    board.refuse_existing(Kind.VM, want.name)
    names.check(Kind.VM, want.name)
    size = sizes.chosen(board, want.size, want.vcpus, want.memory_gib, spot=bool(want.spot))
    if size is None:
        size = sizes.usual(board, spot=bool(want.spot))
    image = board.pick_image(want.image, sizes.architecture_of(board, size))
    if want.image is None:
        board.note(f"image: {image.description}")
    if want.public_ip is None and place.address is None:
        board.note("no public address")
    zone = names.zone(want.zone)
    sizes.require_zone(board, size, zone)
    key = one(board.world, Kind.KEY_PAIR, want.key_pair) if want.key_pair else None
    login = _login(board, want, image)
    system = _system_disk(board, want, image)
    sizes.require_premium(board, size, system["managedDisk"]["storageAccountType"])
    nic = interfaces.new_interface(
        board,
        board.free_name(Kind.NIC, f"{want.name}VMNic"),
        place.subnet,
        group=place.group,
        address=place.address,
        goes=place.goes,
        pools=place.pools,
        balancers=place.balancers,
        tags=want.tags,
    )
    told = _told(want, nic, size, image, login, system)
    id = board.id_of(Kind.VM, want.name)
    vm = board.create(
        Kind.VM,
        want.name,
        {"location": board.region, **({"zones": [zone]} if zone else {}), "properties": told},
        f"start VM {want.name} ({size}) in subnet {called(place.subnet)}",
        tags=board.tags(want.tags),
        links=_links(place, nic),
        attributes={
            "state": "running",
            "deallocated": False,
            "size": size,
            "image": image.urn,
            "zone": zone,
            "network": place.subnet.attributes.get("network"),
            "subnet": place.subnet.id,
            "security_groups": [*_guards(place)],
            "spot": bool(want.spot),
            "eviction": "Deallocate" if want.spot else None,
            "monitoring": bool(want.monitoring),
            "nics": [nic.id],
            "platform": image.platform,
            "user": USER,
            "region": board.region,
        },
        shown=_shown(want, place, size, image, system, zone),
        checks={"state": "running", "size": size},
        settles=RUNNING_WITHIN,
        expects=[
            Expect(Kind.VM, id, "is", name, True)
            for name, asked in (("spot", want.spot), ("monitoring", want.monitoring))
            if asked
        ],
        uses=(place.subnet, nic, *([key] if key else [])),
    )
    board.revise(nic, attached_to=vm.id, primary=True, delete_with_vm=True)
    if place.address is not None:
        board.revise(place.address, attached_to=vm.id)
    return vm


def _told(
    want: wanted.Vm,
    nic: Resource,
    size: str,
    image: Image,
    login: dict[str, Any],
    system: dict[str, Any],
) -> dict[str, Any]:
    """The machine's properties. Its interface goes with it."""
    held = {"id": nic.id, "properties": {"primary": True, "deleteOption": "Delete"}}
    return {
        "hardwareProfile": {"vmSize": size},
        "storageProfile": {"imageReference": image.reference, "osDisk": system},
        "osProfile": login,
        "networkProfile": {"networkInterfaces": [held]},
        **({"diagnosticsProfile": DIAGNOSTICS} if want.monitoring else {}),
        **(SPOT if want.spot else {}),
    }


def _links(place: Place, nic: Resource) -> tuple[Link, ...]:
    return (
        Link("in", Kind.SUBNET, place.subnet.id),
        *(Link("guarded_by", Kind.SECURITY_GROUP, id) for id in _guards(place)),
        Link("uses", Kind.NIC, nic.id),
    )


def _guards(place: Place) -> list[str]:
    """Ids: of the interface, then of the subnet."""
    inner = place.subnet.attributes.get("security_groups")
    subnets = [str(id) for id in inner] if isinstance(inner, list) else []
    return [*([place.group.id] if place.group else []), *subnets]


def _login(board: Board, want: wanted.Vm, image: Image) -> dict[str, Any]:
    """By key alone. Raises Unsupported for Windows, which knows none."""
    if image.platform == "windows":
        raise Unsupported(
            f"{want.name}: Azure starts no Windows machine without a password, and cloudops puts "
            "no secret into a plan; take Linux, or make it with `az vm create --admin-password`"
        )
    if want.key_pair:
        public = keys.public_key(board, want.key_pair)
    else:
        board.note(
            "login: nobody has the key of these machines; name a key pair for one of yours, or "
            f"let `az vm user update --username {USER}` put yours in"
        )
        public = keys.nobodys_key()
    path = f"/home/{USER}/.ssh/authorized_keys"
    return {
        "computerName": names.host(want.name),
        "adminUsername": USER,
        "linuxConfiguration": {
            "disablePasswordAuthentication": True,
            "ssh": {"publicKeys": [{"path": path, "keyData": public}]},
        },
    }


def _system_disk(board: Board, want: wanted.Vm, image: Image) -> dict[str, Any]:
    """Gone with the machine. Azure names it."""
    type = disks.native_type(board, want.disk_type)
    if type in disks.NO_BOOT:
        raise Unsupported(f"Azure starts no machine from a {type} disk; take Premium_LRS")
    if want.disk_gib is not None and want.disk_gib < image.min_gib:
        raise Unsupported(f"the image of {want.name} needs a disk of {image.min_gib} GiB at least")
    if want.disk_gib is not None:
        disks.check_size(want.disk_gib)
    return {
        "createOption": "FromImage",
        "deleteOption": "Delete",
        "caching": "ReadWrite",
        "managedDisk": {"storageAccountType": type},
        **({"diskSizeGB": want.disk_gib} if want.disk_gib else {}),
    }


def _shown(
    want: wanted.Vm,
    place: Place,
    size: str,
    image: Image,
    system: dict[str, Any],
    zone: str | None,
) -> dict[str, Json]:
    return {
        "size": size,
        "image": image.description,
        "subnet": called(place.subnet),
        "public_address": place.address is not None,
        "disk_gib": want.disk_gib or image.min_gib,
        "disk_type": system["managedDisk"]["storageAccountType"],
        "user": USER,
        **({"spot": True, "eviction": "Deallocate"} if want.spot else {}),
        **({"monitoring": True} if want.monitoring else {}),
        **({"zone": zone} if zone else {}),
    }
