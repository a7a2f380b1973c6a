"""What the norms refuse, family by family: the message at the screen names the article and says what to do; doing it opens the gate."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from tests.journeys.gates import attempted, blocking, lived
from tests.journeys.officers import AtDesk, Walk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.django_db(transaction=True),
]
FAMILIES: dict[str, tuple[str, ...]] = {
    "questioning": (
        "inquiry.two-officers-public-order",
        "juvenile.guardian-at-questioning",
        "intake.designation-no-more-acts",
        "continued-questioning.approved",
        "continued-questioning.no-bar",
        "continued-questioning.sexes-apart",
    ),
    "evidence": (
        "inspection.warrant",
        "inspection.home-warrant",
        "inspection.victim-consent",
        "preservation.seizure-approved",
        "preservation.not-unrelated",
        "property.collection-level",
        "recording.untouched",
    ),
    "measures": (
        "coercive.prior-approval",
        "coercive.drunk-no-handcuffs",
        "mediation.excluded",
        "fast-track.consent",
        "fast-track.excluded",
        "hearing.juvenile-closed",
    ),
    "decision": (
        "summary.cap",
        "summary.not-for-vice",
        "decision.station-cap",
        "decision.prior-notice",
        "decision.defence-rechecked",
        "hearing.right-told",
        "legal-review.passed-first",
        "legal-review.still-stands",
        "deliberation.concluded-first",
        "evidence.illegal-excluded-public-order",
        "evidence.monitor-record-reviewed",
        "exclusion.decided-first",
        "juvenile.under-fourteen",
    ),
    "enforcement": (
        "detention.not-executed-public-order",
        "detention.day-count",
        "suspension.one-guarantee",
        "enforcement.reminder-first",
        "closing.file-intact",
    ),
}
"""Part of a case → blocking norms of every family that speaks there."""


@pytest.mark.parametrize("part", FAMILIES)
def test_what_is_refused_is_told_with_its_article_and_its_cure(walk: Walk, part: str) -> None:
    """The norm's own broken example, its last act tried at the screen."""
    wrong = {
        name: said
        for name in FAMILIES[part]
        if (said := fault_of(walk, name, look=name == FAMILIES[part][0]))
    }
    assert wrong == {}, wrong


def fault_of(walk: Walk, name: str, *, look: bool) -> str:
    """What is wrong with the refusal of a norm; empty where all is well."""
    norm = blocking()[name]
    for example in norm.examples.broken:
        case, row = lived(walk, norm, example)
        desk = attempted(walk, case, row)
        if desk.page.locator(".advice-refused").count():
            break
    else:
        return f"not refused: {row.type}: {desk.answer()[:200]}"
    said = told(desk, norm.title.zh)
    if look:
        desk.look(name.replace(".", "-"))
    lacking = [part for part in lacks(said, norm.cure.zh if norm.cure else "") if part]
    return f"{', '.join(lacking)} in {said!r}" if lacking else ""


def told(desk: AtDesk, title: str) -> str:
    """The words about one norm on the page."""
    desk.refusal()
    about = desk.page.locator(".advice-refused article", has=desk.page.get_by_role("heading", name=title))
    return str(about.first.inner_text()) if about.count() else ""


def lacks(said: str, cure: str) -> Sequence[str]:
    """What a refusal must say and does not."""
    return (
        "" if said else "nothing of the norm",
        "" if re.search(r"《[^》]+》第\d+条", said) else "no article",
        "" if f"怎么办：{cure}" in said.replace("\n", "") else "no cure",
        "" if not re.search(r"\b[PQ][0-9A-Z]{7}\b|[a-z]+\.[a-z-]+", said) else "codes",
    )
