"""PostgreSQL in all the ways in which it is not there, or not as it should be."""

from __future__ import annotations

import os
import signal
import stat
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from cloudops.state.contract import Away, Event, FenceLost, Run, StoreError
from cloudops.state.sql import SqlStore, open_store
from fakes.postgres import Server, programs, running
from fakes.postgres_wire import Line, line, server_of_long_ago
from modalities.claim import Claim, Lease, Mode

NOW = datetime(2031, 5, 4, 3, 0, 0, tzinfo=UTC)
RUN = Run("run-1", "x", "t", "s", "ann", "running", NOW, NOW)
A = (Claim("a", Mode.EXCLUSIVE),)
SECRET = "hunter2"
HBA = """
host all locked 127.0.0.1/32 scram-sha-256
hostnossl all secure 127.0.0.1/32 reject
host all outsider 127.0.0.1/32 reject
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One that tests may stop."""
    bin = programs()
    if bin is None:
        pytest.skip("no PostgreSQL: neither on PATH nor in /usr/lib/postgresql")
    with running(bin) as server:
        hba = server.data / "pg_hba.conf"
        hba.write_text(HBA + hba.read_text())
        server.sql(
            f"CREATE ROLE locked LOGIN SUPERUSER PASSWORD '{SECRET}'",
            "CREATE ROLE secure LOGIN",
            "CREATE ROLE outsider LOGIN",
            "CREATE ROLE guest LOGIN",
            "CREATE ROLE single LOGIN CONNECTION LIMIT 1",
            "SELECT pg_reload_conf()",
        )
        yield server


@pytest.fixture
def url(server: Server) -> str:
    return server.url(server.database())


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    opened = open_store(url)
    opened.begin_run(RUN)
    yield opened
    opened.close()


def event(what: str) -> Event:
    return Event("run-1", 0, datetime.now(UTC), "execute", what, {"n": 1})


def refusal(url: str, patience: float = 5) -> StoreError:
    with pytest.raises(StoreError) as caught:
        open_store(url, patience=patience)
    assert "\n" not in str(caught.value)
    assert caught.value.remedy
    return caught.value


