"""Buttons, menus, dialogs, and the hazards around them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from modalities.browser.driver.contract import Stuck, Why
from modalities.browser.driver.driver import Driver
from modalities.browser.driver.verbs import (
    Click,
    Expect,
    OpenMenu,
    Press,
    Set,
    TypeName,
    Verb,
    WaitFor,
)

Open = Callable[..., Driver]

SAY = "<p id=out></p><script>const say = (t) => { out.textContent = t; };</script>"

TWO = (
    SAY
    + """<section aria-label=Disks><h2>Disks</h2>
<button onclick="say('disk')">Create</button></section>
<section aria-label=Networks><h2>Networks</h2>
<button onclick="say('network')">Create</button></section>"""
)


def test_two_of_one_name_are_both_named_and_neither_is_pressed(opened: Open) -> None:
    report = opened(TWO).do([Click("Create")])

    assert report.stop is not None
    assert report.stop.why is Why.AMBIGUOUS
    assert report.stop.candidates == ('button "Create" in Disks', 'button "Create" in Networks')
    assert not report.done
    assert report.change == ""


@pytest.mark.parametrize(
    "verb",
    [Click("Create", within="Networks"), Click("Create #2"), Click("create", "button", "networks")],
)
def test_a_scope_or_a_number_tells_two_of_one_name_apart(opened: Open, verb: Click) -> None:
    report = opened(TWO).do([verb, Expect("network")])

    assert report.ok, report.stop
    assert "+ network" in report.change


RULES = SAY + "".join(
    f"""<div><select aria-label=Type>{options}</select>
<input aria-label="Port range" value="{port}">
<input aria-label=Source value="{source}"><button onclick="say('{said}')">Delete</button></div>"""
    for options, port, source, said in (
        ("<option>SSH<option>HTTP", "22", "0.0.0.0/0", "first"),
        ("<option>SSH<option selected>HTTP", "80", "10.0.0.0/8", "second"),
        ("<option>SSH<option selected>HTTP", "80", "0.0.0.0/0", "third"),
        ("<option>SSH<option selected>HTTP", "8080", "0.0.0.0/0", "fourth"),
    )
)


def test_of_several_rows_the_one_that_holds_what_is_said(opened: Open) -> None:
    row = {"Type": "HTTP", "Port range": "80", "Source": "0.0.0.0/0"}
    report = opened(RULES).do([Click("Delete", holding=row), Expect("third")])
    assert report.ok, report.stop


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"Port range": "8"}, Why.NOT_FOUND),
        ({"Port range": "80", "Target": "0.0.0.0/0"}, Why.NOT_FOUND),
        ({"Port range": "80"}, Why.AMBIGUOUS),
    ],
)
def test_no_row_or_two_that_hold_it_and_none_is_pressed(
    opened: Open, row: dict[str, str], why: Why
) -> None:
    report = opened(RULES).do([Click("Delete", holding=row)])
    assert report.stop is not None
    assert report.stop.why is why
    assert report.change == ""


@pytest.mark.parametrize(
    ("page", "name", "role"),
    [
        ("<div onclick=\"say('yes')\" style='cursor:pointer'>Refresh</div>", "Refresh", ""),
        ("<button aria-label=Refresh onclick=\"say('yes')\"><svg></svg></button>", "Refresh", ""),
        ("<button onclick=\"say('yes')\">Basics (1)</button>", "Basics", ""),
        ("<button onclick=\"say('yes')\">Actions ▾</button>", "Actions", ""),
        ("<a href=# onclick=\"say('yes')\">Go</a><button>Go</button>", "Go", "link"),
        ("<p onclick=\"say('yes')\">Only text</p>", "Only text", ""),
    ],
)
def test_what_a_person_would_press(opened: Open, page: str, name: str, role: str) -> None:
    report = opened(SAY + page).do([Click(name, role, opens="any"), Expect("yes")])

    assert report.ok, report.stop


def test_what_only_begins_with_the_name_is_another_thing(opened: Open) -> None:
    report = opened("<button>Create new key pair</button>").do([Click("Create")])

    assert report.stop is not None
    assert (report.stop.why, report.stop.candidates) == (Why.NOT_FOUND, ("Create new key pair",))


SHADOW = (
    SAY
    + """<div id=a></div><script>
const root = a.attachShadow({mode: "MODE"});
root.innerHTML = "<label>Inside <input></label><button>Send</button>";
root.querySelector("button").onclick = () => say("sent " + root.querySelector("input").value);
</script>"""
)


@pytest.mark.parametrize("mode", ["open", "closed"])
def test_shadow_roots(opened: Open, mode: str) -> None:
    web = opened(SHADOW.replace("MODE", mode))

    assert web.do([Set("Inside", "x"), Click("Send"), Expect("sent x")]).ok


def test_frames(opened: Open) -> None:
    inner = (
        "<label>Size <input id=s></label>"
        "<button onclick='b.textContent=`got ${s.value}`'>Go</button><p id=b></p>"
    )
    web = opened(f'<iframe srcdoc="{inner}"></iframe><label>Size of it <input></label>')

    assert web.do([Set("Size", "7"), Click("Go"), Expect("got 7")]).ok


MENU = (
    SAY
    + """<button aria-haspopup=menu aria-expanded=false
 onclick="this.ariaExpanded='true'; m.hidden=false">Actions</button>
