"""Reads go on; what may change something goes only where exactly it was approved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fakes.website import Asked, Site, moved
from modalities.browser.driver.contract import MASK, Mutation, Why
from modalities.browser.driver.driver import Driver
from modalities.browser.driver.gate import Gate
from modalities.browser.driver.pending import message, mutation
from modalities.browser.driver.verbs import Click, Expect, Goto, Set, Verb, WaitFor

Open = Callable[..., Driver]

BASE = "http://127.0.0.1:8000/"
FORM = "application/x-www-form-urlencoded"
PARTS = b'--b1\r\nContent-Disposition: form-data; name="n"\r\n\r\na b\r\n--b1--\r\n'
FILE = (
    b'--b1\r\nContent-Disposition: form-data; name="f"; filename="k.pem"\r\n'
    b"Content-Type: text/plain\r\n\r\nsecret\r\n--b1--\r\n"
)


@pytest.mark.parametrize(
    ("body", "kind", "fields"),
    [
        (b"name=a+b&tag=1&tag=2&empty=", FORM, {"name": "a b", "tag": ["1", "2"], "empty": ""}),
        (b'{"N": "x", "T": [{"K": "k"}]}', "application/json", {"N": "x", "T": [{"K": "k"}]}),
        (b'{"a": 1}', "text/plain;charset=UTF-8", {"a": 1}),
        (b"[1, 2]", "application/json", {"": [1, 2]}),
        (PARTS, "multipart/form-data; boundary=b1", {"n": "a b"}),
        (b"only words", "text/plain", {"": "only words"}),
        (b"", "", {}),
    ],
)  # fmt: skip
def test_a_body_is_read_as_fields(body: bytes, kind: str, fields: dict[str, Any]) -> None:
    assert mutation("POST", BASE + "a", body, kind) == Mutation("POST", "/a", fields)


def test_parameters_of_the_address_are_fields_too() -> None:
    pending = mutation("DELETE", BASE + "vm?id=1&id=2&force=", None, "")

    assert pending == Mutation("DELETE", "/vm", {"?id": ["1", "2"], "?force": ""})


def test_of_a_file_its_name_size_and_digest_are_known() -> None:
    fields = mutation("POST", BASE, FILE, "multipart/form-data; boundary=b1").fields

    assert (fields["f"]["file"], fields["f"]["bytes"], len(fields["f"]["sha256"])) == (
        "k.pem",
        6,
        64,
    )


def test_bytes_that_are_no_text_have_a_digest() -> None:
    assert message("ws://h/live", b"\xff\xfe").fields[""].startswith("sha256:")


def admits(gate: Gate, method: str, path: str, body: bytes = b"", kind: str = FORM) -> bool:
    return gate.admits(method, BASE + path, body, kind)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_reads_go_on(method: str) -> None:
    assert admits(Gate(BASE), method, "list")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PROPFIND", "post"])
def test_everything_else_is_held(method: str) -> None:
    gate = Gate(BASE)

    assert not admits(gate, method, "list")
    assert [each.path for each in gate.taken().held] == ["/list"]


def test_a_post_that_reads_is_on_the_list_of_the_caller() -> None:
    gate = Gate(BASE, reads=("POST /action/*/check",))

    assert admits(gate, "POST", "action/create/check")
    assert not admits(gate, "POST", "action/create")
    assert not admits(gate, "PUT", "action/create/check")


APPROVED = {"method": "POST", "path": "/vm", "fields": {"name": "a", "csrf_token": "old"}}


@pytest.mark.parametrize(
    ("path", "body", "passes"),
    [
        ("vm", b"name=a&csrf_token=new", True),
        ("vm", b"name=b&csrf_token=old", False),
        ("vm", b"name=a&csrf_token=new&force=1", False),
        ("vm", b"name=a", False),
        ("vm", b"name=a&name=a&csrf_token=new", False),
        ("vm?force=1", b"name=a&csrf_token=new", False),
        ("vm/", b"name=a&csrf_token=new", False),
    ],
)
def test_what_was_approved_passes_with_every_field_equal(
    path: str, body: bytes, passes: bool
) -> None:
    assert admits(Gate(BASE, approved=(APPROVED,)), "POST", path, body) == passes


def test_what_was_approved_passes_once() -> None:
    gate = Gate(BASE, approved=(APPROVED, APPROVED))
    body = b"name=a&csrf_token=x"

    assert [admits(gate, "POST", "vm", body) for _ in range(3)] == [True, True, False]
    assert gate.unused == ()


def test_the_watcher_hears_of_each_before_it_is_sent() -> None:
    heard: list[tuple[str, bool]] = []
    gate = Gate(
        BASE, approved=(APPROVED,), watcher=lambda m, passes: heard.append((str(m), passes))
    )
    admits(gate, "POST", "vm", b"name=z")
    admits(gate, "POST", "vm", b"name=a&csrf_token=x")

    assert heard == [("POST /vm (name=z)", False), ("POST /vm (name=a, csrf_token=x)", True)]


def test_secrets_are_not_in_what_is_shown_and_approved() -> None:
    gate = Gate(BASE, approved=({"method": "POST", "path": "/u", "fields": {"password": MASK}},))
    gate.secrets.add("hunter22")

    assert admits(gate, "POST", "u", b"password=hunter22")
    assert "hunter22" not in str(gate.taken().passed)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://127.0.0.1:8000/x", True),
        ("http://127.0.0.1:9000/x", False),
        ("http://cdn.example/x", True),
        ("http://example.com/x", False),
        ("http://127.0.0.1:8000@example.com/x", False),
        ("data:text/plain,x", True),
        ("file:///etc/passwd", False),
    ],
)
def test_only_hosts_that_are_allowed_are_asked(url: str, allowed: bool) -> None:
    assert Gate(BASE, hosts=("cdn.example",)).admits("GET", url, None, "") == allowed


def test_other_hosts_may_be_read_where_that_is_said() -> None:
    gate = Gate(BASE, others=True)

    assert gate.admits("GET", "https://fonts.example/x", None, "")
    assert not gate.admits("POST", "https://fonts.example/x", b"a=1", FORM)


CREATE = """<form method=post action=/vm><input type=hidden name=csrf value=t1>
<label>Name <input name=name></label><button>Create</button></form>"""


def created(_: Asked) -> Any:
    return moved("/done")


def test_what_is_pending_is_held_and_shown_and_the_page_stays(window: Open, site: Site) -> None:
    site.pages |= {"/": CREATE, "POST /vm": created, "/done": "made"}
    web = window(gate=Gate(site.url))

    report = web.do([Goto("/"), Set("Name", "web-1"), Click("Create"), Expect("made")])

    assert report.stop is not None
    assert report.stop.why is Why.HELD
    assert report.held == Mutation("POST", "/vm", {"csrf": "t1", "name": "web-1"})
    assert site.writes() == []
    assert report.view.fields[0].value == "web-1"


def test_what_was_held_can_be_approved_and_sent(window: Open, site: Site) -> None:
    site.pages |= {"/": CREATE, "POST /vm": created, "/done": "made"}
    web = window(gate=Gate(site.url))
    batch: list[Verb] = [
        Goto("/"),
        Set("Name", "web-1"),
        Click("Create", opens="page"),
        Expect("made"),
    ]
    held = web.do(batch).held
    assert held is not None

    web.begin()
    web.guard(Gate(site.url, approved=(held,)))
    report = web.do(batch)

    assert report.ok, report.stop
    assert report.passed == (held,)
    assert [each.body for each in site.writes()] == ["csrf=t1&name=web-1"]


def test_fetches_beacons_and_messages_are_held_too(window: Open, site: Site) -> None:
    site.pages[
        "/"
    ] = """<button onclick="fetch('/a', {method: 'DELETE'}).catch(() => 0)">One</button>
        <button onclick="navigator.sendBeacon('/b', 'x')">Two</button>
        <button onclick="new WebSocket('ws://' + location.host + '/c').onopen =
          (e) => e.target.send('{&quot;do&quot;: 1}')">Three</button>"""
    web = window(gate=Gate(site.url))
    web.do([Goto("/")])

    held = [web.do([Click(name), WaitFor("never", 0.5)]).held for name in ("One", "Two", "Three")]

    assert [str(each) for each in held] == ["DELETE /a", "POST /b (=x)", "WS /c (do=1)"]
    assert site.writes() == []


