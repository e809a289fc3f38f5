"""What Terraform says while it applies, in lines for people."""

from __future__ import annotations

from collections.abc import Callable

from modalities.iac.diagnostics import messages

TOLD = ("apply_start", "apply_progress", "apply_complete", "apply_errored")
"""Kinds of messages (``-json``, machine-readable UI) that say how far it is."""

LONGEST = 200
"""Characters of a line; an id in it comes from the cloud."""


class Progress:
    """Called with output as it comes, in pieces; ``tell`` gets each line that is news."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._rest = b""

    def __call__(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            for said in messages(line.decode("utf-8", "replace")):
                if said.get("type") in TOLD:
                    text = "".join(c for c in str(said.get("@message", "")) if c.isprintable())
                    self._tell(f"Terraform: {text[:LONGEST]}")