<ul role=menu id=m hidden>
<li role=none><a role=menuitem aria-disabled=true>Stop</a></li>
<li role=none><button role=menuitem aria-haspopup=true aria-expanded=false
  onclick="this.ariaExpanded='true'; g.hidden=false">Monitor</button>
<ul role=menu id=g hidden><li role=none>
  <a role=menuitem onclick="say('traced')">Get trace</a></li></ul></li></ul>"""
)


def test_a_menu_is_gone_along_and_groups_need_not_be_named(opened: Open) -> None:
    web = opened(MENU)

    report = web.do([OpenMenu(("Actions", "Get trace")), Expect("traced")])

    assert report.ok, report.stop
    assert web.count.actions


def test_an_item_that_is_disabled_is_not_pressed(opened: Open) -> None:
    report = opened(MENU).do([OpenMenu(("Actions", "Stop"))])

    assert report.stop is not None
    assert report.stop.why is Why.DISABLED


def test_what_a_menu_has_not_is_told_with_what_it_has(opened: Open) -> None:
    report = opened(MENU).do([OpenMenu(("Actions", "Terminate"))])

    assert report.stop is not None
    assert report.stop.why is Why.NOT_FOUND
    assert "Get trace" in report.stop.candidates


DELETE = (
    SAY
    + """<button onclick="d.showModal()">Delete</button><button>Other</button>
<dialog id=d aria-label="Delete web-1"><p>Type <b>web-1</b> to confirm.</p>
<input onkeyup="k.classList.toggle('off', this.value !== 'web-1')">
<style>.off{cursor:not-allowed;opacity:.5}</style>
<button id=k class=off onclick="if(!this.matches('.off')){say('deleted');d.close()}">Delete</button>
</dialog>"""
)


def test_a_dialog_is_all_that_is_seen_and_ends_a_batch_that_did_not_expect_it(opened: Open) -> None:
    web = opened(DELETE)

    report = web.do([Click("Delete"), Expect("deleted")])

    assert report.stop is not None
    assert (report.stop.why, report.stop.detail) == (Why.DIALOG, 'the dialog "Delete web-1" opened')
    assert report.view.dialog == "Delete web-1"
    assert "Other" not in report.view.text
    assert report.left == (Expect("deleted"),)


def test_a_typed_delete_in_one_batch(opened: Open) -> None:
    report = opened(DELETE).do(
        [Click("Delete", opens="dialog"), TypeName("web-1"), Click("Delete"), Expect("deleted")]
    )

    assert report.ok, report.stop
    assert report.view.dialog is None


def test_a_greyed_button_without_disabled_is_not_pressed(opened: Open) -> None:
    report = opened(DELETE).do([Click("Delete", opens="dialog"), Click("Delete")])

    assert report.stop is not None
    assert (report.stop.why, report.stop.detail) == (Why.DISABLED, 'button "Delete" is greyed out')


@pytest.mark.parametrize(("accept", "outcome"), [(True, "gone"), (False, "kept")])
def test_questions_of_the_browser_itself(opened: Open, accept: bool, outcome: str) -> None:
    web = opened(
        SAY + "<button onclick=\"say(confirm('Really?') ? 'gone' : 'kept')\">Delete</button>"
    )

    report = web.do([Click("Delete", accept=accept)])

    assert f"+ {outcome}" in report.change
    assert (report.stop is None) == accept
    if report.stop is not None:
        assert 'asked "Really?"' in report.stop.detail


def test_a_callout_without_a_role(opened: Open) -> None:
    report = opened(
        SAY
        + """<button onclick="c.hidden=false">Create new key</button>
        <div id=c hidden style="position:fixed;top:9px;right:9px;background:#eee">Key name
        <input id=n><button onclick="say(n.value);c.hidden=true">OK</button></div>"""
    ).do([Click("Create new key"), Set("Key name", "k1"), Click("OK"), Expect("k1")])

    assert report.ok, report.stop


SURVEY = (
    SAY
    + """<button onclick="say('created')">Create</button><label>Name <input></label>
<div role=dialog aria-modal=true aria-label="Your feedback" id=s
 style="position:fixed;inset:0;background:#fff"><p>How likely are you to recommend us?</p>
