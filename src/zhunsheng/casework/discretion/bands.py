"""The benchmark band of a violation under its circumstances, and how it came about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Literal

from zhunsheng.base.errors import InputError
from zhunsheng.casework.discretion.loading import shipped
from zhunsheng.casework.discretion.penalties import WHOLE, Option, Said, options_words
from zhunsheng.casework.discretion.tables import (
    TIER_WORDS,
    TIERS,
    Circumstance,
    CircumstanceVersion,
    Factor,
    Status,
    Tables,
    Tier,
    Violation,
    ViolationVersion,
)

Where = Literal["whole", "lower", "upper"]
Sparing = Literal["shall", "may", "no"]


@dataclass(frozen=True)
class Band:
    """Where a penalty is to lie. No `tier`: the law of that day does not punish the conduct under these circumstances."""

    violation: str
    on: dt.date
    law: str | None
    tier: Tier | None
    part: Where
    options: tuple[Option, ...]
    """The band itself: a part of a tier."""
    tier_options: tuple[Option, ...]
    """What the law gives for the tier."""
    limits: tuple[Option, ...]
    """What the law gives for the violation in any tier; beyond it no reason helps."""
    sparing: Sparing
    reduced: bool
    executed: bool
    status: Status
    steps: tuple[Said, ...]
    ignored: tuple[str, ...] = ()
    """Chosen circumstances that the law of that day does not know."""

    @property
    def code(self) -> str:
        """What an act states of the band: tier and part."""
        return f"{self.tier}.{self.part}" if self.tier else "not-punishable"

    def words(self) -> Said:
        """The band in words."""
        spared = {
            "shall": Said("不予处罚", "no penalty"),
            "may": Said("，也可以不予处罚", ", or no penalty"),
            "no": Said("", ""),
        }[self.sparing]
        if not self.options:
            return Said("不予处罚", "no penalty")
        said = options_words(self.options)
        return Said(said.zh + spared.zh, said.en + spared.en)


@dataclass
class Chosen:
    """The chosen circumstances, sorted by what they do under the law of the day."""

    factors: list[Factor] = field(default_factory=list)
    general: list[tuple[Circumstance, CircumstanceVersion]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    def factors_of(self, *shifts: str, bound: bool | None = None) -> list[Factor]:
        """Factors that shift so; `bound` True only the law's own, False only the others."""
        return [f for f in self.factors if f.band in shifts and (bound is None or bool(f.basis) is bound)]

    def that(self, allows: str) -> list[tuple[Circumstance, CircumstanceVersion]]:
        """General circumstances that allow something."""
        return [(c, v) for c, v in self.general if allows in v.allows]


def band_for(
    violation: Violation | str, circumstances: Collection[str], on: dt.date, tables: Tables | None = None
) -> Band:
    """The band under the law of a day. InputError for a code that is no violation or no circumstance of it.

    What somebody says in their defence is no input: there is no code for it.
    """
    tables = tables or shipped()
    known = violation if isinstance(violation, Violation) else violation_of(violation, tables)
    version = known.on(on)
    chosen = sorted_out(known, circumstances, on, version, tables)
    steps = [named_step(known, on, version, tables)]
    if version is None:
        return nothing(known, on, None, steps, chosen)
    place = tier_of(version, chosen, steps)
    if place is None:
        return nothing(known, on, version, steps, chosen)
    tier, push = place
    rungs = version.tier(tier)
    assert rungs is not None
    given = rungs.all()
    said = options_words(given)
    steps.append(Said(f"{rungs.cite}：{rungs.words}。即{said.zh}。", f"{rungs.cite}: {said.en}."))
    return within(known, version, tier, push, chosen, steps, tables, on)


def violation_of(code: str, tables: Tables) -> Violation:
    """The violation of a code; InputError when there is none."""
    found = tables.violations.get(code)
    if found is None:
        raise InputError(
            zh=f"违法行为目录中没有“{code}”",
            en=f"the catalogue has no violation {code}",
            where="violation",
            remedy_zh="从目录中选择；zhunsheng discretion list 列出全部",
            remedy_en="choose one of the catalogue; `zhunsheng discretion list` lists them all",
        )
    return found


