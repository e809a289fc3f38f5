"""One plan takes away only so much at once."""

from __future__ import annotations

from collections.abc import Iterator

from policies.destruction import destructions
from policies.finding import Finding, Severity
from policies.subject import Subject

ID = "blast-radius"


def evaluate(subject: Subject) -> Iterator[Finding]:
    """DENY above ``max_deletes`` resources deleted or replaced; WARN where the plan takes back
    a run, which may well have made more than that, and where somebody's own code is tried out
    in the sandbox."""
    names = tuple(dict.fromkeys(n for d in destructions(subject) for n in d.names))
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
