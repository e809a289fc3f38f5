"""Every page and every change, by name, and the navigation between them."""

from __future__ import annotations

from sandbox.console.azure.cloud import Cloud
from sandbox.console.azure.kinds import SORTS
from sandbox.console.azure.pages import (
    addresses,
    balancers,
    changing_balancers,
    creating_balancers,
    creating_machines,
    deleting_machines,
    disks,
    groups,
    home,
    interfaces,
    machine_blades,
    machine_disks,
    machines,
    networks,
    reading,
    rules,
    security_groups,
    service_health,
)
from sandbox.console.azure.pages.blades import SERVICE
from sandbox.console.page import Action, Service, View

LISTED = (
    home,
    machines,
    machine_disks,
    machine_blades,
    creating_machines,
    deleting_machines,
    disks,
    networks,
    security_groups,
    rules,
    addresses,
    interfaces,
    balancers,
    creating_balancers,
    changing_balancers,
    groups,
    reading,
    service_health,
)

VIEWS: dict[str, View[Cloud]] = {
    view.name: view for module in LISTED for view in getattr(module, "VIEWS", ())
}

ACTIONS: dict[str, Action[Cloud]] = {
    action.name: action for module in LISTED for action in getattr(module, "ACTIONS", ())
}

SERVICES = (
    Service(
        SERVICE,
        "Home",
        "Microsoft Azure, imitated",
        (
            ("", (("Home", "home"),)),
            ("", tuple((sort.title, sort.list) for sort in SORTS if sort.list in VIEWS)),
            ("", (("Activity log", home.ACTIVITY), ("Notifications", "notifications"))),
            (
                "Service Health",
                (
                    ("Service issues", service_health.ISSUES),
                    ("Planned maintenance", service_health.MAINTENANCE),
                    ("Health history", service_health.HISTORY),
                ),
            ),
        ),
    ),
)
