"""The words the interpreter knows, as data: what a phrase means, by tag.

Phrases are separated by ``|``; plurals of nouns and the usual endings of verbs are made by
``lexicon``. A word may stand in several tables: the grammar takes the meaning that fits.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from modalities.resource import Kind, Provider


class Tag(StrEnum):
    """What a lexeme can be. The value that goes with a tag is given at its table."""

    NOUN = "noun"
    VERB = "verb"
    NAME = "name"
    NUMBER = "number"
    QUANTITY = "quantity"
    UNIT = "unit"
    CIDR = "cidr"
    ADDRESS = "address"
    SIZE = "size"
    REGION = "region"
    ZONE = "zone"
    CLOUD = "cloud"
    SETTING = "setting"
    TAGS = "tags"
    PORTS = "ports"
    PORT = "port"
    PROTOCOL = "protocol"
    SERVICE = "service"
    SOURCE = "source"
    DETERMINER = "determiner"
    ADJECTIVE = "adjective"
    ORDINAL = "ordinal"
    PRONOUN = "pronoun"
    PREPOSITION = "preposition"
    AND = "and"
    OR = "or"
    STOP = "stop"
    ARROW = "arrow"
    RELATIVE = "relative"
    NAMING = "naming"
    PREFIX = "prefix"
    TAGGING = "tagging"
    DIAGNOSTICS = "diagnostics"
    SWITCH = "switch"
    STATE = "state"
    MEASURE = "measure"
    SET = "set"
    TRAFFIC = "traffic"
    TOGETHER = "together"
    ASKS = "asks"
    INTERROGATIVE = "interrogative"
    GLUE = "glue"
    FILLER = "filler"
    NOTE = "note"
    HAZARD = "hazard"
    FOREIGN = "foreign"
    ORDINARY = "ordinary"
    POSSESSIVE = "possessive"
    ASKING = "asking"
    PARTICIPLE = "participle"
    SERVICE_AREA = "service_area"
    COLLECTIVE = "collective"
    VAGUE = "vague"
    MEASURED = "measured"
    RANGE = "range"
    LOCATION = "location"


NOUNS: Mapping[str, tuple[Kind | None, Mapping[str, Any], str]] = {
    "network": (
        Kind.NETWORK,
        {},
        "network | virtual network | private network | vpc | vnet | virtual private cloud",
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
        "vm | virtual machine | machine | server | instance | ec2 | ec2 instance | ec2 server |"
        " ec2 vm | ec2 machine | compute instance | cloud server | virtual server | vps | host |"
        " box | node | vm instance | virtual-machine | cloud vm | cloud instance | cloud machine",
    ),
    "windows server": (Kind.VM, {"image": "windows"}, "windows server"),
    "disk": (
        Kind.DISK,
        {},
        "disk | volume | drive | hard drive | hard disk | ebs volume | ebs | ebs disk |"
        " managed disk | storage volume | block volume | block device | storage | disk space |"
        " storage disk | block storage",
    ),
    "data disk": (Kind.DISK, {"data": True}, "data disk | data volume | data drive"),
    "os disk": (
        Kind.DISK,
        {"os": True},
        "os disk | root disk | boot disk | system disk | root volume | boot volume | os volume |"
        " system volume | os drive | system drive | boot drive | root drive | osdisk",
    ),
    "ssd": (Kind.DISK, {"disk_type": "ssd"}, "ssd"),
    "hdd": (Kind.DISK, {"disk_type": "hdd"}, "hdd"),
    "nic": (
        Kind.NIC,
        {},
        "network interface | nic | network card | network adapter | eni | network interface card |"
        " elastic network interface",
    ),
    "public ip": (
        Kind.PUBLIC_IP,
        {},
        "public ip | public ip address | public address | public ipv4 | public ipv4 address |"
        " elastic ip | elastic ip address | eip | external ip | external ip address |"
        " external address | static ip | static public ip | static ip address | floating ip |"
        " internet-facing ip | internet facing ip | internet-facing address | internet ip |"
        " internet-facing ip address | internet address | public-ip | reserved ip |"
        " static public ip address",
    ),
    "load balancer": (
        Kind.LOAD_BALANCER,
        {},
        "load balancer | load-balancer | loadbalancer | lb | elb | balancer | elastic load balancer"
        " | elbv2",
    ),
    "alb": (Kind.LOAD_BALANCER, {"protocol": "http"}, "alb | application load balancer"),
    "nlb": (Kind.LOAD_BALANCER, {"protocol": "tcp"}, "nlb | network load balancer"),
    "key pair": (
        Kind.KEY_PAIR,
        {},
        "key pair | keypair | key-pair | ssh key | ssh key pair | ssh keypair | ssh-key",
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

MASS_NOUNS = frozenset({"storage", "disk space", "block storage", "ec2", "ebs"})
"""Nouns that are neither singular nor plural."""

VERBS: Mapping[str, str] = {
    "create": "create | build | launch | provision | deploy | spin up | spin-up | spinup | stand up"
    " | set up | setup | fire up | roll out | allocate | reserve | spawn | instantiate | generate |"
    " bring to life | start up | install | establish | prepare | commission | spin me up |"
    " set me up | stand me up | get going",
    "make": "make",
    "bring up": "bring up | bring back",
    "take down": "take down | bring down | kill | take offline",
    "want": "need | want | require | give me | get me | give us | get us | would like | 'd like |"
    " grab me | order | could use | hand me | we'd love | requires | would love",
    "have": "have | has | gain | receive",
    "add": "add | append",
    "give": "give",
    "put": "put | place | stick",
    "attach": "attach | mount | plug | connect | hook up | hook | assign | associate | plug in",
    "detach": "detach | unmount | disconnect | unplug | disassociate | dismount | unattach |"
    " dissociate | unassign",
    "delete": "delete | terminate | destroy | tear down | decommission | get rid of | nuke | drop |"
    " dispose of | purge | deprovision | release | scrap | teardown | tear-down | force delete |"
    " permanently delete | trash | throw away | blow away",
    "remove": "remove | take away",
    "start": "start | power on | boot | power up | wake | wake up | turn back on | boot up |"
    " start back up | power back on | switch back on | bring back up | restart up",
    "stop": "stop | shut down | shutdown | power off | power down | halt | deallocate | shut off |"
    " shut-down | poweroff",
    "restart": "restart | reboot | power cycle | power-cycle | bounce | re-start | re-boot",
    "turn on": "turn on | switch on",
    "turn off": "turn off | switch off",
    "enable": "enable | activate",
    "disable": "disable | deactivate",
    "turn": "turn | switch | shut | power | flip",
    "resize": "resize | re-size | scale | upsize | downsize | upgrade | downgrade | grow | expand |"
    " extend | enlarge | increase | shrink | scale up | scale down | bump | bump up | rightsize |"
    " right-size | size up",
    "update": "change | convert | update | modify | set | transform | alter | adjust | become |"
    " run | be | transition | use | reconfigure | configure | edit | operate | go | get turned |"
    " be moved | be changed | be converted | be switched | move over | change over | remain |"
    " stay",
    "move": "move",
    "tag": "tag | label",
    "untag": "untag | un-tag | unlabel",
    "open": "open | open up | expose | allow | permit | unblock | let in | let through",
    "close": "close | block | deny | disallow | close off",
    "show": "show | list | display | describe | fetch | find | find out | view | print | check |"
    " look up | lookup | inspect | enumerate | report | tell | show me | tell me | give me |"
    " get me | get | see | check whether | check if | check that | tell me whether | tell me if |"
    " see if | see whether | find out if | find out whether | verify whether | verify that |"
    " verify if | let me know if | let me know whether | give us | count | look at | know |"
    " retrieve | query | lookup | confirm that | confirm whether | summarise | summarize | need |"
    " want | ls | read | return | share | provide | output | find out which | detail | dump",
    "draw": "draw | visualise | visualize | sketch | render",
    "name": "call | name",
    "balance": "balance | load balance | load-balance | spread | distribute | forward | route |"
    " listen | target | serve | share out | point at | send",
}


IRREGULAR: Mapping[str, str] = {
    "created": "create",
    "launched": "create",
    "deployed": "create",
    "provisioned": "create",
    "deleted": "delete",
    "terminated": "delete",
    "destroyed": "delete",
    "removed": "remove",
    "started": "start",
    "stopped": "stop",
    "shut down": "stop",
    "restarted": "restart",
    "rebooted": "restart",
    "resized": "resize",
    "scaled": "resize",
    "upgraded": "resize",
    "attached": "attach",
    "detached": "detach",
    "tagged": "tag",
    "enabled": "enable",
    "disabled": "disable",
    "turned on": "turn on",
    "turned off": "turn off",
    "switched on": "turn on",
    "switched off": "turn off",
    "opened": "open",
    "closed": "close",
    "converted": "update",
    "changed": "update",
    "switched": "update",
    "set": "update",
}
"""Participles after ``be``: "web-1 should be stopped"."""

PASSIVE = (
    "be | get | to be | should be | must be | needs to be | has to be | ought to be | shall be"
)

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

COLLECTIVES = (
    "a set of | set of | a group of | group of | a total of | total of | a bunch of exactly |"
    " a fleet of | a cluster of exactly | sets of | groups of | instances of | a number of exactly"
)
"""Before a counted noun; they add nothing to the number."""

OF_COUNT = (
    "couple of | pair of | trio of | duo of | dozen of | quartet of | a couple of | a pair of"
)

VAGUE_COUNTS = (
    "several | a few | few | many | multiple | some | a bunch of | a handful of | various"
)

DETERMINERS: Mapping[str, str] = {
    "a": "a | an | any one | one of | another new",
    "the": "the | this | that | these | those | my | our | your | the current | said | its | their",
    "all": "all | every | each | any | all of | all the | all of the | all my | all of my | all our"
    " | all of our | any of my | any of the | any of our | each of | each of the | every one of |"
    " each of my | every single | every one of the | all these | all of these | all those |"
    " all of those | any of these",
    "more": "another | extra | additional | one more | more | a further | further | an extra |"
    " an additional | some extra | some additional | some more | supplementary | a second",
    "new": "new | brand new | brand-new | fresh | a new | an all new | freshly made",
    "same": "same | shared | common | the same | one shared | the one | one common | a shared |"
    " a common | one single | a single | own | its own | their own | one and the same | one same",
    "existing": "existing | the existing | my existing | our existing | already existing |"
    " pre-existing | current",
    "default": "default | the default",
}

ADJECTIVES: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "small": ({"quality": "small"}, "small | small-sized | little | smallish | small size"),
    "tiny": ({"quality": "tiny"}, "tiny | micro | nano | smallest"),
    "medium": ({"quality": "medium"}, "medium | medium-sized | mid-size | mid-sized | midsize"),
    "large": ({"quality": "large"}, "large | big | large-sized | beefy | powerful"),
    "huge": ({"quality": "xlarge"}, "xlarge | extra large | extra-large | huge | very large"),
    "ssd": ({"disk_type": "ssd"}, "ssd | solid state | solid-state | ssd-backed"),
    "hdd": ({"disk_type": "hdd"}, "hdd | magnetic | spinning | hdd-backed"),
    "linux": ({"image": "linux"}, "linux | amazon linux | linux-based"),
    "ubuntu": ({"image": "ubuntu"}, "ubuntu | ubuntu linux"),
    "debian": ({"image": "debian"}, "debian | debian linux"),
    "windows": ({"image": "windows"}, "windows | windows server | ms windows | microsoft windows"),
    "public": (
        {"public": True},
        "public | internet-facing | internet facing | public-facing | publicly reachable |"
        " publicly accessible | external | publicly available | externally reachable |"
        " reachable from the internet | accessible from the internet | reachable from outside |"
        " internet facing | exposed to the internet | open to the internet",
    ),
    "private": (
        {"public": False},
        "private | internal | private only | private-only | internal-only | internal only |"
        " not public | non-public | but not public | privately | not internet-facing |"
        " not reachable from the internet | not exposed to the internet | without public access |"
        " no public access | no internet access from outside",
    ),
    "no address": (
        {"address": False},
        "no public ip | without public ip | without a public ip | no public ip address |"
        " without public ips | no public ips | without any public ip | without any public address |"
        " without a public ip address | no public address | without a public address |"
        " no external ip | without an external ip | without external ip | with no public ip |"
        " without an elastic ip | no elastic ip | but no public ip | but without a public ip |"
        " but without public ip | with no public ips | with no public address |"
        " with no external ip | with no public ip address | no external address |"
        " without external address | without public addresses | no public addresses |"
        " without a public ipv4 | no public ipv4 | with no public addresses |"
        " and no public ip | and no public ips",
    ),
    "spot": (
        {"spot": True},
        "spot | spot instance pricing | spot capacity | spot-priced | on spot | as spot |"
        " spot pricing | spot priority | preemptible | low-priority | low priority |"
        " interruptible | spot market",
    ),
    "standard": (
        {"spot": False},
        "standard | on-demand | on demand | ondemand | regular priority | regular | non-spot |"
        " standard priority | standard capacity | on-demand capacity | on-demand pricing |"
        " standard pricing | full price | standard again | on-demand again",
    ),
    "resized": (
        {"asks_size": True},
        "bigger | smaller | larger | more powerful | faster | more memory | more ram | more cpu |"
        " more cpus | more cores | less memory | stronger | beefier | more power | less powerful",
    ),
    "web": ({"role": "web"}, "web | web-facing"),
    "app": ({"role": "app"}, "app | application"),
    "balanced": (
        {"balanced": True},
        "load-balanced | load balanced | loadbalanced | balanced",
    ),
    "data": ({"data": True}, "data"),
    "versioned": (
        {"versioning": True},
        "versioned | versioning | versioning enabled | versioning on | versioning turned on |"
        " object versioning",
    ),
    "monitored": ({"monitoring": True}, "monitored"),
    "plain": (
        {},
        "identical | equal | simple | basic | plain | backend | back-end | target | mount-ready |"
        " same-sized | same-size | highly available | ha | high-availability |"
        " high availability | virtual | cheap | cheapest | inexpensive | attached | ready |"
        " decent | working | ready-to-use | empty | blank | separate | individual |"
        " dedicated-name | lone | lightweight | smallish | brand | nice | quick |"
        " similar | backing | worker | persistent | general purpose | general-purpose | backed |"
        " available | unattached new | matching | little",
    ),
}
"""What an adjective says of the thing that it stands with."""

SETTINGS: Mapping[str, str] = {
    "names": "name | hostname",
    "size": "size | type | instance type | instance-type | instancetype | vm size | vmsize | sku |"
    " flavor | flavour",
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
        "gb | gib | g | gbs | gigabyte | gigabytes | gibibyte | gigs | gig | gibs",
    ),
    "tib": ("gib", 1024.0, "tb | tib | t | terabyte | terabytes | tebibyte | tbs"),
    "mib": ("gib", 1 / 1024, "mb | mib | megabyte | megabytes"),
    "vcpu": (
        "vcpus",
        1.0,
        "vcpu | vcpus | cpu | cpus | core | cores | virtual cpu | virtual cpus | v cpu | v cpus |"
        " cpu core | cpu cores | virtual core | virtual cores | vcore | vcores | processor |"
        " processors | c",
    ),
}
"""Unit: the attribute it measures, how many of the attribute's unit it is, and its spellings."""

