"""AWS as tests meet it: targets, endpoints that misbehave, and its way to say no."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import botocore.session

from modalities.resource import Provider
from modalities.target import Realm, Target

REGION = "us-east-1"

HANG = "hang"
DROP = "drop"


@dataclass(frozen=True, slots=True)
class Say:
    """One answer of a scripted endpoint."""

    status: int = 200
    body: str = ""


@dataclass
class Endpoint:
    """``requests`` are the bodies it has seen."""

    url: str
    requests: list[str] = field(default_factory=list)


Scripted = Callable[..., Endpoint]
"""``scripted(Say(503), HANG, DROP)``: answers just so, the last again and again."""


def sandbox_target(url: str | None, **more: Any) -> Target:
    settings: dict[str, Any] = {"name": "sandbox", "realm": Realm.SANDBOX, "region": REGION}
    return Target(provider=Provider.AWS, endpoint_url=url, **(settings | more))


def keys_of(moto: str, account: str) -> dict[str, str]:
    """Keys of a role in ``account``: what an emulated AWS keeps accounts apart by."""
    sts: Any = botocore.session.Session().create_client(
        "sts",
        region_name=REGION,
        endpoint_url=moto,
        aws_access_key_id="any",
        aws_secret_access_key="any",
    )
    role = f"arn:aws:iam::{account}:role/test"
    keys = sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
        "AWS_SESSION_TOKEN": keys["SessionToken"],
    }


def error_xml(code: str, message: str = "no") -> str:
    """An error as EC2 writes it."""
    return (
        f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error>"
        "</Errors><RequestID>req-1</RequestID></Response>"
    )


def serve(
    answers: Sequence[Say | str], released: threading.Event
) -> tuple[ThreadingHTTPServer, Endpoint]:
    """A running server; who hangs on it goes on when ``released`` is set."""
    seen: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(answers, seen, released))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    return server, Endpoint(f"http://127.0.0.1:{server.server_address[1]}", seen)


def _handler(
    answers: Sequence[Say | str], seen: list[str], released: threading.Event
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            seen.append(self.rfile.read(length).decode())
            answer = answers[min(len(seen), len(answers)) - 1]
            self.close_connection = True
            if answer == HANG:
                released.wait(10)
            elif isinstance(answer, Say):
                body = answer.body.encode()
                self.send_response(answer.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        do_GET = do_PUT = do_DELETE = do_HEAD = do_POST  # noqa: N815

        def log_message(self, *args: object) -> None:
            """Quiet."""

    return Handler
