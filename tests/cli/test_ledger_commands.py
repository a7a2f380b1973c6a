"""`zhunsheng verify`, `witness` and `ledger-key` as they are typed."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.ledger.made import LOG_KEY, ORIGIN, PRIVACY, WITNESSES, Ledger
from tests.ledger.test_witness import FORK, LOG, settings_file
from zhunsheng.base.errors import InputError
from zhunsheng.cli.app import app
from zhunsheng.ledger.delegation import Delegation
from zhunsheng.ledger.export import Basis
from zhunsheng.ledger.keys import KeyHistory, begin, generate, load_signer
from zhunsheng.ledger.notes import Key
from zhunsheng.ledger.witness.client import ask, over_http
from zhunsheng.ledger.witness.files import read_answer, write_request

KEY = LOG_KEY.key.vkey
MAIN = [sys.executable, "-c", "from zhunsheng.cli import main; main()"]


def run(*words: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(word) for word in words])
    if isinstance(done.exception, InputError):
        raise done.exception
    return done.exit_code, done.output


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    ledger, path = Ledger(), tmp_path / "案卷.zip"
    path.write_bytes(ledger.export(ledger.entries({(2, "type"): PRIVACY})))
    return path


def test_an_intact_dossier_in_words(dossier: Path) -> None:
    code, said = run("verify", dossier, "--key", KEY, "--witness", WITNESSES[0].key.vkey)
    assert code == 0
    assert said.index("完好") < said.index("Intact")
    assert "title 某某公安局 〔2026〕1号" in said
    assert "见证 witness procuratorate.example/w1 2026-09-21T14:13:20Z 已核对 checked" in said
    assert "court.example/w2 2026-09-21T14:13:20Z 未核对" in said
    assert "- act 2 type 不公开：个人信息保护法 第二十八条" in said
    code, said = run("verify", dossier)
    assert (code, "您未列密钥" in said) == (3, True)


def test_what_a_file_says_does_not_speak_to_the_terminal(tmp_path: Path) -> None:
    ledger, path = Ledger(), tmp_path / "dossier.zip"
    speaking = Basis("法\x1b[2J", "1\n完好", "因\x9b\u202e", "why\x7f\r")
    path.write_bytes(ledger.export(ledger.entries({(2, "type"): speaking})))
    for options in ([], ["--json"]):
        _, said = run("verify", path, "--key", KEY, *options)
        assert all(c.isprintable() or c == "\n" for c in said)
    assert "法\\x1b[2J 1\\n完好，因\\x9b\\u202e" in run("verify", path)[1]
    assert json.loads(said)["hidden"][0]["reason_zh"] == "因\x9b\u202e"


def test_a_falsified_dossier_in_words_and_as_json(dossier: Path) -> None:
    data = bytearray(dossier.read_bytes())
    data[data.index("路3号".encode())] ^= 1
    dossier.write_bytes(bytes(data))
    code, said = run("verify", dossier, "--key", KEY)
    assert code == 1
    assert said.splitlines()[0].startswith("× act 4")
    code, said = run("verify", dossier, "--key", KEY, "--json")
    found = json.loads(said)
    assert (code, found["intact"], found["trusted"]) == (1, False, True)
    assert found["faults"][0]["where"].startswith("act 4")
    assert set(found["faults"][0]) == {"code", "where", "zh", "en"}


def test_the_json_of_an_intact_dossier(dossier: Path) -> None:
    found = json.loads(run("verify", dossier, "--key", KEY, "--json")[1])
    assert found["intact"] is True
    assert found["signer"] == KEY
    assert found["checkpoint"]["size"] == 10
    assert found["hidden"][0]["path"] == "type"


def test_receipts_and_kept_checkpoints(dossier: Path, tmp_path: Path) -> None:
    receipt = Ledger().sealed[0].digest.hex()
    assert run("verify", dossier, "--key", KEY, "--receipt", receipt)[0] == 0
    assert run("verify", dossier, "--key", KEY, "--receipt", "00")[0] == 1
    (tmp_path / "kept").write_bytes(Ledger().note().encode())
    assert run("verify", dossier, "--key", KEY, "--kept", tmp_path / "kept")[0] == 0
    (tmp_path / "kept").write_bytes(Ledger(seed=2).note().encode())
    code, said = run("verify", dossier, "--key", KEY, "--kept", tmp_path / "kept")
    assert (code, "大小相同而根不同" in said) == (1, True)


def test_what_cannot_be_checked_is_a_usage_error(dossier: Path, tmp_path: Path) -> None:
    for words in (
        ("verify", tmp_path / "nowhere.zip"),
        ("verify", dossier, "--key", "nonsense"),
        ("verify", dossier, "--witness", KEY),
        ("verify", dossier, "--kept", tmp_path / "nowhere"),
    ):
        with pytest.raises(InputError):
            run(*words)


def test_keys_are_made_shown_and_rotated(tmp_path: Path) -> None:
    one, two, history = tmp_path / "one.key", tmp_path / "two.key", tmp_path / "keys.json"
    first = run("ledger-key", "new", one, "--name", ORIGIN)[1].strip()
    second = run("ledger-key", "new", two, "--name", ORIGIN)[1].strip()
    assert run("ledger-key", "show", one) == (0, first + "\n")
    assert Key.parse(first) == load_signer(str(one)).key
    assert (
        run("ledger-key", "rotate", "--history", history, "--old", one, "--new", two, "--after", "7")[0] == 0
    )
    assert KeyHistory.parse(history.read_bytes()).newest == Key.parse(second)
    assert run("ledger-key", "show", history)[1].splitlines() == [f"0 {first}", f"7 {second}"]
    with pytest.raises(InputError):
        run("ledger-key", "rotate", "--history", history, "--old", one, "--new", two, "--after", "9")
    with pytest.raises(InputError, match="--name"):
        run("ledger-key", "new", tmp_path / "three.key")
    with pytest.raises(InputError, match="never overwritten"):
        run("ledger-key", "new", one, "--name", ORIGIN)
    witness = run("ledger-key", "new", tmp_path / "w.key", "--name", "court.example/w", "--witness")[
        1
    ].strip()
    assert run("ledger-key", "show", tmp_path / "w.key", "--witness")[1].strip() == witness


def test_the_first_key_begins_the_public_history(tmp_path: Path) -> None:
    one, history = tmp_path / "one.key", tmp_path / "keys.json"
    first = run("ledger-key", "new", one, "--name", ORIGIN, "--history", history)[1].strip()
    assert KeyHistory.parse(history.read_bytes()) == begin(ORIGIN, Key.parse(first))
    assert history.stat().st_mode & 0o777 == 0o644
    for words in (
        ("--name", ORIGIN, "--history", history),
        ("--name", ORIGIN, "--history", tmp_path / "other.json", "--witness"),
        ("--name", ORIGIN, "--history", tmp_path / "nowhere" / "keys.json"),
    ):
        with pytest.raises(InputError):
            run("ledger-key", "new", tmp_path / "two.key", *words)
        assert not (tmp_path / "two.key").exists()


def test_an_export_key_is_delegated(tmp_path: Path) -> None:
    one, key = tmp_path / "one.key", tmp_path / "export"
    run("ledger-key", "new", one, "--name", ORIGIN)
    code, said = run("ledger-key", "delegate", key, "--by", one, "--from", "7")
    assert (code, key.stat().st_mode & 0o777) == (0, 0o600)
    made, signer = load_signer(str(key)), load_signer(str(one))
    assert said.splitlines()[0] == made.key.vkey
    assert made.key.name == f"{ORIGIN}/export"
    statement = Delegation.parse((tmp_path / "export.delegation").read_bytes())
    assert (statement.origin, statement.since, statement.key) == (ORIGIN, 7, made.key)
    assert statement.fault(begin(ORIGIN, signer.key), 7) is None
    with pytest.raises(InputError, match="never overwritten"):
        run("ledger-key", "delegate", key, "--by", one, "--from", "7")
    with pytest.raises(InputError):
        run(
            "ledger-key",
            "delegate",
            tmp_path / "x",
            "--by",
            one,
            "--from",
            "7",
            "--origin",
            "a b",
            "--name",
            "x",
        )
    assert not (tmp_path / "x").exists()


def test_a_checkpoint_is_cosigned_on_a_stick(tmp_path: Path) -> None:
    config = settings_file(tmp_path)
    key = load_signer(str(tmp_path / "witness.key"), 4).key
    request = tmp_path / "request"
    assert "尚未留存" in run("witness", "show", "--config", config)[1]
    write_request(request, LOG.note(20), LOG.tree.node)
    assert run("witness", "cosign", request, "--config", config)[0] == 0
    assert read_answer(tmp_path / "request.answer", key, LOG.note(20)).holds(key, LOG.note(20).text)
    write_request(request, FORK.note(20), FORK.tree.node, old=20)
    code, said = run("witness", "cosign", request, "--config", config, "--answer", tmp_path / "a")
    assert (code, "refused (409): 20" in said) == (1, True)
    said = run("witness", "show", "--config", config)[1]
    assert f"{ORIGIN} 20 sha-256 {LOG.tree.root(20).hex()}" in said
    assert "分叉证据 1 件" in said
    with pytest.raises(InputError):
        run("witness", "cosign", tmp_path / "nowhere", "--config", config)


def test_the_service_starts_answers_and_stops(tmp_path: Path) -> None:
    config = settings_file(tmp_path, listen="127.0.0.1:0")
    process = subprocess.Popen(
        [*MAIN, "witness", "serve", "--config", str(config)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    key = Key.parse(process.stdout.readline().split()[-1])
    address = re.search(r"127\.0\.0\.1:\d+", process.stdout.readline())
    assert address
    assert ask(over_http(f"http://{address[0]}"), key, LOG.note(9), LOG.tree.node).timestamp
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 0
    assert "已停止" in process.stdout.read()
    process.stdout.close()


def test_an_address_that_is_taken_is_said(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        config = settings_file(tmp_path, listen=f"127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(InputError, match="cannot listen"):
            run("witness", "serve", "--config", config)


def test_checking_needs_neither_django_nor_cryptography(dossier: Path) -> None:
    program = (
        "import sys\n"
        "for name in ('django', 'cryptography', 'pkcs11', 'psycopg'): sys.modules[name] = None\n"
        "from zhunsheng.cli import main\n"
        "main()\n"
    )
    command = [sys.executable, "-c", program, "verify", str(dossier), "--key", KEY]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr, "完好" in done.stdout) == (0, "", True)


def test_a_key_in_a_file_others_read_is_not_shown(tmp_path: Path) -> None:
    generate(tmp_path / "x.key", ORIGIN)
    (tmp_path / "x.key").chmod(0o644)
    with pytest.raises(InputError, match="chmod 600"):
        run("ledger-key", "show", tmp_path / "x.key")
