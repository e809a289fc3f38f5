"""The consoles that a run has open: one browser for all of them, started when first needed."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from modalities.browser.access import Access, OpenConsole
from modalities.browser.driver.contract import Limits, Report, Stuck, View, Web, Why
from modalities.browser.signing_in import entering, signing_in
from modalities.receipt import CloudError, Trouble
from modalities.target import Target

if TYPE_CHECKING:
    from modalities.browser.driver.chromium import Browser
    from modalities.browser.driver.gate import Gate

SIGN_INS = 3
"""How often one batch may be interrupted by a console that wants a sign-in."""

PATIENT = Limits(target=6.0, settle=20.0, load=30.0, batch=300.0)
"""A busy machine shows pages late; one that is idle is not held up by this."""

LOCAL = ("127.0.0.1", "localhost", "::1")


@dataclass(slots=True)
class Visit:
    """One console, as one signed-in person sees it. ``form`` is the way in which it writes its
    addresses, once that is known."""

    web: Any
    access: Access
    lock: threading.RLock = field(default_factory=threading.RLock)
    form: int | None = None
    signed_in: int = 0
    gate: Any = None
    entrance: Sequence[Mapping[str, str]] = ()
    """A batch that signs in, where the console is known; used once, as long as nobody is in."""
    stale: bool = False
    """Whether lists may show what was before something was done here."""

    def forms(self, count: int) -> list[int]:
        """The ways in which addresses may be written, the one that worked before first."""
        order = list(range(count))
        return order if self.form is None else [self.form, *(n for n in order if n != self.form)]

    def guard(self, gate: Gate) -> None:
        """From now on this gate decides what is let out."""
        self.gate = gate
        self.web.guard(gate)

    def do(self, batch: Sequence[Mapping[str, Any]]) -> Report:
        """One batch. Signs in where the console asks for it, and begins the batch anew as long
        as nothing of it was sent. Raises CloudError where nobody can get in."""
        self._enter()
        for _ in range(SIGN_INS):
            report: Report = self.web.do(list(batch))
            if report.stop is None or report.stop.why is not Why.SIGNED_OUT:
                return report
            if report.passed:
                return report
            self.sign_in(report.view)
        raise CloudError(
            Trouble.AUTH,
            "SignedOutAgain",
            "the console signs us out again and again",
            sent=False,
            remedy="look whether somebody else uses the same user, and try again",
        )

    def _enter(self) -> None:
        """Without being asked for it first. Where it goes wrong, the console will ask."""
        entrance, self.entrance = self.entrance, ()
        if entrance and self.access.password and not self.access.storage_state:
            with suppress(Stuck):
                report = self._signs_in(entering(entrance, self.access))
                self.signed_in += report.stop is None

    def sign_in(self, view: View) -> None:
        """Raises CloudError."""
        if not any(each.kind == "secret" for each in view.fields):
            # a dialog only says that the session is over: the page behind it leads to the form
            view = self.web.do([{"verb": "goto", "url": "/"}], signing_in=True).view
        report = self._signs_in(signing_in(view, self.access))
        self.signed_in += 1
        if report.stop is not None and report.stop.why is Why.SIGNED_OUT:
            raise _refused(self.access)

    def _signs_in(self, batch: Sequence[Mapping[str, Any]]) -> Report:
        from modalities.browser.driver.gate import Gate

        self.web.guard(Gate(self.access.url, free=True))
        try:
            report: Report = self.web.do(batch, signing_in=True)
        finally:
            self.web.guard(self.gate or Gate(self.access.url))
        return report


class Visits:
    """``evidence`` is where screenshots go, ``entrance`` a sign-in that is known beforehand
    (pages.py). Use from any thread."""

    def __init__(
        self,
        open_console: OpenConsole,
        evidence: Path | None = None,
        *,
        headed: bool = False,
        entrance: Sequence[Mapping[str, str]] = (),
    ) -> None:
        self._open_console = open_console
        self._evidence = evidence
        self._headed = headed
        self._entrance = entrance
        self._over = 0
        self._lock = threading.Lock()
        self._browser: Browser | None = None
        self._open: dict[str, Visit] = {}

    @contextmanager
    def at(self, target: Target) -> Iterator[Visit]:
        """The target's console, for one caller at a time. Raises CloudError."""
        visit = self._visit(target)
        with visit.lock:
            yield visit

    @property
    def batches(self) -> int:
        """Sent so far, to whatever console."""
        with self._lock:
            return self._over + sum(int(v.web.count.decisions) for v in self._open.values())

    def close(self) -> None:
        """End the browser; the next visit would start another."""
        with self._lock:
            for visit in self._open.values():
                self._over += visit.web.count.decisions
                visit.web.close()
            self._open.clear()
            if self._browser is not None:
                self._browser.close()
            self._browser = None

    def _at_exit(self) -> None:
        """Where nobody closed it. Threads may be over by then; the browser ends with us."""
        with suppress(RuntimeError, CloudError):
            self.close()

    def _visit(self, target: Target) -> Visit:
        access = self._open_console(target)
        with self._lock:
            found = self._open.get(access.url)
            if found is None or found.access != access:
                found = self._open[access.url] = Visit(
                    self._driver(access), access, entrance=self._entrance
                )
            return found

    def _driver(self, access: Access) -> Web:
        from modalities.browser.driver.chromium import Browser
        from modalities.browser.driver.driver import Driver
        from modalities.browser.driver.gate import Gate

        if self._browser is None:
            local = urlsplit(access.url).hostname in LOCAL
            self._browser = Browser(headed=self._headed, loopback=local)
            atexit.register(self._at_exit)
        return Driver(
            self._browser,
            access.url,
            gate=Gate(access.url),
            evidence=self._evidence,
            secrets=(access.password,),
            storage_state=access.storage_state,
            limits=PATIENT,
        )


def _refused(access: Access) -> CloudError:
    return CloudError(
        Trouble.AUTH,
        "SignInRefused",
        f"the console at {access.url} does not let {access.user} in",
        sent=False,
        remedy="check user and password of the console",
    )
