"""What the grammar has words of its own for: there its no is a no, and the index is not asked."""

from __future__ import annotations

import re

from cloudops.knowledge.contract import Operation

NOUNS = (
    "Instances?|Vpcs?|Subnets?|InternetGateways?|RouteTables?|Routes?|SecurityGroups?"
    "|SecurityGroup(In|E)gress|Volumes?|NetworkInterfaces?|Address(es)?|KeyPairs?|Tags"
    "|InstanceAttribute|SpotInstances|Buckets?|LoadBalancers?|Listeners?|TargetGroups?|Targets"
)
OWN = re.compile(
    rf"(Create|Run|Delete|Terminate|Start|Stop|Reboot|Attach|Detach|Allocate|Release|Associate"
    rf"|Disassociate|Authorize|Revoke|Modify|Register|Deregister|Describe|List|Request|Import)"
    rf"({NOUNS})"
)
SERVICES = frozenset({"ec2", "elbv2", "elb", "s3"})


def is_own(operation: Operation) -> bool:
    """Whether it is about machines, disks, networks and what goes with them, or buckets."""
    return operation.service in SERVICES and OWN.fullmatch(operation.name) is not None
