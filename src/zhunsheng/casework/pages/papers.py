"""文书: what papers can be made now and which are due, previews, signing, signed papers and their service."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import mark_safe

from zhunsheng.acts.uploads import backed
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.base.storage import storage
from zhunsheng.casework.access import CaseView
from zhunsheng.casework.facts import CaseAct
from zhunsheng.casework.pages.purpose import officer_of
from zhunsheng.casework.pages.tabs import Tab, show
from zhunsheng.casework.papers.delivery import Addressee, addressees, paper_serve, served, services_of
from zhunsheng.casework.papers.docx import paper_docx
from zhunsheng.casework.papers.filling import Sheet, cure_of
from zhunsheng.casework.papers.fonts import paper_font, pdf_lacking
from zhunsheng.casework.papers.kinds import groups
from zhunsheng.casework.papers.making import (
    MADE,
    Makeable,
    makeable_of,
    makeables,
    norms_of_documents,
    sheet_of,
    title_of,
)
from zhunsheng.casework.papers.paper_forms import ServiceForm, SignForm
from zhunsheng.casework.papers.print import paper_html, paper_pdf
from zhunsheng.casework.papers.signing import paper_sign
from zhunsheng.casework.papers.view import Register, register_of
from zhunsheng.casework.parties import named
from zhunsheng.people.bilingual import both
from zhunsheng.people.models import Officer
from zhunsheng.people.selectors import holds_over
from zhunsheng.procedure.powers import roles_for
from zhunsheng.procedure.selectors import LIVE, Explained

SLUG = "papers"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def view(request: HttpRequest, case: CaseView) -> HttpResponse:
    """The list, or one paper: a draft by what it is made from, a signed one by its act."""
    if "signed" in request.GET:
        return signed_page(request, case, act_of(case, request.GET["signed"]))
    if "paper" in request.GET:
        try:
            one = makeable_of(case.facts, request.GET["paper"])
        except InputError:
            raise Http404 from None
        return draft_page(request, case, one)
    return list_page(request, case)


# ---------------------------------------------------------------- the list


@dataclass(frozen=True)
class Line:
    """A paper that can be made."""

    one: Makeable
    name: str
    sheet: Sheet

    @property
    def missing(self) -> list[str]:
        return [str(both(word.zh, word.en)) for word in self.sheet.missing]


@dataclass(frozen=True)
class Kept:
    """A paper that was made."""

    act: CaseAct
    title: str
    name: str
    digest: str
    served: list[tuple[Addressee, CaseAct | None]]


@dataclass(frozen=True)
class Asked:
    """An obligation that making or serving a paper meets."""

    explained: Explained
    title: str
    verdict: str
    papers: list[str]


def list_page(request: HttpRequest, case: CaseView) -> HttpResponse:
    """All of the case's papers."""
    register = register_of(case.facts, case.dossier.id)
    lines = [
        Line(one, shown(case, one.person), sheet_of(case.facts, register, one, {}))
        for one in makeables(case.facts)
    ]
    grouped = [
        (both(words.zh, words.en), [line for line in lines if line.one.kind.group == slug])
        for slug, words in groups().items()
    ]
    context = {
        "asked": asked(case),
        "groups": [(title, found) for title, found in grouped if found],
        "kept": [kept(case, act) for act in reversed(case.facts.all(MADE))],
        "font": paper_font(),
        "lacking": pdf_lacking(),
    }
    return show(request, case, SLUG, "casework/papers.html", context)


def asked(case: CaseView) -> list[Asked]:
    """What is due and a paper would meet."""
    found = []
    for one in case.obligations:
        documents = norms_of_documents().get(one.obligation.norm_id)
        if documents and one.obligation.status in LIVE:
            told, parties = one.explanation, case.facts.parties
            titles = sorted({title_of(document) for document in documents})
            found.append(Asked(one, told.title, named(told.verdict, parties), titles))
    return found


def kept(case: CaseView, act: CaseAct) -> Kept:
    """A paper as the list shows it."""
    code = str(act.fields.get("template") or act.fields.get("document") or "")
    kind = kind_of(act)
    digest = next((d["digest"] for d in act.documents), "")
    to = addressees(case.facts, kind, act) if kind else []
    return Kept(
        act, title_of(code), shown(case, act.person), digest, [(a, served(case.facts, act, a)) for a in to]
    )


def kind_of(act: CaseAct) -> Any:
    """The kind of a paper that was made; None for one that was not made here."""
    from zhunsheng.casework.papers.kinds import kinds

    return kinds().get(str(act.fields.get("template") or act.fields.get("document") or ""))


def shown(case: CaseView, key: str) -> str:
    """A person's name; nothing for a paper about nobody in particular."""
    return case.facts.parties[key].shown if key in case.facts.parties else key


# ---------------------------------------------------------------- one that is to be made


