"""A command that is not let through, and why."""

from __future__ import annotations


class Refused(Exception):
    """``path`` names the word or option, ``suggestion`` the cure."""

    def __init__(self, path: str, message: str, suggestion: str = "") -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message
        self.suggestion = suggestion


class Unspeakable(Exception):
    """A call that no command says; the text tells why."""