def test_a_host_that_is_not_allowed_is_not_asked(window: Open, site: Site) -> None:
    elsewhere = Site({"/x": "far"})
    site.pages["/"] = f"<iframe src='{elsewhere.url}x'></iframe>"

    report = window().do([Goto("/")])

    assert elsewhere.asked == []
    assert report.notes == (f"not allowed to leave: GET {elsewhere.url}x",)
    elsewhere.close()


def test_a_frame_of_another_host_is_worked_in_where_that_is_allowed(
    window: Open, site: Site
) -> None:
    page = "<label>Size <input id=s></label><p id=b></p>"
    elsewhere = Site({"/x": page + "<button onclick='b.textContent=s.value+1'>Go</button>"})
    site.pages["/"] = f"<iframe src='{elsewhere.url}x'></iframe>"
    host = elsewhere.url.split("/")[2]
    web = window(gate=Gate(site.url, hosts=(host,)))

    report = web.do([Goto("/"), Set("Size", "7"), Click("Go"), Expect("71")])

    assert report.ok, report.stop
    elsewhere.close()


def test_a_redirect_cannot_leave_this_machine(window: Open, site: Site) -> None:
    site.pages["/away"] = lambda _: moved("http://192.0.2.1/")

    report = window().do([Goto("/away")])

    assert report.stop is not None
    assert report.stop.why is Why.LOST
    assert report.notes == ("not allowed to leave: GET http://192.0.2.1/",)


