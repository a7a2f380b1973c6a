"""A small log and norms for the report's tests: hostile names, every status, two units, a missing unit, four severities."""

from __future__ import annotations

from pathlib import Path

from tests.engines.logs import A, prepared
from zhunsheng.norms.log import Log
from zhunsheng.supervision.checking import Checking, prepare_check

SCRIPT = '<script>alert("x")</script>'
IMAGE = '"><img src=x onerror=alert(1)>'
NORMS = """
about: {zh: 测试, en: test}
calendar: none
counting: calendar
acts:
  Open: {kind: text}
  Close: {}
  "<script>alert(2)</script>": {}
  Never: {}
norms:
  - id: close.in-time
    title: {zh: "十日内办结<script>alert(3)</script>", en: "Closed within ten days<script>alert(3)</script>"}
    says: {zh: 受理后十日内办结。, en: Closed within ten days of opening.}
    severity: serious
    cure: {zh: 立即办结。, en: Close it now.}
    versions:
      - in_force: {from: 2000-01-01}
        basis: {law: 示例法, article: "7", quote: 应当在十日内办结}
        deadline: {when: Open, then: Close, within: {days: 10}, warn_before: {days: 3}}
    examples: {}
  - id: close.after-opening
    title: {zh: 先受理后办结, en: Opened before closed}
    severity: blocking
    versions:
      - in_force: {from: 2000-01-01}
        basis: {law: 示例法, article: "8"}
        verification: unverified
        requires: {act: Close, after: Open, at_most: {days: 20}}
    examples: {}
  - id: kind.stated
    title: {zh: 类别须为甲, en: The kind is A}
    severity: advisory
    versions:
      - in_force: {from: 2000-01-01}
        basis: {law: 示例法, article: "9"}
        accompanied: {act: Open, has: 'act.kind == "A"'}
    examples: {}
  - id: never.done
    title: {zh: 从未发生, en: Never done}
    versions:
      - in_force: {from: 2000-01-01}
        basis: {law: 示例法, article: "10"}
        deadline: {when: Never, then: Close, within: {days: 1}}
    examples: {}
"""


def acts() -> list[A]:
    """Met, late, overdue, pending, broken and unknown."""
    return [
        A("Open", "2026-01-05T09:00", case="met", unit="甲所", fields={"kind": "A"}),
        A("Close", "2026-01-15T23:59", case="met", unit="甲所"),
        A(
            "Open",
            "2026-01-05T09:00",
            case=SCRIPT,
            unit=f"乙所{IMAGE}",
            fields={"kind": "B"},
            officers=(("张三", "handler"),),
        ),
        A("Close", "2026-02-10T10:00", case=SCRIPT, unit=f"乙所{IMAGE}"),
        A("Open", "2026-02-01T09:00", case=IMAGE + "\u202eabc\x07", unit="甲所"),
        A("Open", "2026-03-25T09:00", case="pending", fields={"kind": "A"}),
        A("Close", "2026-03-30T10:00", case="unopened", unit="甲所"),
        A(SCRIPT, "2026-03-30T10:00", case="other", unit="甲所"),
    ]


def ready(folder: Path, *, closed: bool = False) -> Checking:
    """The log and norms, made ready in a folder."""
    file = folder / "norms.yaml"
    file.write_text(NORMS, encoding="utf-8")
    log: Log = prepared(folder / "log", acts(), fields={"kind": "text"})
    return prepare_check(log, file, as_of="2026-04-01", closed=closed)
