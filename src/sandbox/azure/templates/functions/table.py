"""All functions by name in lower case: names are not case-sensitive.

https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.azure.templates.functions import (
    account,
    arrays,
    cidr,
    comparison,
    dates,
    formatting,
    hashing,
    logical,
    numbers,
    objects,
    policy,
    resources,
    strings,
)
from sandbox.azure.templates.functions.entry import Function

TABLE: Mapping[str, Function] = {
    **account.FUNCTIONS,
    **arrays.FUNCTIONS,
    **cidr.FUNCTIONS,
    **comparison.FUNCTIONS,
    **dates.FUNCTIONS,
    **formatting.FUNCTIONS,
    **hashing.FUNCTIONS,
    **logical.FUNCTIONS,
    **numbers.FUNCTIONS,
    **objects.FUNCTIONS,
    **policy.FUNCTIONS,
    **resources.FUNCTIONS,
    **strings.FUNCTIONS,
}