def test_a_redirect_does_not_lead_to_a_host_that_is_not_allowed(window: Open, site: Site) -> None:
    elsewhere = Site({"/x": "far"})
    site.pages |= {
        "/": "<a href=/out>Out</a><iframe src=/out></iframe>",
        "/out": lambda _: moved(f"{elsewhere.url}x"),
    }
    web = window()

    web.do([Goto("/"), Click("Out"), WaitFor("never", 0.5)])

    assert elsewhere.asked == []
    web.guard(Gate(site.url, hosts=(elsewhere.url.split("/")[2],)))
    assert web.do([Click("Out", opens="page"), Expect("far")]).ok
    elsewhere.close()


def again(where: str) -> Callable[[Asked], Any]:
    """Send the same once more, body and all (RFC 9110, 15.4.8)."""
    return lambda _: (307, {"location": where}, b"")


@pytest.mark.parametrize("how", ["form", "fetch"])
def test_what_a_redirect_sends_again_is_a_mutation_of_its_own(
    window: Open, site: Site, how: str
) -> None:
    fetched = """<button onclick="fetch('/vm', {method: 'POST', headers:
        {'content-type': 'application/x-www-form-urlencoded'}, body: 'csrf=t1&name=web-1'})
        .then(() => document.body.append('made'))">Create</button>"""
    site.pages |= {
        "/": CREATE.replace("name=name", "name=name value=web-1") if how == "form" else fetched,
        "POST /vm": again("/vm/all"),
        "POST /vm/all": "made",
    }
    first = Mutation("POST", "/vm", {"csrf": "t1", "name": "web-1"})
    second = Mutation("POST", "/vm/all", {"csrf": "t1", "name": "web-1"})
    web = window(gate=Gate(site.url, approved=(first,)))

    report = web.do([Goto("/"), Click("Create"), Expect("made")])

    assert report.stop is not None
    assert report.stop.why is Why.HELD
    assert (report.passed, report.held) == ((first,), second)
    assert [each.path for each in site.writes()] == ["/vm"]

    web.begin()
    web.guard(Gate(site.url, approved=(first, second)))
    report = web.do([Goto("/"), Click("Create", opens="any"), Expect("made")])
    assert report.ok, report.stop
    assert [each.path for each in site.writes()] == ["/vm", "/vm", "/vm/all"]


def test_what_a_redirect_makes_a_read_of_goes_on(window: Open, site: Site) -> None:
    site.pages |= {
        "/": CREATE,
        "POST /vm": lambda _: moved("/a"),
        "/a": lambda _: moved("/done"),
        "/done": "made",
    }

    report = window().do([Goto("/"), Click("Create", opens="page"), Expect("made")])

    assert report.ok, report.stop
    assert len(report.passed) == 1


def test_what_a_worker_sends_is_held_and_none_is_shared_by_pages(window: Open, site: Site) -> None:
    """A shared one would send by no page, so by no gate of one."""
    sends = b"fetch('/own', {method: 'POST', body: 'x'}).catch(() => 0)"
    site.pages |= {
        "/": """<button onclick="new Worker('/own.js')">Own</button><p id=s></p>
            <script>s.textContent = [typeof SharedWorker, typeof WebSocketStream]</script>""",
        "/own.js": lambda _: (200, {"content-type": "text/javascript"}, sends),
    }
    web = window(gate=Gate(site.url))

    report = web.do([Goto("/"), Expect("undefined,undefined"), Click("Own"), WaitFor("never", 1.0)])

    assert report.held == Mutation("POST", "/own", {"": "x"})
    assert site.writes() == []


def test_what_changes_something_by_get_is_held_where_that_is_said(window: Open, site: Site) -> None:
    site.pages["/"] = "<a href='/?do=stop&id=1'>Stop</a> <a href='/?page=2'>Next</a>"
    web = window(gate=Gate(site.url, writes=("GET /?do=*",)))

    next_page = web.do([Goto("/"), Click("Next", opens="page")])
    report = web.do([Click("Stop", opens="page")])

    assert next_page.ok
    assert report.held == Mutation("GET", "/", {"?do": "stop", "?id": "1"})
    assert [each.path for each in site.asked if "do" in each.path] == []


def test_without_that_a_get_goes_on_whatever_it_does(window: Open, site: Site) -> None:
    """As HTTP has it; decisions/browser.md."""
    site.pages["/"] = "<a href='/?do=stop&id=1'>Stop</a>"

    report = window(gate=Gate(site.url)).do([Goto("/"), Click("Stop", opens="page")])

    assert report.ok
    assert report.passed == ()
