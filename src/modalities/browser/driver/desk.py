"""What the verbs work with: the page, what was last seen of it, and how long they may take."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from modalities.browser.driver.contract import Limits, Table, Why
from modalities.browser.driver.events import Events
from modalities.browser.driver.gate import Gateway
from modalities.browser.driver.halting import Halt
from modalities.browser.driver.looking import Sight, same, script
from modalities.browser.driver.pruning import pruned, without_refs
from modalities.browser.driver.redaction import Secrets
from modalities.browser.driver.settling import STILL, settle
from modalities.browser.driver.tree import Node

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

ALL = 1 << 30
BRIEFLY = 0.15
"""Seconds of rest after which a form may be filled in further."""


@dataclass(slots=True)
class Desk:
    """One driver's state. ``sight`` is the page after the last action. ``notes``, ``tables``
    and ``found`` are what the batch under way has gathered."""

    base: str
    events: Events
    gateway: Gateway
    secrets: Secrets
    limits: Limits
    sight: Sight = field(default_factory=lambda: Sight("", "", Node("root")))
    fresh: bool = False
    """Whether nothing was done since ``sight``."""
    asked: bool = False
    """Whether the dialog that is open may be what an action was for."""
    deadline: float = 0.0
    notes: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    since: int = 0
    """How many messages had been said when the batch began."""

    @property
    def page(self) -> Page:
        return self.events.page

    @property
    def left(self) -> float:
        """Seconds of the batch. Raises Halt where there are none."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise Halt(Why.TIME, f"the batch took longer than {self.limits.batch:.0f} s")
        return left

    @property
    def text(self) -> str:
        """All that can be used now, as text, without refs."""
        return without_refs(pruned(self.sight, ALL))

    @property
    def state(self) -> str:
        return f"{self.sight.url}\n{same(self.text)}"

    @property
    def messages(self) -> list[str]:
        """What the page has said since the batch began."""
        return [self.secrets.blanked(each) for each in self.events.said[self.since :]]

    def rest(self, still: float = STILL, before: Sight | None = None) -> None:
        """Wait for rest and look. Raises Halt where the page does not answer."""
        seconds = self.limits.load if self.events.moving else self.limits.settle
        rest = settle(
            self.events,
            self.secrets,
            min(seconds, self.left),
            before=before or self.sight,
            still=still,
        )
        if rest.sight is None:
            self.stop_loading()
            raise Halt(Why.LOST, f"{rest.why} within {seconds:.0f} s")
        self.sight, self.fresh = rest.sight, True
        if not rest.still:
            self.notes.append(f"not at rest after {seconds:.0f} s: {rest.why}")

    def locator(self, node: Node) -> Locator:
        """To do something with it."""
        self.fresh = False
        return self._located(node)

    def ask(self, node: Node) -> dict[str, Any]:
        """What the element is and holds (scripts/control.js). Raises Halt where it is gone."""
        from playwright.sync_api import Error

        try:
            said: dict[str, Any] = self._located(node).evaluate(
                script("control"), timeout=self.limits.target * 1000
            )
        except Error:
            said = {}
        if not said or (node.ref in self.sight.labels and said["label"] != node.name):
            raise Halt(Why.NOT_FOUND, f'{node.role} "{node.name}" is gone')
        return said

    def _located(self, node: Node) -> Locator:
        return self.sight.labels.get(node.ref) or self.page.get_by_ref(node.ref)

    def stop_loading(self) -> None:
        """A document that does not come is waited for no longer, so that the page can be used."""
        from playwright.sync_api import Error

        try:
            session = self.page.context.new_cdp_session(self.page)
            session.send("Page.stopLoading")
            session.detach()
        except Error:
            return
        self.events.landed()
