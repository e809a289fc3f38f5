"""The ``[policies]`` table."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cloudops.settings import parse
from cloudops.settings.source import Source
from cloudops.settings.targets import narrowed
from policies.finding import Severity
from policies.judge import ORDER
from policies.policy import Policy
from policies.registry import POLICIES, named
from policies.settings import PolicySettings

KEYS: Mapping[str, parse.Parse] = {
    "required_tags": parse.texts,
    "allowed_regions": parse.regions,
    "monthly_ceiling": parse.dollars,
    "max_deletes": parse.whole,
    "admin_ports": parse.ports,
    "quotas": parse.quotas,
}
SEVERITIES = "severities"


def merged(before: PolicySettings, source: Source) -> PolicySettings:
    """``before`` with what a file sets; the stricter of both where it is a project's.

    Raises Misused.
    """
    table = source.data.get("policies", {})
    if not isinstance(table, dict):
        raise source.wrong("policies", "", "it is not a table", "write [policies]")
    source.check_keys(table, (*KEYS, SEVERITIES), "policies")
    given: dict[str, Any] = {}
    for key, parse_value in KEYS.items():
        if key in table:
            try:
                given[key] = parse_value(table[key])
            except ValueError as error:
                raise source.wrong(key, "policies", str(error)) from None
    if not source.trusted:
        given = _stricter(before, given, source)
    if SEVERITIES in table:
        given[SEVERITIES] = _severities(table[SEVERITIES], before.severities, source)
    return replace(before, **given)


def _stricter(before: PolicySettings, given: Mapping[str, Any], source: Source) -> dict[str, Any]:
    strict: dict[str, Any] = {}
    for key in ("required_tags", "admin_ports"):
        if key in given:
            strict[key] = tuple(dict.fromkeys((*getattr(before, key), *given[key])))
    if "allowed_regions" in given:
        strict["allowed_regions"] = narrowed(
            before.allowed_regions, given["allowed_regions"], "policies", source
        )
    if "max_deletes" in given:
        strict["max_deletes"] = min(before.max_deletes, given["max_deletes"])
    if "monthly_ceiling" in given:
        strict["monthly_ceiling"] = before.tightened(given["monthly_ceiling"]).monthly_ceiling
    if "quotas" in given:
        known = before.quotas
        lower = {k: min(v, known.get(k, v)) for k, v in given["quotas"].items()}
        strict["quotas"] = {**known, **lower}
    return strict


def _severities(raw: object, before: Mapping[str, Severity], source: Source) -> dict[str, Severity]:
    table = f"policies.{SEVERITIES}"
    if not isinstance(raw, dict):
        raise source.wrong(SEVERITIES, "policies", "it is not a table", 'write ID = "warn"')
    found = dict(before)
    for id, value in raw.items():
        policy = _policy(id, table, source)
        try:
            severity = Severity(str(parse.one_of(*Severity)(value)))
        except ValueError as error:
            raise source.wrong(id, table, str(error)) from None
        if not source.trusted:
            severity = max(severity, found.get(id, policy.severity), key=ORDER.index)
        elif policy.fixed and severity is not policy.severity:
            raise source.wrong(id, table, f"this policy stays at {policy.severity}")
        found[id] = severity
    return found


def _policy(id: str, table: str, source: Source) -> Policy:
    policy = named(id)
    if policy is None:
        known = [p.id for p in POLICIES]
        near = difflib.get_close_matches(id, known, 1, 0.4)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}"
        raise source.wrong(id, table, "there is no such policy", hint)
    return policy