MEASURES: Mapping[str, str] = {
    "memory_gib": "memory | ram | mem",
    "vcpus": "compute cores",
}

MEASURE_WORDS = "size | capacity | in size | big | large | each | apiece | per vm | in total size"

DISK_TYPES = (
    "gp2 gp3 io1 io2 st1 sc1 premium_lrs standard_lrs standardssd_lrs premiumv2_lrs ultrassd_lrs"
    " premium_zrs standardssd_zrs"
).split()

CANONICAL_DISK_TYPES: Mapping[str, str] = {
    "premium_lrs": "Premium_LRS",
    "standard_lrs": "Standard_LRS",
    "standardssd_lrs": "StandardSSD_LRS",
    "premiumv2_lrs": "PremiumV2_LRS",
    "ultrassd_lrs": "UltraSSD_LRS",
    "premium_zrs": "Premium_ZRS",
    "standardssd_zrs": "StandardSSD_ZRS",
}

CLOUDS: Mapping[Provider, str] = {
    Provider.AWS: "aws | amazon | amazon web services | amazon aws | amazon's cloud",
    Provider.AZURE: "azure | microsoft azure | ms azure | microsoft's cloud",
}

SERVICES: Mapping[str, tuple[int, str]] = {
    "ssh": (22, "ssh"),
    "http": (80, "http"),
    "https": (443, "https | tls | ssl"),
    "rdp": (3389, "rdp | remote desktop"),
    "dns": (53, "dns"),
    "smtp": (25, "smtp"),
    "postgres": (5432, "postgres | postgresql"),
    "mysql": (3306, "mysql"),
    "redis": (6379, "redis"),
}
"""Services that stand for a port: what the registry of well-known ports says."""

