"""A code of a paper comes from signing alone, and what was signed under it stays: no correction, no other way in changes that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from zhunsheng.acts.models import Act
from zhunsheng.casework.papers.making import MADE
from zhunsheng.procedure.checks import Considered
from zhunsheng.procedure.errors import NotAllowed

CODE = "paper_token"
_signing: ContextVar[bool] = ContextVar("signing", default=False)


@contextmanager
def being_signed() -> Iterator[None]:
    """Within the block a paper made here may carry a code."""
    kept = _signing.set(True)
    try:
        yield
    finally:
        _signing.reset(kept)


def paper_check(considered: Considered) -> None:
    """NotAllowed for a code nobody signed for, and for a correction under which other bytes or another code would stand."""
    act = considered.act
    if act.type != MADE:
        return
    first = first_of(act, considered.before)
    if first is None:
        unsigned = CODE in act.fields and not _signing.get()
    else:
        unsigned = (act.fields.get(CODE), digests(act)) != (first.fields.get(CODE), digests(first))
        unsigned &= CODE in first.fields or CODE in act.fields
    if unsigned:
        raise NotAllowed(
            zh="核验码只由签发产生，签发的文书不能换成别的内容",
            en="a verification code comes from signing alone, and a signed paper is not exchanged for another",
            where="fields.paper_token",
            remedy_zh="在案件的“文书”页签发；写错的另作一份，指明更正哪一份",
            remedy_en="sign it under “Papers” of the case; make another that names the one it corrects",
        )


def first_of(act: Act, before: Sequence[Act]) -> Act | None:
    """What a correction corrects in the end; None for an act that corrects nothing."""
    known = {other.id: other for other in before}
    found = known.get(act.corrects_id) if act.corrects_id is not None else None
    while found is not None and found.corrects_id in known:
        found = known[found.corrects_id]
    return found


def digests(act: Act) -> list[str]:
    """The digests of its documents, in order."""
    return [str(one["digest"]) for one in act.documents]
