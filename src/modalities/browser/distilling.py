"""From a flight to a workflow: dead ends dropped, values generalised to parameters.

What a form sent that nobody entered stays as it was, or is what the resource has now: for another
resource the workflow then does not fit, or the gate holds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from modalities.action import TOKEN, SdkCall
from modalities.browser.driver.contract import Count, Done, Mutation, Report
from modalities.browser.driver.gate import VOLATILE
from modalities.browser.driver.pilot import Flight
from modalities.browser.driver.verbs import LOOKS, Check, Choose, Click, OpenMenu, Set, as_data
from modalities.browser.facts import MADE_UP, spoken
from modalities.browser.filling import names_in
from modalities.browser.leaves import Leaf
from modalities.browser.matching import GENERATED
from modalities.browser.workflow import Mutation as Learned
from modalities.browser.workflow import Workflow
from modalities.codec import encode
from modalities.contract import Unsupported
from modalities.step import Effect

Steps = tuple[Mapping[str, Any], ...]

FILLS = (Set, Choose, Check)
OPENS = (Click, OpenMenu)


@dataclass(frozen=True, slots=True)
class Flown:
    """``steps`` come to the request ``held`` without any decision; ``used`` is what it took to
    find them."""

    steps: Steps
    held: Mutation
    used: Count


def steps_of(flight: Flight, base: str) -> Iterator[Steps]:
    """Ways to do again what was done, the shortest first."""
    reports = _straight(flight.reports)
    begin, url = _start(reports)
    for start, first in dict.fromkeys(((begin, url), (0, "/"))):
        done = [each for report in reports[start:] for each in report.done]
        yield (_goto(first, base), *(_lasting(each) for each in _once(done)))


def workflow_of(
    flown: Flown,
    call: SdkCall,
    entered: Sequence[Leaf],
    shown: Sequence[Leaf],
    effect: Effect,
    region: str,
    reads: Sequence[str],
) -> Workflow:
    """``entered`` are values that pages were given, ``shown`` those of the resource as it is.
    Raises Unsupported where a page's own words could be taken for parameters."""
    if any(set("{}$") & set(text) for text in texts([flown.steps, flown.held.fields])):
        raise Unsupported("the page has braces in its words, which stand for parameters")
    terms = Terms(tuple(entered), tuple(shown), region)
    steps = tuple(terms.step(step) for step in flown.steps)
    mutation = terms.mutation(flown.held)
    meaning = {
        "service": call.service,
        "operation": call.operation,
        "parameters": terms.meaning(call.parameters, [*entered]),
    }
    named = {*names_in(steps), *names_in(encode(mutation)), *names_in(meaning)}
    return Workflow(
        name=f"{spoken(call.operation)} as explored",
        effect=effect,
        calls=(str(call),),
        when=_alike(entered),
        about=f"found by a pilot in a sandbox, in {flown.used.decisions} decisions",
        parameters={leaf.name: leaf.path for leaf in terms.known if leaf.name in named},
        steps=steps,
        reads=tuple(reads),
        mutations=(mutation,),
        meaning=(meaning,),
    )


def texts(value: Any) -> Iterator[str]:
    """All that stands in it, names of members included."""
    match value:
        case Mapping():
            for key, item in value.items():
                yield str(key)
                yield from texts(item)
        case list() | tuple():
            for item in value:
                yield from texts(item)
        case _:
            yield str(value)


def lasting(mutation: Mutation) -> dict[str, Any]:
    """The fields that a page does not make up anew each time."""
    return {k: v for k, v in mutation.fields.items() if not _made_up(k, v)}


