"""What lint refuses, each with a place and a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.norms.norm_files import GOOD, faults, load
from zhunsheng.acts.surroundings import surroundings
from zhunsheng.norms.binding import bind
from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.examples import example_dossier
from zhunsheng.norms.interpret import Interpreter
from zhunsheng.norms.language import Example

SECOND = """\
      - in_force: {from: %s}
        basis: {law: some-law, article: 1}
        deadline: {when: case.opened, then: case.closed, within: {days: 60}}
    examples:"""


def test_a_good_file_has_no_faults(tmp_path: Path) -> None:
    assert faults(tmp_path, GOOD) == []


@pytest.mark.parametrize("bearer", ["suspect", "victim", "citizen", "party", "applicant", "anyone-else"])
def test_a_norm_never_binds_a_citizen(tmp_path: Path, bearer: str) -> None:
    (fault,) = faults(tmp_path, GOOD.replace("bearer: handler", f"bearer: {bearer}"))
    assert "执法人员" in fault.zh
    assert ":7:" in fault.where


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("when: case.opened", "when: case.opend", "case.opend"),
        ("when: case.opened", "when: {act: case.opened, if: act.colour == 1}", "colour"),
        ("when: case.opened", "when: {act: case.opened, if: act.amount}", "成立或不成立"),
        ("when: case.opened", "when: {act: case.closed, if: act.amount > 5}", "永远不成立"),
        (
            "when: case.opened",
            "when: {act: case.opened, if: act.amount > 5 and act.amount < 3}",
            "永远不成立",
        ),
        (
            "when: case.opened",
            'when: {act: case.opened, if: act.kind == "a" and act.kind == "b"}',
            "永远不成立",
        ),
        (
            "when: case.opened",
            "when: {act: case.opened, if: known(act.kind) and not known(act.kind)}",
            "永远不成立",
        ),
        ("when: case.opened", "when: {act: case.opened, if: false}", "永远不成立"),
        ("then: case.closed", 'then: {act: case.closed, if: sum("case.closed".amount) > 1}', "永远不成立"),
        ("within: {days: 30}", "within: {days: 30}, counting: lunar", "lunar"),
        ("within: {days: 30}", "within: {days: 30}, warn_before: {months: 1}", "提前提醒"),
        ("within: {days: 30}", "within: {days: 30}, extend: [{act: case.opened, adds: {months: 1}}]", "单位"),
        (
            "within: {days: 30}",
            "within: {days: 30}, stop: [{from: case.opened, to: case.closed, pair: amount}]",
            "pair",
        ),
        ("bearer: handler", "bearer: handler\n    per: [person]", "case"),
        ("bearer: handler", "bearer: handler\n    per: [case, amount]", "amount"),
        ("bearer: handler", "bearer: handler\n    governed_by: decision", "decision"),
        ("[2026-01-31, case.closed]", "[2026-01-31, case.cloosed]", "case.cloosed"),
    ],
)
def test_refusals(tmp_path: Path, old: str, new: str, says: str) -> None:
    found = faults(tmp_path, GOOD.replace(old, new, 1))
    assert found
    assert says in found[0].zh
    assert found[0].where.count(":") >= 2
    assert found[0].remedy_zh or "条件" in found[0].zh


def test_a_where_reads_the_earlier_act(tmp_path: Path) -> None:
    asks = """then: {act: case.closed, if: 'count("case.opened", where=act.kind == "a") > 0'}"""
    assert faults(tmp_path, GOOD.replace("then: case.closed", asks)) == faults(tmp_path, GOOD)


def test_a_norm_needs_both_sorts_of_examples(tmp_path: Path) -> None:
    without = GOOD[: GOOD.index("    examples:")]
    assert {"met" in f.zh or "broken" in f.zh for f in faults(tmp_path, without)} == {True}
    assert len(faults(tmp_path, without)) == 2


@pytest.mark.parametrize(
    ("ends", "begins", "says"),
    [
        ("2026-12-31", "2027-01-01", None),
        ("2026-12-31", "2026-12-31", "重叠"),
        ("2026-12-31", "2027-01-02", "没有版本"),
        (None, "2027-01-01", "重叠"),
    ],
)
def test_versions_meet(tmp_path: Path, ends: str | None, begins: str, says: str | None) -> None:
    text = GOOD.replace(
        "{from: 2026-01-01}", f"{{from: 2026-01-01, to: {ends}}}" if ends else "{from: 2026-01-01}"
    )
    found = faults(tmp_path, text.replace("    examples:", SECOND % begins))
    assert [says in f.zh for f in found if says] == ([True] if says else [])
    assert bool(found) is bool(says)


def test_parameters_are_dated_without_gaps(tmp_path: Path) -> None:
    text = (
        GOOD
        + """\
parameters:
  - name: cap
    title: {zh: 上限, en: Cap}
    versions:
      - {in_force: {from: 2013-01-01, to: 2025-12-30}, value: 2000, basis: {law: old, article: 98}}
      - {in_force: {from: 2026-01-01}, value: 4000, basis: {law: new, article: 117}}
"""
    )
    (fault,) = faults(tmp_path, text)
    assert "cap" in fault.zh
    assert "没有版本" in fault.zh


def test_what_is_kept_for_ever_needs_no_met_example(tmp_path: Path) -> None:
    kept = GOOD.replace(
        "deadline: {when: case.opened, then: case.closed, within: {days: 30}}",
        "retention: {act: case.opened, permanently: true, ended_by: case.closed}",
    )
    without = kept[: kept.index("      met:")] + kept[kept.index("      broken:") :]
    assert faults(tmp_path, without) == []


def test_an_excused_act_needs_no_prior_act(tmp_path: Path) -> None:
    """`requires … unless` gives no row for the excused act, and an unknown one where the excuse is not recorded."""
    text = GOOD.replace(
        "deadline: {when: case.opened, then: case.closed, within: {days: 30}}",
        'requires: {act: case.opened, after: case.closed, unless: act.kind == "urgent"}',
    )
    norms = load(tmp_path, text)
    (plan,) = bind(norms, surroundings(norms))
    interpreter = Interpreter([plan], calendar=Calendar.none(), zone="Asia/Shanghai")

    def judged(**fields: str) -> list[str]:
        example = Example(acts=[("2026-01-01", "case.opened", fields)])
        dossier, as_of = example_dossier(example, {"kind": "text"}, "Asia/Shanghai")
        return [r.status for r in interpreter.judge(dossier, as_of_us=as_of)]

    assert judged(kind="urgent") == []
    assert judged(kind="plain") == ["broken"]
    assert judged() == ["unknown"]
