"""The tab 文书 as officers see it: what can be made, what is missing, signing and service, by role."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.cache import cache
from django.test import Client

from tests.casework.papers.decided_case import NAME, Decided
from tests.casework.papers.reading import docx_text, pdf_needed, pdf_text
from tests.procedure.dossiers import at
from zhunsheng.acts.models import Act
from zhunsheng.base import clock
from zhunsheng.people.models import Officer
from zhunsheng.people.sign_in.session import BEGAN, FACTOR, SEEN

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class Page:
    """A signed-in officer at the papers of a case, the clock held."""

    def __init__(self, decided: Decided, officer: Officer, minutes: float = 60) -> None:
        self.client, self.now = Client(), at(minutes)
        self.url = f"/cases/{decided.dossier.id}/papers/"
        with clock.holding(self.now):
            self.client.force_login(officer, backend=BACKEND)
            session = self.client.session
            session[BEGAN] = session[SEEN] = clock.now().timestamp()
            session[FACTOR] = officer.number
            session.save()

    def get(self, **query: str):
        with clock.holding(self.now):
            return self.client.get(self.url, query)

    def post(self, query: str, **data: str):
        with clock.holding(self.now):
            return self.client.post(f"{self.url}?{query}", data, follow=True)


@pytest.fixture
def page(decided: Decided) -> Page:
    return Page(decided, decided.scene.bureau.handler)


def test_the_list_says_what_can_be_made_and_what_is_due(page: Page) -> None:
    html = page.get().content.decode()
    for told in ("行政案件立案登记表", "行政处罚告知笔录", NAME, "式样未核实", "到期的文书"):
        assert told in html
    assert "受案登记表" not in re.sub(r"(?s)asked-heading.*?</section>", "", html)


def test_a_preview_names_what_is_missing_and_how_to_cure_it(decided: Decided, page: Page) -> None:
    html = page.get(paper=decided.paper("penalty-notice").ref).content.decode()
    assert "缺：" in html
    assert "地点" in html
    assert "在本页填写" in html
    assert "paper-watermark" in html


@pdf_needed
def test_previews_are_taken_away_with_a_watermark(decided: Decided, page: Page) -> None:
    ref = decided.paper("penalty-notice").ref
    made = page.post(f"paper={ref}", do="pdf", venue="办案区", confirm_means="")
    assert made["Content-Type"] == "application/pdf"
    text = pdf_text(made.content)
    assert "预览" in text
    assert "办案区" in text
    word = page.post(f"paper={ref}", do="docx", venue="办案区")
    assert NAME in docx_text(word.content)
    assert "attachment" in word["Content-Disposition"]


@pdf_needed
def test_signing_and_serving_on_the_page(decided: Decided, page: Page) -> None:
    ref = decided.paper("filing-notice").ref
    answer = page.post(f"paper={ref}", do="sign", sealed="on")
    html = answer.content.decode()
    assert "甲公（一）行立告字〔2026〕1号" in html
    assert "未送达" in html
    act = Act.objects.unfenced("a test").get(type="document.made")
    assert act.fields["sealed"] is True
    file = page.get(signed=str(act.id), **{"as": "pdf"})
    assert "某丁" in pdf_text(file.content)
    when = (at(58) + dt.timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M")
    answer = page.post(f"signed={act.id}", addressee="reporter.PAAAAAA3", manner="direct", at=when, reason="")
    assert "送达情况已登记" in answer.content.decode()
    served = Act.objects.unfenced("a test").get(type="document.served")
    assert served.fields["recipient"] == "reporter"


@pdf_needed
def test_what_the_law_misses_stops_the_signing_on_the_page(decided: Decided, page: Page) -> None:
    decided.scene.do("evidence.ordered", 45, fields={"evidence": "监控录像"})
    answer = page.post(f"paper={decided.paper('evidence-order').ref}", do="sign", counterpart="")
    assert answer.status_code == 422
    assert "缺：对方单位或者个人（第28条）" in answer.content.decode()
    assert not Act.objects.unfenced("a test").filter(type="document.made").exists()


def test_who_only_reads_cannot_sign_and_strangers_see_nothing(decided: Decided) -> None:
    ref = decided.paper("filing-notice").ref
    approver = Page(decided, decided.scene.bureau.approver)
    html = approver.get(paper=ref).content.decode()
    assert 'value="sign"' not in html
    stranger = Page(decided, decided.scene.bureau.other_handler)
    assert stranger.get().status_code in (403, 404)


def test_what_is_no_paper_of_the_case_is_not_found(page: Page) -> None:
    assert page.get(paper="penalty-decision.x.y").status_code == 404
    assert page.get(signed="x").status_code == 404


def test_the_pages_are_english_too(decided: Decided, page: Page) -> None:
    """All of what the page says; names, texts and numbers of papers stay as they are."""
    page.client.cookies["zhunsheng-language"] = "en"
    html = page.get().content.decode()
    for told in ("Record of the notice of a penalty", "form unverified", "Can be made"):
        assert told in html
    html = page.get(paper=decided.paper("penalty-notice").ref).content.decode()
    for told in ("Missing:", "How the parties signed", "Preview as PDF", "place"):
        assert told in html
    cache.clear()
    anybody = Client()
    anybody.cookies["zhunsheng-language"] = "en"
    assert "No paper to verify" in anybody.get("/verify/unknown/").content.decode()
