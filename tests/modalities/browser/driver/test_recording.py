"""What was done becomes steps that last, and these can be done again."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from fakes.website import Site, moved
from modalities.browser.driver.contract import MASK
from modalities.browser.driver.driver import Driver
from modalities.browser.driver.recorder import Recorder
from modalities.browser.driver.recording import Recording, durable
from modalities.browser.driver.verbs import (
    Check,
    Choose,
    Click,
    Expect,
    Goto,
    OpenMenu,
    SelectRow,
    Set,
    TypeName,
    Verb,
    verb_of,
)

Open = Callable[..., Driver]

CONSOLE = """<h1>Disks</h1><style>.b input{display:none}</style>
<label>Size <input id=s></label><table><tr><td>Zone<td><input id=z></table>
<label>Kind <select id=k><option>slow<option>fast</select></label>
<div class=b><label><input type=checkbox>Encrypt</label></div>
<label>Password <input type=password id=p></label>
<table><tr><th><th>Name<th>State<tr><td><input type=checkbox id=r><td>d-1<td>free
<tr><td><input type=checkbox><td>d-2<td>free</table>
<section aria-label=Old><h2>Old</h2><button>Go</button></section>
<section aria-label=New><h2>New</h2><button id=g onclick="d.showModal()">Go</button></section>
<button aria-haspopup=menu onclick="m.hidden=false" id=a>Actions</button>
<ul role=menu id=m hidden><li role=none>
<a role=menuitem id=i onclick="m.hidden=true">Detach</a></ul>
<dialog id=d aria-label="Really?"><form method=post action=/disk>
<input type=hidden name=csrf value=1><input id=w name=n><button id=y>Yes</button></form></dialog>"""

STEPS: list[dict[str, Any]] = [
    {"verb": "goto", "url": "/disks?region={region}#list"},
    {"verb": "set", "label": "Size", "value": "{size}"},
    {"verb": "set", "label": "Zone", "value": "{zone}"},
    {"verb": "choose", "label": "Kind", "option": "{kind}"},
    {"verb": "check", "label": "Encrypt"},
    {"verb": "set", "label": "Password", "value": "{password}", "secret": True},
    {"verb": "select_row", "text": "{disks}", "table": "Disks"},
    {"verb": "open_menu", "path": ["Actions", "Detach"]},
    {"verb": "click", "name": "Go", "role": "button", "within": "New", "opens": "dialog"},
    {"verb": "type_name", "text": "{disks}"},
    {"verb": "click", "name": "Yes", "role": "button", "opens": "page"},
]


GIVEN = {"region": "eu-1", "size": "8", "zone": "eu-1a", "kind": "fast", "disks": "d-1"}


def person(page: Any, watch: Callable[[], None]) -> None:
    """What somebody does, with a look of the recorder after each."""
    doings: list[Callable[[], Any]] = [
        lambda: (page.locator("#s").fill("8"), page.keyboard.press("Tab")),
        lambda: (page.locator("#z").fill("eu-1a"), page.keyboard.press("Tab")),
        lambda: page.locator("#k").select_option("fast"),
        lambda: page.get_by_text("Encrypt").click(),
        lambda: (page.locator("#p").fill("hunter22"), page.keyboard.press("Tab")),
        lambda: page.locator("#r").check(),
        lambda: page.locator("#a").click(),
        lambda: page.locator("#i").click(),
        lambda: page.locator("#g").click(),
        lambda: page.locator("#w").press_sequentially("d-1"),
        lambda: page.locator("#y").click(),
    ]
    for do in doings:
        do()
        watch()


def test_a_person_is_watched(window: Open, site: Site) -> None:
    site.pages |= {"/disks": CONSOLE, "POST /disk": lambda _: moved("/done"), "/done": "done"}
    web = window()
    web.do([Goto("/disks?region=eu-1#list")])
    recorder = Recorder(web)

    def act(desk: Any) -> None:
        person(desk.page, lambda: recorder.look(desk))

    web.within(act)
    recording = recorder.watch(lambda: True)

    assert recording.steps == STEPS
    assert recording.parameters == GIVEN | {"password": MASK}
    assert [str(each) for each in recording.mutations] == ["POST /disk (csrf=1, n=d-1)"]
    assert "hunter22" not in json.dumps(recording.steps)


def test_what_was_recorded_can_be_done_again(window: Open, site: Site) -> None:
    site.pages |= {"/disks": CONSOLE, "POST /disk": lambda _: moved("/done"), "/done": "done"}
    values = {
        "region": "eu-2",
        "size": "9",
        "zone": "b",
        "kind": "fast",
        "password": "x",
        "disks": "d-2",
    }
    text = json.dumps(STEPS)
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)

    report = window().do([*map(verb_of, json.loads(text)), Expect("done")])

    assert report.ok, report.stop
    assert [each.body for each in site.writes()] == ["csrf=1&n=d-2"]


@pytest.mark.parametrize(
    ("verb", "lasting"),
    [
        (Set("@Size", "8"), Set("Size", "8")),
        (Set("@Zone", "8"), Set("Zone", "8")),
        (Check("@Encrypt"), Check("Encrypt")),
        (Click("@Go #2"), Click("Go", "button", "New")),
        (OpenMenu(("@Actions", "Detach")), OpenMenu(("Actions", "Detach"))),
        (Choose("Kind", "fast"), Choose("Kind", "fast")),
    ],
)
def test_refs_become_names_that_last(opened: Open, verb: Verb, lasting: Verb) -> None:
    web = opened(CONSOLE)

    def named(desk: Any) -> Verb:
        from dataclasses import replace

        from modalities.browser.driver.controls import find_field, find_pressable

        def ref(name: str) -> str:
            find = find_field if isinstance(verb, (Set, Check)) else find_pressable
            return f"@{find(desk.sight, name[1:]).ref}"

        given = verb
        if isinstance(verb, (Set, Check)):
            given = replace(verb, label=ref(verb.label))
        elif isinstance(verb, Click):
            given = replace(verb, name=ref(verb.name))
        elif isinstance(verb, OpenMenu):
            given = replace(verb, path=(ref(verb.path[0]), *verb.path[1:]))
        return durable(given, desk.sight)

    assert web.within(named) == lasting


def test_one_value_is_one_parameter_and_two_of_one_label_are_two() -> None:
    recording = Recording()
    for verb in (Set("Name", "a"), Set("Name", "b", within="x"), TypeName("a"), Set("Name", "c")):
        recording.add(verb)
    recording.add(SelectRow("a", "Disks"))

    assert [step.get("value", step.get("text")) for step in recording.steps] == [
        "{name}", "{name_2}", "{name}", "{name_3}", "{name}",
    ]  # fmt: skip


def test_a_field_that_is_set_again_is_set_once() -> None:
    recording = Recording()
    recording.add(Check("Encrypt"))
    recording.add(Check("Encrypt", False))

    assert recording.steps == [{"verb": "check", "label": "Encrypt", "on": False}]
