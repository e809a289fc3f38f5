"""The verdict on one plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from policies.finding import Finding, Severity, Verdict
from policies.policy import Policy
from policies.subject import Subject

ORDER = (Severity.INFO, Severity.WARN, Severity.DENY)


def evaluate(subject: Subject, policies: Iterable[Policy]) -> Verdict:
    """Every policy's findings, gravest first, bound to the plan's digest.

    A policy that crashes is listed as broken, with a finding that says how: what could not be
    evaluated is never allowed. No policies at all is such a case too.
    """
    findings: list[Finding] = []
    evaluated: list[str] = []
    broken: list[str] = []
    for policy in policies:
        try:
            found = tuple(policy.evaluate(subject))
        except Exception as error:  # noqa: BLE001 - a policy may fail in any way: it then denies
            broken.append(policy.id)
            findings.append(_crash(policy, error))
        else:
            evaluated.append(policy.id)
            findings.extend(_weighed(f, policy, subject.settings.severities) for f in found)
    if not evaluated and not broken:
        broken.append("no policies")
    findings.sort(key=lambda f: -_rank(f.severity))
    return Verdict(subject.plan.digest, tuple(findings), tuple(evaluated), tuple(broken))


def _weighed(finding: Finding, policy: Policy, severities: Mapping[str, Severity]) -> Finding:
    """With the severity that settings give the policy's ordinary findings; what the policy
    itself takes more lightly stays lighter."""
    chosen = severities.get(policy.id)
    if chosen is None:
        return finding
    weight = (
        chosen if finding.severity is policy.severity else min(finding.severity, chosen, key=_rank)
    )
    if policy.fixed and _rank(weight) < _rank(finding.severity):
        return finding
    return replace(finding, severity=weight)


def _rank(severity: Severity) -> int:
    return ORDER.index(severity)


def _crash(policy: Policy, error: Exception) -> Finding:
    return Finding(
        policy=policy.id,
        severity=Severity.DENY,
        reason=f"could not be evaluated: {type(error).__name__}: {error}",
        remedy="this is a fault of the policy, not of the plan: please report it",
    )
