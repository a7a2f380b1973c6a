"""The draw: two programs that know nothing of each other agree; order plays no part; a larger sample holds the smaller; all are equal."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunsheng.inspections.sampling import (
    Member,
    allocation,
    drawn,
    population_digest,
    read_twice,
    sample_digest,
    seed_of,
)

MEMBERS = [Member(f"{n:064x}", f"unit-{n % 3}") for n in range(60)]
members = st.lists(st.integers(0, 2**64), min_size=1, max_size=60, unique=True).map(
    lambda numbers: [Member(f"{n:064x}", f"u{n % 4}") for n in numbers]
)
seeds = st.integers(0, 2**256 - 1).map(lambda n: f"{n:064x}")


def test_the_digests_stay_what_they_are() -> None:
    """Published once, they can be computed for ever."""
    population = population_digest(MEMBERS)
    seed = seed_of(population, origin="demo.example/ledger", size=42, root="ab" * 32, public_value="07 11 23")
    sample = drawn(seed, MEMBERS, 5)
    assert population == "e6a95da229e77a03d5451516652338da98f6a46229c863ac4e747955076a7eb7"
    assert seed == "4ae9108d5c9ca4f2a3c588cf9f643b900702773679f533da7f8dd0f0ad270f38"
    assert sample_digest(sample) == "b0d545cbde53f51b21b870435730c8b7385405cd806d36b8c758373c7199f8df"


@given(members, seeds, st.integers(1, 60), st.booleans(), st.randoms())
def test_the_order_of_the_population_plays_no_part(
    population: list[Member], seed: str, size: int, stratified: bool, chance: random.Random
) -> None:
    shuffled = list(population)
    chance.shuffle(shuffled)
    assert population_digest(shuffled) == population_digest(population)
    assert drawn(seed, shuffled, size, stratified=stratified) == drawn(
        seed, population, size, stratified=stratified
    )


@given(members, seeds, st.integers(1, 59))
def test_a_larger_sample_begins_with_the_smaller(population: list[Member], seed: str, size: int) -> None:
    assert drawn(seed, population, size + 1)[:size] == drawn(seed, population, size)


@given(members, seeds, st.integers(1, 80), st.booleans())
def test_nobody_is_drawn_twice_and_the_number_is_right(
    population: list[Member], seed: str, size: int, stratified: bool
) -> None:
    sample = drawn(seed, population, size, stratified=stratified)
    assert len(set(sample)) == len(sample) == min(size, len(population))
    assert set(sample) <= set(population)


@given(st.dictionaries(st.text("abcdef", min_size=1), st.integers(1, 500), min_size=1), st.integers(0, 600))
def test_strata_give_their_share_within_one(strata: dict[str, int], size: int) -> None:
    given_ = allocation(size, strata)
    total = sum(strata.values())
    assert sum(given_.values()) == min(size, total)
    for name, count in strata.items():
        assert 0 <= given_[name] <= count
        if size < total:
            assert abs(given_[name] - size * count / total) < 1


def test_of_equal_remainders_the_lower_name_gives() -> None:
    assert allocation(1, {"b": 5, "a": 5}) == {"a": 1, "b": 0}
    assert allocation(10, {"a": 53, "b": 29, "c": 18}) == {"a": 5, "b": 3, "c": 2}


@pytest.mark.parametrize("stratified", [False, True])
def test_over_many_seeds_everybody_is_drawn_alike(stratified: bool) -> None:
    """Chi-square over 2000 seeds: with 59 degrees of freedom 107.2 is passed once in ten thousand; the strata are equal here."""
    times: Counter[str] = Counter()
    rounds, size = 2000, 15
    for n in range(rounds):
        times.update(m.id for m in drawn(f"{n:064x}", MEMBERS, size, stratified=stratified))
    expected = rounds * size / len(MEMBERS)
    # Without replacement the counts spread less: divided by the share that is not drawn.
    spread = sum((times[m.id] - expected) ** 2 / expected for m in MEMBERS) / (1 - size / len(MEMBERS))
    assert spread < 107.2


def test_the_seed_takes_in_everything() -> None:
    given_ = {"origin": "a", "size": 1, "root": "00", "public_value": ""}
    seeds_ = {
        seed_of("p", **given_),
        *(seed_of("p", **(given_ | {k: v})) for k, v in (("origin", "b"), ("size", 2), ("root", "01"), ("public_value", "1"))),
        seed_of("q", **given_),
    }  # fmt: skip
    assert len(seeds_) == 6


def test_how_many_are_read_twice() -> None:
    assert [read_twice(n, 20) for n in (0, 1, 5, 6, 30)] == [0, 1, 1, 2, 6]
    assert read_twice(30, 0) == 0
    assert read_twice(30, 100) == 30


def test_the_program_in_the_guide_draws_the_same(root: Path, tmp_path: Path) -> None:
    """The guide's program is written anew from the rules and shares no line with ours."""
    import json

    text = (root / "docs/inspections.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    for stratified in (False, True):
        population = population_digest(MEMBERS)
        head = {"origin": "demo.example/ledger", "size": 42, "root": "ab" * 32}
        seed = seed_of(population, **head, public_value="07")
        sample = drawn(seed, MEMBERS, 17, stratified=stratified)
        file = tmp_path / "sample.json"
        given_ = {
            "population": [{"id": m.id, "stratum": m.stratum} for m in reversed(MEMBERS)],
            "population_digest": population,
            **head,
            "public_value": "07",
            "seed": seed,
            "size_of_sample": 17,
            "stratified": stratified,
            "sample": [m.id for m in sample],
            "sample_digest": sample_digest(sample),
        }
        file.write_text(json.dumps(given_), encoding="utf-8")
        said = subprocess.run(
            [sys.executable, "-c", program, str(file)], capture_output=True, text=True, check=False
        )
        assert (said.returncode, said.stdout.strip()) == (0, "OK"), said.stderr
        given_["sample"] = [m.id for m in sample[1:]] + [sample[0].id]
        file.write_text(json.dumps(given_), encoding="utf-8")
        said = subprocess.run([sys.executable, "-c", program, str(file)], capture_output=True, check=False)
        assert said.returncode == 1
