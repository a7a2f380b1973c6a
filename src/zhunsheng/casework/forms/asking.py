"""How a fact is asked for: confirmed once done, as a question, or only where something is out of the ordinary.

A *duty* is ticked when it was done and recorded as not done otherwise; an *exception* is recorded as absent unless somebody ticks
it; a *question* has no answer until one is given. What follows from the facts of the case is not asked at all (`deriving`).
"""

from __future__ import annotations

from enum import StrEnum

from zhunsheng.acts.registry import ActField


class Manner(StrEnum):
    """How a form asks for a field."""

    DUTY = "duty"
    QUESTION = "question"
    EXCEPTION = "exception"
    PLAIN = "plain"


DUTIES = frozenset(
    [
        "attended",
        "both_signed",
        "by_physician",
        "by_woman",
        "card_shown",
        "certificate_given",
        "contents_complete",
        "counted_together",
        "characterisation_reviewed",
        "device_checked",
        "disposal_suggested",
        "facts_reviewed",
        "family_noted",
        "female_staff_present",
        "file_complete",
        "food_rest_noted",
        "individual",
        "interpreter_noted",
        "law_reviewed",
        "ledgered",
        "list_signed",
        "noted",
        "officer_signed",
        "official_receipt",
        "own_file",
        "procedure_reviewed",
        "proposal_reviewed",
        "read_out",
        "record_attached",
        "refusal_recorded",
        "return_papers",
        "sealed",
        "sent_by_decider",
        "signed",
        "stay_noted",
        "suspect_reviewed",
        "terms_recorded",
        "warrant_shown",
        "witness_signed",
    ]
)

QUESTIONS = frozenset(
    [
        "accepted",
        "approved",
        "as_evidence",
        "consent",
        "defence_raised",
        "first_violation",
        "identity_known",
        "judged_on_spot",
        "lives_on_own_income",
        "may_be_detained",
        "open_to_public",
        "return_to_victim",
        "undisputed",
    ]
)

CONDITIONAL = frozenset(
    (
        "by_physician",
        "by_woman",
        "device_checked",
        "female_staff_present",
        "interpreter_noted",
        "noted",
        "read_out",
        "refusal_recorded",
        "witness_signed",
    )
)
"""Duties that only something out of the ordinary brings with it: a refusal, an interpreter, a woman's body."""

WEIGHED = frozenset(("applied_law", "band", "circumstances", "departs", "departure_reason"))
"""What the page of the decision works out with the benchmarks; here only for whoever writes it by hand."""

OF_SUSPECTS = frozenset(("family_noted", "food_rest_noted", "stay_noted"))
"""Duties towards somebody who was summoned, not towards victims and witnesses."""

LONG = frozenset(("facts", "reason", "summary", "opinion", "statement", "departure_reason"))
"""Texts that take several lines."""


def manner(field: ActField) -> Manner:
    """How a form asks for a field."""
    if field.type != "flag":
        return Manner.PLAIN
    if field.name in DUTIES:
        return Manner.DUTY
    return Manner.QUESTION if field.name in QUESTIONS else Manner.EXCEPTION
