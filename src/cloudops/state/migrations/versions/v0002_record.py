"""The measured record of the hands."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "record",
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("hand", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("goal", sa.Text(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("realm", sa.Text(), nullable=False),
        sa.Column("ending", sa.Text(), nullable=False),
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
