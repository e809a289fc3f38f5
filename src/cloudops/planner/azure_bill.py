"""What Azure calls do to the bill, read from their names and bodies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from cloudops.planner.billing import Machine, Stored, Volume
from cloudops.planner.ledger import Ledger
from modalities.resource import Kind
from modalities.step import Step
from policies.azure_calls import AzureCall, Verb, place_of

Entry: TypeAlias = Callable[[Ledger, Step, AzureCall], None]

USUAL_LINUX_GIB, USUAL_WINDOWS_GIB = 30, 127
"""The system disk of the vendors' own images, where a call leaves its size to the image."""
FREE_SYSTEMS = frozenset({"canonical", "debian", "opensuse", "almalinux", "kinvolk", "resf"})
"""Publishers of systems that cost nothing by themselves; ``openSUSE`` is SUSE's offer."""
NEW = ("empty", "fromimage", "copy")
PAID_PUBLISHERS = "marketplace"
NOT_SAID = "type not said"
"""Of a system disk: which it then gets hangs on the machine's size."""


def enter_azure(ledger: Ledger, step: Step, call: AzureCall) -> bool:
    """Enter what the call does. Whether the bill knows what is meant: not so of a call that is
    in no table here, or that ends what is not held."""
    before = dict(ledger.held)
    entry = CALLS.get((_group(call), _deed(call)))
    if entry is None:
        return False
    entry(ledger, step, call)
    return entry is not _gone or ledger.held != before


def _group(call: AzureCall) -> str:
    """The client's group, also of a call that names its resource by type."""
    return BY_TYPE.get(call.type, call.group) if call.group == "resources" else call.group


def _deed(call: AzureCall) -> str:
    return str(call.verb) if call.verb in (Verb.PUT, Verb.CHANGE, Verb.REMOVE) else call.method


def _key(ledger: Ledger, place: str) -> str:
    """What is billed at a place, or the place itself for what is not yet."""
    return next((key for key in ledger.held if place_of(key) == place), place)


def _of(ledger: Ledger, id: Any) -> str:
    """The key of what an id, or another step's answer, stands for; empty where it is nothing."""
    if isinstance(id, str):
        return _key(ledger, place_of(id))
    return next(iter(ledger.resolve(id)), "")


def _machine(ledger: Ledger, step: Step, call: AzureCall) -> None:
    key = _key(ledger, call.path or step.id)
    if key in ledger.held:
        _alter_machine(ledger, step, call)
        return
    name = _name(step, call)
    disks = dict(_new_disks(key, step, call))
    for disk, (volume, _) in disks.items():
        ledger.make(disk, Kind.DISK, name, volume)
    hardware = _mapping(call.properties.get("hardwareProfile"))
    attributes = {
        **step.after,
        "size": hardware.get("vmSize", step.after.get("size")),
        "spot": _spot(call.properties.get("priority")),
        "platform": _platform(step, call),
        "state": "running",
        "deallocated": False,
        "disks": [disk for disk, (_, with_vm) in disks.items() if with_vm],
    }
    ledger.make(key, Kind.VM, name, attributes)


def _spot(priority: Any) -> bool:
    return str(priority).casefold() in ("spot", "low")


def _platform(step: Step, call: AzureCall) -> str:
    """``linux`` where its price holds; else what makes it cost more."""
    system, storage = (_mapping(call.properties.get(x)) for x in ("osProfile", "storageProfile"))
    image, disk = _mapping(storage.get("imageReference")), _mapping(storage.get("osDisk"))
    publisher = str(image.get("publisher") or "").casefold()
    if "windowsConfiguration" in system or str(disk.get("osType")).casefold() == "windows":
        return "windows"
    if call.body.get("plan"):
        return PAID_PUBLISHERS
    if publisher and publisher not in FREE_SYSTEMS:
        suse = publisher == "suse" and "opensuse" in str(image.get("offer")).casefold()
        return "linux" if suse else publisher
    return str(step.after.get("platform") or "linux")


def _new_disks(
    key: str, step: Step, call: AzureCall
) -> Iterator[tuple[str, tuple[dict[str, Any], bool]]]:
    """The disks that a machine's description makes, and whether each goes with it. What is
    attached is there already."""
    storage = _mapping(call.properties.get("storageProfile"))
    system = _mapping(storage.get("osDisk"))
    if str(system.get("createOption", "FromImage")).casefold() in NEW:
        usual = _usual(step, call)
        gib = system.get("diskSizeGB") or step.after.get("disk_gib")
        volume = {
            "type": _sku(system) or step.after.get("disk_type") or NOT_SAID,
            "gib": gib or usual,
            "assumed": not gib,
        }
        yield _disk_key(call, system, f"{key}/os"), (volume, _goes(system))
    for n, data in enumerate(storage.get("dataDisks") or ()):
        if str(data.get("createOption")).casefold() in NEW:
            volume = {"type": _sku(data), "gib": data.get("diskSizeGB")}
            yield _disk_key(call, data, f"{key}/data-{n}"), (volume, _goes(data))