PROTOCOLS = "tcp | udp | icmp"

SOURCES: Mapping[str, str] = {
    "0.0.0.0/0": "from anywhere | from everywhere | from the internet | to the world |"
    " from the world | to everyone | from everyone | to the internet | to the public |"
    " from any address | to anyone | from anyone | from any ip | worldwide | from outside |"
    " to the outside | publicly | to the outside world | from the outside",
}

ORDINALS: Mapping[str, int] = {
    "first": 0,
    "1st": 0,
    "second": 1,
    "2nd": 1,
    "third": 2,
    "3rd": 2,
    "fourth": 3,
    "4th": 3,
    "fifth": 4,
    "5th": 4,
    "last": -1,
    "latest": -1,
    "newest": -1,
    "most recent": -1,
}

PRONOUNS: Mapping[str, str] = {
    "one": "it | itself | that one | this one | the machine itself | that vm | this vm |"
    " that machine | this machine | that server | this server | that instance | this instance",
    "many": "them | those | these | all of them | them all | each of them | each one | they |"
    " all of these | all of those | every one of them | these vms | those vms | those machines |"
    " these machines | these servers | those servers | all three of them | the three of them |"
    " all three | each other | all of those vms | those instances | these instances | each vm |"
    " each machine | each instance | each server | the lot of them | these three | those three |"
    " the three",
    "both": "both | both of them | the two of them | both vms | both machines | both servers |"
    " these two | those two | both of these | both of those | the two",
    "everything": "everything | all resources | every resource | all of it | all the resources |"
    " all my resources | the lot | all the things | all of the resources | all of my resources |"
    " everything here | everything else here | each resource | all things | all of the above",
}

