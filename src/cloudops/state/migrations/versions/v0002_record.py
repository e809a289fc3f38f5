"""The measured record of the hands."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "record",
        sa.Column("run", TEXT, nullable=False),
        sa.Column("hand", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("goal", TEXT, nullable=False),
        sa.Column("changes", TEXT, nullable=False),
        sa.Column("kinds", TEXT, nullable=False),
        sa.Column("provider", TEXT, nullable=False),
        sa.Column("realm", TEXT, nullable=False),
        sa.Column("ending", TEXT, nullable=False),
        sa.Column("steps", sa.Integer()),
        sa.Column("seconds", sa.Float()),
        sa.PrimaryKeyConstraint("run", "hand", name="pk_record"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_record_run"),
    )
    op.create_index(
        "ix_record_goal_provider_realm_hand_changes_at",
        "record",
        ["goal", "provider", "realm", "hand", "changes", "at"],
    )
