"""What is done to an account that was lost or stolen: its second factor is taken off, its sessions are ended."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import F

from zhunsheng.people.access import Denied
from zhunsheng.people.account_log import event_record
from zhunsheng.people.authority import reason_given, require_administrator
from zhunsheng.people.codes import AccountEventKind
from zhunsheng.people.models import Officer


@transaction.atomic
def factors_remove(officer: Officer, *, by: Officer, reason: str) -> None:
    """Remove authenticator and recovery codes of somebody else's account, after seeing the person.

    Every session ends. A privileged role asks for a second factor at the next page, so what follows is adding a new one.
    """
    require_administrator(by, officer.unit_id)
    if by.pk == officer.pk:
        raise Denied
    Authenticator.objects.filter(user=officer).delete()
    event_record(AccountEventKind.FACTOR_REMOVED, officer, by=by, detail=reason_given(reason))
    _end(officer)


@transaction.atomic
def sessions_end(officer: Officer, *, by: Officer, reason: str = "") -> Officer:
    """End every session of one's own account, or of one that `by` administers; the password stays.

    Whoever keeps one of their own calls `django.contrib.auth.update_session_auth_hash` with the officer returned.
    """
    if by.pk != officer.pk:
        require_administrator(by, officer.unit_id)
        reason_given(reason)
    event_record(AccountEventKind.SESSIONS_ENDED, officer, by=by, detail=reason.strip())
    return _end(officer)


def _end(officer: Officer) -> Officer:
    Officer.objects.filter(pk=officer.pk).update(sessions_ended=F("sessions_ended") + 1)
    officer.refresh_from_db(fields=["sessions_ended"])
    return officer
