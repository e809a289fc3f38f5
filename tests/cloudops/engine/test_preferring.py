"""Answers are offered again, to a person, where they can do no harm."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from cloudops.engine.contract import Decision
from cloudops.engine.preferring import Preferring
from cloudops.request import OpenQuestion
from cloudops.state.contract import Store
from modalities.plan import Plan
from policies.finding import Verdict

PORT = OpenQuestion(text="Which port?", rephrase="open port {answer}")


@dataclass
class Person:
    """Answers with ``says``; Enter takes the default. ``seen`` are the defaults offered."""

    says: str | None = ""
    present: bool = True
    seen: list[str | None] = field(default_factory=list)

    def ask(self, question: OpenQuestion) -> str | None:
        self.seen.append(question.default)
        return question.default if self.says == "" else self.says

    def show(self, plan: Plan, verdict: Verdict) -> None:
        """Not asked for here."""

    def approve(self, plan: Plan, verdict: Verdict, *, typed_name: str | None) -> Decision:
        return Decision(False, "no")


def asked(
    store: Store, question: OpenQuestion, person: Person, project: str = "/shop"
) -> str | None:
    return Preferring(person, store, project).ask(question)


def test_an_answer_is_the_next_default(store: Store) -> None:
    assert asked(store, PORT, Person("8443")) == "8443"
    person = Person()
    assert asked(store, PORT, person) == "8443"
    assert person.seen == ["8443"]
    kept = store.preference("/shop", "Which port?")
    assert kept is not None
    assert kept.times == 2


def test_in_another_project_it_is_not(store: Store) -> None:
    asked(store, PORT, Person("8443"))
    assert asked(store, PORT, Person(), "/other") is None


def test_an_option_that_is_gone_is_not_offered(store: Store) -> None:
    asked(store, OpenQuestion(text="Which VM?", options=("a", "b")), Person("b"))
    person = Person()
    asked(store, OpenQuestion(text="Which VM?", options=("a", "c")), person)
    assert person.seen == [None]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (OpenQuestion(text="Does “kill” mean it?", options=("stop", "delete")), "stop"),
        (OpenQuestion(text="Which VM should I delete?"), "web-1"),
        (OpenQuestion(text="What of it?"), "delete it"),
        (OpenQuestion(text="Everything in the account?"), "all VMs"),
        (PORT, "AKIAIOSFODNN7EXAMPLE"),
        (PORT, "x" * 300),
    ],
)
def test_what_destroys_or_is_a_secret_is_not_kept(
    store: Store, question: OpenQuestion, answer: str
) -> None:
    assert asked(store, question, Person(answer)) == answer
    assert store.preferences() == ()


def test_no_answer_is_kept_as_none(store: Store) -> None:
    assert asked(store, PORT, Person(None)) is None
    assert store.preferences() == ()


def test_whether_somebody_is_there_is_not_ours_to_say(store: Store) -> None:
    assert not Preferring(Person(present=False), store, "/shop").present
