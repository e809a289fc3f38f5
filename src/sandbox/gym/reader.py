"""A client of the cloud that is not the agent: plain boto3, and none of the agent's code."""

from __future__ import annotations

from typing import Any


class Reader:
    """Clients of one endpoint, made once each. ``key`` is the access key, which in the sandbox
    is the account (12 digits)."""

    def __init__(self, endpoint: str, region: str = "us-east-1", key: str = "123456789012") -> None:
        import boto3

        self.endpoint = endpoint
        self.region = region
        self._session = boto3.session.Session(key, "gym", region_name=region)
        self._clients: dict[tuple[str, str], Any] = {}

    def client(self, service: str, region: str | None = None) -> Any:
        """Errors are seen as they are: nothing is retried."""
        from botocore.config import Config

        place = region or self.region
        if (service, place) not in self._clients:
            self._clients[service, place] = self._session.client(  # type: ignore[call-overload]
                service,
                endpoint_url=self.endpoint,
                region_name=place,
                config=Config(
                    retries={"total_max_attempts": 1},
                    proxies={},
                    s3={"addressing_style": "path"},
                ),
            )
        return self._clients[service, place]

    @property
    def ec2(self) -> Any:
        return self.client("ec2")

    @property
    def elb(self) -> Any:
        return self.client("elbv2")
