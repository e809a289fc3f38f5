"""The way to do what nobody has shown: a form found by its name, and filled in by its labels.

This happens before anything is approved, so the gate holds every change: the form is filled in,
its button pressed, and what it would have sent is what is shown and approved.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from modalities.action import BrowserScript, SdkCall
from modalities.browser.approving import Approved
from modalities.browser.driver.contract import Field, Mutation, Report, Stuck, View, Why
from modalities.browser.driver.verbs import as_data
from modalities.browser.facts import (
    MADE_UP,
    Fact,
    Facts,
    Opening,
    facts_of,
    nothing_of,
    option_for,
    placed,
    radios,
    synonyms,
)
from modalities.browser.matching import GENERATED
from modalities.browser.translating import undone
from modalities.browser.visits import Visit
from modalities.codec import encode
from modalities.contract import Unsupported
from modalities.step import Irreversible, Step

TAB = re.compile(r'^\s*tab "([^"]+)"', re.MULTILINE)
REVIEW = re.compile(r"^(review|validate)\b", re.IGNORECASE)
ADD_TAG = re.compile(r"^add (a )?(new )?tag$", re.IGNORECASE)
SUBMIT = re.compile(r"^(create|launch|allocate|save|submit|ok)\b", re.IGNORECASE)

MOST_TABS = 12

REVIEW_COMES = 10
"""Seconds for which what a review ends with is looked for."""


@dataclass(slots=True)
class Improvising:
    """One form in one console. ``reads`` are requests that are known to change nothing."""

    visit: Visit
    reads: Sequence[str] = ()
    done: list[dict[str, Any]] = field(default_factory=list)
    left: dict[str, Fact] = field(default_factory=dict)
    decisions: int = 0

    def step(self, step: Step) -> Step:
        """The step as a script for the form that was found. Raises Unsupported, CloudError."""
        call = step.action
        if not isinstance(call, SdkCall):
            raise Unsupported(f"{step.id} is no call of AWS's API")
        facts = facts_of(call)
        self.left = {fact.path: fact for fact in facts.facts}
        self.visit.guard(Approved(self.visit.access.url, (), self.reads))
        self.visit.web.begin()
        view = self._opened(synonyms().opening(call.operation), call)
        url = view.url
        held = self._filled(view, facts, call)
        _require_all(facts, held, call)
        header = {
            "verb": "workflow",
            "name": f"improvised: {call}",
            "reads": list(self.reads),
            "decisions": self.decisions,
        }
        return _scripted(step, call, header, [_opening(url), *self.done], held, facts)

    def _opened(self, opening: Opening, call: SdkCall) -> View:
        """The form, by the console's own search and the button on the page it leads to."""
        self._do([{"verb": "goto", "url": "/"}])
        # a search that leads to a page does not hold what was chosen
        self._try([{"verb": "choose", "label": "Search", "option": opening.page}])
        tried = []
        for name in opening.button:
            report = self._try([{"verb": "click", "name": name, "opens": "page"}])
            if report.stop is None:
                self.done.clear()
                return report.view
            tried.append(name)
        raise Unsupported(f"no page of the console has a way for {call}: {', '.join(tried)}")

    def _filled(self, view: View, facts: Facts, call: SdkCall) -> Mutation:
        tabs = [name for name in TAB.findall(view.text) if not REVIEW.match(name)][:MOST_TABS]
        for number, tab in enumerate(tabs or [""]):
            if number:
                view = self._do([{"verb": "click", "name": tab, "role": "tab"}]).view
            batch = [*self._fields(view.fields), *_tag_rows(view, facts)]
            if batch:
                self._do(batch)
        missing = [f for f in self.left.values() if not synonyms().implies(f.path) and f.value]
        if missing:
            raise Unsupported(f"the console's form for {call} has no field for {missing[0].path}")
        return self._sent(call)

    def _fields(self, fields: Sequence[Field]) -> list[dict[str, Any]]:
        """What is given to the fields that are shown now, in their order."""
        facts = list(self.left.values())
        given = {each.label: _given(fact, each) for fact, each in placed(facts, fields)}
        pressed = [*radios(facts, fields)]
        given |= {each.label: _pressed(each) for _, each in pressed}
        for fact, _ in (*placed(facts, fields), *pressed):
            self.left.pop(fact.path, None)
        for each in fields:  # a list that wants a choice, and offers to choose nothing
            option = nothing_of(each) if each.label not in given and each.kind == "list" else None
            if option is not None and each.value in ("", "Select an option"):
                given[each.label] = {"verb": "choose", "label": each.label, "option": option}
        return [given[each.label] for each in fields if each.label in given]

    def _sent(self, call: SdkCall) -> Mutation:
        """What the form would send."""
        for pattern in (REVIEW, SUBMIT):
            name = self._button(pattern, REVIEW_COMES if pattern is SUBMIT else 0)
            if name is None:
                continue
            report = self._try([{"verb": "click", "name": name, "role": "button"}])
            if report.held is not None:
                self.done.append({"verb": "click", "name": name, "role": "button", "opens": "page"})
                return report.held
            if report.stop is not None:
                raise Unsupported(f"the console's form for {call}: {report.stop.detail}")
        raise Unsupported(f"the console's form for {call} sends nothing")

    def _button(self, pattern: re.Pattern[str], looks: int) -> str | None:
        """The name of a button; what is not there yet is looked for ``looks`` times more."""
        for _ in range(looks + 1):
            view = self.visit.web.look()
            for name in view.buttons:
                if pattern.match(name) and not _is_tab(name, view):
                    return str(name)
            time.sleep(1.0 if looks else 0.0)
        return None

    def _do(self, batch: Sequence[Mapping[str, Any]]) -> Report:
        report = self._try(batch)
        if report.stop is not None:
            raise Unsupported(
                f"the console cannot be used without a workflow: {report.stop.detail}"
            )
        return report

    def _try(self, batch: Sequence[Mapping[str, Any]]) -> Report:
        self.decisions += 1
        try:
            report = self.visit.do(batch)
        except Stuck as stuck:
            report = stuck.report
        if report.stop is None or report.stop.why is not Why.HELD:
            self.done += [as_data(each.verb) for each in report.done]
        return report


