"""Every page and every change, by name, and the navigation between them."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.console.page import Action, View
from sandbox.console.pages import (
    activity,
    addresses,
    balancers,
    dependencies,
    home,
    images,
    instances,
    key_pairs,
    launching,
    metrics,
    networks,
    security_groups,
    service_health,
    subnets,
    target_groups,
    volumes,
)

LISTED = (
    home,
    instances,
    launching,
    images,
    volumes,
    security_groups,
    addresses,
    key_pairs,
    balancers,
    target_groups,
    networks,
    subnets,
    service_health,
    metrics,
    dependencies,
    activity,
)

VIEWS: dict[str, View] = {view.name: view for module in LISTED for view in module.VIEWS}

ACTIONS: dict[str, Action] = {
    action.name: action for module in LISTED for action in getattr(module, "ACTIONS", ())
}


@dataclass(frozen=True, slots=True)
class Service:
    """``groups`` are the side navigation: a heading, and its entries by view."""

    path: str
    name: str
    about: str
    groups: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]

    @property
    def first(self) -> str:
        """The view its address without one shows."""
        return self.groups[0][1][0][1]


SERVICES = (
    Service("console", "Console Home", "Start here", (("", (("Console Home", "Home"),)),)),
    Service(
        "ec2",
        "EC2",
        "Virtual Servers in the Cloud",
        (
            ("", (("EC2 Dashboard", "Overview"), ("Limits", "Limits"))),
            ("Instances", (("Instances", "Instances"), ("Launch Instances", "LaunchInstances"))),
            ("Images", (("AMIs", "Images"),)),
            ("Elastic Block Store", (("Volumes", "Volumes"),)),
            (
                "Network & Security",
                (
                    ("Security Groups", "SecurityGroups"),
                    ("Elastic IPs", "Addresses"),
                    ("Key Pairs", "KeyPairs"),
                ),
            ),
            (
                "Load Balancing",
                (("Load Balancers", "LoadBalancers"), ("Target Groups", "TargetGroups")),
            ),
        ),
    ),
    Service(
        "vpcconsole",
        "VPC",
        "Isolated Cloud Resources",
        (("Virtual private cloud", (("Your VPCs", "vpcs"), ("Subnets", "subnets"))),),
    ),
    Service(
        "cloudwatch",
        "CloudWatch",
        "Monitor Resources and Applications",
        (("Metrics", (("All metrics", "metricsV2"),)),),
    ),
    Service(
        "health",
        "Health Dashboard",
        "Service health, incidents and planned maintenance",
        (
            (
                "Your account health",
                (
                    ("Open and recent issues", "OpenIssues"),
                    ("Scheduled changes", "ScheduledChanges"),
                    ("Event log", "EventLog"),
                ),
            ),
            ("Service health", (("Service status", "ServiceStatus"),)),
        ),
    ),
    Service(
        "resource-explorer",
        "Resource Explorer",
        "What depends on what",
        (("Explore", (("Dependency view", "DependencyView"),)),),
    ),
    Service(
        "activity",
        "Activity",
        "What was done here, and how it ended",
        (("Activity", (("Activity log", "ActivityLog"),)),),
    ),
)

BY_PATH: dict[str, Service] = {service.path: service for service in SERVICES}


def label_of(view: str) -> str:
    """What the navigation calls a view."""
    for service in SERVICES:
        for _, entries in service.groups:
            for label, name in entries:
                if name == view:
                    return label
    return view
