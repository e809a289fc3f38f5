"""Questions to AWS, whichever hand puts them: what comes back is read in one way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol, TypeAlias

from botocore import xform_name

from modalities.aws.describe.found import Raw
from modalities.aws.errors import AWS_ERRORS
from modalities.aws.session import client, identify, patient_client, refused
from modalities.target import Target

Items: TypeAlias = Sequence[Raw]

PAGE = 1000
"""Items asked for at once, where the vendor's model allows as many: one answer with all of a
large account comes late or never, and counts more towards AWS's limits."""

AT_ONCE = 8
"""Requests under way at once for one look."""


class Asker(Protocol):
    """Reads from one target. Operations and parameters are named as in the vendor's model;
    every question raises CloudError where it is refused or stays without an answer."""

    @property
    def target(self) -> Target: ...

    def account(self) -> str:
        """The number of the account that we are in."""
        ...

    def prepare(self, services: Iterable[str]) -> None:
        """Make ready what cannot be made side by side."""
        ...

    def one(self, service: str, operation: str, **parameters: Any) -> Raw:
        """One answer, as it is."""
        ...

    def every(self, service: str, operation: str, path: str, **parameters: Any) -> Items:
        """All items under ``path``, of every page."""
        ...


class Wire:
    """An Asker by the vendor's library. ``patient``: AWS's limits are waited out, for a long
    look that is not to fail. ``seen`` hears how many items each page had."""

    def __init__(
        self,
        target: Target,
        *,
        patient: bool = False,
        page: int = PAGE,
        turn: threading.Semaphore | None = None,
        seen: Callable[[int], None] | None = None,
    ) -> None:
        self.target = target
        self._patient = patient
        self._page = page
        self._turn = turn or threading.Semaphore(AT_ONCE)
        self._seen = seen

    def account(self) -> str:
        return identify(self.target).account

    def prepare(self, services: Iterable[str]) -> None:
        for service in services:
            self._client(service)

    def one(self, service: str, operation: str, **parameters: Any) -> Raw:
        source = self._client(service)
        try:
            with self._turn:
                answer: Raw = getattr(source, xform_name(operation))(**parameters)
        except AWS_ERRORS as error:
            raise refused(error, service, self.target) from error
        return answer

    def every(self, service: str, operation: str, path: str, **parameters: Any) -> Items:
        source = self._client(service)
        name = xform_name(operation)
        if not source.can_paginate(name):
            return self._counted(self.one(service, operation, **parameters).get(path) or ())
        config = {"PageSize": _page_size(source, operation, self._page)}
        pages = iter(source.get_paginator(name).paginate(**parameters, PaginationConfig=config))
        try:
            return [item for items in self._pages(pages, path) for item in items]
        except AWS_ERRORS as error:
            raise refused(error, service, self.target) from error

    def _pages(self, pages: Iterator[Raw], path: str) -> Iterator[Items]:
        while True:
            with self._turn:
                page = next(pages, None)
            if page is None:
                return
            yield self._counted(page.get(path) or ())

    def _counted(self, items: Items) -> Items:
        if self._seen is not None:
            self._seen(len(items))
        return items

    def _client(self, service: str) -> Any:
        return (patient_client if self._patient else client)(self.target, service)


def _page_size(source: Any, operation: str, wanted: int) -> int:
    """``wanted``, where the operation takes as many."""
    paginator: Any = source.get_paginator(xform_name(operation))
    shape = source.meta.service_model.operation_model(operation).input_shape
    limits: dict[str, int] = shape.members[paginator._limit_key].metadata
    return max(limits.get("min", 1), min(wanted, limits.get("max", wanted)))
