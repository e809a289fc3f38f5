"""Every kind of field takes its value, and is read back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from modalities.browser.driver.contract import Why
from modalities.browser.driver.driver import Driver
from modalities.browser.driver.verbs import Check, Choose, Set

Open = Callable[..., Driver]

FORM = """<form>
<label>Name <span>*</span> <input required></label>
<label>Notes <textarea></textarea></label>
<label for=size>Size (optional)</label><input id=size type=number>
<label>Day <input type=date></label>
<label>Zone <select><option value=a>eu-1a</option><option value=b>eu-1b</option>
  <option value=c disabled>eu-1c</option></select></label>
<label>Zones <select multiple><option>one<option>two<option>three</select></label>
<label><input type=checkbox> Monitoring</label>
<fieldset><legend>Protocol</legend>
  <label><input type=radio name=p> TCP</label><label><input type=radio name=p> UDP</label>
  </fieldset>
<div>Description</div><div contenteditable aria-label=Description></div>
<div role=switch aria-checked=false tabindex=0 aria-label="Public"
  onclick="this.ariaChecked = this.ariaChecked === 'true' ? 'false' : 'true'">o</div>
<label>Sealed <input disabled value=s></label>
</form>"""


@pytest.mark.parametrize(
    ("verb", "value"),
    [
        (Set("Name", "web-1"), "web-1"),
        (Set("name", "web 1"), "web 1"),
        (Set("Notes", "a\nb"), "a b"),
        (Set("Size", 8), "8"),
        (Set("Day", "2026-11-27"), "2026-11-27"),
        (Choose("Zone", "eu-1b"), "eu-1b"),
        (Set("Zone", "b"), "eu-1b"),
        (Set("Zones", ("one", "three")), "one, three"),
        (Check("Monitoring"), "on"),
        (Set("Monitoring", True), "on"),
        (Set("Description", "of it"), "of it"),
        (Check("Public"), "on"),
    ],
    ids=str,
)
def test_takes_its_value(opened: Open, verb: Set | Choose | Check, value: str) -> None:
    web = opened(FORM)

    report = web.do([verb])

    assert report.ok, report.stop
    if verb.label != "Description":
        field = next(
            f for f in report.view.fields if f.label.casefold().startswith(verb.label.casefold())
        )
        assert field.value == value
    assert report.done[0].impact.lines


def test_radios_are_chosen_by_the_name_of_their_group(opened: Open) -> None:
    report = opened(FORM).do([Choose("Protocol", "UDP")])

    assert report.ok
    assert [f.value for f in report.view.fields if f.kind == "radio"] == ["off", "on"]


def test_what_is_so_already_is_left(opened: Open) -> None:
    report = opened(FORM).do([Choose("Zone", "eu-1a"), Check("Monitoring", False)])

    assert report.ok
    assert [done.note for done in report.done] == ["was so already"] * 2


@pytest.mark.parametrize(
    ("verb", "why"),
    [
        (Set("Nam", "x"), Why.NOT_FOUND),
        (Choose("Zone", "eu-9"), Why.NOT_FOUND),
        (Choose("Zone", "eu-1c"), Why.DISABLED),
        (Choose("Zone", "eu-1"), Why.NOT_FOUND),
        (Set("Sealed", "x"), Why.DISABLED),
        (Set("Size", "many"), Why.NOT_FOUND),
    ],
    ids=str,
)
def test_what_cannot_be_set_says_why(opened: Open, verb: Set | Choose, why: Why) -> None:
    report = opened(FORM).do([verb])

    assert report.stop is not None
    assert report.stop.why is why, report.stop
    assert report.left == (verb,)


def test_a_field_without_a_label_is_known_by_the_text_nearest_to_it(opened: Open) -> None:
    web = opened("""<table><tr><td>Subnet</td><td><input></td><td>Zone</td><td><input></td></table>
        <div style="display:grid;grid-template-columns:200px 200px"><b>Key</b><b>Value</b>
        <input><input></div>""")

    report = web.do([Set("Zone", "z"), Set("Subnet", "s"), Set("Value", "v"), Set("Key", "k")])

    assert report.ok, report.stop
    assert {f.label: f.value for f in report.view.fields} == {"Key": "k", "Value": "v"}
    assert '| Subnet | [textbox = "s"' in report.view.text


def test_a_check_box_hidden_behind_its_label(opened: Open) -> None:
    web = opened("""<style>.box input{display:none}</style>
        <div class=box><input type=checkbox id=c onchange="out.textContent='is '+this.checked">
        <label for=c><i>!</i> Delete on termination</label></div><p id=out>is new</p>
        <div class=box><label><input type=checkbox>Encrypt</label></div>""")

    report = web.do([Check("Delete on termination"), Check("Encrypt")])

    assert report.ok, report.stop
    assert "is true" in report.view.text
    assert '[x] "Encrypt"' in report.view.text
    assert web.do([Check("Delete on termination", False)]).ok


SUGGESTING = """<label>Type <input id=f {more}></label><ul id=l {role}></ul><script>
const all = ["t3.micro", "t3.micro-flex", "m5.large"]; let picked = "";
f.onkeyup = () => setTimeout(() => { l.innerHTML = "";
  for (const each of all.filter((t) => t.includes(f.value))) {
    const li = document.createElement("li"); li.textContent = each; {itemrole}
    li.style.cursor = "pointer";
    li.onmousedown = () => { picked = f.value = each; l.innerHTML = ""; };
    l.append(li); } }, 300);
