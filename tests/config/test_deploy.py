"""The other files of `deploy/`: units systemd accepts and hardens, settings PostgreSQL reads, alerts on metrics that exist, a
container that needs no rights."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from zhunsheng.base.environment import environment
from zhunsheng.base.postgres.binaries import found
from zhunsheng.cli.app import app

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
SERVICES = sorted(DEPLOY.glob("systemd/*.service"))
EXECUTABLE = "/opt/zhunsheng/current/bin/zhunsheng"


class Unit(configparser.RawConfigParser):
    """A unit file; a name given several times keeps all its values, one a line."""

    def __init__(self, *paths: Path) -> None:
        super().__init__(strict=False, delimiters=("=",), comment_prefixes=("#",), interpolation=None)
        self.optionxform = str  # type: ignore[assignment,method-assign]
        for path in paths:
            self.read_string(several(path.read_text(encoding="utf-8")))


def several(text: str) -> str:
    """The text with repeated names joined, as configparser cannot keep them apart."""
    lines: list[str] = []
    seen: dict[str, int] = {}
    for line in text.splitlines():
        name, equals, value = line.partition("=")
        if line.startswith("["):
            seen = {}
        if equals and not line.startswith("#") and name in seen:
            lines[seen[name]] += f" {value}"
            continue
        if equals:
            seen[name] = len(lines)
        lines.append(line)
    return "\n".join(lines)


def commands(path: Path) -> list[list[str]]:
    """The words of every call of ours in a unit."""
    unit = Unit(path)
    found_ = [
        shlex.split(value.replace("exec ", ""))
        for name, value in unit["Service"].items()
        if name.startswith("ExecStart")
    ]
    flat = [shlex.split(words[2]) if words[:2] == ["/bin/sh", "-c"] else words for words in found_]
    return [words for words in flat if words[0] == EXECUTABLE]


@pytest.mark.parametrize("path", SERVICES, ids=lambda p: p.name)
def test_systemd_accepts_the_unit(path: Path, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd on this machine")
    program = tmp_path / "zhunsheng"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    text = path.read_text(encoding="utf-8").replace(EXECUTABLE, str(program))
    (tmp_path / path.name).write_text(text, encoding="utf-8")
    shutil.copytree(DEPLOY / "systemd/zhunsheng-.service.d", tmp_path / "zhunsheng-.service.d")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / path.name)],
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if "zhunsheng" in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.parametrize("path", SERVICES, ids=lambda p: p.name)
def test_every_service_runs_without_rights_as_an_account_of_its_own(path: Path) -> None:
    service = Unit(path, DEPLOY / "systemd/zhunsheng-.service.d/hardening.conf")["Service"]
    assert service["User"].startswith("zhunsheng")
    wanted = {
        "NoNewPrivileges": "yes",
        "CapabilityBoundingSet": "",
        "ProtectSystem": "strict",
        "ProtectHome": "yes",
        "PrivateTmp": "yes",
        "PrivateDevices": "yes",
        "UMask": "0077",
    }
    assert {name: service[name] for name in wanted} == wanted


def test_only_the_sequencer_is_told_where_the_signing_key_is() -> None:
    told = [
        p.name
        for p in DEPLOY.joinpath("systemd").rglob("*")
        if p.is_file()
        and re.search("^[^#]*ZHUNSHENG_LEDGER_KEY", p.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert told == ["zhunsheng-sequencer.service"]
    users = {p.name: Unit(p)["Service"]["User"] for p in SERVICES}
    assert [name for name, user in users.items() if user == "zhunsheng-ledger"] == told


def test_the_pages_alone_are_told_of_the_key_that_seals_exports() -> None:
    told = {p.name: Unit(p)["Service"]["Environment"] for p in SERVICES}
    assert [name for name, text in told.items() if "ZHUNSHENG_EXPORT_KEY" in text] == [
        "zhunsheng-web.service"
    ]
    helper = (DEPLOY / "zhunsheng-as").read_text(encoding="utf-8")
    key = re.findall(r"ZHUNSHENG_EXPORT_KEY=(\S+)", told["zhunsheng-web.service"] + "\n" + helper)
    assert key == ["/etc/zhunsheng/export/key"] * 2


@pytest.mark.parametrize("path", SERVICES, ids=lambda p: p.name)
def test_the_commands_of_a_unit_exist_with_their_options(path: Path) -> None:
    for words in commands(path):
        assert_real(words[1:])


def assert_real(words: list[str]) -> None:
    """Follow the words through the command tree; options must be the command's own."""
    command = get_command(app)
    while words and hasattr(command, "commands") and words[0] in command.commands:
        command = command.commands[words.pop(0)]
    assert not hasattr(command, "commands"), f"no such command: {words}"
    known = {
        option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)
    }
    assert {w.partition("=")[0] for w in words if w.startswith("--")} <= known


