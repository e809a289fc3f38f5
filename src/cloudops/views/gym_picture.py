"""The gym's report as a picture (SVG) and as a page that stands alone (HTML)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cloudops.gym.episode import HANDS
from cloudops.gym.score import by_category, by_task
from cloudops.views import gym_words as words
from cloudops.views.gym_chart import charted

if TYPE_CHECKING:
    from jinja2 import Environment

    from cloudops.gym.result import Result


def svg(results: Sequence[Result]) -> str:
    """The chart alone. The same results give the same bytes."""
    return _rendered("gym.svg", results, heading=True)


def html(results: Sequence[Result], tasks: str) -> str:
    """The chart, the figures as tables, and what did not pass; nothing is loaded."""
    return _rendered(
        "gym.html",
        results,
        heading=False,
        about=words.ABOUT,
        sentences=list(words.sentences(by_category(results))),
        categories=by_category(results),
        tasks=by_task(results),
        failures=[(r, words.why(r), words.again(r, tasks)) for r in words.failures(results)],
    )


def _rendered(template: str, results: Sequence[Result], **parts: Any) -> str:
    chart = charted(by_category(results), HANDS)
    return (
        _templates()
        .get_template(template)
        .render(title=words.HEADING, chart=chart, words=words, **parts)
    )


def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
