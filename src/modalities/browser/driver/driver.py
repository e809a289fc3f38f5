"""A page that can be driven: what the rest of the hand, and whoever decides, has to do with."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from modalities.browser.driver.batch import Batch
from modalities.browser.driver.chromium import SIZE, Browser
from modalities.browser.driver.contract import MASK, Count, Limits, Report, Stop, Stuck, View, Why
from modalities.browser.driver.contract import Batch as Given
from modalities.browser.driver.desk import Desk
from modalities.browser.driver.events import Events
from modalities.browser.driver.evidence import Evidence
from modalities.browser.driver.gate import Gate, Gateway
from modalities.browser.driver.halting import Halt
from modalities.browser.driver.memory import OVER, Memory
from modalities.browser.driver.pruning import difference, pruned
from modalities.browser.driver.reading import view_of
from modalities.browser.driver.redaction import Secrets
from modalities.browser.driver.verbs import Set, Verb, verb_of
from modalities.receipt import CloudError, Trouble

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Launched
    from playwright.sync_api import BrowserContext

T = TypeVar("T")

CHANGES = 6000
"""Letters of a batch's difference that are shown."""


class Driver:
    """Implements modalities.browser.driver.contract.Web.

    ``base`` is what relative addresses are relative to. ``gate``: None lets reads of the
    base's host go on and holds everything else. ``evidence`` is a directory for pictures.
    ``secrets`` are blanked in every text and picture. ``browser``: None starts one of its own.
    ``storage_state`` is a file of cookies, as Playwright saves them of somebody who is signed in.
    A driver has cookies and a window of its own; several may share a browser.
    """

    def __init__(
        self,
        browser: Browser | None,
        base: str,
        *,
        gate: Gate | None = None,
        evidence: Path | None = None,
        secrets: Collection[str] = (),
        limits: Limits | None = None,
        storage_state: Path | None = None,
    ) -> None:
        self._own = browser is None
        self._browser = browser or Browser()
        self._base = base
        self._gate = gate or Gate(base)
        self._evidence = Evidence(evidence)
        self._secrets = Secrets(secrets)
        self._limits = limits or Limits()
        self._storage_state = storage_state
        self._memory = Memory()
        self._count = Count()
        self._desk: Desk | None = None
        self._context: BrowserContext | None = None

    def __enter__(self) -> Driver:
        try:
            self._in_browser(lambda _: None)
        except CloudError:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def count(self) -> Count:
        return self._count

    def guard(self, gate: Gate) -> None:
        """Another gate from now on."""
        gate.secrets = self._secrets
        self._gate = gate
        if self._desk is not None:
            self._desk.gateway.gate = gate

    def begin(self) -> None:
        """A new task: forget which actions were done on which page."""
        self._memory = Memory()

    def look(self) -> View:
        """The page as it is, at rest. Raises CloudError."""

        def work(desk: Desk) -> View:
            desk.rest()
            return self._view(desk)

        return self.within(work)

    def do(self, batch: Given, *, signing_in: bool = False) -> Report:
        """One decision. Raises Malformed (nothing was done), Stuck, CloudError."""
        verbs = [verb_of(each) if isinstance(each, Mapping) else each for each in batch]
        return self._in_browser(lambda desk: self._do(desk, verbs, signing_in))

    def within(self, work: Callable[[Desk], T]) -> T:
        """``work`` in the browser's thread: for what belongs to the driver (recorder.py)."""

        def ready(desk: Desk) -> T:
            self._ready(desk)
            return work(desk)

        return self._in_browser(ready)

    def close(self) -> None:
        """Twice is no harm. The browser stays, unless it is this driver's own."""
        from playwright.sync_api import Error

        with ExitStack() as stack:
            if self._own:
                stack.callback(self._browser.close)
            context, self._context, self._desk = self._context, None, None
            if context is not None:

                def end(_: Launched) -> None:
                    try:
                        context.close()
                    except Error:  # the browser has gone before
                        return

                self._browser.call(end)

    def _do(self, desk: Desk, verbs: Sequence[Verb], signing_in: bool) -> Report:
        self._ready(desk)
        before = pruned(desk.sight, self._limits.characters)
        batch = Batch(desk, self._memory, signing_in)
        batch.run(verbs)
        self._count = Count(self._count.decisions + 1, self._count.actions + len(batch.done))
        report = self._report(desk, batch, before)
        if self._memory.idle >= OVER:
            raise Stuck("three actions in a row did nothing, or were repetitions", report)
        return report

    def _report(self, desk: Desk, batch: Batch, before: str) -> Report:
        view = self._view(desk)
        return Report(
            done=tuple(replace(each, verb=self._shown(each.verb)) for each in batch.done),
            left=tuple(batch.left),
            stop=self._said(batch.stop),
            view=view,
            change=difference(before, view.text)[:CHANGES],
            said=tuple(dict.fromkeys(desk.messages)),
            notes=tuple(dict.fromkeys(map(self._secrets.blanked, desk.notes))),
            tables=tuple(desk.tables),
            found=tuple(desk.found),
            passed=tuple(batch.passed),
            held=batch.held,
            picture=self._evidence.keep(desk.page, self._secrets, view.text),
            seconds=time.monotonic() - batch.began,
        )

    def _shown(self, verb: Verb) -> Verb:
        if isinstance(verb, Set) and (verb.secret or self._secrets.holds(str(verb.value))):
            return replace(verb, value=MASK, secret=True)
        return verb

    def _said(self, stop: Stop | None) -> Stop | None:
        """What it quotes was written by a page."""
        return stop and replace(stop, detail=self._secrets.blanked(stop.detail))

    def _view(self, desk: Desk) -> View:
        return view_of(desk.sight, self._limits.characters, desk.state, desk.events.status)

    def _ready(self, desk: Desk) -> None:
        """For a batch, or a look."""
        desk.deadline = time.monotonic() + self._limits.batch
        desk.since = len(desk.events.said)
        desk.notes, desk.tables, desk.found = [], [], []

    def _in_browser(self, work: Callable[[Desk], T]) -> T:
        from playwright.sync_api import Error

        def inside(launched: Launched) -> T:
            try:
                return work(self._open(launched))
            except Halt as halt:
                raise _lost(halt.stop) from None
            except Error as error:
                raise _lost(Stop(Why.LOST, str(error).splitlines()[0])) from None

        return self._browser.call(inside)

    def _open(self, launched: Launched) -> Desk:
        if self._desk is None or self._context is None or self._context.browser is not launched:
            shown = self._browser.headed  # then a person's window says how much is seen
            self._context = launched.new_context(
                viewport=None if shown else {"width": SIZE[0], "height": SIZE[1]},
                no_viewport=shown or None,
                service_workers="block",
                accept_downloads=False,
                reduced_motion="reduce",
                locale="en-US",
                storage_state=self._storage_state,
            )
            self._context.set_default_timeout(self._limits.load * 1000)
            self._gate.secrets = self._secrets
            gateway = Gateway(self._context, self._gate, self._browser.redirects)
            events = Events(self._context.new_page())
            events.follow(self._context)
            self._desk = Desk(self._base, events, gateway, self._secrets, self._limits)
        return self._desk


def _lost(stop: Stop) -> CloudError:
    return CloudError(
        Trouble.UNAVAILABLE,
        "BrowserLost",
        f"the browser does not answer: {stop.detail}",
        remedy="what it did until then can be read from the cloud",
    )
