"""Acts written in an older shape are read in today's, by gate and export alike; the row and its commitments stay as written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.procedure.dossiers import IDENTIFIED, SUSPECT, Scene
from zhunsheng.acts import columns, export, upcasters
from zhunsheng.acts.audit import ledger_audit
from zhunsheng.acts.export import log_write
from zhunsheng.acts.models import Act
from zhunsheng.acts.registry import Vocabulary
from zhunsheng.acts.upcasters import UPCASTERS, Upcasters, fields_now
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.norms.read_dossiers import read_dossiers


def renamed(old: str, new: str) -> upcasters.Upcaster:
    return lambda fields: {new if name == old else name: value for name, value in fields.items()}


def test_every_step_the_vocabulary_needs_is_registered() -> None:
    assert UPCASTERS.missing({name: t.schema for name, t in vocabulary().types.items()}) == []
    assert Upcasters().missing({"a": 3, "b": 1}) == [("a", 1), ("a", 2)]


@given(st.integers(1, 6), st.dictionaries(st.sampled_from("abcdef"), st.integers(), max_size=4))
def test_steps_follow_one_another_up_to_the_present(schema: int, fields: dict[str, int]) -> None:
    steps = Upcasters()
    for version in range(1, 6):
        steps.add("x", version, lambda found, v=version: dict(found) | {f"step {v}": v})  # type: ignore[misc]
    raised = steps.raised("x", schema, fields, 6)
    assert raised == fields | {f"step {v}": v for v in range(schema, 6)}
    assert steps.raised("x", 6, fields, 6) == fields


def test_a_missing_step_and_a_newer_act_are_not_guessed_at() -> None:
    with pytest.raises(LookupError):
        Upcasters().raised("x", 1, {}, 2)
    with pytest.raises(LookupError, match="upgrade"):
        Upcasters().raised("x", 3, {}, 2)
    steps = Upcasters()
    steps.add("x", 1, dict)
    with pytest.raises(ValueError, match="already"):
        steps.add("x", 1, dict)


@pytest.fixture
def grown(monkeypatch: pytest.MonkeyPatch) -> Mapping[str, Any]:
    """A vocabulary whose `person.identified` is in its second shape: what was `age` is told as `amount` now."""
    now = vocabulary()
    one = now.types["person.identified"]
    types = dict(now.types) | {one.name: replace(one, schema=2)}
    later = Vocabulary(types, now.fields)
    for module in (upcasters, columns, export):
        monkeypatch.setattr(module, "vocabulary", lambda: later)
    monkeypatch.setattr(upcasters, "UPCASTERS", Upcasters())
    upcasters.UPCASTERS.add("person.identified", 1, renamed("age", "amount"))
    return types


def test_gate_and_export_read_the_new_shape_and_nothing_is_rewritten(
    scene: Scene, grown: Mapping[str, Any], tmp_path: Any
) -> None:
    scene.opened()
    done = scene.do("person.identified", 20, fields=IDENTIFIED, subjects=SUSPECT)
    act = Act.objects.unfenced("a test").get(pk=done.act.id)
    assert act.schema == 1
    assert (act.fields["age"], "amount" in act.fields) == ("30", False)
    assert (fields_now(act)["amount"], "age" in fields_now(act)) == ("30", False)
    gate = columns.judged_act(act.position, act).facts
    assert (gate["f_amount"], "f_age" in gate) == (300_000, False)
    (dossier,) = read_dossiers(log_write(tmp_path / "log"))
    facts = dossier.acts[-1].facts
    assert (facts["f_amount"], facts["f_age"]) == (300_000, None)


def test_the_audit_does_not_mind(sealed: object, grown: Mapping[str, Any]) -> None:
    assert ledger_audit(processes=1).sound
