"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# In any database: text compared byte by byte, numbers that rise for as long as the store lives.
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
WHOLE = sa.Integer().with_variant(sa.BigInteger(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "runs",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("request", TEXT, nullable=False),
        sa.Column("target", TEXT, nullable=False),
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("started_at", TEXT, nullable=False),
        sa.Column("changed_at", TEXT, nullable=False),
        sa.Column("digest", TEXT),
        sa.Column("undoes", TEXT),
        sa.Column("exit_code", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_index("ix_runs_started_at", "runs", ["started_at"])
    op.create_table(
        "journal",
        sa.Column("run", TEXT, nullable=False),
        sa.Column("seq", WHOLE, autoincrement=False, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("stage", TEXT, nullable=False),
        sa.Column("what", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("run", "seq", name="pk_journal"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_journal_run"),
    )
    op.create_table(
        "plans",
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("created_at", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_plans"),
    )
    op.create_table(
        "leases",
        sa.Column("holder", TEXT, nullable=False),
        sa.Column("fence", WHOLE, nullable=False),
        sa.Column("who", TEXT, nullable=False),
        sa.Column("why", TEXT, nullable=False),
        sa.Column("since", TEXT, nullable=False),
        sa.Column("until", TEXT, nullable=False),
        sa.Column("boot", TEXT, nullable=False),
        sa.Column("until_uptime", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("holder", name="pk_leases"),
    )
    op.create_table(
        "claims",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("holder", TEXT, nullable=False),
        sa.Column("mode", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("key", "holder", name="pk_claims"),
        sa.ForeignKeyConstraint(["holder"], ["leases.holder"], name="fk_claims_holder"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_claims_holder", "claims", ["holder"])
    op.create_table(
        "waiting",
        sa.Column("holder", TEXT, nullable=False),
        sa.Column("ticket", WHOLE, nullable=False),
        sa.Column("who", TEXT, nullable=False),
        sa.Column("why", TEXT, nullable=False),
        sa.Column("claims", TEXT, nullable=False),
        sa.Column("since", TEXT, nullable=False),
        sa.Column("until", TEXT, nullable=False),
        sa.Column("boot", TEXT, nullable=False),
        sa.Column("until_uptime", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("holder", name="pk_waiting"),
    )
    op.create_table(
        "counters",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("last", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counters"),
    )
    op.create_table(
        "resources",
        sa.Column("uid", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("provider", TEXT, nullable=False),
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("attributes", TEXT, nullable=False),
        sa.Column("changed_at", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("uid", name="pk_resources"),
    )
    op.create_index("ix_resources_key", "resources", ["key"])
    op.create_index("ix_resources_scope", "resources", ["scope"])
    op.create_table(
        "tags",
        sa.Column("resource", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("resource", "name", name="pk_tags"),
        sa.ForeignKeyConstraint(["resource"], ["resources.uid"], name="fk_tags_resource"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_tags_name_value", "tags", ["name", "value"])
    op.create_table(
        "links",
        sa.Column("resource", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("resource", "position", name="pk_links"),
        sa.ForeignKeyConstraint(["resource"], ["resources.uid"], name="fk_links_resource"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_links_kind_id", "links", ["kind", "id"])
    op.create_table(
        "provenance",
        sa.Column("resource", TEXT, nullable=False),
        sa.Column("attribute", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.Column("run", TEXT),
        sa.Column("modality", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("resource", "attribute", name="pk_provenance"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_provenance_key", "provenance", ["key"])
