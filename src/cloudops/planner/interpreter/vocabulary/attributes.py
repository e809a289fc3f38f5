"""What is said of things: adjectives, settings, units, services, states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modalities.resource import Provider

ADJECTIVES: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "small": ({"quality": "small"}, "small | small-sized | little | smallish | small size"),
    "tiny": ({"quality": "tiny"}, "tiny | micro | nano | smallest"),
    "medium": ({"quality": "medium"}, "medium | medium-sized | mid-size | mid-sized | midsize"),
    "large": ({"quality": "large"}, "large | big | large-sized | beefy | powerful"),
    "huge": ({"quality": "xlarge"}, "xlarge | extra large | extra-large | huge | very large"),
    "premium ssd": ({"disk_type": "Premium_LRS"}, "premium ssd | premium-ssd | premium"),
    "standard ssd": ({"disk_type": "StandardSSD_LRS"}, "standard ssd | standard-ssd"),
    "standard hdd": ({"disk_type": "Standard_LRS"}, "standard hdd | standard-hdd"),
    "ssd": ({"disk_type": "ssd"}, "ssd | solid state | solid-state | ssd-backed"),
    "hdd": ({"disk_type": "hdd"}, "hdd | magnetic | spinning | hdd-backed"),
    "linux": ({"image": "linux"}, "linux | amazon linux | linux-based"),
    "ubuntu": ({"image": "ubuntu"}, "ubuntu | ubuntu linux"),
    "debian": ({"image": "debian"}, "debian | debian linux"),
    "windows": ({"image": "windows"}, "windows | windows server | ms windows | microsoft windows"),
    "public": (
        {"public": True},
        """
        public | internet-facing | internet facing | public-facing | publicly reachable |
        publicly accessible | external | publicly externally reachable |
        reachable from the internet | accessible from the internet | reachable from outside |
        exposed to the internet | open to the internet
    """,
    ),
    "private": (
        {"public": False},
        """
        private | internal | private only | private-only | internal-only | internal only |
        not public | non-public | but not public | privately | not internet-facing |
        not reachable from the internet | not exposed to the internet | without public access |
        no public access | no internet access from outside
    """,
    ),
    "no address": (
        {"address": False},
        """
        no public ip | without public ip | without a public ip | no public ip address |
        without public ips | no public ips | without any public ip | without any public address |
        without a public ip address | no public address | without a public address |
        no external ip | without an external ip | without external ip | with no public ip |
        without an elastic ip | no elastic ip | but no public ip | but without a public ip |
        but without public ip | with no public ips | with no public address |
        with no external ip | with no public ip address | no external address |
        without external address | without public addresses | no public addresses |
        without a public ipv4 | no public ipv4 | with no public addresses | and no public ip |
        and no public ips
    """,
    ),
    "spot": (
        {"spot": True},
        """
        spot | spot instance pricing | spot capacity | on spot pricing | on spot capacity |
        on spot instances | spot-priced | on spot | as spot | spot pricing | spot priority |
        preemptible | low-priority | low priority | interruptible | spot market
    """,
    ),
    "standard": (
        {"spot": False},
        """
        standard | on-demand | on demand | ondemand | regular priority | regular | non-spot |
        standard priority | standard capacity | on-demand capacity | on-demand pricing |
        standard pricing | full price | standard again | on-demand again
    """,
    ),
    "resized": (
        {"asks_size": True},
        """
        bigger | smaller | larger | more powerful | faster | more memory | more ram | more cpu |
        more cpus | more cores | less memory | stronger | beefier | more power | less powerful
    """,
    ),
    "web": ({"role": "web"}, "web | web-facing"),
    "app": ({"role": "app"}, "app | application"),
    "front": ({"role": "front"}, "front | frontend | front-end"),
    "balanced": (
        {"balanced": True},
        "load-balanced | load balanced | loadbalanced | balanced",
    ),
    "data": ({"data": True}, "data"),
    "versioned": (
        {"versioning": True},
        """
        versioned | versioning | versioning enabled | versioning on | versioning turned on |
        object versioning
    """,
    ),
    "monitored": ({"monitoring": True}, "monitored"),
    "plain": (
        {},
        """
        identical | equal | simple | basic | plain | backend | back-end | target | mount-ready |
        scratch | spare | same-sized | same-size | highly available | ha | high-availability |
        high availability | virtual | cheap | cheapest | inexpensive | attached | ready | decent |
        working | ready-to-use | empty | blank | separate | individual | dedicated-name | lone |
        lightweight | smallish | brand | nice | quick | similar | backing | worker | persistent |
        general purpose | general-purpose | backed | unattached new | matching | little
    """,
    ),
}
"""What an adjective says of the thing that it stands with."""

SETTINGS: Mapping[str, str] = {
    "names": "name | hostname",
    "size": """
        size | type | instance type | instance-type | instancetype | vm size | vmsize | sku |
        flavor | flavour
    """,
    "count": "count | number | quantity | instances",
    "image": "image | os | ami | operating system",
    "cidr": "cidr | range | address range | cidr block | address space | ip range",
    "zone": "zone | az | availability zone | availability-zone",
    "region": "region | location",
    "port": "port",
    "target_port": "target_port | target-port | targetport | backend_port | backend-port",
    "protocol": "protocol",
    "disk_type": "disk type | volume type | disk_type | volume_type",
    "gib": "disk size | disk | disk_size | disk_gb | size_gb",
    "key_pair": "key | key pair | keypair | key_name | ssh key | key-pair",
    "prefix": "prefix",
    "network": "network | vpc | vnet",
    "subnet": "subnet",
    "switch": "enabled | enable | on",
    "vcpus": "vcpus | vcpu | cpu | cpus | cores",
    "memory": "memory | ram | mem",
}
"""Keys that may be written ``key=value`` or ``key: value``."""

UNITS: Mapping[str, tuple[str, float, str]] = {
    "gib": (
        "gib",
        1.0,
        """
        gb | gib | g | gbs | gigabyte | gigabytes | gibibyte | gigs | gig | gibs
    """,
    ),
    "tib": ("gib", 1024.0, "tb | tib | t | terabyte | terabytes | tebibyte | tbs"),
    "mib": ("gib", 1 / 1024, "mb | mib | megabyte | megabytes"),
    "vcpu": (
        "vcpus",
        1.0,
        """
        vcpu | vcpus | cpu | cpus | core | cores | virtual cpu | virtual cpus | v cpu | v cpus |
        cpu core | cpu cores | virtual core | virtual cores | vcore | vcores | processor |
        processors | c
    """,
    ),
}
"""Unit: the attribute it measures, how many of the attribute's unit it is, and its spellings."""