def sorted_out(
    violation: Violation,
    circumstances: Collection[str],
    on: dt.date,
    version: ViolationVersion | None,
    tables: Tables,
) -> Chosen:
    """The chosen codes in the tables' own order; InputError for one that is not this violation's."""
    mark = tables.benchmarks[violation.code]
    own = {f.code for f in mark.factors}
    unknown = [c for c in circumstances if c not in own and c not in tables.circumstances]
    if unknown:
        raise InputError(
            zh=f"“{violation.title.zh}”没有情节“{unknown[0]}”",
            en=f"{violation.code} has no circumstance {unknown[0]}",
            where="circumstances",
            remedy_zh="从这种违法行为的情节表中选择",
            remedy_en="choose from the circumstances of this violation",
        )
    found = Chosen()
    for factor in (f for f in mark.factors if f.code in circumstances):
        if version is not None and factor.counts_under(version.law):
            found.factors.append(factor)
        else:
            found.ignored.append(factor.code)
    for code in (c for c in tables.circumstances if c in circumstances):
        dated = tables.circumstances[code].on(on)
        if dated is None:
            found.ignored.append(code)
        else:
            found.general.append((tables.circumstances[code], dated))
    return found


def named_step(known: Violation, on: dt.date, version: ViolationVersion | None, tables: Tables) -> Said:
    """The first step: which article it is."""
    if version is None:
        return Said(
            f"{on.isoformat()}施行的法律中，目录没有“{known.title.zh}”。",
            f"The law in force on {on.isoformat()} has no “{known.title.en}” in the catalogue.",
        )
    cited = tables.cited(version.basis)
    return Said(
        f"{known.title.zh}，依{on.isoformat()}施行的{cited.zh}。",
        f"{known.title.en}, under {cited.en}, in force on {on.isoformat()}.",
    )


def nothing(
    known: Violation, on: dt.date, version: ViolationVersion | None, steps: list[Said], chosen: Chosen
) -> Band:
    """The band of conduct that is not punished."""
    if version is not None:
        steps.append(
            Said(
                "该条只处罚情节较重的，没有选定较重情节，不处罚。",
                "The article punishes graver cases only, and no aggravating factor is chosen: not punished.",
            )
        )
    limits = () if version is None else tuple(o for t in version.tiers for o in t.all())
    return Band(
        known.code,
        on,
        None if version is None else version.law,
        None,
        "whole",
        (),
        (),
        limits,
        "shall",
        False,
        True,
        "unverified",
        tuple(steps),
        tuple(chosen.ignored),
    )


def tier_of(version: ViolationVersion, chosen: Chosen, steps: list[Said]) -> tuple[Tier, int] | None:
    """The tier, and whether factors that found no tier of their own push within it (1 up, -1 down); None: not punished.

    What the law itself names must lead to its tier; other factors for and against hold each other in balance.
    """
    ladder = [t for t in TIERS if version.tier(t) is not None]
    bound = chosen.factors_of("heavier", bound=True)
    heavy, light = chosen.factors_of("heavier", bound=False), chosen.factors_of("lighter")
    if "ordinary" not in ladder:
        if not bound and not heavy:
            return None
        steps.append(because(bound + heavy, ladder[0], version.law))
        return ladder[0], 0
    level, push = ladder.index("ordinary"), bool(heavy) - bool(light)
    if bound and level + 1 < len(ladder):
        level += 1
    elif bound:
        push = max(push, 1)
    if push > 0 and level + 1 < len(ladder):
        level, push = level + 1, 0
    elif push < 0 and level > 0 and not bound:
        level, push = level - 1, 0
    tier = ladder[level]
    if heavy and light:
        steps.append(
            Said(
                f"较重情节（{names(heavy)}）与较轻情节（{names(light)}）并存，互相抵销，不因此升降档次。",
                f"Factors for a heavier ({names_en(heavy)}) and a lighter tier ({names_en(light)}) hold each other in balance.",
            )
        )
    steps.append(
        because([*bound, *(heavy if not light else []), *(light if not heavy else [])], tier, version.law)
    )
    return tier, push


