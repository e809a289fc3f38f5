"""Forms, masking and the ledger, without a server."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cloudops.llm.contract import Usage
from cloudops.llm.form import Misfit, form
from cloudops.llm.ledger import Hold, Over, RunLedger
from cloudops.llm.redaction import redacted
from cloudops.planner.by_model.reading import Reading
from cloudops.settings.models import Budget
from modalities.change import Change
from modalities.step import Step


def objects(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [o for item in node for o in objects(item)]
    if not isinstance(node, dict):
        return []
    own = [node] if "properties" in node else []
    return own + [o for value in node.values() for o in objects(value)]


def test_the_form_of_a_reading_is_portable() -> None:
    reading = form(Reading)
    assert reading.strict
    assert "prefixItems" not in str(reading.schema)
    for node in objects(reading.schema):
        assert node["additionalProperties"] is False
        assert node["required"] == list(node["properties"])


def test_free_form_objects_are_not_held_to() -> None:
    assert not form(Step).strict


def test_a_union_is_wrapped() -> None:
    change: Any = Change
    wrapped = form(change)
    assert wrapped.wrapped
    with pytest.raises(Misfit, match="alone"):
        wrapped.read('{"change": "delete"}')


def test_a_fence_around_the_document_is_no_fault() -> None:
    assert form(Budget).read('```json\n{"calls": 1, "tokens": 2, "cost": null}\n```') == Budget(
        1, 2
    )
    with pytest.raises(Misfit, match="calls"):
        form(Budget).read('{"calls": "many"}')


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("password=hunter22", "hunter22"),
        ('{"Name": "DB_PASSWORD", "Value": "hunter22"}', "hunter22"),
        ('AWS_SECRET_ACCESS_KEY: "abc/def+ghi"', "abc/def"),
        ("postgres://ann:hunter22@db/x", "hunter22"),
        ("Authorization: Bearer abcdefgh12345678", "abcdefgh12345678"),
        ("it is sk-abcdefghijklmnopqrst", "abcdefghijkl"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "MIIE"),
    ],
)
def test_secrets_are_masked(text: str, secret: str) -> None:
    assert secret not in redacted(text)


@pytest.mark.parametrize(
    "text",
    ["disk-data-for-web-servers-1", "max_tokens=5", "i-0abc1234def567890", '{"password": null}'],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redacted(text) == text


def test_limits_hold_while_many_ask_at_once() -> None:
    ledger = RunLedger(Budget(calls=50, tokens=None))
    with ThreadPoolExecutor(8) as pool:
        came = list(pool.map(lambda _: ledger.reserve(Usage(calls=1)), range(200)))
    holds = [hold for hold in came if isinstance(hold, Hold)]
    assert len(holds) == 50
    for hold in (*holds, *holds):  # twice is once
        ledger.settle(hold, Usage(calls=1, tokens_in=3))
    assert ledger.used == Usage(50, 150)
    assert isinstance(ledger.reserve(Usage(calls=1)), Over)
