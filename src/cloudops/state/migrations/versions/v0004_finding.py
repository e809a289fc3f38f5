"""Resources by region, kind, name and id, and by who wrote them; tags in the order of resources."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BY_RUN = sa.text("run IS NOT NULL")


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("resources", recreate="always" if is_sqlite else "never") as table:
        table.add_column(sa.Column("region", TEXT))
    _fill()
    op.create_index("ix_resources_kind_uid", "resources", ["kind", "uid"])
    op.create_index("ix_resources_region_uid", "resources", ["region", "uid"])
    op.create_index("ix_resources_name", "resources", ["name"])
    op.create_index("ix_resources_id", "resources", ["id"])
    op.drop_index("ix_tags_name_value", "tags")
    op.create_index("ix_tags_name_value_resource", "tags", ["name", "value", "resource"])
    for column in ("run", "modality"):
        op.create_index(
            f"ix_provenance_{column}_resource",
            "provenance",
            [column, "resource"],
            sqlite_where=BY_RUN,
            postgresql_where=BY_RUN,
        )


def _fill() -> None:
    """The region of what is known already: the last part of an AWS scope, unless the resource
    itself says another."""
    there = op.get_bind()
    scopes = there.execute(
        sa.text("SELECT DISTINCT scope FROM resources WHERE provider = 'aws' AND scope LIKE '%/%'")
    ).scalars()
    by_scope = sa.text("UPDATE resources SET region = :region WHERE scope = :scope")
    for scope in scopes.all():
        there.execute(by_scope, {"scope": scope, "region": scope.rpartition("/")[2]})
    rows = there.execute(
        sa.text('SELECT uid, attributes FROM resources WHERE attributes LIKE \'%"region":"%\'')
    )
    by_uid = sa.text("UPDATE resources SET region = :region WHERE uid = :uid")
    for uid, attributes in rows.all():
        region = json.loads(attributes).get("region")
        if isinstance(region, str):
            there.execute(by_uid, {"uid": uid, "region": region})
