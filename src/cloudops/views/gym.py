"""The gym's report for people: the paper's Table 1 beside ours, and what failed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from cloudops.gym.score import by_category, by_task, score
from cloudops.views import gym_words as words
from cloudops.views.plain import safe, tolerant

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from cloudops.gym.result import Result
    from cloudops.gym.score import Score

STYLES = {"ahead": "bold green", "behind": "bold red", "above": "green", "below": "yellow"}


def show(results: Sequence[Result], tasks: str, console: Console) -> None:
    """Print it. ``tasks`` is the file the prompts came from, empty for ours."""
    out = tolerant(console)
    scores = by_category(results)
    out.print(safe(words.HEADING, "bold"))
    out.print(safe(words.ABOUT, "dim"))
    out.print(_beside(scores))
    for sentence in words.sentences(scores):
        out.print(safe(f"- {sentence}"))
    out.print()
    out.print(_by_task(results))
    out.print(_by_hand(results))
    _failed(results, tasks, out)


def _beside(scores: Sequence[Score]) -> Table:
    """A row a hand and planner, a column a category: the paper's, ours, and where that stands."""
    groups = list(dict.fromkeys(s.group for s in scores))
    table = _table("hand", "planner", *groups)
    rows = {(s.hand, s.planner): "" for s in sorted(scores, key=_rank)}
    for hand, planner in rows:
        cells = [_cell(scores, group, hand, planner) for group in groups]
        table.add_row(safe(hand, "bold"), safe(planner), *cells)
    return table


def _rank(score: Score) -> tuple[int, str]:
    from cloudops.gym.episode import HANDS

    return HANDS.index(score.hand), score.planner


def _cell(scores: Sequence[Score], group: str, hand: str, planner: str) -> Text:
    from rich.text import Text

    found = next(
        (s for s in scores if (s.group, s.hand, s.planner) == (group, hand, planner)), None
    )
    if found is None:
        return safe("-")
    lines = [
        safe(f"paper {words.theirs(found)}", "dim"),
        safe(f"ours  {words.ours(found)}"),
        safe(f"      {words.mean(found.actions)} actions" if found.actions else ""),
        safe(words.standing(found), STYLES.get(found.standing, "")),
    ]
    return Text("\n").join(line for line in lines if line.plain)


def _by_task(results: Sequence[Result]) -> Table:
    """How many of the prompts of each task, by hand."""
    scores = by_task(results)
    hands = list(dict.fromkeys(s.hand for s in sorted(scores, key=_rank)))
    table = _table("task", *hands)
    for task in dict.fromkeys(s.group for s in scores):
        cells = [_passed([s for s in scores if (s.group, s.hand) == (task, h)]) for h in hands]
        table.add_row(safe(task, "bold"), *map(safe, cells))
    return table


def _passed(scores: Iterable[Score]) -> str:
    """``7 of 8, 1 refused``."""
    found = [s for s in scores if s.rate is not None]
    if not found:
        return "not available"
    passed = sum(s.rate.successes for s in found if s.rate)
    trials = sum(s.rate.trials for s in found if s.rate)
    refused = sum(s.refused for s in found)
    return f"{passed} of {trials}" + (f", {refused} refused" if refused else "")


def _by_hand(results: Sequence[Result]) -> Table:
    """What else is counted. Means are of the successes."""
    columns = ("hand", "passed", "failed", "refused", "warnings missed", "left over", "unasked")
    table = _table(*columns, "actions", "seconds", "of these rehearsing", "pass@1", "pass^k")
    for one in totals(results):
        if one.rate is None:
            continue
        hat = "-" if one.hat is None else f"{one.hat:.2f} (k={one.attempts})"
        counts = [one.rate.successes, one.failed, one.refused]
        counts += [one.unwarned, one.left_over, one.unwanted]
        times = (words.mean(v) for v in (one.actions, one.seconds, one.rehearsal_seconds))
        cells = (*map(str, counts), *times, f"{one.rate.value:.2f}", hat)
        table.add_row(safe(one.hand, "bold"), *map(safe, cells))
    return table


def totals(results: Sequence[Result]) -> tuple[Score, ...]:
    """A score a hand, over all tasks."""
    from cloudops.gym.episode import HANDS

    hands = [hand for hand in HANDS if any(r.hand == hand for r in results)]
    return tuple(score([r for r in results if r.hand == h], "all", h, "") for h in hands)


def _failed(results: Sequence[Result], tasks: str, out: Console) -> None:
    failed = words.failures(results)
    passed = sum(result.passed for result in results)
    out.print(safe(f"{passed} passed, {len(failed)} did not", "bold"))
    for result in failed:
        out.print(safe(f"{result.key} ({result.status}): {result.prompt}"))
        out.print(safe(f"    {words.why(result)}", "red"), soft_wrap=True)
        out.print(safe(f"    {words.again(result, tasks)}", "dim"), soft_wrap=True)
    for result in (r for r in results if r.status == "broken"):
        out.print(safe(f"{result.key} was not played: {words.why(result)}", "yellow"))


def _table(*columns: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
