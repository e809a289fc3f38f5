"""Watching a person work in a browser: for ``cloudops console record``."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from modalities.browser.driver.desk import BRIEFLY, Desk
from modalities.browser.driver.halting import Halt
from modalities.browser.driver.looking import Sight, script
from modalities.browser.driver.recording import Recording, verb_for
from modalities.browser.driver.verbs import Click, Goto, OpenMenu

if TYPE_CHECKING:
    from modalities.browser.driver.driver import Driver

PAUSE = 0.2
"""Seconds between two looks at what the person has done."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Something was done: the page as it was seen before, and its address at that moment."""

    done: dict[str, Any]
    sight: Sight
    url: str


class Recorder:
    """Of one driver, which the person sees (``Browser(headed=True)``). ``recording`` grows."""

    def __init__(self, web: Driver) -> None:
        self.recording = Recording()
        self._web = web
        self._desk: Desk | None = None
        self._heard: list[Heard] = []
        self._menu = ""
        web.within(self._start)

    def watch(self, until: Callable[[], bool]) -> Recording:
        """Until it is said to be over; other threads may use the driver meanwhile."""
        while not until():
            self._web.within(self.look)
            time.sleep(PAUSE)
        self._web.within(self.look)
        return self.recording

    def _start(self, desk: Desk) -> None:
        self._desk = desk
        context = desk.page.context
        context.expose_binding("__cloudopsDid", self._did)
        context.add_init_script(script("record"))
        for frame in desk.page.frames:
            frame.evaluate(script("record"))
        desk.rest()
        self.recording.add(Goto(_relative(desk.page.url, desk.base)))

    def _did(self, _source: dict[str, Any], done: dict[str, Any]) -> None:
        """It comes while a page is looked at, too: what it was done on was seen before that."""
        if self._desk is not None:
            self._heard.append(Heard(done, self._desk.sight, self._desk.page.url))

    def look(self, desk: Desk) -> None:
        """What was done since the last look is told on the page as it was then."""
        before = desk.sight
        with suppress(Halt):  # a page that does not come is waited for at the next look
            desk.rest(BRIEFLY)
        heard, self._heard = self._heard, []
        for number, each in enumerate(heard):
            if number and each.url != heard[number - 1].url:
                self.recording.led_to("page")
            self._add(each.done, each.sight)
        self.recording.mutations += desk.gateway.gate.taken().passed
        if opens := _opened(before, desk.sight):
            self.recording.led_to(opens)

    def _add(self, done: dict[str, Any], before: Sight) -> None:
        verb = verb_for(done, before)
        if isinstance(verb, Click) and self._menu:
            self.recording.steps.pop()
            verb = OpenMenu((self._menu, verb.name))
        self._menu = verb.name if isinstance(verb, Click) and done.get("menu") else ""
        if verb is not None:
            self.recording.add(verb)


def _opened(before: Sight, after: Sight) -> str:
    if before.url != after.url:
        return "page"
    return "dialog" if len(after.dialogs) > len(before.dialogs) else ""


def _relative(url: str, base: str) -> str:
    return "/" + url.removeprefix(base.rstrip("/")).lstrip("/") if url.startswith(base) else url
