"""The tables, as docs/rooms/state.md explains them.

A change here needs a migration in ``migrations/versions`` and a new :data:`VERSION`; a test
holds the two to the same schema.
"""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    text,
)

from cloudops.state.columns import WHOLE, JsonText, Time, Utf8

VERSION = "0006"

BY_RUN = text("run IS NOT NULL")

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

runs = Table(
    "runs",
    metadata,
    Column("id", Utf8, primary_key=True),
    Column("request", Utf8, nullable=False),
    Column("target", Utf8, nullable=False),
    Column("scope", Utf8, nullable=False),
    Column("actor", Utf8, nullable=False),
    Column("status", Utf8, nullable=False),
    Column("started_at", Time, nullable=False),
    Column("changed_at", Time, nullable=False),
    Column("digest", Utf8),
    Column("undoes", Utf8),
    Column("exit_code", Integer),
    Index(None, "started_at"),
)

journal = Table(
    "journal",
    metadata,
    Column("run", Utf8, ForeignKey("runs.id"), primary_key=True),
    Column("seq", WHOLE, primary_key=True, autoincrement=False),
    Column("at", Time, nullable=False),
    Column("stage", Utf8, nullable=False),
    Column("what", Utf8, nullable=False),
    Column("body", JsonText, nullable=False),
)

plans = Table(
    "plans",
    metadata,
    Column("digest", Utf8, primary_key=True),
    Column("id", Utf8, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("body", JsonText, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("holder", Utf8, primary_key=True),
    Column("fence", WHOLE, nullable=False),
    Column("who", Utf8, nullable=False),
    Column("why", Utf8, nullable=False),
    Column("since", Time, nullable=False),
    Column("until", Time, nullable=False),
    Column("boot", Utf8, nullable=False),
    Column("until_uptime", Float, nullable=False),
)

claims = Table(
    "claims",
    metadata,
    Column("key", Utf8, primary_key=True),
    Column("holder", Utf8, ForeignKey("leases.holder"), primary_key=True),
    Column("mode", Utf8, nullable=False),
    Index(None, "holder"),
    sqlite_with_rowid=False,
)

waiting = Table(
    "waiting",
    metadata,
    Column("holder", Utf8, primary_key=True),
    Column("ticket", WHOLE, nullable=False),
    Column("who", Utf8, nullable=False),
    Column("why", Utf8, nullable=False),
    Column("claims", JsonText, nullable=False),
    Column("since", Time, nullable=False),
    Column("until", Time, nullable=False),
    Column("boot", Utf8, nullable=False),
    Column("until_uptime", Float, nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("name", Utf8, primary_key=True),
    Column("last", WHOLE, nullable=False),
)

resources = Table(
    "resources",
    metadata,
    Column("uid", Utf8, primary_key=True),
    Column("key", Utf8, nullable=False),
    Column("provider", Utf8, nullable=False),
    Column("scope", Utf8, nullable=False),
    Column("kind", Utf8, nullable=False),
    Column("name", Utf8, nullable=False),
    Column("id", Utf8, nullable=False),
    Column("attributes", JsonText, nullable=False),
    Column("changed_at", Time, nullable=False),
    Column("region", Utf8),
    Index(None, "key"),
    Index(None, "scope"),
    # finding.py walks along these two, and looks up by the next two
    Index(None, "kind", "uid"),
    Index(None, "region", "uid"),
    Index(None, "name"),
    Index(None, "id"),
)

tags = Table(
    "tags",
    metadata,
    Column("resource", Utf8, ForeignKey("resources.uid"), primary_key=True),
    Column("name", Utf8, primary_key=True),
    Column("value", Utf8, nullable=False),
    Index(None, "name", "value", "resource"),
    sqlite_with_rowid=False,
)

links = Table(
    "links",
    metadata,
    Column("resource", Utf8, ForeignKey("resources.uid"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("role", Utf8, nullable=False),
    Column("kind", Utf8, nullable=False),
    Column("id", Utf8, nullable=False),
    Index(None, "kind", "id"),
    sqlite_with_rowid=False,
)

provenance = Table(
    "provenance",
    metadata,
    Column("resource", Utf8, primary_key=True),
    Column("attribute", Utf8, primary_key=True),
    Column("key", Utf8, nullable=False),
    Column("value", JsonText, nullable=False),
    Column("run", Utf8),
    Column("modality", Utf8, nullable=False),
    Column("at", Time, nullable=False),
    Index(None, "key"),
    # by whom a resource was written; strangers wrote most of it, and are not in these
    Index(None, "run", "resource", sqlite_where=BY_RUN, postgresql_where=BY_RUN),
    Index(None, "modality", "resource", sqlite_where=BY_RUN, postgresql_where=BY_RUN),
    sqlite_with_rowid=False,
)

looks = Table(
    "looks",
    metadata,
    Column("scope", Utf8, primary_key=True),
    Column("kind", Utf8, primary_key=True),
    Column("at", Time, nullable=False),
    sqlite_with_rowid=False,
)

sightings = Table(
    "sightings",
    metadata,
    Column("resource", Utf8, primary_key=True),
    Column("attribute", Utf8, primary_key=True),
    Column("scope", Utf8, nullable=False),
    Column("kind", Utf8, nullable=False),
    Column("value", JsonText, nullable=False),
    Column("last_old", Time),
    Column("first_new", Time, nullable=False),
    Index(None, "scope", "kind"),
)

targets = Table(
    "targets",
    metadata,
    Column("target", Utf8, primary_key=True),
    Column("scope", Utf8, primary_key=True),
    sqlite_with_rowid=False,
)

record = Table(
    "record",
    metadata,
    Column("run", Utf8, ForeignKey("runs.id"), primary_key=True),
    Column("hand", Utf8, primary_key=True),
    Column("at", Time, nullable=False),
    Column("goal", Utf8, nullable=False),
    Column("changes", JsonText, nullable=False),
    Column("kinds", JsonText, nullable=False),
    Column("provider", Utf8, nullable=False),
    Column("realm", Utf8, nullable=False),
    Column("ending", Utf8, nullable=False),
    Column("steps", Integer),
    Column("seconds", Float),
    Index(None, "goal", "provider", "realm", "hand", "changes", "at"),
)

workflows = Table(
    "workflows",
    metadata,
    Column("id", Utf8, primary_key=True),
    Column("structure", Utf8, nullable=False),
    Column("changed_at", Time, nullable=False),
    Column("body", JsonText, nullable=False),
    Index(None, "structure"),
)

uses = Table(
    "uses",
    metadata,
    Column("plan", Utf8, primary_key=True),
    Column("workflow", Utf8, nullable=False),
    Column("form", Utf8, nullable=False),
    Column("run", Utf8, ForeignKey("runs.id"), nullable=False),
    Column("at", Time, nullable=False),
    Column("versions", JsonText, nullable=False),
    Column("recalled", Integer, nullable=False),
    Column("ending", Utf8),
    Column("candidate", JsonText, nullable=False),
    Index(None, "workflow", "at"),
)

preferences = Table(
    "preferences",
    metadata,
    Column("project", Utf8, primary_key=True),
    Column("question", Utf8, primary_key=True),
    Column("answer", Utf8, nullable=False),
    Column("at", Time, nullable=False),
    Column("times", Integer, nullable=False),
)

version = Table(
    "alembic_version",
    metadata,
    Column("version_num", String(32)),
    # as Alembic makes it
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
