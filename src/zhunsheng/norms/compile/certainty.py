"""Whether a condition can be unknown at all in a given log; where it cannot, plans look for no doubtful acts."""

from __future__ import annotations

from zhunsheng.norms import expressions as ex
from zhunsheng.norms.compile.facts import LogFacts

DERIVED = {"hour": "tod", "weekday": "day"}


def certain(node: ex.Node | None, facts: LogFacts) -> bool:
    """True when the condition is known at every act with a time, or at every act where the log has no other."""
    if node is None:
        return True
    match node:
        case ex.Const() | ex.Known():
            return True
        case ex.Fact():
            return DERIVED.get(node.column, node.column) in facts.known
        case ex.Dated():
            return not facts.untimed and facts.covers_days(node.versions)
        case ex.Earlier():
            column = node.column is None or DERIVED.get(node.column, node.column) in facts.known
            return node.fn in ("count", "sum") and not facts.untimed and certain(node.where, facts) and column
        case ex.Company():
            return "officer_1" in facts.known and not (node.roles or node.ranks or node.qualifications)
        case ex.Shared():
            return False
    return all(certain(child, facts) for child in node.children())