class TestComingIn:
    @pytest.mark.parametrize(("given", "said"), [(None, "no password"), ("wrong", "failed")])
    def test_a_wrong_password_is_not_printed(
        self, server: Server, monkeypatch: pytest.MonkeyPatch, given: str | None, said: str
    ) -> None:
        monkeypatch.delenv("PGPASSWORD", raising=False)
        if given:
            monkeypatch.setenv("PGPASSWORD", given + SECRET)
        error = refusal(server.url("postgres", user="locked", tcp=True))
        assert "does not take the password" in str(error)
        assert not isinstance(error, Away)
        assert said in str(error)
        assert "PGPASSFILE" in error.remedy
        everything = "".join(traceback.format_exception(error)) + error.remedy
        assert SECRET not in everything

    def test_a_password_in_the_address_is_refused_and_not_printed(self) -> None:
        error = refusal(f"postgresql://ann:{SECRET}@localhost/x")
        everything = "".join(traceback.format_exception(error)) + error.remedy
        assert "holds a password" in everything
        assert SECRET not in everything

    def test_by_a_password_file(
        self, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = tmp_path / "pgpass"
        file.write_text(f"127.0.0.1:*:*:locked:{SECRET}\n")
        file.chmod(0o600)
        monkeypatch.setenv("PGPASSFILE", str(file))
        open_store(server.url(server.database(), user="locked", tcp=True)).close()

    def test_by_a_service_file(
        self, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = tmp_path / "services"
        file.write_text(
            f"[team]\nhost=127.0.0.1\nport={server.port}\nuser=locked\npassword={SECRET}\n"
            f"dbname={server.database()}\n"
        )
        monkeypatch.setenv("PGSERVICEFILE", str(file))
        open_store("postgresql:///?service=team").close()
        assert "no such service" in str(refusal("postgresql:///?service=other"))

    @pytest.mark.parametrize(
        ("database", "user", "options", "said", "remedy"),
        [
            ("nowhere", "owner", {}, "no such database", "CREATE DATABASE"),
            ("postgres", "nobody", {}, "no such user", "USER@HOST"),
            ("postgres", "secure", {"sslmode": "disable"}, "without TLS", "sslmode"),
            ("postgres", "owner", {"sslmode": "require"}, "does not speak TLS", "ssl = on"),
            ("postgres", "outsider", {"sslmode": "disable"}, "pg_hba", "pg_hba.conf"),
        ],
    )
    def test_what_is_refused(
        self,
        server: Server,
        database: str,
        user: str,
        options: dict[str, str],
        said: str,
        remedy: str,
    ) -> None:
        url = server.url(database, user=user, tcp=True, **options)
        error = refusal(url)
        assert said in str(error)
        assert remedy in error.remedy
        assert f"postgresql://{user}@127.0.0.1:{server.port}/{database}" in str(error)

    @pytest.mark.parametrize(
        ("url", "said"),
        [
            ("postgresql://ann@127.0.0.1:1/x", "nobody answers"),
            ("postgresql://ann@db.invalid/x", "no such host"),
            ("postgresql://ann@localhost/x?colour=blue", "colour"),
        ],
    )
    def test_an_address_that_leads_nowhere_is_told_at_once(self, url: str, said: str) -> None:
        began = time.monotonic()
        assert said in str(refusal(url, patience=60))
        assert time.monotonic() - began < 30

    @staticmethod
    def one_connection(server: Server) -> str:
        name = server.database()
        server.sql(f"ALTER DATABASE {name} OWNER TO single")
        return server.url(name, user="single")

    def test_out_of_connections(self, server: Server) -> None:
        url = self.one_connection(server)
        with closing(psycopg.connect(url)):
            error = refusal(url, patience=0.5)
            assert isinstance(error, Away)
            assert "no connection left" in str(error)
            assert "max_connections" in error.remedy

    def test_a_connection_that_comes_free_is_waited_for(self, server: Server) -> None:
        url = self.one_connection(server)
        taken = psycopg.connect(url)
        threading.Timer(0.5, taken.close).start()
        open_store(url, patience=30).close()


class TestNotAsItShouldBe:
    def test_too_old(self) -> None:
        with server_of_long_ago("11.22") as port:
            error = refusal(f"postgresql://ann@127.0.0.1:{port}/x")
        assert "PostgreSQL 11.22" in str(error)
        assert "13 or later" in str(error)

    def test_another_encoding(self, server: Server) -> None:
        server.sql(
            "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' "
            "TEMPLATE template0"
            if server.version >= 15
            else "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0"
        )
        assert "LATIN1" in str(refusal(server.url("latin")))

    def test_somebody_else_s_database(self, server: Server) -> None:
        name = server.database()
        server.sql("CREATE TABLE bookmarks (url text)", database=name)
        error = refusal(server.url(name))
        assert "something else" in str(error)
        assert "another database" in error.remedy

    def test_a_newer_schema_is_left_alone(self, server: Server, url: str) -> None:
        open_store(url).close()
        with closing(psycopg.connect(url, autocommit=True)) as client:
            client.execute("UPDATE alembic_version SET version_num = '0999'")
        error = refusal(url)
        assert "0999" in str(error)
        assert "update cloudops" in error.remedy

    def test_who_may_not_make_tables(self, server: Server) -> None:
        name = server.database()
        server.sql("REVOKE CREATE ON SCHEMA public FROM PUBLIC", database=name)
        error = refusal(server.url(name, user="guest"))
        assert "permission denied" in str(error)
        assert "GRANT" in error.remedy

    def test_what_can_only_be_read_is_read(self, server: Server, store: SqlStore, url: str) -> None:
        """A standby, as after a failover that went to the wrong side."""
        server.stop()
        signal_file = server.data / "standby.signal"
        signal_file.touch()
        try:
            server.start()
            with closing(open_store(url)) as reader:
                assert reader.run("run-1") == RUN
                assert reader.claims() == ()
                with pytest.raises(StoreError, match="can only be read") as caught:
                    reader.append("run-1", (event("a"),))
                assert "target_session_attrs" in caught.value.remedy
        finally:
            server.stop()
            signal_file.unlink()
            server.start()
        assert store.journal("run-1") == ()

    def test_neither_alembic_nor_more_is_imported(self, url: str) -> None:
        import subprocess
        import sys

        script = (
            "import sys; from cloudops.state.sql import open_store; "
            f"open_store({url!r}).close(); sys.exit('alembic' in sys.modules)"
        )
        assert subprocess.run([sys.executable, "-c", script]).returncode == 0


class TestGoingAway:
    @pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["restart", "crash"])
    def test_it_comes_back_within_the_lease(
        self, server: Server, store: SqlStore, how: signal.Signals
    ) -> None:
        lease = store.claim("run-1", A, ttl=60, who="ann", why="")
        assert isinstance(lease, Lease)
        server.stop(how)
        threading.Timer(0.7, server.start).start()
        store.append("run-1", (event("a"), event("b")))
        assert store.check_fence(lease) > 0
        assert store.renew(lease, ttl=60).fence == lease.fence
        assert [e.what for e in store.journal("run-1")] == ["a", "b"]

    def test_it_comes_back_too_late_for_the_lease(self, server: Server, store: SqlStore) -> None:
        lease = store.claim("run-1", A, ttl=0.5, who="ann", why="")
        assert isinstance(lease, Lease)
        server.stop()
        threading.Timer(0.7, server.start).start()
        with pytest.raises(FenceLost):
            store.check_fence(lease)

    def test_it_does_not_come_back(self, server: Server, url: str) -> None:
        with closing(open_store(url, patience=1)) as store:
            store.begin_run(RUN)
            server.stop()
            try:
                for attempt, longest in (
                    (lambda: store.append("run-1", (event("a"),)), 15.0),
                    (lambda: store.journal("run-1"), 0.9),  # it was waited for already
                ):
                    began = time.monotonic()
                    with pytest.raises(Away, match=r"cannot be reached|went away") as caught:
                        attempt()
                    assert time.monotonic() - began < longest
                    assert "start the server" in caught.value.remedy
            finally:
                server.start()
            store.append("run-1", (event("a"),))
            assert [e.what for e in store.journal("run-1")] == ["a"]

    def test_connections_that_are_ended_by_somebody(self, server: Server, store: SqlStore) -> None:
        for _ in range(3):
            server.sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'cloudops'"
            )
            store.append("run-1", (event("a"),))
        assert len(store.journal("run-1")) == 3


