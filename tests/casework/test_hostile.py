"""What nobody sends by accident: pages answer it in words, nothing is shown by it, and it leaves a trace."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from tests.casework.forms.filling import Browser, act_url
from tests.casework.test_pages import told
from tests.procedure.dossiers import Scene, at
from zhunsheng.acts.access import reading_record
from zhunsheng.acts.models import Dossier, Reading
from zhunsheng.base import clock
from zhunsheng.casework.discretion.past import yuan
from zhunsheng.casework.forms.keeping import draft_keep
from zhunsheng.casework.models import KeptDraft, Party, SearchTrace

__all__ = ["told"]
pytestmark = pytest.mark.django_db
SUPERSCRIPT = "²"
"""A digit to `str.isdigit` that is no number to `int`."""


@pytest.mark.parametrize(
    "url", [f"/cases/?page={SUPERSCRIPT}", "/desk/?page=%00", "/cases/?text=%00a", "/notices/?page=%00"]
)
def test_lists_pass_over_what_is_no_number_and_no_writing(told: Scene, url: str) -> None:
    assert Browser(told.bureau.handler).get(url).status_code == 200


@pytest.mark.parametrize(
    "url", [f"/findings/?page={SUPERSCRIPT}", "/rectification/?unit=%00", "/rectification/?norm=a%00"]
)
def test_lists_of_supervision_too(told: Scene, url: str) -> None:
    assert Browser(told.bureau.supervisor).get(url).status_code == 200


@pytest.mark.parametrize(
    ("page", "sent"),
    [
        ("hand-downs", {"do": "reply", "hand_down": SUPERSCRIPT, "reply": "已回复"}),
        ("deliveries", {"delivery": SUPERSCRIPT}),
        ("norms", {"silence": SUPERSCRIPT, "repair": "已修改"}),
    ],
)
def test_what_names_no_row_is_not_within_reach(told: Scene, page: str, sent: dict[str, str]) -> None:
    assert Browser(told.bureau.supervisor).post(f"/supervision/{page}/", sent).status_code == 403


def test_a_code_that_is_no_writing_is_no_paper(db: None) -> None:
    cache.clear()
    assert Client().get("/verify/a%00/").status_code == 404


def test_a_draft_is_kept_without_what_its_column_cannot_hold(told: Scene) -> None:
    browser = Browser(told.bureau.handler)
    assert browser.post("/cases/new/keep/", {"summary": "一\0半", "place": "\0"}).status_code == 200
    assert KeptDraft.objects.get().data == {"summary": "一半"}


def test_the_desk_names_no_case_of_a_draft_that_is_out_of_reach(told: Scene) -> None:
    """As after a move to another unit: the draft waits, the case is named no more."""
    own = f"/cases/{told.id}/act/person.arrived/"
    for officer, within in ((told.bureau.handler, True), (told.bureau.other_handler, False)):
        with clock.holding(at(50)):
            assert draft_keep(officer, "person.arrived", {"f-place": "某处"}, dossier=told.id)
        assert (own in Browser(officer).get("/desk/").content.decode()) is within


def test_reports_alike_are_shown_on_record(told: Scene) -> None:
    """Whoever is pointed at somebody's case has looked them up; an asking that finds nothing keeps nothing."""
    browser = Browser(told.bureau.handler)
    ask = "/cases/new/alike/"
    assert browser.post(ask, {"reporter_phone": "1\0", "reporter_name": "甲\0"}).content.strip() == b""
    browser.post(ask, {"reporter_name": "没有这个人"})
    assert not SearchTrace.objects.exists()
    assert str(told.id) in browser.post(ask, {"reporter_name": "演示·张𬭎"}).content.decode()
    trace = SearchTrace.objects.get()
    assert (trace.query, trace.found, trace.purpose) == ("演示·张𬭎", 1, "handling")


def test_a_form_read_for_another_purpose_is_another_reading(told: Scene) -> None:
    """The trace of one purpose does not cover the next."""
    officer, dossier = told.bureau.handler, Dossier.objects.unfenced("a test").get(pk=told.id)
    with clock.holding(at(59)):
        reading_record(dossier, by=officer, purpose="party-request", via="a test")
    browser, url = Browser(officer), f"{act_url(told.id, 'person.arrived')}look/"
    mine = Reading.objects.filter(officer=officer, purpose="handling")
    before = mine.count()
    for _ in range(2):
        assert browser.post(url, {}).status_code == 200
    assert mine.count() == before + 1


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "长" * 4_000},
        {"age": 40_000},
        {"age": -5},
        {"birth_on": "2027-01-01"},
        {"birth_on": "9999-12-31"},
    ],
)
def test_what_no_column_holds_is_recorded_all_the_same(told: Scene, fields: dict[str, object]) -> None:
    """The act keeps what was said; the rows that screens list keep what fits, and an age that nobody has is not known."""
    told.do(
        "person.identified",
        45,
        fields={"name": "演示·某乙", "person_role": "suspect"} | fields,
        subjects={"person": ("某乙",)},
    )
    row = Party.objects.unfenced("a test").get(dossier=told.id, key="某乙")
    assert len(row.name) <= 200
    assert row.age is None or "name" in fields
    for tab in ("people", "decision", "papers"):
        assert Browser(told.bureau.handler).get(f"/cases/{told.id}/{tab}/").status_code == 200


def test_a_fine_that_no_column_holds_is_left_out_of_comparisons() -> None:
    assert (yuan("1000000000000"), yuan("-1"), yuan(None), yuan("200")) == (None, None, None, 200)


def test_what_was_typed_is_text_on_every_page(told: Scene) -> None:
    """Mark-up and template tags in a name stand on the page as they were typed, in papers for Word too."""
    typed = "<script>alert(1)</script>{{7*7}}{% now 'Y' %}"
    fields = {"name": typed, "person_role": "suspect", "age": 20}
    told.do("person.identified", 45, fields=fields, subjects={"person": ("某乙",)})
    browser = Browser(told.bureau.handler)
    for tab in (
        "",
        "people/",
        "evidence/",
        "papers/",
        "review/",
        "decision/",
        "due/",
        "act/person.questioned/",
    ):
        page = browser.get(f"/cases/{told.id}/{tab}").content.decode()
        assert "<script>alert" not in page
        assert "49{" not in page
