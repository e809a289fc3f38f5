"""Variables of the environment that are ours, and those that only look so."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from cloudops.settings.general import SETTINGS

PREFIX = "CLOUDOPS_"

ELSEWHERE = (
    "CLOUDOPS_CONFIG",
    "CLOUDOPS_GYM_TASKS",
    "CLOUDOPS_GYM_COMMANDS",
    "CLOUDOPS_AWS",
    "CLOUDOPS_AZ",
    "CLOUDOPS_TERRAFORM",
    "CLOUDOPS_TERRAFORM_MIRROR",
    "CLOUDOPS_CHROMIUM",
)
"""Read where they are needed; a test compares this with the sources."""

KNOWN = (*ELSEWHERE, *(setting.variable for setting in SETTINGS))


def strangers(environment: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
    """Variables that look like ours and mean nothing, each with the nearest that does."""
    for name in environment:
        if name.startswith(PREFIX) and name not in KNOWN:
            yield name, next(iter(difflib.get_close_matches(name, KNOWN, 1, 0.8)), None)


def notices(environment: Mapping[str, str]) -> Iterator[str]:
    """The same as lines for a person. Never more than that: what a later version knows must
    not end the runs of this one."""
    for name, near in strangers(environment):
        hint = f"did you mean {near}?" if near else "this version knows no such variable"
        yield f"cloudops: {name} has no effect: {hint}"