def draft_page(request: HttpRequest, case: CaseView, one: Makeable) -> HttpResponse:
    """Preview, download, sign."""
    register, by = register_of(case.facts, case.dossier.id), officer_of(request)
    replaces = str(one.made.fields.get("paper_number") or one.made.id) if one.made else ""
    empty = sheet_of(case.facts, register, one, {})
    form = SignForm(one.kind, empty, replaces=replaces, data=request.POST or None)
    sheet = empty
    if form.is_bound and form.is_valid():
        sheet = sheet_of(case.facts, register, one, form.entries())
    wanted = request.POST.get("do") or request.GET.get("as")
    if wanted in ("pdf", "docx"):
        answer = tried(form, lambda: preview(sheet, str(wanted)))
        if answer is not None:
            return answer
    if wanted == "sign" and form.is_valid():
        answer = tried(form, lambda: sign(request, case, one, register, form))
        if answer is not None:
            return answer
    context = {
        "one": one,
        "name": shown(case, one.person),
        "sheet": sheet,
        "form": form,
        "paper": mark_safe(paper_html(sheet, shown="screen")),  # noqa: S308 - rendered by a template just now
        "missing": missing_shown(sheet),
        "may_sign": may_sign(by, case),
        "font": paper_font(),
        "lacking": pdf_lacking(),
    }
    return show(
        request, case, SLUG, "casework/papers_draft.html", context, status=422 if form.errors else 200
    )


def missing_shown(sheet: Sheet) -> list[tuple[str, str, str, str]]:
    """Each missing fact: its name, the article that asks for it, the cure, the form of the act that states it."""
    cites = {word.name: cite for word, cite in sheet.needed}
    return [
        (
            str(both(word.zh, word.en)),
            cites.get(word.name, ""),
            str(both(*cure_of(word))),
            word.cure if word.cure not in ("", MADE) else "",
        )
        for word in sheet.missing
    ]


def may_sign(by: Officer, case: CaseView) -> bool:
    """Whether the person could record the making of a paper in this case."""
    return holds_over(by, roles_for(MADE), case.dossier.unit_id, clock.now())


def preview(sheet: Sheet, kind: str) -> HttpResponse:
    """An unsigned paper to take away, with its watermark."""
    made = paper_pdf(sheet, shown="preview") if kind == "pdf" else paper_docx(sheet, shown="preview")
    return sent(made, f"预览-{sheet.title}.{kind}", PDF if kind == "pdf" else DOCX)


def sent(made: bytes, name: str, media_type: str) -> HttpResponse:
    """Bytes to take away; a browser does not run them."""
    response = HttpResponse(made, content_type=media_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store"
    return response


def sign(
    request: HttpRequest, case: CaseView, one: Makeable, register: Register, form: SignForm
) -> HttpResponse:
    """Sign it, and show the signed one."""
    signed = paper_sign(
        one,
        dossier=case.dossier.id,
        facts=case.facts,
        register=register,
        position=case.dossier.position,
        by=officer_of(request),
        signing=form.signing(request.build_absolute_uri("/").rstrip("/")),
    )
    messages.success(
        request,
        both(
            f"已签发：{signed.number or one.kind.title.zh}", f"Signed: {signed.number or one.kind.title.en}"
        ),
    )
    return redirect(f"{request.path}?signed={signed.enacted.act.id}")


def tried(form: Form, step: Callable[[], HttpResponse]) -> HttpResponse | None:
    """The answer, or None with what is wrong told in the form."""
    try:
        return step()
    except InputError as error:
        said = both(f"{error.zh}。{error.remedy_zh}", f"{error.en}. {error.remedy_en}")
        form.add_error(None, str(said))
        return None


# ---------------------------------------------------------------- one that is signed


def act_of(case: CaseView, text: str) -> CaseAct:
    """The act that made a paper of this case; Http404 where there is none."""
    found = next((a for a in case.facts.all(MADE) if str(a.id) == text), None)
    if found is None:
        raise Http404
    return found


def signed_page(request: HttpRequest, case: CaseView, act: CaseAct) -> HttpResponse:
    """A signed paper: number, digest, file, service."""
    if request.GET.get("as") == "pdf":
        return signed_file(act, case.dossier.id)
    kind = kind_of(act)
    to = addressees(case.facts, kind, act) if kind else []
    form = ServiceForm(to, data=request.POST or None) if to else None
    if form is not None and form.is_bound and form.is_valid():
        answer = tried(form, lambda: serve(request, case, act, form))
        if answer is not None:
            return answer
    base = next((m for m in makeables(case.facts) if m.made is not None and m.made.id == act.id), None)
    context = {
        "act": act,
        "kept": kept(case, act),
        "kind": kind,
        "form": form,
        "services": services_of(case.facts, act),
        "stored": bool(act.documents),
        "again": base,
        "may_serve": may_sign(officer_of(request), case),
    }
    return show(
        request,
        case,
        SLUG,
        "casework/papers_signed.html",
        context,
        status=422 if form and form.errors else 200,
    )


def serve(request: HttpRequest, case: CaseView, act: CaseAct, form: ServiceForm) -> HttpResponse:
    """Record a service, and show the paper again."""
    paper_serve(act, form.service(), dossier=case.dossier.id, by=officer_of(request))
    messages.success(request, both("送达情况已登记。", "The service is recorded."))
    return redirect(f"{request.path}?signed={act.id}")


def signed_file(act: CaseAct, dossier: uuid.UUID) -> HttpResponse:
    """The bytes that were signed."""
    named_here = next(iter(act.documents), None)
    digest = named_here["digest"] if named_here else ""
    file = storage().open(digest) if digest and digest in backed({digest}, dossier) else None
    if file is None or named_here is None:
        raise Http404
    with file:
        return sent(file.read(), named_here.get("name") or f"{digest}.pdf", PDF)


TAB = Tab(SLUG, "文书", "papers", view)
