"""A second reckoning of bands, from the plain YAML by truth table and by trying every penalty, sharing nothing with the product."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import yaml

from zhunsheng.acts.surroundings import rulebook_folder

LADDER = ["lighter", "ordinary", "heavier", "gravest"]
AMOUNTS = [
    0,
    1,
    99,
    199,
    200,
    201,
    250,
    251,
    350,
    500,
    501,
    750,
    751,
    1000,
    1001,
    1500,
    2000,
    2001,
    2999,
    3000,
    3001,
    4000,
    5000,
    5001,
]
PENALTIES = [
    ("warning", 0, 0),
    *(("fine", 0, y) for y in AMOUNTS if y),
    *(("detention", d, y) for d in range(1, 18) for y in AMOUNTS),
]
Penalty = tuple[str, int, int]
# (bound by law, heavier factor, lighter factor) → steps up, push where there is no rung
MOVES = {
    (0, 0, 0): (0, 0), (0, 1, 0): (0, 1), (0, 0, 1): (0, -1), (0, 1, 1): (0, 0),
    (1, 0, 0): (1, 0), (1, 1, 0): (1, 1), (1, 0, 1): (1, -1), (1, 1, 1): (1, 0),
}  # fmt: skip


@cache
def plain() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {"violations": {}, "circumstances": {}, "factors": {}, "tables": {}}
    for path in (rulebook_folder() / "discretion").glob("*.yaml"):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        for key in ("violations", "circumstances", "factors"):
            found[key] |= {e["code"]: e for e in data.get(key, ())}
        for table in data.get("tables", ()):
            found["tables"] |= dict.fromkeys(table["for"], table["factors"])
    return found


def dated(versions: list[dict[str, Any]], day: dt.date) -> dict[str, Any] | None:
    for version in versions:
        period = version["in_force"]
        if period["from"] <= day <= period.get("to", dt.date.max):
            return version
    return None


def ends(text: str) -> tuple[int, int]:
    low, high = text.split("..")
    return int(low or 0), int(high)


def within(text: str | None, value: int, part: str, *, days: bool, floor: bool) -> bool:
    """Whether a value lies in a part of a range, told by its distance from the lower end in percent."""
    if text is None:
        return value == 0
    low, high = ends(text)
    start = max(low, 1) if days else low
    if value > high or value < 1:
        return False
    if part == "upper":
        return (value - start) * 100 >= 50 * (high - start) or (low == 0 and value == start == high)
    if part == "lower" and (value - start) * 100 > 50 * (high - start):
        return False
    return value >= low or not floor


def band(code: str, chosen: set[str], day: dt.date) -> tuple[str | None, str, set[Penalty], str]:
    """Tier, part, every penalty of `PENALTIES` in the band, and whether no penalty may or must follow."""
    data = plain()
    version = dated(data["violations"][code]["versions"], day)
    if version is None:
        return None, "whole", set(), "shall"
    law = version["basis"]["law"]
    factors = [data["factors"][f] for f in data["tables"][code] if f in chosen]
    basis = lambda f: [b["law"] for b in f.get("basis", [])]  # noqa: E731
    factors = [f for f in factors if not basis(f) or law in basis(f)]
    heavy = any(f["band"] == "heavier" and not f.get("basis") for f in factors)
    bound = any(f["band"] == "heavier" and f.get("basis") for f in factors)
    light = any(f["band"] == "lighter" for f in factors)
    general = [
        v for c, e in data["circumstances"].items() if c in chosen and (v := dated(e["versions"], day))
    ]
    tiers = {t["tier"]: t for t in version["tiers"]}
    rungs = [t for t in LADDER if t in tiers]
    if "ordinary" not in rungs:
        if not (heavy or bound):
            return None, "whole", set(), "shall"
        tier, push = rungs[0], 0
    else:
        up, push = MOVES[bound, heavy, light]
        at = rungs.index("ordinary")
        if up and at + 1 < len(rungs):
            at += 1
        elif up:
            push = 1
        if push > 0 and at + 1 < len(rungs):
            at, push = at + 1, 0
        if push < 0 and at > 0 and not bound:
            at, push = at - 1, 0
        tier = rungs[at]
    allows = [(set(v["allows"]), v["duty"]) for v in general]
    ups = push > 0 or any("aggravate" in a for a, _ in allows) or any(f["band"] == "upper" for f in factors)
    downs = push < 0 or any("lighten" in a for a, _ in allows)
    part = "upper" if ups and not downs else "lower" if downs and not ups else "whole"
    reduce_ = any("reduce" in a for a, _ in allows)
    forced = any("reduce" in a and "lighten" not in a and d == "shall" for a, d in allows)
    if any(a == {"none"} and d == "shall" for a, d in allows):
        return tier, part, set(), "shall"
    sparing = "may" if any("none" in a for a, _ in allows) and not ups else "no"
    options = tiers[tier]["options"]
    return tier, part, {p for p in PENALTIES if allowed(options, p, part, reduce_, forced)}, sparing


def allowed(options: list[dict[str, Any]], penalty: Penalty, part: str, reduce_: bool, forced: bool) -> bool:
    """Whether one of the options, narrowed or reduced, gives a penalty."""
    kind, days, yuan = penalty
    lowered = [o for o in options if ends(o.get("days") or o.get("yuan") or "..0")[0] > 1]
    for option in lowered if forced and lowered else options:
        if option["penalty"] != kind:
            continue
        if kind == "warning":
            if part != "upper" or all(o["penalty"] == "warning" for o in options) or forced:
                return True
            continue
        main, extra = (days, yuan) if kind == "detention" else (yuan, 0)
        text = option.get("days") or option.get("yuan")
        added = option.get("must_add") or option.get("may_add")
        if forced and lowered:
            good = 0 < main < ends(text)[0] and (
                extra == 0 or within(added, extra, "whole", days=False, floor=False)
            )
        else:
            as_part = "lower" if forced else part
            floor = not (forced or (reduce_ and part == "lower"))
            good = within(text, main, as_part, days=kind == "detention", floor=floor)
            optional = "must_add" not in option or not floor
            good = good and (
                (extra == 0 and optional)
                or (
                    extra > 0 and added is not None and within(added, extra, as_part, days=False, floor=floor)
                )
            )
        if good:
            return True
    return False
