from __future__ import annotations

from cloudops.engine.questions.operation import worded
from cloudops.request import AnswerOf
from modalities.action import SdkCall
from modalities.resource import Provider

QUESTION = AnswerOf(
    provider=Provider.AWS, call=SdkCall("dynamodb", "ListTables", {}), words="list tables"
)


def test_names_are_a_table_of_one_column() -> None:
    answer = worded(QUESTION, {"TableNames": ["a", "b"]})
    assert answer.text == "2 TableNames (dynamodb:ListTables): a, b."
    assert answer.table is not None
    assert answer.table.rows == (("a",), ("b",))
    assert answer.data["answer"] == {"TableNames": ["a", "b"]}


def test_none_is_an_answer() -> None:
    assert worded(QUESTION, {"TableNames": []}).text == "No TableNames (dynamodb:ListTables)."


def test_what_tells_things_apart_comes_first() -> None:
    items = [{"Created": 1, "Arn": "arn:x", "Name": "a", "Deep": {"x": 1}}]
    table = worded(QUESTION, {"Items": items}).table
    assert table is not None
    assert table.columns == ("Name", "Arn", "Created")


def test_one_thing_is_told_value_by_value() -> None:
    table = worded(QUESTION, {"Table": {"Name": "a", "Keys": {"hash": "id"}}}).table
    assert table is not None
    assert table.rows == (("Table.Name", "a"), ("Table.Keys.hash", "id"))


def test_a_clouds_text_is_one_short_line() -> None:
    table = worded(QUESTION, {"TableNames": ["a\x1b[2J\n" + "x" * 200]}).table
    assert table is not None
    assert "\x1b" not in table.rows[0][0]
    assert len(table.rows[0][0]) <= 60
