"""Frozen before the seed exists, drawn by the first checkpoint after; once; from what is within reach; and anybody can check it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from tests.inspections.conftest import Looked
from tests.inspections.looking import LOOKING, again, chosen, drawn, frozen, planned
from tests.procedure.dossiers import Scene, at
from zhunsheng.acts.audit import OTHER_CHAINS
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.inspections.audit import evidence_audit
from zhunsheng.inspections.drawing import population_freeze, sample_draw
from zhunsheng.inspections.evidence import CHAIN
from zhunsheng.inspections.exporting import sample_file
from zhunsheng.inspections.models import Chosen, Draw, Inspection, Population
from zhunsheng.inspections.sample_file import sample_faults, sample_read
from zhunsheng.ledger.keeping import ledger_signer
from zhunsheng.ledger.sequencer import ledger_sequence
from zhunsheng.people.access import Denied
from zhunsheng.people.demo import OTHER_COUNTY, STATION

pytestmark = pytest.mark.django_db


def exported(inspection: Inspection) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sample_file(again(inspection)).model_dump_json())
    return found


def checked(tmp_path: Path, given: dict[str, Any]) -> set[str]:
    """Where something is wrong."""
    file = tmp_path / "sample.json"
    file.write_text(json.dumps(given), encoding="utf-8")
    return {fault.where for fault in sample_faults(sample_read(file), [ledger_signer().key])}


def test_from_plan_to_sample(looked: Looked, tmp_path: Path) -> None:
    made = drawn(looked.supervisor, size=4, double=50)
    rows = chosen(made)
    assert [row.place for row in rows] == [1, 2, 3, 4]
    assert [row.double for row in rows] == [True, True, False, False]
    assert {row.dossier_id for row in rows} <= {one.id for one in looked.scenes}
    assert len(made.population.dossiers) == 6
    assert made.status == "drawn"
    assert list(evidence_audit()) == []
    assert OTHER_CHAINS[CHAIN] is evidence_audit
    assert checked(tmp_path, exported(made)) == set()


def test_what_is_altered_is_named(looked: Looked, tmp_path: Path) -> None:
    given = exported(drawn(looked.supervisor, size=3))
    other = "0" * 64
    assert "sample" in checked(tmp_path, given | {"sample": given["sample"][::-1]})
    fewer = given | {"population": given["population"][1:]}
    assert {"population_digest", "count"} <= checked(tmp_path, fewer)
    assert "seed" in checked(tmp_path, given | {"seed": other})
    assert "checkpoint" in checked(tmp_path, given | {"root": other})
    assert "size" in checked(tmp_path, given | {"size_of_sample": 2})
    assert "public_value" in checked(tmp_path, given | {"public_value": "7"})
    assert "read_by_two" in checked(tmp_path, given | {"double": 100})
    late = given | {"frozen": given["frozen"] | {"leaf": given["size"]}}
    assert {"checkpoint", "frozen"} <= checked(tmp_path, late)
    unsigned = given | {"checkpoint": given["checkpoint"].replace("time 2026", "time 2027")}
    assert "checkpoint" in checked(tmp_path, unsigned)
    for broken in ("{", "[]", json.dumps(given | {"more": 1}), json.dumps(given | {"format": "x"})):
        file = tmp_path / "broken.json"
        file.write_text(broken, encoding="utf-8")
        with pytest.raises(InputError):
            sample_read(file)


def altered(value: Any) -> Any:
    """Something else of the same type."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str():
            return value[:-1] + ("1" if value.endswith("0") else "0") if value else "x"
        case list():
            return value[:-1] if value else ["0" * 64]
    raise AssertionError(value)


def test_no_field_of_the_file_is_altered_unseen(looked: Looked, tmp_path: Path) -> None:
    given = exported(drawn(looked.supervisor, size=3, double=50, stratified=True))
    told = {
        name: checked(tmp_path, given | {name: altered(value)})
        for name, value in given.items()
        if name not in ("format", "frozen")
    }
    assert {name for name, where in told.items() if not where} == set()
    for name in (
        "population_digest",
        "seed",
        "sample",
        "sample_digest",
        "read_by_two",
        "inspection",
        "public_source",
    ):
        assert name in told[name]
    stratum = [one | {"stratum": altered(one["stratum"])} for one in given["population"]]
    assert "population_digest" in checked(tmp_path, given | {"population": stratum})
    for name, value in given["frozen"].items():
        if name != "openings" and (name, value) != ("path", []):
            assert checked(tmp_path, given | {"frozen": given["frozen"] | {name: altered(value)}}), name
    for name, opening in given["frozen"]["openings"].items():
        for part, value in opening.items():
            openings = given["frozen"]["openings"] | {name: opening | {part: altered(value)}}
            assert checked(tmp_path, given | {"frozen": given["frozen"] | {"openings": openings}}), (
                name,
                part,
            )


def test_the_seed_is_of_the_first_checkpoint_after_and_of_no_other(looked: Looked) -> None:
    made = frozen(looked.supervisor, size=2)
    with clock.holding(at(LOOKING + 2)):
        ledger_sequence()
        first = made.population.digest
        Scene(looked.bureau).opened()
        ledger_sequence()
        sample_draw(made.pk, by=looked.supervisor)
    assert again(made).draw.size < 6 * 4 + 5
    assert again(made).population.digest == first


