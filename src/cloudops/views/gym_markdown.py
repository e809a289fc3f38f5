"""The gym's report as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cloudops.gym.score import by_category, by_task
from cloudops.views import gym_words as words
from cloudops.views.plain import plain

if TYPE_CHECKING:
    from cloudops.gym.result import Result
    from cloudops.gym.score import Score


def markdown(results: Sequence[Result], tasks: str) -> str:
    """The whole report; ends with a line break."""
    scores = by_category(results)
    parts = [
        f"# {words.HEADING}\n\n{words.ABOUT}",
        _table(_HEAD, (_row(score) for score in scores)),
        "\n".join(f"- {_cell(sentence)}" for sentence in words.sentences(scores)),
        "## By task",
        _table(_HEAD, (_row(score) for score in by_task(results))),
        "## What did not pass",
        "\n".join(_failure(r, tasks) for r in words.failures(results)) or "Nothing.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


_HEAD = (
    *("group", "hand", "planner", "paper", "ours", "standing", "failed", "refused"),
    *("warnings missed", "left over", "unasked", "actions", "seconds", "of these rehearsing"),
)


def _row(score: Score) -> tuple[str, ...]:
    counts = (score.failed, score.refused, score.unwarned, score.left_over, score.unwanted)
    return (
        *(score.group, score.hand, score.planner),
        *(words.theirs(score) if score.paper else "-", words.ours(score)),
        words.standing(score) or "-",
        *map(str, counts),
        *(words.mean(v) for v in (score.actions, score.seconds, score.rehearsal_seconds)),
    )


def _failure(result: Result, tasks: str) -> str:
    prompt, why = _cell(result.prompt), _cell(words.why(result))
    return (
        f"- **{result.key}** ({result.status}): {prompt}\n  {why}\n  `{words.again(result, tasks)}`"
    )


def _table(head: Sequence[str], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    """Nothing in it is markup."""
    safe = plain(text)
    for sign in "\\`*_[]<>|":
        safe = safe.replace(sign, f"\\{sign}")
    return safe
