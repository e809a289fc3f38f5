"""A second reader of what claims must be: plain SQL, and nothing of the code it checks.

``witness`` has the database itself write down every grant, renewal and end of a lease, with its
own time, while a test runs. ``faults`` reads that, and the tables, and says what is wrong. A store
is a PostgreSQL's address or a file of SQLite's; both are asked through their own clients.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

WITNESS = """
CREATE TABLE seen (
    n bigserial PRIMARY KEY, at timestamptz NOT NULL, what text NOT NULL,
    holder text NOT NULL, fence bigint, until text, key text, mode text
);
CREATE FUNCTION see_lease() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO seen (at, what, holder, fence, until)
        VALUES (pg_catalog.clock_timestamp(), 'ended', OLD.holder, OLD.fence, OLD.until);
    ELSIF TG_OP = 'UPDATE' AND OLD.fence = NEW.fence THEN
        -- decided of one moment at the transaction's turn; a process may be stopped after that,
        -- in its transaction, and nobody else has a turn then
        INSERT INTO seen (at, what, holder, fence, until)
        VALUES (pg_catalog.now(), 'renewed', NEW.holder, NEW.fence, NEW.until);
    ELSE
        INSERT INTO seen (at, what, holder, fence, until)
        VALUES (pg_catalog.clock_timestamp(), 'granted', NEW.holder, NEW.fence, NEW.until);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER see AFTER INSERT OR UPDATE OR DELETE ON leases
    FOR EACH ROW EXECUTE FUNCTION see_lease();
CREATE FUNCTION see_claim() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO seen (at, what, holder, key, mode)
        VALUES (pg_catalog.clock_timestamp(), 'given back', OLD.holder, OLD.key, OLD.mode);
    ELSE
        INSERT INTO seen (at, what, holder, key, mode)
        VALUES (pg_catalog.clock_timestamp(), 'claimed', NEW.holder, NEW.key, NEW.mode);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER see AFTER INSERT OR DELETE ON claims
    FOR EACH ROW EXECUTE FUNCTION see_claim();
"""

IN_A_FILE = """
CREATE TABLE seen (
    n INTEGER PRIMARY KEY, at TEXT NOT NULL, what TEXT NOT NULL,
    holder TEXT NOT NULL, fence INTEGER, until TEXT, key TEXT, mode TEXT
);
"""
LEASE = "INSERT INTO seen (at, what, holder, fence, until) VALUES ({now}, {what}, {of}.holder, "
LEASE += "{of}.fence, {of}.until);"
CLAIM = "INSERT INTO seen (at, what, holder, key, mode) VALUES ({now}, {what}, {of}.holder, "
CLAIM += "{of}.key, {of}.mode);"
RENEWED = "CASE WHEN OLD.fence = NEW.fence THEN 'renewed' ELSE 'granted' END"
SEEN = (
    ("leases", "INSERT", LEASE, "'granted'", "NEW"),
    ("leases", "UPDATE", LEASE, RENEWED, "NEW"),
    ("leases", "DELETE", LEASE, "'ended'", "OLD"),
    ("claims", "INSERT", CLAIM, "'claimed'", "NEW"),
    ("claims", "DELETE", CLAIM, "'given back'", "OLD"),
)
NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"

QUESTIONS = {
    "two hold one key, and not both to share it": """
        SELECT a.key, a.holder, b.holder FROM claims a JOIN claims b
        ON a.key = b.key AND a.holder < b.holder AND 'exclusive' IN (a.mode, b.mode)""",
    "a claim without a lease": """
        SELECT * FROM claims WHERE holder NOT IN (SELECT holder FROM leases)""",
    "a mode that is none": "SELECT * FROM claims WHERE mode NOT IN ('shared', 'exclusive')",
    "two leases with one fence": "SELECT fence FROM leases GROUP BY fence HAVING count(*) > 1",
    "a fence above the highest": """
        SELECT fence FROM leases WHERE fence >
        coalesce((SELECT last FROM counters WHERE name = 'fence'), 0)""",
    "two in one place of the queue": """
        SELECT ticket FROM waiting GROUP BY ticket HAVING count(*) > 1""",
    "a place above the last": """
        SELECT ticket FROM waiting WHERE ticket >
        coalesce((SELECT last FROM counters WHERE name = 'ticket'), 0)""",
    "a journal with a gap": """
        SELECT run FROM journal GROUP BY run HAVING count(*) <> max(seq) OR min(seq) <> 1""",
    "a fence that was granted twice": """
        SELECT fence FROM seen WHERE what = 'granted' GROUP BY fence HAVING count(*) > 1""",
    "a fence that is not above all before it": """
        SELECT later.fence FROM seen later JOIN seen earlier ON earlier.n < later.n
        AND earlier.what = 'granted' AND later.what = 'granted' AND earlier.fence >= later.fence""",
    "a renewal of what had ended": """
        SELECT r.holder, r.fence FROM seen r JOIN seen e ON e.n < r.n
        AND e.what = 'ended' AND r.what = 'renewed' AND e.fence = r.fence""",
    "a renewal after the end": """
        SELECT r.holder, r.fence, r.at FROM seen r JOIN seen p ON p.n = (
            SELECT max(b.n) FROM seen b WHERE b.fence = r.fence AND b.n < r.n
            AND b.what IN ('granted', 'renewed')
        ) WHERE r.what = 'renewed' AND {at} > {until} + {seconds}""",
}
TIMES = {
    "postgresql": {
        "at": "r.at",
        "until": "p.until::timestamptz",
        "seconds": "interval '2 seconds'",
    },
    "sqlite": {
        "at": "julianday(r.at)",
        "until": "julianday(p.until)",
        "seconds": "2.0 / 86400",
    },
}
Rows = list[tuple[Any, ...]]


@contextmanager
def asked(place: str | Path) -> Iterator[tuple[str, Any]]:
    """Which database it is, and its own client."""
    if isinstance(place, str):
        with closing(psycopg.connect(place, autocommit=True)) as server:
            yield "postgresql", server
    else:
        with closing(sqlite3.connect(place, timeout=30, isolation_level=None)) as file:
            yield "sqlite", file


def witness(place: str | Path) -> None:
    """Watch a store that is there, from here on."""
    with asked(place) as (kind, client):
        if kind == "postgresql":
            client.execute(WITNESS)
            return
        client.executescript(IN_A_FILE)
        for table, change, line, what, of in SEEN:
            done = line.format(now=NOW, what=what, of=of)
            client.execute(
                f"CREATE TRIGGER see_{table}_{change} AFTER {change} ON {table} BEGIN {done} END"
            )


def faults(place: str | Path) -> list[str]:
    """What is wrong, and was at any moment since ``witness``."""
    found = []
    with asked(place) as (kind, client):
        for fault, question in QUESTIONS.items():
            rows: Rows = client.execute(question.format(**TIMES[kind])).fetchall()
            found += [f"{fault}: {row}" for row in rows]
        rows = client.execute(
            "SELECT what, holder, key, mode FROM seen WHERE key IS NOT NULL ORDER BY n"
        ).fetchall()
    return found + replayed(rows)


def replayed(rows: Rows) -> list[str]:
    """Claims one after another, as they were granted and given back: who met whom."""
    found: list[str] = []
    held: dict[str, dict[str, str]] = {}
    for what, holder, key, mode in rows:
        there = held.setdefault(key, {})
        if what == "given back":
            there.pop(holder, None)
            continue
        others = {h: m for h, m in there.items() if h != holder}
        if others and "exclusive" in (mode, *others.values()):
            found.append(f"{key} was granted to {holder} ({mode}) beside {others}")
        there[holder] = mode
    return found
