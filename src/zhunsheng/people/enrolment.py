"""How an account gets its password: an administrator hands over a one-time code, and its owner chooses the password.

The same way leads back in for whoever forgot it. The administrator never learns a password, and the code is in the sign-in log.
"""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.http import HttpRequest

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.people.access import Denied
from zhunsheng.people.account_log import event_record
from zhunsheng.people.authority import reason_given, require_administrator
from zhunsheng.people.codes import AccountEventKind, OfficerKind
from zhunsheng.people.models import Enrolment, Officer
from zhunsheng.people.secrets_kept import digest_of, new_code, typed_code

GOOD_FOR = dt.timedelta(days=3)
FOUNDED = "设立管理员"


@transaction.atomic
def enrolment_issue(officer: Officer, *, by: Officer | None, reason: str) -> str:
    """A new code for somebody else's account; older ones are worthless from now on. The code is not kept and not shown again.

    Without `by` it is whoever stands at the server (the commands `found_administrator` and `enrolment_code`).
    """
    if officer.kind == OfficerKind.MACHINE or not officer.is_active:
        raise Denied
    if by is not None:
        require_administrator(by, officer.unit_id)
        if by.pk == officer.pk:
            raise Denied
    code = new_code()
    present = clock.now()
    Enrolment.objects.create(
        officer=officer,
        digest=digest_of(code),
        issued_by=by,
        issued_at=present,
        expires_at=present + GOOD_FOR,
    )
    event_record(AccountEventKind.ENROLMENT_ISSUED, officer, by=by, detail=reason_given(reason))
    return code


def enrolment_use(number: str, code: str, password: str, *, request: HttpRequest | None = None) -> Officer:
    """Set the first, or a forgotten, password. InputError says the same for a wrong number, code or date.

    ValidationError (Django's) where the password breaks the rules; the code is still good then.
    """
    with transaction.atomic():
        found = _live(number, code)
        if found is not None:
            officer = found.officer
            validate_password(password, officer)
            found.used_at = clock.now()
            found.save(update_fields=["used_at"])
            officer.set_password(password)
            officer.save(update_fields=["password"])
            event_record(AccountEventKind.PASSWORD_SET, officer, method="enrolment", request=request)
            return officer
    known = Officer.objects.filter(number=number.strip()).first()
    event_record(AccountEventKind.ENROLMENT_REFUSED, known, method="enrolment", request=request)
    raise InputError(
        zh="警号或启用码不正确，或者启用码已过期、已使用",
        en="the number or the code is wrong, or the code is too old or used",
        remedy_zh="核对后再试，或请管理员重新签发启用码",
        remedy_en="check both and try again, or ask your administrator for a new code",
    )


def _live(number: str, code: str) -> Enrolment | None:
    """The code's row while it may be used: the newest of its account, unused, in time. Locked until the transaction ends."""
    found = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("officer")
        .filter(
            digest=digest_of(typed_code(code)),
            officer__number=number.strip(),
            officer__is_active=True,
            used_at=None,
            expires_at__gt=clock.now(),
        )
        .first()
    )
    if found is None or Enrolment.objects.filter(officer=found.officer, pk__gt=found.pk).exists():
        return None
    return found
