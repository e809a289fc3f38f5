"""What botocore itself raises: no answer from the service, so nothing was sent, or nothing
came back."""

from __future__ import annotations

import re
from dataclasses import dataclass

from botocore import exceptions as said

from modalities.receipt import CloudError, Trouble

LONGEST = 400
"""Characters of a text from outside."""

UNRESOLVED = re.compile(r"resolve|getaddrinfo|name or service|nodename|no address", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """``text`` may hold ``{text}`` (botocore's own), ``{host}`` and ``{profile}``, ``remedy``
    ``{sign_in}``. ``sent`` is False only where the request certainly did not arrive."""

    kinds: tuple[type[Exception], ...]
    trouble: Trouble
    text: str
    remedy: str
    sent: bool = False


UNKNOWN_HOST = Row(
    (said.EndpointConnectionError,),
    Trouble.UNAVAILABLE,
    "the host name of {host} is not known",
    "check `region` and `endpoint_url` of the target, and the network",
)

ROWS = (
    Row(
        (said.ProfileNotFound,),
        Trouble.AUTH,
        "there is no AWS profile {profile}",
        "`aws configure list-profiles` shows those there are; see cloudops.toml",
    ),
    Row(
        (said.ConfigNotFound, said.ConfigParseError, said.InvalidConfigError),
        Trouble.AUTH,
        "{text}",
        "mend the AWS config file (~/.aws/config)",
    ),
    Row((said.NoCredentialsError,), Trouble.AUTH, "no AWS credentials", "{sign_in}"),
    Row(
        (
            said.PartialCredentialsError,
            said.CredentialRetrievalError,
            said.TokenRetrievalError,
            said.NoAuthTokenError,
            said.SSOError,
            said.LoginError,
            said.RefreshWithMFAUnsupportedError,
            said.MetadataRetrievalError,
            said.MissingDependencyException,
            said.UnknownCredentialError,
        ),
        Trouble.AUTH,
        "{text}",
        "{sign_in}",
    ),
    Row((said.NoRegionError,), Trouble.INVALID, "no region", "set `region` for the target"),
    Row(
        (said.SSLError,),
        Trouble.UNAVAILABLE,
        "no trusted TLS connection to {host}",
        "check the endpoint's certificate, AWS_CA_BUNDLE and this machine's clock",
    ),
    Row(
        (said.ConnectTimeoutError,),
        Trouble.TIMEOUT,
        "{host} cannot be reached",
        "check the network and endpoint_url",
    ),
    Row(
        (said.ReadTimeoutError,),
        Trouble.TIMEOUT,
        "{host} did not answer in time",
        "try again, or give the target a longer `timeout`",
        sent=True,
    ),
    Row(
        (said.ProxyConnectionError,),
        Trouble.UNAVAILABLE,
        "the proxy cannot be reached",
        "check HTTPS_PROXY, and NO_PROXY for local endpoints",
    ),
    Row(
        (said.EndpointConnectionError,),
        Trouble.UNAVAILABLE,
        "nothing answers at {host}",
        "check `endpoint_url` of the target; is the service running?",
    ),
    Row(
        (said.ConnectionClosedError, said.ResponseStreamingError, said.IncompleteReadError),
        Trouble.UNAVAILABLE,
        "the connection to {host} broke off",
        "try again",
        sent=True,
    ),
    Row(
        (said.ConnectionError,),
        Trouble.UNAVAILABLE,
        "{text}",
        "check the network and endpoint_url",
    ),
    Row(
        (said.HTTPClientError, said.PaginationError),
        Trouble.UNAVAILABLE,
        "{text}",
        "try again",
        sent=True,
    ),
    Row((said.CapacityNotAvailableError,), Trouble.THROTTLED, "{text}", "try again in a minute"),
    Row(
        (
            said.BaseEndpointResolverError,
            said.EndpointProviderError,
            said.InvalidRegionError,
            said.InvalidEndpointConfigurationError,
        ),
        Trouble.INVALID,
        "{text}",
        "check `region` and `endpoint_url` of the target",
    ),
    Row((said.BotoCoreError,), Trouble.INVALID, "{text}", ""),
)
"""The first that fits counts."""


def unanswered(exc: said.BotoCoreError, profile: str | None) -> CloudError:
    row = next(row for row in ROWS if isinstance(exc, row.kinds))
    if isinstance(exc, UNKNOWN_HOST.kinds) and UNRESOLVED.search(str(exc.kwargs.get("error"))):
        row = UNKNOWN_HOST
    words = {
        "text": str(exc),
        "host": str(exc.kwargs.get("endpoint_url") or "the endpoint").split("?")[0],
        "profile": profile or exc.kwargs.get("profile"),
        "sign_in": sign_in(profile),
    }
    return CloudError(
        row.trouble,
        type(exc).__name__,
        printable(row.text.format(**words)),
        sent=row.sent,
        remedy=row.remedy.format(**words),
    )


def sign_in(profile: str | None) -> str:
    """How to get working credentials."""
    if profile:
        return (
            f"sign in again: `aws sso login --profile {profile}`, or renew its keys "
            f"with `aws configure --profile {profile}`"
        )
    return "set a profile for the target in cloudops.toml, or run `aws configure`"


def printable(text: str) -> str:
    """A cloud's text on one line, without control characters, of bounded length."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
