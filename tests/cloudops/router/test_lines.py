"""What a person reads of a route: whole specimens, and that no line wraps in 100 columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudops.planner.interpreter.grammar import BuiltInInterpreter
from cloudops.request import Constraints, Context, Intent, Request
from cloudops.router.expectation import in_words
from cloudops.router.known import Known
from cloudops.router.ranking import choose
from cloudops.router.wording import WHY, line, shortened
from fakes.routing import (
    BROWSER,
    CLI,
    IAC,
    OWNED,
    SDK,
    WORLD,
    Hand,
    Reporting,
    Worded,
    WordedReporting,
    hands,
    known,
    tally,
)
from modalities.browser import fit as browser_fit
from modalities.cli import fit as cli_fit
from modalities.contract import Modality
from modalities.iac import fit as iac_fit
from modalities.plan import Route
from modalities.sdk import fit as sdk_fit

SPECIMENS = Path(__file__).with_name("specimens") / "routes.txt"
COLUMNS = 100
LABEL = 11
"""What the plan view puts before each line."""


REAL = hands(
    Worded(SDK, sdk_fit.SDK.of),
    Worded(CLI, cli_fit.CLI.of),
    Worded(IAC, iac_fit.IAC.of),
    WordedReporting(BROWSER, browser_fit.BROWSER.of),
)
FOUR = hands(
    Hand(SDK, 0.9, "creates side by side, each id at hand for the next call"),
    Hand(CLI, 0.7, "a command for each resource, readable and repeatable by hand"),
    Hand(IAC, 0.8, "as code, with an exact plan beforehand", unable=("set_power",)),
    Reporting(BROWSER, 0.3, "a wizard for each resource, by a learned workflow"),
)
"""With words of their own here: the real ones may change theirs."""
RECORD = (
    tally(SDK, 6, 6, seconds=1.1),
    tally(CLI, 3, 2, seconds=7.25),
    tally(IAC, 2, 2, seconds=141.0, steps=3.0),
    tally(BROWSER, 1, 0),
)


def understood(text: str) -> Intent:
    request = Request(text=text, target="lab", actor="ana")
    return BuiltInInterpreter().interpret(request, Context())


def shown(route: Route) -> Iterator[str]:
    """As the plan view has it, without its label column."""
    yield f"complexity {route.score:g}: {route.reasons[0]}"
    for number, ranked in enumerate(route.ranked, 1):
        yield f"{number}. {ranked.modality} {ranked.fit:.2f}  {ranked.why}"
    yield from route.reasons[1:]


Case = tuple[str, Known, dict[str, Any]]


def case(text: str, known: Known, **wish: Any) -> Case:
    return text, known, wish


def title(one: Case) -> str:
    text, known, wish = one
    facts = [f"{key}={value}" for key, value in wish.items()]
    facts += ["recorded"] if known.record else []
    facts += ["owned"] if known.owned else []
    return " | ".join((text, *facts))


def lines(one: Case, hands: Sequence[Modality]) -> list[str]:
    text, known, wish = one
    return list(shown(choose(understood(text), WORLD, hands, Constraints(**wish), known=known)))


FREE = known()
KEPT = known(owned=OWNED)
CASES = (
    case("Create a VM named a", FREE),
    case("Create a VM named a", known(*RECORD)),
    case("Create three VMs in one network behind a load balancer", FREE, modality="browser"),
    case("Create a VM named a", FREE, deadline=20.0, budget=50.0),
    case("Attach a 64 GB disk to web-1", FREE),
    case("Attach a 64 GB disk to web-1", KEPT),
    case("Attach a 64 GB disk to web-1", KEPT, modality="browser"),
    case("convert web-1 to spot", FREE),
    case("delete web-1 and web-2", KEPT),
    case("restart web-1", KEPT),
    case("is web-1 running?", FREE),
    case("are there any service health incidents?", FREE),
)


def specimens() -> dict[str, str]:
    blocks = SPECIMENS.read_text(encoding="utf-8").strip().removeprefix("# ").split("\n\n# ")
    return {title: lines for title, _, lines in (block.partition("\n") for block in blocks)}


@pytest.mark.parametrize("one", CASES, ids=title)
def test_a_route_reads_like_this(one: Case) -> None:
    assert "\n".join(lines(one, FOUR)) == specimens()[title(one)]


def test_every_specimen_is_compared() -> None:
    assert list(specimens()) == [title(one) for one in CASES]


@pytest.mark.parametrize("one", CASES, ids=title)
def test_nothing_wraps(one: Case) -> None:
    said = [*lines(one, FOUR), *lines(one, REAL)]
    assert [text for text in said if LABEL + len(text) > COLUMNS] == []


@given(st.lists(st.text(max_size=120), max_size=5), st.integers(10, 100))
def test_a_line_is_never_longer_than_it_may_be(parts: list[str], limit: int) -> None:
    said = line(parts, limit)
    assert len(said) <= limit
    assert "\n" not in said


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("one command", 20, "one command"),
        ("creates side by side, each id at hand", 30, "creates side by side"),
        ("20 resources: a process for each call", 30, "20 resources"),
        ("a read by data sources takes a whole plan", 30, "a read by data sources..."),
        ("a read by data sources", 12, ""),
        ("two\nlines", 20, "two lines"),
    ],
)
def test_shortened_at_a_clause_else_at_a_word(text: str, limit: int, short: str) -> None:
    assert shortened(text, limit) == short


def test_the_first_part_is_the_last_to_go() -> None:
    assert line(("a" * WHY, "second")) == "a" * WHY
    assert line(("", "only")) == "only"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.04, "0.0 s"), (1.26, "1.3 s"), (9.96, "10 s"), (119.4, "119 s"), (150.0, "2 min")],
)
def test_seconds_in_words(seconds: float, words: str) -> None:
    assert in_words(seconds) == words
