"""The types of resources that the console shows: their lists, their wizards, their blades."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

TAGS = ("Tags", "tags")
PROPERTIES = ("Properties", "properties")
OVERVIEW = ("Overview", "overview")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """``inner`` are the blades of its own, by label and by name in the address. ``address`` is
    its list's, where that is not made of the type."""

    type: str
    title: str
    noun: str
    inner: tuple[tuple[str, str], ...] = ()
    create: str = ""
    address: str = ""

    @property
    def list(self) -> str:
        """The address of its list, behind ``#``."""
        return self.address or f"browse/{quote(self.type, safe='')}"

    @property
    def blades(self) -> tuple[tuple[str, str], ...]:
        return (OVERVIEW, TAGS, *self.inner, PROPERTIES)

    @property
    def kind(self) -> str:
        """``Virtual machine``."""
        return self.noun[:1].upper() + self.noun[1:]

    @property
    def listing(self) -> str:
        """Where ARM lists it, behind the subscription."""
        return f"/providers/{self.type}"

    def view(self, blade: str) -> str:
        """The name of the view of a blade."""
        return f"{self.type}/{blade}".casefold()


MACHINE = Sort(
    type="Microsoft.Compute/virtualMachines",
    title="Virtual machines",
    noun="virtual machine",
    address="browse/Microsoft.Compute%2FVirtualMachines",
    create="create/Microsoft.VirtualMachine",
    inner=(
        ("Networking", "networking"),
        ("Disks", "disks"),
        ("Size", "size"),
        ("Boot diagnostics", "bootDiagnostics"),
    ),
)
DISK = Sort(
    type="Microsoft.Compute/disks",
    title="Disks",
    noun="disk",
    create="create/Microsoft.ManagedDisk",
    inner=(("Size + performance", "size"),),
)
SNAPSHOT = Sort(type="Microsoft.Compute/snapshots", title="Snapshots", noun="snapshot")
IMAGE = Sort(type="Microsoft.Compute/images", title="Images", noun="image")
SSH_KEY = Sort(type="Microsoft.Compute/sshPublicKeys", title="SSH keys", noun="SSH key")
NETWORK = Sort(
    type="Microsoft.Network/virtualNetworks",
    title="Virtual networks",
    noun="virtual network",
    create="create/Microsoft.VirtualNetwork",
    inner=(("Subnets", "subnets"), ("Connected devices", "connectedDevices")),
)
GUARD = Sort(
    type="Microsoft.Network/networkSecurityGroups",
    title="Network security groups",
    noun="network security group",
    create="create/Microsoft.NetworkSecurityGroup",
    inner=(
        ("Inbound security rules", "inboundSecurityRules"),
        ("Outbound security rules", "outboundSecurityRules"),
        ("Network interfaces", "networkInterfaces"),
        ("Subnets", "subnets"),
    ),
)
ADDRESS = Sort(
    type="Microsoft.Network/publicIPAddresses",
    title="Public IP addresses",
    noun="public IP address",
    create="create/Microsoft.PublicIPAddress",
)
INTERFACE = Sort(
    type="Microsoft.Network/networkInterfaces",
    title="Network interfaces",
    noun="network interface",
    create="create/Microsoft.NetworkInterface",
    inner=(
        ("IP configurations", "ipConfigurations"),
        ("Network security group", "networkSecurityGroup"),
    ),
)
BALANCER = Sort(
    type="Microsoft.Network/loadBalancers",
    title="Load balancers",
    noun="load balancer",
    create="create/Microsoft.LoadBalancer",
    inner=(
        ("Frontend IP configuration", "frontendIpPool"),
        ("Backend pools", "backendPool"),
        ("Health probes", "probes"),
        ("Load balancing rules", "loadBalancingRules"),
    ),
)
GROUP = Sort(
    type="Microsoft.Resources/resourceGroups",
    title="Resource groups",
    noun="resource group",
    address="browse/resourcegroups",
    create="create/Microsoft.ResourceGroup",
    inner=(("Deployments", "deployments"),),
)

SORTS = (
    *(MACHINE, DISK, SNAPSHOT, IMAGE, SSH_KEY),
    *(NETWORK, GUARD, ADDRESS, INTERFACE, BALANCER),
    GROUP,
)
