"""What a target's owner has set for the policies. Configuration fills it, policies only read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from policies.finding import Severity

ADMIN_PORTS: tuple[int, ...] = (
    22,  # SSH
    23,  # Telnet
    135,  # Windows RPC
    139,  # NetBIOS
    445,  # SMB
    1433,  # SQL Server
    1521,  # Oracle
    2375,  # Docker without TLS
    2376,  # Docker
    2379,  # etcd
    3306,  # MySQL
    3389,  # RDP
    5432,  # PostgreSQL
    5601,  # Kibana
    5900,  # VNC
    5985,  # WinRM
    5986,  # WinRM over TLS
    6379,  # Redis
    6443,  # Kubernetes API
    8086,  # InfluxDB
    9042,  # Cassandra
    9200,  # Elasticsearch
    10250,  # kubelet
    11211,  # memcached
    27017,  # MongoDB
)
"""Ports that give away a machine or its data to whoever guesses a password: remote shells and
desktops, databases, control planes. The CIS benchmarks for AWS (5.2, 5.3) and Azure (6.1, 6.2)
name 22 and 3389; the rest are the data stores that network scans find open most often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySettings:
    """One target's rules.

    ``required_tags`` are tag keys that whatever is created must carry with a value; keys are
    case-sensitive, as they are in the clouds. ``allowed_regions`` is empty where every region
    is allowed. ``monthly_ceiling`` is in USD a month of 730 hours for all that the target costs
    after the plan; None is no ceiling. ``max_deletes`` is the largest number of resources that
    one plan may delete or replace. ``severities`` maps a policy's id to the severity its
    findings get instead of its own; a policy marked ``fixed`` in the registry cannot be made
    milder. ``quotas`` are the most of a kind that the account may hold in a region, by the
    kind's name; kinds that are not named have no quota that is known.
    """

    required_tags: tuple[str, ...] = ()
    allowed_regions: tuple[str, ...] = ()
    monthly_ceiling: float | None = None
    max_deletes: int = 5
    admin_ports: tuple[int, ...] = ADMIN_PORTS
    severities: Mapping[str, Severity] = field(default_factory=dict)
    quotas: Mapping[str, int] = field(default_factory=dict)

    def tightened(self, ceiling: float | None) -> PolicySettings:
        """With a request's own ceiling where that is the lower one: a request never loosens."""
        known = [c for c in (self.monthly_ceiling, ceiling) if c is not None]
        return replace(self, monthly_ceiling=min(known, default=None))