def _pressed(field: Field) -> dict[str, Any]:
    return {"verb": "check", "label": field.label, "on": True}


def _given(fact: Fact, field: Field) -> dict[str, Any]:
    """Raises Unsupported where a list does not offer it."""
    if field.kind == "check":
        return {"verb": "check", "label": field.label, "on": bool(fact.value)}
    if field.kind in ("list", "radio") and field.options:
        option = option_for(fact.value, field)
        if option is None:
            raise Unsupported(f"{field.label} in the console has no option {fact.value}")
        return {"verb": "choose", "label": field.label, "option": option}
    if field.kind in ("suggestions", "radio", "list"):
        return {"verb": "choose", "label": field.label, "option": str(fact.value)}
    return {"verb": "set", "label": field.label, "value": fact.value}


def _tag_rows(view: View, facts: Facts) -> list[dict[str, Any]]:
    add = next((name for name in view.buttons if ADD_TAG.match(name)), None)
    if add is None:
        return []
    rows: list[dict[str, Any]] = []
    for number, (key, value) in enumerate(facts.tags, 1):
        rows += [
            {"verb": "click", "name": add, "role": "button"},
            {"verb": "set", "label": f"Key #{number}", "value": key},
            {"verb": "set", "label": f"Value #{number}", "value": value},
        ]
    return rows


def _is_tab(name: str, view: View) -> bool:
    """Whether there is nothing of this name but a tab."""
    return name in TAB.findall(view.text) and view.buttons.count(name) < 2


def _require_all(facts: Facts, held: Mutation, call: SdkCall) -> None:
    """Raises Unsupported where a value is not in what the form would send: a label misled."""
    sent = {str(each) for value in held.fields.values() for each in _several(value)}
    for fact in facts.facts:
        told = isinstance(fact.value, bool) or synonyms().implies(fact.path)
        if not told and str(fact.value) not in sent:
            raise Unsupported(f"the console's form for {call} does not send {fact.path}")


def _several(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else (value,)


def _opening(url: str) -> dict[str, Any]:
    return {"verb": "open", "urls": [_relative(url)], "heading": ""}


def _scripted(
    step: Step,
    call: SdkCall,
    header: Mapping[str, Any],
    done: Sequence[Mapping[str, Any]],
    held: Mutation,
    facts: Facts,
) -> Step:
    known = {str(fact.value) for fact in facts.facts}
    volatile = [
        name
        for name, value in held.fields.items()
        if isinstance(value, str) and MADE_UP.match(value) and value not in known
    ]
    probe = step.probe
    confirm: dict[str, Any] = {"verb": "confirm", "expects": []}
    if probe is not None:
        confirm |= {"kind": probe.kind.value, "where": dict(probe.where)}
    else:
        confirm["expects"] = [encode(each) for each in step.expects]
    mutation = {"method": held.method, "path": held.path, "fields": dict(held.fields)}
    asked = {key: value for key, value in call.parameters.items() if key not in GENERATED}
    undo = step.undo if isinstance(step.undo, Irreversible) else undone(step, _nobody(step))
    return replace(
        step,
        action=BrowserScript(
            actions=(dict(header), *(dict(each) for each in done), confirm),
            meaning=(replace(call, parameters=asked),),
            mutations=({**mutation, "volatile": volatile} if volatile else mutation,),
        ),
        outputs={name: name for name in step.outputs},
        undo=undo,
    )


def _nobody(step: Step) -> list[str]:
    reversals = step.undo if isinstance(step.undo, tuple) else ()
    return [f"there is no workflow for {each.action}" for each in reversals]


def _relative(url: str) -> str:
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{parts.path}{query}{fragment}"
