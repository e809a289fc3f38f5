"""A console that a script tells what to show: implements modalities.browser.driver.contract.Web."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from modalities.browser.driver.contract import (
    Count,
    Done,
    Field,
    Impact,
    Mutation,
    Report,
    Stop,
    Table,
    View,
    Why,
)
from modalities.browser.driver.gate import Gate, as_mutation
from modalities.browser.driver.verbs import Verb, verb_of

Batch = Sequence[Mapping[str, Any]]

SIGN_IN = View(
    url="http://127.0.0.1:1/signin",
    title="Sign in",
    text="",
    state="sign-in",
    fields=(
        Field(label="Account ID", kind="text", value="1234"),
        Field(label="Username", kind="text"),
        Field(label="Password", kind="secret"),
    ),
    buttons=("Sign in",),
)


@dataclass
class FakeWeb:
    """``answers`` are taken one a batch; each makes a report of a batch. With none left,
    everything goes well and ``sends`` is asked to be let out by the gate."""

    answers: list[Callable[[FakeWeb, list[Verb]], Report]] = field(default_factory=list)
    sends: list[dict[str, Any]] = field(default_factory=list)
    batches: list[list[Verb]] = field(default_factory=list)
    gates: list[Gate] = field(default_factory=list)
    view: View = SIGN_IN
    tables: tuple[Table, ...] = ()
    closed: bool = False

    @property
    def count(self) -> Count:
        return Count(len(self.batches), sum(len(each) for each in self.batches))

    @property
    def gate(self) -> Gate:
        return self.gates[-1]

    def guard(self, gate: Gate) -> None:
        self.gates.append(gate)

    def begin(self) -> None:
        """Nothing is remembered."""

    def look(self) -> View:
        return self.view

    def close(self) -> None:
        self.closed = True

    def do(self, batch: Batch, *, signing_in: bool = False) -> Report:
        verbs = [verb_of(each) for each in batch]
        self.batches.append(verbs)
        if self.answers:
            return self.answers.pop(0)(self, verbs)
        return well(self, verbs) if not signing_in else report(verbs)


def report(done: Sequence[Verb], left: Sequence[Verb] = (), **more: Any) -> Report:
    view = more.pop("view", SIGN_IN)
    return Report(
        done=tuple(Done(verb, Impact(1, 0, 0)) for verb in done),
        left=tuple(left),
        stop=more.pop("stop", None),
        view=view,
        change="",
        **more,
    )


def well(web: FakeWeb, verbs: list[Verb]) -> Report:
    """Everything is done, and what the page sends is let out or held by the gate."""
    passed: list[Mutation] = []
    for sent in web.sends:
        mutation = as_mutation(sent)
        if not web.gate._passes(mutation):
            stop = Stop(Why.HELD, "held")
            return report(verbs, held=mutation, stop=stop, passed=tuple(passed))
        passed.append(mutation)
    return report(verbs, passed=tuple(passed), tables=web.tables)


def stops(why: Why, at: int, detail: str = "", **more: Any) -> Callable[..., Report]:
    """The batch stops at its verb number ``at``, counted from 0."""

    def answer(_: FakeWeb, verbs: list[Verb]) -> Report:
        candidates = more.get("candidates", ())
        rest = {k: v for k, v in more.items() if k != "candidates"}
        stop = Stop(why, detail or why.value, candidates)
        return report(verbs[:at], verbs[at:], stop=stop, **rest)

    return answer
