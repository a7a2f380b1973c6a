"""The report's own words, in Chinese and English; the words of acts, fields and laws are `zhunsheng.acts.words`."""

from __future__ import annotations

from zhunsheng.norms.calendar_days import Language
from zhunsheng.norms.language import Kind, Severity

SEVERITIES: tuple[Severity, ...] = ("blocking", "serious", "minor", "advisory")
SEVERITY_WORDS: dict[Severity, tuple[str, str]] = {
    "blocking": ("禁止", "blocking"),
    "serious": ("严重", "serious"),
    "minor": ("一般", "minor"),
    "advisory": ("提示", "advisory"),
}
SEVERITY_MARKS: dict[Severity, str] = {"blocking": "■", "serious": "◆", "minor": "●", "advisory": "○"}
"""A shape beside the word, so that colour is never alone."""

KIND_WORDS: dict[Kind, tuple[str, str]] = {
    "deadline": ("期限", "deadline"),
    "requires": ("先行程序", "prior step"),
    "forbids": ("禁止", "prohibition"),
    "actors": ("人员资格与人数", "number and standing of officers"),
    "separation": ("人员分离", "separation of hands"),
    "range": ("幅度", "range"),
    "accompanied": ("须附随", "company"),
    "retention": ("保存", "retention"),
}
VERIFICATION_WORDS = {
    "full-text": ("已与全文核对", "verified against the full text"),
    "excerpt": ("仅与节录核对", "verified against an excerpt only"),
    "unverified": ("未经核对", "not verified"),
}
DEMAND_WORDS: dict[str, tuple[str, str]] = {
    "when": ("起点", "opened by"),
    "then": ("应有行为", "what must follow"),
    "within": ("期限", "term"),
    "by": ("截止于", "date named"),
    "instead": ("特别期限", "special terms"),
    "extend": ("延长", "extension"),
    "stop": ("扣除", "time not counted"),
    "void": ("不再需要", "void on"),
    "warn_before": ("提前提醒", "warning"),
    "act": ("行为", "act"),
    "after": ("须在其后", "only after"),
    "since": ("自上次起", "since the last"),
    "at_least": ("至少", "at least"),
    "at_most": ("至多", "at most"),
    "more_than": ("多于", "more than"),
    "less_than": ("少于", "less than"),
    "while_": ("禁止期间", "forbidden while"),
    "unless": ("除非", "unless"),
    "role": ("身份", "role"),
    "rank": ("级别", "rank"),
    "qualification": ("资格", "qualification"),
    "not_": ("不得为同一人", "not the same as"),
    "value": ("数值", "value"),
    "has": ("须记有", "must state"),
    "with_": ("须附", "together with"),
    "covered_by": ("须全程覆盖", "covered by"),
    "gap": ("允许间断", "greatest hole"),
    "keep": ("保存", "kept for"),
    "permanently": ("永久保存", "kept for ever"),
    "ended_by": ("终止于", "ended by"),
    "from_": ("自", "from"),
    "to": ("至", "to"),
    "for_": ("持续", "for"),
    "adds": ("加", "adds"),
    "times": ("次数", "times"),
    "pair": ("配对", "paired by"),
    "if_absent": ("没有时", "if absent"),
    "each": ("每次", "each"),
    "already": ("先前已有也算", "an earlier one counts"),
}