def test_between_them_the_workers_take_every_queue_there_is() -> None:
    from procrastinate.contrib.django import app as jobs

    queues = {
        task.queue
        for name, task in jobs.tasks.items()
        if not name.startswith(("builtin:", "tests.", "procrastinate."))
    }
    taken = [
        queue
        for name in ("zhunsheng-worker.service", "zhunsheng-sequencer.service")
        for words in commands(DEPLOY / "systemd" / name)
        for queue in words[words.index("--queues") + 1].split(",")
    ]
    assert len(queues) > 2
    assert sorted(taken) == sorted(queues)


def test_the_environment_file_is_understood(tmp_path: Path) -> None:
    lines = (DEPLOY / "environment").read_text(encoding="utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    witnesses = tmp_path / "witnesses.json"
    witnesses.write_text("[]", encoding="utf-8")
    env = environment({**given, "ZHUNSHENG_WITNESSES": str(witnesses)})
    assert (env.log_format, env.hosts, bool(env.proxies), bool(env.database_url)) == (
        "json",
        ("zhifa.example.gov.cn",),
        True,
        True,
    )
    assert env.ledger_origin == "zhifa.example.gov.cn/ledger"
    assert (env.ledger_keys, env.ledger_key, env.export_key) == (
        Path("/etc/zhunsheng/keys/history.json"),
        None,
        None,
    )
    assert "PASSWORD" not in " ".join(lines).upper().replace("NO PASSWORDS", "")


@pytest.mark.parametrize("wrong", ["", "max_conections = 5\n", "shared_buffers = 'many'\n"])
def test_postgresql_reads_its_settings(tmp_path: Path, wrong: str) -> None:
    """With `postgres -C`, which reads the file and starts nothing; a slip in the file is told."""
    newest = max(found(environment({}).pg_bin), key=lambda b: b.major)
    conf = tmp_path / "postgresql.conf"
    conf.write_text(
        (DEPLOY / "postgresql/zhunsheng.conf").read_text(encoding="utf-8") + wrong, encoding="utf-8"
    )
    tmp_path.chmod(0o700)
    (tmp_path / "PG_VERSION").write_text(f"{newest.major}\n", encoding="ascii")
    command = [
        newest.program("postgres"),
        "-C",
        "synchronous_commit",
        "-D",
        tmp_path,
        "-c",
        f"config_file={conf}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) is (wrong == ""), done.stderr
    if not wrong:
        assert done.stdout.strip() == "on"


RULES = [
    rule
    for group in yaml.safe_load((DEPLOY / "prometheus/rules.yml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]


def test_every_alert_is_explained_and_every_explanation_has_an_alert() -> None:
    page = (DEPLOY.parent / "docs/operations/monitoring.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\bZhunsheng[A-Z]\w+", page)) == {rule["alert"] for rule in RULES}


def test_alerts_watch_metrics_that_are_declared(root: Path) -> None:
    watched = {
        re.sub(r"^zhunsheng_|_(total|bucket)$", "", name.removeprefix("zhunsheng_"))
        for rule in RULES
        for name in re.findall(r"\bzhunsheng_\w+", rule["expr"])
    }
    source = "\n".join(p.read_text(encoding="utf-8") for p in (root / "src/zhunsheng").rglob("*.py"))
    assert {name for name in watched if f'"{name}"' not in source} == set()


def test_every_alert_says_how_soon_it_is_to_be_looked_at() -> None:
    assert {rule["labels"]["severity"] for rule in RULES} == {"page", "day"}
    assert all("·" in rule["annotations"]["summary"] for rule in RULES)


def instructions() -> list[tuple[str, str]]:
    """The instructions of the Containerfile, continued lines joined."""
    text = re.sub(
        r"^#.*\n", "", (DEPLOY / "container/Containerfile").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines) if word]


def test_the_container_names_no_registry_and_runs_without_rights(root: Path) -> None:
    steps = instructions()
    bases = [rest.split()[0] for word, rest in steps if word == "FROM"]
    assert len(bases) == 2
    assert all(re.fullmatch(r"[a-z]+:[\w.-]+", base) and not base.endswith(":latest") for base in bases)
    words = [word for word, _ in steps]
    assert "ADD" not in words
    assert words.index("USER") < words.index("CMD")
    assert dict(steps)["USER"] == "10001:10001"
    assert not re.search(r"https?://(?!127\.0\.0\.1)|index-url", str(steps))


def test_what_the_container_copies_is_there(root: Path) -> None:
    for word, rest in instructions():
        if word == "COPY" and not rest.startswith("--from"):
            *sources, _ = rest.split()
            assert all((root / source).exists() or source.startswith("dist/") for source in sources)


def test_the_command_of_the_container_exists() -> None:
    (command,) = (rest for word, rest in instructions() if word == "CMD" and not rest.startswith('["python"'))
    assert_real(yaml.safe_load(command)[1:])
