"""An act before it is recorded: what the officer states, checked against the vocabulary and brought into its recorded form."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from zhunsheng.acts.models import stamp
from zhunsheng.acts.record_types import ERASED
from zhunsheng.acts.registry import ActField, ActType
from zhunsheng.acts.roles import ROLES
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.acts.vocabulary.core import CASE_KINDS
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.norms.log import NUMBER_SCALE

DIGEST = re.compile(r"[0-9a-f]{64}")
SUBJECT_KIND = re.compile(r"[a-z][a-z0-9-]{0,39}")
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""C0 and C1 controls, DEL, other line ends, the bidirectional controls of Unicode, surrogates."""
LONGEST_TEXT = 10_000
LONGEST_NAME = 200
MOST_PARTS = 500
ERASABLE = ("subjects", "fields", "documents", "recordings")
"""Groups of content that an erasure may drop from."""
GREATEST_NUMBER = Decimal(2**63 // NUMBER_SCALE // 10)
SMALLEST_NUMBER = Decimal(1) / NUMBER_SCALE
SKEW = dt.timedelta(seconds=5)
"""How far ahead of this server's clock a device's clock may be."""


@dataclass(frozen=True)
class Actor:
    """An officer at an act, in a role of `acts.roles.ROLES`; rank and qualification come from the register, not from here."""

    officer: str
    role: str


@dataclass(frozen=True)
class Attached:
    """A document or recording kept elsewhere, by the SHA-256 of its bytes."""

    digest: str
    name: str = ""
    media_type: str = "application/octet-stream"
    size: int = 0
    started_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None


@dataclass(frozen=True)
class Erases:
    """What an act of erasure drops: paths of the content of one earlier act of the dossier."""

    act: uuid.UUID
    paths: tuple[str, ...]


@dataclass(frozen=True)
class Draft:
    """What an officer states of an act. `dossier` None opens a new dossier of `kind` at `unit`."""

    type: str
    occurred_at: dt.datetime
    dossier: uuid.UUID | None = None
    kind: str | None = None
    unit: str | None = None
    ended_at: dt.datetime | None = None
    officers: tuple[Actor, ...] = ()
    subjects: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)
    documents: tuple[Attached, ...] = ()
    recordings: tuple[Attached, ...] = ()
    corrects: uuid.UUID | None = None
    backfill: str = ""
    """Why an act that has already happened is recorded only now; it is then recorded with its breaches instead of refused."""
    erases: Erases | None = None
    """For acts of type `record.erased` and no others."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a draft: where, and what to do about it."""

    where: str
    zh: str
    en: str


class InvalidDraft(InputError):
    """A draft that cannot be an act; `faults` lists everything wrong with it."""

    def __init__(self, faults: list[Fault]) -> None:
        first = faults[0]
        super().__init__(zh=first.zh, en=first.en, where=first.where)
        self.faults = faults


def checked(draft: Draft) -> dict[str, Any]:
    """The content of the act (path → value, as `Act.content`) except its officers; InvalidDraft lists every fault."""
    declared = vocabulary().types.get(draft.type)
    if declared is None:
        raise InvalidDraft(
            [Fault("type", f"词表中没有“{draft.type}”这种行为", f"no act type is named {draft.type!r}")]
        )
    faults = [
        *place_faults(draft),
        *time_faults(draft, declared),
        *officer_faults(draft),
        *attachment_faults(draft),
    ]
    content: dict[str, Any] = {}
    for name, value in draft.fields.items():
        if value is None:
            continue
        found = field_value(declared, name, value)
        if isinstance(found, Fault):
            faults.append(found)
        else:
            content[f"fields.{name}"] = found
    faults += subject_faults(draft, declared)
    if len(draft.backfill) > LONGEST_TEXT or unwritable(draft.backfill):
        faults.append(
            Fault(
                "backfill",
                f"补录理由{FORMS['text'][0]}",
                f"the reason for recording late is {FORMS['text'][1]}",
            )
        )
    faults += erasure_faults(draft)
    if faults:
        raise InvalidDraft(faults)
    if draft.backfill:
        content["backfill"] = draft.backfill
    if draft.erases is not None:
        content["erases"] = {"act": str(draft.erases.act), "paths": sorted(set(draft.erases.paths))}
    for kind, names in draft.subjects.items():
        content |= {f"subjects.{kind}.{n}": name for n, name in enumerate(dict.fromkeys(names))}
    content |= {f"documents.{n}": attached(d) for n, d in enumerate(draft.documents)}
    content |= {f"recordings.{n}": attached(r) for n, r in enumerate(draft.recordings)}
    return content


def place_faults(draft: Draft) -> Iterator[Fault]:
    """A new dossier is of a kind there is; a unit's code is a text that can be one."""
    if draft.kind is not None and draft.kind not in CASE_KINDS:
        yield Fault("kind", f"没有“{draft.kind}”这种案卷", f"no kind of dossier is named {draft.kind!r}")
    if draft.unit is not None and unprintable(draft.unit):
        yield Fault("unit", "不是单位代码", "this is no unit's code")