PREPOSITIONS: Mapping[str, str] = {
    "in": "in | inside | within | into | inside of | on | onto | under | sharing | share |"
    " which share | joined by | connected by | connected through | connected via | over |"
    " through | connected on | connected in | sitting in | living in | all in | all on | located in"
    " | that share | on top of | at | placed in | hosted in | hosted on | residing in |"
    " sitting on | underneath | that live in | that are in | that sit in | who share | joining |"
    " deployed in | deployed into | deployed on",
    "behind": "behind | sitting behind | fronted by | load balanced by | load-balanced by |"
    " balanced by | all behind | placed behind | served by | that sit behind | that sits behind",
    "with": "with | having | including | containing | plus | holding | that has | that have |"
    " which has | which have | which contains | that contains | featuring | along with |"
    " together with | w/ | comprising | consisting of | made of | made up of | using | with its |"
    " running | who has | backed by | equipped with | and with | that includes | which includes",
    "for": "for | over | across | among | between | in front of | targeting | of | in front of all |"
    " onto | attached to | assigned to | connected to | associated with | pointing to | mounted on |"
    " pointing at | to attach to | attaching to | belonging to | to be attached to | serving |"
    " that targets | to go with | that goes on | that goes in front of | in front | balancing |"
    " that is attached to | that are attached to | used by | mounted to | load balancing |"
    " which targets | to balance | for use on | for use by | of the",
    "as": "as",
    "to": "to | up to | back to | over to | down to | back into | towards | toward | against | at size",
    "from": "from | off | out of | off of | away from | starting from",
    "by": "by",
}

NAMING = (
    "named | called | with name | with names | with the name | with the names | by the name of |"
    " name | names | titled | with hostname | with the hostname | hostname | hostnames |"
    " whose name is | whose names are | by the name | by the names | id | with id | with the id |"
    " going by the name of | using the name | using the names | its name should be |"
    " the name should be | its name is | name is | names are | the names are | the names being"
)

NAMING_BACK: Mapping[str, str] = {
    "one": "call it | name it | calling it | naming it | call this | let's call it | and call it |"
    " name this one | call this one | its name | name it as | call that",
    "many": "call them | name them | calling them | naming them | let's call them | their names |"
    " name these | call these | call those | name those",
}
"""Namings that point back at what was just asked for."""

CONJUNCTIONS = (
    "and | & | + | as well as | and also | , | ( | ) | - | and then | plus a | along with"
)
DISJUNCTIONS = "or | / | and/or | nor"
STOPS = "then | ; | . | ! | ? | : | after that | afterwards | and then | finally | next"
RELATIVES = "that | which | who | whose"
RANGE_WORDS = "to | through | thru | until | till | - | -> | .. | up to"
ARROWS = "-> | =>"
PORT_WORDS = "port | ports | tcp port | tcp ports | port number | port range"
LOCATION_WORDS = "region | regions | location | data center | datacenter"

PREFIX = (
    "prefix | with prefix | with the prefix | name prefix | prefixed | prefixed with | using prefix"
    " | using the prefix | with name prefix | names starting with | with names starting with |"
    " whose names start with | names prefixed | prefix them with | prefix names with |"
    " with the name prefix | named with prefix | named with the prefix | prefixed by |"
    " name prefix is | the prefix | with names prefixed | names prefixed with | prefix is |"
    " named starting with | call them by prefix"
)

TAGGING = (
    "tagged | tagged with | tagged as | with tag | with tags | with the tag | with the tags |"
    " having tag | having the tag | with a tag | carrying tag | carrying the tag | labelled |"
    " labeled | labelled with | labeled with | having tags | whose tag is | with label |"
    " with labels | with the label | with tagging | where tag | where tags | that are tagged |"
    " that have the tag | that have tag | which are tagged | that carry the tag | bearing tag |"
    " with the following tags | and tags | tag | tags | label | labels | the tag | the tags |"
    " a tag | tags on | that is tagged"
)

