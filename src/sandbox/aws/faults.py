"""Refusals on order: a throttle, a permission that is missing. For whoever tests against us.

An order names a call (``ec2:DescribeVolumes``, the service as requests are signed for) or all of
a service (``ec2:*``), the error, and how many times: then it is used up.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from sandbox.aws.call import call_of, operation_of
from sandbox.aws.fault import fault


@dataclass(slots=True)
class Order:
    """``left`` None: for good."""

    call: str
    code: str
    message: str
    status: int
    left: int | None

    @staticmethod
    def parse(given: Any) -> Order:
        """Raises ValueError where it is none."""
        try:
            times = given.get("times")
            return Order(
                str(given["call"]),
                str(given["code"]),
                str(given.get("message", "ordered by a test")),
                int(HTTPStatus(given.get("status", 400))),
                None if times is None else int(times),
            )
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"no order of a fault: {error}") from error


class Faults:
    def __init__(self) -> None:
        self.forked()

    def forked(self) -> None:
        """In a child: nothing is ordered."""
        self._lock = threading.Lock()
        self._orders: tuple[Order, ...] = ()

    def order(self, orders: Iterable[Any]) -> None:
        """These, and no others. Raises ValueError."""
        parsed = tuple(Order.parse(one) for one in orders)
        with self._lock:
            self._orders = parsed

    def around(self, inner: WSGIApplication) -> WSGIApplication:
        def serve(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
            if not self._orders:
                return inner(environ, start)
            call = call_of(environ)
            ordered = self._taken(call.service, operation_of(call, environ))
            if ordered is None:
                return inner(environ, start)
            return fault(call, start, ordered.code, ordered.message, ordered.status)

        return serve

    def _taken(self, service: str, operation: str) -> Order | None:
        with self._lock:
            for order in self._orders:
                meant = order.call in (f"{service}:{operation}", f"{service}:*")
                if meant and order.left != 0:
                    order.left = None if order.left is None else order.left - 1
                    return order
        return None
