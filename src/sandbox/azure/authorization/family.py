"""Microsoft.Authorization: management locks."""

from __future__ import annotations

from sandbox.azure.authorization import locks
from sandbox.azure.contract import Family

AUTHORIZATION = Family(
    "Microsoft.Authorization",
    types=(locks.LOCK,),
    gates=(locks.unlocked,),
)