DIAGNOSTICS: Mapping[str, str] = {
    "boot diagnostics": "boot diagnostics | bootdiagnostics | boot-diagnostics | boot diagnostic |"
    " boot logs | boot log | serial console logs | serial log | serial logs | boot diag |"
    " boot logging | serial diagnostics | serial / boot diagnostics | boot / serial diagnostics |"
    " boot and serial diagnostics | serial and boot diagnostics | boot screenshots | startup diagnostics | boot_diagnostics"
    " | serial console log | serial console output",
    "diagnostics": "diagnostics | diagnostic | diagnostic settings",
    "monitoring": "monitoring | detailed monitoring | enhanced monitoring |"
    " detailed cloudwatch monitoring | cloudwatch monitoring | metrics monitoring |"
    " detailed metrics",
}

SWITCHES: Mapping[bool, str] = {
    True: "on | enabled | enable=true | active | activated | up | turned on | switched on | true",
    False: "off | disabled | down | inactive | turned off | switched off | false | deactivated",
}

STATES: Mapping[str, str] = {
    "running": "running | up and running | up | online | alive | started | powered on | on | active"
    " | up or running",
    "stopped": "stopped | down | offline | off | powered off | shut down | halted | deallocated |"
    " powered down | turned off | not running | switched off | dead",
}

ASKS: Mapping[str, str] = {
    "status": "status | state | power state | power-state | powerstate | runtime status | statuses |"
    " states | power states | power status | running state | instance state | instance view |"
    " current state | health | healthy | provisioning state | vm status | condition | reachable",
    "reach": "how do i ssh to | how do i ssh into | how can i ssh to | how can i ssh into | how do i"
    " reach | how can i reach | how do i connect to | how can i connect to | how do i log in to |"
    " how do we ssh to | how do i get to | how can we reach | how do we reach | how do i rdp to |"
    " how can i log in to | how do i log into | how can i log into | how to reach | how to ssh to",
    "address": "ip | ip address | ips | ip addresses | address | addresses | ipv4 | ipv4 address",
    "private address": "private ip | private ip address | internal ip | internal ip address |"
    " private address | private ips | internal address",
    "disks": "attached storage | attached disks | attached volumes | disks attached |"
    " volumes attached | storage attached | data disks attached",
    "details": "detail | details | info | information | properties | configuration | config | specs"
    " | spec | specification | attributes | settings | summary | overview | description |"
    " everything about | all about | facts",
    "graph": "dependency graph | dependency tree | dependency map | dependency diagram |"
    " resource graph | resource map | topology | graph | diagram | map | architecture diagram |"
    " network diagram | topology map | dependencies | connected to each other | tree |"
    " dependency | resource dependency graph | connected together | interconnected |"
    " infrastructure diagram | network topology | are connected | is connected | connected |"
    " linked | linked together | relationships | relations | relationship | interdependencies |"
    " fit together | hang together | relate | related | links between | connections between |"
    " graphs | hooked up | wired up | wired together | wired | tied together | connections |"
    " architecture | picture of how | resource topology | topology diagram | related to each other"
    " | relate to each other | links",
    "depends": "depend on | depends on | rely on | relies on | dependent upon | depend upon |"
    " depends upon | dependent on | depending on | relying on",
    "used": "is used by | used by | needed by | is needed by | required by | are used by",
    "needs": "dependencies of | dependency of | upstream of | needs to work | prerequisites of",
    "needed by": "dependents of | dependants of | what uses | who uses | which resources use |"
    " which vms use | downstream of | what's using | what is using | what needs |"
    " which vms are using | which resources are using",
    "impact": "if i delete | if i remove | if we delete | if we remove | if i terminate |"
    " if i destroy | if i drop | were i to delete | when i delete | when i remove | if we drop |"
    " when we delete | impact of deleting | impact of removing | blast radius of deleting |"
    " blast radius of removing | blast radius of | effect of deleting | effect of removing |"
    " consequences of deleting | consequences of removing | if i deleted | if i removed |"
    " if i were to delete | impact of the deletion of | affected by deleting |"
    " affected by removing | affected if i delete | before i delete | by deleting | by removing |"
    " if i lose | if we lose | after deleting | if i tear down | if i got rid of |"
    " if i get rid of | if someone deletes | if somebody deletes | impact of losing |"
    " if we terminate | if we destroy | break by deleting | if i were to remove |"
    " if we were to delete | if we were to remove | if we got rid of | if we tear down |"
    " if you delete | if you remove | if one deletes | deleting | removing",
    "gone": "goes away | disappears | is deleted | is removed | was deleted | were deleted |"
    " gets deleted | went away | dies | fails | is gone | went down | goes down | disappeared |"
    " were removed | vanishes | were gone | is terminated | is destroyed | gets removed",
    "health": "having problems | having issues | having trouble | having an outage | service health | outage | outages | incident | incidents | health dashboard |"
    " planned maintenance | service issue | service issues | maintenance window |"
    " maintenance windows | maintenance | service status | cloud status | status page |"
    " service disruption | service disruptions | health events | service health events |"
    " disruption | disruptions | degraded | service outage | service outages | cloud incidents |"
    " cloud incident | cloud outage | cloud outages | cloud's service health | service incidents |"
    " health alerts | health event | service event | service events | service advisories |"
    " service healthy | health of the service | service notices | region healthy |"
    " platform issues | service problems | service problem | services healthy | advisories |"
    " scheduled maintenance | health advisories | services down | service down | services degraded"
    " | cloud down | platform health",
}
"""What a question asks for."""

HEALTH_SERVICES = "compute | storage | networking | ec2 | s3 | vm | elb | ebs | database | network"

INTERROGATIVES = (
    "what | which | who | where | how | is | are | was | does | do | did | how many | how much |"
    " how big | how large | has | whats | whose | am | were"
)

SETS: Mapping[str, str] = {
    "web": "web tier | web layer | web farm | web frontend tier",
    "app": "app tier | application tier | app layer | application layer",
    "": "tier | setup | stack of machines | environment | deployment",
}

TRAFFIC = "traffic | requests | load | incoming traffic | incoming requests | incoming connections"

