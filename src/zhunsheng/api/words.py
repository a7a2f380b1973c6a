"""What may be said to the API: the vocabulary of acts, and what the caller is and may do."""

from __future__ import annotations

from functools import cache

from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel, Field

from zhunsheng.acts.registry import ActField, ActType
from zhunsheng.acts.roles import ROLES
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.acts.vocabulary.core import CASE_KINDS
from zhunsheng.api.dossiers import whose
from zhunsheng.api.operations import operation
from zhunsheng.api.problems import language_of
from zhunsheng.api.rules import SIGNED_IN
from zhunsheng.api.shown import JSON, answer
from zhunsheng.norms.calendar_days import Language
from zhunsheng.people.purposes import purposes_for
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import roles_held
from zhunsheng.procedure.powers import OPENING, desk_of, roles_for, types_of


class CodeOut(BaseModel):
    """A code and its words in the caller's language."""

    code: str
    title: str


class FieldOut(BaseModel):
    """A fact that acts may state."""

    name: str
    title: str
    type: str = Field(description="text, flag, number, date or time.")
    values: list[CodeOut] = Field(description="The codes it takes; any value where there are none.")


class TypeOut(BaseModel):
    """A type of act."""

    name: str
    title: str
    version: int
    fields: list[str]
    subjects: list[str]
    lasts: bool = Field(description="Whether it has an end.")
    opens: bool = Field(description="Whether a dossier may begin with it.")
    desk: str
    roles: list[str] = Field(description="Roles whose holders record it.")


class VocabularyOut(BaseModel):
    """Everything an act may say."""

    types: list[TypeOut]
    fields: list[FieldOut]
    roles: list[CodeOut] = Field(description="What an officer may be at an act.")
    kinds: list[CodeOut] = Field(description="Kinds of dossier.")


class HeldOut(BaseModel):
    """A role the caller holds."""

    role: str
    title: str
    unit: str = Field(description="For this unit and all below it.")
    records: list[str] = Field(description="Types of act it may record there.")


class PurposeOut(BaseModel):
    """A purpose the caller may give."""

    code: str
    title: str
    contents: bool = Field(description="Whether it opens dossiers, or logs and accounts only.")
    basis: list[str]


class MeOut(BaseModel):
    """Who asks."""

    officer: str
    name: str
    kind: str
    unit: str
    roles: list[HeldOut]
    purposes: list[PurposeOut]


@operation(
    "words",
    "GET",
    "/vocabulary",
    name="vocabulary",
    rule=SIGNED_IN,
    answers={200: VocabularyOut},
    words=("词表：行为类型、字段、取值、身份", "The vocabulary: act types, fields, codes and roles"),
)
def vocabulary_shown(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - ninja's signature
    """The vocabulary in the caller's language."""
    response = HttpResponse(spoken(language_of()), content_type=JSON)
    response["Cache-Control"] = "private, max-age=3600"
    return response


@cache
def spoken(language: Language) -> str:
    """The vocabulary in one language, as it is sent."""
    place = int(language == "en")

    def coded(pairs: dict[str, tuple[str, str]]) -> list[CodeOut]:
        return [CodeOut(code=code, title=titles[place]) for code, titles in pairs.items()]

    def of_type(one: ActType) -> TypeOut:
        return TypeOut(
            name=one.name,
            title=(one.zh, one.en)[place],
            version=one.schema,
            fields=list(one.fields),
            subjects=list(one.subjects),
            lasts=one.lasts,
            opens=one.name in OPENING,
            desk=desk_of(one.name),
            roles=sorted(roles_for(one.name)),
        )

    def of_field(one: ActField) -> FieldOut:
        return FieldOut(
            name=one.name, title=(one.zh, one.en)[place], type=one.type, values=coded(dict(one.values))
        )

    words = vocabulary()
    told = VocabularyOut(
        types=[of_type(one) for one in words.types.values()],
        fields=[of_field(one) for one in words.fields.values()],
        roles=coded(dict(ROLES)),
        kinds=coded(CASE_KINDS),
    )
    return told.model_dump_json()


@cache
def recorded_by(role: Role) -> list[str]:
    """The types of act that holders of a role may record, by name."""
    return sorted(types_of(role))


@operation(
    "words",
    "GET",
    "/me",
    name="me",
    rule=SIGNED_IN,
    answers={200: MeOut},
    words=("我的角色、可写明的目的、可登记的行为", "My roles, the purposes I may give, what I may record"),
)
def me(request: HttpRequest) -> HttpResponse:
    """Who the caller is; a token lends its own purposes only."""
    caller, language = whose(request), language_of()
    officer, held = caller.officer, roles_held(caller.officer)
    possible = purposes_for(frozenset(one.role for one in held))
    return answer(
        MeOut(
            officer=officer.number,
            name=officer.name,
            kind=officer.kind,
            unit=officer.unit_id,
            roles=[
                HeldOut(
                    role=one.role,
                    title=str(one.role.label),
                    unit=one.unit_code,
                    records=recorded_by(one.role),
                )
                for one in held
            ],
            purposes=[
                PurposeOut(
                    code=p.code,
                    title=p.en if language == "en" else p.zh,
                    contents=p.contents,
                    basis=[str(b) for b in p.basis],
                )
                for p in possible
                if p.code in caller.purposes
            ],
        )
    )
