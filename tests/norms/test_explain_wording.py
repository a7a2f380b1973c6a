"""Sentences of explanations: by how much, what was wanted, values as people write them, in both languages."""

from __future__ import annotations

import pytest

from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.dossiers import Act
from zhunsheng.norms.explain import Telling, decimal, plain_label
from zhunsheng.norms.periods import Counting, Period, end_of_day_us
from zhunsheng.norms.plans import Plan, Prior, Ref, Timed
from zhunsheng.norms.results import Obligation, Reckoning

ZONE, HOUR = "Asia/Shanghai", 3_600_000_000
COUNTING = Counting("calendar")
DAY_10 = end_of_day_us(9, ZONE) + 1 + 9 * HOUR  # 1970-01-11 09:00


def act(kind, at_us, seq=0):
    return Act(seq, kind, at_us, None, {"act_id": f"a{seq}"})


def told(form, opened, language="zh", **given):
    plan = Plan("n", "v", "requires", "serious", (), None, 0, None, True, form, None, None)
    row = Obligation(plan, "1", (), opened, **given)
    return Telling(row, Calendar.none(), ZONE, DAY_10 + 30 * 24 * HOUR, language, plain_label, {"on": "date"})


def prior(**terms):
    return Prior(Ref(("send",)), Ref(("建档", "create")), COUNTING, **terms)


@pytest.mark.parametrize(("language", "words"), [
    ("zh", "1970年1月11日09:00“send”，距1970年1月1日09:00“create”超过5日，最迟应在1970年1月6日24时，超期5日"),
    ("en", "send, 1970-01-11 09:00: more than 5 days after create on 1970-01-01 09:00; due by the end of 1970-01-06, 5 days late"),
])
def test_an_act_too_long_after_another_says_by_how_much(language, words):
    telling = told(prior(at_most=Period(5, "days")), act("send", DAY_10, 1), language, status="broken",
                   decided=act("create", DAY_10 - 240 * HOUR), due_us=end_of_day_us(5, ZONE))
    assert telling.verdict() == words
    assert any("5" in step for step in telling.steps())


@pytest.mark.parametrize(("term", "before", "words"), [
    (Period(20, "days"), 240, "距1970年1月1日09:00“create”不足20日，实际只隔10日"),
    (Period(8, "hours"), 6, "距1970年1月11日03:00“create”不足8小时，实际只隔6小时"),
])
def test_an_act_too_soon_after_another_says_how_soon(term, before, words):
    telling = told(prior(at_least=term), act("send", DAY_10, 1), status="broken", decided=act("create", DAY_10 - before * HOUR))
    assert telling.verdict().endswith(words)


def test_a_missing_prior_act_is_named():
    assert told(prior(), act("send", DAY_10), status="broken").verdict() == "1970年1月11日09:00“send”，此前没有建档或“create”记录"
    assert told(prior(), act("send", DAY_10), "en", status="broken").verdict().endswith("no 建档 or create before it")


@pytest.mark.parametrize(("wanted", "words"), [("结案", "24时前结案，"), ("Close", "24时前完成“Close”，")])
def test_what_is_overdue_is_named(wanted, words):
    form = Timed(Ref(("open",)), Ref((wanted,)), COUNTING, Period(5, "days"))
    telling = told(form, act("受案", DAY_10), status="overdue", due_us=end_of_day_us(15, ZONE))
    assert words in telling.verdict()
    assert "已超期25日" in telling.verdict()


def test_values_read_as_their_type_and_language():
    zh, en = (told(prior(), act("send", DAY_10), language, status="met") for language in ("zh", "en"))
    assert (zh.value("x", True), en.value("x", False)) == ("是", "no")
    assert (zh.value("on", 10), zh.value("x", 125_000), zh.value("x", "甲")) == ("1970-01-11", "12.5", "甲")
    assert decimal(-5_000) == "-0.5"


@pytest.mark.parametrize(("settled", "until"), [(None, "至今"), (act("决定", DAY_10 + 72 * HOUR), "决定")])
def test_a_stop_that_had_not_ended_lasts_until_what_decided_or_until_now(settled, until):
    form = Timed(Ref(("open",)), Ref(("then",)), COUNTING, Period(5, "days"))
    start = act("委托鉴定", DAY_10)
    reckoning = Reckoning(stopped=((start, None, 3),), settled=settled, standing=settled is None)
    telling = told(form, act("受案", DAY_10), status="met", due_us=end_of_day_us(18, ZONE), reckoning=reckoning)
    (line,) = [step for step in telling.steps() if "委托鉴定" in step]
    assert until in line
    assert line.endswith("扣除3日")
    assert ("至今" in line) == (settled is None)
