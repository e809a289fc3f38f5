"""Where each target was found to be, also by looks that are no runs."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "targets",
        sa.Column("target", TEXT, nullable=False),
        sa.Column("scope", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("target", "scope", name="pk_targets"),
        sqlite_with_rowid=False,
    )
