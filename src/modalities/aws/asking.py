"""Questions to AWS, whichever hand puts them: what comes back is read in one way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeAlias

from botocore import xform_name

from modalities.aws.describe.found import Raw
from modalities.aws.errors import AWS_ERRORS
from modalities.aws.session import client, identify, refused
from modalities.target import Target

Items: TypeAlias = Sequence[Raw]


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
    """An Asker by the vendor's library."""

    def __init__(self, target: Target) -> None:
        self.target = target

    def account(self) -> str:
        return identify(self.target).account

    def prepare(self, services: Iterable[str]) -> None:
        for service in services:
            client(self.target, service)

    def one(self, service: str, operation: str, **parameters: Any) -> Raw:
        source: Any = client(self.target, service)
        try:
            answer: Raw = getattr(source, xform_name(operation))(**parameters)
        except AWS_ERRORS as error:
            raise refused(error, service, self.target) from error
        return answer

    def every(self, service: str, operation: str, path: str, **parameters: Any) -> Items:
        source: Any = client(self.target, service)
        name = xform_name(operation)
        if not source.can_paginate(name):
            return list(self.one(service, operation, **parameters).get(path) or ())
        try:
            pages = source.get_paginator(name).paginate(**parameters)
            return [item for page in pages for item in page.get(path) or ()]
        except AWS_ERRORS as error:
            raise refused(error, service, self.target) from error
