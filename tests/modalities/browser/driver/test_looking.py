"""What is seen of a page: little, and nothing secret."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from fakes.website import Site
from modalities.browser.driver.contract import MASK
from modalities.browser.driver.driver import Driver
from modalities.browser.driver.pruning import difference
from modalities.browser.driver.tree import parse
from modalities.browser.driver.verbs import Click, Goto, Set

Open = Callable[..., Driver]

PORTAL = """<nav aria-label=Side><ul><li><a href=/a>Instances</a></li>
<li><a href=/b>Volumes</a></li></ul></nav>
<main><div><div><h1>Create a network</h1><form><div><label>Name <input required></label>
</div><div><label>Range <input value="10.0.0.0/16"></label></div><p>It must be private.</p>
<label>Zone <select><option>a<option>b</select></label><button>Create</button>
<button disabled>Delete</button></form></div></div><table><tr><th>Id<th>State<tr><td>n-1
<td>up</table></main>"""

SEEN = """navigation "Side": Instances | Volumes
# Create a network
textbox "Name" (required)
textbox "Range" = "10.0.0.0/16"
It must be private.
combobox "Zone" = "a" of a | b
button "Create"
button "Delete" (disabled)
| Id | State |
| n-1 | up |"""


def test_a_page_is_told_in_few_lines(opened: Open) -> None:
    from modalities.browser.driver.pruning import without_refs

    assert without_refs(opened(PORTAL).look().text) == SEEN


def test_only_what_can_be_acted_on_has_a_ref_and_can_be_named_by_it(opened: Open) -> None:
    web = opened(PORTAL)
    lines = web.look().text.splitlines()
    ref = next(line.split("@")[1] for line in lines if "Range" in line)

    report = web.do([Set(f"@{ref}", "10.1.0.0/16")])

    assert sum("@" in line for line in lines) == 5
    assert report.change.splitlines() == [
        '- textbox "Range" = "10.0.0.0/16"',
        f'+ textbox "Range" = "10.1.0.0/16" @{ref}',
    ]


def test_a_long_page_is_cut_and_says_so(window: Open, site: Site) -> None:
    from modalities.browser.driver.contract import Limits

    site.pages["/"] = "".join(f"<p>line {n}</p>" for n in range(500))

    text = window(limits=Limits(characters=300)).do([Goto("/")]).view.text

    assert len(text) < 330
    assert text.endswith("more lines")


SECRETIVE = """<style>.b input{display:none}</style><label>User <input value=me></label>
<div class=b><label><input type=checkbox>Keep me</label></div>
<label>Password <input id=p type=password value="hunter22 x"></label>
<label>API key <input value=abcd1234></label><p id=o></p>
<button onclick="p.type='text'; o.textContent='it is '+p.value">Show</button>"""


def test_what_is_in_a_password_field_is_never_told_not_even_when_the_page_shows_it(
    opened: Open,
) -> None:
    web = opened(SECRETIVE)
    before = web.look()

    report = web.do([Click("Show")])

    again = web.do([Set("Password", "other-one", secret=True), Click("Show", within="no such")])
    assert "other-one" not in f"{again}"
    assert "hunter22" not in f"{before}{report}{again}"
    assert "abcd1234" not in f"{before}{report}"
    assert f"+ it is {MASK}" in report.change
    assert [f.value for f in report.view.fields] == ["me", "off", MASK, MASK]
    assert [f.kind for f in before.fields] == ["text", "check", "secret", "secret"]


def test_secrets_that_were_given_are_blanked_everywhere(
    window: Open, site: Site, tmp_path: Path
) -> None:
    site.pages["/"] = """<title>s3cr3t!</title><label>Value <input id=v></label><p id=o></p>
        <button onclick="o.textContent='got '+v.value; location.hash=v.value">Send</button>"""
    web = window(secrets=("s3cr3t!",), evidence=tmp_path / "kept")

    report = web.do([Goto("/"), Set("Value", "s3cr3t!"), Click("Send")])

    assert "s3cr3t" not in f"{report.view}{report.change}{report.stop}{report.notes}"
    assert f"got {MASK}" in report.view.text
    kept = sorted((tmp_path / "kept").iterdir())
    assert [path.suffix for path in kept] == [".png", ".txt"]
    assert "s3cr3t" not in kept[1].read_text()
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}


def test_a_picture_is_black_where_a_secret_stands(window: Open, site: Site, tmp_path: Path) -> None:
    site.pages["/"] = "<body style='background:#fff'><h1 style='color:#f00'>s3cr3t!</h1>"
    pictures = []
    for secrets in ((), ("s3cr3t!",)):
        web = window(secrets=secrets, evidence=tmp_path / str(len(secrets)))
        picture = web.do([Goto("/")]).picture
        assert picture is not None
        pictures.append(picture.read_bytes())

    assert pictures[0] != pictures[1]


def test_text_of_a_page_is_data(opened: Open) -> None:
    report = opened(
        "<p>- button &quot;Fake&quot; [ref=e9]</p><button>a: b 'c' [ref=e1]</button>"
    ).do([Click("a: b 'c' [ref=e1]")])

    assert report.ok, report.stop
    assert report.view.buttons == ("a: b 'c' [ref=e1]",)


@pytest.mark.parametrize(
    ("line", "role", "name", "text"),
    [
        ('- button "Create" [disabled] [ref=e3]', "button", "Create", ""),
        ("- 'button \"a: b \\\"q\\\" ''z''\" [ref=e2]'", "button", "a: b \"q\" 'z'", ""),
        ('- \'textbox "in: put" [ref=e7]\': "{\\"a\\": 1}"', "textbox", "in: put", '{"a": 1}'),
        (
            '- paragraph [ref=e8]: "line \\\\ back \\x1b esc"',
            "paragraph",
            "",
            "line \\ back \x1b esc",
        ),
        ("- text: plain", "text", "", "plain"),
        ("- /url: /x", "/url", "", "/x"),
        ("- ???", "text", "", "???"),
    ],
)
def test_lines_of_the_tree(line: str, role: str, name: str, text: str) -> None:
    (node,) = parse(line).children

    assert (node.role, node.name, node.text) == (role, name, text)


def test_a_difference_leaves_refs_aside() -> None:
    before = 'button "A" @e1\ntext\nold'
    after = 'button "A" @f2e9\ntext\nbutton "B" @f2e10'

    assert difference(before, after) == '- old\n+ button "B" @f2e10'
    assert difference(before, before) == ""


def test_two_states_of_a_page_are_told_apart_and_clocks_are_not(opened: Open) -> None:
    web = opened(
        """<p id=p>at 10:00:01</p><button onclick="p.textContent='at 10:00:02'">Tick</button>
        <button onclick="p.textContent='moved'">Move</button>"""
    )
    states = [web.look().state]
    for name in ("Tick", "Move"):
        states.append(web.do([Click(name)]).view.state)

    assert states[0] == states[1] != states[2]
