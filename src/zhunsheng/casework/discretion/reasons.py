"""The reasoned part of papers in Chinese: what is found, under which articles, and why this penalty (认定、依据、理由)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from zhunsheng.casework.discretion.bands import EFFECTS, Band
from zhunsheng.casework.discretion.loading import shipped
from zhunsheng.casework.discretion.penalties import Proposal
from zhunsheng.casework.discretion.proposals import SPARED, position_of
from zhunsheng.casework.discretion.switch import CHOICE, Switch
from zhunsheng.casework.discretion.tables import TIER_WORDS, Tables, Violation


@dataclass(frozen=True)
class Reasons:
    """Three sentences of a paper; `paragraph` joins them."""

    found: str
    basis: str
    why: str

    @property
    def paragraph(self) -> str:
        return f"{self.found}{self.basis}{self.why}"


def reasons_text(
    *,
    person: str,
    facts: str,
    violation: Violation | str,
    switch: Switch,
    circumstances: Collection[str],
    proposal: Proposal,
    departure_reason: str = "",
    evidence: str = "",
    tables: Tables | None = None,
) -> Reasons:
    """The reasons for one person's penalty. InputError never: what is not stated is left out of the sentence."""
    tables = tables or shipped()
    known = violation if isinstance(violation, Violation) else tables.violations[violation]
    return Reasons(
        found_words(person, facts, evidence, known),
        basis_words(known, switch, tables),
        why_words(switch.band, circumstances, proposal, departure_reason, tables, known),
    )


def found_words(person: str, facts: str, evidence: str, violation: Violation) -> str:
    """认定: the facts, their evidence, and what they are in law."""
    told = facts.strip().rstrip("。；，")
    proved = evidence.strip().rstrip("。；，")
    first = f"经查，{told}。" if told else ""
    second = f"以上事实有{proved}等证据证实。" if proved else ""
    return f"{first}{second}{person}的行为构成{violation.title.zh}。"


def basis_words(violation: Violation, switch: Switch, tables: Tables) -> str:
    """依据: the article, and the choice of law where it changed."""
    version = violation.on(switch.band.on)
    if version is None:
        return ""
    cited = tables.cited(version.basis).zh
    if not switch.straddles:
        return f"依据{cited}之规定，应予处理。"
    choice = tables.cited(tables.rules[CHOICE].basis).zh
    which = "现行规定处罚较轻" if switch.verdict == "new" else "现行规定并不较轻"
    return (
        f"违法行为发生于{switch.old.on.year}年{switch.old.on.month}月{switch.old.on.day}日，其后法律已修订，{which}，"
        f"依据{choice}，适用{cited}之规定。"
    )


def why_words(
    band: Band,
    circumstances: Collection[str],
    proposal: Proposal,
    departure_reason: str,
    tables: Tables,
    violation: Violation,
) -> str:
    """理由: the circumstances with what they lead to, the tier, and a departure's reason."""
    sentences = [
        *tier_words(band, circumstances, tables, violation),
        *general_words(band, circumstances, tables),
    ]
    position = position_of(band, proposal)
    said, given = proposal.words().zh, "" if proposal.decision == SPARED else "给予"
    if position in ("below", "above") and departure_reason.strip():
        reason = departure_reason.strip().rstrip("。")
        sentences.append(f"考虑到{reason}，与一般裁量幅度有所不同，{given}{said}")
    else:
        sentences.append(f"综合违法的事实、性质、情节和社会危害程度，{given}{said}")
    return "；".join(sentences) + "。"


def tier_words(
    band: Band, circumstances: Collection[str], tables: Tables, violation: Violation
) -> Iterable[str]:
    """The factors of the violation that count, and their tier."""
    counted = [
        f.title.zh
        for f in tables.benchmarks[violation.code].factors
        if f.code in circumstances and f.code not in band.ignored
    ]
    if counted and band.tier is not None:
        yield f"鉴于{'、'.join(counted)}，属于{TIER_WORDS[band.tier][0]}"


def general_words(band: Band, circumstances: Collection[str], tables: Tables) -> Iterable[str]:
    """Each general circumstance with its article."""
    for code, circumstance in tables.circumstances.items():
        version = circumstance.on(band.on)
        if code not in circumstances or version is None:
            continue
        effect = "或者".join(EFFECTS[a][0] for a in version.allows)
        duty = "应当" if version.duty == "shall" else "可以"
        yield f"具有{circumstance.title.zh}的情节，依据{tables.cited(version.basis).zh}，{duty}{effect}"
