"""Tables: read page by page, and rows known by what is written in them."""

from __future__ import annotations

from collections.abc import Callable

from modalities.browser.driver.contract import Why
from modalities.browser.driver.driver import Driver
from modalities.browser.driver.pruning import without_refs
from modalities.browser.driver.verbs import Click, Expect, ReadTable, SelectRow

Open = Callable[..., Driver]

ROW = """<tr><td><input type=checkbox onchange='said()'></td>
<td><a href=#x>{0}</a></td><td>{1}</td></tr>"""
HEAD = "<tr><th><input type=checkbox></th><th><button aria-label='Sort by Name'>Name</button></th>"
SAID = """<p id=o></p><script>const said = () => { o.textContent = "selected " +
[...document.querySelectorAll("td input:checked")].map((e) =>
  e.closest("tr").cells[1].textContent); }</script>"""


def table(*rows: tuple[str, str], name: str = "Instances") -> str:
    body = "".join(ROW.format(*row) for row in rows)
    return (
        f"<h2>{name} (2)</h2><table><thead>{HEAD}<th>State</th></tr></thead><tbody>{body}</table>"
    )


def test_a_table_is_read_as_rows_by_column(opened: Open) -> None:
    report = opened(table(("web-1", "running"), ("web-2", "stopped"))).do([ReadTable()])

    assert report.ok, report.stop
    (read,) = report.tables
    assert (read.name, read.columns, read.complete) == ("Instances", ("Name", "State"), True)
    assert read.rows == (
        {"Name": "web-1", "State": "running"},
        {"Name": "web-2", "State": "stopped"},
    )


def test_a_row_is_selected_by_its_text_alone(opened: Open) -> None:
    web = opened(SAID + table(("web-1", "running"), ("web-11", "running")))

    assert web.do([SelectRow("web-1"), Expect("selected web-1")]).ok
    assert web.do([SelectRow("web-1", on=False), Expect("selected")]).ok


def test_two_rows_with_the_text_are_both_named_and_neither_selected(opened: Open) -> None:
    report = opened(table(("web-1", "running"), ("web-2", "running"))).do([SelectRow("running")])

    assert report.stop is not None
    assert (report.stop.why, len(report.stop.candidates)) == (Why.AMBIGUOUS, 2)
    assert "[x]" not in report.view.text


def test_tables_are_told_apart_by_name(opened: Open) -> None:
    web = opened(SAID + table(("a", "up"), name="Old") + table(("a", "up"), name="New"))

    assert web.do([SelectRow("a", "New")]).ok
    report = web.do([ReadTable()])
    assert report.stop is not None
    assert (report.stop.why, report.stop.candidates) == (Why.AMBIGUOUS, ("Old", "New"))
    assert web.do([ReadTable("Old")]).tables[0].name == "Old"


PAGED = """<div><table id=t></table><nav><button aria-label="Previous page">‹</button>
<button aria-label="Next page" onclick="n++;draw()" id=next>›</button></nav></div><p id=o></p>
<script>
let n = 0; const draw = () => { next.disabled = n === 2;
t.innerHTML = "<tr><th></th><th>Name</th></tr>" + [1, 2].map((i) => `<tr onclick="
o.textContent='row '+this.cells[1].textContent"><td></td>
<td>vm-${n * 2 + i}</td></tr>`).join(""); };
draw()</script>"""


def test_every_page_of_a_table_is_read(opened: Open) -> None:
    report = opened(PAGED).do([ReadTable()])

    assert report.ok, report.stop
    assert [row["Name"] for row in report.tables[0].rows] == [f"vm-{n}" for n in range(1, 7)]
    assert report.tables[0].complete


def test_what_was_not_read_is_said(opened: Open) -> None:
    report = opened(PAGED).do([ReadTable(pages=2)])

    assert (len(report.tables[0].rows), report.tables[0].complete) == (4, False)


def test_a_row_on_a_later_page_is_found_and_one_without_a_box_is_clicked(opened: Open) -> None:
    report = opened(PAGED).do([SelectRow("vm-5"), Expect("row vm-5")])

    assert report.ok, report.stop


def test_a_row_that_is_nowhere(opened: Open) -> None:
    report = opened(PAGED).do([SelectRow("vm-9")])

    assert report.stop is not None
    assert (report.stop.why, report.stop.detail) == (Why.NOT_FOUND, 'no row holds "vm-9"')


def test_a_grid_made_of_other_things(opened: Open) -> None:
    report = opened(
        """<div role=grid aria-label=Disks><div role=row><span role=columnheader>Id</span>
        <span role=columnheader>Size</span></div><div role=row><span role=gridcell>d-1</span>
        <span role=gridcell>8 GiB</span></div></div>"""
    ).do([ReadTable("Disks")])

    assert report.tables[0].rows == ({"Id": "d-1", "Size": "8 GiB"},)


def test_a_button_of_a_row_is_told_by_the_row(opened: Open) -> None:
    rows = "".join(
        f"<tr><td>{n}</td><td><button onclick='o.textContent=\"cut {n}\"'>Delete</button></td></tr>"
        for n in ("a", "b")
    )
    report = opened(f"<p id=o></p><table>{rows}</table>").do(
        [Click("Delete", within="b"), Expect("cut b")]
    )

    assert report.ok, report.stop


def test_names_and_values_beside_each_other(opened: Open) -> None:
    web = opened("<dl><dt>State</dt><dd>running</dd><dt>Zone</dt><dd>eu-1a</dd></dl>")

    assert web.look().pairs == {"State": "running", "Zone": "eu-1a"}


NESTED = """<h1>Queues</h1><h2>All queues (1)</h2><h3>Pages</h3>
<table><tr><th>Page<td><input aria-label=Page></table>
<table><tr><th colspan=2>Overview<th colspan=2>Messages
<tr><th>Name<th>State<th>Ready<th>Total<tr><td>jobs<td>idle<td>1<td>2</table>
<h2>Others</h2><table><tr><th>A<th>B<tr><td>x<td>y</table>"""


def test_a_table_answers_to_every_heading_it_stands_under(opened: Open) -> None:
    web = opened(NESTED)

    (read,) = web.do([ReadTable("All queues")]).tables

    assert (read.name, read.columns) == ("Pages", ("Name", "State", "Ready", "Total"))
    assert read.rows == ({"Name": "jobs", "State": "idle", "Ready": "1", "Total": "2"},)
    report = web.do([ReadTable("Queues")])
    assert report.stop is not None
    assert report.stop.why is Why.AMBIGUOUS


def test_a_table_in_a_cell_is_told_once_and_options_with_their_list(opened: Open) -> None:
    page = """<table><tr><td>Find<td><table><tr><td><select aria-label=How><option>Scan
        <option>Query</select><td><input aria-label=What></table></table>
        <h2 style="cursor:pointer" onclick="p.hidden=!p.hidden">More</h2><p id=p hidden>deep</p>"""
    web = opened(page)

    text = without_refs(web.look().text)

    assert (text.count('"How"'), text.count('"What"'), text.count("option")) == (1, 1, 0)
    assert "# More (clickable" in text
    assert web.do([Click("More"), Expect("deep")]).ok
