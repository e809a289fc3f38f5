"""Who gets in: the sign-in page, sessions, and what other pages and names are refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from fakes.visitor import PORT, Page, Visitor
from sandbox.console.hazards import Hazards
from sandbox.console.protection import local_path

Visit = Callable[..., Visitor]

EVERY_PAGE = (
    "/console/home",
    "/ec2/home",
    "/ec2/home/Instances",
    "/ec2/view/Instances",
    "/ec2/frame/Instances",
    "/notifications",
    "/options/instance-types",
    "/action/TerminateInstances",
    "/download/1/key.pem",
)


def test_a_stranger_is_sent_to_sign_in_and_back(stranger: Visit) -> None:
    who = stranger(Hazards())
    first = who.client.get("/ec2/home", params={"region": "eu-west-1"})
    assert first.status_code == 302
    wanted = parse_qs(urlsplit(first.headers["location"]).query)["redirect_uri"]
    assert wanted == ["/ec2/home?region=eu-west-1"]
    answer = who.sign_in(wanted[0], fragment="#Instances:")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/ec2/home?region=eu-west-1#Instances:"
    assert who.client.get("/ec2/home").status_code == 200


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_no_page_is_shown_to_a_stranger(stranger: Visit, path: str) -> None:
    answer = stranger(Hazards()).client.get(path)
    assert answer.status_code == 302
    assert answer.headers["location"].startswith("/signin")


def test_the_first_address_leads_home(visitor: Visit) -> None:
    assert visitor().client.get("/").headers["location"] == "/console/home"


@pytest.mark.parametrize(
    "wrong", [{"password": "guess"}, {"username": "root"}, {"password": ""}, {"username": ""}]
)
def test_a_wrong_password_or_name_does_not_get_in(stranger: Visit, wrong: dict[str, str]) -> None:
    who = stranger(Hazards())
    answer = who.sign_in(**wrong)
    assert answer.status_code == 403
    assert "authentication information is incorrect" in answer.text
    assert who.client.get("/ec2/home").status_code == 302


def test_signing_in_makes_a_new_session(stranger: Visit) -> None:
    """One that somebody else planted in the browser must not become a signed-in one."""
    who = stranger(Hazards())
    who.client.get("/signin")
    before = who.client.cookies[who.portal.cookie]
    cookie = who.sign_in().headers["set-cookie"]
    assert who.client.cookies[who.portal.cookie] != before
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie


def test_a_sign_in_form_of_another_page_does_not_count(stranger: Visit) -> None:
    who = stranger(Hazards())
    assert who.sign_in(csrf="made-up").headers["location"].startswith("/signin")
    assert who.client.get("/ec2/home").status_code == 302


def test_without_the_hazard_nobody_has_to_sign_in(stranger: Visit) -> None:
    who = stranger(Hazards.none())
    assert who.client.get("/ec2/home").status_code == 200


def test_signing_out(visitor: Visit) -> None:
    who = visitor(sign_in=True)
    assert who.client.post("/signout", data={"csrf": "made-up"}).status_code == 403
    assert who.client.get("/ec2/home").status_code == 200
    assert who.client.post("/signout", data={"csrf": who.csrf}).status_code == 303
    assert who.client.get("/ec2/home").status_code == 302


def test_a_session_ends_in_the_middle_of_the_work(visitor: Visit) -> None:
    who = visitor(sign_in=True, expiring_session=True, session=900)
    form = who.see("vpcconsole", "CreateVpc")
    who.clock.now += 901
    answer = who.act("CreateVpc", form)
    assert answer.status_code == 401
    assert who.portal.operations.all() == ()
    assert who.client.get("/ec2/home").headers["location"].startswith("/signin")


def test_without_the_hazard_it_lasts_the_day(visitor: Visit) -> None:
    who = visitor(sign_in=True, session=900)
    who.clock.now += 6 * 3600
    assert who.client.get("/ec2/home").status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1", "127.0.0.1:1", "10.0.0.1"]
)
def test_another_name_for_this_machine_is_refused(visitor: Visit, host: str) -> None:
    answer = visitor().client.get("/ec2/home", headers={"host": host})
    assert answer.status_code == 403
    assert "this machine only" in answer.text


def test_localhost_is_this_machine(visitor: Visit) -> None:
    answer = visitor().client.get("/signin", headers={"host": f"localhost:{PORT}"})
    assert answer.status_code == 200


def test_a_change_without_the_token_is_refused(visitor: Visit) -> None:
    who = visitor()
    who.csrf = "made-up"
    answer = who.act("AllocateAddress", who.see("ec2", "AllocateAddress"))
    assert answer.status_code == 403
    assert who.portal.operations.all() == ()


@pytest.mark.parametrize("origin", ["http://evil.example", f"http://127.0.0.1:{PORT + 1}", "null"])
def test_a_change_from_another_page_is_refused(visitor: Visit, origin: str) -> None:
    who = visitor()
    answer = who.post("/action/AllocateAddress", [], origin=origin)
    assert answer.status_code == 403
    assert "another page" in answer.text


def test_a_form_has_a_largest_size(visitor: Visit) -> None:
    answer = visitor().post("/action/AllocateAddress", [("name", "x" * 300_000)])
    assert answer.status_code == 413


def test_no_page_runs_foreign_script(visitor: Visit) -> None:
    who = visitor()
    for path in ("/signin", "/ec2/home", "/ec2/frame/Instances"):
        answer = who.client.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        page = Page(answer.text)
        assert all(attrs.get("src", "").startswith("/static/") for attrs in page.all("script"))
        assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on")]
        assert not re.search(r"\sstyle=", answer.text)


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "evil",
        "/a\r\nb",
        "",
        "javascript:1",
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(path: str) -> None:
    assert local_path(path, "/console/home") == "/console/home"
    assert local_path("/ec2/home?region=x", "/") == "/ec2/home?region=x"


def test_a_file_outside_is_not_served(visitor: Visit) -> None:
    client = visitor().client
    assert client.get("/static/view.js").headers["content-type"].startswith("text/javascript")
    for name in ("..%2fserve.py", "%2e%2e/serve.py", "nothing.js"):
        assert client.get(f"/static/{name}").status_code == 404
