"""What norms name and a log lacks is found, and only that."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhunsheng.exchange import LogMapping, read_log
from zhunsheng.supervision.checking import prepare_check
from zhunsheng.supervision.fit import Fit, survey

NORMS = """
calendar: none
counting: calendar
acts:
  Request received: {handed_in: time, fee: number}
  Answer sent: {}
norms:
  - id: request.answered
    title: {zh: 有求必应, en: Every request is answered}
    versions:
      - in_force: {from: 2000-01-01}
        basis: {law: Example, article: 1}
        deadline: {when: {act: Request received, if: act.fee > 0}, then: Answer sent, by: day(act.handed_in)}
    examples:
      met: [{acts: [[2026-01-01, Request received, {fee: 1, handed_in: 2026-01-02}], [2026-01-02, Answer sent]]}]
      broken: [{acts: [[2026-01-01, Request received, {fee: 1, handed_in: 2026-01-02}], [2026-01-03, Answer sent]]}]
"""
MAPPING = LogMapping(case="case", type="act", time="time")


@pytest.fixture
def norms(tmp_path: Path) -> Path:
    (tmp_path / "norms.yaml").write_text(NORMS, encoding="utf-8")
    return tmp_path / "norms.yaml"


def log_of(folder: Path, *rows: str) -> Path:
    (folder / "log.csv").write_text("\n".join(["case,act,time,fee,handed_in", *rows, ""]), encoding="utf-8")
    return folder / "log.csv"


GOOD = "1,Request received,2026-01-01 09:00,1,2026-01-01 09:00"


def test_a_log_with_all_the_names_fits(norms, tmp_path):
    log = log_of(tmp_path, GOOD, "1,Answer sent,2026-01-01 10:00,,")
    assert prepare_check(log, norms, mapping=MAPPING).fit == Fit()


def test_an_act_that_merely_never_happened_is_no_slip(norms, tmp_path):
    assert (
        prepare_check(log_of(tmp_path, GOOD, "1,Visit,2026-01-01 10:00,,"), norms, mapping=MAPPING).fit
        == Fit()
    )


def test_a_slip_names_the_act_it_resembles(norms, tmp_path):
    log = log_of(tmp_path, GOOD, "1,Answer  send,2026-01-01 10:00,,")
    assert prepare_check(log, norms, mapping=MAPPING).fit.slips == (("Answer sent", "Answer  send"),)


def test_a_field_of_times_is_named_once_and_without_its_day(norms, tmp_path):
    mapping = LogMapping(case="case", type="act", time="time", fields={"handed-in": {"from": "handed_in"}})
    ready = prepare_check(log_of(tmp_path, GOOD), norms, mapping=mapping)
    assert ready.fit.fields == (("handed_in", "handed-in"),)


def test_fields_of_norms_with_nothing_to_check_are_not_asked_for(norms, tmp_path):
    mapping = LogMapping(case="case", type="act", time="time", fields={"other": {"from": "fee"}})
    ready = prepare_check(log_of(tmp_path, "1,Visit,2026-01-01 10:00,2,"), norms, mapping=mapping)
    assert ready.fit == Fit()
    assert ready.idle == ("request.answered",)


def test_a_survey_counts_what_lies_later_and_what_has_no_time(tmp_path):
    log = read_log(
        log_of(tmp_path, GOOD, "1,Visit,,,", "1,Answer sent,2026-01-02 10:00,,"),
        mapping=MAPPING,
        into=tmp_path / "log",
    )
    whole = survey(log)
    assert (whole.types, whole.later, whole.untimed) == (
        frozenset({"Request received", "Visit", "Answer sent"}),
        0,
        1,
    )
    assert whole.first_us is not None
    assert survey(log, whole.first_us).later == 1


def test_a_log_without_any_time_has_no_bounds(tmp_path):
    log = read_log(log_of(tmp_path, "1,Visit,,,"), mapping=MAPPING, into=tmp_path / "log")
    assert (survey(log, 0).first_us, survey(log, 0).last_us, survey(log, 0).later) == (None, None, 0)
