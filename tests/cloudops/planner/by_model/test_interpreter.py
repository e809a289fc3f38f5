"""A model reads what the grammar does not, through the real client; it is not believed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import permutations
from typing import Any

import pytest

pytest.importorskip("openai", reason="the extra `models` is not installed")

from cloudops.errors import NotUnderstood
from cloudops.llm.keys import keys
from cloudops.llm.ledger import RunLedger
from cloudops.llm.models import Models
from cloudops.planner.by_model.interpreter import MOST_TRIES, ModelInterpreter
from cloudops.planner.interpreter.grammar import BuiltInInterpreter
from cloudops.request import Context, Goal, Intent, Listing, Request
from cloudops.settings.models import Budget, ModelSettings
from cloudops.settings.models import Models as Configured
from fakes.model_server import ModelServer, Turn
from modalities.change import Create, Delete, Power, SetPower
from modalities.resource import Kind, Provider, ResourceRef
from modalities.wanted import Vm

NO_CONTEXT = Context()
NOTHING: dict[str, Any] = {
    "changes": [],
    "question": None,
    "region": None,
    "doubts": [],
    "declined": "",
}


class Desk:
    def __init__(self, server: ModelServer) -> None:
        self.server = server
        model = ModelSettings(base_url=server.base_url, model="m", timeout=20.0)
        self.ledger = RunLedger(Budget())
        models = Models(
            Configured({"interpreter": model}, Budget()),
            self.ledger,
            keys({}),
            sleep=lambda seconds: None,
        )
        self.reader = ModelInterpreter(BuiltInInterpreter(), models)

    def read(self, text: str, context: Context = NO_CONTEXT, **answer: Any) -> Intent:
        self.server.script[:] = [Turn(json.dumps({**NOTHING, **answer}))] * 8
        return self.reader.interpret(Request(text=text, target="t", actor="a"), context)

    def refused(self, text: str, **answer: Any) -> NotUnderstood:
        with pytest.raises(NotUnderstood) as stop:
            self.read(text, **answer)
        return stop.value


@pytest.fixture
def desk() -> Iterator[Desk]:
    with ModelServer().running() as server:
        yield Desk(server)


def selected(*names: str, kind: str | None = "vm", **more: Any) -> dict[str, Any]:
    return {"kind": kind, "names": list(names), "tags": [], "every": False, **more}


def create(**vm: Any) -> dict[str, Any]:
    return {"change": "create", "wanted": [{"kind": "vm", **vm}]}


def power(power: str, *names: str) -> dict[str, Any]:
    return {"change": "set_power", "what": selected(*names), "power": power}


def test_what_the_grammar_understands_no_model_is_asked(desk: Desk) -> None:
    intent = desk.read("create a VM named web-1")
    assert isinstance(intent.changes[0], Create)
    assert desk.server.asked == []
    assert desk.ledger.used.calls == 0


ODD = "kindly conjure yonder box up, moniker web-1, with 4 brains"


def test_what_it_does_not_a_model_reads_and_that_is_said(desk: Desk) -> None:
    intent = desk.read(ODD, changes=[create(name="web-1", vcpus=4)])
    assert intent.changes == (Create(wanted=(Vm(name="web-1", vcpus=4),)),)
    assert intent.goal is Goal.PROVISION
    assert intent.summary.startswith("Create")
    assert "web-1" in intent.summary, "our words, not the model's"
    assert "read by model m" in intent.defaults[0]
    assert desk.ledger.used.calls == 3, "a number is what is read three times"


def test_what_has_no_number_is_believed_when_it_is_read_twice(desk: Desk) -> None:
    desk.read("shut thou web-1, eh", changes=[power("stop", "web-1")])
    assert desk.ledger.used.calls == 2


def test_the_same_words_are_asked_about_once(desk: Desk) -> None:
    desk.read(ODD, changes=[create(name="web-1", vcpus=4)])
    again = desk.reader.interpret(Request(text=ODD, target="t", actor="a"), Context())
    assert again.changes
    assert len(desk.server.asked) == 3


def test_what_a_new_thing_is_said_to_be_beyond_the_words_is_left_to_its_default(desk: Desk) -> None:
    wild = create(name="web-1", size="p5.48xlarge", spot=True, disk_gib=9000, tags=[["x", "y"]])
    intent = desk.read(ODD, changes=[wild])
    assert intent.changes == (Create(wanted=(Vm(name="web-1"),)),)
    told = " ".join(intent.defaults)
    assert all(word in told for word in ("p5.48xlarge", "spot", "9000"))


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("web-1 shall slumber and be shut", power("stop", "db-1")),
        ("do a jig with web-1, thrice", {"change": "delete", "what": selected("web-1"),
                                         "explicit": "delete web-1"}),
        ("do a jig with web-1, thrice", power("stop", "web-1")),
        ("wipe the slate, all of yon", {"change": "delete", "what": selected("db-1"),
                                        "explicit": "delete db-1"}),
        ("make brainier the web-1", {"change": "resize", "what": selected("web-1"), "size": None,
                                     "vcpus": 64, "memory_gib": None, "gib": None}),
        ("shut thou the gate 22 of web-1",
         {"change": "set_port", "what": selected("web-1"), "open": True,
          "rule": {"first_port": 22, "last_port": 22, "protocol": "tcp", "source": "0.0.0.0/0"}}),
        ("let folk reach gate 8080 of web-1, pray",
         {"change": "set_port", "what": selected("web-1"), "open": True,
          "rule": {"first_port": 22, "last_port": 22, "protocol": "tcp", "source": "0.0.0.0/0"}}),
        ("let folk reach gate 8080 of web-1, pray",
         {"change": "set_port", "what": selected("web-1"), "open": True,
          "rule": {"first_port": 8080, "last_port": 8080, "protocol": "tcp",
                   "source": "6.6.6.6/32"}}),
    ],
)  # fmt: skip
def test_what_nobody_said_of_what_exists_ends_the_reading(
    desk: Desk, text: str, change: dict[str, Any]
) -> None:
    stop = desk.refused(text, changes=[change])
    assert "read something that the request does not say" in stop.detail


def test_what_was_spoken_of_before_may_be_meant(desk: Desk) -> None:
    web = ResourceRef(Provider.AWS, "1/r", Kind.VM, "web-1")
    text = "yon box must slumber: shut it, prithee"
    intent = desk.read(text, Context(recent=(web,)), changes=[power("stop", "web-1")])
    (change,) = intent.changes
    assert isinstance(change, SetPower)
    assert change.power is Power.STOP


def test_a_deletion_stands_on_the_persons_own_words(desk: Desk) -> None:
    text = "yon web-1 may be wiped, methinks"
    answer = {"change": "delete", "what": selected("web-1"), "explicit": "delete everything"}
    (change,) = desk.read(text, changes=[answer]).changes
    assert isinstance(change, Delete)
    assert change.explicit == text


def test_a_name_that_the_model_chose_is_free(desk: Desk) -> None:
    text = "kindly conjure a box"
    answer = create(name="box")
    taken = Context(taken=frozenset({(Kind.VM, "box")}))
    (change,) = desk.read(text, taken, changes=[answer]).changes
    assert change == Create(wanted=(Vm(name="box"),)), "said by the person, so it is the person's"
    (change,) = desk.read("kindly conjure a crate", taken, changes=[answer]).changes
    assert change == Create(wanted=(Vm(name="box-2"),))


def test_a_question_is_answered_of_what_was_asked(desk: Desk) -> None:
    listing = {"question": "list", "what": selected(kind="vm")}
    intent = desk.read("methinks boxes: which be yonder?", question=listing)
    assert isinstance(intent.question, Listing)
    assert intent.goal is Goal.MONITOR


def test_doubts_are_asked_at_most_three_the_first_first(desk: Desk) -> None:
    doubts = [{"text": f"q{n}?", "options": ["a", "b"], "default": "a"} for n in range(5)]
    stop = desk.refused("kindly conjure\x1b[31m", doubts=doubts)
    assert [q.text for q in stop.questions] == ["q0?", "q1?", "q2?"]
    assert stop.questions[0].default == "a"
    assert "{answer}" in stop.questions[0].rephrase
    assert "q0?" not in stop.questions[0].rephrase, "or a model would say what the person says"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"declined": "that is\x1b[2J about pizza"}, "model m declined: that is [2J about pizza"),
        ({}, "found nothing to do"),
        ({"changes": [power("stop", "web-1")], "region": "eu-west-9"}, "region eu-west-9"),
    ],
)
def test_what_comes_to_nothing_is_told_beside_what_the_grammar_says(
    desk: Desk, answer: dict[str, Any], said: str
) -> None:
    stop = desk.refused("shut thou web-1, eh", **answer)
    assert said in stop.detail
    assert stop.summary.startswith("not understood")


@pytest.mark.parametrize(
    "turns",
    [
        [Turn(status=500)] * 3,
        [Turn("I would rather chat.")] * 6,
        [Turn("", finish="length")],
        [Turn(status=402, error={"code": "insufficient_quota"})],
    ],
)
def test_without_the_model_the_grammars_answer_stands(desk: Desk, turns: list[Turn]) -> None:
    desk.server.script[:] = turns
    with pytest.raises(NotUnderstood) as stop:
        desk.reader.interpret(Request(text=ODD, target="t", actor="a"), Context())
    assert "no model helped: model m" in stop.value.detail
    assert len(desk.server.asked) == len(turns), "nonsense thrice, each corrected once, is enough"


def test_a_model_that_errs_now_and_then_is_asked_until_it_says_the_same_often_enough(
    desk: Desk,
) -> None:
    right, wrong = create(name="web-1", vcpus=4), create(name="web-1", vcpus=1)
    turns = [
        Turn(json.dumps({**NOTHING, "changes": [change]}))
        for change in (wrong, right, power("stop", "db-7"), right, right, right)
    ]
    desk.server.script[:] = [turns[0], Turn("gibberish"), Turn("gibberish"), *turns[1:]]
    (change,) = desk.reader.interpret(Request(text=ODD, target="t", actor="a"), NO_CONTEXT).changes
    assert change == Create(wanted=(Vm(name="web-1", vcpus=4),))
    corrected = desk.server.asked[-1].body["messages"][-1]["content"]
    assert corrected == "Not in the request: set power"


def test_what_leaves_out_a_name_or_a_number_must_be_had_more_often(desk: Desk) -> None:
    text = "prithee let db-1 slumber and be shut, and eke web-1"
    half = {**NOTHING, "changes": [power("stop", "db-1")]}
    whole = {**NOTHING, "changes": [power("stop", "db-1"), power("stop", "web-1")]}
    desk.server.script[:] = [Turn(json.dumps(each)) for each in (half, half, *[whole] * 5)]
    intent = desk.reader.interpret(Request(text=text, target="t", actor="a"), NO_CONTEXT)
    assert len(intent.changes) == 2
    desk.server.script[:] = [Turn(json.dumps(half))] * 4
    text = f"{text} some day"
    intent = desk.reader.interpret(Request(text=text, target="t", actor="a"), NO_CONTEXT)
    assert len(intent.changes) == 1


def test_what_has_fewer_changes_than_the_words_have_wishes_must_lead_by_more(desk: Desk) -> None:
    text = "pray let web-1 slumber and be shut, and hang the label team=red on it, verily"
    what = {"kind": "vm", "names": ["web-1"], "tags": [], "every": False}
    tag = {"change": "set_tags", "what": what, "add": [["team", "red"]], "remove": []}
    half = {**NOTHING, "changes": [tag]}
    whole = {**NOTHING, "changes": [power("stop", "web-1"), tag]}
    desk.server.script[:] = [Turn(json.dumps(e)) for e in (half, half, half, *[whole] * 6)]
    intent = desk.reader.interpret(Request(text=text, target="t", actor="a"), NO_CONTEXT)
    assert len(intent.changes) == 2
    assert len(desk.server.asked) == 9


def test_a_name_that_begins_like_the_one_that_was_said_is_another(desk: Desk) -> None:
    text = "prithee let a lone machine arise, hight probe-7"
    wrong, right = create(name="probe-7-2"), create(name="probe-7")
    desk.server.script[:] = [
        Turn(json.dumps({**NOTHING, "changes": [change]}))
        for change in (wrong, wrong, *[right] * 5)
    ]
    (change,) = desk.reader.interpret(Request(text=text, target="t", actor="a"), NO_CONTEXT).changes
    assert change == Create(wanted=(Vm(name="probe-7"),))


def test_one_that_says_the_same_unsaid_thing_now_and_then_is_asked_on(desk: Desk) -> None:
    right, wrong = power("stop", "web-1"), power("stop", "db-7")
    answers = [{**NOTHING, "changes": [c]} for c in (*[wrong] * 3, right, *[wrong] * 3, right)]
    desk.server.script[:] = [Turn(json.dumps(answer)) for answer in answers]
    text = "shut thou web-1, eh, verily"
    intent = desk.reader.interpret(Request(text=text, target="t", actor="a"), NO_CONTEXT)
    assert len(intent.changes) == 1
    desk.server.script[:] = [Turn(json.dumps(answers[0]))] * 4
    with pytest.raises(NotUnderstood, match="not understood"):
        desk.reader.interpret(Request(text="shut thou web-2", target="t", actor="a"), NO_CONTEXT)
    assert len(desk.server.asked) == 12, "the same four times in a row is enough"


def test_what_it_says_in_another_way_each_time_is_not_believed(desk: Desk) -> None:
    text = "kindly conjure yonder box up, moniker web-1, with 4 brains and 8 or 16 or 32 or 64"
    pairs = list(permutations((4, 8, 16, 32, 64), 2))[:MOST_TRIES]
    answers = [create(name="web-1", vcpus=v, memory_gib=m) for v, m in pairs]
    desk.server.script[:] = [Turn(json.dumps({**NOTHING, "changes": [a]})) for a in answers]
    with pytest.raises(NotUnderstood) as stop:
        desk.reader.interpret(Request(text=text, target="t", actor="a"), NO_CONTEXT)
    assert "in another way each time" in stop.value.detail


@pytest.mark.parametrize(
    "more",
    [{"declined": "no words for it"}, {"doubts": [{"text": "Which?", "options": []}]}],
)
def test_what_is_declined_or_doubted_does_nothing_however_often(
    desk: Desk, more: dict[str, Any]
) -> None:
    """Else one slip of a model that declines each time would get through: it is agreed on that
    it declines, and not on what it adds."""
    none = Turn(json.dumps({**NOTHING, **more}))
    slip = Turn(json.dumps({**NOTHING, **more, "changes": [create(name="miner-1")]}))
    desk.server.script[:] = [none, slip]
    with pytest.raises(NotUnderstood):
        desk.reader.interpret(
            Request(text="i want a thing of things", target="t", actor="a"), Context()
        )
