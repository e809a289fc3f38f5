"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text()),
        sa.Column("undoes", sa.Text()),
        sa.Column("exit_code", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_index("ix_runs_started_at", "runs", ["started_at"])
    op.create_table(
        "journal",
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("run", "seq", name="pk_journal"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_journal_run"),
    )
    op.create_table(
        "plans",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_plans"),
    )
    op.create_table(
        "leases",
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.Column("boot", sa.Text(), nullable=False),
        sa.Column("until_uptime", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("holder", name="pk_leases"),
    )
    op.create_table(
        "claims",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", "holder", name="pk_claims"),
        sa.ForeignKeyConstraint(["holder"], ["leases.holder"], name="fk_claims_holder"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_claims_holder", "claims", ["holder"])
    op.create_table(
        "waiting",
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("claims", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.Column("boot", sa.Text(), nullable=False),
        sa.Column("until_uptime", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("holder", name="pk_waiting"),
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counters"),
    )
    op.create_table(
        "resources",
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("uid", name="pk_resources"),
    )
    op.create_index("ix_resources_key", "resources", ["key"])
    op.create_index("ix_resources_scope", "resources", ["scope"])
    op.create_table(
        "tags",
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("resource", "name", name="pk_tags"),
        sa.ForeignKeyConstraint(["resource"], ["resources.uid"], name="fk_tags_resource"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_tags_name_value", "tags", ["name", "value"])
    op.create_table(
        "links",
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("resource", "position", name="pk_links"),
        sa.ForeignKeyConstraint(["resource"], ["resources.uid"], name="fk_links_resource"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_links_kind_id", "links", ["kind", "id"])
    op.create_table(
        "provenance",
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("attribute", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("run", sa.Text()),
        sa.Column("modality", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("resource", "attribute", name="pk_provenance"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_provenance_key", "provenance", ["key"])
