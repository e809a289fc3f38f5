"""The control side, ``/_cloudops/``: for the owner of the daemon's token only."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from sandbox.aws import holdings
from sandbox.aws.clone import Copies, Copy, CopyFailed
from sandbox.aws.faults import Faults
from sandbox.aws.gate import Gate, StillBusy
from sandbox.aws.request_log import RequestLog
from sandbox.aws.seed.world import furnish_with, prepare
from sandbox.aws.trail import TRAIL
from sandbox.worlds import world_from_json

PREFIX = "/_cloudops/"
LARGEST = 64 << 20


class Controls:
    def __init__(
        self,
        token: str,
        gate: Gate,
        copies: Copies,
        log: RequestLog,
        faults: Faults,
        renew: Callable[[], None],
    ) -> None:
        self._expected = f"Bearer {token}"
        self._gate = gate
        self._copies = copies
        self._log = log
        self._faults = faults
        self._renew = renew

    def beside(self, inner: WSGIApplication) -> WSGIApplication:
        def serve(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
            if not environ["PATH_INFO"].startswith(PREFIX):
                return inner(environ, start)
            status, data = self._answer(environ)
            body = json.dumps(data).encode()
            start(f"{status} {status.phrase}", [("Content-Type", "application/json")])
            return [body]

        return serve

    def _answer(self, environ: WSGIEnvironment) -> tuple[HTTPStatus, Any]:
        shown = environ.get("HTTP_AUTHORIZATION", "")
        if not hmac.compare_digest(shown.encode(), self._expected.encode()):
            return HTTPStatus.UNAUTHORIZED, {"error": "the sandbox's token is missing or wrong"}
        path = environ["PATH_INFO"].removeprefix(PREFIX)
        try:
            match environ["REQUEST_METHOD"], path.split("/"):
                case "GET", ["status"]:
                    return HTTPStatus.OK, self._status()
                case "POST", ["reset"]:
                    with self._gate.shut():
                        holdings.forget()
                        TRAIL.forget()
                        self._faults.order(())
                        self._renew()
                    return HTTPStatus.OK, None
                case "POST", ["faults"]:
                    self._faults.order(_body(environ) or ())
                    return HTTPStatus.OK, None
                case "POST", ["copies"]:
                    return HTTPStatus.CREATED, self._copy(_body(environ))
                case "DELETE", ["copies", pid] if pid.isdecimal():
                    return HTTPStatus.OK, {"ended": self._copies.end(int(pid))}
        except (CopyFailed, StillBusy, ValueError) as error:
            return HTTPStatus.CONFLICT, {"error": str(error)}
        return HTTPStatus.NOT_FOUND, {"error": f"no such control: {path}"}

    def _status(self) -> dict[str, Any]:
        with self._gate.passage("ec2"):
            resources = holdings.count()
        return {
            "resources": resources,
            "copies": [{"pid": copy.pid, "port": copy.port} for copy in self._copies.living()],
            "requests": dict(self._log.counts),
        }

    def _copy(self, body: Any) -> dict[str, Any]:
        furnish: Callable[[], None] | None = None
        if body and body.get("world"):
            world = world_from_json(body["world"])
            prepare(world)

            def furnish() -> None:
                holdings.forget()
                TRAIL.forget()
                furnish_with(world)

        copy: Copy = self._copies.make(furnish)
        return {"pid": copy.pid, "port": copy.port}


def _body(environ: WSGIEnvironment) -> Any:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length > LARGEST:
        raise ValueError("the world is too large")
    return json.loads(environ["wsgi.input"].read(length)) if length else None