MEASURES: Mapping[str, str] = {
    "memory_gib": "memory | ram | mem",
    "vcpus": "compute cores",
}

MEASURE_WORDS = """
    size | capacity | in size | big | large | each | apiece | per vm | in total size
"""

DISK_TYPES = """
    gp2 gp3 io1 io2 st1 sc1 premium_lrs standard_lrs standardssd_lrs premiumv2_lrs ultrassd_lrs
    premium_zrs standardssd_zrs
"""

CANONICAL_DISK_TYPES: Mapping[str, str] = {
    "premium_lrs": "Premium_LRS",
    "standard_lrs": "Standard_LRS",
    "standardssd_lrs": "StandardSSD_LRS",
    "premiumv2_lrs": "PremiumV2_LRS",
    "ultrassd_lrs": "UltraSSD_LRS",
    "premium_zrs": "Premium_ZRS",
    "standardssd_zrs": "StandardSSD_ZRS",
}

AWS_DISKS = frozenset({"gp2", "gp3", "io1", "io2", "st1", "sc1"})
AZURE_DISKS = frozenset(CANONICAL_DISK_TYPES.values())

CLOUDS: Mapping[Provider, str] = {
    Provider.AWS: "aws | amazon | amazon web services | amazon aws | amazon's cloud",
    Provider.AZURE: "azure | microsoft azure | ms azure | microsoft's cloud",
}

SERVICES: Mapping[str, tuple[int, str]] = {
    "ssh": (22, "ssh | ssh access"),
    "http": (80, "http | http access"),
    "https": (443, "https | tls | ssl | https access"),
    "rdp": (3389, "rdp | remote desktop | rdp access"),
    "dns": (53, "dns"),
    "smtp": (25, "smtp"),
    "postgres": (5432, "postgres | postgresql"),
    "mysql": (3306, "mysql"),
    "redis": (6379, "redis"),
}
"""Services that stand for a port: what the registry of well-known ports says."""

PROTOCOLS = "tcp | udp | icmp"

SOURCES: Mapping[str, str] = {
    "0.0.0.0/0": """
        from anywhere | from everywhere | from the internet | to the world | from the world |
        to everyone | from everyone | to the internet | to the public | from any address |
        to anyone | from anyone | from any ip | worldwide | from outside | to the outside |
        publicly | to the outside world | from the outside
    """,
}

DIAGNOSTICS: Mapping[str, str] = {
    "boot diagnostics": """
        boot diagnostics | bootdiagnostics | boot-diagnostics | boot diagnostic | boot logs |
        boot log | serial console logs | serial log | serial logs | boot diag | boot logging |
        serial diagnostics | serial / boot diagnostics | boot / serial diagnostics |
        boot and serial diagnostics | serial and boot diagnostics | boot screenshots |
        startup diagnostics | boot_diagnostics | serial console log | serial console output
    """,
    "diagnostics": "diagnostics | diagnostic | diagnostic settings",
    "monitoring": """
        monitoring | detailed monitoring | enhanced monitoring | detailed cloudwatch monitoring |
        cloudwatch monitoring | metrics monitoring | detailed metrics
    """,
}

SWITCHES: Mapping[bool, str] = {
    True: """
        available | on | enabled | enable=true | active | activated | up | turned on |
        switched on | true
    """,
    False: """
        off | disabled | down | inactive | turned off | switched off | false | deactivated
    """,
}

STATES: Mapping[str, str] = {
    "running": """
        running | up and running | up | online | alive | started | powered on | on | active |
        up or running
    """,
    "stopped": """
        stopped | down | offline | off | powered off | shut down | halted | deallocated |
        powered down | turned off | not running | switched off | dead
    """,
}

PORT_WORDS = "port | ports | tcp port | tcp ports | port number | port range"

LOCATION_WORDS = "region | regions | location | data center | datacenter"

TRAFFIC = """
    traffic | requests | load | incoming traffic | incoming requests | incoming connections
"""

TOGETHER = """
    can reach each other | can talk to each other | reach each other | talk to each other |
    able to reach each other | able to talk to each other | can communicate |
    can communicate with each other | communicate with each other | can ping each other |
    can see each other | that see each other | reachable from each other | networked together |
    on a network together | so they can talk | so they can reach each other |
    so they can talk to each other | able to communicate | able to communicate with each other |
    reach one another | can reach one another | can talk to one another | networked
"""
