"""The HTML report says what was found, hides nothing unknown, and shows hostile text as text."""

from __future__ import annotations

import datetime as dt
import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lxml import html

from tests.engines.logs import prepared
from tests.supervision.report_log import IMAGE, SCRIPT, ready
from zhunsheng.norms.results_table import Results, schema
from zhunsheng.supervision.report import report_html
from zhunsheng.supervision.report.tables import Tables

NOON = dt.datetime(2026, 4, 1, 4, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def checking(tmp_path_factory):
    return ready(tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="module")
def results(checking):
    return checking.run("interpret")


@pytest.fixture(scope="module")
def page(checking, results):
    return html.fromstring(report_html(checking, results, now=NOON))


@pytest.fixture(scope="module")
def english(checking, results):
    return html.fromstring(report_html(checking, results, language="en", now=NOON))


def words(element):
    return " ".join(element.text_content().split())


def pick(element, selector):
    """The elements a plain selector means: tags, ids and classes, one within another."""
    steps = []
    for step in selector.split():
        tag, *marks = re.split(r"(?=[.#])", step)
        has = "".join(
            f"[@id='{m[1:]}']" if m[0] == "#" else f"[contains(concat(' ', @class, ' '), ' {m[1:]} ')]"
            for m in marks
        )
        steps.append(f"descendant::{tag or '*'}{has}")
    return element.xpath("./" + "/".join(steps))


def section(page, name):
    return page.get_element_by_id(name)


def figures(page):
    return {words(pick(li, ".label")[0]): words(pick(li, ".number")[0]) for li in pick(page, ".figures li")}


def test_the_six_figures_add_up(page):
    assert figures(page) == {
        "义务": "11",
        "违反": "5",
        "违反率": "55.6%",
        "无法判断": "1",
        "未到期": "1",
        "有违反的案件": "3",
    }
    parts = words(pick(pick(page, ".figures li")[1], ".parts")[0])
    assert parts == "■ 禁止 2 ◆ 严重 2 ● 一般 0 ○ 提示 1"
    assert "3 ÷ 6" in words(pick(page, ".figures li")[5])


def test_every_link_inside_the_page_leads_somewhere(page):
    ids = [e.get("id") for e in page.iter() if isinstance(e.tag, str) and e.get("id")]
    assert len(ids) == len(set(ids))
    links = {a.get("href") for a in page.iter("a")}
    assert links
    assert {link.removeprefix("#") for link in links} <= set(ids)


def test_text_from_log_and_norms_is_never_markup(page):
    scripts = pick(page, "script")
    assert len(scripts) == 1
    assert "alert" not in scripts[0].text_content()
    assert not pick(page, "img")
    shown = section(page, "cases").text_content()
    assert SCRIPT in shown
    assert IMAGE in shown
    assert "\x07" not in shown
    assert all(not name.startswith("on") for e in page.iter() if isinstance(e.tag, str) for name in e.attrib)


def test_nothing_comes_from_elsewhere_and_nothing_else_may_run(checking, results):
    text = report_html(checking, results, now=NOON)
    assert not re.search(r"(src|href)=.?https?:", text)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    assert "unsafe" not in policy[1]
    assert "style=" not in text


def test_what_was_checked_can_be_repeated(page):
    shown = words(section(page, "checked"))
    for needed in (
        "2026-04-01（当日24时）",
        "Asia/Shanghai",
        "norms.yaml",
        "2026-04-01 12:00 (+0800)",
        "未完结",
        "结果与执行引擎无关",
    ):
        assert needed in shown


def test_a_norm_opens_to_its_law_terms_and_worst_breaches(page):
    norm = next(d for d in pick(page, "details.norm") if "十日内办结" in words(pick(d, "summary")[0]))
    shown = words(norm)
    for needed in (
        "受理后十日内办结。",
        "《示例法》第7条",
        "应当在十日内办结",
        "2000-01-01 至 今",
        "期限",
        "10日",
        "提前提醒",
        "3日",
        "立即办结。",
    ):
        assert needed in shown
    assert "2项违反有到期时间" in shown
    assert len(pick(norm, "details.told")) == 2
    assert "超期26日" in shown


def test_units_are_compared_and_persons_are_not(page):
    units = section(page, "units")
    assert [words(pick(r, "th")[0]) for r in pick(units, "tbody tr")] == [f"乙所{IMAGE}", "甲所", "单位不详"]
    for name in ("figures", "norms", "units", "months"):
        heads = {words(h) for h in pick(section(page, name), "thead th")}
        assert not heads & {"人员", "执法人员", "民警", "officer"}
    assert "张三" not in words(units)
    assert "张三" not in words(section(page, "months"))


def test_months_without_duties_are_shown_too(page):
    table = page.get_element_by_id("table-months")
    assert [words(pick(r, "th")[0]) for r in pick(table, "tbody tr")] == ["2026-01", "2026-02", "2026-03"]
    assert pick(section(page, "months"), "svg.time")


def test_a_long_log_is_told_by_year(tmp_path):
    log = prepared(tmp_path, [])
    days = [dt.datetime(year, 3, 1, tzinfo=dt.UTC) for year in (1970, 1970, 2020)]
    rows = pa.Table.from_pylist(
        [{"opened_at": day, "status": "met"} for day in days], schema=schema(log.zone)
    )
    with Tables(Results(log.zone, parts=[rows]), log) as tables:
        assert [(name, tally.duties) for name, tally in tables.periods()] == [("1970", 2), ("2020", 1)]


def test_worst_cases_come_first_and_explain_themselves(page):
    cases = page.get_element_by_id("table-cases")
    assert [words(pick(r, "th")[0]) for r in pick(cases, "tbody tr")][:2] == [SCRIPT, "unopened"]
    worst = page.get_element_by_id("case-1")
    shown = words(worst)
    for needed in (
        "超过20日",
        "最迟应在2026年1月25日24时",
        "超期16日",
        "适用自2000年1月1日起施行的现行版本",
        "第20日为2026年1月25日（星期日）",
    ):
        assert needed in shown


def test_unknown_is_told_with_what_is_missing(page):
    shown = words(section(page, "unknown"))
    assert "无法判断不等于没有问题" in shown
    assert "没有记录“kind”" in shown


def test_a_norm_that_could_not_be_judged_at_all_has_a_hatched_bar_and_no_rate(tmp_path):
    checking = ready(tmp_path)
    results = checking.run("interpret")
    for key in results.counts:
        results.counts[key] = (
            type(results.counts[key])({"unknown": 3}) if key[0] == "kind.stated" else results.counts[key]
        )
    page = html.fromstring(report_html(checking, results))
    bar = next(li for li in pick(page, "#norms .bars li") if "类别须为甲" in words(li))
    assert pick(bar, ".b-unknown")
    assert not pick(bar, ".b-breach")
    assert "%" not in words(bar)


def test_dues_say_when_to_warn(page):
    due = page.get_element_by_id("table-dues")
    assert [words(td) for td in pick(due, "tbody tr")[0]][:4] == [
        "2026-04-04",
        "3日",
        "已到提醒时间 2026-04-01",
        "pending",
    ]


def test_what_was_not_checked_is_listed(page):
    assert "从未发生" in words(section(page, "idle"))
    assert "未检查不等于没有问题" in words(section(page, "idle"))
    assert "先受理后办结" in words(section(page, "unverified"))
    assert "没有需要说明的问题" in words(section(page, "notes"))


def test_english_is_complete(english):
    own = {"示例法", "甲所", "乙所", "张三"}
    text = english.text_content()
    for word in (*own, "应当在十日内办结"):
        text = text.replace(word, "")
    style_and_script = "".join(e.text_content() for e in english.xpath("//style | //script"))
    assert not re.findall(r"[\u4e00-\u9fff]+", text.replace(style_and_script, ""))
    assert english.get("lang") == "en"
    assert "16 days late" in words(english.get_element_by_id("case-1"))


def test_findings_alone_give_no_rates_by_unit_or_month(checking, tmp_path):
    into = tmp_path / "findings.parquet"
    page = html.fromstring(
        report_html(checking, checking.run("interpret", only="findings", into=into), now=NOON)
    )
    assert figures(page)["义务"] == "11"
    assert "--only findings" in words(section(page, "figures"))
    assert not page.xpath("//*[@id='units' or @id='months' or @href='#units' or @href='#months']")


def test_a_file_and_memory_give_the_same_page(checking, results, tmp_path):
    in_file = checking.run("interpret", into=tmp_path / "[odd] name*.parquet")
    assert pq.read_table(in_file.path).num_rows == 11
    assert report_html(checking, in_file, now=NOON) == report_html(checking, results, now=NOON)


def test_a_log_without_any_duty_still_has_a_page(tmp_path):
    checking = ready(tmp_path)
    empty = type(checking)(
        checking.log, checking.norms, [], checking.calendar, checking.as_of_us, closed=False, idle=()
    )
    page = html.fromstring(report_html(empty, empty.run("interpret")))
    assert figures(page)["违反率"] == "—"
    assert "没有发现违反" in words(section(page, "cases"))
