"""Watching a person work in a console, for ``cloudops console record``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from modalities.browser.learning import Learning
from modalities.browser.visits import Visit
from modalities.contract import Unsupported

if TYPE_CHECKING:
    from modalities.browser.workflow import Workflow


def recorded(
    visit: Visit, name: str, call: str, reads: Sequence[str], until: Callable[[], bool]
) -> Workflow:
    """The workflow of what is done until it is over; the gate lets everything out meanwhile.

    Raises Unsupported where it is none, CloudError where the browser is gone.
    """
    from modalities.browser.driver.gate import Gate
    from modalities.browser.driver.recorder import Recorder

    report = visit.do([{"verb": "goto", "url": "/"}])
    if report.stop is not None:
        raise Unsupported(f"the console cannot be opened: {report.stop.detail}")
    visit.guard(Gate(visit.access.url, reads=reads, free=True))
    try:
        found = Recorder(visit.web).watch(until)
    finally:
        visit.guard(Gate(visit.access.url))
        visit.stale = True
    learning = Learning(name, call, found.steps, found.parameters, found.mutations, reads)
    return learning.workflow()
