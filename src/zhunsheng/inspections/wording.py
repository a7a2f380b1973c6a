"""A query in words, as the page of an inspection tells it."""

from __future__ import annotations

from collections.abc import Iterator

from zhunsheng.acts.words import label
from zhunsheng.inspections.places import Places
from zhunsheng.inspections.query import Query
from zhunsheng.people.bilingual import both, wordings
from zhunsheng.people.codes import UnitKind
from zhunsheng.procedure.rulebook import rulebook
from zhunsheng.supervision.alerting import alerting_file

STATUS_WORDS = {
    "met": ("已履行", "met"),
    "pending": ("未到期", "pending"),
    "late": ("迟办", "late"),
    "overdue": ("逾期未办", "overdue"),
    "broken": ("违反", "broken"),
    "void": ("不再需要", "void"),
    "unknown": ("事实不足", "unknown"),
}
STATES = {"open": ("未结", "open"), "closed": ("已结", "closed")}


def told(query: Query | Places) -> list[object]:
    """Each condition in words; nothing asked is told, too."""
    if isinstance(query, Places):
        kinds = [wordings(UnitKind(kind).label) for kind in query.unit_kinds]
        zh, en = "、".join(zh for zh, _ in kinds), ", ".join(en for _, en in kinds)
        return [
            both(
                f"下级单位中的{zh}，不含已并入其他单位的",
                f"of the units below: {en}; none merged into another",
            )
        ]
    found: list[object] = [both(*words) for words in conditions(query)]
    return found or [both("范围内的全部案件", "every case of the units")]


def conditions(query: Query) -> Iterator[tuple[str, str]]:
    """The conditions of a query, each in Chinese and English."""
    yield from plain(query)
    if query.acts is not None:
        if query.acts.any_of:
            yield pair("有行为：{}", "has one of: {}", query.acts.any_of)
        if query.acts.none_of:
            yield pair("没有行为：{}", "has none of: {}", query.acts.none_of)
    if query.unfinished is not None:
        part = query.unfinished
        done, after = named(part.done), named(part.not_followed_by)
        yield (
            f"{done[0]}已满{part.days}天，其后没有：{after[0]}",
            f"{done[1]} at least {part.days} days ago, and since then none of: {after[1]}",
        )
    if query.duties is not None:
        words = [STATUS_WORDS[s] for s in query.duties.status]
        norms = titles(query.duties.norms)
        yield (
            f"义务{'、'.join(zh for zh, _ in words)}{'：' if norms[0] else ''}{norms[0]}",
            f"obligations {', '.join(en for _, en in words)}{': ' if norms[1] else ''}{norms[1]}",
        )
    if query.findings is not None:
        yield findings(query)
    if query.any_of:
        parts = [list(conditions(one)) for one in query.any_of]
        yield (
            "；或者".join("，".join(zh for zh, _ in part) for part in parts),
            "; or ".join(", ".join(en for _, en in part) for part in parts),
        )


def plain(query: Query) -> Iterator[tuple[str, str]]:
    """What is asked of the case itself."""
    if query.state in STATES:
        yield STATES[query.state]
    for zh, en, codes in (
        ("案件类别：{}", "kind: {}", query.kinds),
        ("阶段：{}", "stage: {}", query.stages),
        ("程序：{}", "procedure: {}", query.procedures),
    ):
        if codes:
            yield pair(zh, en, codes)
    for zh, en, begin, end in (
        ("受理日期", "opened", query.opened_from, query.opened_to),
        ("结案日期", "closed", query.closed_from, query.closed_to),
    ):
        if begin or end:
            yield f"{zh}{begin or ''}至{end or ''}", f"{en} {begin or ''} to {end or ''}"
    if query.open_longer_than is not None:
        yield f"未结超过{query.open_longer_than}天", f"open for more than {query.open_longer_than} days"
    if query.idle_for is not None:
        yield f"{query.idle_for}天没有办案活动", f"nothing done for {query.idle_for} days"


def findings(query: Query) -> tuple[str, str]:
    """What is asked of findings."""
    assert query.findings is not None
    elements = {one.element: one.title for one in alerting_file().elements}
    words = [elements[code] for code in query.findings.elements]
    norms = titles(query.findings.norms)
    zh = "、".join((*(one.zh for one in words), *filter(None, (norms[0],))))
    en = ", ".join((*(one.en for one in words), *filter(None, (norms[1],))))
    now = query.findings.standing
    return (
        f"有{'尚未解决的' if now else ''}问题{'：' if zh else ''}{zh}",
        f"has {'standing ' if now else ''}findings{': ' if en else ''}{en}",
    )


def pair(zh: str, en: str, codes: tuple[str, ...]) -> tuple[str, str]:
    """A sentence with the words of some codes."""
    words = named(codes)
    return zh.format(words[0]), en.format(words[1])


def named(codes: tuple[str, ...]) -> tuple[str, str]:
    """Codes in words."""
    from zhunsheng.casework.stages import PROCEDURE_WORDS, STAGE_WORDS

    known = {str(k): wordings(v) for k, v in (*STAGE_WORDS.items(), *PROCEDURE_WORDS.items())}
    words = [known.get(code) or (label(code, "zh"), label(code, "en")) for code in codes]
    return "、".join(zh for zh, _ in words), ", ".join(en for _, en in words)


def titles(ids: tuple[str, ...]) -> tuple[str, str]:
    """Norms by their titles."""
    known = {norm.id: norm.title for norm in rulebook().norms.norms if norm.id in ids}
    found = [known.get(one) for one in ids]
    return (
        "、".join(one.zh if one else code for code, one in zip(ids, found, strict=True)),
        ", ".join(one.en if one else code for code, one in zip(ids, found, strict=True)),
    )
