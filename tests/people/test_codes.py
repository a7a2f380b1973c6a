"""The codes people keep are the codes acts record."""

from __future__ import annotations

import pytest
from django.db.models import TextChoices
from django.utils.translation import override

from zhunsheng.acts.roles import QUALIFICATIONS, RANKS
from zhunsheng.people import codes
from zhunsheng.people.bilingual import wordings
from zhunsheng.people.codes import NO_QUALIFICATION, QualificationKind, Rank
from zhunsheng.people.roles import Role

CHOICES = [
    c
    for c in (*vars(codes).values(), Role)
    if isinstance(c, type) and issubclass(c, TextChoices) and c is not TextChoices
]


def test_ranks_agree_with_those_of_acts_word_for_word() -> None:
    assert {rank.value: wordings(rank.label) for rank in Rank} == dict(RANKS)


def test_qualifications_agree_with_those_of_acts_word_for_word() -> None:
    recorded = {
        kind.value: wordings(kind.label) for kind in QualificationKind if kind != QualificationKind.AUXILIARY
    }
    assert recorded == {code: words for code, words in QUALIFICATIONS.items() if code != NO_QUALIFICATION}
    assert NO_QUALIFICATION in QUALIFICATIONS


@pytest.mark.parametrize("choices", CHOICES)
def test_every_choice_has_words_in_both_languages(choices: type[TextChoices]) -> None:
    for choice in choices:
        zh, en = wordings(choice.label)
        assert any("一" <= c <= "鿿" for c in zh), choice
        assert en.isascii(), choice


def test_words_follow_the_reader() -> None:
    with override("en"):
        assert str(Role.HANDLER.label) == "handling officer"
    with override("fr"):
        assert str(Role.HANDLER.label) == "办案民警"
    with override(None):
        assert str(Role.HANDLER.label) == "办案民警"
