"""Calls of Azure's SDKs that give somebody a right or a key, end what guards or watches, or buy
for long: by their groups, and by what they open in their bodies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from policies.azure_calls import AzureCall, Verb

RIGHTS = frozenset(
    {
        *("role_assignments", "role_definitions", "classic_administrators"),
        *("role_eligibility_schedule_requests", "role_assignment_schedule_requests"),
        *("deny_assignments", "role_management_policies", "role_management_policy_assignments"),
        *("federated_identity_credentials", "local_users", "gallery_sharing_profile"),
    }
)
"""Groups whose every write says who may do what."""

KEYS = re.compile(r"(^|_)(keys?|sas|password|access|credentials?|secrets?|shared_key)(_|$)")
"""POSTs that hand out a key, or make a new one. ``begin_grant_access`` is a disk's own SAS."""

GUARDS = frozenset(
    {
        *("management_locks", "policy_assignments", "policy_definitions", "policy_exemptions"),
        *("policy_set_definitions", "diagnostic_settings", "activity_log_alerts", "flow_logs"),
        *("action_groups", "metric_alerts", "log_profiles", "data_collection_rules"),
        *("ddos_protection_plans", "web_application_firewall_policies", "firewall_policies"),
    }
)
"""Groups of what guards or watches: to make one is no harm, to change or end one may be."""

EXEMPTS = frozenset({"policy_exemptions"})
"""Groups of which to make one ends a guard."""

BUYS = frozenset({"capacity_reservations", "ddos_protection_plans", "dedicated_hosts"})
"""Groups of what costs from the day it is made, used or not."""

OPEN: Mapping[str, frozenset[str]] = {
    "allowblobpublicaccess": frozenset({"true"}),
    "publicaccess": frozenset({"blob", "container"}),
}
"""Members that let anybody read, with the values that do."""


def guards_or_buys(call: AzureCall, *, made: bool) -> str:
    """Why the call is too much for anybody who only reads plans; empty where it is not. ``made``:
    it makes something new."""
    if call.verb not in (Verb.PUT, Verb.CHANGE, Verb.REMOVE) and KEYS.search(call.method):
        return "hands out a key, or makes a new one"
    if call.verb is Verb.READ:
        return ""
    if call.group in RIGHTS:
        return "gives somebody a right, or takes one away"
    if call.group in GUARDS and (call.group in EXEMPTS or not made):
        return "ends or changes what guards or watches"
    if call.group in BUYS and call.verb is Verb.PUT:
        return "buys something that costs whether it is used or not"
    return ""


def opens(value: Any) -> bool:
    """Whether a body lets anybody in, anywhere in it."""
    if isinstance(value, Mapping):
        named = ((str(name).casefold(), each) for name, each in value.items())
        return any(
            str(each).casefold() in OPEN.get(name, frozenset()) or opens(each)
            for name, each in named
        )
    return isinstance(value, list | tuple) and any(opens(each) for each in value)
