"""The parts of the server, put together."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from sandbox.aws import middleware, warm
from sandbox.aws.clone import Copies
from sandbox.aws.controls import Controls
from sandbox.aws.dispatcher import Dispatcher
from sandbox.aws.faults import Faults
from sandbox.aws.gate import Gate, StillBusy
from sandbox.aws.request_log import RequestLog
from sandbox.aws.server import Server, restore_metadata
from sandbox.aws.trail import TRAIL


class Emulator:
    """One emulated cloud on one socket, and the copies of it."""

    def __init__(self, home: Path, token: str) -> None:
        self._home = home
        self._gate = Gate()
        self._log = RequestLog(home / "requests.jsonl")
        self.copies = Copies(self._gate, self._serve_copy)
        self._moto = Dispatcher()
        self._faults = Faults()
        controls = Controls(token, self._gate, self.copies, self._log, self._faults, self.warm)
        self.application = self._layers(controls)
        self._server: Server | None = None

    def warm(self) -> None:
        warm.touch(self._moto)

    def serve(self, listener: socket.socket) -> None:
        """Until the process is told to end."""
        self._server = Server(self.application, listener)
        self._server.run()

    def end(self) -> None:
        """End the copies, and let requests in flight come to their end."""
        self.copies.end_all()
        with suppress(StillBusy), self._gate.shut(within=3):
            pass

    def _layers(self, controls: Controls) -> WSGIApplication:
        """Outermost last."""
        app: WSGIApplication = self._moto
        app = _with_metadata(app)
        app = middleware.clear_errors(app)
        app = middleware.no_dry_runs(app)
        app = TRAIL.around(app)
        app = middleware.account_of_key(app)
        app = self._faults.around(app)
        app = self._log.around(app)
        app = middleware.through(self._gate, app)
        app = controls.beside(app)
        return middleware.local_only(app)

    def _serve_copy(self, listener: socket.socket) -> NoReturn:
        if self._server is not None:
            self._server.leave_to_parent()
        self._log.forked(self._home / "copies.jsonl")
        self._faults.forked()
        self.serve(listener)
        os._exit(0)


def _with_metadata(inner: WSGIApplication) -> WSGIApplication:
    def serve(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        restore_metadata(environ)
        return inner(environ, start)

    return serve
