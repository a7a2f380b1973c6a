"""The program an export carries: the standard library alone, started as a stranger would start it."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ledger.made import LOG_KEY, ORIGIN, PRIVACY, SEALED, WITNESSES, Ledger, signer
from zhunsheng.ledger import verifier
from zhunsheng.ledger.export import Basis
from zhunsheng.ledger.hashing import SM3

EMPTY = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}


def run(*arguments: str | Path, cwd: Path | None = None) -> tuple[int, str]:
    """Exit code and output of an isolated Python: no site packages, no environment."""
    command = [sys.executable, "-I", "-S", *map(str, arguments)]
    done = subprocess.run(
        command, capture_output=True, text=True, env=EMPTY, cwd=cwd, timeout=60, check=False
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    ledger = Ledger()
    path = tmp_path / "案卷.zip"
    path.write_bytes(ledger.export(ledger.entries({(2, "type"): PRIVACY}, {(3, "type"): SEALED})))
    return path


def test_it_imports_nothing_but_the_standard_library_and_nothing_that_speaks_to_a_network() -> None:
    tree = ast.parse(Path(verifier.__file__).read_text(encoding="utf-8"))
    names = {
        alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    names |= {str(node.module).split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names <= sys.stdlib_module_names
    assert names.isdisjoint(
        {"socket", "ssl", "urllib", "http", "subprocess", "os", "shutil", "ctypes", "pickle"}
    )
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert calls.isdisjoint({"eval", "exec", "open", "compile", "__import__"})
    assert not [call for call in calls if call.endswith((".write_bytes", ".write_text", ".unlink"))]


def test_an_export_checks_itself(dossier: Path) -> None:
    code, said = run(dossier)
    assert code == 3
    assert "完好" in said
    assert said.index("完好") < said.index("Intact")
    assert "- act 2 type 不公开：个人信息保护法 第二十八条，敏感个人信息" in said
    assert "- act 3 type 已删除：治安管理处罚法" in said
    assert LOG_KEY.key.vkey in said
    assert "您未列密钥" in said
    code, said = run(dossier, "--key", LOG_KEY.key.vkey, "--witness", WITNESSES[0].key.vkey)
    assert code == 0
    assert "见证 witness procuratorate.example/w1" in said
    assert "您未列密钥" not in said


def test_a_stranger_and_a_missing_receipt_are_refused(dossier: Path) -> None:
    code, said = run(dossier, "--key", signer(ORIGIN, 9).key.vkey)
    assert (code, "× keys.json：签名密钥不是您所列的" in said) == (1, True)
    code, said = run(dossier, "--key", LOG_KEY.key.vkey, "--receipt", "00" * 32)
    assert (code, f"× receipt {'00' * 32}：缺失" in said) == (1, True)
    receipt = Ledger().sealed[4].digest.hex()
    assert run(dossier, "--key", LOG_KEY.key.vkey, "--receipt", receipt)[0] == 0


def test_a_falsified_copy_is_named_by_a_copy_of_the_program_kept_elsewhere(
    dossier: Path, tmp_path: Path
) -> None:
    program = tmp_path / "verifier.py"
    shutil.copy(verifier.__file__, program)
    data = dossier.read_bytes()
    at = data.index("某某区某某路3号".encode())
    dossier.write_bytes(
        data[:at] + "某".encode() + data[at + 3 :].replace(b"\xe5\x8c\xba", b"\xe5\x8d\xba", 1)
    )
    code, said = run(program, dossier, "--key", LOG_KEY.key.vkey)
    assert code == 1
    assert said.splitlines()[0] == "× act 4 fields.place：被改动"
    assert said.splitlines()[1] == "  act 4 fields.place: it was changed"
    assert "Wrong in" in said


def test_wrong_usage_is_explained(tmp_path: Path) -> None:
    program = tmp_path / "verifier.py"
    shutil.copy(verifier.__file__, program)
    for arguments in (
        [tmp_path / "nowhere.zip"],
        [program, "--key", "no key"],
        [program, "--key"],
        [program, "--witness", LOG_KEY.key.vkey],
    ):
        code, said = run(program, *arguments)
        assert code == 2
        assert "无法核验 / cannot check" in said
        assert "退出码" in said
    code, said = run(program, program)
    assert (code, "不是导出文件" in said) == (1, True)


def test_it_leaves_nothing_behind(dossier: Path) -> None:
    before = {path: path.read_bytes() for path in dossier.parent.rglob("*") if path.is_file()}
    run(dossier.name, cwd=dossier.parent)
    assert {path: path.read_bytes() for path in dossier.parent.rglob("*") if path.is_file()} == before


def test_an_sm3_ledger_is_checked_without_sm3_in_openssl(tmp_path: Path) -> None:
    path = tmp_path / "sm3.zip"
    path.write_bytes(Ledger(2, hash=SM3).export())
    wrapper = (
        "import hashlib, runpy, sys\n"
        "real = hashlib.new\n"
        "def new(name, *rest, **more):\n"
        "    if name == 'sm3': raise ValueError(name)\n"
        "    return real(name, *rest, **more)\n"
        "hashlib.new = new\n"
        "sys.argv = sys.argv[1:]\n"
        "runpy.run_path(sys.argv[0], run_name='__main__')\n"
    )
    code, said = run("-c", wrapper, path, "--key", LOG_KEY.key.vkey)
    assert (code, "完好" in said) == (0, True)


def test_it_stays_short_enough_to_read() -> None:
    """Format, signatures, both hashes and two languages; whoever lengthens it must think twice."""
    assert len(Path(verifier.__file__).read_text(encoding="utf-8").splitlines()) <= 500


def test_what_a_file_says_does_not_speak_to_the_terminal(tmp_path: Path) -> None:
    ledger = Ledger()
    speaking = Basis("法\x1b[2J", "1\n完好", "因\x9b\u202e", "why\x7f\r")
    path = tmp_path / "dossier.zip"
    path.write_bytes(ledger.export(ledger.entries({(2, "type"): speaking})))
    _, said = run(path)
    assert all(c.isprintable() or c == "\n" for c in said)
    assert "法\\x1b[2J 1\\n完好，因\\x9b\\u202e" in said
