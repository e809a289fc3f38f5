"""Nouns, and the words that count them. Plurals are made by ``lexicon``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modalities.resource import Kind, Provider

NOUNS: Mapping[str, tuple[Kind | None, Mapping[str, Any], str]] = {
    "network": (
        Kind.NETWORK,
        {},
        """
        network | virtual network | private network | vpc | vnet | virtual private cloud
    """,
    ),
    "subnet": (Kind.SUBNET, {}, "subnet | sub-net | subnetwork"),
    "security group": (
        Kind.SECURITY_GROUP,
        {},
        "security group | sg | nsg | network security group | security-group",
    ),
    "vm": (
        Kind.VM,
        {},
        """
        vm | virtual machine | machine | server | instance | ec2 | ec2 instance | ec2 server |
        ec2 vm | ec2 machine | compute instance | cloud server | virtual server | vps | host |
        box | node | vm instance | virtual-machine | cloud vm | cloud instance | cloud machine
    """,
    ),
    "windows server": (Kind.VM, {"image": "windows"}, "windows server"),
    "disk": (
        Kind.DISK,
        {},
        """
        disk | volume | drive | hard drive | hard disk | ebs volume | ebs | ebs disk |
        managed disk | azure disk | azure managed disk | storage volume | block volume |
        block device | storage | disk space |
        storage disk | block storage
    """,
    ),
    "data disk": (Kind.DISK, {"data": True}, "data disk | data volume | data drive"),
    "os disk": (
        Kind.DISK,
        {"os": True},
        """
        os disk | root disk | boot disk | system disk | root volume | boot volume | os volume |
        system volume | os drive | system drive | boot drive | root drive | osdisk
    """,
    ),
    "premium ssd": (Kind.DISK, {"disk_type": "Premium_LRS"}, "premium ssd | premium disk"),
    "standard ssd": (Kind.DISK, {"disk_type": "StandardSSD_LRS"}, "standard ssd"),
    "standard hdd": (Kind.DISK, {"disk_type": "Standard_LRS"}, "standard hdd"),
    "ssd": (Kind.DISK, {"disk_type": "ssd"}, "ssd"),
    "hdd": (Kind.DISK, {"disk_type": "hdd"}, "hdd"),
    "nic": (
        Kind.NIC,
        {},
        """
        network interface | nic | network card | network adapter | eni | network interface card |
        elastic network interface
    """,
    ),
    "public ip": (
        Kind.PUBLIC_IP,
        {},
        """
        public ip | public ip address | public address | public ipv4 | public ipv4 address |
        elastic ip | elastic ip address | eip | external ip | external ip address |
        external address | static ip | static public ip | static ip address | floating ip |
        internet-facing ip | internet facing ip | internet-facing address | internet ip |
        internet-facing ip address | internet address | public-ip | reserved ip |
        static public ip address | standard public ip | standard public ip address
    """,
    ),
    "load balancer": (
        Kind.LOAD_BALANCER,
        {},
        """
        load balancer | load balancing | load-balancer | loadbalancer | lb | elb | balancer |
        elastic load balancer | elbv2 | standard load balancer | azure load balancer |
        standard lb
    """,
    ),
    "alb": (Kind.LOAD_BALANCER, {"protocol": "http"}, "alb | application load balancer"),
    "nlb": (Kind.LOAD_BALANCER, {"protocol": "tcp"}, "nlb | network load balancer"),
    "key pair": (
        Kind.KEY_PAIR,
        {},
        """
        key pair | keypair | key-pair | ssh key | ssh key pair | ssh keypair | ssh-key
    """,
    ),
    "storage account": (
        Kind.BUCKET,
        {"cloud": Provider.AZURE},
        "storage account | azure storage account | blob storage account",
    ),
    "resource group": (
        Kind.RESOURCE_GROUP,
        {"cloud": Provider.AZURE},
        "resource group | resource-group | azure resource group",
    ),
    "bucket": (Kind.BUCKET, {}, "bucket | s3 bucket | storage bucket | object storage bucket"),
    "listener": (Kind.LISTENER, {}, "listener"),
    "target group": (Kind.TARGET_GROUP, {}, "target group | backend pool"),
    "gateway": (Kind.GATEWAY, {}, "internet gateway | igw"),
    "route table": (Kind.ROUTE_TABLE, {}, "route table"),
    "image": (Kind.IMAGE, {}, "machine image | vm image | ami"),
    "snapshot": (Kind.SNAPSHOT, {}, "snapshot | disk snapshot"),
    "anything": (
        None,
        {},
        "resource | thing | cloud resource | infrastructure | stuff | component",
    ),
}
"""Noun: the kind, what the word itself says of it, and its synonyms. Plurals are made."""

MASS_NOUNS = frozenset({"load balancing", "storage", "disk space", "block storage", "ec2", "ebs"})
"""Nouns that are neither singular nor plural."""

NUMBERS: Mapping[str, int] = {
    "zero": 0,
    "one": 1,
    "single": 1,
    "solo": 1,
    "two": 2,
    "couple": 2,
    "pair": 2,
    "duo": 2,
    "three": 3,
    "trio": 3,
    "triplet": 3,
    "four": 4,
    "quartet": 4,
    "five": 5,
    "six": 6,
    "half a dozen": 6,
    "half-dozen": 6,
    "half dozen": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "dozen": 12,
    "a dozen": 12,
    "fifteen": 15,
    "sixteen": 16,
    "twenty": 20,
    "thirty": 30,
    "thirty-two": 32,
    "sixty-four": 64,
    "fifty": 50,
    "hundred": 100,
    "a hundred": 100,
    "one hundred": 100,
}

COLLECTIVES = """
    a set of | set of | a group of | group of | a total of | total of | a bunch of exactly |
    a fleet of | a cluster of exactly | sets of | groups of | instances of | a number of exactly
"""
"""Before a counted noun; they add nothing to the number."""

VAGUE_COUNTS = """
    several | a few | few | many | multiple | some | a bunch of | a handful of | various
"""

SETS: Mapping[str, str] = {
    "web": "web tier | web layer | web farm | web frontend tier",
    "app": "app tier | application tier | app layer | application layer",
    "": "tier | setup | stack of machines | environment | deployment",
}
