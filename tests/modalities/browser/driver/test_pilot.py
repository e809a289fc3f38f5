"""Somebody decides on a page that nobody knows, and every end is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from fakes.website import Site, moved
from modalities.browser.driver.contract import Count, Report, Why
from modalities.browser.driver.driver import Driver
from modalities.browser.driver.gate import Gate
from modalities.browser.driver.pilot import Bounds, Decision, Finished, GiveUp, fly
from modalities.browser.driver.verbs import Click, Find, Set, Verb

Open = Callable[..., Driver]


@dataclass
class Scripted:
    decisions: Sequence[Decision]
    seen: list[tuple[str, str, Report | None]] = field(default_factory=list)

    def decide(self, goal: str, page: str, last: Report | None) -> Decision:
        self.seen.append((goal, page, last))
        return self.decisions[min(len(self.seen), len(self.decisions)) - 1]


FORM = """<label>Name <input id=n></label><button onclick="o.textContent='made '+n.value">Create
</button><p id=o></p>"""


def test_a_goal_is_reached(opened: Open) -> None:
    batch: list[Verb] = [Set("Name", "a"), Click("Create")]
    pilot = Scripted([batch, Finished("made a")])

    flight = fly(opened(FORM), pilot, "make a")

    assert (flight.finished, flight.answer, flight.used) == (True, "made a", Count(1, 2))
    assert pilot.seen[0][:2] == ("make a", pilot.seen[0][1])
    assert pilot.seen[0][2] is None
    assert "made a" in pilot.seen[1][1]


def test_giving_up_says_why(opened: Open) -> None:
    flight = fly(opened(FORM), Scripted([GiveUp("no such thing")]), "x")

    assert (flight.finished, flight.why, flight.used) == (False, "no such thing", Count())


def test_who_goes_round_in_circles_is_stopped(opened: Open) -> None:
    flight = fly(opened("<button>A</button>"), Scripted([[Click("A")]]), "x")

    assert (flight.stuck, flight.used.actions) == (True, 1)
    assert flight.why == "three actions in a row did nothing, or were repetitions"


def test_bounds(opened: Open) -> None:
    flight = fly(opened(FORM), Scripted([[Find("x")]]), "x", Bounds(decisions=3))

    assert (flight.why, flight.used) == ("3 decisions were not enough", Count(3, 3))


def test_what_is_held_is_not_the_pilots_to_decide(window: Open, site: Site) -> None:
    site.pages |= {
        "/": "<form method=post action=/vm><button>Create</button></form>",
        "POST /vm": lambda _: moved("/"),
    }
    web = window(gate=Gate(site.url))

    flight = fly(web, Scripted([[{"verb": "goto", "url": "/"}, Click("Create")]]), "x")

    assert flight.stop is not None
    assert (flight.stop.why, str(flight.reports[-1].held)) == (Why.HELD, "POST /vm")


def test_a_decision_that_is_none(opened: Open) -> None:
    flight = fly(opened(FORM), Scripted([[{"verb": "jump"}]]), "x")

    assert flight.why.startswith("a decision that is none: verb: 'jump'")