TOGETHER = (
    "can reach each other | can talk to each other | reach each other | talk to each other |"
    " able to reach each other | able to talk to each other | can communicate |"
    " can communicate with each other | communicate with each other | can ping each other |"
    " can see each other | that see each other | reachable from each other | networked together |"
    " on a network together | so they can talk | so they can reach each other |"
    " so they can talk to each other | able to communicate | able to communicate with each other |"
    " reach one another | can reach one another | can talk to one another | networked"
)

GLUE = (
    "there | of | on | in | to | for | from | the | with | and | i | we | you | it | its | their |"
    " they | that | this | by | be | can | could | would | whether | at | into | them | those |"
    " those | about | out | get | reach | outside | the internet | internet | exist | exists |"
    " existing | assigned | attached | associated | belong | belonging | belongs | own | account |"
    " subscription | cloud | look like | right now | currently | or | as | so | me | us | my | our |"
    " use | using | used | doing | going | how they | how it | have | has | got | having |"
    " between | each | every | all | any | some | am | been | still | deployed | around | here |"
    " size | sizes | type | types | sku | skus | big | large | how big | how large | capacity |"
    " capacities | kind | kinds | list | visible | mounted | in use | today |"
    " ongoing | active | affecting | affect | breaks | break | breaking | happens | happen |"
    " stop working | stops working | would | will | broken | affected | impact | lost | suffer |"
    " else | what's | which | resources | everything | my account | this account | say |"
    " says | planned | happening | where | live | access | connect | log in | login | ssh into |"
    " describing | including | along | per | respective | corresponding | their current | its current"
    " | current | entire | whole | inventory | present | available | and their | name | names |"
    " number | please | now | region | my region | our region | this region | dashboard | know |"
    " dependent | depend | directly | show | showing | shown | give | full | complete | picture |"
    " image | drawing | visual | work | works | working | work together | together | what | who |"
    " list of | a list of | an overview of | overview of | via | over | under | world | public"
    " internet | outside world | only | just | issues | problems | issue | problem | reported |"
    " recent | latest | any more | at all | anything | else | if | actually | hold | holds |"
    " contain | contains | come with | plugged | hooked | hanging | off | off of | free | status |"
    " deployed there | tell | cloud's | environment | setup | go down | die | fail | stand"
)
"""Words that hold a question together and add nothing to it."""

FILLER = (
    "me | us | please | pls | plz | kindly | thanks | thank you | thx | ty | cheers | thanks a lot |"
    " many thanks | thank you very much | thanks in advance | for me | for us | asap |"
    " as soon as possible | quickly | right away | right now | now | immediately | just | simply |"
    " hey | hi | hello | hi there | hey there | good morning | ok | okay | can you | could you |"
    " would you | will you | can you please | could you please | would you please | i'd like |"
    " i would like | i'd like you to | i would like you to | i'd like to | i would like to |"
    " i want to | i need to | i want you to | i need you to | we want to | we need to | we'd like |"
    " we'd like to | we would like | we would like to | let's | lets | let us | let me | go ahead |"
    " go ahead and | i | we | also | too | as well | can i | can we | may i | could i | could we |"
    " may we | could i get | can i get | could i have | can i have | can we have | can we get |"
    " could we have | could we get | i wish to | i am going to need | i'm going to need |"
    " i'll need | we'll need | i will need | we will need | you | make sure | make sure that |"
    " ensure | ensure that | be sure to | see to it that | to save money | to save cost |"
    " to save costs | to cut costs | to reduce cost | to reduce costs | to save some money |"
    " to cut cost | to lower the bill | from now on | for testing | for test purposes |"
    " for our project | for the project | for a demo | for the demo | for my demo | for a test |"
    " for my project | for development | for our team | for my team | for the team |"
    " if possible | if you can | if you could | if you please | will do | in my account |"
    " in this account | in our account | in the account | in my subscription |"
    " in this subscription | in the cloud | on the cloud | in my cloud | somewhere | about |"
    " around | roughly | approximately | approx | at least | or so | exactly | respectively |"
    " in total | altogether | overall | then | so | well | um | uh | yo | dear agent | agent |"
    " cloudops | for now | at once | would be great | would be nice | in one go | in one shot |"
    " is fine | will be fine | is enough | is all i need | that's it | that's all |"
    " that is all | that would be all | would do | should do | will suffice | suffices | plus |"
    " pretty please | do | do me a favor and | do me a favour and | for short | only | please do |"
    " each | apiece | per machine | per vm | for each | up front | should | shall | must |"
    " from the internet side | actually | basically | really | i think we need |"
    " in it | if you would | i'm looking for | we're looking for | looking for | i am looking for |"
    " to start with | to begin with | for starters | with that | in addition | additionally |"
    " the following | as follows | which should be | which are | which is | that are | that is |"
    " it should be | they should be | should all be | all of which are | be | to have | it should |"
    " they should | try to | time to | it's time to | it is time to | want you to | i'd love |"
    " i'd love to | i'd appreciate | would you mind | mind | help me | help me to | help us |"
    " afterwards | after that | finally | next | first of all | lastly | this time |"
    " please and thank you | when you can | whenever you can | when you get a chance |"
    " need you to | let me have | let us have | to go | would like you to | as a test |"
    " in the same go | together | all together | all | via | total | currently | again please |"
    " should be | that should be | could | can | would | will | fully | newly | it would be great to"
    " | to be safe | i'd need | we'd need | gb in total | if you don't mind | be so kind and |"
    " be so kind as to | be so kind to | straight away | sure | yes | yeah | alright | great |"
    " perfect | cool | nice | mine | permanently |"
    " for good | forever | completely | entirely | for real | one by one | right | myself | here |"
    " there | by name | in parallel | at the same time | priority | the priority of |"
    " vm priority | capacity | the priority | purchase option | purchasing option | the pricing of"
)
"""Words that a request can do without. A closed list: what is not here is not passed over."""

