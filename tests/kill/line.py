"""The line between the product and the cloud: every request is seen, and any can be made to fail.

A proxy in front of a cloud's endpoint. It kills the process before a request goes on, when its
effect is there, or when it is answered; and it keeps a log of its own of what was made.
"""

from __future__ import annotations

import http.client
import re
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TypeAlias
from urllib.parse import parse_qs

from kill.moment import Moment
from sandbox.control import AUTHORITY

MADE = {
    "RunInstances": "instanceId",
    "CreateVolume": "volumeId",
    "CreateVpc": "vpcId",
    "CreateSubnet": "subnetId",
    "CreateSecurityGroup": "groupId",
    "CreateInternetGateway": "internetGatewayId",
    "CreateRouteTable": "routeTableId",
    "CreateNetworkInterface": "networkInterfaceId",
    "AllocateAddress": "allocationId",
    "CreateImage": "imageId",
    "CreateSnapshot": "snapshotId",
    "CreateKeyPair": "keyPairId",
    "ImportKeyPair": "keyPairId",
    "CreateLoadBalancer": "LoadBalancerArn",
    "CreateTargetGroup": "TargetGroupArn",
    "CreateListener": "ListenerArn",
}
"""Calls that make something, and the element of their answer that names it."""

HOPS = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "host"})
REFUSALS = {
    "text/xml": b'<?xml version="1.0"?><Response><Errors><Error><Code>UnauthorizedOperation</Code>'
    b"<Message>the harness does not allow this</Message></Error></Errors></Response>",
    "application/json": b'{"error": {"code": "AuthorizationFailed", '
    b'"message": "the harness does not allow this"}}',
}
"""What AWS and Azure say to what one may not do."""

Answer: TypeAlias = tuple[int, list[tuple[str, str]], bytes]
"""Status, headers and body."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it stood."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    port: int = 0
    """The sender's end of the connection."""

    @property
    def label(self) -> str:
        """``ec2:RunInstances``; ``s3:PUT bucket`` where the protocol has no operations;
        ``arm:PUT virtualMachines`` of Azure's."""
        if self.is_azures:
            return f"arm:{self.method} {_kind(self.path)}" if self._is_arms else "signing-in:"
        scope = self._authorization.split("Credential=")[-1].split("/")
        service = scope[3] if len(scope) > 4 else "?"
        action = parse_qs(self.body.decode("latin-1")).get("Action", [""])[0]
        action = action or self._header("x-amz-target").rpartition(".")[2]  # of JSON protocols
        if not action:
            kind = "object" if self.path.strip("/").partition("?")[0].count("/") else "bucket"
            action = f"{self.method} {kind}"
        return f"{service}:{action}"

    @property
    def is_azures(self) -> bool:
        return not self._authorization.startswith("AWS4")

    @property
    def _authorization(self) -> str:
        return self._header("authorization")

    def _header(self, name: str) -> str:
        return next((v for k, v in self.headers if k.lower() == name), "")

    @property
    def _is_arms(self) -> bool:
        return self.path.casefold().startswith(("/subscriptions", "/providers"))


def _kind(path: str) -> str:
    """What a resource manager's path is about: ``virtualMachines/restart``."""
    parts = path.partition("?")[0].strip("/").split("/")
    folded = [part.casefold() for part in parts]
    if "providers" not in folded:
        return "/".join(parts[2::2])
    at = len(parts) - folded[::-1].index("providers")
    return "/".join(parts[at + 1 :: 2] if len(parts) > at + 1 else parts[at:])


