"""A client of the cloud that is not the agent: plain boto3, and none of the agent's code."""

from __future__ import annotations

from functools import cache
from typing import Any


class Reader:
    """Clients of one endpoint, made once each in this process. ``key`` is the access key, which
    in the sandbox is the account (12 digits)."""

    def __init__(self, endpoint: str, region: str = "us-east-1", key: str = "123456789012") -> None:
        self.endpoint = endpoint
        self.region = region
        self._key = key

    def client(self, service: str, region: str | None = None) -> Any:
        """Errors are seen as they are: nothing is retried."""
        return _client(self.endpoint, self._key, service, region or self.region)

    @property
    def ec2(self) -> Any:
        return self.client("ec2")

    @property
    def elb(self) -> Any:
        return self.client("elbv2")


@cache
def _client(endpoint: str, key: str, service: str, region: str) -> Any:
    """Shared by all threads, which boto3's clients allow; making one takes a tenth of a second."""
    from botocore.config import Config

    return _session(key).client(
        service,
        endpoint_url=endpoint,
        region_name=region,
        config=Config(
            retries={"total_max_attempts": 1}, proxies={}, s3={"addressing_style": "path"}
        ),
    )


@cache
def _session(key: str) -> Any:
    import boto3

    return boto3.session.Session(key, "gym")
