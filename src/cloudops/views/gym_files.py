"""The gym's report in files: JSON, Markdown, a picture and a page."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cloudops.views import gym_document, gym_markdown, gym_picture

if TYPE_CHECKING:
    from cloudops.gym.result import Result


def write(results: Sequence[Result], tasks: str, place: Path) -> tuple[Path, ...]:
    """The files written, each whole or not at all. Raises OSError."""
    document = gym_document.document(results, tasks)
    texts = {
        "report.json": json.dumps(document, indent=1, ensure_ascii=False) + "\n",
        "report.md": gym_markdown.markdown(results, tasks),
        "report.svg": gym_picture.svg(results),
        "report.html": gym_picture.html(results, tasks),
    }
    return tuple(_written(place / name, text) for name, text in texts.items())


def _written(path: Path, text: str) -> Path:
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
    return path
