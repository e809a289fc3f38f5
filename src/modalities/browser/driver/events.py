"""What happens by itself while a page is open: requests, messages, questions, windows, crashes."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from modalities.browser.driver.looking import script

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Dialog, Page, Request, Response

COUNTED = ("document", "xhr", "fetch")
"""Requests for which a page is waited for, and by which an action has an effect."""

YOUNG = 4.0
"""Seconds after which a request is taken for one that stays open for ever."""

POLLED = 2
"""How often the same is asked by one document before it counts as asked by itself."""

SAID = 200
"""Messages that are kept; the oldest are dropped."""


@dataclass(slots=True)
class Asked:
    """A question of the browser itself (window.confirm), and how it was answered."""

    kind: str
    text: str
    accepted: bool


@dataclass(eq=False)  # Playwright notes its own on whoever listens: no slots
class Events:
    """One page and the windows that it opens; ``page`` is the newest. ``accept`` answers
    questions of the browser with yes."""

    page: Page
    accept: bool = False
    status: int = 0
    documents: int = 0
    crashed: bool = False
    sent: int = 0
    said: list[str] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    _flying: dict[Request, float] = field(default_factory=dict)
    _often: Counter[str] = field(default_factory=Counter)

    def follow(self, context: BrowserContext) -> None:
        """Before the page has loaded anything."""
        context.on("request", self._request)
        context.on("requestfinished", self._over)
        context.on("requestfailed", self._over)
        context.on("response", self._response)
        context.on("dialog", self._asks)
        context.on("page", self._another)
        context.expose_binding("__cloudopsSaid", self._says)
        context.add_init_script(script("page"))
        self.page.on("crash", self._crash)
        self.page.on("close", self._closed)

    @property
    def moving(self) -> bool:
        """A document of the page itself is under way."""
        return any(_is_main(request, self.page) for request in self._flying)

    def waiting(self) -> bool:
        """A request of any part of the page is under way that is not to stay open for ever."""
        now = time.monotonic()
        return any(now - since < YOUNG for since in self._flying.values())

    def landed(self) -> None:
        """What was under way is waited for no longer."""
        self._flying.clear()

    def _request(self, request: Request) -> None:
        if request.resource_type not in COUNTED:
            return
        if _is_main(request, self.page):
            self._often.clear()
        self._flying[request] = time.monotonic()
        key = f"{request.method} {urlsplit(request.url).path}"
        self.sent += self._often[key] < POLLED
        self._often[key] += 1

    def _over(self, request: Request) -> None:
        self._flying.pop(request, None)

    def _response(self, response: Response) -> None:
        if _is_main(response.request, self.page):
            self.status = response.status
            self.documents += 1
            self._flying.pop(response.request, None)

    def _asks(self, dialog: Dialog) -> None:
        leaving = dialog.type == "beforeunload"
        accepted = self.accept or leaving
        self.asked.append(Asked(dialog.type, dialog.message, accepted))
        if accepted:
            dialog.accept()
        else:
            dialog.dismiss()

    def _another(self, page: Page) -> None:
        self.opened.append(page.url)
        page.on("crash", self._crash)
        page.on("close", self._closed)
        self.page = page

    def _closed(self, page: Page) -> None:
        """Back to the window that is left."""
        left = [each for each in page.context.pages if not each.is_closed()]
        if page is self.page and left:
            self.page = left[-1]

    def _says(self, _source: dict[str, Any], text: object) -> None:
        if isinstance(text, str):
            self.said = [*self.said, text[:1000]][-SAID:]

    def _crash(self, _page: Page) -> None:
        self.crashed = True


def _is_main(request: Request, page: Page) -> bool:
    from playwright.sync_api import Error

    try:
        return request.is_navigation_request() and request.frame == page.main_frame
    except Error:  # its frame is not there yet, or not any more
        return request.is_navigation_request()