def because(factors: list[Factor], tier: Tier, law: str) -> Said:
    """Why this tier."""
    zh, en = TIER_WORDS[tier]
    if not factors:
        return Said(f"没有选定影响档次的情节，取“{zh}”一档。", f"No factor moves the tier: {en}.")
    cites = "、".join(dict.fromkeys(f.cite(law) for f in factors if f.cite(law)))
    own = f"（{cites}）" if cites else ""
    return Said(
        f"选定情节：{names(factors)}{own}，取“{zh}”一档。",
        f"Chosen: {names_en(factors)}{' (' + cites + ')' if cites else ''}; tier: {en}.",
    )


def names(things: Iterable[Factor | Circumstance]) -> str:
    """Titles in Chinese."""
    return "、".join(t.title.zh for t in things)


def names_en(things: Iterable[Factor | Circumstance]) -> str:
    """Titles in English."""
    return "; ".join(t.title.en for t in things)


def within(
    known: Violation,
    version: ViolationVersion,
    tier: Tier,
    push: int,
    chosen: Chosen,
    steps: list[Said],
    tables: Tables,
    on: dt.date,
) -> Band:
    """The band within a tier: which part of it, whether below its floor, whether no penalty at all."""
    rungs = version.tier(tier)
    assert rungs is not None
    given = rungs.all()
    every = tuple(o for t in version.tiers for o in t.all())
    ups = [*chosen.factors_of("upper"), *(c for c, _ in chosen.that("aggravate"))]
    downs = [*chosen.factors_of("lower"), *(c for c, _ in chosen.that("lighten"))]
    part = side(bool(ups) or push > 0, bool(downs) or push < 0)
    steps += cited_steps(chosen, tables)
    spared = [(c, v) for c, v in chosen.general if v.must_spare]
    may_reduce, must_reduce = bool(chosen.that("reduce")), any(v.must_reduce for _, v in chosen.general)
    lawful = tuple(o.unfloored() for o in given) if may_reduce else given
    if spared:
        options: tuple[Option, ...] = ()
    elif must_reduce:
        options = tuple(filter(None, (o.below_floor() for o in given))) or narrowed(lawful, "lower", tables)
        steps.append(reduced_step(tables))
    else:
        options = narrowed(given, part, tables)
        if may_reduce and part == "lower":
            options = tuple(o.unfloored() for o in options)
        steps.append(part_step(part, tables))
    sparing: Sparing = "shall" if spared else "may" if chosen.that("none") and not ups else "no"
    mark = tables.benchmarks[known.code]
    return Band(
        known.code,
        on,
        version.law,
        tier,
        part,
        options,
        () if spared else (options if must_reduce else lawful),
        tuple(o.unfloored() for o in every) if may_reduce else every,
        sparing,
        may_reduce,
        not chosen.that("not-executed"),
        mark.status,
        (*steps, *closing_steps(options, sparing, chosen, tables, mark.status)),
        tuple(chosen.ignored),
    )


def side(up: bool, down: bool) -> Where:
    """Which part of the tier: circumstances on both sides leave the whole of it."""
    return "whole" if up is down else "upper" if up else "lower"


def narrowed(options: tuple[Option, ...], part: Where, tables: Tables) -> tuple[Option, ...]:
    """That part of the options; a warning is not in the upper part of a tier that also has something heavier."""
    percent = {"whole": WHOLE, "lower": tables.parts.lower, "upper": tables.parts.upper}[part]
    heavier = [o for o in options if o.penalty != "warning"]
    return tuple(o.part(percent) for o in (heavier if part == "upper" and heavier else options))


