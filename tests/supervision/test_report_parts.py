"""Pieces of the report: rates that never flatter, classes of days over, months without holes, bars that fit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from zhunsheng.norms.plans import STATUSES
from zhunsheng.supervision.report.charts import bar, ceiling, over_time
from zhunsheng.supervision.report.norm_words import overrun
from zhunsheng.supervision.report.tables import month_run
from zhunsheng.supervision.report.tally import Tally, percent
from zhunsheng.supervision.report.words import DEMAND_WORDS, TEXTS, Words

COUNTS = st.fixed_dictionaries({status: st.integers(0, 10**6) for status in STATUSES})


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_rate_shows_nought_only_for_nought_and_the_whole_only_for_the_whole(part, more):
    whole = part + more
    assert (percent(part, whole) == "0.0%") == (part == 0)
    assert percent(part, whole) != "100.0%"
    assert percent(whole, whole) == "100.0%"


def test_nothing_judged_has_no_rate():
    assert percent(0, 0) == "—"
    assert Tally({"unknown": 5}).share is None


@given(COUNTS)
def test_unknown_pending_and_void_never_enter_a_rate(counts):
    alone = {s: n for s, n in counts.items() if s not in {"unknown", "pending", "void"}}
    assert Tally(counts).rate == Tally(alone).rate
    assert Tally(counts).duties == sum(counts.values())


@given(st.dictionaries(st.integers(0, 4000), st.integers(1, 50), min_size=1))
def test_every_breach_falls_into_one_class_of_days(days):
    found = overrun(sorted(days.items()))
    assert found is not None
    assert sum(n for *_, n in found.classes) == found.number == sum(days.values())
    values = sorted(d for d, n in days.items() for _ in range(n))
    assert found.median == values[(len(values) - 1) // 2]
    assert found.most == values[-1]
    for (_, last, _), (first, _, _) in zip(found.classes, found.classes[1:], strict=False):
        assert last is not None
        assert first == last + 1


def test_no_days_over_no_distribution():
    assert overrun([]) is None


def test_months_run_over_the_year():
    assert month_run("2025-11", "2026-02") == ["2025-11", "2025-12", "2026-01", "2026-02"]


@given(st.floats(0, 1))
def test_a_bar_stays_within_its_scale(share):
    high = ceiling(share)
    assert share <= high <= 1
    width = float(str(bar(share, high)).split('b-breach" width="')[1].split("%")[0])
    assert 0 <= width <= 100
    assert (width > 0) == (share > 0)


@given(st.lists(COUNTS, min_size=1, max_size=30))
def test_a_chart_over_time_draws_a_point_for_every_rate(counts):
    points = [(f"{number}", Tally(c)) for number, c in enumerate(counts)]
    drawn = str(over_time(points, "<b>", "rate"))
    assert drawn.count("<circle") == sum(t.share is not None for _, t in points)
    assert "<b>" not in drawn


def test_every_text_has_the_same_gaps_in_both_languages():
    def gaps(text):
        return sorted(part.split("}")[0] for part in text.split("{")[1:])

    assert all(gaps(zh) == gaps(en) for zh, en in TEXTS.values())
    assert all(zh and en for zh, en in [*TEXTS.values(), *DEMAND_WORDS.values()])


def test_words_come_in_the_language_asked_for():
    assert Words("zh")("unknown") == "无法判断"
    assert Words("en").severity("serious") == "◆ serious"
