"""Pages that fail, stop, end the session or never come."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from fakes.website import Answer, Asked, Site, html, moved
from modalities.browser.driver.contract import Limits, Why
from modalities.browser.driver.driver import Driver
from modalities.browser.driver.verbs import Click, Expect, Goto, Set, Verb, WaitFor

Open = Callable[..., Driver]

SIGN_IN = """<h1>Sign in</h1><form method=post action=/signin><label>User <input name=u></label>
<label>Password <input type=password name=p></label><button>Sign in</button></form>"""


def guarded(page: str) -> Callable[[Asked], Answer | str]:
    return lambda asked: page if "s=1" in asked.cookie else moved("/signin")


@pytest.fixture
def member(site: Site) -> Site:
    site.pages |= {
        "/": guarded("<button onclick=\"location='/next'\">Next</button>"),
        "/next": guarded("next it is"),
        "/signin": SIGN_IN,
        "POST /signin": lambda _: moved("/", **{"set-cookie": "s=1; Path=/"}),
    }
    return site


IN: list[Verb] = [
    Set("User", "me"),
    Set("Password", "hunter22", secret=True),
    Click("Sign in", opens="page"),
]


def test_a_sign_in_page_in_the_middle_is_an_outcome_of_its_own(window: Open, member: Site) -> None:
    web = window()

    report = web.do([Goto("/"), Click("Next")])

    assert report.stop is not None
    assert (report.stop.why, report.stop.detail) == (Why.SIGNED_OUT, "the page wants a sign-in")
    assert report.left == (Click("Next"),)
    assert web.do(IN, signing_in=True).ok
    assert web.do([Goto("/"), Click("Next", opens="page"), Expect("next it is")]).ok


def test_a_sign_in_that_is_refused_is_told(window: Open, member: Site) -> None:
    member.pages["POST /signin"] = SIGN_IN
    web = window()

    report = web.do([Goto("/"), *IN], signing_in=True)

    assert report.stop is not None
    assert (report.stop.why, report.stop.detail) == (
        Why.SIGNED_OUT,
        "the page still wants a sign-in",
    )


def test_signed_out_in_the_middle(window: Open, member: Site) -> None:
    web = window()
    web.do([Goto("/"), *IN], signing_in=True)
    member.pages["/next"] = lambda _: moved("/signin")

    report = web.do([Click("Next", opens="page"), Expect("next it is")])

    assert report.stop is not None
    assert report.stop.why is Why.SIGNED_OUT


def test_a_dialog_may_say_that_the_session_is_over(opened: Open) -> None:
    report = opened(
        """<button onclick="d.showModal()">Create</button>
        <dialog id=d><h2>Your session has expired</h2><p>Nothing was done.</p>
        <a href=/signin>Sign in again</a></dialog>"""
    ).do([Click("Create"), Expect("created")])

    assert report.stop is not None
    assert report.stop.why is Why.SIGNED_OUT


def test_a_form_for_a_new_user_is_no_sign_in(opened: Open) -> None:
    report = opened(
        "<h1>Create user</h1><label>Name <input></label>"
        "<label>Password <input type=password></label><button>Create</button>"
    ).do([Set("Name", "x")])

    assert report.ok, report.stop


@pytest.mark.parametrize(
    ("status", "why"), [(500, Why.SERVER_ERROR), (503, Why.SERVER_ERROR), (401, Why.SIGNED_OUT)]
)
def test_a_page_that_came_with_an_error(window: Open, site: Site, status: int, why: Why) -> None:
    site.pages["/"] = lambda _: (status, {}, html("<h1>Sorry</h1>"))

    report = window().do([Goto("/"), Click("On")])

    assert report.stop is not None
    assert report.stop.why is why
    assert report.view.status == status


def test_a_page_that_never_comes_ends_in_time_and_the_next_one_is_shown(
    window: Open, site: Site
) -> None:
    site.pages |= {"/": "<a href=/never>On</a>", "/never": _never}
    web = window(limits=Limits(target=1, settle=2, load=2, batch=20))
    web.do([Goto("/")])
    began = time.monotonic()

    report = web.do([Click("On", opens="page"), Expect("on")])

    assert time.monotonic() - began < 12
    assert report.stop is not None
    assert report.stop.why is Why.LOST
    assert web.do([Goto("/"), Expect("On")]).ok


def _never(_: Asked) -> str:
    time.sleep(15)
    return ""


def test_what_loads_for_ever_inside_a_page_does_not_hold_it_up(window: Open, site: Site) -> None:
    site.pages |= {"/": "<button>Go</button><script>fetch('/never')</script>", "/never": _never}
    web = window(limits=Limits(target=1, settle=8, load=8, batch=30))

    report = web.do([Goto("/"), Expect("Go")])

    assert report.ok, report.stop
    assert report.seconds < 8


def test_a_page_that_never_rests_is_used_after_a_while_and_that_is_noted(opened: Open) -> None:
    report = opened(
        "<p id=p>0</p><script>setInterval(() => p.textContent++, 50)</script><button>Go</button>"
    ).do([Expect("Go")])

    assert report.ok
    assert report.notes == ("not at rest after 6 s: the page went on changing",)


def test_a_clock_is_no_change(opened: Open) -> None:
    report = opened(
        """<p id=p>10:00:00</p><script>let n = 0;
        setInterval(() => p.textContent = `updated ${n++} seconds ago`, 100)</script>"""
    ).do([Expect("updated")])

    assert report.ok
    assert report.notes == ()


def test_words_that_say_busy_are_waited_for(opened: Open) -> None:
    web = opened(
        """<button onclick="o.textContent='Working…';setTimeout(()=>o.textContent='done',1200)">Go
        </button><p id=o></p>"""
    )

    report = web.do([Click("Go")])

    assert "+ done" in report.change


def test_a_toast_that_has_gone_is_reported(opened: Open) -> None:
    web = opened(
        """<button onclick="const t=document.createElement('div');t.role='status';
        t.textContent='Volume vol-1 was created';document.body.append(t);
        setTimeout(()=>t.remove(),60)">Go</button>"""
    )

    report = web.do([Click("Go"), Expect("vol-1 was created")])

    assert report.ok, report.stop
    assert report.said == ("Volume vol-1 was created",)
    assert "vol-1" not in report.view.text