@dataclass(slots=True)
class Terms:
    """Values, and the parameters that stand for them."""

    entered: tuple[Leaf, ...]
    shown: tuple[Leaf, ...]
    region: str

    @property
    def known(self) -> tuple[Leaf, ...]:
        return (*self.entered, *self.shown)

    def step(self, step: Mapping[str, Any]) -> dict[str, Any]:
        return {key: self._said(key, value) for key, value in step.items()}

    def mutation(self, held: Mutation) -> Learned:
        fields = {name: self._sent(name, value) for name, value in held.fields.items()}
        volatile = tuple(n for n, v in held.fields.items() if _made_up(n, v))
        return Learned(
            method=held.method,
            path=self._words(held.path),
            fields=fields | dict.fromkeys(volatile, ""),
            volatile=volatile,
        )

    def meaning(self, value: Any, left: list[Leaf]) -> Any:
        """The call with each of its values as the parameter for it; what is on or off stays."""
        match value:
            case Mapping():
                given = {k: v for k, v in value.items() if k not in GENERATED and v != TOKEN}
                return {k: self.meaning(v, left) for k, v in given.items()}
            case list() | tuple():
                return [self.meaning(item, left) for item in value]
            case None:
                return None
        leaf = left.pop(0)
        return value if isinstance(value, bool) else leaf.place

    def _said(self, key: str, value: Any) -> Any:
        match value:
            case list() | tuple():
                return [self._said(key, item) for item in value]
            case str() if key == "url":
                return self._words(value.replace(f"region={self.region}", "region={region}"))
            case str() if key not in ("verb", "role", "opens"):
                whole = self._whole(value, self.entered)
                return whole or self._words(value)
            case int() | float() if not isinstance(value, bool):
                return self._whole(str(value), self.entered) or value
        return value

    def _sent(self, name: str, value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return [self._sent(name, item) for item in value]
        if name.removeprefix("?") == "region" and value == self.region:
            return "{region}"
        return self._whole(str(value), self.known) or value

    def _whole(self, text: str, leaves: Sequence[Leaf]) -> str:
        found = (x for x in leaves if not isinstance(x.value, bool) and x.says(text))
        return next((leaf.place for leaf in found), "")

    def _words(self, text: str) -> str:
        """With values that stand in it as words of their own, where they are long enough to mean
        anything."""
        for leaf in self.entered:
            value = str(leaf.value)
            if isinstance(leaf.value, str) and len(value) > 2:
                text = re.sub(rf"(?<![\w{{-]){re.escape(value)}(?![\w}}-])", leaf.place, text)
        return text


def _straight(reports: Sequence[Report]) -> list[Report]:
    """Without what led back to a state of the page that was there before."""
    kept: list[Report] = []
    for report in reports:
        states = [each.view.state for each in kept]
        if report.held is None and report.view.state in states:
            del kept[states.index(report.view.state) + 1 :]
        elif report.done:
            kept.append(report)
    return kept


def _start(reports: Sequence[Report]) -> tuple[int, str]:
    """The address from which the rest was done, and where that begins."""
    for number in range(len(reports) - 1, 0, -1):
        if reports[number - 1].view.url != reports[number].view.url:
            moved = number + 1 if reports[number].held is None else number
            return moved, reports[moved - 1].view.url
    return (1, reports[0].view.url) if len(reports) > 1 else (0, "/")


def _goto(url: str, base: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if url.startswith("/") or parts.netloc != urlsplit(base).netloc:
        return {"verb": "goto", "url": "/"}
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return {"verb": "goto", "url": f"{parts.path}{query}{fragment}"}


def _once(done: Sequence[Done]) -> Iterator[Done]:
    """What had an effect; a field that is filled in again is filled in once."""
    for number, each in enumerate(done):
        if isinstance(each.verb, LOOKS):
            continue
        if isinstance(each.verb, OPENS) and each.impact.none:
            continue
        later = done[number + 1 : number + 1 + _run(done[number + 1 :])]
        if isinstance(each.verb, FILLS) and any(_field(x) == _field(each) for x in later):
            continue
        yield each


def _run(done: Sequence[Done]) -> int:
    """How many fields are filled in before anything is pressed."""
    return next((n for n, x in enumerate(done) if not isinstance(x.verb, FILLS)), len(done))


def _field(done: Done) -> tuple[str, str]:
    return getattr(done.verb, "label", ""), getattr(done.verb, "within", "")


def _lasting(done: Done) -> dict[str, Any]:
    """As data; a press may lead to a page or a dialog, as it did."""
    data = as_data(done.verb)
    return data | {"opens": "any"} if isinstance(done.verb, OPENS) else data


def _alike(entered: Sequence[Leaf]) -> str:
    """Values that were the same here must be so again: what was sent does not tell them apart."""
    pairs = [
        f"{one.path} == {other.path}"
        for number, one in enumerate(entered)
        for other in entered[number + 1 :]
        if one.says(other.value) and not isinstance(one.value, bool)
    ]
    return " && ".join(pairs)


def _made_up(name: str, value: Any) -> bool:
    bare = name.removeprefix("?").casefold()
    known = any(re.fullmatch(each.replace("*", ".*"), bare) for each in VOLATILE)
    return known or (isinstance(value, str) and MADE_UP.match(value) is not None)
