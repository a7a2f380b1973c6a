"""Who may call an operation. Each operation declares its rule; one without a rule stops the application from starting."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from zhunsheng.acts.access import LOG_PURPOSES
from zhunsheng.api.callers import Caller, caller_of
from zhunsheng.api.problems import Problem, Words
from zhunsheng.people.purposes import PURPOSES, purposes_for
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import roles_held
from zhunsheng.procedure.powers import ROLES_AT, roles_for

HEADER = "X-Purpose"
RECORDING = frozenset({Role.WINDOW}).union(*ROLES_AT.values())
"""Roles whose holders record some type of act."""


@dataclass(frozen=True)
class Rule:
    """What an operation asks of its caller. What the caller then reaches is for access and the door to say."""

    name: str
    zh: str
    en: str
    signed_in: bool = True
    purposes: frozenset[str] = frozenset()
    """One of these must be given; none is asked for where there are none."""
    roles: frozenset[Role] = frozenset()
    """One of these must be held, whatever for; none is asked for where there are none."""

    def caller(self, request: HttpRequest) -> Caller:
        """The caller with the purpose given; raises a Problem for anybody the rule does not let in."""
        caller = caller_of(request)
        if self.purposes:
            caller.purpose = purpose_given(request, caller, self.purposes)
        if self.roles:
            held = {one.role for one in roles_held(caller.officer)} & self.roles
            if not held & roles_of(caller):
                raise Problem("not-allowed", zh=f"须：{self.zh}。", en=f"This needs: {self.en}.")
        return caller


PUBLIC = Rule("public", "任何人", "anybody", signed_in=False)
SIGNED_IN = Rule("signed-in", "已证明身份的人员", "anybody who has proved who they are")
READS = Rule(
    "reads",
    "写明目的、对案卷有职权的人员",
    "whoever has the dossier within reach for the purpose given",
    purposes=frozenset(p.code for p in PURPOSES.values() if p.contents),
)
READS_LOG = Rule(
    "reads-log",
    "审计或监督人员",
    "auditors and supervisors",
    purposes=LOG_PURPOSES,
)
HANDS_OVER = Rule(
    "hands-over",
    "以依法提供卷宗为目的、对案卷有职权的人员",
    "whoever may hand the dossier over as the law asks",
    purposes=frozenset(("export",)),
)
RECORDS = Rule("records", "有权登记这种行为的人员", "whoever may record such an act")
"""The door decides by the type of the act; see `recording_check` for tokens."""
UPLOADS = Rule("uploads", "担任登记行为的角色的人员", "a role that records acts", roles=RECORDING)
FEEDS = Rule("feeds", "来源文件列明的账号", "an account that the feed's file names")
"""`feeds.services.rows_push` decides; for everybody else there is no such feed."""


def purpose_given(request: HttpRequest, caller: Caller, taken: frozenset[str]) -> str:
    """The purpose of the header, else the only one a token is good for; Problem when it may not be given here."""
    good = taken & caller.purposes
    given = request.headers.get(HEADER)
    if given is None and caller.token and len(caller.purposes) == 1:
        (given,) = caller.purposes
    if given is None:
        raise Problem(
            "purpose-required",
            zh=f"请在 {HEADER} 中写明目的。",
            en=f"Give one in the header {HEADER}.",
            purposes=sorted(good),
        )
    if given not in good:
        raise refused_purpose(sorted(good))
    return given


def refused_purpose(possible: list[str]) -> Problem:
    """The purpose may not be given here, or not by this caller."""
    return Problem(
        "purpose-refused",
        zh="该目的不适用于此处，或者您的角色、令牌不能以此为目的。",
        en="It does not fit here, or your roles or token may not give it.",
        purposes=possible,
    )


def roles_of(caller: Caller) -> frozenset[Role]:
    """The roles the caller may act in: a token lends those of its purposes only."""
    return frozenset[Role]().union(*(PURPOSES[p].roles for p in caller.purposes if PURPOSES[p].contents))


def recording_check(caller: Caller, act_type: str) -> None:
    """Problem where a token is good for purposes that have nothing to do with such acts; the door checks the officer."""
    if caller.token and not roles_for(act_type) & roles_of(caller):
        raise Problem(
            "not-allowed",
            zh="令牌的目的不包括登记这种行为。",
            en="The token's purposes do not cover recording such acts.",
            faults=[Words("type", "令牌的目的不包括登记这种行为", "not covered by the token's purposes")],
        )


def out_of_reach(caller: Caller) -> Problem:
    """Why access denied something: the purpose is not the caller's to give, or there is no such thing within reach."""
    held = frozenset(one.role for one in roles_held(caller.officer))
    possible = [p.code for p in purposes_for(held) if p.code in caller.purposes]
    if caller.purpose and caller.purpose not in possible:
        return refused_purpose(possible)
    return Problem("not-found")
