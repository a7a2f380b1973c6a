"""The data's way from a log to the report, step by step through the public names: read this first.

exchange.read_log → norms.load_norms → norms.bind → norms.interpret | compile → norms.explain → findings → report
"""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from zhunsheng.acts.surroundings import surroundings
from zhunsheng.exchange import read_log
from zhunsheng.norms.binding import bind
from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.examples import test_examples as judge_examples
from zhunsheng.norms.interpret import Interpreter
from zhunsheng.norms.lint import lint
from zhunsheng.norms.loading import load_norms
from zhunsheng.norms.read_dossiers import read_dossiers
from zhunsheng.norms.results import COLUMNS
from zhunsheng.supervision.checking import as_of_instant, check, prepare_check
from zhunsheng.supervision.explaining import case_results, explain_result
from zhunsheng.supervision.findings import write_findings
from zhunsheng.supervision.report import report_html

# Two people in one case, each with a clock of their own: 甲 leaves after 8 hours sharp, 乙 one minute and an hour too late.
LOG = """案号,行为,时间,人员,民警,类别
公(治)〔2026〕1号,case.opened,2026-03-02 08:30,,张三;李四,public-order
公(治)〔2026〕1号,person.arrived,2026-03-02 09:10,甲,张三;李四,
公(治)〔2026〕1号,person.arrived,2026-03-02 09:20,乙,张三;李四,
公(治)〔2026〕1号,person.released,2026-03-02 18:00,甲,张三;李四,
公(治)〔2026〕1号,person.released,2026-03-02 18:01,乙,张三,
"""

MAPPING = """\
case: 案号
type: 行为
time: 时间
officers:
  - {officer: 民警, separator: ";", role: =handler}
subjects: {person: 人员}
fields:
  case_kind: {from: 类别, type: text}
"""

NORMS = """\
counting: custody
norms:
  - id: questioning.eight-hours
    title: {zh: 询问查证不超过八小时, en: Questioning lasts at most eight hours}
    cure: {zh: 立即释放。, en: Release at once.}
    per: [case, person]
    versions:
      - in_force: {from: 2026-01-01}
        basis: {law: public-order-law-2025, article: 97}
        deadline:
          when: {act: person.arrived, if: 'last("*".case_kind) == "public-order"'}
          then: person.released
          within: {hours: 8}
          warn_before: {minutes: 30}
    examples:
      met:
        - acts:
            - [2026-03-02 08:30, case.opened, {case_kind: public-order}]
            - [2026-03-02 09:10, person.arrived, {person: 甲}]
            - [2026-03-02 18:00, person.released, {person: 甲}]
      broken:
        - acts:
            - [2026-03-02 08:30, case.opened, {case_kind: public-order}]
            - [2026-03-02 09:10, person.arrived, {person: 甲}]
            - [2026-03-02 18:01, person.released, {person: 甲}]
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A log, its mapping and a norm file, as people bring them."""
    paths = tmp_path / "log.csv", tmp_path / "mapping.yaml", tmp_path / "norms.yaml"
    for path, text in zip(paths, (LOG, MAPPING, NORMS), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def test_from_log_to_report(files: tuple[Path, Path, Path], tmp_path: Path) -> None:
    log_file, mapping, norm_file = files

    # The log becomes flat typed columns that every execution reads.
    log = read_log(log_file, mapping=mapping, into=tmp_path / "prepared")
    assert (log.rows, log.subject_kinds, dict(log.fields)) == (5, ("person",), {"case_kind": "text"})

    # The norms are read, linted and tried on their own examples.
    norms = load_norms(norm_file)
    around = surroundings(norms)
    assert lint(norms, around) == []
    plans = bind(norms, around)
    interpreter = Interpreter(plans, calendar=Calendar.china(), zone=log.zone)
    assert all(outcome.agrees for outcome in judge_examples(norms, interpreter, around.fields))

    # One dossier, plain Python: this is the meaning. From the next full hour, 10:00, eight hours end at 18:00.
    (dossier,) = read_dossiers(log)
    rows = interpreter.judge(dossier, as_of_us=as_of_instant("2026-03-03", log.zone))
    assert [(r.scope_text, r.status) for r in rows] == [("person=乙", "late"), ("person=甲", "met")]

    # Millions of dossiers: the same rows from an engine.
    meaning = check(log, norms, as_of="2026-03-03", engine="interpret")
    compiled = check(log, norms, as_of="2026-03-03", engine="duckdb")
    assert compiled.column_names == list(COLUMNS)
    assert compiled.to_pylist() == meaning.to_pylist()

    # Any single result can be explained, in two languages.
    ready = prepare_check(log, norms, as_of="2026-03-03")
    worst = case_results(ready, dossier.case_id)[0]
    told = explain_result(ready, worst)
    assert "1分钟" in told.verdict
    assert any("治安管理处罚法（2025修订）" in line for line in told.basis)
    assert any("10:00" in step for step in told.steps)
    assert told.cure == "立即释放。"
    assert explain_result(ready, worst, "en").cure == "Release at once."

    # Findings go to a file, and the report shows them with their reasons.
    results = ready.run(into=tmp_path / "results.parquet")
    write_findings(results, tmp_path / "findings.csv")
    with (tmp_path / "findings.csv").open(encoding="utf-8-sig") as file:
        found = list(csv.DictReader(file))
    assert [(row["scope"], row["status"], row["seconds_over"]) for row in found] == [
        ("person=乙", "late", "60"),
        ("person=甲", "met", ""),
    ]
    assert pq.read_table(tmp_path / "results.parquet").num_rows == 2
    page = report_html(ready, results, language="zh")
    assert "询问查证不超过八小时" in page
    assert told.verdict in page.replace("&#39;", "'")
