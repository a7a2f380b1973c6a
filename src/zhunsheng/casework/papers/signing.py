"""Signing a paper: numbered, printed, stored by its digest, recorded as an act, all or nothing. Then it never changes."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from zhunsheng.acts.drafts import Attached, Draft
from zhunsheng.acts.uploads import upload_note
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.base import clock
from zhunsheng.base.clock import LOCAL
from zhunsheng.base.errors import InputError
from zhunsheng.base.storage import storage
from zhunsheng.casework.facts import CaseFacts
from zhunsheng.casework.papers.filling import Sheet, cure_of, lacking_words
from zhunsheng.casework.papers.gate import being_signed
from zhunsheng.casework.papers.making import MADE, Makeable, sheet_of
from zhunsheng.casework.papers.print import foot_of, paper_pdf
from zhunsheng.casework.papers.series import number_take
from zhunsheng.casework.papers.view import Register
from zhunsheng.people.models import Officer
from zhunsheng.procedure.door import Enacted, enact

LARGEST = 20 * 2**20
ELECTRONIC, REFUSED = "electronic", "refused-noted"
TOKEN_BYTES = 18
"""144 bits: nobody finds a paper by guessing."""


@dataclass(frozen=True)
class Signing:
    """What the officer states when signing."""

    entries: Mapping[str, Any] = field(default_factory=dict)
    means: str = ""
    """How the parties signed, a code of `confirm_means`."""
    sealed: bool | None = None
    replaces: str = ""
    where: str = ""
    """Address of this installation, for the QR code."""


@dataclass(frozen=True)
class Signed:
    """A paper signed: its number, the digest of its bytes, the act."""

    number: str
    digest: str
    enacted: Enacted


def paper_sign(
    one: Makeable,
    *,
    dossier: uuid.UUID,
    facts: CaseFacts,
    register: Register,
    position: int,
    by: Officer,
    signing: Signing,
) -> Signed:
    """Sign a paper as it now reads. InputError where the law misses something in it; Refused and others as `enact`.

    `position` is how many acts the dossier had when the facts were read: what has changed since must be in the paper.
    """
    complete_check(sheet_of(facts, register, one, signing.entries))
    confirmed_check(one, facts, signing)
    now = clock.now()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        number = numbered(one, register, now.astimezone(LOCAL).year)
        sheet = sheet_of(
            facts, register, one, signing.entries, number=number, signed_at=now.astimezone(LOCAL)
        )
        made = paper_pdf(sheet, shown="signed", foot=foot_of(sheet, token, signing.where))
        stored = storage().put([made], most=LARGEST)
        upload_note(stored.digest, by.number)
        name = f"{sheet.title}{number}.pdf"
        draft = Draft(
            type=MADE,
            occurred_at=now,
            dossier=dossier,
            subjects=subjects_of(one),
            fields=fields_of(one, sheet, signing, token, now),
            documents=(Attached(stored.digest, name, "application/pdf", stored.size),),
        )
        with being_signed():
            enacted = enact(draft, by=by, expected=position)
        if one.kind.issues:
            issue(one, dossier, by, now, sealed=bool(signing.sealed))
    return Signed(number, stored.digest, enacted)


def complete_check(sheet: Sheet) -> None:
    """InputError that names each fact the law asks for and how to state it."""
    if not sheet.needed:
        return
    words = tuple(word for word, _ in sheet.needed)
    cures = [cure_of(word) for word in words]
    cited = "、".join(dict.fromkeys(cite for _, cite in sheet.needed))
    raise InputError(
        zh=f"{lacking_words(words, 'zh')}（{cited}）",
        en=lacking_words(words, "en"),
        where=sheet.title,
        remedy_zh="；".join(dict.fromkeys(zh for zh, _ in cures)),
        remedy_en="; ".join(dict.fromkeys(en for _, en in cures)),
    )


def confirmed_check(one: Makeable, facts: CaseFacts, signing: Signing) -> None:
    """InputError where it is not said how the parties signed, the recording of that is missing, or the seal is."""
    if one.kind.signs == "parties" and not signing.means:
        raise InputError(
            zh="没有写明当事人怎样签名",
            en="how the parties signed is not said",
            where="confirm_means",
            remedy_zh="选择签名确认方式；拒绝签名的，选择“拒绝签名，已注明”",
            remedy_en="say how they signed; where they refuse, say so",
        )
    if signing.means == ELECTRONIC and not recorded(one, facts):
        raise InputError(
            zh="电子签名、电子指纹捺印没有同步录音录像（行政程序规定第263条第3款）",
            en="the electronic signature was not recorded on audio and video",
            where="confirm_means",
            remedy_zh=f"先登记“{vocabulary().types['esignature.made'].zh}”并附录音录像，或改用纸质签名",
            remedy_en="record the electronic signature with its recording first, or let them sign on paper",
        )
    if one.kind.issues and not signing.sealed:
        raise InputError(
            zh="没有确认加盖公安机关印章",
            en="the bureau's seal is not confirmed",
            where="sealed",
            remedy_zh="用印后勾选“加盖公安机关印章”",
            remedy_en="have it sealed, then confirm",
        )


def recorded(one: Makeable, facts: CaseFacts) -> bool:
    """Whether the electronic signature on such a paper was recorded."""
    made = facts.all("esignature.made", person=one.person or None)
    return any(
        a.recordings and a.fields.get("document", one.kind.document) == one.kind.document for a in made
    )


def numbered(one: Makeable, register: Register, year: int) -> str:
    """Its number, taken; empty for papers that bear none."""
    issuer = register.issuers.get(one.base.unit)
    return number_take(issuer, one.kind.series, year) if issuer and one.kind.series else ""


def subjects_of(one: Makeable) -> dict[str, tuple[str, ...]]:
    """Whom and what the paper is about."""
    persons = (one.person,) if one.person else one.base.persons
    return {kind: names for kind, names in (("person", persons), ("item", one.base.items)) if names}


def fields_of(one: Makeable, sheet: Sheet, signing: Signing, token: str, now: Any) -> dict[str, Any]:
    """What the act of making it states."""
    entries = {
        name: value
        for name, value in signing.entries.items()
        if name in one.kind.asks and value not in (None, "")
    }
    return {
        "document": one.kind.document,
        "paper_number": sheet.number or None,
        "template": one.kind.code,
        "template_version": sheet.version.name,
        "paper_token": token,
        "paper_content": sheet.digest,
        "paper_replaces": signing.replaces or None,
        "signed": signing.means != REFUSED,
        "noted": True if signing.means == REFUSED else None,
        "sealed": signing.sealed,
        "confirm_means": signing.means or None,
        "confirmed_at": now if signing.means else None,
        **entries,
    }


def issue(one: Makeable, dossier: uuid.UUID, by: Officer, now: Any, *, sealed: bool) -> None:
    """The issuing that the signing is: it states all the law asks for, as was checked."""
    assert one.kind.issues is not None
    enact(
        Draft(
            type=one.kind.issues,
            occurred_at=now,
            dossier=dossier,
            subjects={"person": (one.person,)} if one.person else {},
            fields={"contents_complete": True, "sealed": sealed},
        ),
        by=by,
    )
