"""Every norm against its source: citation, article, quotation, numbers, dates; and every rule of the catalogue accounted for.

The catalogue and the law texts are not ours to publish. Where they are absent, what needs them is passed over in words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from tests.rulebook.catalogue import OPEN_END, Period, Row, covered, read_catalogue
from tests.rulebook.statutes import Law, Number, plain, read_laws, stated_numbers
from zhunsheng.norms.language import InForce, Norm, Parameter, Span, Version
from zhunsheng.norms.loading import NormSet, load_norms
from zhunsheng.norms.period_countings import countings
from zhunsheng.norms.period_types import Counting
from zhunsheng.norms.period_types import Period as Length

SPAN_UNITS = {"working_days": "days"}
NUMBER_IN_CONDITION = re.compile(r"""(?<![\w."'-])\d+(?:\.\d+)?(?![\w."'-])""")
QUOTED = re.compile(r""""[^"]*"|'[^']*'""")
MAJORITY = 18
"""What “minor” means wherever a law says no more (Law on the Protection of Minors, article 2)."""
PARENTHESES = re.compile(r"（[^）]*）")
STRUCTURAL = {Decimal(0), Decimal(1)}
"""`count(…) > 0` and the first of its kind state no number of the law."""


@pytest.fixture(scope="module")
def rulebook(root: Path) -> NormSet:
    """All norms of the rulebook."""
    return load_norms(root / "rulebook")


@pytest.fixture(scope="module")
def counted(root: Path) -> dict[str, Counting]:
    """How each law counts."""
    return dict(countings(root / "rulebook" / "countings.yaml"))


@pytest.fixture(scope="module")
def catalogue(shared: Path) -> dict[str, Row]:
    """The source catalogue by id."""
    file = shared / "law" / "norms.json"
    if not file.exists():
        pytest.skip("the source catalogue ../shared/law/norms.json is not on this machine")
    return read_catalogue(file)


@pytest.fixture(scope="module")
def laws(root: Path, shared: Path) -> dict[str, Law]:
    """The laws cited, with their articles."""
    texts = shared / "law" / "texts"
    if not texts.is_dir():
        pytest.skip("the law texts ../shared/law/texts are not on this machine")
    return read_laws(root / "rulebook", texts)


def each_version(rulebook: NormSet) -> Iterator[tuple[str, Norm, Version]]:
    """Every version with a name to report it by."""
    for norm in rulebook.norms:
        for version in norm.versions:
            yield f"{norm.id} ({version.in_force.from_})", norm, version


def days(period: InForce) -> Period:
    """First and last day in force."""
    return period.from_, period.to or OPEN_END


def pieces(value: Any) -> Iterator[Any]:
    """Every span, text and number inside a norm's body; when to warn is the bureau's choice and not the law's."""
    if isinstance(value, list | tuple):
        for inner in value:
            yield from pieces(inner)
    elif isinstance(value, BaseModel) and not isinstance(value, Span):
        for name in type(value).model_fields:
            if name != "warn_before":
                yield from pieces(getattr(value, name))
    else:
        yield value


def conditions(version: Version) -> Iterator[str]:
    """The conditions and limits of a version, without the texts in quotes."""
    for piece in pieces(version.body):
        if isinstance(piece, str):
            yield QUOTED.sub('""', piece)


def spans(version: Version) -> Iterator[tuple[str, int]]:
    """The terms of a version: unit and amount."""
    for piece in pieces(version.body):
        if isinstance(piece, Span):
            yield from piece.amounts().items()


def numbers(version: Version, parameters: dict[str, Parameter]) -> set[Number]:
    """Every number a version contains, in its terms, its conditions, its head counts and the parameters it reads."""
    found: set[Number] = {(SPAN_UNITS.get(unit, unit), Decimal(n)) for unit, n in spans(version)}
    found |= {("", Decimal(n)) for text in conditions(version) for n in NUMBER_IN_CONDITION.findall(text)}
    found |= {
        ("", Decimal(n)) for n in pieces(version.body) if isinstance(n, int) and not isinstance(n, bool)
    }
    for name in re.findall(r'param\("([^"]+)"\)', "\n".join(str(p) for p in pieces(version.body))):
        values = [
            v.value for v in parameters[name].versions if overlap(days(v.in_force), days(version.in_force))
        ]
        found |= {("", Decimal(v)) for v in values if isinstance(v, int) and not isinstance(v, bool)}
    return {n for n in found if n[1] not in STRUCTURAL or (n[0] and n[1])}


def sourced(version: Version, catalogue: dict[str, Row], laws: dict[str, Law]) -> set[Number]:
    """The numbers a version may contain: those of its sources and articles, and bare ones (an age) its note explains."""
    words = "\n".join([*(catalogue[s].words for s in version.source), article_text(version, laws)])
    explained = stated_numbers("\n".join(t.zh for t in (version.note, version.conflict) if t))
    minors = {("", Decimal(MAJORITY))} if "未成年" in words else set()
    return stated_numbers(words) | {("", n) for _, n in explained} | minors


def overlap(a: Period, b: Period) -> bool:
    """Whether two periods share a day."""
    return a[0] <= b[1] and b[0] <= a[1]


def law_of(laws: dict[str, Law], key: str) -> Law:
    """The law of a key; one without articles where the key is unknown, which a test of its own reports."""
    return laws.get(key) or Law(key, key, None, {})


def article_text(version: Version, laws: dict[str, Law]) -> str:
    """The articles a version cites, as far as they are known in full."""
    return "\n".join(law_of(laws, b.law).articles.get(b.article, "") for b in version.basis)


def test_every_law_has_a_key(rulebook: NormSet, root: Path) -> None:
    known = read_laws(root / "rulebook", None)
    cited = {b.law for _, _, v in each_version(rulebook) for b in v.basis}
    cited |= {v.basis.law for p in rulebook.parameters for v in p.versions}
    assert cited <= set(known), "laws cited that rulebook/laws.yaml does not list"


def test_every_cited_article_exists(rulebook: NormSet, laws: dict[str, Law]) -> None:
    bases = [(name, b) for name, _, v in each_version(rulebook) for b in v.basis]
    bases += [(p.name, v.basis) for p in rulebook.parameters for v in p.versions]
    missing = [
        f"{name}: {b.law} has no article {b.article}"
        for name, b in bases
        if not law_of(laws, b.law).excerpt and b.article not in law_of(laws, b.law).articles
    ]
    assert not missing, "\n" + "\n".join(missing)


def test_every_quotation_stands_in_its_article(rulebook: NormSet, laws: dict[str, Law]) -> None:
    quoted = [
        (name, b, law_of(laws, b.law)) for name, _, v in each_version(rulebook) for b in v.basis if b.quote
    ]
    wrong = [
        f"{name}: {b.law} {b.article} does not say {b.quote}"
        for name, b, law in quoted
        if not law.excerpt and plain(b.quote or "") not in plain(law.articles.get(b.article, ""))
    ]
    assert not wrong, "\n" + "\n".join(wrong)


def test_every_source_is_in_the_catalogue(rulebook: NormSet, catalogue: dict[str, Row]) -> None:
    named = {s for _, _, v in each_version(rulebook) for s in v.source} | {
        o.source for o in rulebook.left_out
    }
    assert named <= set(catalogue)


def test_every_rule_of_the_family_is_accounted_for_once(rulebook: NormSet, catalogue: dict[str, Row]) -> None:
    encoded = {s for _, _, v in each_version(rulebook) for s in v.source}
    left_out = Counter(o.source for o in rulebook.left_out)
    family = {row.id for row in catalogue.values() if row.in_family}
    wrong = [f"{s}: encoded and left out as well" for s in sorted(encoded & set(left_out))]
    wrong += [f"{s}: left out twice" for s, n in left_out.items() if n > 1]
    wrong += [f"{s}: neither encoded nor left out" for s in sorted(family - encoded - set(left_out))]
    assert not wrong, "\n" + "\n".join(wrong)


def test_every_citation_is_the_catalogues(
    rulebook: NormSet, catalogue: dict[str, Row], laws: dict[str, Law]
) -> None:
    wrong = []
    for name, _, version in each_version(rulebook):
        cited = {(law_of(laws, b.law).cited_as, b.article) for b in version.basis}
        for source in version.source:
            row = catalogue[source]
            laws_without_article = {law for law, article in row.citations if not article.isdigit()}
            if not cited & row.citations and not {law for law, _ in cited} & laws_without_article:
                wrong.append(f"{name}: {source} cites {sorted(row.citations)}, not {sorted(cited)}")
    assert not wrong, "\n" + "\n".join(wrong)


def test_every_number_has_its_source(
    rulebook: NormSet, catalogue: dict[str, Row], laws: dict[str, Law]
) -> None:
    parameters = {p.name: p for p in rulebook.parameters}
    wrong = []
    for name, _, version in each_version(rulebook):
        unsourced = numbers(version, parameters) - sourced(version, catalogue, laws)
        wrong += [f"{name}: {n} {unit}".strip() for unit, n in sorted(unsourced)]
    assert not wrong, "\n" + "\n".join(wrong)


def test_every_limit_of_the_catalogue_is_used(rulebook: NormSet, catalogue: dict[str, Row]) -> None:
    parameters = {p.name: p for p in rulebook.parameters}
    used: dict[str, set[Number]] = {}
    explained = set()
    for _, _, version in each_version(rulebook):
        for source in version.source:
            used.setdefault(source, set()).update(numbers(version, parameters))
            if version.note or version.conflict:
                explained.add(source)
    wrong = []
    for source, found in used.items():
        bare = {n for _, n in found}
        wanted = {n for _, n in stated_numbers(PARENTHESES.sub("", catalogue[source].limit))}
        if source not in explained:
            wrong += [
                f"{source}: {n} of the limit {catalogue[source].limit}"
                for n in sorted(wanted - bare - STRUCTURAL)
            ]
    assert not wrong, "\n" + "\n".join(wrong)


def test_working_days_are_counted_as_such(
    rulebook: NormSet, catalogue: dict[str, Row], counted: dict[str, Counting]
) -> None:
    wrong = []
    for name, _, version in each_version(rulebook):
        counting = counted.get(getattr(version.body, "counting", None) or "")
        working = {
            n for unit, n in spans(version) if unit == "working_days" or counts_working(counting, unit, n)
        }
        by_law = counting is not None and {b.law for b in counting.basis} & {b.law for b in version.basis}
        for source in version.source:
            limit = PARENTHESES.sub("", catalogue[source].limit)
            natural = {int(n) for n in re.findall(r"(\d+) D", limit)}
            wanted = {int(n) for n in re.findall(r"(\d+) WD", limit)} & {n for _, n in spans(version)}
            if wanted - working and not version.conflict:
                wrong.append(f"{name}: {source} says working days ({limit})")
            if natural & working and not by_law:
                wrong.append(f"{name}: {source} says natural days ({limit})")
    assert not wrong, "\n" + "\n".join(wrong)


def counts_working(counting: Counting | None, unit: str, amount: int) -> bool:
    """Whether a term of days runs on working days under this counting."""
    return unit == "days" and counting is not None and counting.counts_working(Length(amount, "days"))


def test_dates_in_force_agree(rulebook: NormSet, catalogue: dict[str, Row]) -> None:
    wrong = []
    norms_of: dict[str, set[str]] = {}
    for name, norm, version in each_version(rulebook):
        for source in version.source:
            norms_of.setdefault(source, set()).add(norm.id)
        sources = [p for s in version.source for p in catalogue[s].periods]
        if version.source and not covered(days(version.in_force), sources):
            wrong.append(f"{name}: in force when {', '.join(version.source)} is not")
    by_id = {n.id: n for n in rulebook.norms}
    for source, ids in norms_of.items():
        given = [days(v.in_force) for i in ids for v in by_id[i].versions]
        wrong += [
            f"{source}: not judged throughout {first} to {last if last != OPEN_END else 'now'}"
            for first, last in catalogue[source].periods
            if not covered((first, last), given)
        ]
    assert not wrong, "\n" + "\n".join(wrong)


def test_only_what_was_read_in_full_is_called_so(
    rulebook: NormSet, catalogue: dict[str, Row], laws: dict[str, Law]
) -> None:
    wrong = [
        name
        for name, _, v in each_version(rulebook)
        if v.verification == "full-text"
        and (
            all(law_of(laws, b.law).excerpt for b in v.basis)
            or (v.source and not any(catalogue[s].full_text for s in v.source))
        )
    ]
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("应当在二十四小时内", {("hours", 24), ("", 24)}),
        ("三百二十元", {("", 320)}),
        ("一万元以上", {("", 10_000)}),
        ("2 D + 2 D", {("days", 2), ("", 2)}),
        ("7 WD", {("days", 7), ("", 7)}),
        ("依照第三十六条，AP36", set()),
        ("加处百分之三", {("", Decimal("0.03"))}),
        ("六个月以内", {("months", 6), ("", 6)}),
    ],
)
def test_numbers_are_read_from_legal_texts(text: str, expected: set[tuple[str, int]]) -> None:
    assert expected <= stated_numbers(text)
    assert {n for _, n in stated_numbers(text)} <= {Decimal(n) for _, n in expected}
