"""Questions to AWS, each put by one command; the same question is put once."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from typing import Any

from modalities.action import SdkCall
from modalities.aws.asking import Items
from modalities.aws.describe.found import Raw
from modalities.cli.awscli.commanding import Aws
from modalities.receipt import CloudError, Trouble
from modalities.target import Target

NOBODY = (Trouble.AUTH, Trouble.TIMEOUT, Trouble.UNAVAILABLE)
"""Troubles that any other question would meet too, after a wait of its own."""


class Questions:
    """An Asker (modalities.aws.asking) for one look at a target: what was answered holds as
    long as this object. ``account`` says which account we are in."""

    def __init__(self, aws: Aws, target: Target, account: Callable[[], str]) -> None:
        self.target = target
        self.account = account
        self._aws = aws
        self._answers: dict[str, Future[Mapping[str, Any]]] = {}
        self._lock = threading.Lock()
        self._nobody: CloudError | None = None

    def prepare(self, services: Iterable[str]) -> None:
        """Commands share nothing that could be made ready."""

    def one(self, service: str, operation: str, **parameters: Any) -> Raw:
        call = SdkCall(service, operation, parameters)
        key = f"{call} {json.dumps(parameters, sort_keys=True, default=str)}"
        with self._lock:
            first = key not in self._answers
            answer = self._answers.setdefault(key, Future())
        if self._nobody is not None:
            raise self._nobody
        if first:
            self._ask(call, answer)
        return answer.result()

    def every(self, service: str, operation: str, path: str, **parameters: Any) -> Items:
        """``aws`` turns the pages itself."""
        return list(self.one(service, operation, **parameters).get(path) or ())

    def _ask(self, call: SdkCall, answer: Future[Mapping[str, Any]]) -> None:
        try:
            answer.set_result(self._aws.send(call, self.target, self.target.timeout, []))
        except BaseException as error:
            if isinstance(error, CloudError) and error.trouble in NOBODY:
                self._nobody = error
            answer.set_exception(error)
            raise
