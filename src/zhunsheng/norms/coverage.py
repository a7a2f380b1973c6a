"""The coverage page of a rulebook, made from its files: what is encoded, what is left out and why, what is unverified."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from zhunsheng.norms.language import Norm
from zhunsheng.norms.loading import NormSet

HEAD = """# 规则库覆盖情况 · Coverage of the rulebook

本页由规则库文件生成（`zhunsheng norms coverage`），不手改。“来源”是核对引文时所用目录的编号；
一条规范可以有多个版本、合并多个来源。

This page is generated from the rulebook (`zhunsheng norms coverage`); do not edit it. A *source* is an entry of the
catalogue the citations were checked against; one norm may have several versions and join several sources.
"""


def coverage_page(norms: NormSet) -> str:
    """The page as Markdown, Chinese and English, procedures in alphabetical order."""
    return "\n".join([HEAD, *totals(norms), *unverified(norms), *conflicts(norms), *left_out(norms), *encoded(norms)]) + "\n"


def totals(norms: NormSet) -> Iterator[str]:
    """How much of what."""
    versions = [v for n in norms.norms for v in n.versions]
    sources = {s for v in versions for s in v.source}
    examples = sum(1 for n in norms.norms for _ in n.examples.each())
    out = {o.source for o in norms.left_out}
    kinds = Counter(n.versions[-1].kind for n in norms.norms)
    yield "## 总计 · Totals\n"
    yield "| | |\n|---|---:|"
    yield f"| 规范 norms | {len(norms.norms)} |"
    yield f"| 版本 versions | {len(versions)} |"
    yield f"| 例子 examples | {examples} |"
    yield f"| 已编码的来源 sources encoded | {len(sources)} |"
    yield f"| 未编码的来源 sources left out | {len(out)} |"
    yield f"| 未经核实的版本 unverified versions | {sum(v.verification == 'unverified' for v in versions)} |"
    yield f"| 依节录核对的版本 versions checked against excerpts | {sum(v.verification == 'excerpt' for v in versions)} |"
    yield "\n| 种类 kind | 规范 norms |\n|---|---:|"
    yield from (f"| {kind} | {count} |" for kind, count in sorted(kinds.items()))
    yield ""


def unverified(norms: NormSet) -> Iterator[str]:
    """Versions a lawyer still has to confirm."""
    found = [(n, v) for n in norms.norms for v in n.versions if v.verification == "unverified"]
    yield f"## 未经核实 · Unverified ({len(found)})\n"
    if found:
        yield "| 规范 norm | 版本 version | 依据 basis | 为什么 why |\n|---|---|---|---|"
    for norm, version in found:
        note = f"{version.note.zh}<br>{version.note.en}" if version.note else "—"
        basis = "；".join(f"{b.law} {b.article}" for b in version.basis)
        yield f"| `{norm.id}` {cell(norm.title.zh)} | {version.in_force.from_} | {basis} | {cell(note)} |"
    yield ""


def conflicts(norms: NormSet) -> Iterator[str]:
    """Where rules and higher law disagree, and which value was taken."""
    found = [(n, v) for n in norms.norms for v in n.versions if v.conflict is not None]
    yield f"## 规章与上位法的冲突 · Conflicts resolved ({len(found)})\n"
    if found:
        yield "| 规范 norm | 版本 version | 取值 resolution |\n|---|---|---|"
    for norm, version in found:
        assert version.conflict is not None
        yield f"| `{norm.id}` | {version.in_force.from_} | {cell(version.conflict.zh)}<br>{cell(version.conflict.en)} |"
    yield ""


def left_out(norms: NormSet) -> Iterator[str]:
    """What is not encoded, and why."""
    yield f"## 未编码 · Left out ({len(norms.left_out)})\n"
    if norms.left_out:
        yield "| 来源 source | 为什么 why |\n|---|---|"
    for entry in sorted(norms.left_out, key=lambda o: o.source):
        yield f"| `{entry.source}` | {cell(entry.why.zh)}<br>{cell(entry.why.en)} |"
    yield ""


def encoded(norms: NormSet) -> Iterator[str]:
    """Every norm by procedure."""
    by_procedure: dict[str, list[Norm]] = defaultdict(list)
    for norm in norms.norms:
        by_procedure[norm.procedure].append(norm)
    yield "## 已编码 · Encoded\n"
    for procedure, found in sorted(by_procedure.items()):
        yield f"### {procedure} ({len(found)})\n"
        yield "| 规范 norm | 种类 kind | 轻重 severity | 版本 versions | 依据 basis | 来源 sources |\n|---|---|---|---|---|---|"
        for norm in sorted(found, key=lambda n: n.id):
            spans = "<br>".join(f"{v.in_force.from_} – {v.in_force.to or '今'}" for v in norm.versions)
            bases = "<br>".join("；".join(f"{b.law} {b.article}" for b in v.basis) for v in norm.versions)
            sources = "<br>".join(dict.fromkeys(s for v in norm.versions for s in v.source))
            name, kind = f"`{norm.id}` {cell(norm.title.zh)}", norm.versions[-1].kind
            yield f"| {name} | {kind} | {norm.severity} | {spans} | {bases} | {sources} |"
        yield ""


def cell(text: str) -> str:
    """Text that stays within its table cell."""
    return text.replace("|", "\\|").replace("\n", " ")
