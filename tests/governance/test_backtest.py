"""A draft on history: what would have come out otherwise, with denominators, and nobody named."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest

from tests.governance.conftest import DRAFT
from tests.procedure.dossiers import SUSPECT, Scene
from zhunsheng.base.errors import InputError
from zhunsheng.governance.backtest import Affected, Share, norm_backtest, platform_backtest

HEADER = "case_id,act_type,time,unit,officer_1,role_1,person,case_kind,identity_known\n"
ROWS = "".join(
    f"C{n},case.opened,2026-03-02 08:00,{unit},1,handler,,public-order,\n"
    f"C{n},person.arrived,2026-03-02 09:00,{unit},1,handler,甲,,true\n"
    f"C{n},person.released,2026-03-02 {9 + hours:02}:00,{unit},1,handler,甲,,\n"
    for n, (unit, hours) in enumerate([("甲所", 5), ("甲所", 7), ("乙所", 9), ("乙所", 5)], start=1)
)
SHORTER = """
norms:
- id: inquiry.duration-public-order
  title: {zh: 询问查证时间, en: Questioning time}
  says: {zh: 到案后六小时内放人。, en: Released within six hours.}
  cure: {zh: 立即放人。, en: Release at once.}
  bearer: handler
  per: [case, person]
  severity: serious
  versions:
  - in_force: {from: 2026-01-01}
    basis: {law: public-order-law-2025, article: 97}
    deadline: {when: person.arrived, then: person.released, within: {hours: HOURS}}
  examples:
    met:
    - acts: [[2026-03-02 09:00, person.arrived, {person: 甲}], [2026-03-02 10:00, person.released, {person: 甲}]]
    broken:
    - acts: [[2026-03-02 09:00, person.arrived, {person: 甲}], [2026-03-02 20:00, person.released, {person: 甲}]]
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "history.csv"
    path.write_text(HEADER + ROWS, encoding="utf-8")
    (tmp_path / "history.csv.mapping.yaml").write_text(
        "case: case_id\ntype: act_type\ntime: time\nunit: unit\nsubjects: {person: person}\n",
        encoding="utf-8",
    )
    return path


def shorter(folder: Path, hours: int) -> Path:
    path = folder / "shorter.yaml"
    path.write_text(SHORTER.replace("HOURS", str(hours)), encoding="utf-8")
    return path


def test_a_shorter_term_breaks_more_and_is_told_by_norm_and_unit(log: Path, tmp_path: Path) -> None:
    found = norm_backtest(shorter(tmp_path, 6), log)
    assert (found.norms, found.replaced, found.cases, found.acts) == (
        ("inquiry.duration-public-order",),
        ("inquiry.duration-public-order",),
        4,
        12,
    )
    (whole,) = found.by_norm
    assert (whole.obligations_after, whole.broken_after, whole.cases) == (4, 2, 4)
    assert {row.case for row in found.rows if row.change == "newly-broken"} >= {"C2"}
    assert {share.name: (share.broken_after, share.obligations_after) for share in found.by_unit} == {
        "甲所": (1, 2),
        "乙所": (1, 2),
    }
    assert all(share.few for share in found.by_unit)


def test_the_result_is_the_same_each_time_and_its_digest_is_of_all_of_it(log: Path, tmp_path: Path) -> None:
    draft = shorter(tmp_path, 6)
    one, again = norm_backtest(draft, log), norm_backtest(draft, log)
    assert one.digest == again.digest
    assert json.loads(one.content())["draft"] == one.draft
    assert norm_backtest(shorter(tmp_path, 7), log).digest != one.digest


def test_nobody_is_named_in_a_result() -> None:
    names = {f.name for kind in (Affected, Share) for f in fields(kind)}
    assert not {name for name in names if "officer" in name or "person" in name or name in ("by", "owner")}


def test_a_new_norm_on_the_platforms_own_acts(scene: Scene, draft: Path) -> None:
    scene.opened()
    scene.do("person.arrived", 40, fields={"identity_known": True}, subjects=SUSPECT)
    found = platform_backtest(draft)
    assert [(row.change, row.case, row.before, row.after) for row in found.rows] == [
        ("newly-broken", scene.dossier.number, "", "broken")
    ]
    (unit,) = found.by_unit
    assert (unit.name, unit.cases, unit.cases_affected, unit.broken_before, unit.broken_after) == (
        scene.dossier.unit_id,
        1,
        1,
        0,
        1,
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("person.arrived, after", "person.flown-in, after", "person.flown-in"),
        ("bearer: handler", "bearer: suspect", "suspect"),
        (
            "    - acts: [[2026-03-02 09:00, case.opened], [",
            "    - acts: [[2026-03-02 09:00, person.identified], [",
            "judged",
        ),
        ("norms:", "norms: []\n#", "no norm"),
    ],
)
def test_a_draft_that_would_not_pass_in_the_rulebook_is_refused(
    log: Path, draft: Path, old: str, new: str, said: str
) -> None:
    text = DRAFT.replace(old, new, 1) if "#" not in new else "norms: []\n"
    draft.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        norm_backtest(draft, log)
