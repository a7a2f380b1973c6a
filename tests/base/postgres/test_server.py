"""The embedded server: started once however many ask, back after every kind of kill, private, and refused in words."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest

from zhunsheng.base.errors import InputError
from zhunsheng.base.postgres import cluster
from zhunsheng.base.postgres import server as server_module
from zhunsheng.base.postgres.account import named, server_account
from zhunsheng.base.postgres.binaries import found, reachable
from zhunsheng.base.postgres.layout import APPLICATION, DATABASE, OWNER, SUPERUSER, layout_in
from zhunsheng.base.postgres.server import Server
from zhunsheng.base.postgres.state import postmaster_note, status

START = "import sys; from pathlib import Path; from zhunsheng.base.postgres.layout import layout_in; \
from zhunsheng.base.postgres.server import Server; print(Server(layout_in(Path(sys.argv[1]))).start())"


def connected(server: Server, role: str = OWNER) -> psycopg.Connection:
    """A connection that commits each statement."""
    return psycopg.connect(
        host=str(server.layout.sockets), user=role, dbname=DATABASE, autocommit=True, connect_timeout=5
    )


def killed(server: Server) -> None:
    """Kill the server as an administrator in despair does, and wait until it is gone."""
    pid = status(server.layout).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while status(server.layout).alive:
        time.sleep(0.01)


def with_a_row(server: Server) -> None:
    server.start()
    with connected(server) as connection:
        connection.execute("DROP TABLE IF EXISTS kept; CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (1)")


def rows(server: Server) -> list[tuple[int]]:
    with connected(server, APPLICATION) as connection:
        return connection.execute("SELECT n FROM kept").fetchall()


def test_it_is_started_once_and_ends_when_told(home: Path) -> None:
    server = Server(layout_in(home))
    assert status(server.layout).state == "absent"
    assert server.start()
    assert not server.start()
    assert status(server.layout).state == "running"
    assert server.stop()
    assert not server.stop()
    assert status(server.layout).state == "stopped"


def test_it_is_private_and_the_same_on_every_machine(server: Server) -> None:
    server.start()
    with connected(server, SUPERUSER) as connection:
        shown = {name: connection.execute(f"SHOW {name}").fetchone()[0] for name in
                 ("server_encoding", "data_checksums", "listen_addresses", "unix_socket_permissions", "fsync")}  # fmt: skip
        methods = connection.execute("SELECT DISTINCT type, auth_method FROM pg_hba_file_rules").fetchall()
        ordered = connection.execute(
            "SELECT string_agg(c, '' ORDER BY c) FROM unnest('{乙,b,A,a,甲}'::text[]) c"
        ).fetchone()
    assert shown == {
        "server_encoding": "UTF8",
        "data_checksums": "on",
        "listen_addresses": "",
        "unix_socket_permissions": "0700",
        "fsync": "on",
    }
    assert methods == [("local", "peer")]
    assert ordered == ("Aab乙甲",)


def test_a_machine_that_lacks_the_locale_gets_the_one_every_machine_has(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "locale_choices", lambda _major: [["--locale=xx_XX.UTF-8"], ["--locale=C"]])
    server = Server(layout_in(home))
    server.start()
    with connected(server) as connection:
        found = connection.execute(
            "SELECT datcollate FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    assert found == ("C",)


def test_the_application_cannot_undo_what_the_owner_made(server: Server) -> None:
    server.start()
    with connected(server) as owner:
        owner.execute("DROP TABLE IF EXISTS acts; CREATE TABLE acts (n int)")
        owner.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;"
            "CREATE TRIGGER kept BEFORE UPDATE ON acts FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
    with connected(server, APPLICATION) as application:
        application.execute("INSERT INTO acts VALUES (1)")
        for statement in (
            "DROP TRIGGER kept ON acts",
            "ALTER TABLE acts DISABLE TRIGGER kept",
            "SET session_replication_role = replica",
            "TRUNCATE acts",
            "DROP TABLE acts",
            "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "CREATE TABLE elsewhere (n int)",
            f"SET ROLE {OWNER}",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                application.execute(statement)


def test_a_killed_server_comes_back_with_every_committed_row(server: Server) -> None:
    with_a_row(server)
    killed(server)
    assert status(server.layout).state == "crashed"
    assert server.start()
    assert rows(server) == [(1,)]


def test_a_note_whose_number_another_process_has_now_is_no_obstacle(server: Server) -> None:
    with_a_row(server)
    killed(server)
    # As after a restart of a container, where numbers are few: the same account, but no PostgreSQL.
    command = ["sleep", "60"]
    account = server_account(server.layout.data)
    other = subprocess.Popen(command, user=None if account.ours else account.uid)
    try:
        note = postmaster_note(server.layout)
        lines = note.read_text(encoding="utf-8").splitlines()
        note.write_text("\n".join([str(other.pid), *lines[1:]]), encoding="utf-8")
        assert status(server.layout).state == "crashed"
        assert server.start()
        assert rows(server) == [(1,)]
    finally:
        other.kill()
        other.wait()


def test_recovery_may_take_longer_than_pg_ctl_has_patience(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "PATIENCE_S", 1)
    with_a_row(server)
    with connected(server) as connection:
        connection.execute(
            "CREATE TABLE much AS SELECT g, repeat('x', 200) FROM generate_series(1, 150000) g"
        )
    killed(server)
    held = threading.Thread(target=hold_recovery, args=(server, 3.0))
    held.start()
    began = time.monotonic()
    assert server.start()
    assert time.monotonic() - began > 3
    held.join()
    assert rows(server) == [(1,)]


def hold_recovery(server: Server, seconds: float) -> None:
    """Stop the recovering process of the server for a while, as a slow disk would."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        pid = status(server.layout).pid
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split() if pid else []:
            if b"startup" in Path(f"/proc/{child}/cmdline").read_bytes():
                os.kill(int(child), signal.SIGSTOP)
                time.sleep(seconds)
                os.kill(int(child), signal.SIGCONT)
                return


