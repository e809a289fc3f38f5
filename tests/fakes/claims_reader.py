"""A second reader of what claims must be: plain SQL, and nothing of the code it checks.

``witness`` has the server itself write down every grant, renewal and end of a lease, with its
own time, while a test runs. ``faults`` reads that, and the tables, and says what is wrong.
"""

from __future__ import annotations

from contextlib import closing

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
        INSERT INTO seen (at, what, holder, fence, until)
        VALUES (pg_catalog.clock_timestamp(), 'renewed', NEW.holder, NEW.fence, NEW.until);
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
        SELECT r.holder, r.fence, r.at FROM seen r JOIN LATERAL (
            SELECT until FROM seen p WHERE p.fence = r.fence AND p.n < r.n
            AND p.what IN ('granted', 'renewed') ORDER BY p.n DESC LIMIT 1
        ) before ON r.what = 'renewed'
        AND r.at > before.until::timestamptz + interval '2 seconds'""",
}


def witness(url: str) -> None:
    """Watch a store that is there, from here on."""
    with closing(psycopg.connect(url, autocommit=True)) as client:
        client.execute(WITNESS)


def faults(url: str) -> list[str]:
    """What is wrong, and was at any moment since ``witness``."""
    found = []
    with closing(psycopg.connect(url)) as client:
        for fault, question in QUESTIONS.items():
            found += [f"{fault}: {row}" for row in client.execute(question).fetchall()]
        rows = client.execute(
            "SELECT what, holder, key, mode FROM seen WHERE key IS NOT NULL ORDER BY n"
        ).fetchall()
    return found + replayed(rows)


def replayed(rows: list[tuple[str, str, str, str]]) -> list[str]:
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
