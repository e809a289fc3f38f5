"""What is secret on a page: never in a text that leaves the driver."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from modalities.browser.driver.contract import MASK
from modalities.browser.driver.roles import TYPED
from modalities.browser.driver.tree import Node

SPOKEN = re.compile(
    r"passw|passphrase|secret|\btoken\b|api[ _-]?key|private[ _-]?key|\bpin\b", re.I
)
"""Labels of fields whose value is taken for a secret whatever their type is."""
SHORTEST = 4
"""Letters of a secret that is blanked wherever it stands; shorter ones only as a field's value."""


class Secrets:
    """Grows: what was once in a password field stays secret when the field shows it."""

    def __init__(self, known: Collection[str] = ()) -> None:
        self._known = {_flat(each) for each in known if each}
        self._exact = {each for each in known if each}

    def add(self, secret: str) -> None:
        if secret:
            self._exact.add(secret)
            self._known.add(_flat(secret))

    @property
    def known(self) -> tuple[str, ...]:
        """Longest first: one may be part of another."""
        return tuple(sorted(self._exact | self._known, key=len, reverse=True))

    def holds(self, value: str) -> bool:
        return bool(value) and (value in self._exact or _flat(value) in self._known)

    def blanked(self, text: str) -> str:
        if self.holds(text):
            return MASK
        for secret in self.known:
            if len(secret) >= SHORTEST and secret in text:
                text = text.replace(secret, MASK)
        return text

    def blanked_tree(self, root: Node) -> None:
        """In place: every name and text, and the values of fields that are called secret."""
        for node in root.walk():
            if node.role in TYPED and node.text and SPOKEN.search(node.name):
                node.text = MASK
            node.name, node.text = self.blanked(node.name), self.blanked(node.text)

    def blanked_data(self, value: Any) -> Any:
        """JSON, with every string in it blanked."""
        if isinstance(value, str):
            return self.blanked(value)
        if isinstance(value, Mapping):
            return {self.blanked(str(k)): self.blanked_data(v) for k, v in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.blanked_data(each) for each in value]
        return value


def _flat(text: str) -> str:
    """As the accessibility tree writes it."""
    return " ".join(text.split())
