"""How an action says that a batch cannot go on."""

from __future__ import annotations

from modalities.browser.driver.contract import Stop, Why


class Halt(Exception):
    """Caught where a batch is run; ``stop`` goes into its report."""

    def __init__(self, why: Why, detail: str, candidates: tuple[str, ...] = ()) -> None:
        super().__init__(detail)
        self.stop = Stop(why, detail, candidates)
