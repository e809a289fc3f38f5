"""Plans, by their digest."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from cloudops.state.contract import StoreError
from cloudops.state.schema import plans
from modalities.codec import Malformed, decode, encode
from modalities.garbage import looked_for_later
from modalities.plan import Plan, digest_of


@looked_for_later()
def put(connection: Connection, plan: Plan) -> None:
    """Raises ValueError for a plan whose digest is not its own."""
    body = encode(plan)
    if digest_of(body) != plan.digest:
        raise ValueError(f"the digest of plan {plan.id} is not its own")
    if connection.scalar(select(plans.c.id).where(plans.c.digest == plan.digest)) is None:
        connection.execute(
            insert(plans).values(
                digest=plan.digest, id=plan.id, created_at=plan.created_at, body=body
            )
        )


@looked_for_later()
def get(connection: Connection, digest: str) -> Plan | None:
    """Raises StoreError where the plan was changed in the database."""
    body = connection.scalar(select(plans.c.body).where(plans.c.digest == digest))
    if body is None:
        return None
    fault = "its digest is not that of what is there"
    try:
        if digest_of(body) == digest:
            return decode(Plan, body)
    except Malformed as malformed:
        fault = str(malformed)
    raise StoreError(
        f"the plan {digest} in the state cannot be used: {fault}",
        "make it again with `cloudops plan`",
    )
