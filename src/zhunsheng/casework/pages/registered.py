"""The tabs of the case page in the order they stand; a new tab adds its line here, one of a layer above in its own `urls`."""

from __future__ import annotations

from zhunsheng.casework.pages import course, decision, due, evidence, papers, people, review
from zhunsheng.casework.pages.tabs import tab_register

TABS = (
    course.TAB,
    due.TAB,
    people.TAB,
    evidence.TAB,
    papers.TAB,
    review.TAB,
    decision.TAB,
)


def tabs_register() -> None:
    """Make them known to the case page."""
    tab_register(*TABS)
