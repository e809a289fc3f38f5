"""Scripts are replayed without a decision, and never past what may have been sent."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.console import SIGN_IN, FakeWeb, report, stops, well
from modalities.action import BrowserScript
from modalities.browser.access import Access
from modalities.browser.driver.contract import Field, Mutation, Report, View, Why
from modalities.browser.driver.gate import as_mutation
from modalities.browser.driver.verbs import Set, TypeName, Verb
from modalities.browser.replaying import Replay
from modalities.browser.visits import Visit
from modalities.receipt import CloudError

POST = {"method": "POST", "path": "/action/Make", "fields": {"name": "web-1"}}
STEPS = (
    {
        "verb": "open",
        "urls": ["/a#Make:", "/a/Make"],
        "heading": "Make",
    },
    {"verb": "set", "label": "Name", "value": "web-1"},
    {"verb": "type_name", "text": "web-1", "optional": "confirm"},
    {"verb": "click", "name": "Make", "role": "button"},
)


def script(*mutations: dict[str, Any], steps: Any = STEPS) -> BrowserScript:
    header = {"verb": "workflow", "name": "make", "reads": ["POST /action/Make/check"]}
    actions = (header, *steps, {"verb": "confirm", "kind": "vm", "where": {"name": "web-1"}})
    return BrowserScript(actions, (), mutations or (POST,))


def visit(web: FakeWeb) -> Visit:
    return Visit(web, Access("http://127.0.0.1:1/", "me", "secret"))


def sent(web: FakeWeb, action: BrowserScript | None = None) -> Any:
    return Replay(visit(web), action or script(), pauses=()).run()


def test_one_batch_and_what_was_approved_goes_out() -> None:
    web = FakeWeb(sends=[POST])
    result = sent(web)
    assert (len(web.batches), [str(m) for m in result.passed]) == (
        1,
        ["POST /action/Make (name=web-1)"],
    )
    assert result.done
    assert web.gate.unused == ()


def test_anything_else_is_held_and_nothing_was_sent() -> None:
    web = FakeWeb(sends=[{**POST, "fields": {"name": "web-2"}}])
    result = sent(web)
    assert result.passed == []
    assert str(result.held) == "POST /action/Make (name=web-2)"


def test_lists_that_the_page_orders_are_compared_without_their_order() -> None:
    approved = {**POST, "fields": {"ids": ["a", "b"]}, "unordered": ["ids"]}
    assert sent(FakeWeb(sends=[{**POST, "fields": {"ids": ["b", "a"]}}]), script(approved)).passed
    other = {**POST, "fields": {"ids": ["b", "c"]}}
    assert not sent(FakeWeb(sends=[other]), script(approved)).passed


def test_rows_that_the_page_orders_are_compared_row_by_row() -> None:
    def rows(ports: Any, sources: Any) -> dict[str, Any]:
        fields = {"id": "sg-1", "rules.ports": ports, "rules.source": sources}
        return {**POST, "fields": fields}

    here, there = "10.0.0.0/8", "0.0.0.0/0"
    approved = {**rows(["22", "443"], [here, there]), "unordered": ["rules.*"]}

    def passed(sends: dict[str, Any]) -> bool:
        return bool(sent(FakeWeb(sends=[sends]), script(approved)).passed)

    assert passed(rows(["443", "22"], [there, here]))
    assert not passed(rows(["443", "22"], [here, there])), "22 would be open to everybody"
    assert not passed(rows("443", there))
    assert not passed(rows(["22", "443"], there))
    assert not passed({**POST, "fields": {"id": "sg-1"}})


def test_what_is_volatile_may_have_any_value_but_must_be_there() -> None:
    approved = {**POST, "fields": {"name": "web-1", "token": ""}, "volatile": ["token"]}
    assert sent(
        FakeWeb(sends=[{**POST, "fields": {"name": "web-1", "token": "x"}}]), script(approved)
    ).passed
    assert not sent(FakeWeb(sends=[POST]), script(approved)).passed


def test_signed_out_in_the_middle_signs_in_and_begins_anew() -> None:
    web = FakeWeb(answers=[stops(Why.SIGNED_OUT, 2, view=SIGN_IN)], sends=[POST])
    result = sent(web)
    first, entering, again = web.batches
    assert [v.verb for v in entering] == ["set", "set", "click"]
    assert entering[1] == Set("Password", "secret", secret=True)
    assert (first, result.done) == (again, True)


def test_a_dialog_that_says_so_is_left_for_the_form() -> None:
    page = View(url="x", title="", text="", state="", dialog="Expired", buttons=("Sign in again",))
    out, form = stops(Why.SIGNED_OUT, 2, view=page), stops(Why.SIGNED_OUT, 1, view=SIGN_IN)
    web = FakeWeb(answers=[out, form], sends=[POST])
    assert sent(web).done
    assert [[v.verb for v in batch] for batch in web.batches[1:3]] == [
        ["goto"],
        ["set", "set", "click"],
    ]


def test_signed_out_again_and_again_ends() -> None:
    out = stops(Why.SIGNED_OUT, 0, view=SIGN_IN)
    enter = lambda _, verbs: report(verbs)  # noqa: E731
    with pytest.raises(CloudError) as caught:
        sent(FakeWeb(answers=[out, enter, out, enter, out, enter]))
    assert caught.value.code == "SignedOutAgain"


def test_a_sign_in_that_takes_a_person_is_said() -> None:
    page = View(url="x", title="", text="", state="", buttons=("Use your passkey",))
    out = stops(Why.SIGNED_OUT, 0, view=page)
    with pytest.raises(CloudError) as caught:
        sent(FakeWeb(answers=[out, out]))
    assert caught.value.code == "NoSignIn"


def test_after_something_was_let_out_nothing_is_done_again() -> None:
    def lost(web: FakeWeb, verbs: list[Verb]) -> Report:
        passed = (as_mutation(POST),)
        return stops(Why.LOST, 4, passed=passed)(web, verbs)

    web = FakeWeb(answers=[lost])
    result = sent(web)
    assert len(web.batches) == 1
    assert (result.passed, result.why) == (
        [Mutation("POST", "/action/Make", {"name": "web-1"})],
        "lost",
    )


def test_before_anything_was_sent_it_is_tried_once_more() -> None:
    web = FakeWeb(answers=[stops(Why.SERVER_ERROR, 1)], sends=[POST])
    assert sent(web).done
    web = FakeWeb(answers=[stops(Why.SERVER_ERROR, 1)] * 5)
    assert (sent(web).why, len(web.batches)) == ("server_error", 2)


def test_two_of_one_name_fail_closed() -> None:
    web = FakeWeb(answers=[stops(Why.AMBIGUOUS, 4, 'two buttons "Make"')])
    result = sent(web)
    assert (result.passed, result.why, len(web.batches)) == ([], "ambiguous", 1)


def test_the_other_way_to_write_addresses_is_found_and_kept() -> None:
    web = FakeWeb(answers=[stops(Why.NOT_SO, 1)], sends=[POST])
    console = visit(web)
    assert Replay(console, script()).run().done
    assert [batch[0].url for batch in web.batches] == ["/a#Make:", "/a/Make"]  # type: ignore[union-attr]
    assert console.form == 1
    web.sends = [POST]
    Replay(console, script()).run()
    assert web.batches[-1][0].url == "/a/Make"  # type: ignore[union-attr]


def test_a_field_that_has_another_name_now_is_mended() -> None:
    page = View(
        url="x", title="", text="", state="", fields=(Field(label="Name tag", kind="text"),)
    )
    web = FakeWeb(answers=[stops(Why.NOT_FOUND, 2, view=page)], sends=[POST])
    result = sent(web)
    assert result.mended == [("Name", "Name tag")]
    assert web.batches[1][0] == Set("Name tag", "web-1")


@pytest.mark.parametrize("labels", [("Zone",), ("First name", "Last name")])
def test_where_none_or_two_could_be_meant_nothing_is_mended(labels: tuple[str, ...]) -> None:
    fields = tuple(Field(label=each, kind="text") for each in labels)
    page = View(url="x", title="", text="", state="", fields=fields)
    web = FakeWeb(answers=[stops(Why.NOT_FOUND, 2, view=page)])
    result = sent(web)
    assert (result.why, result.mended, result.passed) == ("not_found", [], [])


def test_a_console_that_does_not_ask_for_the_name_gets_less_than_was_approved() -> None:
    approved = {**POST, "fields": {"name": "web-1", "confirm": "web-1"}, "optional": ["confirm"]}
    web = FakeWeb(answers=[stops(Why.NOT_FOUND, 3)], sends=[POST])
    result = sent(web, script(approved))
    assert result.done
    assert not any(isinstance(verb, TypeName) for verb in web.batches[1])


def test_what_is_not_there_yet_is_waited_for() -> None:
    web = FakeWeb(answers=[stops(Why.NOT_FOUND, 4)] + [stops(Why.NOT_FOUND, 0)] * 2, sends=[POST])
    assert Replay(visit(web), script(), pauses=(0.0, 0.0, 0.0)).run().done
    assert [len(batch) for batch in web.batches] == [5, 1, 1, 1]
    web = FakeWeb(answers=[stops(Why.NOT_FOUND, 4)] + [stops(Why.NOT_FOUND, 0)] * 5)
    result = Replay(visit(web), script(), pauses=(0.0, 0.0)).run()
    assert (result.why, result.passed, len(web.batches)) == ("not_found", [], 3)


def test_texts_are_put_together_when_they_are_known() -> None:
    steps = ({"verb": "open", "urls": [{"$join": ["/a#V:id=", "vol-1"]}], "heading": ""},)
    web = FakeWeb(answers=[well])
    sent(web, script(steps=steps))
    assert web.batches[0][0].url == "/a#V:id=vol-1"  # type: ignore[union-attr]
