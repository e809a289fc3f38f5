"""Somebody changes the same account with another state: told by the runs that resources name.

What a run makes carries its id as a tag. An id that our store does not know is that of a run that
is kept in another state, and two states have two sets of locks: nothing keeps their runs apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from cloudops.state.contract import Store
from cloudops.state.foreign import TAG
from modalities.plan import Advisory
from modalities.resource import Resource

NAMED = 3
"""How many of those runs a sentence names."""
REMEDY = (
    'share one state: state = "postgresql://..." for all, or --state-dir DIR (CLOUDOPS_STATE_DIR) '
    "where the other one is on this machine; `cloudops state migrate` moves a state"
)


def foreign_runs(resources: Iterable[Resource], store: Store) -> dict[str, int]:
    """Runs that the store does not know, each with how many of ``resources`` name it; the most
    first."""
    named = Counter(one.tags[TAG] for one in resources if one.tags.get(TAG))
    return {run: count for run, count in named.most_common() if not _knows(store, run)}


def said(foreign: Mapping[str, int]) -> str:
    """One sentence for people; empty where there is nothing to say."""
    if not foreign:
        return ""
    names = ", ".join(list(foreign)[:NAMED]) + (", ..." if len(foreign) > NAMED else "")
    count = sum(foreign.values())
    of = "1 resource was" if count == 1 else f"{count} resources were"
    return (
        f"{of} made by runs that this state does not know ({names}): another state is kept for "
        "this account, and its runs and ours do not see each other's locks"
    )


def advisories(resources: Iterable[Resource], store: Store) -> tuple[Advisory, ...]:
    text = said(foreign_runs(resources, store))
    return (Advisory("warning", f"{text}; {REMEDY}"),) if text else ()


def _knows(store: Store, id: str) -> bool:
    """By the whole id: ``Store.run`` takes a beginning as well."""
    found = store.run(id)
    return found is not None and found.id == id
