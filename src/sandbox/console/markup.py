"""Templates and styles. Class names are scrambled anew with every start, as build tools of real
consoles scramble theirs with every release: nobody should come to rely on them."""

from __future__ import annotations

import hashlib
import re
import secrets
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

HERE = Path(__file__).parent
STATIC = HERE / "static"
CLASS = re.compile(r"\.([a-zA-Z][\w-]*)")


class Markup:
    """``folder`` has what one cloud's console has of its own: templates/ come before those of
    all, the style sheet (static/console.css) after."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._salt = secrets.token_hex(4)
        self._templates = Environment(
            loader=FileSystemLoader([folder / "templates", HERE / "templates"]),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals["c"] = self.classes
        self._templates.tests["text"] = lambda value: isinstance(value, str)
        self._templates.tests["link"] = lambda value: hasattr(value, "href")

    def render(self, template: str, /, **data: Any) -> str:
        return self._templates.get_template(template).render(data)

    def style(self) -> str:
        """The style sheet, with this start's class names."""
        own = self._folder / "static" / "console.css"
        text = (STATIC / "console.css").read_text() + (own.read_text() if own.exists() else "")
        return CLASS.sub(lambda found: f".{self._scrambled(found[1])}", text)

    def classes(self, *names: str) -> str:
        """The value of a ``class`` attribute; like real ones, it says more than is needed."""
        return " ".join(self._scrambled(name) for name in ("root", *names) if name)

    def _scrambled(self, name: str) -> str:
        return _scrambled(self._salt, name)


@cache
def _scrambled(salt: str, name: str) -> str:
    digest = hashlib.sha256(f"{salt} {name}".encode()).hexdigest()
    return f"awsui_{name}_{digest[:5]}_{int(digest[5:8], 16) % 400}"