def _usual(step: Step, call: AzureCall) -> int | None:
    """None for an image of one's own, of which nobody says how large it is."""
    storage = _mapping(call.properties.get("storageProfile"))
    if "id" in _mapping(storage.get("imageReference")):
        return None
    return USUAL_WINDOWS_GIB if _platform(step, call) == "windows" else USUAL_LINUX_GIB


def _disk_key(call: AzureCall, disk: Mapping[str, Any], otherwise: str) -> str:
    """Where a disk will be that is named; the call that deletes it names it so."""
    name = disk.get("name")
    group = call.path.split("/providers/")[0]
    path = f"{group}/providers/microsoft.compute/disks/{name}".casefold()
    return path if isinstance(name, str) and call.path else otherwise


def _sku(disk: Mapping[str, Any]) -> str | None:
    found = _mapping(disk.get("managedDisk")).get("storageAccountType")
    return found if isinstance(found, str) else None


def _goes(disk: Mapping[str, Any]) -> bool:
    """Azure leaves a machine's disks where nothing else is said."""
    return str(disk.get("deleteOption")).casefold() == "delete"


def _alter_machine(ledger: Ledger, step: Step, call: AzureCall) -> None:
    key = _key(ledger, call.path)
    size = _mapping(call.properties.get("hardwareProfile")).get("vmSize")
    if size is not None:
        ledger.alter(key, Machine, size=size)
    if "priority" in call.properties:
        ledger.alter(key, Machine, spot=_spot(call.properties["priority"]))
    storage = _mapping(call.properties.get("storageProfile"))
    for n, data in enumerate(storage.get("dataDisks") or ()):
        disk = _disk_key(call, data, f"{key}/data-{n}")
        if str(data.get("createOption")).casefold() == "empty" and _key(ledger, disk) == disk:
            volume = {"type": _sku(data), "gib": data.get("diskSizeGB")}
            ledger.make(disk, Kind.DISK, _name(step, call), volume)
    _keep_or_not(ledger, key, storage)


def _keep_or_not(ledger: Ledger, key: str, storage: Mapping[str, Any]) -> None:
    """deleteOption of each disk that it says."""
    for disk in (storage.get("osDisk"), *(storage.get("dataDisks") or ())):
        said = _mapping(disk)
        id = _mapping(said.get("managedDisk")).get("id")
        found, machine = _of(ledger, id) if id else "", ledger.machine(key)
        if machine is not None and found and "deleteOption" in said:
            others = tuple(d for d in machine.disks if d != found)
            ledger.alter(key, Machine, disks=(*others, found) if _goes(said) else others)


def _power(running: bool) -> Entry:
    def entry(ledger: Ledger, _: Step, call: AzureCall) -> None:
        ledger.alter(_key(ledger, call.path), Machine, running=running)

    return entry


def _gone(ledger: Ledger, step: Step, call: AzureCall) -> None:
    for key in (_key(ledger, call.path),) if call.path else ledger.keys(step):
        ledger.remove(key)


def _all_gone(ledger: Ledger, _: Step, call: AzureCall) -> None:
    inside = [key for key in ledger.held if place_of(key).startswith(f"{call.path}/")]
    for key in inside:
        ledger.remove(key)


def _disk(ledger: Ledger, step: Step, call: AzureCall) -> None:
    key = _key(ledger, call.path or step.id)
    sku, properties = _mapping(call.body.get("sku")).get("name"), call.properties
    gib = properties.get("diskSizeGB")
    if key not in ledger.held and call.verb is Verb.PUT:
        made = {"type": sku, "gib": gib or _source_gib(ledger, call)}
        ledger.make(key, Kind.DISK, _name(step, call), made)
    else:
        told = {"type": sku, "gib": float(gib) if isinstance(gib, (int, float)) else None}
        ledger.alter(key, Volume, **{k: v for k, v in told.items() if v is not None})


def _source_gib(ledger: Ledger, call: AzureCall) -> float | None:
    """The size of what a disk or a snapshot is made from."""
    created = _mapping(call.properties.get("creationData"))
    source = ledger.held.get(_of(ledger, created.get("sourceResourceId")))
    return source.gib if isinstance(source, (Volume, Stored)) else None


def _snapshot(ledger: Ledger, step: Step, call: AzureCall) -> None:
    key = _key(ledger, call.path or step.id)
    attributes = {
        "gib": _source_gib(ledger, call) or call.properties.get("diskSizeGB"),
        "type": _mapping(call.body.get("sku")).get("name"),
    }
    if key not in ledger.held:
        ledger.make(key, Kind.SNAPSHOT, _name(step, call), attributes)