KEEP_DISKS = "asked to keep its disks"

NOTES: Mapping[str, str] = {
    "asked for without downtime": "without downtime | without any downtime | no downtime |"
    " with no downtime | with zero downtime | zero downtime | without interruption |"
    " without an outage | without interrupting it | without interrupting anything |"
    " without a reboot | without rebooting | without restarting it | without rebooting it |"
    " without restart | without a restart | with minimal downtime | no reboot | online |"
    " without stopping it | while it is running | while it's running | without taking it down |"
    " without disruption | with no interruption",
    KEEP_DISKS: "keep its disks | keep the disks | keeping its disks |"
    " keeping the disks | without losing its disks | without losing the disks |"
    " without losing its disk | keep its disk | keep the data disks | keep its data disks |"
    " keep its data | keep the data | without losing data | without losing any data |"
    " without losing its data | without data loss | preserve its disks | preserving its disks |"
    " preserve the disks | preserving the disks | with no data loss | keeping its data |"
    " keeping the data | keep its volumes | keeping its volumes | without losing its volumes |"
    " don't lose its disks | don't lose the disks | don't lose its data | do not lose its disks |"
    " do not lose the data | preserving its data | preserve its data | keep all its disks |"
    " keep all disks | keeping all its disks | preserve the data disks | but keep its disks |"
    " but keep the disks | but keep its data | but keep the data | keep its data disk |"
    " keep the data disk | keeping the data disk | keeping its data disk | with its disks kept |"
    " disks kept",
    "with managed storage, as the cloud does by itself": "with managed storage |"
    " using managed storage | with managed storage account | managed storage",
    "no load balancer": "behind nothing | behind no load balancer | no load balancer |"
    " without a load balancer | without load balancer | with no load balancer |"
    " no load balancer needed | not behind a load balancer | not behind anything",
    "no extra disk": "no extra disks | no data disks | without extra disks | without data disks |"
    " no data disk | without a data disk | with no data disk | with no extra disks",
}
"""Wishes that change nothing in what is done, and are kept and shown."""

HAZARDS: Mapping[str, str] = {
    "a negation": "do not | don't | dont | not | never | nothing | no | none | neither | nor |"
    " cannot | can't | won't | without | isn't | aren't | shouldn't | must not | should not |"
    " avoid | refrain | doesn't | no longer | rather than | instead of | instead | mustn't",
    "an exception": "except | except for | excluding | other than | all but | but | apart from |"
    " aside from | save for | with the exception of | minus | the other | the others | the rest |"
    " others | other | remaining | rest | everything else | the remaining | exclude | else",
    "a condition": "if | unless | when | whenever | in case | as long as | until | once | while |"
    " provided that | only when | depending | otherwise | in the event | assuming | after | before |"
    " because | since | as soon as | where | even if",
    "a schedule or a time": "every day | every night | every hour | every week | every month |"
    " every minute | every morning | every evening | daily | nightly | weekly | hourly | monthly |"
    " tomorrow | tonight | yesterday | later | at night | at noon | at midnight | on monday |"
    " on tuesday | on wednesday | on thursday | on friday | on saturday | on sunday | monday |"
    " tuesday | wednesday | thursday | friday | saturday | sunday | next week | next month |"
    " cron | schedule | scheduled | schedules | weekend | weekends | weekdays | every weekday |"
    " on weekends | soon | am | pm | a.m. | p.m. | o'clock | hour | hours | minute | minutes |"
    " day | days | week | weeks | month | months | year | years | night | morning | evening |"
    " midnight | noon | last week | last month | recently | temporarily | eventually |"
    " periodically | regularly | always | often | at | this week | this evening | this morning |"
    " this afternoon | afternoon",
    "a comparison": "above | below | more than | less than | over 80% | exceeds | exceed | greater |"
    " higher | lower | older | older than | newer | fewer | at most | up to | max | maximum | min |"
    " minimum | faster | slower | bigger than | smaller than | than | oldest | largest | biggest |"
    " least | most | cheaper",
    "something said earlier that is not known here": "like last time | as before | same as before |"
    " as usual | as always | like before | same again | again | like yesterday | the usual |"
    " as last time | like | same as | as in | similar to | as discussed | as agreed |"
    " the way we did | accordingly | the same way | previous | previously | the previous | usual |"
    " what i said | as mentioned",
    "a choice that is left open": "or | either | and/or | maybe | perhaps | possibly | whichever |"
    " whatever | whatever works | something | someone | somehow | or whatever | random |"
    " any number of | either one | alternatively | enough | appropriate | suitable | optimal",
    "a question for advice": "should i | should we | why | how do i create | how can i create |"
    " how to | how do i delete | how do i | how can i | how would i | what if i | is it possible |"
    " is it safe | is it ok | what's the best | best | better | recommend | suggest | advice |"
    " explain | compare | when was | when did | what's the difference | would it be better |"
    " ought i | may i ask | show me how",
}
"""Words that turn a request into another one than the rest of it says."""

