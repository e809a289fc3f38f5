"""The address of a PostgreSQL: what it may hold, and how it is shown. Never a password."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

SCHEMES = ("postgresql", "postgres")
EXAMPLE = "postgresql://ann@db.example.com/cloudops"
SECRET = re.compile(r"pass(word|wd|phrase)?$|secret|token")
ELSEWHERE = (
    "leave the password out: put it into ~/.pgpass (or the file PGPASSFILE names), into a service "
    "file (postgresql:///?service=NAME), or set PGPASSWORD"
)
UNCLEAR = (
    f"it is not an address such as {EXAMPLE} (signs that mean something in an address are "
    f"written %2F for /, %40 for @, ...); if there is a password in it, {ELSEWHERE}"
)
HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:@\[\]]*)(:\d{1,5})?")


def checked(url: str) -> str:
    """``url``, where it can be kept in a file and shown to anybody.

    Raises ValueError; its text repeats nothing of what stands where a password may be.
    """
    try:
        parts = urlsplit(url)
        query = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        raise ValueError(UNCLEAR) from None
    if parts.scheme not in SCHEMES:
        raise ValueError(f"it is not the address of a PostgreSQL, such as {EXAMPLE}")
    user, _, hosts = parts.netloc.rpartition("@")
    if ":" in user or any(SECRET.search(name.lower()) for name, _ in query):
        raise ValueError(f"it holds a password, which does not belong there; {ELSEWHERE}")
    plain = all(HOST.fullmatch(host) for host in hosts.split(","))
    if not plain or "@" in user + parts.path or parts.fragment:
        raise ValueError(UNCLEAR)
    return url


def shown(url: str) -> str:
    """For people: who, where and which database, without options."""
    parts = urlsplit(url)
    service = dict(parse_qsl(parts.query)).get("service")
    where = f"{parts.scheme}://{parts.netloc}{parts.path}"
    return f"{where}?service={service}" if service else where
