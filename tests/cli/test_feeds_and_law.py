"""`zhunsheng feed …`, `norms propose … radar` and `evaluate` as somebody at the server types them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
import yaml
from django.db import connection

from tests.feeds.conftest import MAPPING
from tests.feeds.rows import csv
from tests.feeds.test_folder import BAD_TIME
from tests.governance.conftest import DRAFT
from tests.procedure.dossiers import bureau_founded
from tests.supervision.bureaus import bureaus
from zhunsheng.cli import feed, norms_changing, people
from zhunsheng.people.demo import COUNTY, Bureau
from zhunsheng.procedure.rulebook import rulebook

Command = Callable[..., tuple[int, str]]


@pytest.fixture
def bureau(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bureau]:
    """The bureau in the test's database, which the commands take for theirs."""
    monkeypatch.setenv("ZHUNSHENG_HOME", str(tmp_path / "home"))
    for module in (people, feed, norms_changing):
        monkeypatch.setattr(module, "django", lambda _name: None)
        monkeypatch.setattr(module, "database", nullcontext)
    rulebook.cache_clear()
    yield bureau_founded()
    rulebook.cache_clear()


@pytest.fixture
def said(run_here: Command, tmp_path: Path) -> Command:
    def command(*words: str | Path) -> tuple[int, str]:
        return run_here(*words, ZHUNSHENG_HOME=str(tmp_path / "home"))

    return command


@contextmanager
def committing() -> Iterator[None]:
    """What is done on commit is done at the end: the test's own transaction never commits."""
    yield
    for _, hook, _ in connection.run_on_commit:
        hook()
    connection.run_on_commit = []


def test_a_feed_from_preview_to_results(said: Command, bureau: Bureau, tmp_path: Path) -> None:
    csv(tmp_path / "drop")
    csv(tmp_path / "drop", "b.csv", (BAD_TIME,))
    folder = tmp_path / "home" / "feeds"
    folder.mkdir(parents=True)
    given = {
        "name": "city",
        "title": {"zh": "市局平台", "en": "City platform"},
        "unit": COUNTY,
        "source": {"kind": "folder", "path": str(tmp_path / "drop"), "settled": 0},
        "mapping": MAPPING,
    }
    (folder / "city.yaml").write_text(yaml.safe_dump(given, allow_unicode=True), encoding="utf-8")
    code, told = said("feed", "preview", "city")
    assert code == 0
    assert "5 rows: 4 acts, 1 cannot be taken, 0 left out" in told
    assert "never read" in said("feed", "list")[1]
    assert "5 rows: 4 new, 0 changed, 0 known, 1 quarantined" in said("feed", "run", "city")[1]
    assert "5 rows: 0 new, 0 changed, 4 known, 1 quarantined" in said("feed", "replay", "city")[1]
    listed = said("feed", "quarantine", "city")[1]
    assert "昨天" in listed
    row = listed.split()[0]
    code, told = said(
        "feed", "quarantine", "city", "--drop", row, "--by", bureau.handler.number, "--reason", "x"
    )
    assert code == 2
    by = ("--by", bureau.supervisor.number, "--reason", "测试数据")
    assert "dropped" in said("feed", "quarantine", "city", "--drop", row, *by)[1]
    assert "well" in said("feed", "list")[1]
    assert "obligations" in said("feed", "results", "city")[1]
    assert said("feed", "run", "none")[0] == 2