def time_faults(draft: Draft, declared: ActType) -> Iterator[Fault]:
    """When it happened: aware, not in the future, ended after it began."""
    if draft.occurred_at.tzinfo is None:
        yield Fault("occurred_at", "时间须写明时区", "the time must name its zone")
        return
    if draft.occurred_at.year < 1900:
        yield Fault("occurred_at", "时间早于1900年", "the time is before 1900")
    if draft.occurred_at > clock.now() + SKEW:
        yield Fault(
            "occurred_at",
            "时间在将来；行为发生后再登记",
            "the time is in the future; record an act once it has happened",
        )
    if draft.ended_at is None:
        return
    if not declared.lasts:
        yield Fault("ended_at", "这种行为没有结束时间", "an act of this type has no end")
    elif draft.ended_at.tzinfo is None or draft.ended_at < draft.occurred_at:
        yield Fault(
            "ended_at",
            "结束时间须写明时区且不早于开始时间",
            "the end must name its zone and not be before the beginning",
        )
    elif draft.ended_at > clock.now() + SKEW:
        yield Fault("ended_at", "结束时间在将来", "the end is in the future")


def officer_faults(draft: Draft) -> Iterator[Fault]:
    """Roles are those of the vocabulary; no officer stands twice in one role."""
    if len(draft.officers) > MOST_PARTS:
        yield Fault("officers", f"最多{MOST_PARTS}人", f"at most {MOST_PARTS}")
    for n, actor in enumerate(draft.officers):
        if actor.role not in ROLES:
            yield Fault(
                f"officers.{n}.role", f"没有“{actor.role}”这种身份", f"no role is named {actor.role!r}"
            )
        if unprintable(actor.officer):
            yield Fault(f"officers.{n}.officer", "不是警号", "this is no officer's number")
    if len(set(draft.officers)) < len(draft.officers):
        yield Fault("officers", "同一人以同一身份重复出现", "an officer stands twice in the same role")


def subject_faults(draft: Draft, declared: ActType) -> Iterator[Fault]:
    """Subjects are named and of a kind that can be one."""
    if sum(map(len, draft.subjects.values())) > MOST_PARTS:
        yield Fault("subjects", f"最多{MOST_PARTS}个", f"at most {MOST_PARTS}")
    for kind, names in draft.subjects.items():
        if not SUBJECT_KIND.fullmatch(kind):
            yield Fault(
                f"subjects.{kind}",
                "要素种类只用小写字母、数字和连字符",
                "a kind of subject is lower-case letters, digits and hyphens",
            )
        elif declared.subjects and kind not in subject_kinds():
            yield Fault(
                f"subjects.{kind}", f"词表中没有“{kind}”这种要素", f"no kind of subject is named {kind!r}"
            )
        for n, name in enumerate(names):
            if not name.strip() or len(name) > LONGEST_NAME or unprintable(name):
                yield Fault(
                    f"subjects.{kind}.{n}",
                    f"名称须为1至{LONGEST_NAME}个字符，不含控制字符",
                    f"a name has 1 to {LONGEST_NAME} characters, none of them a control character",
                )


def erasure_faults(draft: Draft) -> Iterator[Fault]:
    """An erasure, and no other act, says what it drops: only what is about people and things, never who acted and when."""
    if (draft.type == ERASED) != (draft.erases is not None):
        yield Fault(
            "erases",
            "依法删除须写明删除的内容，其他行为不写",
            "an erasure says what it drops, no other act does",
        )
        return
    if draft.erases is None:
        return
    for needed in ("law", "article", "reason"):
        if not draft.fields.get(needed):
            yield Fault(
                f"fields.{needed}",
                "依法删除须写明依据和理由",
                "an erasure states its law, article and reason",
            )
    if len(draft.erases.paths) > MOST_PARTS:
        yield Fault("erases.paths", f"最多{MOST_PARTS}项", f"at most {MOST_PARTS}")
    for n, path in enumerate(draft.erases.paths or ("",)):
        if path.split(".")[0] not in ERASABLE or unprintable(path):
            only_zh, only_en = "、".join(ERASABLE), ", ".join(ERASABLE)
            yield Fault(f"erases.paths.{n}", f"只能删除：{only_zh}", f"only these can be erased: {only_en}")


def subject_kinds() -> frozenset[str]:
    """Every kind of subject some act type names."""
    return frozenset(kind for t in vocabulary().types.values() for kind in t.subjects)


