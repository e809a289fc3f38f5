"""Workflows, what came of them, and answers that are offered again."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "workflows",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("structure", TEXT, nullable=False),
        sa.Column("changed_at", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_workflows"),
    )
    op.create_index("ix_workflows_structure", "workflows", ["structure"])
    op.create_table(
        "uses",
        sa.Column("plan", TEXT, nullable=False),
        sa.Column("workflow", TEXT, nullable=False),
        sa.Column("form", TEXT, nullable=False),
        sa.Column("run", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("versions", TEXT, nullable=False),
        sa.Column("recalled", sa.Integer(), nullable=False),
        sa.Column("ending", TEXT),
        sa.Column("candidate", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("plan", name="pk_uses"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_uses_run"),
    )
    op.create_index("ix_uses_workflow_at", "uses", ["workflow", "at"])
    op.create_table(
        "preferences",
        sa.Column("project", TEXT, nullable=False),
        sa.Column("question", TEXT, nullable=False),
        sa.Column("answer", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("project", "question", name="pk_preferences"),
    )
