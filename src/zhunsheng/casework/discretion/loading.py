"""From the files of `rulebook/discretion/` to tables that can be relied on; every fault names file, line, column and cure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from zhunsheng.acts.surroundings import rulebook_folder
from zhunsheng.base.errors import InputError
from zhunsheng.casework.discretion.tables import (
    Benchmark,
    Comparison,
    DiscretionFile,
    Factor,
    Parts,
    Status,
    Tables,
    Violation,
)
from zhunsheng.norms.language import TELLS, InForce, Text
from zhunsheng.norms.yaml_source import YamlMap, place_of, read_yaml, validated

FOLDER = "discretion"


@dataclass(frozen=True)
class Source:
    """A file with the tree it was read from."""

    path: Path
    tree: Any
    model: DiscretionFile

    def place(self, *keys: str | int) -> str:
        """`file:line:column` of a piece."""
        line, column = place_of(self.tree, keys)
        return f"{self.path}:{line}:{column}"


@cache
def shipped() -> Tables:
    """The tables that travel with the product."""
    return load_tables(rulebook_folder() / FOLDER)


def load_tables(folder: Path) -> Tables:
    """The tables of a folder; InputError for its first fault. The laws they cite are those of `laws.yaml` beside or above it."""
    sources = [source(path) for path in files_of(folder)]
    laws = laws_of(folder)
    violations = gathered(sources, "violations", "违法行为", "violation")
    circumstances = gathered(sources, "circumstances", "情节", "circumstance")
    factors: dict[str, Factor] = gathered(sources, "factors", "情节", "factor")
    rules = gathered(sources, "rules", "规则", "rule")
    for one in sources:
        cited_check(one, laws)
        versions_check(one)
    benchmarks = dict(benchmarks_of(sources, violations, factors))
    complete_check(folder, violations, benchmarks, factors, circumstances)
    parts, comparison = only(sources, folder, "parts"), only(sources, folder, "comparison")
    assert isinstance(parts, Parts)
    assert isinstance(comparison, Comparison)
    return Tables(violations, benchmarks, circumstances, rules, sections(sources), laws, parts, comparison)


def sections(sources: Iterable[Source]) -> tuple[tuple[Text, tuple[str, ...]], ...]:
    """The violations of each file in the order of the law: by the article of the newest version."""
    found = [(s.model.about, s.model.violations) for s in sources if s.model.violations]
    found.sort(key=lambda section: min(first_article(v) for v in section[1]))
    return tuple((about, tuple(v.code for v in violations)) for about, violations in found)


def first_article(violation: Violation) -> tuple[int, int]:
    """Where a violation stands: the newest law first, then by article."""
    newest = max(violation.versions, key=lambda v: v.in_force.from_)
    return -newest.in_force.from_.toordinal(), int(newest.basis.article)


def files_of(folder: Path) -> list[Path]:
    """The files of a folder in order of name."""
    found = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    if not found:
        raise InputError(
            zh=f"找不到裁量基准文件：{folder}",
            en=f"no discretion files at {folder}",
            where=str(folder),
            remedy_zh="给出含有 violations、circumstances、benchmarks 等 .yaml 文件的文件夹",
            remedy_en="name a folder with the .yaml files of violations, circumstances and benchmarks",
        )
    return found


def source(path: Path) -> Source:
    """One file, its form checked."""
    tree = read_yaml(path)
    try:
        return Source(path, tree, validated(path, tree if tree is not None else YamlMap(), DiscretionFile))
    except InputError as fault:
        place, told_apart, words = fault.en.partition("Value error, ")
        zh, _, en = words.partition(TELLS)
        raise InputError(
            zh=f"{place}{zh}" if told_apart else fault.zh,
            en=f"{place}{en or zh}" if told_apart else fault.en,
            where=fault.where,
            remedy_zh="按提示改写这一处" if told_apart else fault.remedy_zh,
            remedy_en="rewrite this place as the message says" if told_apart else fault.remedy_en,
        ) from None


def laws_of(folder: Path) -> dict[str, Text]:
    """The laws by key."""
    for above in (folder, *folder.parents[:1]):
        path = above / "laws.yaml"
        if path.exists():
            return {
                entry["key"]: Text(zh=entry["title"]["zh"], en=entry["title"]["en"])
                for entry in read_yaml(path)
            }
    raise InputError(
        zh="找不到 laws.yaml",
        en="there is no laws.yaml",
        where=str(folder),
        remedy_zh="把它放在裁量基准文件夹的上一级",
        remedy_en="put it in the folder above",
    )


def gathered(sources: Sequence[Source], key: str, zh: str, en: str) -> dict[str, Any]:
    """The entries of every file by code; InputError when a code comes twice."""
    found: dict[str, Any] = {}
    places: dict[str, str] = {}
    for one in sources:
        for number, entry in enumerate(getattr(one.model, key)):
            where = one.place(key, number, "code")
            if entry.code in found:
                raise InputError(
                    zh=f"{zh}代码“{entry.code}”重复，已见于 {places[entry.code]}",
                    en=f"the {en} {entry.code} is already at {places[entry.code]}",
                    where=where,
                    remedy_zh="改一个代码，或者并为一条",
                    remedy_en="rename one of them, or make them one",
                )
            found[entry.code], places[entry.code] = entry, where
    return found


def cited_check(one: Source, laws: dict[str, Text]) -> None:
    """InputError for a citation of a law that is not in laws.yaml, or without the words it rests on."""
    for keys, basis in bases(one.model, ()):
        if basis.law not in laws:
            raise InputError(
                zh=f"没有法律“{basis.law}”",
                en=f"there is no law {basis.law}",
                where=one.place(*keys, "law"),
                remedy_zh="写 rulebook/laws.yaml 中的 key，或在那里登记这部法律",
                remedy_en="use a key of rulebook/laws.yaml, or add the law there",
            )
        if not basis.quote:
            raise InputError(
                zh="引用条文要有一小段原文",
                en="a citation needs a few words of the article",
                where=one.place(*keys),
                remedy_zh="加上 quote: 条文中的几个字",
                remedy_en="add quote: a few words of the article",
            )


def bases(node: Any, keys: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every citation in a file with its place."""
    if isinstance(node, list | tuple):
        for number, item in enumerate(node):
            yield from bases(item, (*keys, number))
    elif isinstance(node, BaseModel):
        for name, field in type(node).model_fields.items():
            value, key = getattr(node, name), field.alias or name
            if name == "basis":
                for number, basis in enumerate(value if isinstance(value, list) else [value]):
                    yield ((*keys, key, number) if isinstance(value, list) else (*keys, key)), basis
            else:
                yield from bases(value, (*keys, key))


