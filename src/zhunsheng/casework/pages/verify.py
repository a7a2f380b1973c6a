"""The public page that verifies a paper, without signing in: whether there is such a paper, its kind, unit and date, and no more.

A paper is found by the code it bears, which nobody guesses, or by the digest of its file, which only its holder has.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from allauth.core.internal.ratelimit import consume
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from zhunsheng.acts.models import Act
from zhunsheng.acts.uploads import digests_in
from zhunsheng.base.clock import LOCAL
from zhunsheng.casework.models import Paper
from zhunsheng.casework.papers.kinds import kinds
from zhunsheng.casework.papers.making import title_of
from zhunsheng.casework.papers.signing import LARGEST
from zhunsheng.people.bilingual import both

LIMIT = "verify_paper"
"""Name of the limit in `config.sign_in`."""


@dataclass(frozen=True)
class Known:
    """What the public is told of a paper."""

    title: object
    unit: str
    signed_on: str
    corrected: bool
    """Whether a later paper corrects it."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, token: str = "") -> HttpResponse:
    """Tell whether the paper with this code, or the file that was given, is one of ours."""
    # The public function of allauth lets every GET through; a code is tried by GET.
    if not consume(request, app="allauth.account", action=LIMIT, limit_get=True):
        return render(request, "casework/verify.html", {"waiting": True}, status=429)
    paper = found(token=token) if token else None
    given, outcome = request.FILES.get("file"), ""
    if request.method == "POST":
        outcome, paper = compared(given, paper, has_token=bool(token))
    context = {
        "token": token,
        "known": None if paper is None else told(paper),
        "content": "" if paper is None or not token else grouped(content_digest(paper)),
        "outcome": outcome,
        "asked": bool(token) or bool(outcome),
    }
    return render(request, "casework/verify.html", context, status=404 if token and paper is None else 200)


def found(**by: str) -> Paper | None:
    """The paper, unless its dossier is sealed: of those nothing is told.

    The first that was recorded: whoever states its code in an act of another dossier takes nothing over.
    """
    if any("\0" in said for said in by.values()):
        return None
    rows = Paper.objects.unfenced("the holder of a paper verifies it").filter(**by).exclude(token="")
    papers: QuerySet[Paper] = rows.select_related("unit", "act", "dossier").order_by("id")
    first = min(papers, key=lambda paper: first_record(paper.act).recorded_at, default=None)
    if first is None or first.dossier.sealed_at is not None or not as_signed(first):
        return None
    return first


def first_record(act: Act) -> Act:
    """The act before all corrections of it."""
    while act.corrects is not None:
        act = act.corrects
    return act


def as_signed(paper: Paper) -> bool:
    """Whether the act that signed it named the same code and bytes: a correction of that act puts no other file under them."""
    act = first_record(paper.act)
    same = act.fields.get("paper_token") == paper.token and paper.digest in digests_in(act.content)
    return act.pk == paper.act_id or same


def compared(given: object, paper: Paper | None, *, has_token: bool) -> tuple[str, Paper | None]:
    """How the file compares, and the paper it is: the one whose code was given, else any of ours with that digest."""
    if not isinstance(given, UploadedFile) or not given.size:
        return "nothing", paper
    if given.size > LARGEST:
        return "large", paper
    digest = digest_of(given)
    if has_token:
        return ("same" if paper is not None and paper.digest == digest else "other"), paper
    paper = found(digest=digest)
    return ("same" if paper is not None else "unknown"), paper


def digest_of(given: UploadedFile[Any]) -> str:
    """SHA-256 of the file; it is not kept."""
    whole = hashlib.sha256()
    for chunk in given.chunks():
        whole.update(chunk)
    return whole.hexdigest()


def told(paper: Paper) -> Known:
    """Kind, unit and date."""
    kind = kinds().get(paper.kind)
    title = both(kind.title.zh, kind.title.en) if kind else title_of(paper.kind)
    return Known(title, paper.unit.name_zh, f"{paper.signed_at.astimezone(LOCAL):%Y-%m-%d}", corrected(paper))


def corrected(paper: Paper) -> bool:
    """Whether a later paper of the dossier says that it corrects this one."""
    later = Paper.objects.unfenced("the holder of a paper verifies it").filter(
        dossier=paper.dossier_id, kind=paper.kind
    )
    named = {one.act.fields.get("paper_replaces") for one in later.exclude(pk=paper.pk).select_related("act")}
    return bool(named & {paper.number, str(paper.act_id)} - {""})


def content_digest(paper: Paper) -> str:
    """The digest printed at the foot of the paper."""
    return str(paper.act.fields.get("paper_content") or "")


def grouped(digest: str) -> str:
    """In groups of eight, as it is printed."""
    return " ".join(digest[n : n + 8] for n in range(0, len(digest), 8))
