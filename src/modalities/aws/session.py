"""The one way from here to AWS: botocore clients for a target.

botocore is used without boto3 on top, which adds 35 ms of imports and nothing we need.
Cold start for ec2, elbv2 and sts is about 230 ms: 115 for imports, 75 for EC2's model.
"""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Literal, overload

from botocore.client import BaseClient
from botocore.config import Config
from botocore.configprovider import (
    BOTOCORE_DEFAUT_SESSION_VARIABLES,
    ConfiguredEndpointProvider,
)
from botocore.parsers import ResponseParserError
from botocore.session import Session

from modalities.aws.connection import KEYS, Connection
from modalities.aws.errors import AWS_ERRORS, as_cloud_error
from modalities.aws.loader import LOADER
from modalities.aws.traffic import Traffic
from modalities.receipt import CloudError, Trouble
from modalities.resource import Provider
from modalities.target import Identity, Target, place_at

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_elbv2 import ElasticLoadBalancingv2Client
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_ssm import SSMClient
    from mypy_boto3_sts import STSClient

ATTEMPTS = 4
"""How often a request is sent at most, counting the first time."""

PATIENT_ATTEMPTS = 12
"""The same for a long look, as far as the target's timeout goes."""

CONNECT = 5.0
"""Seconds for a connection to come about; taken from the target's timeout."""

KEPT = 64
"""Clients kept; a long session rehearses in many copies, each with an address of its own."""

_LOCK = threading.RLock()


@overload
def client(target: Target, service: Literal["ec2"]) -> EC2Client: ...
@overload
def client(target: Target, service: Literal["elbv2"]) -> ElasticLoadBalancingv2Client: ...
@overload
def client(target: Target, service: Literal["s3"]) -> S3Client: ...
@overload
def client(target: Target, service: Literal["ssm"]) -> SSMClient: ...
@overload
def client(target: Target, service: Literal["sts"]) -> STSClient: ...
@overload
def client(target: Target, service: str) -> BaseClient: ...


def client(target: Target, service: str) -> Any:
    """A client for ``service``, made on first need; may be used from several threads.

    Raises CloudError where there is no way to the target. Nothing is sent yet, but for what
    the vendor's chain of credentials may ask for (single sign-on, a role to take on).
    """
    connection = Connection.to(target)
    try:
        with _LOCK:
            return _client(connection, service)
    except AWS_ERRORS as error:
        raise as_cloud_error(error, service=service, profile=target.profile) from error


def patient_client(target: Target, service: str) -> Any:
    """A client for long looks: the vendor's ``adaptive`` mode slows down as soon as AWS limits
    us, and a request is sent again for as long as the target's timeout. Raises CloudError."""
    connection = Connection.to(target)
    try:
        with _LOCK:
            return _client(connection, service, patient=True)
    except AWS_ERRORS as error:
        raise as_cloud_error(error, service=service, profile=target.profile) from error


def traffic(target: Target) -> Traffic:
    """The counter that all clients of the target share, whatever their time limits."""
    with _LOCK:
        return _traffic(replace(Connection.to(target), timeout=0.0))


def call_count() -> int:
    """Requests sent by this process so far, to whatever target."""
    return sum(each.requests for each in _all_traffic)


def forget() -> None:
    """Drop every client: credentials are looked up again. For when a cloud refused them."""
    with _LOCK:
        _client.cache_clear()
        _session.cache_clear()
        _identity.cache_clear()


def identify(target: Target) -> Identity:
    """Who we are there, as the cloud says (sts:GetCallerIdentity); asked once per credentials.

    Raises CloudError.
    """
    connection = Connection.to(target)
    try:
        account, arn, endpoint = _identity(connection)
    except AWS_ERRORS as error:
        raise refused(error, "sts", target) from error
    return Identity(
        provider=Provider.AWS,
        account=account,
        region=target.region,
        principal=arn,
        profile=target.profile,
        endpoint_url=endpoint,
        place=place_at(endpoint, target),
    )


def refused(error: Exception, service: str, target: Target) -> CloudError:
    """``error`` as a CloudError; where it was about credentials, they are looked up anew."""
    result = as_cloud_error(error, service=service, profile=target.profile)
    if result.trouble is Trouble.AUTH:
        forget()
    return result


_all_traffic: list[Traffic] = []


@cache
def _traffic(connection: Connection) -> Traffic:
    counter = Traffic(loopback_only=connection.sandbox)
    _all_traffic.append(counter)
    return counter


@lru_cache(maxsize=KEPT)
def _identity(connection: Connection) -> tuple[str, str, str | None]:
    """Account, principal, and the endpoint where it is not AWS's own: the vendor's chain may
    name one as well, and nobody should take an emulator for the real thing."""
    with _LOCK:
        sts = _client(connection, "sts")
        session = _session(connection)
    try:
        answer = sts.get_caller_identity()
    except KeyError as missing:  # botocore's, where the answer is XML of something else
        raise ResponseParserError(f"no {missing}") from missing
    configured = ConfiguredEndpointProvider(
        session.full_config, session.get_scoped_config(), client_name="sts"
    )
    endpoint = connection.endpoint_url or configured.provide()
    return str(answer["Account"]), str(answer["Arn"]), endpoint


@lru_cache(maxsize=KEPT)
def _session(connection: Connection) -> Session:
    """A session of its own per connection: what one reads never shows in another."""
    if connection.sandbox:
        session = Session(session_vars=_deaf())
    else:
        session = Session(profile=connection.profile)
    session.register_component("data_loader", LOADER)
    session.user_agent_extra = "cloudops"
    if connection.profile is not None:
        chain = session.get_component("credential_provider")
        for elsewhere in ("iam-role", "container-role"):  # a profile names who we are: else nobody
            chain.remove(elsewhere)
    return session


def _deaf() -> dict[str, tuple[Any, None, Any, Any]]:
    """Session variables that hear neither AWS_* of our process nor its AWS config files."""
    files = {"config_file": os.devnull, "credentials_file": os.devnull}
    return {
        name: (setting, None, files.get(name, default), conversion)
        for name, (setting, _, default, conversion) in BOTOCORE_DEFAUT_SESSION_VARIABLES.items()
    }


@lru_cache(maxsize=KEPT)
def _client(connection: Connection, service: str, *, patient: bool = False) -> Any:
    retries: dict[str, Any] = {"mode": "standard", "total_max_attempts": ATTEMPTS}
    if patient:
        retries = {"mode": "adaptive", "total_max_attempts": PATIENT_ATTEMPTS}
    connect = min(CONNECT, connection.timeout / 2)
    settings: dict[str, Any] = {
        "connect_timeout": connect,
        "read_timeout": connection.timeout - connect,
        "retries": retries,
        "defaults_mode": "legacy",  # "auto" would ask the instance metadata service
        "max_pool_connections": 32,
        "proxies": {} if connection.sandbox else None,
        "s3": {"addressing_style": "path"} if connection.endpoint_url else None,
    }
    keys: dict[str, Any] = {KEYS[name]: value for name, value in connection.keys}
    with _no_garbage():
        made: BaseClient = _session(connection).create_client(
            service,
            region_name=connection.region,
            endpoint_url=connection.endpoint_url,
            config=Config(**settings),
            **keys,
        )
    _traffic(replace(connection, timeout=0.0)).watch(made, service, connection.timeout)
    return made


@contextmanager
def _no_garbage() -> Iterator[None]:
    """A model is half a million objects that stay: looking for garbage meanwhile costs a
    third of the time and finds none."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