@dataclass(slots=True)
class Line:
    """``upstream`` is the port of the cloud. ``kill`` ends the process (and what it started,
    unless told that it dies alone); ``reached`` is set when the moment has come."""

    upstream: int = 0
    moment: Moment | None = None
    kill: Callable[[bool], None] = lambda _alone: None
    refused: str = ""
    reached: threading.Event = field(default_factory=threading.Event)
    seen: list[tuple[str, str, int]] = field(default_factory=list)
    made: dict[str, set[str]] = field(default_factory=dict)
    writes: Counter[str] = field(default_factory=Counter)
    late: Sent | None = None
    port: int = 0
    secure: Path | None = None
    _counts: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _moves: threading.Condition = field(default_factory=threading.Condition)
    _moving: int = 0
    _still: bool = False
    _server: ThreadingHTTPServer | None = None

    def begin(self, upstream: int, moment: Moment | None = None, refused: str = "") -> None:
        """A new run on another cloud; nothing is known of what was sent before."""
        with self._lock:
            self.upstream, self.moment, self.refused = upstream, moment, refused
            self.late = None
            self.reached.clear()
            self.seen, self.made = [], {}
            self._counts, self.writes = Counter(), Counter()

    def log(self) -> tuple[dict[str, set[str]], Counter[str]]:
        """What was made and done so far."""
        with self._lock:
            return {op: set(ids) for op, ids in self.made.items()}, self.writes.copy()

    def go_on_with(self, log: tuple[dict[str, set[str]], Counter[str]], upstream: int) -> None:
        """On another cloud, in which this was made and done."""
        with self._lock:
            self.upstream = upstream
            self.made = {op: set(ids) for op, ids in log[0].items()}
            self.writes = log[1].copy()

    @contextmanager
    def still(self) -> Iterator[None]:
        """Nothing reaches the cloud meanwhile, and what was on its way has: a process that lives
        on would otherwise be in some copies of a moment and not in others."""
        with self._moves:
            self._still = True
            self._moves.wait_for(lambda: not self._moving)
        try:
            yield
        finally:
            with self._moves:
                self._still = False
                self._moves.notify_all()

    @contextmanager
    def _on_its_way(self) -> Iterator[None]:
        with self._moves:
            self._moves.wait_for(lambda: not self._still)
            self._moving += 1
        try:
            yield
        finally:
            with self._moves:
                self._moving -= 1
                self._moves.notify_all()

    def passing(self, sent: Sent) -> str:
        """What is to happen to the request: empty, or one of the moment's words."""
        label = sent.label
        with self._lock:
            self._counts[label] += 1
            number = self._counts[label]
            self.seen.append(("cloud", label, number))
            moment = self.moment
            if moment and (moment.place, moment.label, moment.number) == ("cloud", label, number):
                self.moment = None
                return moment.when + (" alone" if moment.alone else "")
        return ""

    def forward(self, sent: Sent, upstream: int | None = None) -> Answer:
        """The cloud's answer; to what it is to refuse, a refusal. Raises OSError, HTTPException."""
        if sent.label == self.refused:
            kind = "application/json" if sent.is_azures else "text/xml"
            return 403, [("Content-Type", kind)], REFUSALS[kind]
        headers = {k: v for k, v in sent.headers if k.lower() not in HOPS}
        if self.secure is not None:  # what it says of itself is to lead here
            headers["Host"] = f"localhost:{self.port}"
        with self._on_its_way():
            with closing(self._upstream(upstream or self.upstream)) as connection:
                connection.request(sent.method, sent.path, sent.body or None, headers)
                response = connection.getresponse()
                body = response.read()
            if response.status < 300:
                self._note(sent, response.status, body)
        return response.status, response.getheaders(), body

    def _upstream(self, port: int) -> http.client.HTTPConnection:
        if self.secure is None:
            return http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        trusting = ssl.create_default_context(cafile=str(self.secure.with_name(AUTHORITY)))
        return http.client.HTTPSConnection("localhost", port, timeout=60, context=trusting)

    def _note(self, sent: Sent, status: int, answer: bytes) -> None:
        operation = sent.label.partition(":")[2]
        element = MADE.get(operation)
        with self._lock:
            self.writes[operation] += 1
            if sent.is_azures and sent.method == "PUT" and status == 201:
                self.made.setdefault(operation, set()).add(sent.path.partition("?")[0].lower())
            if element is not None:
                found = re.findall(rf"<{element}>([^<]+)<", answer.decode("utf-8", "replace"))
                new = found if operation == "RunInstances" else found[:1]
                self.made.setdefault(operation, set()).update(new)

    def send_late(self, delay: float, upstream: int) -> threading.Timer | None:
        """Let arrive what the dead process had sent, ``delay`` seconds from now."""
        sent = self.late
        if sent is None:
            return None

        def arrive() -> None:
            with suppress(OSError, http.client.HTTPException):
                self.forward(sent, upstream)

        timer = threading.Timer(delay, arrive)
        timer.start()
        return timer

    @property
    def address(self) -> str:
        return f"https://localhost:{self.port}" if self.secure else f"http://127.0.0.1:{self.port}"

    def open(self, secure: Path | None = None) -> None:
        """``secure`` is the key and certificate that the cloud itself is known by; its authority
        lies beside it. Without, nothing is encrypted."""
        line = self
        self.secure = secure

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                with suppress(ConnectionError, TimeoutError):
                    super().handle_one_request()
                    return
                self.close_connection = True

            def _any(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(size) if size else b""
                headers, port = tuple(self.headers.items()), int(self.client_address[1])
                sent = Sent(self.command, self.path, headers, body, port)
                _conversation(line, sent, self)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _any  # noqa: N815

            def log_message(self, *_: object) -> None:
                """Nothing to anybody."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_: object) -> None:
                """Clients are killed all the time."""

        self._server = Server(("127.0.0.1", self.port), Handler)
        if secure is not None:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(secure)
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()


def _conversation(line: Line, sent: Sent, handler: BaseHTTPRequestHandler) -> None:
    """One request and what comes of it."""
    word, _, alone = line.passing(sent).partition(" ")

    def die() -> None:
        line.kill(bool(alone))
        line.reached.set()

    if word in ("before", "late"):
        if word == "late":
            line.late = sent
        die()
    if word == "unsent":
        line.reached.set()
    if word in ("before", "late", "unsent"):
        handler.close_connection = True
        return
    try:
        status, headers, body = line.forward(sent)
    except (OSError, http.client.HTTPException):
        handler.close_connection = True  # the cloud is gone, and so is its answer
        return
    if word == "lost":
        die()
    if word == "cut":
        line.reached.set()
    if word in ("lost", "cut"):
        handler.close_connection = True
        return
    _answer(handler, status, headers, body)
    if word == "after":
        time.sleep(0.001)
        die()


def _answer(
    handler: BaseHTTPRequestHandler, status: int, headers: list[tuple[str, str]], body: bytes
) -> None:
    handler.send_response_only(status)
    for name, value in headers:
        if name.lower() not in HOPS:
            handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    if handler.command != "HEAD":
        handler.wfile.write(body)
        handler.wfile.flush()
