"""Every page and every change, by name, and the navigation between them."""

from __future__ import annotations

from sandbox.console.aws.cloud import Cloud
from sandbox.console.aws.pages import (
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
from sandbox.console.page import Action, Service, View

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

VIEWS: dict[str, View[Cloud]] = {view.name: view for module in LISTED for view in module.VIEWS}

ACTIONS: dict[str, Action[Cloud]] = {
    action.name: action for module in LISTED for action in getattr(module, "ACTIONS", ())
}


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
