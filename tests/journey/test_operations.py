"""A vendor's own operations by a user's own commands, on a cloud that is not the sandbox."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import boto3
import pytest

from cloudops.state.sql import FILE, open_store
from journey.conftest import REGION, Product, Witness
from kill.index import built
from modalities.claim import Claim, Lease, Mode

LAB = ("--target", "lab")


@pytest.fixture
def knowing(product: Product) -> Product:
    """With an index of two services in the place where it looks for that of all."""
    built(product.home / "state" / "knowledge", "apigateway", "sqs")
    return product


def client(service: str, endpoint: str) -> Any:
    """Somebody who is not us."""
    session = boto3.session.Session("test", "test", region_name=REGION)
    return session.client(service, endpoint_url=endpoint)  # type: ignore[call-overload]


def known(knowing: Product, shows: Mapping[str, str] | None) -> None:
    """What the state has of queues: one that shows this, or none."""
    listed = knowing("state", "list", "--type", "sqs:queue", *LAB).report["resources"]
    assert len(listed) == (shows is not None)
    for queue in listed:
        assert queue["ref"]["name"] == "sqs queue orders"
        assert queue["id"].endswith(":orders")
        assert {name: queue["attributes"][name] for name in shows or ()} == shows


@contextmanager
def somebody_has(knowing: Product, identity: Mapping[str, str], name: str) -> Iterator[None]:
    """While somebody else has it."""
    place = f"@{identity['place']}" if identity["place"] else ""
    key = f"aws:{identity['account']}{place}/{REGION}:other/{name}"
    store = open_store(knowing.home / "state" / FILE)
    claims = [Claim(key, Mode.EXCLUSIVE)]
    lease = store.claim("r-1@elsewhere", claims, ttl=300, who="bob", why="the same queue")
    assert isinstance(lease, Lease)
    yield
    store.release(lease)
    store.close()


def test_made_listed_taken_back_and_no_yes_for_what_no_policy_knows(
    knowing: Product, witness: Witness, endpoint: str
) -> None:
    assert witness is not None  # the cloud is fresh
    sqs = client("sqs", endpoint)
    text = "create an SQS queue named orders"

    held = knowing("run", text, "--yes", *LAB)
    assert held.code == 3, held.err  # production: its risk is high, since no policy knows SQS
    assert "QueueUrls" not in sqs.list_queues()

    made = knowing("run", text, "--yes", "--max-risk", "high", *LAB)
    assert made.code == 0, made.err
    url = sqs.list_queues()["QueueUrls"][0]
    assert url.endswith("/orders")
    known(knowing, {"Attributes.VisibilityTimeout": "30"})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "77"})
    assert knowing("state", "refresh", *LAB).report["changed"] == 1
    known(knowing, {"Attributes.VisibilityTimeout": "77"})

    listed = knowing("run", "list my SQS queues", *LAB)
    assert listed.report["answer"]["data"]["answer"]["QueueUrls"][0].endswith("/orders")

    again = knowing("run", text, "--yes", "--max-risk", "high", *LAB)
    assert again.code == 10  # it is there already

    undo = ("undo", made.report["run"], "--yes", "--max-risk", "high", *LAB)
    with somebody_has(knowing, made.report["plan"]["identity"], "sqs queue orders"):
        assert knowing(*undo, "--lock-timeout", "0").code == 5
        assert "sqs queue orders" in knowing("locks", json_out=False).out
    back = knowing(*undo)
    assert back.code == 0, back.err
    assert "QueueUrls" not in sqs.list_queues()
    known(knowing, None)


def test_what_only_the_answer_names_is_taken_back(
    knowing: Product, witness: Witness, endpoint: str
) -> None:
    """Its id is the cloud's: before the answer nobody can look at it."""
    assert witness is not None  # the cloud is fresh
    made = knowing("run", "create a rest api named shop", "--yes", "--max-risk", "high", *LAB)
    assert made.code == 0, made.err
    apis = client("apigateway", endpoint)
    assert [api["name"] for api in apis.get_rest_apis()["items"]] == ["shop"]
    back = knowing("undo", made.report["run"], "--yes", "--max-risk", "high", *LAB)
    assert back.code == 0, back.err
    assert apis.get_rest_apis()["items"] == []