def test_nothing_is_drawn_before_the_freezing_is_in_the_tree(looked: Looked) -> None:
    ledger_sequence()
    made = frozen(looked.supervisor, size=2)
    with pytest.raises(InputError, match="检查点还没有签发"):
        sample_draw(made.pk, by=looked.supervisor)
    assert not Draw.objects.exists()


def test_a_value_announced_is_needed_and_no_other_is_taken(looked: Looked, tmp_path: Path) -> None:
    made = frozen(looked.supervisor, size=2, public_source="某彩票第2026031期")
    ledger_sequence()
    with pytest.raises(InputError, match="公开数值"):
        sample_draw(made.pk, by=looked.supervisor)
    sample_draw(made.pk, by=looked.supervisor, public_value="07 11 23")
    assert checked(tmp_path, exported(made)) == set()
    other = frozen(looked.supervisor, size=2)
    ledger_sequence()
    with pytest.raises(InputError):
        sample_draw(other.pk, by=looked.supervisor, public_value="7")


def test_frozen_once_and_drawn_once(looked: Looked) -> None:
    made = drawn(looked.supervisor, size=2)
    with pytest.raises(InputError, match="新的进展"):
        population_freeze(made.pk, by=looked.supervisor)
    with pytest.raises(InputError, match="新的进展"):
        sample_draw(made.pk, by=looked.supervisor)
    assert Draw.objects.count() == 1


def test_only_a_supervisor_of_the_unit_may(looked: Looked) -> None:
    bureau = looked.bureau
    for by in (bureau.handler, bureau.approver, bureau.assessor, bureau.auditor, bureau.other_approver):
        with pytest.raises(Denied):
            planned(by)
    made = planned(looked.supervisor)
    for by in (bureau.assessor, bureau.approver, bureau.handler):
        with pytest.raises(Denied):
            population_freeze(made.pk, by=by)
    with pytest.raises(Denied):
        planned(looked.supervisor, unit=OTHER_COUNTY)
    with pytest.raises(Denied):
        population_freeze(10**9, by=looked.supervisor)


def test_what_is_sealed_or_elsewhere_is_in_no_population(looked: Looked) -> None:
    sealed = looked.scenes[0]
    sealed.do(
        "dossier.sealed",
        60,
        by=looked.bureau.approver,
        fields={"law": "-", "article": "1", "reason": "-"},
    )
    elsewhere = Scene(looked.bureau)
    elsewhere.do(
        "report.received", 0, by=looked.bureau.other_handler, fields={"case_kind": "public-order"}, subjects={"person": ("某甲",)}
    )  # fmt: skip
    made = frozen(looked.supervisor)
    assert set(made.population.dossiers) == {one.id for one in looked.scenes[1:]}


def test_an_empty_population_and_plans_that_cannot_be_are_refused(looked: Looked) -> None:
    with pytest.raises(InputError, match="没有符合条件"):
        frozen(looked.supervisor, spec={"kinds": ["traffic"]})
    for wrong in (
        {"kind": "raid"},
        {"title": " "},
        {"period_to": dt.date(2020, 1, 1)},
        {"theme": "no-such"},
        {"norms": ("no.such",)},
        {"size": 10**6},
        {"double": 101},
    ):
        with pytest.raises(InputError):
            planned(looked.supervisor, **wrong)


def test_what_was_announced_frozen_and_drawn_stays(looked: Looked) -> None:
    made = drawn(looked.supervisor, size=2)
    rows = Inspection.objects.unfenced("a test").filter(pk=made.pk)
    changes: tuple[Any, ...] = (
        lambda: rows.update(size=6),
        lambda: rows.update(double=50),
        lambda: Population.objects.filter(pk=made.pk).update(digest="0" * 64),
        lambda: Draw.objects.filter(pk=made.pk).update(seed="0" * 64),
        lambda: Draw.objects.filter(pk=made.pk).delete(),
        lambda: Chosen.objects.unfenced("a test").filter(inspection=made).update(random=False),
    )
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_audit_sees_a_case_slipped_into_a_sample(looked: Looked) -> None:
    made = drawn(looked.supervisor, size=2)
    left = next(
        one.dossier for one in looked.scenes if one.id not in {row.dossier_id for row in chosen(made)}
    )
    Chosen.objects.create(
        inspection=made, dossier=left, public_id="f" * 64, place=3, random=True, unit_id=left.unit_id
    )
    assert [fault.code for fault in evidence_audit()] == ["inspection-altered"]


def test_what_must_be_read_is_added_and_told_apart_once(looked: Looked) -> None:
    revoked = looked.scenes[2]
    revoked.do("penalty.revoked", 100, fields={"decision": "fine"}, subjects={"person": ("某乙",)})
    rows = chosen(drawn(looked.supervisor, size=1))
    must = [row for row in rows if row.mandatory]
    assert [(row.dossier_id, row.mandatory) for row in must] == [(revoked.id, "overturned")]
    assert len(rows) == (1 if must[0].random else 2)
    assert list(evidence_audit()) == []
    later = chosen(drawn(looked.supervisor, size=1))
    assert len(later) == 1, "it was read once"
    assert len(chosen(drawn(looked.supervisor, kind="patrol", size=1))) == 1


def test_a_station_is_part_of_its_branch(looked: Looked) -> None:
    made = frozen(looked.supervisor, unit=STATION)
    assert len(made.population.dossiers) == 6
    assert set(made.population.strata) == {STATION}
