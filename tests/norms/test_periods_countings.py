"""The countings of the rulebook, a bureau's own, and the reading of periods."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from zhunsheng.base.errors import InputError
from zhunsheng.norms.periods import Period, countings

ROOT = Path(__file__).parents[2]
RULEBOOK = ROOT / "rulebook" / "countings.yaml"
BUILT_IN = countings(RULEBOOK)
TEXTS = Path(os.environ.get("ZHUNSHENG_LAW_TEXTS", ROOT.parent / "shared" / "law" / "texts"))

OWN = """\
- id: bail
  title: {zh: 取保候审, en: Bail}
  basis: []
  hours: from_moment
  roll: true
  days_as: natural
  note: {zh: 本局意见, en: our view}
"""


def working(name: str) -> set[int]:
    """The numbers n up to 100 for which `{days: n}` is n working days."""
    return {n for n in range(1, 101) if BUILT_IN[name].counts_working(Period(n, "days"))}


def test_each_law_counts_its_own_days_as_working_days():
    everything = set(range(1, 101))
    assert (
        working("natural")
        == working("custody")
        == working("calendar")
        == working("public-order-law")
        == set()
    )
    assert working("penalty-law") == working("public-order-law-working") == {2, 3, 5, 7}  # 行政处罚法 85
    assert working("coercion-law") == set(range(1, 11))  # 行政强制法 69
    assert working("reconsideration-law") == {3, 5, 7, 10}  # 行政复议法 88
    assert working("licence-law") == everything  # 行政许可法 82
    assert working("traffic-rules") == {2, 3, 5, 7, 10, 15}  # 道路交通安全违法行为处理程序规定 81


def test_working_days_are_working_days_and_months_never_are_under_any_law():
    for counting in BUILT_IN.values():
        assert counting.counts_working(Period(7, "working_days"))
        assert not counting.counts_working(Period(2, "months"))
        assert not counting.counts_working(Period(2, "years"))


def test_liberty_is_never_held_longer_for_a_holiday():
    assert {name for name, counting in BUILT_IN.items() if not counting.roll} == {
        "custody",
        "detention-served",
        "bail",
        "continued-questioning",
        "calendar",
    }


def test_only_continued_questioning_and_plain_calendars_count_the_opening_hour():
    moment = {name for name, counting in BUILT_IN.items() if counting.hours == "from_moment"}
    assert moment == {"continued-questioning", "detention-served", "calendar"}


def test_a_period_is_turned_into_the_unit_it_runs_in_before_it_is_extended():
    law = BUILT_IN["penalty-law"]
    assert law.as_counted(Period(7, "days")) == Period(7, "working_days")
    assert law.as_counted(Period(60, "days")) == Period(60, "days")
    assert law.as_counted(Period(1, "months")) == Period(1, "months")


def test_every_counting_explains_itself_in_both_languages():
    for counting in BUILT_IN.values():
        assert all(counting.title[lang] and counting.note[lang] for lang in ("zh", "en"))
        assert counting.basis or counting.name == "calendar"


@pytest.mark.skipif(
    not TEXTS.is_dir(), reason=f"no law texts at {TEXTS}; set ZHUNSHENG_LAW_TEXTS to check the quotes"
)
def test_every_quote_stands_in_the_law():
    laws = [re.sub(r"[*　]", "", path.read_text(encoding="utf-8")) for path in TEXTS.glob("*.md")]
    quotes = [basis.quote for counting in BUILT_IN.values() for basis in counting.basis]
    assert [quote for quote in quotes if not any(quote in law for law in laws)] == []


def test_a_bureau_replaces_a_counting_and_keeps_the_others(tmp_path: Path):
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    merged = countings(RULEBOOK, tmp_path / "own.yaml")
    assert merged["bail"].roll
    assert merged["natural"] == BUILT_IN["natural"]
    assert set(merged) == set(BUILT_IN)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (OWN.replace("from_moment", "whenever"), 4, "允许"),
        (OWN.replace("  roll: true\n", ""), 1, "缺少"),
        (OWN + OWN, 8, "两次"),
        (OWN + "  working_days_up_to: 0\n", 8, "太小"),
        (OWN + "  working_day_numbers: [2, x]\n", 8, "应为整数"),
        ("id: x\n", 1, "清单"),
    ],
)
def test_a_wrong_counting_is_told_with_its_line(tmp_path: Path, text: str, line: int, words: str):
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        countings(RULEBOOK, tmp_path / "own.yaml")
    assert words in caught.value.zh
    assert caught.value.where.rpartition("own.yaml:")[2].split(":")[0] == str(line)


@pytest.mark.parametrize(
    ("given", "period"),
    [
        ({"hours": 7, "minutes": 30}, Period(450, "minutes")),
        ({"hours": 8}, Period(8, "hours")),
        ({"minutes": 45}, Period(45, "minutes")),
        ({"days": 90}, Period(90, "days")),
        ({"working_days": 5}, Period(5, "working_days")),
        ({"months": 1}, Period(1, "months")),
        ({"years": 2, "days": None}, Period(2, "years")),
        ({"days": 0}, Period(0, "days")),
    ],
)
def test_periods_are_read(given: dict, period: Period):
    assert Period.parse(given) == period


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"days": -1},
        {"days": 1.5},
        {"days": True},
        {"days": "3"},
        {"weeks": 2},
        {"days": 1, "hours": 2},
        {"days": 10**9},
    ],
)
def test_what_is_no_period_is_refused(given: dict):
    with pytest.raises(InputError, match="norm-7"):
        Period.parse(given, where="norm-7")


@pytest.mark.parametrize(
    ("period", "zh", "en"),
    [
        (Period(8, "hours"), "8小时", "8 hours"),
        (Period(1, "hours"), "1小时", "1 hour"),
        (Period(450, "minutes"), "7小时30分钟", "7 hours 30 minutes"),
        (Period(45, "minutes"), "45分钟", "45 minutes"),
        (Period(120, "minutes"), "2小时", "2 hours"),
        (Period(30, "days"), "30日", "30 days"),
        (Period(7, "working_days"), "7个工作日", "7 working days"),
        (Period(1, "months"), "1个月", "1 month"),
        (Period(2, "years"), "2年", "2 years"),
    ],
)
def test_periods_are_told(period: Period, zh: str, en: str):
    assert (period.text("zh"), period.text("en")) == (zh, en)
