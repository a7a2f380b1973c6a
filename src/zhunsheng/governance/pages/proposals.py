"""A proposal as the page shows it: what it is called, what would have come out otherwise and where, and its text.

Cases are named to whom they are within reach; of the others unit, norm and outcome are told.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any

import yaml

from zhunsheng.acts.models import Dossier
from zhunsheng.base.errors import InputError
from zhunsheng.governance.backtest import CHANGES, FEW
from zhunsheng.people.access import Denied, reach
from zhunsheng.people.bilingual import both
from zhunsheng.people.models import Officer, Unit
from zhunsheng.procedure.changing import stored_text
from zhunsheng.procedure.models import RulebookChange

ROWS_SHOWN = 50
PURPOSES = ("review", "approval", "supervision")
"""For what those who read this page read cases."""
STATUS_WORDS: Mapping[str, object] = {
    "": both("没有这项义务", "not due"),
    "met": both("已办理", "met"),
    "late": both("迟办", "late"),
    "overdue": both("逾期未办", "overdue"),
    "broken": both("违反", "broken"),
    "pending": both("未到期", "pending"),
    "void": both("不再需要", "void"),
    "unknown": both("无法判断", "unknown"),
}


def shown(proposal: RulebookChange, *, by: Officer) -> Mapping[str, Any]:
    """A proposal with its text and its back-test, for one reader; what cannot be read any more is told."""
    try:
        text = stored_text(proposal.draft)
        result = json.loads(stored_text(proposal.backtest)) if proposal.backtest else None
    except InputError as fault:
        return {"proposal": proposal, "fault": both(fault.text("zh"), fault.text("en"))}
    titles = titles_in(text)
    return {
        "proposal": proposal,
        "text": text,
        "titles": list(titles.values()),
        **({} if result is None else told(result, titles, by)),
    }


def titles_in(text: str) -> dict[str, object]:
    """Id → title of the norms of a draft that was checked before it was stored."""
    norms = (yaml.safe_load(text) or {}).get("norms") or ()
    return {norm["id"]: both(norm["title"]["zh"], norm["title"]["en"]) for norm in norms}


def told(result: Mapping[str, Any], titles: Mapping[str, object], by: Officer) -> Mapping[str, Any]:
    """The back-test in words: how many of each kind, by norm, by unit, row by row."""
    listed = result["rows"][:ROWS_SHOWN]
    named = cases_named({row["case"] for row in listed}, by)
    counts = Counter(row["change"] for row in result["rows"])
    units = units_named(result)
    return {
        "result": result,
        "counts": [(both(*CHANGES[change]), counts[change]) for change in CHANGES if counts[change]],
        "by_norm": [(titles.get(s["name"], s["name"]), s, few(s)) for s in result["by_norm"]],
        "by_unit": [(units.get(s["name"], s["name"]), s, few(s)) for s in result["by_unit"]],
        "rows": [
            {
                **row,
                "case": row["case"] if row["case"] in named else "",
                "title": titles.get(row["norm"], row["norm"]),
                "unit": units.get(row["unit"], row["unit"]),
                "words": both(*CHANGES[row["change"]]),
                "was": STATUS_WORDS.get(row["before"], row["before"]),
                "becomes": STATUS_WORDS.get(row["after"], row["after"]),
            }
            for row in listed
        ],
        "left": max(0, len(result["rows"]) - ROWS_SHOWN),
    }


def few(share: Mapping[str, Any]) -> bool:
    """Whether its counts are so small that they say little."""
    return max(int(share["obligations_before"]), int(share["obligations_after"])) < FEW


def cases_named(numbers: Collection[str], by: Officer) -> set[str]:
    """Of some cases those within the reader's reach and not sealed, by number."""
    found = set[str]()
    for purpose in PURPOSES:
        with suppress(Denied):
            rows = Dossier.objects.within(reach(by, purpose)).filter(number__in=numbers, sealed_at=None)
            found.update(rows.values_list("number", flat=True))
    return found


def units_named(result: Mapping[str, Any]) -> dict[str, str]:
    """Code → name of the units of a result."""
    codes = {share["name"] for share in result["by_unit"]} | {row["unit"] for row in result["rows"]}
    return dict(Unit.objects.filter(code__in=codes).values_list("code", "name_zh"))
