"""What other makers' databases are asked, in their own words; and a MariaDB server where one is installed."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pymysql
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from tests.feeds.conftest import MAPPING, Feeding
from tests.feeds.rows import ROWS, STATION
from tests.feeds.test_folder import kept
from zhunsheng.exchange.connect.feed_file import SqlSource
from zhunsheng.exchange.connect.sql import DRIVERS, SqlConnector, probed, statement
from zhunsheng.feeds.services import feed_replay, feed_run

MARK = dt.datetime(2026, 3, 2, 10, 0)  # noqa: DTZ001 - a column without a zone
ASKED = {
    "postgresql": "SELECT * \nFROM (select * from acts where kind = 1) AS feed_rows \nWHERE changed_at >= %(changed_at_1)s::TIMESTAMP WITHOUT TIME ZONE ORDER BY changed_at",
    "oracle": "SELECT * \nFROM (select * from acts where kind = 1) feed_rows \nWHERE changed_at >= :changed_at_1 ORDER BY changed_at",
    "mssql": "SELECT * \nFROM (select * from acts where kind = 1) AS feed_rows \nWHERE changed_at >= %(changed_at_1)s ORDER BY changed_at",
    "mysql": "SELECT * \nFROM (select * from acts where kind = 1) AS feed_rows \nWHERE changed_at >= %(changed_at_1)s ORDER BY changed_at",
}
PROBED = {
    "postgresql": "LIMIT",
    "oracle": "FETCH FIRST",
    "mssql": "TOP",
    "mysql": "LIMIT",
}


@pytest.mark.parametrize("kind", sorted(ASKED))
def test_every_maker_is_asked_in_its_own_words_by_a_driver_that_is_there(kind: str) -> None:
    source = SqlSource(
        kind="sql", url=f"{kind}://u:p@h/d", query="select * from acts where kind = 1", mark="changed_at"
    )
    engine = sa.create_engine(SqlConnector(source).address())
    assert f"{engine.dialect.name}+{engine.dialect.driver}" == DRIVERS[kind]
    base = sa.text(source.query or "").columns().subquery("feed_rows")
    assert str(statement(base, source, MARK).compile(dialect=engine.dialect)) == ASKED[kind]
    assert PROBED[kind] in str(probed(base, "changed_at").compile(dialect=engine.dialect))
    table = sa.table("acts", sa.column("编号"), schema="other")
    whole = SqlSource(kind="sql", url=f"{kind}://u:p@h/d", table="other.acts", whole=True)
    assert "other.acts" in str(statement(table, whole, None).compile(dialect=engine.dialect))


@pytest.fixture(scope="module")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The socket of a server of the test's own, without network; skipped where none is installed."""
    server = shutil.which("mariadbd", path=f"{os.environ['PATH']}:/usr/sbin")
    install = shutil.which("mariadb-install-db")
    if server is None or install is None:
        pytest.skip("MariaDB is not installed (Debian: mariadb-server-core)")
    folder = tmp_path_factory.mktemp("maria")
    data, socket = folder / "data", folder / "s"
    user = f"--user={os.environ.get('USER') or 'root'}"
    made = [install, f"--datadir={data}", user, "--auth-root-authentication-method=normal", "--skip-test-db"]
    subprocess.run(made, check=True, capture_output=True, timeout=120)
    running = subprocess.Popen(
        [server, "--no-defaults", f"--datadir={data}", f"--socket={socket}", user, "--skip-networking"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            if socket.exists():
                break
            time.sleep(0.1)
        yield socket
    finally:
        running.terminate()
        running.wait(timeout=60)


@pytest.mark.system
def test_mariadb_is_read_on_replayed_and_its_deletions_seen(mariadb: Path, feed: Feeding) -> None:
    """Typed columns, Chinese names, a mark with fractions of a second, and a reading of the whole."""
    columns = "`编号` bigint, `案号` varchar(20), `行为` varchar(20), `时间` datetime, `单位` varchar(20), "
    columns += "`民警` varchar(20), `人员` varchar(20), `身份已查明` bool, `改于` datetime(6)"
    address = URL.create(
        "mysql", "root", host="localhost", database="city", query={"unix_socket": str(mariadb)}
    )
    with (
        pymysql.connect(unix_socket=str(mariadb), user="root", charset="utf8mb4") as db,
        db.cursor() as cursor,
    ):
        cursor.execute("CREATE DATABASE city CHARACTER SET utf8mb4")
        cursor.execute(f"CREATE TABLE city.acts ({columns})")
        for number, row in enumerate(ROWS):
            cells = [cell or None for cell in row.split(",")[:-1]]
            values = (*cells, True, f"2026-03-03 10:00:00.{number}00001")
            cursor.execute(f"INSERT INTO city.acts VALUES ({','.join(['%s'] * 9)})", values)
        db.commit()
        source = {
            "kind": "sql",
            "url": address.render_as_string(),
            "table": "acts",
            "mark": "改于",
            "overlap": 0,
            "page": 3,
        }
        known = MAPPING["fields"] | {"identity_known": {"from": "身份已查明"}}  # type: ignore[operator] # a plain dict
        feed(source, mapping=MAPPING | {"fields": known}, key=["编号"])
        run = feed_run("city")
        assert (run.state, run.fault_en, run.new) == ("done", "", 4)
        event = kept()[1]
        assert (event.key, event.unit, event.place) == ("2", STATION, "acts")
        assert event.content["fields"] == {"identity_known": True}
        assert feed_run("city").read == 1
        assert feed_replay("city", "2026-03-03T10:00:00.200000").read == 2
        whole = {name: value for name, value in source.items() if name not in ("mark", "overlap")} | {
            "whole": True
        }
        feed(whole, mapping=MAPPING | {"fields": known}, key=["编号"])
        cursor.execute("DELETE FROM city.acts WHERE `编号` = 3")
        db.commit()
        assert feed_run("city").read == 3
    gone = [one for one in kept() if one.gone]
    assert [(one.key, one.version) for one in gone] == [("3", 2)]