TEXTS: dict[str, tuple[str, str]] = {
    "title": ("执法监督检查报告", "Supervision report"),
    "subtitle": ("以事实为根据，以法律为准绳", "Facts are the ground, law is the plumb line"),
    "contents": ("目录", "Contents"),
    "internal": (
        (
            "本报告监督执法行为，不评价任何个人。说明中可能出现姓名，仅供内部核查，不得公开，"
            "不得用于给个人排名或打分。"
        ),
        (
            "This report watches acts of officials and rates no person. Explanations may hold names: for "
            "internal review only, never for publication or for ranking people."
        ),
    ),
    "checked": ("检查了什么", "What was checked"),
    "log": ("日志", "log"),
    "acts": ("执法行为", "acts"),
    "act_types": ("行为种类", "act types"),
    "cases": ("案件", "cases"),
    "span": ("记录时间", "recorded"),
    "as_of": ("截至", "as of"),
    "end_of_day": ("（当日24时）", " (end of the day)"),
    "zone": ("时区", "time zone"),
    "closed": ("日志是否完结", "closed"),
    "closed_yes": (
        "已完结：不会再有记录，应做未做即为违反",
        "yes: nothing more will be recorded, what was not done is a breach",
    ),
    "closed_no": (
        "未完结：期限未满或没有固定期限的，记为未到期",
        "no: what is not due yet, or has no fixed term, is pending",
    ),
    "norms": ("规范", "norms"),
    "norm_files": ("规范文件", "norm files"),
    "digest": ("SHA-256 前16位", "first 16 of SHA-256"),
    "generated": ("生成时间", "generated"),
    "version": ("准绳版本", "Zhunsheng version"),
    "execution": ("执行方式", "execution"),
    "execution_any": (
        "结果与执行引擎无关：各引擎逐行一致，含义以解释器为准",
        "independent of the engine: all engines agree row for row, the interpreter is the meaning",
    ),
    "partial": (
        ("本次只保留了问题行（--only findings）。按单位、按时间的义务数和违反率因此无法计算，以下不予列出。"),
        (
            "Only findings were kept (--only findings). Duties and rates by unit and over time cannot be "
            "computed and are left out."
        ),
    ),
    "figures": ("总体情况", "At a glance"),
    "duties": ("义务", "duties"),
    "duties_def": ("一条规范在一个起点行为上提出的一次要求", "one demand of one norm at one opening act"),
    "breaches": ("违反", "breaches"),
    "breaches_def": (
        "逾期履行、逾期未履行和违反禁止或要求",
        "done late, not done in time, or done against a norm",
    ),
    "rate": ("违反率", "breach rate"),
    "rate_def": (
        "违反 ÷ 能判定的义务（已履行＋违反）",
        "breaches ÷ duties that could be judged (met + breaches)",
    ),
    "unknown": ("无法判断", "unknown"),
    "unknown_def": (
        "缺少关键事实。无法判断不等于没有问题",
        "a deciding fact is missing. Unknown is not the same as fine",
    ),
    "pending": ("未到期", "pending"),
    "pending_def": (
        "期限未满，或没有固定期限而日志未完结",
        "still within the term, or without a fixed term while the log is open",
    ),
    "breached_cases": ("有违反的案件", "cases with a breach"),
    "breached_cases_def": (
        "至少一项违反的案件 ÷ 日志中全部案件",
        "cases with at least one breach ÷ all cases in the log",
    ),
    "met": ("已履行", "met"),
    "void": ("不再需要", "void"),
    "by_norm": ("按规范", "By norm"),
    "by_norm_lead": (
        (
            "条形长度为违反率，分母是能判定的义务（已履行＋违反），写在百分比后面。斜纹表示全部无法判断，"
            "没有可计算的比率。"
        ),
        (
            "Bars show the breach rate; its denominator, the duties that could be judged (met + breaches), "
            "stands after the percentage. A hatched bar means that nothing could be judged, so there is no "
            "rate."
        ),
    ),
    "by_norm_chart": ("各规范的违反率（横轴0至{high}）", "Breach rate by norm (axis from 0 to {high})"),
    "chart_first": ("图中只列前{n}条，其余见下表。", "The chart shows the first {n}; the table holds all."),
    "norm": ("规范", "norm"),
    "severity": ("轻重", "severity"),
    "basis": ("依据", "basis"),
    "each_norm": ("逐条说明", "Norm by norm"),
    "says": ("要求", "what it asks"),
    "in_force": ("施行期间", "in force"),
    "demand": ("构成", "how it is checked"),
    "counting": ("期间计算", "counting of periods"),
    "verification": ("核对", "verification"),
    "cure": ("如何补救", "cure"),
    "days_over": ("超期日数", "days over"),
    "days_over_lead": (
        "{n}项违反有到期时间；超期日数的中位数为{median}，最多{most}。",
        "{n} breaches had a due time; the median is {median} days over, the most {most}.",
    ),
    "share": ("占比", "share"),
    "worst_here": ("最突出的{n}项", "The worst {n}"),
    "by_unit": ("按单位", "By unit"),
    "by_unit_lead": (
        (
            "单位取起点行为的单位。只比较单位，不比较个人。基数小的比率波动大，单位之间业务不同，"
            "名次不等于优劣。"
        ),
        (
            "The unit is that of the opening act. Units are compared, never persons. Rates on few duties "
            "vary widely, and units do different work: order is not merit."
        ),
    ),
    "unit": ("单位", "unit"),
    "no_unit": ("单位不详", "unit unknown"),
    "no_units": (
        "日志没有记载任何行为的单位，无法按单位比较。",
        "The log names no unit for any act, so units cannot be compared.",
    ),
    "few": ("基数小", "few duties"),
    "by_unit_chart": ("各单位的违反率（横轴0至{high}）", "Breach rate by unit (axis from 0 to {high})"),
    "units_cut": (
        "共{n}个单位，按违反数列出前{shown}个。",
        "{n} units; the first {shown} by breaches are listed.",
    ),
    "over_time": ("按时间", "Over time"),
    "over_time_lead": (
        "按义务起点行为的月份（日志所在时区）统计；跨度过长时按年。最近几个月的义务可能尚未到期。",
        (
            "By local month of the opening act, by year where the log is long. Recent duties may not be due "
            "yet."
        ),
    ),
    "time_numbers": ("义务数", "duties"),
    "time_rates": ("违反率", "breach rate"),
    "time_table": ("以表格查看", "Show as a table"),
    "period": ("时间", "period"),
    "legend_rest": ("其余（已履行、未到期、不再需要）", "the rest (met, pending, void)"),
    "worst": ("最需要注意的案件", "Cases that need attention first"),
    "worst_lead": (
        "先看违反的轻重，再看违反数，再看超期日数。共{n}个案件有违反，列出前{shown}个。",
        (
            "By the gravest breach, then the number of breaches, then days over. {n} cases have a breach; "
            "the first {shown} are listed."
        ),
    ),
    "case": ("案件", "case"),
    "gravest": ("最重", "gravest"),
    "most_over": ("最多超期（日）", "most days over"),
    "facts": ("事实", "facts"),
    "steps": ("计算", "arithmetic"),
    "missing": ("缺什么", "what is missing"),
    "more_in_case": (
        "本案另有{n}项，用 zhunsheng check … --explain 案件号 查看。",
        "{n} more in this case: zhunsheng check … --explain CASE.",
    ),
    "unknowns": ("无法判断的事项", "What could not be judged"),
    "unknowns_lead": (
        "补录缺少的事实后重新检查即可判断。每条规范列出最近的{n}项。",
        "Record the missing facts and check again. The latest {n} of each norm are listed.",
    ),
    "no_unknowns": ("没有无法判断的事项。", "Everything could be judged."),
    "upcoming": ("即将到期", "Due next"),
    "upcoming_lead": (
        "共{n}项义务有到期时间且尚未到期，按到期先后列出前{shown}项；另有{open}项没有固定期限。",
        (
            "{n} duties have a due time that has not passed; the first {shown} are listed. {open} more have "
            "no fixed term."
        ),
    ),
    "none_upcoming": ("没有未到期的义务。", "Nothing is pending."),
    "due": ("到期", "due"),
    "left": ("还剩", "left"),
    "warn": ("提醒", "warning"),
    "warned": ("已到提醒时间", "warning time reached"),
    "warn_from": ("{day}起提醒", "from {day}"),
    "no_warn": ("未设提醒", "none set"),
    "opened": ("起点", "opened"),
    "today": ("今日到期", "due today"),
    "days_left": ("{n}日", "{n} days"),
    "unverified": ("未经全文核对的规范", "Norms not verified against the full text"),
    "unverified_lead": ("这些规范的结论应先核对条文再使用。", "Check the article before relying on these."),
    "none_unverified": ("所用规范均已与全文核对。", "Every norm was verified against the full text."),
    "idle": ("没有可检查行为的规范", "Norms that found nothing to check"),
    "idle_lead": (
        "日志里没有这些规范的起点行为。未检查不等于没有问题：也可能是行为没有记录，或映射没有对上。",
        (
            "Their opening acts do not occur in the log. Not checked is not the same as no fault: the acts "
            "may be unrecorded or the mapping amiss."
        ),
    ),
    "none_idle": ("每条规范都找到了可检查的行为。", "Every norm found something to check."),
    "silent": (
        "起点行为出现过、但条件未成立的规范",
        "Norms whose opening acts occur, but never under their conditions",
    ),
    "reader_notes": ("读取时的说明", "Remarks of the reader"),
    "no_notes": ("读取日志时没有需要说明的问题。", "Reading the log gave rise to no remarks."),
    "none_breached": ("没有发现违反。", "No breach was found."),
    "list_more": ("展开{n}条", "Show {n}"),
    "top": ("回到目录", "Back to contents"),
    "open_all": ("全部展开", "Open all"),
    "close_all": ("全部收起", "Close all"),
    "filter": ("筛选本表", "Filter this table"),
    "filter_count": ("显示{n}行", "{n} rows shown"),
    "sort": ("按{name}排序", "sort by {name}"),
    "version_from": ("{day}起施行的版本", "version in force from {day}"),
    "only_open": (
        "未到期的{open}项义务都没有固定期限。",
        "All {open} pending duties are without a fixed term.",
    ),
    "rows_hint": (
        "全部结果行可用 --out 结果.parquet 另存。",
        "Every row can be saved with --out findings.parquet.",
    ),
    "to": ("至", "to"),
    "now": ("今", "now"),
}


class Words:
    """The report's words in one language."""

    def __init__(self, language: Language) -> None:
        self.language, self.second = language, language == "en"

    def __call__(self, key: str, **given: object) -> str:
        """A text with its gaps filled."""
        return TEXTS[key][self.second].format(**given) if given else TEXTS[key][self.second]

    def severity(self, severity: Severity) -> str:
        """`◆严重`."""
        return f"{SEVERITY_MARKS[severity]} {SEVERITY_WORDS[severity][self.second]}"

    def kind(self, kind: Kind) -> str:
        """What sort of norm."""
        return KIND_WORDS[kind][self.second]

    def verification(self, name: str) -> str:
        """How far a norm was checked against the text of the law."""
        return VERIFICATION_WORDS[name][self.second]

    def demand(self, name: str) -> str:
        """A key of the norm language."""
        return DEMAND_WORDS[name][self.second] if name in DEMAND_WORDS else name.rstrip("_")

    def colon(self, head: str, rest: str) -> str:
        """`head：rest`."""
        return f"{head}: {rest}" if self.second else f"{head}：{rest}"

    def joined(self, parts: list[str]) -> str:
        """An enumeration."""
        return (", " if self.second else "、").join(parts)
