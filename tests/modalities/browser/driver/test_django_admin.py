"""A web console that nobody here wrote: the admin of Django, by a scripted decision-maker."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from modalities.browser.driver.chromium import Browser
from modalities.browser.driver.contract import Batch, Limits, Report
from modalities.browser.driver.driver import Driver
from modalities.browser.driver.gate import Gate
from modalities.browser.driver.pilot import Decision, Finished, GiveUp, fly
from modalities.browser.driver.verbs import Click, Expect, Goto, SelectRow, Set

pytest.importorskip("django", reason="Django is not installed")

Open = Callable[..., Driver]

MOST = 8
"""Decisions for all of it."""

TASK: tuple[Batch, ...] = (
    [Goto("/admin/auth/group/"), Click("Add group", opens="page")],
    [Set("Name", "operators"), Click("Save", role="button", opens="page"), Expect("operators")],
    [Click("operators", opens="page"), Set("Name", "staff")],
    [Click("Save", role="button", opens="page"), Expect("was changed successfully")],
    [SelectRow("staff"), Set("Action", "Delete selected groups"), Click("Go", opens="page")],
    [Click("Yes, I’m sure", opens="page"), Expect("Successfully deleted 1 group")],
)


class Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        return


@pytest.fixture(scope="module")
def admin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address, with a user ``root`` of the password ``hunter22``."""
    application = _application(tmp_path_factory.mktemp("django"))
    server = make_server("127.0.0.1", 0, application, Threaded, Quiet)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def _application(home: Path) -> Any:
    """The admin as it comes, with nothing of its own in it."""
    import django
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application

    apps = ("admin", "auth", "contenttypes", "sessions", "messages", "staticfiles")
    middleware = (
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    )
    context = ("request", "auth", "messages")
    processors = [
        f"django.{'template' if name == 'request' else f'contrib.{name}'}.context_processors.{name}"
        for name in context
    ]
    settings.configure(
        SECRET_KEY="for-this-test-alone",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="fakes.django_admin",
        INSTALLED_APPS=[f"django.contrib.{name}" for name in apps],
        MIDDLEWARE=middleware,
        STATIC_URL="/static/",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": home / "db"}},
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": processors},
            }
        ],
    )
    django.setup()
    from django.contrib.auth.models import User
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    User.objects.create_superuser("root", "", "hunter22")
    return StaticFilesHandler(get_wsgi_application())


class Script:
    """Decides as it was written down; gives up where something came otherwise."""

    def __init__(self) -> None:
        self._left = list(TASK)

    def decide(self, _goal: str, _page: str, last: Report | None) -> Decision:
        if last is not None and not last.ok:
            return GiveUp(str(last.stop))
        return self._left.pop(0) if self._left else Finished()


def test_list_create_change_and_delete_behind_the_gate(browser: Browser, admin: str) -> None:
    approved = [f"POST /admin/auth/group/{path}" for path in ("add/", "1/change/", "")]
    gate = Gate(admin, reads=("POST /admin/login/",), free=True)
    with Driver(browser, admin, gate=gate, secrets=("hunter22",), limits=Limits()) as web:
        web.do([Goto("/admin/")], signing_in=True)
        signing = [Set("Username", "root"), Set("Password", "hunter22", secret=True)]
        web.do([*signing, Click("Log in", opens="page")], signing_in=True)

        flight = fly(web, Script(), "a group that comes and goes")

    sent = [each for report in flight.reports for each in report.passed]
    assert flight.finished, flight.why
    assert [f"{each.method} {each.path}" for each in sent] == [*approved, approved[-1]]
    assert "hunter22" not in str(flight)
    assert flight.used.decisions <= MOST