def attachment_faults(draft: Draft) -> Iterator[Fault]:
    """Documents and recordings name the digest of their bytes."""
    for group, items in (("documents", draft.documents), ("recordings", draft.recordings)):
        if len(items) > MOST_PARTS:
            yield Fault(group, f"最多{MOST_PARTS}件", f"at most {MOST_PARTS}")
        for n, item in enumerate(items):
            if not DIGEST.fullmatch(item.digest):
                yield Fault(
                    f"{group}.{n}.digest",
                    "须为64位小写十六进制的SHA-256摘要",
                    "a SHA-256 digest of 64 lower-case hex digits",
                )
            if (
                len(item.name) > LONGEST_NAME
                or unprintable(item.name)
                or unprintable(item.media_type)
                or len(item.media_type) > LONGEST_NAME
            ):
                yield Fault(
                    f"{group}.{n}",
                    f"名称和媒体类型最多{LONGEST_NAME}个字符",
                    f"name and media type have at most {LONGEST_NAME} characters",
                )
            if not 0 <= item.size < 2**53:
                yield Fault(f"{group}.{n}.size", "大小不对", "this size cannot be")
            times = [t for t in (item.started_at, item.ended_at) if t is not None]
            if any(t.tzinfo is None for t in times) or times != sorted(times):
                yield Fault(
                    f"{group}.{n}",
                    "起止时间须写明时区，且止不早于起",
                    "times must name their zone and the end not be before the start",
                )


def attached(item: Attached) -> dict[str, Any]:
    """A document or recording in its recorded form; what is not stated is left out."""
    stated = {
        "digest": item.digest,
        "name": item.name or None,
        "media_type": item.media_type,
        "size": item.size or None,
        "started_at": None if item.started_at is None else stamp(item.started_at),
        "ended_at": None if item.ended_at is None else stamp(item.ended_at),
    }
    return {key: value for key, value in stated.items() if value is not None}


def field_value(declared: ActType, name: str, value: Any) -> Any | Fault:
    """A field in its recorded form, or what is wrong with it."""
    where = f"fields.{name}"
    known = vocabulary().fields.get(name)
    if known is None or name not in declared.fields:
        return Fault(where, f"“{declared.zh}”没有字段“{name}”", f"{declared.name} has no field {name!r}")
    try:
        found = recorded_value(known, value)
    except (ValueError, ArithmeticError):
        found = None
    if found is None:
        return Fault(
            where, f"“{known.zh}”须为{FORMS[known.type][0]}", f"{known.en} must be {FORMS[known.type][1]}"
        )
    if known.values and found not in known.values:
        codes = "、".join(known.values)
        return Fault(
            where, f"“{known.zh}”只能是：{codes}", f"{known.en} is one of: {', '.join(known.values)}"
        )
    return found


FORMS: Mapping[str, tuple[str, str]] = {
    "text": (
        f"文字，最多{LONGEST_TEXT}个字符，不含控制字符",
        f"text of at most {LONGEST_TEXT} characters, none of them a control character",
    ),
    "flag": ("是或否（true、false）", "true or false"),
    "number": ("数字，最多四位小数", "a number of at most four decimals"),
    "date": ("日期，如 2026-01-31", "a date such as 2026-01-31"),
    "time": (
        "带时区的时刻，如 2026-01-31T09:30:00+08:00",
        "a time with its zone such as 2026-01-31T09:30:00+08:00",
    ),
}
"""What a field of each type looks like, for people."""


def recorded_value(known: ActField, value: Any) -> Any:
    """A value as it is recorded: text, flag, plain decimal string, ISO date or instant in UTC; None when it is none of them."""
    match known.type, value:
        case "text", str():
            return value if 0 < len(value) <= LONGEST_TEXT and not unwritable(value) else None
        case "flag", bool():
            return value
        case "number", bool():
            return None
        case "number", int() | str() | Decimal():
            return decimal_text(Decimal(value))
        case "number", float():
            return decimal_text(Decimal(repr(value)))
        case "date", dt.datetime():
            return None
        case "date", dt.date():
            return value.isoformat()
        case "date", str() if len(value) == 10:
            return dt.date.fromisoformat(value).isoformat()
        case "time", dt.datetime():
            return stamp(value) if value.tzinfo is not None else None
        case "time", str():
            at = dt.datetime.fromisoformat(value)
            return stamp(at) if at.tzinfo is not None else None
    return None


def decimal_text(number: Decimal) -> str | None:
    """A number without needless noughts; None when it is too large or has more than four decimals."""
    if not number.is_finite() or abs(number) >= GREATEST_NUMBER:
        return None
    exact = number.quantize(SMALLEST_NUMBER)
    if exact != number:
        return None
    return f"{exact:f}".rstrip("0").rstrip(".") if exact else "0"


def unprintable(text: str) -> bool:
    """Whether the text holds what no line of writing holds: controls, marks that turn it round, half a surrogate pair."""
    return UNPRINTABLE.search(text) is not None


def unwritable(text: str) -> bool:
    """The same for text of several lines: line breaks and tabs may stand in it."""
    return unprintable(re.sub(r"\r\n|[\n\t]", "", text))
