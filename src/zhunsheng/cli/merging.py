"""What is said of a merger of units: what of the unit and all below it is under way, and which roles go on where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhunsheng.people.merging import Merger

WHY = "counted for whoever merges units; nothing of it is shown"


def under_way(unit: str) -> list[tuple[str, int]]:
    """What is open in a unit and all below it, in words of both languages, and how much of it there is."""
    from zhunsheng.accountability.codes import OVER
    from zhunsheng.accountability.models import ResponsibilityCase
    from zhunsheng.acts.models import Dossier
    from zhunsheng.feeds.models import Feed
    from zhunsheng.inspections.codes import Status as Inspected
    from zhunsheng.inspections.models import Inspection
    from zhunsheng.people.selectors import units_under
    from zhunsheng.supervision.codes import WRONG_NOW, Repair, Status
    from zhunsheng.supervision.models import Finding, HandDown, Rectification

    units = {"unit__in": list(units_under(unit))}
    standing = (*WRONG_NOW, Status.CONTESTED)
    lines = Rectification.objects.unfenced(WHY).filter(**units).exclude(status=Repair.CLOSED)
    inspections = Inspection.objects.unfenced(WHY).filter(**units).exclude(status=Inspected.CLOSED)
    cases = ResponsibilityCase.objects.unfenced(WHY).filter(**units).exclude(state__in=OVER)
    rows = (
        ("未办结案卷 open dossiers", Dossier.objects.unfenced(WHY).filter(**units, closed_at=None)),
        ("现有问题 findings standing", Finding.objects.unfenced(WHY).filter(**units, status__in=standing)),
        ("整改中的台账 lines of the ledger under way", lines),
        (
            "未回复的交办文书 papers not replied to",
            HandDown.objects.unfenced(WHY).filter(**units, replied_at=None),
        ),
        ("未办结的检查 inspections under way", inspections),
        ("未办结的过错责任案 responsibility cases under way", cases),
        ("来源 feeds", Feed.objects.filter(**units)),
    )
    return [(words, found.count()) for words, found in rows]


def told(done: Merger, open_: list[tuple[str, int]], *, roles: bool) -> Iterator[str]:
    """The lines to print."""
    told_ = done.concerned
    yield f"{done.unit}（{done.unit.code}） → {done.into}（{done.into.code}）"
    yield f"转入的人员 officers who move: {told_.officers}"
    yield f"转入的直属下级单位 units directly below that move: {told_.units_moved}"
    yield f"该单位及下级共 the unit and all below: {told_.units_under}"
    for words, count in open_:
        yield f"{words}: {count}"
    yield f"为该单位授予的角色 roles held over it: {told_.roles}"
    for one in done.granted:
        yield f"  已同样授予 granted over the other too: {one.officer}  {one.role} {one.get_role_display()}"
    for left in done.left:
        role = left.assignment
        yield f"  未授予 not granted: {role.officer}  {role.role} {role.get_role_display()}  {left.zh} {left.en}"
    yield from advice(done, roles=roles)


def advice(done: Merger, *, roles: bool) -> Iterator[str]:
    """What is left for the administrator to do."""
    told_ = done.concerned
    if told_.roles and not roles:
        yield (
            "上述角色只及于原单位的案卷；要在并入后的单位办理，加 --roles 或者另行授予。 "
            "These reach only what the merged unit had: grant them over the other, or add --roles."
        )
    if told_.units_moved and told_.roles:
        yield ("上述角色不再及于转走的下级单位。 They no longer reach the units that move.")
    if told_.observers:
        yield (
            f"外部监督人员对该单位的授权 {told_.observers} 项，不再及于转走的下级单位，由监督人员重新授权。 "
            "What outside observers were granted no longer reaches the units that move: a supervisor grants it anew."
        )