def test_a_toast_that_says_failed_ends_the_batch(opened: Open) -> None:
    report = opened(
        """<div role=status id=t></div>
        <button onclick="t.textContent='Failed to create: quota exceeded'">Go</button><i>x</i>"""
    ).do([Click("Go"), Expect("x")])

    assert report.stop is not None
    assert (report.stop.why, report.stop.detail) == (
        Why.INVALID,
        "Failed to create: quota exceeded",
    )


def test_waiting(opened: Open) -> None:
    web = opened(
        """<button onclick="o.textContent = ['Creating','Creating','Ready'][n++]">Refresh</button>
        <table><tr><th>State<tr><td id=o>New</table><script>let n = 0</script>"""
    )

    assert web.do([WaitFor("Ready", 20, by="Refresh"), WaitFor("Creating", gone=True)]).ok
    report = web.do([WaitFor("Gone", 0.3)])
    assert report.stop is not None
    assert report.stop.detail == '"Gone" is not there after 0 s'


def test_a_batch_has_a_time_limit(window: Open, site: Site) -> None:
    site.pages["/"] = "x"
    web = window(limits=Limits(target=1, settle=3, load=3, batch=1.5))

    report = web.do([Goto("/"), WaitFor("never", 60), Expect("x")])

    assert report.stop is not None
    assert report.stop.why in (Why.TIME, Why.NOT_SO)
    assert report.seconds < 6


def test_what_is_no_address_of_the_web_is_not_opened(opened: Open) -> None:
    report = opened("x").do([Goto("file:///etc/passwd")])

    assert report.stop is not None
    assert report.stop.why is Why.BLOCKED


def test_a_click_that_goes_through_is_never_repeated_though_its_end_is_not_seen(
    window: Open, site: Site
) -> None:
    site.pages |= {
        "/": "<form method=post action=/vm><button>Create</button></form>",
        "POST /vm": _slowly,
    }
    web = window(limits=Limits(target=1, settle=8, load=8, batch=30))

    report = web.do([Goto("/"), Click("Create", opens="page"), Expect("made")])

    assert report.ok, report.stop
    assert len(site.writes()) == 1


def _slowly(_: Asked) -> str:
    time.sleep(2.5)
    return "made"


def test_what_the_page_made_anew_as_it_was_is_found_again(window: Open, site: Site) -> None:
    """A list that draws itself anew all the time has other elements of the same names."""
    site.pages["/"] = """<div id=l></div><script>
        const draw = () => { l.innerHTML = "<button onclick='document.body.append(`done`)'>Go"; };
        draw(); setTimeout(draw, 1500);</script>"""
    web = window()
    web.do([Goto("/")])

    def wait(desk: Any) -> None:
        desk.page.wait_for_timeout(1800)

    web.within(wait)

    assert web.do([Click("Go"), Expect("done")]).ok