def versions_check(one: Source) -> None:
    """InputError where two versions of one thing are law on the same day, or a version has a tier twice."""
    for key in ("violations", "circumstances"):
        for number, entry in enumerate(getattr(one.model, key)):
            for v, version in enumerate(entry.versions):
                where = one.place(key, number, "versions", v)
                if any(overlap(version.in_force, other.in_force) for other in entry.versions[v + 1 :]):
                    raise InputError(
                        zh=f"“{entry.code}”的两个版本施行期间重叠",
                        en=f"two versions of {entry.code} are in force on the same day",
                        where=where,
                        remedy_zh="改 in_force 的 from、to，使前后相接",
                        remedy_en="change `from` and `to` of in_force so that they follow each other",
                    )
                names = [t.tier for t in getattr(version, "tiers", ())]
                if len(set(names)) < len(names):
                    raise InputError(
                        zh=f"“{entry.code}”的同一档写了两次",
                        en=f"{entry.code} has a tier twice",
                        where=where,
                        remedy_zh="每档只写一次，处罚选择都列在 options 里",
                        remedy_en="name each tier once, with all its options",
                    )


def overlap(one: InForce, other: InForce) -> bool:
    """Whether two periods share a day."""
    return (other.to is None or one.from_ <= other.to) and (one.to is None or other.from_ <= one.to)


def benchmarks_of(
    sources: Iterable[Source], violations: dict[str, Any], factors: dict[str, Factor]
) -> Iterator[tuple[str, Benchmark]]:
    """Each violation with its factors; InputError for one that does not exist or has two tables."""
    seen: set[str] = set()
    for one in sources:
        for number, table in enumerate(one.model.tables):
            for key, codes, known in (("for", table.for_, violations), ("factors", table.factors, factors)):
                for n, code in enumerate(codes):
                    if code not in known or (key == "for" and code in seen):
                        raise InputError(
                            zh=f"没有“{code}”，或者它已有一张表",
                            en=f"there is no {code}, or it has a table already",
                            where=one.place("tables", number, key, n),
                            remedy_zh="核对代码；zhunsheng discretion list 列出全部",
                            remedy_en="check the code; `zhunsheng discretion list` lists them all",
                        )
            seen |= set(table.for_)
            status: Status = table.status or one.model.status or "unverified"
            origin = table.source or one.model.source
            if origin is None:
                raise InputError(
                    zh="裁量基准没有写明来源",
                    en="the benchmarks do not say where they come from",
                    where=one.place("tables", number),
                    remedy_zh="在文件开头或表里写 source: {zh: …, en: …}",
                    remedy_en="add source: {zh: …, en: …} to the file or the table",
                )
            for code in table.for_:
                yield code, Benchmark(tuple(factors[f] for f in table.factors), status, origin)


def complete_check(
    folder: Path,
    violations: dict[str, Any],
    benchmarks: dict[str, Any],
    factors: dict[str, Any],
    circumstances: dict[str, Any],
) -> None:
    """InputError for a violation without a benchmark, or a code used for two things."""
    bare = [code for code in violations if code not in benchmarks]
    twice = sorted(factors.keys() & circumstances.keys())
    if bare or twice:
        names = "、".join(bare or twice)
        raise InputError(
            zh=f"没有裁量基准的违法行为：{names}" if bare else f"同一代码既是一般情节又是基准情节：{names}",
            en=f"violations without a benchmark: {names}"
            if bare
            else f"codes of both a circumstance and a factor: {names}",
            where=str(folder),
            remedy_zh="在 benchmarks.yaml 的 tables 里写上，或改代码",
            remedy_en="add them to `tables` in benchmarks.yaml, or rename one",
        )


def only(sources: Iterable[Source], folder: Path, key: str) -> Any:
    """The one entry of that name in all files."""
    found = [getattr(s.model, key) for s in sources if getattr(s.model, key) is not None]
    if len(found) != 1:
        raise InputError(
            zh=f"{key} 应当恰好写一次，现在有 {len(found)} 处",
            en=f"{key} is written {len(found)} times, not once",
            where=str(folder),
            remedy_zh=f"在 benchmarks.yaml 里写一次 {key}",
            remedy_en=f"write {key} once, in benchmarks.yaml",
        )
    return found[0]
