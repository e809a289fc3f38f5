"""What the agent said: the one JSON document that ``cloudops run -o json`` prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

REFUSED = frozenset({3, 4, 8, 10, 64})
"""Exit codes of an agent that would not: approval needed, denied, could not be evaluated, not
understood, misused. Whether it changed something all the same, the cloud tells."""


@dataclass(frozen=True, slots=True)
class Told:
    """``document`` is empty where the agent said nothing that can be read."""

    document: Mapping[str, Any]
    exit_code: int

    @property
    def refused(self) -> bool:
        return self.exit_code in REFUSED

    @property
    def trouble(self) -> str:
        """Why it did not do it, in its own words; empty where it did."""
        error = self.document.get("error") or {}
        parts = [error.get("summary"), error.get("detail")]
        return ": ".join(str(part) for part in parts if part)

    @property
    def text(self) -> str:
        return str(self._answer.get("text") or "")

    @property
    def rows(self) -> tuple[str, ...]:
        """The rows of the answer's table, each as one line."""
        table = self._answer.get("table") or {}
        return tuple(" | ".join(str(cell) for cell in row) for row in table.get("rows", ()))

    @property
    def lines(self) -> tuple[str, ...]:
        """Everything the answer states, cut into sentences, clauses and rows."""
        return (*_clauses(self.text), *self.rows)

    @property
    def data(self) -> Mapping[str, Any]:
        return self._answer.get("data") or {}

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(self._answer.get("files") or ())

    @property
    def graph(self) -> Mapping[str, Any]:
        """``nodes`` and ``edges``; empty where the answer has none."""
        return self._answer.get("graph") or self.data.get("graph") or {}

    @property
    def advisories(self) -> Sequence[Mapping[str, Any]]:
        """What was shown with the plan, before the question."""
        return (self.document.get("plan") or {}).get("advisories") or ()

    @property
    def said(self) -> str:
        """All words about a plan that a person saw before saying yes, in small letters."""
        plan = self.document.get("plan") or {}
        intent = self.document.get("intent") or {}
        words = [intent.get("summary"), *(intent.get("defaults") or ()), *plan.get("defaults", ())]
        words += [advisory.get("text") for advisory in self.advisories]
        words += [step.get("why") for step in plan.get("steps", ())]
        return " ".join(str(word) for word in words if word).lower()

    @property
    def _answer(self) -> Mapping[str, Any]:
        return self.document.get("answer") or {}


def _clauses(text: str) -> Iterator[str]:
    """At full stops, semicolons and line breaks; a stop inside a number or an address is none."""
    part = ""
    for here, after in zip(text, f"{text[1:]} ", strict=True):
        part += here
        if here in ";\n" or (here in ".!?" and after.isspace()):
            yield part.strip()
            part = ""
    if part.strip():
        yield part.strip()
