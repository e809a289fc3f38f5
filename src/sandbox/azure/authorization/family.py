"""Microsoft.Authorization: management locks, roles, policies."""

from __future__ import annotations

from sandbox.azure.authorization import locks, policies, roles
from sandbox.azure.contract import Family

AUTHORIZATION = Family(
    "Microsoft.Authorization",
    types=(locks.LOCK, *roles.TYPES, *policies.TYPES),
    routes=(*roles.ROUTES, *policies.ROUTES),
    gates=(roles.permitted, locks.unlocked),
    rules=(policies.compliant,),
)
