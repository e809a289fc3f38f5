"""What a transaction may have to itself. Two that write in different areas need not wait for
each other, so a reading of a large account, which takes minutes to write, stands in no lease's
way. Where a database has one writer at a time, as SQLite has, areas mean nothing.
"""

from __future__ import annotations

CLAIMS = "claims"
"""leases, claims, waiting, counters"""
PLANS = "plans"
RESOURCES = "resources"
"""resources, tags, links, provenance, looks, sightings, targets"""

MEMORY = "memory"
"""workflows, uses, preferences"""


def run(id: str) -> str:
    """One run: its row, its journal, its trials."""
    return f"run {id}"
