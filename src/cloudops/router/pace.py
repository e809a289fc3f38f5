"""How long a hand takes where nothing was measured yet: what it costs to start, what each
resource costs, and the waits that a tool does whatever the cloud says.

Seconds, measured on two busy cores against the sandbox. A change is done twice: in the copy and
then on the target. What the cloud itself takes is the same for every hand, and is left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from cloudops.request import Intent
from modalities.change import Attach, Change, Create, Delete, Detach, Resize, SetPriority
from modalities.plan import ModalityName
from modalities.resource import Kind, Provider

START = {
    ModalityName.SDK: 0.5,
    ModalityName.CLI: 1.5,
    ModalityName.IAC: 8.0,
    ModalityName.BROWSER: 4.0,
}
"""Importing a library, starting processes, loading a provider, opening a browser."""
EACH = {
    ModalityName.SDK: 0.15,
    ModalityName.CLI: 2.0,
    ModalityName.IAC: 0.5,
    ModalityName.BROWSER: 5.0,
}
"""A few calls; a process a call; a look at what is kept; a form a resource."""
TEMPLATE = (1.0, 0.3)
"""The same two of the IaC hand on Azure: a template is deployed by calls of the SDK, one for all
of it, and what-if is asked before each."""
PROVIDER_WAITS = {Kind.VM: 10.0, Kind.DISK: 10.0, Kind.LOAD_BALANCER: 60.0}
"""What Terraform's provider for AWS waits for each kind, however fast the cloud is. Nothing else
waits so: a template of Azure's is over when the cloud is done."""
RELATION_WAIT = 20.0
"""The same, where a disk comes to a machine or leaves it, or a machine is made anew."""


def estimated(
    hand: ModalityName, intent: Intent, resources: int, provider: Provider = Provider.AWS
) -> float:
    """Seconds for the whole task."""
    code = hand is ModalityName.IAC
    template = code and provider is Provider.AZURE
    start, each = TEMPLATE if template else (START[hand], EACH[hand])
    if intent.question is not None:
        return start + each
    waits = max(_waits(intent), default=0.0) if code and not template else 0.0
    return start + 2 * (each * max(resources, 1) + waits)


def _waits(intent: Intent) -> Iterator[float]:
    """They run side by side, so the longest counts."""
    for change in intent.changes:
        yield from _of(change)


def _of(change: Change) -> Iterator[float]:
    match change:
        case Create():
            yield from (PROVIDER_WAITS.get(w.kind, 0.0) for w in change.wanted)
        case Delete():
            yield PROVIDER_WAITS.get(change.what.kind, 0.0) if change.what.kind else 0.0
        case Attach() | Detach() | Resize() | SetPriority():
            yield RELATION_WAIT
        case _:
            return