def _plain(kind: Kind) -> Entry:
    """What is billed by its SKU, and for a load balancer by the number of its rules."""

    def entry(ledger: Ledger, step: Step, call: AzureCall) -> None:
        if call.verb is Verb.CHANGE:
            return  # its tags
        sku = _mapping(call.body.get("sku")).get("name")
        rules = [*(call.properties.get("loadBalancingRules") or ())]
        rules += [*(call.properties.get("outboundRules") or ())]
        rules += [*(call.properties.get("inboundNatRules") or ())]
        attributes = {**step.after, "type": sku or "Basic", "rules": rules}
        attributes["version"] = call.properties.get("publicIPAddressVersion")
        key = _key(ledger, call.path or step.id)
        name = ledger.held[key].name if key in ledger.held else _name(step, call)
        ledger.make(key, kind, name, attributes)

    return entry


def _image(ledger: Ledger, step: Step, call: AzureCall) -> None:
    ledger.make(_key(ledger, call.path or step.id), Kind.IMAGE, _name(step, call), {})


def _nothing(ledger: Ledger, step: Step, call: AzureCall) -> None:
    """It costs nothing to be there, or by use alone."""


def _name(step: Step, call: AzureCall) -> str:
    return step.changes[0].name if step.changes else call.path.rpartition("/")[2] or step.id


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


PUT, CHANGE, REMOVE = str(Verb.PUT), str(Verb.CHANGE), str(Verb.REMOVE)
FREE = (
    *("virtual_networks", "subnets", "network_security_groups", "security_rules"),
    *("network_interfaces", "ssh_public_keys", "availability_sets", "route_tables", "routes"),
    *("tags", "role_assignments", "management_locks", "policy_assignments"),
    *("application_security_groups", "virtual_network_peerings", "storage_accounts"),
    *("blob_containers", "blob_services", "inbound_nat_rules"),
)
"""Groups of the SDKs whose things cost nothing to be there; storage is paid by use."""

CALLS: Mapping[tuple[str, str], Entry] = {
    ("virtual_machines", PUT): _machine,
    ("virtual_machines", CHANGE): _alter_machine,
    ("virtual_machines", REMOVE): _gone,
    ("virtual_machines", "start"): _power(running=True),
    ("virtual_machines", "restart"): _power(running=True),
    ("virtual_machines", "deallocate"): _power(running=False),
    ("virtual_machines", "power_off"): _nothing,  # hours go on until it is deallocated
    ("virtual_machines", "redeploy"): _nothing,
    ("virtual_machines", "reapply"): _nothing,
    ("virtual_machines", "attach_detach_data_disks"): _nothing,
    ("disks", PUT): _disk,
    ("disks", CHANGE): _disk,
    ("disks", REMOVE): _gone,
    ("snapshots", PUT): _snapshot,
    ("snapshots", CHANGE): _nothing,
    ("snapshots", REMOVE): _gone,
    ("images", PUT): _image,
    ("images", CHANGE): _nothing,
    ("images", REMOVE): _gone,
    ("public_ip_addresses", PUT): _plain(Kind.PUBLIC_IP),
    ("public_ip_addresses", CHANGE): _nothing,
    ("public_ip_addresses", REMOVE): _gone,
    ("load_balancers", PUT): _plain(Kind.LOAD_BALANCER),
    ("load_balancers", CHANGE): _nothing,
    ("load_balancers", REMOVE): _gone,
    ("resource_groups", PUT): _nothing,
    ("resource_groups", CHANGE): _nothing,
    ("resource_groups", REMOVE): _all_gone,
    ("deployments", REMOVE): _nothing,
    ("ssh_public_keys", "generate_key_pair"): _nothing,
    **{(group, deed): _nothing for group in FREE for deed in (PUT, CHANGE, REMOVE)},
}
"""By group and what is done; methods by their names where they do something of their own."""

BY_TYPE = {
    "microsoft.compute/virtualmachines": "virtual_machines",
    "microsoft.compute/disks": "disks",
    "microsoft.compute/snapshots": "snapshots",
    "microsoft.compute/images": "images",
    "microsoft.network/publicipaddresses": "public_ip_addresses",
    "microsoft.network/loadbalancers": "load_balancers",
    "microsoft.network/virtualnetworks": "virtual_networks",
    "microsoft.network/virtualnetworks/subnets": "subnets",
    "microsoft.network/networksecuritygroups": "network_security_groups",
    "microsoft.network/networkinterfaces": "network_interfaces",
    "microsoft.storage/storageaccounts": "storage_accounts",
}
