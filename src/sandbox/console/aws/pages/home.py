"""The first page, and EC2's dashboard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from modalities.receipt import CloudError
from sandbox.console.aws.cloud import Cloud, vcpus_of
from sandbox.console.aws.visit import Visit
from sandbox.console.health import Standing
from sandbox.console.page import Page, Row, Special, Table, View

COUNTS = (
    ("Elastic IPs", "Addresses", "ec2", "describe_addresses", "Addresses"),
    ("Key pairs", "KeyPairs", "ec2", "describe_key_pairs", "KeyPairs"),
    ("Load balancers", "LoadBalancers", "elbv2", "describe_load_balancers", "LoadBalancers"),
    (
        "Security groups",
        "SecurityGroups",
        "ec2",
        "describe_security_groups",
        "SecurityGroups",
    ),
    ("Volumes", "Volumes", "ec2", "describe_volumes", "Volumes"),
    ("VPCs", "vpcs", "ec2", "describe_vpcs", "Vpcs"),
    ("Subnets", "subnets", "ec2", "describe_subnets", "Subnets"),
)
"""What the dashboard counts: label, list, service, operation and key of its answer."""


def home(visit: Visit) -> Page:
    open_events = [e for e in visit.portal.health().events if e.standing is not Standing.CLOSED]
    return Special(
        "home.html",
        "Console Home",
        {
            "counts": _counts(visit),
            "cost": _cost(visit.cloud),
            "issues": [e for e in open_events if e.standing is Standing.OPEN],
            "changes": [e for e in open_events if e.standing is Standing.UPCOMING],
            "recent": visit.portal.operations.all()[:5],
        },
    )


def dashboard(visit: Visit) -> Page:
    return Special("dashboard.html", "EC2 Dashboard", {"counts": _counts(visit)})


def limits(visit: Visit) -> Page:
    """What of the quotas is used: instances by type, with their vCPUs."""
    alive = {"Name": "instance-state-name", "Values": ["pending", "running"]}
    types = [each["InstanceType"] for each in visit.cloud.instances(Filters=[alive])]
    sizes = dict(zip(types, vcpus_of(visit.cloud, types), strict=True))
    rows = tuple(
        Row(name, name, (name, str(types.count(name)), str(types.count(name) * size)))
        for name, size in sorted(sizes.items())
    )
    total = sum(sizes[name] for name in types)
    quotas = visit.portal.settings.quotas if visit.hazards.quotas else {}
    return Table(
        title="Limits",
        noun="instance type",
        columns=("Instance type", "Running instances", "vCPUs"),
        rows=rows,
        about=f"Running On-Demand instances use {total} vCPUs; the limit is "
        f"{quotas.get('vcpus', 'not set')}. "
        f"Limit of Elastic IP addresses: {quotas.get('addresses', 'not set')}. "
        f"Limit of VPCs: {quotas.get('networks', 'not set')}.",
        empty="No running instances",
    )


def _counts(visit: Visit) -> list[tuple[str, int, str]]:
    states = [each["State"]["Name"] for each in visit.cloud.instances()]
    made = [
        ("Instances (running)", states.count("running"), visit.href("Instances")),
        ("Instances", len(states) - states.count("terminated"), visit.href("Instances")),
    ]
    for label, view, service, operation, key in COUNTS:
        made.append((label, len(visit.cloud.all(service, operation, key)), visit.href(view)))
    return made


def _cost(cloud: Cloud) -> str:
    """This month's cost, or why it cannot be told."""
    today = datetime.now(UTC).date()
    tomorrow = today + timedelta(days=1)
    try:
        answer = cloud.call(
            "ce",
            "get_cost_and_usage",
            TimePeriod={"Start": str(today.replace(day=1)), "End": str(tomorrow)},
            Granularity="MONTHLY",
            Metrics=["UnblendedCost"],
        )
    except CloudError as error:
        return f"Access denied: {error.message}"
    found = answer.get("ResultsByTime") or ()
    return "No cost data" if not found else str(found[-1]["Total"])


VIEWS = (
    View("Home", "console", home),
    View("Overview", "ec2", dashboard),
    View("Limits", "ec2", limits),
)
