"""The made-up year: the same for the same seed, lawful where nothing is planted, its people nobody's, its cases at every stage."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import astuple
from itertools import pairwise
from pathlib import Path

import pytest

from zhunsheng.casework.discretion.loading import shipped
from zhunsheng.casework.discretion.proposals import weigh_proposal
from zhunsheng.casework.discretion.switch import lighter_law
from zhunsheng.casework.discretion.weighing import proposal_from
from zhunsheng.supervision.checking import prepare_check
from zhunsheng.supervision.demo import breached_pairs, score, write_demo
from zhunsheng.supervision.demo.case_file import Person
from zhunsheng.supervision.demo.conduct import conduct_day
from zhunsheng.supervision.demo.dressing import Dressing
from zhunsheng.supervision.demo.generating import Demo
from zhunsheng.supervision.demo.identities import DIVISIONS, MARK, WEIGHTS, identity
from zhunsheng.supervision.demo.shapes import SHAPES
from zhunsheng.supervision.demo.year import LYING, MIX, STAGES, YEAR, year

NOW = dt.datetime(2026, 11, 25, 20, 17)  # noqa: DTZ001 - local, as the log is
FEW = 260
PENALTIES = ("penalty.proposed", "penalty.decided", "penalty.decided-on-the-spot")


def told(made: Demo) -> list[object]:
    return [(case.case_id, case.shape, [astuple(act) for act in case.acts]) for case in made.cases]


def breaches(made: Demo, folder: Path) -> set[tuple[str, str]]:
    write_demo(made.cases, folder / "log.csv", folder / "mapping.yaml")
    # As of the last act: the log's day is not over.
    return breached_pairs(prepare_check(folder / "log.csv", mapping=folder / "mapping.yaml").run("interpret"))


def test_the_same_seed_gives_the_same_year_and_another_seed_another() -> None:
    first, again, other = (year(seed=seed, cases=FEW, until=NOW) for seed in (1, 1, 2))
    assert told(first) == told(again)
    assert told(first) != told(other)


def test_the_year_ends_now_and_lasts_a_year() -> None:
    made = year(seed=3, cases=FEW, until=NOW)
    moments = [act.at for case in made.cases for act in case.acts]
    assert max(moments) <= NOW
    assert min(moments).date() >= NOW.date() - dt.timedelta(days=YEAR)
    assert len({m.month for m in moments}) == 12


def test_every_shape_occurs_and_most_matters_are_small() -> None:
    made = year(seed=1, cases=3000, until=NOW)
    shapes = Counter(case.shape for case in made.cases)
    assert set(shapes) == set(MIX) == set(SHAPES)
    assert 12 <= made.acts / len(made.cases) <= 18
    assert sum(1 for case in made.cases if len(case.acts) <= 8) > len(made.cases) / 2


@pytest.mark.parametrize("hour", [2, 9, 20])
def test_some_case_waits_at_every_stage_now(hour: int) -> None:
    made = year(seed=1, cases=FEW, until=NOW.replace(hour=hour))
    newest = Counter((case.shape, case.acts[-1].type) for case in made.cases)
    assert newest["fine", "legal-review.submitted"]
    assert newest["hearing", "hearing.postponed"]
    assert newest["detention", "detention.started"]
    assert len(made.cases) > FEW - sum(w.count for w in (*STAGES, *LYING) if w.today)


def test_a_lawful_year_shows_no_breach(tmp_path: Path) -> None:
    assert breaches(year(seed=4, cases=FEW, until=NOW, breaches=False), tmp_path) == set()


def test_every_planted_breach_is_found_and_nothing_else(tmp_path: Path) -> None:
    made = year(seed=5, cases=FEW, until=NOW)
    result = score(made.planted, breaches(made, tmp_path))
    assert result.faults == []
    assert len({p.breach.norm for p in made.planted}) >= 60


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seed", "cases"), [(1, 260), (2, 600), (3, 600), (6, 400), (7, 400), (8, 260), (13, 400), (17, 1500)]
)
def test_so_it_is_for_other_seeds_and_sizes(tmp_path: Path, seed: int, cases: int) -> None:
    made = year(seed=seed, cases=cases, until=NOW)
    assert score(made.planted, breaches(made, tmp_path)).faults == []


def test_every_penalty_of_a_suspect_states_its_violation_and_lies_within_the_band() -> None:
    kinds: Counter[str] = Counter()
    for case in year(seed=1, cases=1000, until=NOW, breaches=False).cases:
        for act in case.acts:
            if act.type not in PENALTIES:
                continue
            assert act.fields["violation"], (case.shape, act.type)
            if act.fields["violation"] not in shipped().violations:
                assert case.kind == "traffic"
                continue
            kinds[str(act.fields["violation"])] += 1
            chosen = tuple(filter(None, str(act.fields.get("circumstances", "")).split(",")))
            switch = lighter_law(str(act.fields["violation"]), conduct_day(case), act.at.date(), chosen)
            assert weigh_proposal(switch.band, proposal_from(act.fields)).position == "within"
            assert (act.fields["band"], act.fields["applied_law"]) == (switch.band.code, switch.law)
            assert act.fields["departs"] is False
        types = [act.type for act in case.acts]
        if "penalty.proposed" in types and case.kind != "traffic":
            assert types.index("case.characterised") < types.index("penalty.proposed")
    assert len(kinds) >= 10


def test_what_was_lawful_before_a_breach_was_planted_is_kept() -> None:
    made = year(seed=5, cases=FEW, until=NOW)
    lying = {waiting.norm for waiting in LYING}
    planted = {p.case_id for p in made.planted if p.breach.norm not in lying}
    assert all(case.lawful for case in made.cases if case.case_id in planted)
    assert not any(
        case.lawful for case in made.cases if case.case_id not in {p.case_id for p in made.planted}
    )


def test_identity_numbers_are_well_formed_and_of_no_division() -> None:
    who = identity(Person("某甲0001", 30, "female"), NOW, "seed").fields
    number = str(who["id_number"])
    assert number[:6] in DIVISIONS
    assert number.startswith("99")
    assert number[6:14] == f"{who['birth_on']:%Y%m%d}"
    assert int(number[16]) % 2 == 0
    assert "10X98765432"[sum(int(c) * w for c, w in zip(number, WEIGHTS, strict=False)) % 11] == number[17]
    assert str(who["phone"]).startswith("1000")
    assert str(who["name"]).startswith(MARK)


def test_people_are_as_old_as_the_case_says_on_every_day_of_it() -> None:
    for case in year(seed=1, cases=FEW, until=NOW).cases:
        dressing = Dressing(case)
        for act in case.acts:
            if act.type == "person.identified" and (act.at - case.acts[0].at).days < 40:
                born = dressing.fields(act)["birth_on"]
                assert isinstance(born, dt.date)
                assert {full_years(born, day.date()) for day in (case.acts[0].at, act.at)} == {
                    act.fields["age"]
                }


def full_years(born: dt.date, day: dt.date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def test_keys_of_people_are_those_the_platform_makes() -> None:
    from zhunsheng.casework.parties import KEY

    keys = [
        who.key for case in year(seed=1, cases=FEW, until=NOW).cases for who in Dressing(case).people.values()
    ]
    assert all(KEY.fullmatch(key) for key in keys)
    assert len(set(keys)) == len(keys)
    assert all(a != b for a, b in pairwise(sorted(keys)))
