"""Every article quoted by a role or a purpose says what it is quoted for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.consistency.test_glossary import articles
from zhunsheng.people.basis import PERSONAL_INFORMATION, Basis
from zhunsheng.people.purposes import PURPOSES, purposes_for
from zhunsheng.people.roles import RULES, Role

QUOTED = sorted(
    {basis for rule in RULES for basis in rule.basis}
    | {basis for p in PURPOSES.values() for basis in p.basis},
    key=str,
)
NOT_AT_HAND = {PERSONAL_INFORMATION}
"""Laws whose text does not lie beside the repository."""


def text_of(law: str, shared: Path) -> dict[int, str]:
    """The articles of a law, in the edition named; the newest otherwise."""
    name, _, edition = law.rstrip("）").partition("（")
    files = sorted((shared / "law" / "texts").glob(f"{name}_{edition or '*'}.md"))
    assert files, law
    # The law of 2025 sets its headings in bold.
    return {**articles(files[-1]), **bold_articles(files[-1])}


def bold_articles(path: Path) -> dict[int, str]:
    """Articles of a text that prints their numbers in bold."""
    from tests.consistency.test_glossary import number

    found: dict[int, str] = {}
    current = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        if opening := re.match(r"^\*\*第([零一二三四五六七八九十百]+)条\*\*", line):
            current = number(opening[1])
        if current:
            found[current] = found.get(current, "") + line
    return found


@pytest.mark.parametrize("basis", [b for b in QUOTED if b.law not in NOT_AT_HAND], ids=str)
def test_the_article_says_so(basis: Basis, shared: Path) -> None:
    assert basis.quote in text_of(basis.law, shared)[basis.article]


def test_only_one_law_is_quoted_unseen() -> None:
    assert {b.law for b in QUOTED} & NOT_AT_HAND == NOT_AT_HAND


def test_every_purpose_has_a_basis_roles_and_words_in_both_languages() -> None:
    for code, purpose in PURPOSES.items():
        assert purpose.code == code
        assert purpose.basis
        assert purpose.roles
        assert purpose.zh
        assert purpose.en.isascii()


def test_every_role_has_a_purpose_and_only_logs_and_accounts_lie_open_to_auditor_and_administrator() -> None:
    for role in Role:
        assert purposes_for(frozenset({role})), role
    for role in (Role.AUDITOR, Role.ADMINISTRATOR):
        assert not any(p.contents for p in purposes_for(frozenset({role})))
    assert all(p.contents for p in PURPOSES.values() if not p.roles & {Role.AUDITOR, Role.ADMINISTRATOR})
