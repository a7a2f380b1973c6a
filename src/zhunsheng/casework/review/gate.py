"""The part of “no review, no decision” that norms cannot see: what the review rested on was corrected or withdrawn after it."""

from __future__ import annotations

from zhunsheng.casework.facts import case_facts
from zhunsheng.casework.review.state import DECIDED, Felled, Review, review_state
from zhunsheng.norms.results import Obligation
from zhunsheng.procedure.checks import Considered
from zhunsheng.procedure.errors import NotAllowed

PASSED_FIRST = "legal-review.passed-first"
"""The norm of the law that asks for the review; a bureau's own list widens it."""


def review_check(considered: Considered) -> None:
    """NotAllowed for a penalty that needs a review, while the one there is has fallen."""
    if considered.act.type != DECIDED or not any(asks(row) for row in considered.judged()):
        return
    dossier = considered.dossier
    facts = case_facts(dossier.number, considered.before, unit=dossier.unit_id, opened_at=dossier.opened_at)
    persons = considered.act.subjects.get("person", ()) or (None,)
    for person in persons:
        state = review_state(facts, person)
        if state.review is Review.FALLEN:
            raise fallen(state.felled[0])


def asks(row: Obligation) -> bool:
    """Whether this result is of a norm that asks for a review."""
    return PASSED_FIRST in (row.plan.norm_id, row.plan.norm.widens)


def fallen(felled: Felled) -> NotAllowed:
    """The refusal, with what felled the review."""
    return NotAllowed(
        zh=f"法制审核已失效：第{felled.position}项，{felled.zh}",
        en=f"the legal review has fallen: act {felled.position}, {felled.en}",
        where="review",
        remedy_zh="把变化的情况送法制部门重新审核",
        remedy_en="submit what has changed to the legal department again",
    )
