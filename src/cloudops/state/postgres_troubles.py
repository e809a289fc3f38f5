"""What goes wrong with a PostgreSQL: what passes by itself, and what to tell people.

A server's refusal to connect comes as text alone, without its code, and in the server's own
language. So what is not recognised is still told, in the server's words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from psycopg import errors
from sqlalchemy import exc as sqlalchemy

from cloudops.state import moved
from cloudops.state.contract import Away, Busy, StoreError
from cloudops.state.postgres_waiting import Silent

PASSING = (
    errors.AdminShutdown,
    errors.CrashShutdown,
    errors.CannotConnectNow,
    errors.TooManyConnections,
    errors.IdleInTransactionSessionTimeout,
    errors.SerializationFailure,
    errors.DeadlockDetected,
)
STARTING = "starting up|shutting down|in recovery mode|not yet accepting connections"
FULL = "too many clients|too many connections|connection slots are reserved|remaining connection"
LONGEST = 300
"""Characters of what a server says that are repeated."""
LOGIN = "put it into ~/.pgpass (or the file PGPASSFILE names) or set PGPASSWORD"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal to connect: how it is recognised, what it means, what to do about it."""

    pattern: str
    what: str
    remedy: str
    kind: type[StoreError] = StoreError


REFUSALS = (
    Refusal(
        "no password supplied|password authentication failed|authentication failed for user",
        "it does not take the password",
        LOGIN,
    ),
    Refusal(
        "server does not support SSL",
        "it does not speak TLS, which the address or PGSSLMODE asks for",
        "turn TLS on there (ssl = on), or ask for another sslmode",
    ),
    Refusal(
        "certificate|SSL error|root\\.crt",
        "its TLS certificate is not accepted",
        "name who signed it: ?sslmode=verify-full&sslrootcert=FILE",
    ),
    Refusal(
        "no encryption|SSL off|hostssl|SSL required|SSL is required",
        "it lets nobody in without TLS from here, or not this user",
        "ask for TLS (?sslmode=require, better verify-full); else its pg_hba.conf decides",
    ),
    Refusal(
        "no pg_hba.conf entry",
        "it lets this user in from no such place",
        "a line in its pg_hba.conf decides who comes in from where",
    ),
    Refusal(
        'database ".*" does not exist',
        "there is no such database",
        "name another one, or make it: CREATE DATABASE name ENCODING 'UTF8' TEMPLATE template0",
    ),
    Refusal(
        'role ".*" does not exist',
        "there is no such user",
        "name another one: postgresql://USER@HOST/DATABASE",
    ),
    Refusal(
        "permission denied for database",
        "this user may not connect to this database",
        "GRANT CONNECT ON DATABASE name TO user",
    ),
    Refusal(
        "could not translate host name|Name or service not known|failed to resolve host",
        "there is no such host",
        "check the host in the address",
    ),
    Refusal(
        "definition of service",
        "there is no such service",
        "check the service in the address and in ~/.pg_service.conf (or PGSERVICEFILE)",
    ),
    Refusal(FULL, "it has no connection left", "try again; or raise its max_connections", Away),
    Refusal(STARTING, "it is only starting or stopping", "try again", Away),
    Refusal(
        "Connection refused|No such file or directory|timeout|No route|unreachable",
        "nobody answers there",
        "start the server, or check host and port in the address",
        Away,
    ),
)


def cause_of(error: BaseException) -> psycopg.Error | None:
    cause = error.orig if isinstance(error, sqlalchemy.DBAPIError) else error
    return cause if isinstance(cause, psycopg.Error) else None


def passes(error: psycopg.Error, *, met: bool) -> bool:
    """Whether the same may succeed a little later. ``met``: the server was there before, so
    one that does not answer has gone away."""
    if isinstance(error, PASSING):
        return True
    if not _is_of_connection(error):
        return False
    found = _refusal(error)
    if found is None or found.remedy == REFUSALS[-1].remedy:
        return met
    return found.pattern in (FULL, STARTING)


def _is_of_connection(error: psycopg.Error) -> bool:
    code = error.sqlstate or ""
    return isinstance(error, psycopg.OperationalError) and (not code or code.startswith("08"))


def _refusal(error: psycopg.Error) -> Refusal | None:
    text = str(error)
    return next((each for each in REFUSALS if re.search(each.pattern, text)), None)


def explanation(error: Exception, where: str, patience: float) -> StoreError | None:
    """None for what is a fault of ours."""
    if isinstance(error, sqlalchemy.TimeoutError):
        return Busy(f"no connection to {where} was free for {patience:g} s", "do less at once")
    cause = cause_of(error)
    if cause is None:
        return None
    said = _said(cause)
    if cause.sqlstate == moved.CODE:
        return moved.said(said)
    for kinds, kind, tell in TOLD:
        if isinstance(cause, kinds):
            what, remedy = tell(said)
            return kind(f"the state in {where} {what}", remedy.format(patience=patience))
    if not _is_of_connection(cause):
        return None
    found = _refusal(cause)
    if found is None:
        return Away(
            f"the state in {where} cannot be reached: {said}",
            "start the server, or check the address; then try again",
        )
    return found.kind(
        f"the state in {where} cannot be reached: {found.what} ({said})", found.remedy
    )


def _said(error: psycopg.Error) -> str:
    """The server's own words, on one line."""
    text = " ".join((error.diag.message_primary or str(error)).split())
    text = text.partition(" Is the server running")[0]
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


Tell = Callable[[str], tuple[str, str]]

TOLD: tuple[tuple[tuple[type[psycopg.Error], ...], type[StoreError], Tell], ...] = (
    (
        (Silent,),
        Away,
        lambda said: (
            f"does not answer: {said}; what was written last may have arrived or not",
            "the server hangs, or what lies between swallows its answers: restart it, then try "
            "again; `cloudops resume` goes on with a run",
        ),
    ),
    (
        (errors.ReadOnlySqlTransaction,),
        StoreError,
        lambda said: (
            f"can only be read: {said}",
            "name the server that takes writes (?target_session_attrs=read-write finds it among "
            "several hosts); reading goes on working",
        ),
    ),
    (
        (errors.InsufficientPrivilege,),
        StoreError,
        lambda said: (
            f"cannot be used: {said}",
            "let this user own the database, or GRANT it what it lacks",
        ),
    ),
    (
        (errors.LockNotAvailable,),
        Busy,
        lambda _: (
            "has been locked by another client for longer than this one waits",
            "try again; SELECT pid, application_name, client_addr, state FROM pg_stat_activity "
            "tells which client it is",
        ),
    ),
    (
        (errors.DiskFull, errors.OutOfMemory),
        StoreError,
        lambda said: (
            f"cannot be written: {said}; the last entry was not written, all before it are safe",
            "free some space on the server",
        ),
    ),
    (
        (errors.TooManyConnections,),
        Away,
        lambda said: (
            f"cannot be reached: it has no connection left ({said})",
            "try again; or raise its max_connections",
        ),
    ),
    (
        (errors.QueryCanceled,),
        Busy,
        lambda said: (f"did not finish: {said}", "try again; or raise its statement_timeout"),
    ),
    (
        (errors.DataCorrupted, errors.IndexCorrupted),
        StoreError,
        lambda said: (f"is damaged: {said}", "restore the database from a backup"),
    ),
    (
        PASSING,
        Away,
        lambda said: (
            f"went away and did not come back in time: {said}",
            "start the server, then try again; `cloudops resume` goes on with a run",
        ),
    ),
)
