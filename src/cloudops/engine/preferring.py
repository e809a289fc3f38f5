"""What was answered last time is offered as the default; a person still answers.

Where nobody is there to answer, a question stays open as ever: an answer from another day is
no answer to this request.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from cloudops.engine.contract import Asker, Decision
from cloudops.request import OpenQuestion
from cloudops.settings.secret_shapes import looks_like_one
from cloudops.state.contract import Store, StoreError
from cloudops.state.workflow import Preference
from modalities.plan import Plan
from policies.finding import Verdict

GRAVE = frozenset({"delete", "destroy", "remove", "terminate", "everything", "all"})
"""Words of questions and answers that are never offered again: no Enter shall destroy."""
LONGEST = 200
"""Characters of an answer that is kept; longer ones are no choice but a text."""


class Preferring:
    """An Asker that is reminded of what it said; of plans it is asked as ever. ``project`` is
    the directory that a command is started in."""

    def __init__(self, person: Asker, store: Store, project: str) -> None:
        self._person = person
        self._store = store
        self._project = project

    @property
    def present(self) -> bool:
        return self._person.present

    def ask(self, question: OpenQuestion) -> str | None:
        keeps = not is_grave(question.text, *question.options)
        answer = self._person.ask(self._reminded(question) if keeps else question)
        if answer and keeps and may_be_kept(answer):
            self._keep(question, answer)
        return answer

    def show(self, plan: Plan, verdict: Verdict) -> None:
        self._person.show(plan, verdict)

    def approve(self, plan: Plan, verdict: Verdict, *, typed_name: str | None) -> Decision:
        return self._person.approve(plan, verdict, typed_name=typed_name)

    def _reminded(self, question: OpenQuestion) -> OpenQuestion:
        """One of several options that is no longer among them is not offered."""
        with suppress(StoreError):
            before = self._store.preference(self._project, question.text)
            if before and (not question.options or before.answer in question.options):
                return replace(question, default=before.answer)
        return question

    def _keep(self, question: OpenQuestion, answer: str) -> None:
        at = datetime.now(UTC)
        with suppress(StoreError):
            self._store.prefer(
                Preference(project=self._project, question=question.text, answer=answer, at=at)
            )


def is_grave(*texts: str) -> bool:
    return any(GRAVE.intersection(text.casefold().replace("?", " ").split()) for text in texts)


def may_be_kept(answer: str) -> bool:
    return len(answer) <= LONGEST and not is_grave(answer) and not looks_like_one(answer)
