"""The catalogue against the law texts: every quotation found in its article, every number of every tier read a second way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rulebook.statutes import NUMERAL, Law, chinese_number, plain, read_laws
from zhunsheng.acts.surroundings import rulebook_folder
from zhunsheng.casework.discretion.ceilings import ceiling_condition
from zhunsheng.casework.discretion.loading import load_tables, shipped
from zhunsheng.casework.discretion.tables import TIERS
from zhunsheng.norms.language import Basis
from zhunsheng.norms.loading import load_file

NEW, OLD = "public-order-law-2025", "public-order-law-2012"
SUMS = re.compile(rf"({NUMERAL})([日元])(?:以上)?")


@pytest.fixture(scope="module")
def laws(shared: Path) -> dict[str, Law]:
    texts = shared / "law" / "texts"
    if not texts.is_dir():
        pytest.skip("the law texts ../shared/law/texts are not on this machine")
    return read_laws(rulebook_folder(), texts)


def cited() -> Iterator[tuple[str, Basis]]:
    """Everything that cites an article."""
    tables = shipped()
    for code, violation in tables.violations.items():
        yield from ((code, v.basis) for v in violation.versions)
    for code, circumstance in tables.circumstances.items():
        yield from ((code, v.basis) for v in circumstance.versions)
    yield from ((code, rule.basis) for code, rule in tables.rules.items())
    yield from ((f.code, basis) for b in tables.benchmarks.values() for f in b.factors for basis in f.basis)


def test_at_least_as_many_as_promised_and_in_every_section() -> None:
    """Both laws; the newer one's four sections."""
    versions = [v for violation in shipped().violations.values() for v in violation.versions]
    articles = {int(v.basis.article) for v in versions if v.law == NEW}
    assert len([v for v in versions if v.law == NEW]) >= 100
    assert len([v for v in versions if v.law == OLD]) >= 90
    for section in (range(26, 36), range(36, 47), range(47, 61), range(61, 90)):
        assert len(articles & set(section)) >= 7


def test_every_quotation_stands_in_its_article(laws: dict[str, Law]) -> None:
    wrong = [
        f"{code}: {basis.law} {basis.article} does not say {basis.quote}"
        for code, basis in cited()
        if plain(basis.quote or "") not in plain(laws[basis.law].articles.get(basis.article, ""))
    ]
    assert wrong == []


def test_the_words_of_every_tier_stand_in_its_article(laws: dict[str, Law]) -> None:
    wrong = [
        f"{code}: {tier.words}"
        for code, violation in shipped().violations.items()
        for version in violation.versions
        for tier in version.tiers
        if plain(tier.words.removeprefix("情节较重的，"))
        not in plain(laws[version.law].articles[version.basis.article])
    ]
    assert wrong == []


def test_the_options_of_every_tier_say_what_its_words_say() -> None:
    """Read by another way than the tables were written: the sums in order, the kinds, and whether a fine must be added."""
    wrong = []
    for code, violation in shipped().violations.items():
        for version in violation.versions:
            for tier in version.tiers:
                words = tier.words.split("，可以同时")[0].rpartition("的，处")[2]
                stated = [(chinese_number(n), unit) for n, unit in SUMS.findall(words)]
                given: list[tuple[int, str]] = []
                for option in tier.all():
                    for span, unit in (
                        (option.range, "元" if option.penalty == "fine" else "日"),
                        (option.added, "元"),
                    ):
                        if span is not None:
                            given += [(n, unit) for n in (span.least, span.most) if n is not None]
                kinds = {"warning": "警告", "fine": "罚款", "detention": "拘留"}
                said = {k for k, zh in kinds.items() if zh in words}
                meant = {o.penalty for o in tier.all()} | (
                    {"fine"} if any(o.added for o in tier.all()) else set()
                )
                added = "may" if "可以并处" in words else "must" if "并处" in words else ""
                coded = "".join({"must" if o.must_add else "may" for o in tier.all() if o.added})
                if stated != given or said != meant or added != coded:
                    wrong.append(f"{code}: {tier.words} {given}")
    assert wrong == []


def test_tiers_rise() -> None:
    """A heavier tier never allows less at most than a lighter one."""
    for code, violation in shipped().violations.items():
        for version in violation.versions:
            found = sorted(version.tiers, key=lambda t: TIERS.index(t.tier))
            most = [max(o.heaviest() for o in t.all()) for t in found]
            assert most == sorted(most), code


def test_every_violation_has_factors_and_says_it_is_unverified() -> None:
    for code, mark in shipped().benchmarks.items():
        assert len(mark.factors) >= 2, code
        assert mark.status == "unverified"
        assert mark.source.zh


def test_the_gate_holds_the_same_ceilings() -> None:
    """`zhunsheng discretion ceilings` and the norm file say the same."""
    norms = {n.id: n for n in load_file(rulebook_folder() / "admin" / "discretion.yaml").model.norms}
    for norm, law in (("discretion.ceiling-2025", NEW), ("discretion.ceiling-2012", OLD)):
        for version in norms[norm].versions:
            assert version.forbids is not None
            assert version.forbids.when == ceiling_condition(shipped(), law)


def test_the_tables_are_the_folders() -> None:
    assert load_tables(rulebook_folder() / "discretion") == shipped()
