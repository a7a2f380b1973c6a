"""Made-up bureaus whose cases have the same numbers, as a folder of partitions; and a few norms of every kind of form."""

from __future__ import annotations

from pathlib import Path

from zhunsheng.acts.surroundings import rulebook_folder
from zhunsheng.exchange import read_log
from zhunsheng.norms.loading import NormSet, load_norms
from zhunsheng.norms.merging import without
from zhunsheng.supervision.demo import generate, write_demo

FEW = {
    "decision.case-period",
    "hearing.right-told",
    "inquiry.duration-public-order",
    "inquiry.two-officers-public-order",
    "legal-review.passed-first",
    "recording.untouched",
    "summary.cap",
}


def few_norms(ids: set[str] = FEW) -> NormSet:
    """Those norms of the rulebook, as they stand there."""
    whole = load_norms([rulebook_folder()])
    others = {norm.id for norm in whole.norms} - ids
    return NormSet(tuple(f for file in whole.files if (f := without(file, others)) is not None))


def bureaus(root: Path, *seeds: int, cases: int = 20) -> Path:
    """A partition for each seed."""
    for seed in seeds:
        made = generate(seed=seed, cases=cases)
        source = root.parent / f"log-{seed}.csv"
        write_demo(made.cases, source, root.parent / f"{seed}.mapping.yaml")
        folder = root / f"bureau=33{seed:02}" / "year=2026"
        folder.parent.mkdir(parents=True, exist_ok=True)
        read_log(source, mapping=root.parent / f"{seed}.mapping.yaml", into=folder)
    return root
