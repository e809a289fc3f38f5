"""An emulated AWS on loopback with an account for every test, and endpoints that misbehave."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

import pytest
from moto.server import ThreadedMotoServer

from fakes.aws import Endpoint, Say, Scripted, keys_of, sandbox_target, serve
from modalities.aws import session
from modalities.target import Target

ACCOUNTS = count(100000000001)


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    """The address of an emulated AWS."""
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def target(moto: str) -> Target:
    """A writable target with an empty account of its own."""
    return sandbox_target(moto, environment=keys_of(moto, str(next(ACCOUNTS))), writable=True)


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    """Endpoints that answer as the test says."""
    released = threading.Event()
    servers: list[ThreadingHTTPServer] = []

    def start(*answers: Say | str) -> Endpoint:
        server, endpoint = serve(answers, released)
        servers.append(server)
        return endpoint

    yield start
    released.set()
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def nobody() -> str:
    """An address where nothing listens."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    port = server.server_address[1]
    server.server_close()
    return f"http://127.0.0.1:{port}"


@pytest.fixture(autouse=True)
def _afresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test finds another's clients, nor this machine's AWS settings."""
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent/config")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    yield
    session.forget()
