"""The wizard that makes a virtual machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from modalities.azure import images
from sandbox.console.azure.kinds import (
    ADDRESS,
    BALANCER,
    DISK,
    GUARD,
    IMAGE,
    MACHINE,
    NETWORK,
    SSH_KEY,
)
from sandbox.console.azure.pages.blades import SERVICE, tag_tab
from sandbox.console.azure.pages.machines import size_field
from sandbox.console.azure.pages.making_machines import create
from sandbox.console.azure.pages.wizards import (
    CIDR,
    STORAGE_TYPES,
    choice,
    name_field,
    number,
    scope_fields,
    zone_field,
)
from sandbox.console.azure.visit import Visit, at, options
from sandbox.console.form import Field, Form, Option, Shape, Tab, Values
from sandbox.console.page import Action, View

SYSTEMS = (
    *(images.UBUNTU_24, images.UBUNTU_22, images.DEBIAN_12, images.REDHAT, images.SUSE),
    images.FLATCAR,
)
PORTS = (
    Option("80", "HTTP (80)"),
    Option("443", "HTTPS (443)"),
    Option("22", "SSH (22)"),
    Option("3389", "RDP (3389)"),
)
GUARDS = (Option("none", "None"), Option("basic", "Basic"), Option("advanced", "Advanced"))
KEYS = (
    Option("new", "Generate new key pair"),
    Option("stored", "Use existing key stored in Azure"),
    Option("own", "Use existing public key"),
)
DIAGNOSTICS = (
    Option("managed", "Enable with managed storage account (recommended)"),
    Option("off", "Disable"),
)
EVICTION = (Option("Deallocate", "Stop / Deallocate"), Option("Delete", "Delete"))
USER = r"[a-z_][a-z0-9_-]{0,31}"
PUBLIC_KEY = r"(?:ssh-rsa|ssh-ed25519|ecdsa-\S+) \S+(?: [^\n]*)?"


def wizard(visit: Visit, _: Sequence[str] = ()) -> Form:
    return Form(
        action="CreateVirtualMachine",
        title="Create a virtual machine",
        submit="Create",
        cancel=visit.href(MACHINE.list),
        tabs=(_basics(visit), _disks(visit), _networking(visit), _monitoring(), tag_tab()),
        check=_check,
    )


def _check(values: Values) -> Mapping[str, str]:
    """What only one choice demands of another field."""
    found = {}
    source = values.text("key_source")
    if source == "stored" and not values.text("stored_key"):
        found["stored_key"] = "Stored Keys is required"
    if source == "own" and not values.text("public_key"):
        found["public_key"] = "SSH public key is required"
    if values.text("guard") == "advanced" and not values.text("nsg"):
        found["nsg"] = "Configure network security group is required"
    return found


def _basics(visit: Visit) -> Tab:
    own = options(visit.cloud.all(IMAGE.listing))
    market = tuple(Option(i.urn, i.description) for i in (s.image("x86_64") for s in SYSTEMS))
    stored = options(visit.cloud.all(SSH_KEY.listing))
    return Tab(
        "Basics",
        (
            *scope_fields(visit, name_field("Virtual machine name")),
            zone_field(),
            choice("image", "Image", (*market, *own), market[0].value, required=True),
            Field(name="spot", label="Run with Azure Spot discount", shape=Shape.CHECK),
            _radio("eviction", "Eviction policy", EVICTION, "Deallocate"),
            size_field("Size", "Standard_D2s_v3"),
            Field(
                name="user",
                label="Username",
                value="azureuser",
                required=True,
                pattern=USER,
                fault="Username must only contain letters, numbers, hyphens, and underscores",
            ),
            choice("key_source", "SSH public key source", KEYS, "new", required=True),
            Field(name="key_name", label="Key pair name", hint="Empty: the name with _key behind"),
            choice("stored_key", "Stored Keys", stored),
            Field(
                name="public_key",
                label="SSH public key",
                shape=Shape.AREA,
                pattern=PUBLIC_KEY,
                fault="The SSH public key must be in OpenSSH format",
            ),
        ),
    )


def _radio(name: str, label: str, given: tuple[Option, ...], value: str) -> Field:
    return Field(name=name, label=label, shape=Shape.RADIO, options=given, value=value)


def _disks(visit: Visit) -> Tab:
    free = [each for each in visit.cloud.all(DISK.listing) if not each.get("managedBy")]
    return Tab(
        "Disks",
        (
            number(
                "os_size",
                "OS disk size (GiB)",
                least=1,
                most=4095,
                hint="Leave empty for the size of the image",
            ),
            choice("os_type", "OS disk type", STORAGE_TYPES, "Premium_LRS", required=True),
            Field(name="os_gone", label="Delete OS disk with VM", shape=Shape.CHECK, value="on"),
            number(
                "data_size",
                "Data disk size (GiB)",
                least=1,
                most=32767,
                hint="Leave empty for no new data disk",
            ),
            choice("data_type", "Data disk type", STORAGE_TYPES, "Premium_LRS"),
            Field(name="data_gone", label="Delete data disk with VM", shape=Shape.CHECK),
            Field(
                name="existing",
                label="Attach existing disks",
                shape=Shape.MANY,
                options=options(free, "properties.diskSizeGB"),
            ),
        ),
    )


def _networking(visit: Visit) -> Tab:
    free = [
        each
        for each in visit.cloud.all(ADDRESS.listing)
        if not at(each, "properties.ipConfiguration")
    ]
    return Tab(
        "Networking",
        (
            subnet_field(visit, "Virtual network and subnet", new=True),
            address_field("Public IP", options(free), "none"),
            _radio("guard", "NIC network security group", GUARDS, "basic"),
            Field(
                name="ports",
                label="Select inbound ports",
                shape=Shape.MANY,
                options=PORTS,
                values=("22",),
                hint="Of the security group of the choice Basic",
            ),
            choice(
                "nsg",
                "Configure network security group",
                options(visit.cloud.all(GUARD.listing)),
                bare=True,
            ),
            choice("pool", "Backend pool", (Option("none", "None"), *_pools(visit)), "none"),
            Field(
                name="nic_gone",
                label="Delete public IP and NIC when VM is deleted",
                shape=Shape.CHECK,
            ),
        ),
    )


def _pools(visit: Visit) -> tuple[Option, ...]:
    """The backend pools of all load balancers, by id."""
    found = visit.cloud.all(BALANCER.listing)
    return tuple(
        Option(str(pool["id"]), str(pool["name"]), str(balancer["name"]))
        for balancer in found
        for pool in at(balancer, "properties.backendAddressPools", [])
    )


def subnet_options(visit: Visit) -> tuple[Option, ...]:
    """Every subnet of every network: ``net/default``, by id."""
    return tuple(
        Option(
            str(subnet["id"]),
            f"{network['name']}/{subnet['name']}",
            str(at(subnet, "properties.addressPrefix", "")),
        )
        for network in visit.cloud.all(NETWORK.listing)
        for subnet in at(network, "properties.subnets", [])
    )


def subnet_field(visit: Visit, label: str, *, new: bool = False, required: bool = True) -> Field:
    callout = (
        name_field("Virtual network name"),
        Field(name="space", label="Address space", value="10.0.0.0/16", pattern=CIDR),
        name_field("Subnet name", "inner", "default"),
        Field(name="prefix", label="Subnet address range", value="10.0.0.0/24", pattern=CIDR),
    )
    return Field(
        name="subnet",
        label=label,
        shape=Shape.SELECT,
        options=subnet_options(visit),
        required=required,
        bare=True,
        called="Create new" if new else "",
        callout=callout if new else (),
    )


def address_field(label: str, free: Sequence[Option], value: str) -> Field:
    return Field(
        name="address",
        label=label,
        shape=Shape.SELECT,
        options=(Option("none", "None"), *free),
        value=value,
        required=True,
        called="Create new",
        callout=(name_field("Name"),),
    )


def _monitoring() -> Tab:
    return Tab("Monitoring", (_radio("diagnostics", "Boot diagnostics", DIAGNOSTICS, "managed"),))


VIEWS = (View(MACHINE.create, SERVICE, wizard, parent=MACHINE.list),)

ACTIONS = (
    Action("CreateVirtualMachine", "Create virtual machine", create, wizard, goes=MACHINE.list),
)
