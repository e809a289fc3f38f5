"""Every policy there is, in the order in which they are shown."""

from __future__ import annotations

from policies import (
    allowed_regions,
    blast_radius,
    irreversible_delete,
    monthly_ceiling,
    open_admin_ports,
    required_tags,
    unfamiliar_calls,
)
from policies.finding import Severity
from policies.policy import Policy

POLICIES: tuple[Policy, ...] = (
    Policy(
        id=irreversible_delete.ID,
        title="Nothing goes for good unless it was asked for",
        severity=Severity.DENY,
        why="Agents have deleted databases that nobody named. What no step can bring back is "
        "deleted only where the person's own words ask for it; a replacement is shown as one. "
        "From the paper's user-agent interface (section 3.1).",
        evaluate=irreversible_delete.evaluate,
        fixed=True,
    ),
    Policy(
        id=blast_radius.ID,
        title="One plan deletes or replaces only so much",
        severity=Severity.DENY,
        why="A selection that matched too much is the commonest way to lose a fleet. Limits what "
        "one approval can cover; set with max_deletes (default 5).",
        evaluate=blast_radius.evaluate,
    ),
    Policy(
        id=open_admin_ports.ID,
        title="No administrative port is open to the world",
        severity=Severity.DENY,
        why="Remote shells, desktops and data stores open to every address are found by scanners "
        "within minutes. CIS Amazon Web Services Foundations 5.2 and 5.3, CIS Microsoft Azure "
        "Foundations 6.1 and 6.2; the ports are set with admin_ports.",
        evaluate=open_admin_ports.evaluate,
    ),
    Policy(
        id=required_tags.ID,
        title="Whatever is created carries the required tags",
        severity=Severity.DENY,
        why="Without an owner nobody is asked before it is deleted and nobody pays for it. The "
        "owner's own rule: set with required_tags, off while that is empty.",
        evaluate=required_tags.evaluate,
    ),
    Policy(
        id=allowed_regions.ID,
        title="Everything stays in the allowed regions",
        severity=Severity.DENY,
        why="Data residency: law and contracts say where data may lie. The owner's own rule: set "
        "with allowed_regions, off while that is empty.",
        evaluate=allowed_regions.evaluate,
    ),
    Policy(
        id=monthly_ceiling.ID,
        title="The target costs no more than its ceiling",
        severity=Severity.DENY,
        why="Users asked for the cost before the call, with a budget that is reserved and not "
        "reported afterwards. The lower of the target's ceiling and the request's --budget; off "
        "where neither is set. A price that is not known is never taken for zero.",
        evaluate=monthly_ceiling.evaluate,
    ),
    Policy(
        id=unfamiliar_calls.ID,
        title="What no policy knows is said to be unknown, and never guards or buys",
        severity=Severity.DENY,
        why="Any of a vendor's 20,000 operations can be asked for. Those that give rights, end "
        "what guards an account, speak for all of it or buy are denied; of services that no other "
        "policy reads it is said, and in production --yes alone is then not enough.",
        evaluate=unfamiliar_calls.evaluate,
        fixed=True,
    ),
)


def named(id: str) -> Policy | None:
    """The policy with this id, or None."""
    return next((policy for policy in POLICIES if policy.id == id), None)
