"""One plan takes away only so much at once."""

from __future__ import annotations

from collections.abc import Iterator

from modalities.resource import Kind, Provider
from policies.destruction import Destruction, destructions
from policies.finding import Finding, Severity
from policies.subject import Subject

ID = "blast-radius"


def evaluate(subject: Subject) -> Iterator[Finding]:
    """DENY above ``max_deletes`` resources deleted or replaced; WARN where the plan takes back
    a run, which may well have made more than that, and where somebody's own code is tried out
    in the sandbox."""
    names = _counted(destructions(subject))
    limit = subject.settings.max_deletes
    if len(names) <= limit:
        return
    yield subject.weighed(
        Finding(
            policy=ID,
            severity=Severity.WARN if subject.plan.undoes else Severity.DENY,
            reason=f"{len(names)} resources are deleted or replaced, {limit} are allowed at once: "
            + ", ".join(names),
            remedy="ask for fewer at a time, or raise max_deletes for this target",
        )
    )


def _counted(destructions: tuple[Destruction, ...]) -> tuple[str, ...]:
    """Each once. An Azure machine's own interfaces and its system disk are no more than the
    machine, as they are on AWS, where nobody sees them go."""
    machines = {r.id for d in destructions for r in d.resources if r.kind is Kind.VM}
    parts = {
        str(r.ref)
        for d in destructions
        for r in d.resources
        if r.ref.provider is Provider.AZURE
        and r.attributes.get("attached_to") in machines
        and (r.kind is Kind.NIC or r.attributes.get("boot") is True)
    }
    return tuple(dict.fromkeys(n for d in destructions for n in d.names if n not in parts))
