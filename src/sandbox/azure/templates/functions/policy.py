"""Functions that only policy rules have: what they are about is the resource at hand.

https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-policy-rule#policy-functions
"""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_network

from sandbox.azure.templates.faults import ExpressionFault
from sandbox.azure.templates.functions.account import not_here
from sandbox.azure.templates.functions.dates import moment
from sandbox.azure.templates.functions.entry import Function, integer, text
from sandbox.azure.templates.scope import Scope
from sandbox.azure.templates.values import Json


def field(scope: Scope, name: Json) -> Json:
    if scope.fields is None:
        raise not_here("field")
    return scope.fields(text("field", name))


def current(scope: Scope, name: Json = "") -> Json:
    """The item that a count is at."""
    sought = text("current", name)
    for key, value in reversed(tuple(scope.items.items())):
        if not sought or key.lower() == sought.lower():
            return value
    raise not_here("current")


def add_days(at: Json, days: Json) -> Json:
    later = moment("addDays", at) + timedelta(days=integer("addDays", days))
    return later.strftime("%Y-%m-%dT%H:%M:%S.0000000Z")


def ip_range_contains(outer: Json, inner: Json) -> Json:
    try:
        one = ip_network(text("ipRangeContains", outer), strict=False)
        other = ip_network(text("ipRangeContains", inner), strict=False)
    except ValueError as error:
        raise ExpressionFault(f"ipRangeContains: {error}.") from None
    return one.version == other.version and other.subnet_of(one)  # type: ignore[arg-type]


FUNCTIONS = {
    "adddays": Function(add_days, 2, 2),
    "current": Function(current, 0, 1, scoped=True),
    "field": Function(field, 1, 1, scoped=True),
    "iprangecontains": Function(ip_range_contains, 2, 2),
}
