"""The hard rule against going round in circles.

The same action is not done twice on the same state of a page. Two actions in a row without any
effect end their batch; a third ends the task.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256

from modalities.browser.driver.contract import Impact
from modalities.browser.driver.verbs import LOOKS, Goto, Verb, as_data

ANOTHER_WAY = 2
OVER = 3


@dataclass(slots=True)
class Memory:
    """``idle``: how many actions in a row had no effect or were repetitions."""

    idle: int = 0
    _done: set[str] = field(default_factory=set)

    def repeats(self, verb: Verb, state: str) -> bool:
        """Whether this was done before on this state of the page; then it counts as idle.
        Looking again, and going to an address again, is no repetition."""
        if isinstance(verb, (*LOOKS, Goto)):
            return False
        done = json.dumps(as_data(verb), sort_keys=True)
        key = sha256(f"{done}\n{state}".encode()).hexdigest()
        if key in self._done:
            self.idle += 1
            return True
        self._done.add(key)
        return False

    def came_of(self, verb: Verb, impact: Impact, satisfied: bool) -> None:
        """``satisfied``: it was so already, which is no failure to have an effect."""
        if isinstance(verb, LOOKS) or satisfied:
            return
        self.idle = self.idle + 1 if impact.none else 0
