"""证据材料: papers and recordings by act, whether their bytes are here, which evidence is excluded; a list to print."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from zhunsheng.acts.access import access_act
from zhunsheng.acts.uploads import backed
from zhunsheng.acts.words import label
from zhunsheng.base.storage import storage
from zhunsheng.casework.access import CaseView
from zhunsheng.casework.facts import CaseAct
from zhunsheng.casework.forms.codes import code_word
from zhunsheng.casework.pages.purpose import officer_of, purpose_of
from zhunsheng.casework.pages.tabs import Tab, show
from zhunsheng.casework.review.exclusion import excluded, named_in
from zhunsheng.casework.sole_officer import unusable_acts
from zhunsheng.people.bilingual import both

NAMED = frozenset(
    [
        "evidence.received",
        "evidence.ordered",
        "electronic-data.extracted",
        "monitor-record.captured",
        "evidence.sampled",
        "property.seized",
        "property.preregistered",
        "property.sealed",
        "identification.held",
        "inspection.made",
        "appraisal.received",
        "inquiry-record.made",
        "person.questioned",
        "recording.made",
        "evidence.relied-on",
    ]
)
"""Acts that bring evidence, with or without a file."""


@dataclass(frozen=True)
class File:
    """One document or recording."""

    name: str
    digest: str
    size: int | None
    recording: bool
    here: bool
    started: str = ""
    ended: str = ""


@dataclass(frozen=True)
class Row:
    """One act with what it brought."""

    act: CaseAct
    title: object
    people: str
    about: str
    files: list[File]
    excluded: CaseAct | None
    """The act that excluded it."""
    unusable: bool
    """One officer took it alone, and no complete recording covers that."""


def view(request: HttpRequest, case: CaseView) -> HttpResponse:
    """Everything that may prove something; `?print=1` is the list alone."""
    rows = list(evidence_rows(case))
    context = {
        "rows": rows,
        "excluded": sum(1 for r in rows if r.excluded),
        "files": sum(len(r.files) for r in rows),
    }
    template = "casework/evidence_list.html" if "print" in request.GET else "casework/evidence.html"
    return show(request, case, "evidence", template, context)


def evidence_rows(case: CaseView) -> Iterator[Row]:
    """Acts with files, and acts that bring evidence, in order."""
    facts = case.facts
    wanted = [a for a in facts.acts if a.documents or a.recordings or a.type in NAMED]
    digests = {one["digest"] for a in wanted for one in (*a.documents, *a.recordings)}
    held = backed(digests, case.dossier.id) if digests else set()
    out = excluded(facts)
    store = storage()
    here = {digest for digest in held if store.size(digest) is not None}
    alone = unusable_acts(one.obligation for one in case.obligations)
    for act in wanted:
        files = [file_of(one, here, recording=False) for one in act.documents]
        files += [file_of(one, here, recording=True) for one in act.recordings]
        people = "、".join(facts.parties[k].shown for k in act.persons if k in facts.parties)
        title = both(label(act.type), label(act.type, "en"))
        yield Row(act, title, people, about(act), files, excluded_by(out, act), act.id in alone)


def file_of(one: Mapping[str, Any], here: set[str], *, recording: bool) -> File:
    """A file as the page shows it."""
    return File(
        one.get("name") or one["digest"][:12],
        one["digest"],
        one.get("size"),
        recording,
        one["digest"] in here,
        one.get("started_at", ""),
        one.get("ended_at", ""),
    )


def about(act: CaseAct) -> str:
    """What it is, in words: the evidence named, the things, the kind of document."""
    told = [str(act.fields["evidence"])] if act.fields.get("evidence") else []
    if act.fields.get("document"):
        told.append(code_word(act.type, "document", str(act.fields["document"])))
    told += [name for kind in ("item", "recording", "appraisal") for name in act.subjects.get(kind, ())]
    return "、".join(dict.fromkeys(told))


def excluded_by(out: Mapping[str, CaseAct], act: CaseAct) -> CaseAct | None:
    """The exclusion that names this evidence: by the name in `evidence`, or by the act's own things or place in the case."""
    names = set(named_in(act)) | {
        n for kind in ("item", "recording", "appraisal") for n in act.subjects.get(kind, ())
    }
    names |= {str(act.id), f"第{act.position}项"}
    return next((found for name, found in out.items() if name in names), None)


@never_cache
@login_required
@require_safe
def evidence_file(
    request: HttpRequest, case_id: uuid.UUID, act_id: uuid.UUID, digest: str
) -> HttpResponseBase:
    """The bytes, for download only: a browser must not run what somebody uploaded. The reading is on record."""
    act = access_act(act_id, by=officer_of(request), purpose=purpose_of(request), via="console:evidence-file")
    named = next((d for d in (*act.documents, *act.recordings) if d["digest"] == digest), None)
    if act.dossier_id != case_id or named is None or digest not in backed({digest}, case_id):
        raise Http404
    kept = storage()
    file, size = kept.open(digest), kept.size(digest)
    if file is None or size is None:
        raise Http404
    response = FileResponse(file, content_type="application/octet-stream")
    response["Content-Length"] = size
    response["Content-Disposition"] = (
        f"attachment; filename*=UTF-8''{quote(named.get('name') or digest, safe='')}"
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


TAB = Tab("evidence", "证据材料", "evidence", view)