@pytest.mark.parametrize("after_s", [0.8])
def test_a_launcher_killed_halfway_leaves_nothing_in_the_way(home: Path, after_s: float) -> None:
    server = Server(layout_in(home))
    launcher = subprocess.Popen([sys.executable, "-c", START, home], stdout=subprocess.DEVNULL)
    time.sleep(after_s)
    launcher.kill()
    launcher.wait()
    server.start()
    with connected(server, APPLICATION) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (APPLICATION,)


def test_several_that_start_at_once_start_one(home: Path) -> None:
    launchers = [
        subprocess.Popen([sys.executable, "-c", START, home], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    said = sorted(launcher.communicate()[0].strip() for launcher in launchers)
    assert said == ["False", "False", "False", "True"]


def test_a_path_too_long_for_a_socket_gets_a_short_one(home: Path) -> None:
    server = Server(layout_in(home / ("long" * 24)))
    assert server.layout.sockets.parent == Path("/tmp")
    server.start()
    with connected(server, APPLICATION) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_short_folder_that_somebody_else_made_is_refused(home: Path) -> None:
    server = Server(layout_in(home / ("other" * 20)))
    server.layout.sockets.symlink_to(home)
    try:
        with pytest.raises(InputError, match="another account"):
            server.start()
    finally:
        server.layout.sockets.unlink()


def test_a_folder_the_server_cannot_reach_is_refused(home: Path) -> None:
    closed = home / "closed"
    closed.mkdir(mode=0o500)
    with pytest.raises(InputError, match="ZHUNSHENG_HOME"):
        Server(layout_in(closed / "home")).start()
    closed.chmod(0o700)


def test_data_of_a_version_nobody_here_can_read_are_refused(server: Server) -> None:
    written = server.layout.data / "PG_VERSION"
    right = written.read_text(encoding="ascii")
    written.write_text("9\n", encoding="ascii")
    try:
        with pytest.raises(InputError, match=r"PostgreSQL 9.*zhunsheng db upgrade"):
            server.start()
    finally:
        written.write_text(right, encoding="ascii")


def test_a_machine_without_programs_is_told_what_to_install(home: Path) -> None:
    with pytest.raises(InputError, match=r"zhunsheng\[embedded\]"):
        Server(layout_in(home), named=home).start()


def test_another_account_gets_neither_to_the_data_nor_in(server: Server) -> None:
    server.start()
    if os.geteuid() == 0:
        stranger = named(65534)
        dump = reachable(found(None)[0], stranger, server.layout).program("pg_dump")
        tried = stranger.run([dump, "-h", server.layout.sockets, "-U", APPLICATION, DATABASE])
        assert tried.returncode != 0
        assert "Permission denied" in tried.stderr
        assert not stranger.reaches(server.layout.data)
    else:
        with pytest.raises(InputError, match="another account"):
            server_account(Path("/"))
