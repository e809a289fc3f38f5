"""Requests close to what was said that would be understood."""

from __future__ import annotations

from collections.abc import Iterable

from modalities.resource import Kind

EXAMPLES = (
    "Create three VMs in one network behind a load balancer",
    "Attach a 64 GB disk to web-1",
    "What is the status of web-1?",
    "Show the dependency graph of my resources",
)
"""One of each goal, for a request that gives no hint."""

BY_VERB = {
    "create": "Create a VM named web-1",
    "want": "Create a VM named web-1",
    "make": "Create a VM named web-1",
    "add": "Add a 32 GB disk to web-1",
    "attach": "Attach a 64 GB disk to web-1",
    "give": "Give web-1 an additional 32 GB disk",
    "detach": "Detach disk data-1 from web-1",
    "delete": "Delete the VM web-1",
    "remove": "Delete the VM web-1",
    "start": "Start web-1",
    "stop": "Stop web-1",
    "restart": "Restart web-1",
    "resize": "Resize web-1 to 4 vCPUs and 16 GB of memory",
    "update": "Change web-1 from standard to spot",
    "move": "Change web-1 from standard to spot",
    "tag": "Tag web-1 with owner=platform",
    "untag": "Remove the tag owner from web-1",
    "open": "Open port 443 on web-1",
    "close": "Close port 22 on web-1",
    "enable": "Enable boot diagnostics for web-1",
    "turn on": "Enable boot diagnostics for web-1",
    "disable": "Disable monitoring for web-1",
    "put": "Put web-1 and web-2 behind a load balancer",
    "balance": "Put web-1 and web-2 behind a load balancer",
    "show": "Show the state of all my VMs",
    "draw": "Show the dependency graph of my resources",
}
"""An example for each class of verb (vocabulary/verbs.py)."""

BY_KIND = {
    Kind.VM: "Create three VMs named app-1 to app-3 in one network",
    Kind.DISK: "List the disks attached to web-1 with size and type",
    Kind.NETWORK: "Create a network named lab-net with 10.20.0.0/16",
    Kind.SUBNET: "Create a subnet 10.20.1.0/24 in the network lab-net",
    Kind.PUBLIC_IP: "What is the public IP of web-1?",
    Kind.LOAD_BALANCER: "Put web-1 and web-2 behind a load balancer listening on port 80",
    Kind.SECURITY_GROUP: "Create a security group web-sg that allows port 443",
    Kind.KEY_PAIR: "Create a key pair named deploy",
    Kind.RESOURCE_GROUP: "Delete the resource group lab",
    Kind.BUCKET: "Create a bucket named logs-2024",
    Kind.NIC: "Create a network interface nic-1 in subnet app-subnet",
}

BY_FOREIGN = {
    "terraform": "cloudops code apply",
    "code": "cloudops code apply",
}
"""The command for what words are not for: Terraform code as it stands in a directory."""

MOST = 4


def nearest(
    verbs: Iterable[str], kinds: Iterable[Kind], foreign: Iterable[str] = ()
) -> tuple[str, ...]:
    """Examples for the verbs, kinds and things of the trade that were recognised, then general
    ones."""
    found = [BY_FOREIGN[f] for f in foreign if f in BY_FOREIGN]
    found += [BY_VERB[v] for v in verbs if v in BY_VERB]
    found += [BY_KIND[k] for k in kinds if k in BY_KIND]
    return tuple(dict.fromkeys((*found, *EXAMPLES)))[:MOST]
