"""A norm is proposed with its back-test, activated by a second person, in force at the next act, and part of the ledger."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from tests.governance.conftest import DRAFT
from tests.procedure.dossiers import SUSPECT, Scene
from zhunsheng.acts.audit import ledger_audit
from zhunsheng.base.errors import InputError
from zhunsheng.governance.backtest import BackTest, platform_backtest
from zhunsheng.ledger.sequencer import ledger_sequence
from zhunsheng.people.access import Denied
from zhunsheng.people.demo import Bureau
from zhunsheng.procedure import audit_changes
from zhunsheng.procedure.audit_changes import changes_audit
from zhunsheng.procedure.changing import (
    committed,
    norm_decide,
    norm_propose,
    norm_retirement_propose,
    proposals_open,
    stored_text,
)
from zhunsheng.procedure.errors import Refused
from zhunsheng.procedure.models import RulebookChange
from zhunsheng.procedure.overlay import overlay_files, overlay_folder, overlay_restore
from zhunsheng.procedure.rulebook import rulebook

pytestmark = [pytest.mark.usefixtures("served")]
NORM = "intake.handler-present"


def proposed(draft: Path, bureau: Bureau, result: BackTest | None = None) -> RulebookChange:
    content = b"{}" if result is None else result.content()
    return norm_propose(
        draft.stem,
        draft=draft.read_bytes(),
        backtest=content,
        reason="检查发现先到案后查明身份",
        by=bureau.legal_reviewer,
    )


def decided(change: RulebookChange, bureau: Bureau, *, activate: bool = True) -> RulebookChange:
    # What is done on commit is done here: the test's own transaction never commits.
    made = norm_decide(change.id, activate=activate, draft=change.draft, reason="同意", by=bureau.approver)
    for _, hook, _ in connection.run_on_commit:
        hook()
    connection.run_on_commit = []
    return made


def test_a_norm_is_in_force_once_a_second_person_has_activated_it(
    scene: Scene, bureau: Bureau, draft: Path
) -> None:
    before = rulebook().digest
    result = platform_backtest(draft)
    change = proposed(draft, bureau, result)
    assert (change.draft, change.backtest) == (result.draft, result.digest)
    assert proposals_open() == [change]
    assert stored_text(change.draft) == DRAFT
    assert rulebook().digest == before
    scene.opened()
    scene.do("person.arrived", 40, fields={"identity_known": True}, subjects=SUSPECT)
    decided(change, bureau)
    assert rulebook().digest != before
    assert NORM in {norm.id for norm in rulebook().norms.norms}
    scene.id = None
    scene.opened()
    with pytest.raises(Refused):
        scene.do("person.arrived", 50, fields={"identity_known": True}, subjects=SUSPECT)
    assert proposals_open() == []


def test_nobody_activates_what_they_proposed_nor_without_the_office(
    bureau: Bureau, draft: Path, scene: Scene
) -> None:
    for officer in (bureau.handler, bureau.approver, bureau.administrator, bureau.supervisor):
        with pytest.raises(Denied):
            norm_propose("x", draft=b"", backtest=b"", reason="x", by=officer)
    change = proposed(draft, bureau)
    for officer in (bureau.handler, bureau.legal_reviewer, bureau.administrator, bureau.other_approver):
        with pytest.raises(Denied):
            norm_decide(change.id, activate=True, draft=change.draft, reason="x", by=officer)
    with pytest.raises(InputError, match="not what was proposed"):
        norm_decide(change.id, activate=True, draft="0" * 64, reason="x", by=bureau.approver)
    with pytest.raises(InputError, match="no reason"):
        norm_decide(change.id, activate=True, draft=change.draft, reason=" ", by=bureau.approver)
    decided(change, bureau, activate=False)
    assert not overlay_folder().exists()
    with pytest.raises(InputError, match="decided"):
        norm_decide(change.id, activate=True, draft=change.draft, reason="x", by=bureau.approver)


def test_the_database_refuses_a_decision_of_the_proposer_and_any_change(
    bureau: Bureau, draft: Path, scene: Scene
) -> None:
    change = proposed(draft, bureau)
    columns = {f.attname: getattr(change, f.attname) for f in RulebookChange._meta.concrete_fields}
    own = columns | {"position": 2, "step": "activated", "proposal_id": change.id}
    own.pop("id")
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        RulebookChange.objects.create(**own)
    other = own | {"by_id": bureau.approver.number, "draft": "1" * 64}
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        RulebookChange.objects.create(**other)
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        RulebookChange.objects.update(reason="y")


def test_a_file_that_is_not_what_was_activated_is_refused(bureau: Bureau, draft: Path, scene: Scene) -> None:
    decided(proposed(draft, bureau), bureau)
    in_force = rulebook().digest
    (path,) = overlay_files()
    path.write_text(DRAFT.replace("severity: blocking", "severity: advisory"), encoding="utf-8")
    # A process that has an edition keeps it; one that starts does not.
    assert rulebook().digest == in_force
    rulebook.cache_clear()
    with pytest.raises(InputError, match="not what was activated"):
        rulebook()
    path.unlink()
    overlay_restore()
    assert rulebook().digest == in_force
    (overlay_folder() / "own.yaml").write_text(DRAFT, encoding="utf-8")
    rulebook.cache_clear()
    with pytest.raises(InputError, match="nobody has activated"):
        rulebook()


def test_an_activated_norm_is_retired_by_the_same_two_steps(
    bureau: Bureau, draft: Path, scene: Scene
) -> None:
    shipped = rulebook().digest
    decided(proposed(draft, bureau), bureau)
    assert rulebook().digest != shipped
    decided(norm_retirement_propose(draft.stem, reason="改由法定规范约束", by=bureau.legal_reviewer), bureau)
    assert rulebook().digest == shipped
    with pytest.raises(InputError):
        norm_retirement_propose(draft.stem, reason="x", by=bureau.legal_reviewer)


def test_every_step_is_an_entry_of_the_ledger_and_the_audit_recomputes_it(
    transactional_db: None, bureau: Bureau, draft: Path, scene: Scene
) -> None:
    scene.opened()
    change = proposed(draft, bureau)
    made = decided(change, bureau, activate=False)
    assert (len(bytes(made.digest)), made.position) == (32, 2)
    ledger_sequence()
    found = ledger_audit()
    assert found.faults == []
    assert found.leaves == found.acts + 2


def test_an_altered_step_is_found_by_the_audit(
    bureau: Bureau, draft: Path, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposed(draft, bureau)
    # The tables cannot be altered from here; what an intruder would leave is shown instead.
    monkeypatch.setattr(audit_changes, "committed", lambda row: committed(row) | {"reason": "another"})
    assert [fault.code for fault in changes_audit()] == ["change-altered"]