class TestLostAnswers:
    """The line breaks at COMMIT: nobody knows whether it arrived. Done once all the same."""

    @pytest.fixture
    def wire(self, server: Server) -> Iterator[Line]:
        with line(server.port) as made:
            yield made

    @pytest.fixture
    def far(self, server: Server, wire: Line) -> Iterator[SqlStore]:
        name = server.database()
        with closing(open_store(f"postgresql://owner@127.0.0.1:{wire.port}/{name}")) as store:
            store.begin_run(RUN)
            yield store

    CUTS = pytest.mark.parametrize(
        "cuts", [[Line.BEFORE], [Line.AFTER], [Line.BEFORE, Line.AFTER], [Line.AFTER, Line.AFTER]]
    )

    @CUTS
    def test_a_journal_has_each_line_once(self, wire: Line, far: SqlStore, cuts: list[str]) -> None:
        wire.cut = list(cuts)
        far.append("run-1", (event("a"), event("b")))
        far.append("run-1", (event("c"),))
        assert wire.cut == []
        assert [e.what for e in far.journal("run-1")] == ["a", "b", "c"]

    @CUTS
    def test_all_else_is_as_if_nothing_had_been(
        self, wire: Line, far: SqlStore, cuts: list[str]
    ) -> None:
        def cut(work: Callable[[], object]) -> object:
            wire.cut = list(cuts)
            done = work()
            assert wire.cut == []
            return done

        cut(lambda: far.begin_run(Run("run-2", "x", "t", "s", "ann", "running", NOW, NOW)))
        lease = cut(lambda: far.claim("run-1", A, ttl=60, who="ann", why=""))
        assert isinstance(lease, Lease)
        assert far.check_fence(lease) > 0
        renewed = cut(lambda: far.renew(lease, ttl=60))
        assert isinstance(renewed, Lease)
        broken = cut(lambda: far.break_claims("run-1", who="bob", reason="it hangs"))
        assert [held.key for held in broken] == ["a"]  # type: ignore[attr-defined]
        assert [e.what for e in far.journal("run-1")] == ["lock_broken"]
        assert far.claims() == ()


def test_the_test_server_is_nobody_else_s(server: Server) -> None:
    assert stat.S_IMODE(server.home.stat().st_mode) == 0o700
    assert server.home.stat().st_uid == server.data.stat().st_uid != 0 or os.getuid() != 0