def cited_steps(chosen: Chosen, tables: Tables) -> list[Said]:
    """Every general circumstance with its article and what it leads to."""
    found = []
    for circumstance, version in chosen.general:
        zh, en = effect_words(version)
        cited = tables.cited(version.basis)
        doubt = version.status == "unverified"
        found.append(
            Said(
                f"{circumstance.title.zh}：{zh}（{cited.zh}{'，能否适用未核实' if doubt else ''}）。",
                f"{circumstance.title.en}: {en} ({cited.en}{', unverified' if doubt else ''}).",
            )
        )
    uppers = chosen.factors_of("upper")
    if uppers:
        found.append(Said(f"{names(uppers)}：从重。", f"{names_en(uppers)}: heavier within the tier."))
    return found


EFFECTS = {
    "lighten": ("从轻", "a lighter penalty within the tier"),
    "reduce": ("减轻", "a penalty below the tier"),
    "none": ("不予处罚", "no penalty"),
    "aggravate": ("从重", "a heavier penalty within the tier"),
    "not-executed": ("拘留不执行", "detention that is not carried out"),
}


def effect_words(version: CircumstanceVersion) -> tuple[str, str]:
    """What a circumstance leads to."""
    zh = "或者".join(EFFECTS[a][0] for a in version.allows)
    en = " or ".join(EFFECTS[a][1] for a in version.allows)
    return ("应当" if version.duty == "shall" else "可以") + zh, f"{version.duty} lead to {en}"


def reduced_step(tables: Tables) -> Said:
    """That the penalty lies below the tier."""
    rule = tables.rules["rule.reduction"]
    return Said(
        f"应当减轻：在本档法定幅度以下{'（减轻的方法未核实）' if rule.status == 'unverified' else ''}。",
        "Must be reduced: below the tier's statutory range.",
    )


def part_step(part: Where, tables: Tables) -> Said:
    """Which part of the tier and where the division comes from."""
    if part == "whole":
        return Said(
            "没有单方面从轻、从重的情节，取本档全部幅度。",
            "Nothing weighs to one side only: the whole of the tier.",
        )
    low, high = tables.parts.lower if part == "lower" else tables.parts.upper
    zh = "从轻，取本档幅度的下段" if part == "lower" else "从重，取本档幅度的上段"
    en = "Lighter: the lower part" if part == "lower" else "Heavier: the upper part"
    return Said(
        f"{zh}（{low}%至{high}%，平台暂行划分，未核实）。",
        f"{en} of the tier ({low} to {high} %, a provisional division, unverified).",
    )


def closing_steps(
    options: tuple[Option, ...], sparing: Sparing, chosen: Chosen, tables: Tables, status: Status
) -> list[Said]:
    """The band in words, what is not executed, what does not count, and how far the table is checked."""
    found = []
    if options:
        said = options_words(options)
        found.append(Said(f"基准幅度：{said.zh}。", f"Band: {said.en}."))
    if sparing != "no":
        found.append(
            Said("应当不予处罚。", "No penalty may be imposed.")
            if sparing == "shall"
            else Said("可以不予处罚。", "No penalty is possible too.")
        )
    for circumstance, version in chosen.that("not-executed"):
        note = f"；{version.note.zh}" if version.note else ""
        also = f"; {version.note.en}" if version.note else ""
        found.append(
            Said(
                f"决定拘留的，不执行（{circumstance.title.zh}）{note}。",
                f"Detention, if decided, is not carried out ({circumstance.title.en}){also}.",
            )
        )
    if chosen.ignored:
        titles = [t for t in map(tables.title_of, chosen.ignored) if t is not None]
        found.append(
            Said(
                f"该法没有规定、不计入的情节：{'、'.join(t.zh for t in titles)}。",
                f"Not known to that law and not counted: {'; '.join(t.en for t in titles)}.",
            )
        )
    if status == "unverified":
        found.append(
            Said(
                "裁量基准未核实：法定幅度有条文依据，档次和分段只供参考。",
                "The benchmark is unverified: the statutory range is law, tier and part are for orientation.",
            )
        )
    return found