def test_a_norm_from_draft_to_force(said: Command, bureau: Bureau, tmp_path: Path) -> None:
    draft = tmp_path / "identified-first.yaml"
    draft.write_text(DRAFT, encoding="utf-8")
    code, told = said("norms", "backtest", draft, "--out", tmp_path / "result.json")
    assert code == 0
    assert json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))["norms"] == [
        "intake.handler-present"
    ]
    code, told = said(
        "norms", "propose", draft, "--by", bureau.legal_reviewer.number, "--reason", "先查明身份"
    )
    assert code == 0
    proposal = told.split("proposed: ")[1].split()[0]
    digest = told.split("draft sha256 ")[1].split()[0]
    assert proposal in said("norms", "changes")[1]
    asked = ("norms", "activate", proposal, "--draft", digest, "--reason", "同意", "--by")
    assert said(*asked, bureau.legal_reviewer.number)[0] == 2
    with committing():
        assert said(*asked, bureau.approver.number)[0] == 0
    assert (tmp_path / "home" / "rulebook" / "identified-first.yaml").read_text(encoding="utf-8") == DRAFT
    assert "启用 activated" in said("norms", "changes")[1]
    with committing():
        told = said(
            "norms", "retire", "identified-first", "--by", bureau.legal_reviewer.number, "--reason", "x"
        )[1]
    assert "retirement proposed" in told


def test_what_cannot_be_written_or_is_no_text_is_told_in_a_sentence(
    said: Command, bureau: Bureau, tmp_path: Path
) -> None:
    draft = tmp_path / "draft.yaml"
    draft.write_text(DRAFT, encoding="utf-8")
    for out in (tmp_path, tmp_path / "none" / "result.json", tmp_path / ("長" * 300)):
        assert said("norms", "backtest", draft, "--out", out)[0] == 2
        assert said("norms", "radar", "public-order-law-2012", "public-order-law-2025", "--out", out)[0] == 2
    assert said("feed", "results", "city", "--out", tmp_path / "none" / "f.parquet")[0] == 2
    code, told = said("norms", "backtest", tmp_path / "none.yaml")
    assert (code, "Error" in told) == (2, True)
    for words in (("people", "unit-merge", "\udcff", "--into", "x"), ("feed", "results", "\udcff")):
        by = ("--by", bureau.founder.number, "--reason", "x") if words[0] == "people" else ()
        code, told = said(*words, *by)
        assert (code, "UTF-8" in told) == (2, True)


def test_the_radar_prints_what_changed(said: Command) -> None:
    code, told = said("norms", "radar", "public-order-law-2012", "public-order-law-2025")
    assert code == 0
    assert "enforcement.spot-cap-public-order" in told
    assert "at_most: 50 → 200" in told
    assert said("norms", "radar", "no-such-law", "nor-this")[0] == 2


def test_many_bureaus_are_evaluated_and_time_and_memory_told(said: Command, tmp_path: Path) -> None:
    root = bureaus(tmp_path / "in", 1, 2, cases=6)
    norms = tmp_path / "norms.yaml"
    norms.write_text(DRAFT, encoding="utf-8")
    code, told = said("evaluate", root, "--out", tmp_path / "out", "--norms", norms, "--as-of", "2027-03-31")
    assert code == 0, told
    assert "2 partitions" in told
    assert "peak memory" in told
    assert len(list((tmp_path / "out").rglob("findings.parquet"))) == 2
    assert said("evaluate", root, "--out", root)[0] == 2


def test_what_cannot_be_evaluated_is_told_in_a_sentence(said: Command, tmp_path: Path) -> None:
    root = bureaus(tmp_path / "in", 1, cases=3)
    norms = tmp_path / "norms.yaml"
    norms.write_text(DRAFT, encoding="utf-8")
    asked = ("evaluate", root, "--norms", norms, "--out")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for out in (root, norms, tmp_path / "loop"):
        assert said(*asked, out)[0] == 2
    assert said(*asked, tmp_path / "out", "--work", tmp_path / "none")[0] == 2
    for memory in ("", "much", "-1GB", "9" * 40):
        code, told = said(*asked, tmp_path / "out", "--memory", memory)
        assert (code, "512MB" in told) == (2, True)
    (acts,) = root.rglob("acts.parquet")
    acts.write_bytes(b"PAR1")
    assert said(*asked, tmp_path / "out")[0] == 2
    (acts.parent / "log.json").write_text("[" * 20_000, encoding="utf-8")
    assert said(*asked, tmp_path / "out")[0] == 2
