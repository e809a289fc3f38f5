"""The browser of a run: one process, started when it is first needed, with nothing of the user's.

Playwright's calls must all come from the thread that started it, so it has one of its own, and
calls from any thread wait for each other there.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, TimeoutError
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from modalities.browser.driver.finding import INSTALL, Search, search
from modalities.browser.driver.redirects import Redirects
from modalities.browser.driver.starting import started, unavailable

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Launched
    from playwright.sync_api import Playwright
    from psutil import Process

T = TypeVar("T")

ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--metrics-recording-only",
    # ways to send that come by no page, so by no gate of one
    "--disable-blink-features=SharedWorker,WebSocketStream,WebTransport",
)

LOOPBACK = (
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=127.0.0.1;localhost;[::1]",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)
"""Whatever is not on this machine is asked of a proxy that nobody is, redirects included."""

DISPLAY = (
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "XDG_RUNTIME_DIR",
    "DBUS_SESSION_BUS_ADDRESS",
)
SYSTEM = ("TMPDIR", "TEMP", "TMP", "SYSTEMROOT")
NETWORK = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE")

SIZE = (1440, 1000)
"""Pixels of a window: what does not fit is scrolled to."""

GRACE = 10.0
"""Seconds in which a browser is to end when asked to."""


class Browser:
    """``headed`` shows it. ``loopback``: it cannot reach anything outside this machine.

    Nothing is started before the first call; :meth:`close` ends it and removes its profile.
    """

    def __init__(
        self, *, headed: bool = False, loopback: bool = True, found: Search | None = None
    ) -> None:
        self.loopback = loopback
        self.headed = headed
        self._found = found
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="browser")
        self._playwright: Playwright | None = None
        self._launched: Launched | None = None
        self._redirects: Redirects | None = None
        self._home = ""
        self._processes: tuple[Process, ...] = ()

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def call(self, work: Callable[[Launched], T]) -> T:
        """``work`` in the browser's own thread. Raises CloudError where there is none."""
        return self._thread.submit(lambda: work(self._running())).result()

    @property
    def redirects(self) -> Redirects:
        """Of the process that runs; for its own thread. Raises CloudError where there is none."""
        if self._redirects is None:
            raise unavailable("BrowserNotStarted", "there is no browser yet")
        return self._redirects

    def close(self) -> None:
        """Twice is no harm."""
        try:
            self._thread.submit(self._end).result(GRACE)
        except TimeoutError:
            self._kill()
        except RuntimeError:  # closed before
            return
        self._thread.shutdown(wait=False, cancel_futures=True)
        if self._home:
            shutil.rmtree(self._home, ignore_errors=True)

    def _running(self) -> Launched:
        if self._launched is not None and self._launched.is_connected():
            return self._launched
        self._end()
        self._launched = self._launch()
        self._redirects = Redirects(self._launched)
        return self._launched

    def _launch(self) -> Launched:
        tool = (self._found or search()).required()
        self._home = self._home or tempfile.mkdtemp(prefix="cloudops-browser-")
        environment = self.environment
        self._playwright = started(environment)
        from playwright.sync_api import Error

        try:
            launched = self._playwright.chromium.launch(
                executable_path=tool.path,
                headless=not self.headed,
                args=self._arguments(),
                env={**environment},
            )
        except Error as error:
            reason = str(error).splitlines()[0]
            raise unavailable("BrowserNotStarted", f"{tool.path}: {reason}", INSTALL) from None
        self._processes = tuple(_ours())
        return launched

    def _arguments(self) -> list[str]:
        as_root = hasattr(os, "geteuid") and os.geteuid() == 0
        root = ("--no-sandbox",) if as_root and sys.platform == "linux" else ()
        shown = (f"--window-size={SIZE[0]},{SIZE[1]}",) if self.headed else ()
        return [*ARGUMENTS, *root, *shown, *(LOOPBACK if self.loopback else ())]

    @property
    def environment(self) -> dict[str, str]:
        """Built from nothing: neither a browser nor what drives it hears of credentials."""
        names = (*SYSTEM, *(DISPLAY if self.headed else ()), *(() if self.loopback else NETWORK))
        ours = {name: os.environ[name] for name in names if os.environ.get(name)}
        if "DISPLAY" in ours and (key := Path.home() / ".Xauthority").exists():
            ours.setdefault("XAUTHORITY", str(key))
        path = os.environ.get("PATH", os.defpath)
        return {"PATH": path, "HOME": self._home, "LANG": "C.UTF-8", "TZ": "UTC", **ours}

    def _kill(self) -> None:
        """It does not end by itself, and nothing of it may stay."""
        import psutil

        for process in self._processes:
            with suppress(psutil.Error):
                process.kill()

    def _end(self) -> None:
        from playwright.sync_api import Error

        with suppress(Error):
            if self._launched is not None:
                self._launched.close()
        with suppress(Error):
            if self._playwright is not None:
                self._playwright.stop()
        self._launched = self._playwright = self._redirects = None


def _ours() -> Iterator[Process]:
    """What Playwright has started for this process."""
    import psutil

    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if "playwright" in " ".join(child.cmdline()):
                yield child
