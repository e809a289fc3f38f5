"""When each kind was last read entirely, and what looks found otherwise than it is known."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "looks",
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("scope", "kind", name="pk_looks"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sightings",
        sa.Column("resource", TEXT, nullable=False),
        sa.Column("attribute", TEXT, nullable=False),
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.Column("last_old", TEXT),
        sa.Column("first_new", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("resource", "attribute", name="pk_sightings"),
    )
    op.create_index("ix_sightings_scope_kind", "sightings", ["scope", "kind"])