<button>10</button><button onclick="s.remove()">No thanks</button></div>"""
)


def test_a_survey_is_declined_and_that_is_noted(opened: Open) -> None:
    web = opened(SURVEY)

    report = web.do([Set("Name", "a"), Click("Create"), Expect("created")])

    assert report.ok, report.stop
    assert report.notes == ('a dialog in the way, "Your feedback", was dismissed by "No thanks"',)


def test_a_dialog_that_comes_by_itself_is_dismissed_where_it_is_in_the_way(opened: Open) -> None:
    web = opened(
        SAY
        + """<button onclick="say('created')">Create</button><script>setTimeout(() => {
        const d = document.createElement("dialog");
        d.innerHTML = "<h2>Maintenance</h2><p>On Sunday</p>";
        document.body.append(d); d.showModal(); }, 100)</script>"""
    )

    report = web.do([Click("Create"), Expect("created")])

    assert report.ok, report.stop
    assert report.notes == ('a dialog in the way, "Maintenance", was dismissed by Escape',)


def test_what_lies_over_a_button_is_named(opened: Open) -> None:
    web = opened(
        "<button>Create</button><div id=veil style='position:fixed;inset:0'>please look here</div>"
    )

    report = web.do([Click("Create")])

    assert report.stop is not None
    assert report.stop.why is Why.COVERED
    assert "veil" in report.stop.detail


def test_the_same_action_is_not_done_twice_on_the_same_page(opened: Open) -> None:
    web = opened(SAY + "<button onclick='document.title += 1'>Create</button>")
    web.do([Click("Create")])

    report = web.do([Click("Create")])

    assert report.stop is not None
    assert report.stop.why is Why.REPEATED
    assert not report.done


def test_a_second_action_without_effect_forces_another_way_and_a_third_is_the_end(
    opened: Open,
) -> None:
    web = opened("<button>One</button><button>Two</button><button>Three</button>")

    report = web.do([Click("One"), Click("Two"), Click("Three")])

    assert report.stop is not None
    assert (report.stop.why, report.left) == (Why.NO_EFFECT, (Click("Three"),))
    assert [done.impact.none for done in report.done] == [True, True]
    with pytest.raises(Stuck, match="three actions in a row") as stuck:
        web.do([Click("Three")])
    assert stuck.value.report.done


def test_a_click_that_sends_something_is_no_click_without_effect(opened: Open) -> None:
    web = opened("<button onclick=\"fetch('/nothing')\">One</button><button>Two</button>")

    report = web.do([Click("One"), Click("Two")])

    assert report.stop is None
    assert report.done[0].impact.requests == 1


FAULTY = """<form onsubmit="return false"><label>Name <input id=n></label><p id=f></p>
<button onclick="if(!n.value){n.ariaInvalid='true';f.textContent='Name is required'}">Save</button>
<button>Next</button></form>"""


def test_what_the_page_says_is_wrong_ends_a_batch(opened: Open) -> None:
    report = opened(FAULTY).do([Click("Save"), Click("Next")])

    assert report.stop is not None
    assert (report.stop.why, report.stop.detail) == (Why.INVALID, "Name is required")
    assert report.stop.candidates == ("Name",)
    assert report.left == (Click("Next"),)


def test_a_field_that_must_be_filled_and_appears_ends_a_batch(opened: Open) -> None:
    report = opened(
        """<label>Kind <select onchange="x.hidden=false"><option>a<option>b</select></label>
        <label id=x hidden>Owner <input required></label><button>Save</button>"""
    ).do([Set("Kind", "b"), Click("Save")])

    assert report.stop is not None
    assert (report.stop.why, report.stop.candidates) == (Why.REQUIRED, ("Owner",))


@pytest.mark.parametrize("opens", ["", "page"])
def test_another_address_ends_a_batch_unless_it_was_expected(opened: Open, opens: str) -> None:
    verb = Click("On", opens="page") if opens else Click("On")
    report = opened(SAY + "<a href='#there' onclick=\"say('there')\">On</a>").do(
        [verb, Expect("there")]
    )

    assert report.ok == bool(opens)
    if report.stop is not None:
        assert report.stop.why is Why.MOVED


def test_keys(opened: Open) -> None:
    verbs: list[Verb] = [Press("Control+k"), Expect("hit")]
    report = opened(
        SAY + "<script>onkeydown = (e) => e.ctrlKey && say('hit ' + e.key)</script>"
    ).do(verbs)

    assert report.ok, report.stop


def test_a_new_window_is_followed(opened: Open) -> None:
    report = opened("<a target=_blank href='/2'>Open</a>").do([Click("Open", opens="page")])

    assert report.view.url.endswith("/2")


def test_when_a_new_window_closes_the_first_is_there_again(opened: Open) -> None:
    web = opened(
        "<button onclick=\"setTimeout(() => w.close(), 300); w = window.open('/1')\">Open</button>"
    )

    assert web.do([Click("Open", opens="any"), WaitFor("Open")]).ok


TABS = """<div role=tablist><button role=tab aria-selected=true>Details</button>
<button role=tab aria-selected=false id=t>Tags</button></div><button id=a hidden>Add tag</button>
<p id=said></p><script>let n = 0; t.onclick = () => { said.textContent = `clicks: ${++n}`;
if (n < %d) return; t.setAttribute('aria-selected', true); a.hidden = false;
t.previousElementSibling.setAttribute('aria-selected', false) }</script>"""


@pytest.mark.parametrize(("opens_at", "clicks"), [(1, "1"), (2, "2")])
def test_a_tab_that_a_busy_page_did_not_open_is_clicked_once_more(
    opened: Open, opens_at: int, clicks: str
) -> None:
    report = opened(TABS % opens_at).do(
        [Click("Tags", "tab"), Click("Add tag"), Expect(f"clicks: {clicks}")]
    )
    assert report.ok, report.stop
