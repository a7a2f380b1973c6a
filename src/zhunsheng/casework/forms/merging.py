"""Two keys that turned out to be one person: every act about the one becomes, by correction, an act about the other."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from zhunsheng.acts.drafts import Actor, Draft
from zhunsheng.acts.record_types import WITHDRAWN
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.casework.access import CaseView
from zhunsheng.casework.facts import IDENTIFIED, CaseAct
from zhunsheng.casework.forms.drafting import attached_before
from zhunsheng.people.models import Officer
from zhunsheng.people.selectors import roles_held
from zhunsheng.procedure.powers import decides, roles_for


def merge_drafts(view: CaseView, by: Officer, *, gone: str, stays: str) -> list[Draft]:
    """The corrections that make the person `gone` one with `stays`; InputError where an act is not the officer's to correct."""
    acts = [act for act in view.facts.acts if gone in act.persons]
    mine = {held.role for held in roles_held(by)}
    foreign = [act for act in acts if decides(act.type) or not roles_for(act.type) & mine]
    if foreign:
        numbers = "、".join(str(act.position) for act in foreign)
        raise InputError(
            zh=f"第{numbers}项由审核、审批人员登记，不能由办案人员更正",
            en=f"acts {numbers} are those of reviewers or approvers and not yours to correct",
            where="gone",
            remedy_zh="请登记人先更正，再合并",
            remedy_en="have whoever recorded them correct them first",
        )
    return [merged_act(view, act, gone, stays) for act in acts]


def merged_act(view: CaseView, act: CaseAct, gone: str, stays: str) -> Draft:
    """One correction: the other person in place of the one that goes; a second identification is withdrawn."""
    if act.type == IDENTIFIED:
        return Draft(
            WITHDRAWN,
            clock.now(),
            dossier=view.dossier.id,
            corrects=act.id,
            fields={"reason": "同一人重复登记，合并"},
        )
    persons = tuple(dict.fromkeys(stays if key == gone else key for key in act.persons))
    return replace(draft_again(view, act), subjects={**act.subjects, "person": persons})


def draft_again(view: CaseView, act: CaseAct) -> Draft:
    """An act as a correction of itself, everything the same."""
    return Draft(
        type=act.type,
        occurred_at=utc(act.at),
        ended_at=None if act.ended is None else utc(act.ended),
        dossier=view.dossier.id,
        unit=None if act.unit == view.dossier.unit_id else act.unit,
        officers=tuple(Actor(one["officer"], one["role"]) for one in act.officers),
        subjects=act.subjects,
        fields=act.fields,
        documents=tuple(attached_before(one) for one in act.documents),
        recordings=tuple(attached_before(one) for one in act.recordings),
        corrects=act.id,
    )


def utc(at: dt.datetime) -> dt.datetime:
    """The same instant in UTC."""
    return at.astimezone(dt.UTC)
