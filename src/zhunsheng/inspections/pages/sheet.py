"""检查表: the questions of one case by element, each with the rulebook's answer and reasons, and what the inspector says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from zhunsheng.acts.words import label
from zhunsheng.base.errors import InputError
from zhunsheng.casework.pages.due import Duty, duty
from zhunsheng.casework.pages.purpose import officer_of
from zhunsheng.inspections.answering import Given, Opened, answers_give, sheet_open
from zhunsheng.inspections.checklists import Question, sorted_elements
from zhunsheng.inspections.codes import SAYS, Engine, Verdict
from zhunsheng.inspections.models import Answer
from zhunsheng.norms.calendar_days import Language
from zhunsheng.people.bilingual import both

LONGEST_NOTE = 4000
Group = tuple[object, "list[Row]", "list[Row]"]
"""An element, the questions to be answered, and those folded away."""


@dataclass(frozen=True)
class Row:
    """A question as the page shows it."""

    number: int
    question: Question
    title: object
    look: object
    cites: list[str]
    engine: object
    duties: list[Duty]
    answer: str
    note: str
    fault: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def sheet_page(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """One's own checklist; saved in between, and done once."""
    officer = officer_of(request)
    language: Language = "en" if (get_language() or "").startswith("en") else "zh"
    opened = sheet_open(sheet_id, by=officer, language=language)
    typed: dict[str, tuple[str, str]] | None = None
    fault: InputError | None = None
    if request.method == "POST":
        typed = typed_in(request, opened.questions)
        done = request.POST.get("do") == "done"
        try:
            answers_give(sheet_id, typed, by=officer, done=done)
        except InputError as refused:
            fault = refused
        else:
            said = both("检查表已完成。", "The checklist is done.") if done else both("已保存。", "Saved.")
            messages.success(request, str(said))
            return redirect("inspections") if done else redirect("inspection_sheet", sheet_id=sheet_id)
    context = shown(opened, typed, language)
    if fault is not None:
        context["refused"] = both(f"{fault.zh}。{fault.remedy_zh}", f"{fault.en}. {fault.remedy_en}")
    return render(request, "inspections/sheet.html", context, status=200 if fault is None else 422)


def typed_in(request: HttpRequest, questions: Sequence[Question]) -> dict[str, tuple[str, str]]:
    """Question → answer and note, as sent."""
    return {
        question.key: (
            request.POST.get(f"a{n}", ""),
            request.POST.get(f"n{n}", "").replace("\0", "")[:LONGEST_NOTE],
        )
        for n, question in enumerate(questions)
    }


def grouped(
    questions: Sequence[Question],
    answers: Mapping[str, Answer],
    typed: Given | None,
    language: Language,
    duties: Callable[[Question], list[Duty]] = lambda _: [],
) -> list[Group]:
    """The questions by element as a page shows them: what was typed and refused stays as it was."""
    rows: dict[str, list[Row]] = {}
    for n, question in enumerate(questions):
        kept = answers.get(question.key)
        usual = "" if question.judgement else SAYS.get(question.engine, "")
        answer, note = (kept.answer, kept.note) if kept is not None else (usual, "")
        if typed is not None:
            answer, note = typed[question.key]
        rows.setdefault(question.element, []).append(
            Row(
                n,
                question,
                both(question.zh, question.en),
                both(question.look_zh, question.look_en),
                cited(question.cites, language),
                Engine(question.engine).label,
                duties(question),
                answer,
                note,
            )
        )
    return [
        (both(one.title.zh, one.title.en), *apart(rows[one.element]))
        for one in sorted_elements()
        if one.element in rows
    ]


def shown(opened: Opened, typed: dict[str, tuple[str, str]] | None, language: Language) -> dict[str, Any]:
    """What the page shows."""
    explained = {one.obligation.pk: one for one in opened.case.obligations}

    def duties(question: Question) -> list[Duty]:
        """What the rulebook knows of a question, with its reasons."""
        known = [explained[pk] for pk in question.obligations if pk in explained]
        return [duty(one, opened.case) for one in known]

    return {
        "opened": opened,
        "groups": grouped(opened.questions, opened.answers, typed, language, duties),
        "verdicts": Verdict.choices,
        "answered": len(opened.answers),
        "total": len(opened.questions),
        "over": opened.own.sheet.done_at is not None or bool(opened.own.sheet.aside),
        "inspection": opened.own.inspection,
        "case": opened.case.case,
    }


def apart(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """What asks for an answer, and what the case has not touched and nobody has said otherwise of: that is folded away."""
    quiet = [one for one in rows if one.question.engine == Engine.NONE and one.answer == Verdict.NONE]
    return [one for one in rows if one not in quiet], quiet


def cited(cites: Sequence[str], language: Language) -> list[str]:
    """Each law once, with its articles."""
    articles: dict[str, list[str]] = {}
    for text in cites:
        law, _, article = text.partition(" ")
        articles.setdefault(label(law, language), []).append(article)
    if language == "en":
        return [f"{name}, art. {', '.join(of)}" for name, of in articles.items()]
    return [f"《{name}》{'、'.join(f'第{one}条' for one in of)}" for name, of in articles.items()]