f.onblur = () => { if (f.value !== picked) f.value = ""; l.innerHTML = ""; };
</script>"""


@pytest.mark.parametrize("told", [True, False], ids=["as a combobox", "without saying so"])
def test_suggestions_that_come_for_keys_only(opened: Open, told: bool) -> None:
    page = SUGGESTING.replace("{more}", "role=combobox aria-autocomplete=list" if told else "")
    page = page.replace("{role}", "role=listbox" if told else "")
    page = page.replace("{itemrole}", "li.role = 'option';" if told else "")

    report = opened(page).do([Set("Type", "t3.micro")])

    assert report.ok, report.stop
    assert report.view.fields[0].value == "t3.micro"


def test_a_suggestion_that_does_not_come_fails_its_read_back(opened: Open) -> None:
    page = SUGGESTING.replace("{more}", "").replace("{role}", "").replace("{itemrole}", "")

    report = opened(page).do([Set("Type", "z9")])

    assert report.stop is not None
    assert report.stop.why is Why.READ_BACK
    assert report.stop.detail == '"Type" was given "z9" and holds ""'


def test_a_list_made_of_other_things(opened: Open) -> None:
    report = opened("""<span id=t>Owner</span>
        <div role=combobox tabindex=0 aria-labelledby=t id=b onclick="m.hidden=false">nobody</div>
        <div role=listbox id=m hidden
          onclick="b.textContent=event.target.textContent;m.hidden=true">
        <div role=option>root</div><div role=option>guest</div></div>""").do(
        [Choose("Owner", "guest")]
    )

    assert report.ok, report.stop
    assert report.view.fields[0].value == "guest"


def test_a_field_that_changes_what_is_typed_is_told(opened: Open) -> None:
    report = opened("<label>Code <input oninput=\"this.value='fixed'\"></label>").do(
        [Set("Code", "abc")]
    )

    assert report.stop is not None
    assert (report.stop.why, report.ok) == (Why.READ_BACK, False)
    assert 'holds "fixed"' in report.stop.detail


def test_a_box_that_is_made_anew_by_its_own_tick_is_read_where_it_stood(opened: Open) -> None:
    web = opened("""<div id=l></div><script>const draw = (on) => {
        l.innerHTML = `<input type=checkbox title="${on ? "Deselect" : "Select"} it">`;
        l.firstChild.checked = on;
        l.firstChild.onchange = () => draw(!on); };
        draw(false)</script>""")

    report = web.do([Check("Select it"), Check("Deselect it", False)])

    assert report.ok, report.stop
    assert report.view.text.startswith('checkbox [ ] "Select it"')
