"""A model plans what nobody else understands, on the real sandbox: looked up, held to the words,
rehearsed, done; and the second time nobody is asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import boto3
import pytest

pytest.importorskip("openai", reason="the extra `models` is not installed")

from cloudops.app import App, knowledge_sources
from cloudops.config import load
from cloudops.engine.report import Options, Report, Risk
from cloudops.knowledge.building import build, place
from cloudops.knowledge.contract import Source
from cloudops.knowledge.sources.botocore import source
from cloudops.request import Constraints, Request
from cloudops.views.asking import NobodyAsker
from fakes.model_server import ModelServer, Turn


class Silent:
    def event(self, seq: int, stage: str, what: str, body: Any) -> None:
        """Nobody looks."""


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    with ModelServer().running() as server:
        yield server


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, model: ModelServer) -> Iterator[App]:
    home = tmp_path_factory.mktemp("planning")
    file = home / "own.toml"
    file.write_text(f'[models.planner]\nbase_url = "{model.base_url}"\nmodel = "m"\n')
    flags = {"state_dir": str(home / "state"), "config": str(file)}
    config = load(flags, {"XDG_CONFIG_HOME": str(home)}, home)
    _know(home / "state" / "knowledge")
    with App.open(config, target="sandbox", asker=NobodyAsker(), observer=Silent()) as opened:
        yield opened
        opened.sandbox.down()


def _know(home: Path) -> None:
    """The index of all that is installed is said to be there; it holds one service, since all
    take a minute."""
    spec = find_spec("botocore")
    assert spec is not None
    assert spec.origin is not None
    whole = source(Path(spec.origin).parent / "data", "1")
    one = Source("botocore", "1", tuple(p for p in whole.parts if p.name == "aws sqs"))
    build(home, (one,), lambda *_: None).replace(place(home, knowledge_sources()))


def asked(app: App, text: str, risk: Risk = Risk.HIGH) -> Report:
    wish = Constraints(modality="sdk")
    request = Request(text=text, target="sandbox", actor="ann", constraints=wish)
    return app.run(request, Options(yes=True, max_risk=risk))


def move(**more: Any) -> dict[str, Any]:
    return {
        "find": [],
        "show": [],
        "names": False,
        "hangs": [],
        "tried": [],
        "calls": [],
        "doubts": [],
        "declined": "",
        **more,
    }


def call(operation: str, **parameters: Any) -> dict[str, Any]:
    return {"service": "sqs", "operation": operation, "parameters": parameters, "hand": "sdk"}


def scripted(model: ModelServer, *moves: dict[str, Any]) -> None:
    model.script[:] = [Turn(json.dumps(each)) for each in moves]
    model.asked.clear()


def queues(app: App) -> dict[str, dict[str, str]]:
    sqs: Any = boto3.client(
        "sqs",
        endpoint_url=app.target.endpoint_url,
        region_name="us-east-1",
        aws_access_key_id="123456789012",
        aws_secret_access_key="x",
    )
    urls = sqs.list_queues().get("QueueUrls", [])
    return {
        url.rpartition("/")[2]: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])[
            "Attributes"
        ]
        for url in urls
    }


TEXT = "prithee conjure me queue orders-7, and let its visibility timeout then be 75, verily"
PLAN = (
    call("CreateQueue", QueueName="orders-7"),
    call(
        "SetQueueAttributes",
        QueueUrl={"$output": "1.QueueUrl"},
        Attributes={"VisibilityTimeout": "75"},
    ),
)


def test_two_calls_of_which_one_refers_to_the_other_and_never_a_model_again(
    app: App, model: ModelServer
) -> None:
    scripted(
        model,
        move(find=["set attributes of a queue"], show=["aws sqs create-queue"], names=True),
        *[move(calls=list(PLAN))] * 3,
    )
    first = asked(app, TEXT)
    assert first.outcome == "done", first.error
    assert queues(app)["orders-7"]["VisibilityTimeout"] == "75"
    assert first.usage.model_calls == 4
    assert first.plan is not None
    assert first.plan.evidence is not None
    assert first.plan.evidence.rehearsed, "tried in a copy before"
    looked = model.asked[1].body["messages"][-1]["content"]
    assert looked.startswith("<data-")
    assert "aws sqs set-queue-attributes" in looked
    assert "QueueName (text; required)" in looked

    scripted(model)
    again = asked(app, TEXT.replace("orders-7", "orders-8").replace("75", "80"))
    assert again.outcome == "done", again.error
    assert queues(app)["orders-8"]["VisibilityTimeout"] == "80"
    assert model.asked == []
    assert again.usage.model_calls == 0
    assert again.intent is not None
    assert any(f"as in run {first.run}" in text for text in again.intent.defaults)


def test_what_lacks_or_comes_too_early_shows_in_a_copy_and_is_mended_before_it_is_proposed(
    app: App, model: ModelServer
) -> None:
    text = "pray summon queue late-1, whose visibility timeout be 75, forsooth"
    made = call("CreateQueue", QueueName="late-1")
    named = call("SetQueueAttributes", QueueUrl="late-1", Attributes={"VisibilityTimeout": "75"})
    scripted(
        model,
        move(tried=[named]),
        move(tried=[named, made]),
        move(calls=[named, made]),
        move(calls=[made, named]),
        move(calls=[made, named]),
    )
    report = asked(app, text)
    assert report.outcome == "done", report.error
    assert queues(app)["late-1"]["VisibilityTimeout"] == "75"
    first, second = (model.asked[n].body["messages"][-1]["content"] for n in (1, 2))
    assert first.startswith("<data-")
    assert "1. sqs:SetQueueAttributes: refused: invalid: sqs has no queue late-1" in first
    assert '1. sqs:CreateQueue: done; answer: {"QueueUrl": "http' in second
    assert "2. sqs:SetQueueAttributes: done" in second
    assert report.plan is not None
    make, change = report.plan.steps
    assert change.needs == (make.id,), "what names a thing comes behind what makes it"
    assert report.usage.steps == 4, "two tries, a rehearsal, and doing it"


def test_what_is_tried_leaves_nothing_in_the_cloud(app: App, model: ModelServer) -> None:
    before = queues(app)
    made = call("CreateQueue", QueueName="never-1")
    scripted(model, move(tried=[made]), *[move(declined="better not")] * 2)
    report = asked(app, "prithee conjure me queue never-1, verily")
    assert report.exit_code == 10
    assert "done" in model.asked[1].body["messages"][-1]["content"]
    assert queues(app) == before


@pytest.mark.parametrize(
    ("text", "calls", "why"),
    [
        ("prithee conjure me queue a-1, verily", [call("CreateQueue", QueueName="a-2")], "a-2"),
        ("prithee conjure me queue a-1, verily", [call("DeleteQueue", QueueUrl="a-1")], "destroys"),
        ("prithee conjure me queue a-1, verily", [call("MakeQueue", QueueName="a-1")], "there is"),
        (
            "prithee conjure me queue a-1, verily",
            [call("CreateQueue", QueueName="a-1", Attributes={"Policy": "{}"})],
            "Policy",
        ),
        (
            "prithee let folk beyond send unto queue a-1, verily",
            [call("AddPermission", QueueUrl="a-1", Label="x", AWSAccountIds=["1"], Actions=["*"])],
            "does not say",
        ),
        ("prithee conjure me queue a-1, verily", [call("CreateQueue", Queue="a-1")], "Queue"),
    ],
)
def test_what_nobody_said_is_not_planned(
    app: App, model: ModelServer, text: str, calls: list[dict[str, Any]], why: str
) -> None:
    before = queues(app)
    scripted(model, *[move(calls=calls)] * 12)
    report = asked(app, text)
    assert report.exit_code == 10
    assert report.error is not None
    assert why in report.error.detail
    assert queues(app) == before


def test_one_that_only_looks_around_is_stopped(app: App, model: ModelServer) -> None:
    scripted(model, *[move(names=True)] * 12)
    report = asked(app, "prithee conjure me queue a-1, verily")
    assert report.exit_code == 10
    assert len(model.asked) == 5


def test_a_deletion_that_was_asked_for_is_of_the_highest_risk_whatever_a_model_says(
    app: App, model: ModelServer
) -> None:
    scripted(model, *[move(calls=[call("DeleteQueue", QueueUrl="orders-7")])] * 2)
    report = asked(app, "wipe yonder queue orders-7 away, forsooth", Risk.LOW)
    assert report.exit_code in (3, 4), report.error
    assert "orders-7" in queues(app)


def test_a_plan_that_is_taken_up_asks_no_model(app: App, model: ModelServer) -> None:
    text = "prithee conjure me queue orders-9, and let its visibility timeout then be 75, verily"
    calls = [call("CreateQueue", QueueName="orders-9"), PLAN[1]]
    scripted(model, *[move(calls=calls)] * 3)
    wish = Constraints(modality="sdk")
    request = Request(text=text, target="sandbox", actor="ann", constraints=wish)
    planned = app.plan(request, Options())
    assert planned.plan is not None, planned.error
    scripted(model)
    applied = app.apply(planned.plan, Options(yes=True, max_risk=Risk.HIGH))
    assert applied.outcome == "done", applied.error
    assert model.asked == []
    assert "orders-9" in queues(app)
