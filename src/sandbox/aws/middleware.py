"""What stands between the port and moto, one function each; application.py puts them in order."""

from __future__ import annotations

import json
import traceback
from collections.abc import Iterable
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from sandbox.aws.call import Call, call_of, operation_of
from sandbox.aws.fault import fault
from sandbox.aws.gate import Gate

HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
NOT_EMULATED = "NotEmulated"


def local_only(inner: WSGIApplication) -> WSGIApplication:
    """Refuse what a web page could make a browser send: a foreign name that resolves to this
    machine (DNS rebinding), or a form posted across origins, which needs no signature here."""

    def serve(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        host = urlsplit("//" + environ.get("HTTP_HOST", "")).hostname
        origin = environ.get("HTTP_ORIGIN")
        if host not in HOSTS or (origin and urlsplit(origin).hostname not in HOSTS):
            start("403 Forbidden", [("Content-Type", "text/plain")])
            return [b"the sandbox answers this machine only\n"]
        if environ["PATH_INFO"].startswith("/moto-api"):
            start("404 Not Found", [("Content-Type", "text/plain")])
            return [b"moto's own control side is closed; see cloudops sandbox --help\n"]
        environ["RAW_URI"] = environ.get("REQUEST_URI", "")  # where moto looks for it
        return inner(environ, start)

    return serve


def through(gate: Gate, inner: WSGIApplication) -> WSGIApplication:
    def serve(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        with gate.passage(call_of(environ).service):
            return inner(environ, start)

    return serve


def account_of_key(inner: WSGIApplication) -> WSGIApplication:
    """A 12-digit access key is the account it works in; moto itself ignores it."""

    def serve(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        environ.pop("HTTP_X_MOTO_ACCOUNT_ID", None)
        if account := call_of(environ).account:
            environ["HTTP_X_MOTO_ACCOUNT_ID"] = account
        return inner(environ, start)

    return serve


def no_dry_runs(inner: WSGIApplication) -> WSGIApplication:
    """moto executes half of all dry runs for real, and answers the rest unseen."""

    def serve(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        call = call_of(environ)
        if _is_dry_run(call):
            message = (
                f"the sandbox cannot imitate a dry run of {call.service}:{call.action}: "
                "it would be executed. Nothing was done; send it without DryRun"
            )
            return fault(call, start, "DryRunNotEmulated", message)
        return inner(environ, start)

    return serve


def _is_dry_run(call: Call) -> bool:
    if call.form.get("DryRun", "").lower() == "true":
        return True
    if b"ryRun" not in call.body or "json" not in call.content_type:
        return False
    try:
        body = json.loads(call.body)
    except ValueError:
        return False
    return isinstance(body, dict) and any(body.get(name) is True for name in ("DryRun", "dryRun"))


def clear_errors(inner: WSGIApplication) -> WSGIApplication:
    """What moto cannot imitate becomes one error that no client tries again, instead of a page
    of HTML with status 500. The answer is complete when this returns."""

    def serve(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        answers: list[tuple[str, list[tuple[str, str]]]] = []

        def keep(status: str, headers: list[tuple[str, str]], _: object = None) -> object:
            answers.append((status, headers))
            return None

        try:
            body = b"".join(inner(environ, keep))  # type: ignore[arg-type]
            status, headers = answers[-1]
        except NotImplementedError:
            return _not_emulated(environ, start)
        except Exception:  # noqa: BLE001 - the boundary to moto: any fault of it ends here
            traceback.print_exc()
            return _not_emulated(environ, start, "it failed inside the emulator")
        if _is_accident(environ, int(status[:3]), headers, body):
            return _not_emulated(environ, start)
        start(status, headers)
        return [body]

    return serve


def _is_accident(
    environ: WSGIEnvironment, status: int, headers: list[tuple[str, str]], body: bytes
) -> bool:
    """A 5xx, or a 404 that no service has sent: empty, or the web framework's own page."""
    if status >= 500:
        return True
    if status not in (404, 405) or environ["REQUEST_METHOD"] == "HEAD":
        return False
    kinds = [value for name, value in headers if name.lower() == "content-type"]
    return not body or (kinds[:1] != [] and kinds[0].startswith("text/html") and b"<h1>" in body)


def _not_emulated(environ: WSGIEnvironment, start: StartResponse, why: str = "") -> Iterable[bytes]:
    call = call_of(environ)
    message = f"the sandbox cannot imitate {call.service}:{operation_of(call, environ)}"
    return fault(call, start, NOT_EMULATED, f"{message} ({why})" if why else message)