FOREIGN = (
    "kubernetes | k8s | aks | eks | gke | pod | helm | container | docker | fargate | ecs | ecr |"
    " openshift | lambda | function | functions | serverless | database | databases | db | rds |"
    " dynamodb | aurora | cosmos | cosmosdb | mongodb | elasticsearch | opensearch | kafka | sql |"
    " queue | sqs | sns | topic | event hub | event grid | kinesis | stream | firehose |"
    " elasticache | cache | warehouse | redshift | athena | glue | emr | sagemaker | bedrock |"
    " cluster | clusters | scale set | scale sets | vmss | auto scaling group | autoscaling group |"
    " autoscaling | auto-scaling | autoscale | auto scale | asg | fleet | pool | node pool |"
    " template | templates | cloudformation | terraform | bicep | ansible | pulumi | arm template |"
    " stack | backup | backups | recovery | vault | policy | policies | role | roles | iam | user |"
    " users | permission | permissions | rbac | identity | secret | secrets | certificate |"
    " certificates | kms | encryption | encrypted | encrypt | firewall | firewalls | waf | cdn |"
    " cloudfront | dns zone | domain | route53 | vpn | peering | peer | nat | nat gateway |"
    " api gateway | api | rest | webhook | website | web site | web app | app service | webapp |"
    " resource group | resource groups | subscription | subscriptions | account | accounts |"
    " scale out | scale in | replicas | replica | pipeline | ci/cd | repo | repository | git |"
    " code | script | scripts | software | package | nginx | apache | wordpress | jenkins |"
    " python | java | node.js | nodejs | gpu | gpus | iops | throughput | bandwidth | latency |"
    " cost | costs | price | prices | pricing | bill | billing | spend | spending | savings |"
    " budget | expensive | invoice | usd | dollars | dollar | euro | euros | cpu usage |"
    " memory usage | usage | utilization | utilisation | load average | log | logs | metric |"
    " metrics | alert | alerts | alarm | alarms | notification | notify | email | slack | sms |"
    " migrate | migration | clone | copy | duplicate | rename | restore | undelete | recover |"
    " suspend | hibernate | pause | reset | reinstall | reimage | patch | download | upload |"
    " sync | replicate | import | export | snapshot of | take a snapshot | rollback | roll back |"
    " undo | revert | swap | replace | recreate | redeploy | merge | split | transfer |"
    " file | files | folder | directory | file share | blob | blobs | object | objects |"
    " storage account | storage accounts | table | tables | container registry | registry | quota |"
    " quotas | limit | limits | usage plan | reservation | reservations | dedicated host |"
    " bare metal | placement group | availability set | endpoint | endpoints | private endpoint |"
    " transit gateway | direct connect | expressroute | bastion host service | ipv6 | google | gcp |"
    " google cloud | digitalocean | openstack | vmware | on-prem | on-premises | oracle | ibm |"
    " hetzner | clean up | cleanup | wipe | erase | format | fix | repair | troubleshoot | debug | diagnose | investigate | monitor | audit |"
    " password | passwords | credentials | login credentials | token | traffic manager | probe |"
    " health check | health checks | health probe | rule | rules | listener rule | weather | joke |"
    " story | poem | recipe | route | routes | record | hostname of | partition | filesystem |"
    " raid | lvm | sharing policy | test suite | everything in it | wait | sleep | repeat | retry |"
    " loop | run command | execute | ping | traceroute | curl | bash | shell | sudo | rm | cmd |"
    " powershell | exec | chmod | cd | cat | echo | regions | zones | spare | clones | copies |"
    " redundancy | geo-redundant | failover | standby | primary | secondary | master | slave |"
    " static website | lifecycle | replication | size limit | deletion protection | protection |"
    " termination protection | auto-shutdown | autoshutdown | performance tier | bursting |"
    " max shares | hypervisor | generation | gen2 | trusted launch | uptime | unit test"
)
"""Things of the trade that this grammar has no way to do: named as such, never taken for names."""

ORDINARY = (
    "above ago ahead alone along already although amount answer anybody anyone anyway anywhere"
    " area arrange ask attack away bad bit body book both boss bring business buy calm"
    " care carry case cause certain chance cheaply choose city class clear clone close cold come"
    " company complete computer correct country cover crate critical cut cycle dark dead"
    " deal decide deep delay desk different difficult document double draft dual due"
    " during early easy employ end english equal even event example excellent fact far fast"
    " fine finish fit follow food forget forgotten form free friend fun future game"
    " general gone good group guess half halfway hand hang happy hard hear heavy help hence hide"
    " high hold hope hot hour house idea idle ignore important inside intense interval"
    " invalid item job join joke keep kept kind latter laptop late lead learn least leave left"
    " legacy less let letter level life lift light likely line list local long look lost lot love"
    " low lunch man matter mean meanwhile memory middle million mind miss mode model moment"
    " money more mostly mouse much music near nearby near nice night normal note nothing notice"
    " number object odd offer office old older once onto order original ought our outage own page"
    " paper part pass past pay peace people person phone pick picture piece plan play point poor"
    " present pretty problem process product production program project prompt proper provide"
    " quality question quick quiet quite random rate rather real reason red related relevant rely"
    " remain remote report rest result rich right ring room round safe said sale school second"
    " seem sell send sense serve service several shall share short shut side sign since sing sit"
    " site sky slow smart so society some somebody sometimes soon sort sound space speak special"
    " spend start station step still stock store story strange street strong student study"
    " subset such suggest sun suppose surface swift system take talk task teach team telephone"
    " tell ten term text thank then theory there therefore thick think thought"
    " thousand through throw thus ticket time tiny today together tool top topic touch town track"
    " trade train travel tree trip trouble true trust try turn twice two type ugly unable under"
    " unused urgent use useful user usual value version view visit voice vote walk wall war warm"
    " watch water way wear weird week weight while white whole wide win window wind wish woman"
    " wonder word work world worry write wrong yard year yellow yet young broken failing failed"
    " unhealthy healthy idle busy slow unused orphaned orphan untagged tagged obsolete stale"
    " temporary temp wrong other another same unattached detached public private internal"
    " affordable proper pair yours ours theirs itself themselves himself herself"
).split()
"""Everyday words that are never taken for a name unless a naming word says so."""

KEY_WORDS_AFTER_NAMING = frozenset(
    "after like something whatever anything it them the by as accordingly of and or with in on"
    " appropriately sensibly nicely properly however prefix".split()
)
"""What follows "named" and is no name."""
