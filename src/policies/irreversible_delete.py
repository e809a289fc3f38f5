"""Nothing goes for good unless the person's own words asked for it."""

from __future__ import annotations

from collections.abc import Iterator

from modalities.resource import Kind
from policies.destruction import Destruction, destructions
from policies.finding import Finding, Severity
from policies.subject import Subject
from policies.words import asked_for

ID = "irreversible-delete"


def evaluate(subject: Subject) -> Iterator[Finding]:
    """DENY for what nobody asked to lose; WARN for a replacement, which is shown and confirmed
    as what it is."""
    for destruction in destructions(subject):
        if not destruction.irreversible:
            continue
        if destruction.replaced:
            yield _finding(
                destruction,
                Severity.WARN,
                destruction.names,
                "is destroyed and made again",
                "make sure that nothing on it is needed that is not on a disk or image kept",
            )
        elif lost := _not_asked_for(destruction, subject):
            yield _finding(
                destruction,
                Severity.DENY,
                lost,
                "would be lost, and nobody asked for that",
                "say in the request that it is to be deleted, with its name",
            )


def _not_asked_for(destruction: Destruction, subject: Subject) -> tuple[str, ...]:
    """Names of what goes though the words do not ask for it."""
    if _takes_back_a_run(subject):
        return ()
    world, explicit = subject.world, subject.explicit
    return (
        *(str(r.ref) for r in destruction.resources if not asked_for(r, explicit, world)),
        *(name for name in destruction.unseen if not _said(name, explicit)),
    )


def _takes_back_a_run(subject: Subject) -> bool:
    """``undo RUN`` asks for all that the run made to go."""
    run = subject.plan.undoes
    return bool(run) and any("undo" in text and run in text for text in subject.explicit if run)


def _said(name: str, explicit: tuple[str, ...]) -> bool:
    kind, _, called = name.partition("/")
    if kind == Kind.OTHER:  # "sqs queue orders" is called orders
        called = called.rpartition(" ")[2]
    return any(called in text.split() for text in explicit)


def _finding(
    destruction: Destruction, severity: Severity, names: tuple[str, ...], what: str, remedy: str
) -> Finding:
    reason = f"{', '.join(names)} {what}: {destruction.irreversible}"
    return Finding(ID, severity, reason, destruction.step.id, remedy)
