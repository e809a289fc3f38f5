"""What an older version knew of resources is found by region after the migration, on both."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from sqlalchemy import text

from cloudops.state import versions
from cloudops.state.contract import Filter
from cloudops.state.database import Database
from cloudops.state.migration import upgrade
from cloudops.state.sql import open_store
from cloudops.state.sqlite import Sqlite

ROWS = (
    ("aws", "1/us-east-1", "vm", "web", '{"state":"running"}'),
    ("aws", "1/us-east-1", "bucket", "logs", '{"region":"eu-west-1","versioning":false}'),
    ("aws", "1/us-east-1", "bucket", "data", '{"region":null}'),
    ("azure", "s/group", "vm", "vm", '{"note":"\\"region\\":\\"x\\"","region":"westeurope"}'),
    ("azure", "s/group", "disk", "disk", "{}"),
)
RESOURCE = text(
    "INSERT INTO resources VALUES "
    "(:uid, :uid, :provider, :scope, :kind, :name, :name, :attributes, '2031-05-04')"
)


def backend(place: str | Path) -> Database:
    if isinstance(place, Path):
        return Database(Sqlite(place, patience=5))
    from cloudops.state.postgres import Postgres

    return Database(Postgres(place, patience=20))


def test_regions_are_filled_in(place: str | Path) -> None:
    with closing(backend(place)) as database:
        database.backend.set_up()
        with database.migrating() as connection:
            upgrade(connection, "0003", versions.MIGRATIONS)
            for provider, scope, kind, name, attributes in ROWS:
                known = {"uid": f"{provider}:{scope}:{kind}/{name}", "provider": provider}
                said = {"scope": scope, "kind": kind, "name": name, "attributes": attributes}
                connection.execute(RESOURCE, {**known, **said})
            connection.exec_driver_sql(
                "INSERT INTO tags VALUES ('aws:1/us-east-1:vm/web', 'env', 'prod')"
            )

    def names(wanted: Filter) -> list[str]:
        return [r.name for r in store.find(wanted).resources]

    with closing(open_store(place)) as store:
        assert names(Filter(region="us-east-1")) == ["data", "web"]
        assert names(Filter(region="eu-west-1")) == ["logs"]
        assert names(Filter(region="westeurope")) == ["vm"]
        assert names(Filter(tags=(("env", "prod"),))) == ["web"]
        assert len(store.resources()) == len(ROWS)
