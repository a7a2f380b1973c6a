"""The log's side of witnessing: whom to ask, what is kept, by network and by files carried; forks are alarms."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.ledger.made import LOG_KEY, ORIGIN
from tests.ledger.witnessing import KEY, Log, witness
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.base.ids import new_id
from zhunsheng.ledger.append import append
from zhunsheng.ledger.models import Checkpoint, Cosignature
from zhunsheng.ledger.sequencer import ledger_sequence
from zhunsheng.ledger.witness.client import Refusal
from zhunsheng.ledger.witness.files import answer_request
from zhunsheng.ledger.witness.judging import Witness
from zhunsheng.ledger.witness.requests import Answer
from zhunsheng.ledger.witness.service import server
from zhunsheng.ledger.witnesses import answer_take, ask_one, checkpoint_cosign, request_write, witnesses

NAME = KEY.key.name

pytestmark = pytest.mark.django_db


def sealed(acts: int) -> Checkpoint:
    """So many more entries in the tree, under a checkpoint."""
    for _ in range(acts):
        at = clock.now().isoformat(timespec="microseconds")[:26] + "Z"
        append(chain=new_id(), position=1, previous=b"", record=new_id(), at=at, content={"a": "b"})
    checkpoint = ledger_sequence(LOG_KEY).checkpoint
    assert checkpoint is not None
    return checkpoint


@pytest.fixture
def court(tmp_path: Path) -> Witness:
    return witness(tmp_path / "kept")


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("ZHUNSHENG_LEDGER_ORIGIN", ORIGIN)
    path = tmp_path / "witnesses.json"
    path.write_text(json.dumps([{"vkey": KEY.key.vkey}]), encoding="utf-8")
    monkeypatch.setenv("ZHUNSHENG_WITNESSES", str(path))
    return path


@contextmanager
def served(court: Witness, listed: Path) -> Iterator[None]:
    """The witness on a port of its own, and its address in the list."""
    with server(court, "127.0.0.1", 0) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        host, port = listening.server_address[:2]
        listed.write_text(
            json.dumps([{"vkey": KEY.key.vkey, "url": f"http://{host!s}:{port}"}]), encoding="utf-8"
        )
        yield
        listening.shutdown()


def test_a_witness_on_the_network_cosigns_each_checkpoint_once(court: Witness, listed: Path) -> None:
    with served(court, listed):
        first = sealed(3)
        assert [(one.witness, one.outcome) for one in checkpoint_cosign()] == [(NAME, "cosigned")]
        assert checkpoint_cosign() == []
        second = sealed(2)
        assert [one.outcome for one in checkpoint_cosign()] == ["cosigned"]
    sizes = Cosignature.objects.order_by("size").values_list("size", flat=True)
    assert list(sizes) == [first.size, second.size]


def test_a_witness_that_cannot_be_reached_is_no_alarm(listed: Path) -> None:
    listed.write_text(json.dumps([{"vkey": KEY.key.vkey, "url": "http://127.0.0.1:9"}]), encoding="utf-8")
    sealed(1)
    (one,) = checkpoint_cosign()
    assert (one.outcome, one.alarming) == ("unreachable", False)
    assert not Cosignature.objects.exists()


def test_files_carried_by_hand_bring_the_cosignature_back(
    court: Witness, listed: Path, tmp_path: Path
) -> None:
    for acts in (3, 4):
        checkpoint = sealed(acts)
        asked = request_write(NAME, tmp_path / "request")
        assert asked == checkpoint
        answer_request(court, tmp_path / "request", tmp_path / "answer")
        sealed(1)  # The tree grows while the answer is on its way.
        assert answer_take(NAME, tmp_path / "answer") == checkpoint
    with pytest.raises(InputError, match="检查点"):
        answer_take(NAME, tmp_path / "answer")


def test_a_witness_that_holds_another_history_refuses(court: Witness, listed: Path, tmp_path: Path) -> None:
    assert court.add_checkpoint(Log().request(0, 5)).status == 200
    sealed(6)
    request_write(NAME, tmp_path / "request")
    answer_request(court, tmp_path / "request", tmp_path / "answer")
    with pytest.raises(Refusal):
        answer_take(NAME, tmp_path / "answer")
    assert not Cosignature.objects.exists()


def test_a_fork_met_on_the_network_is_an_alarm(court: Witness, listed: Path) -> None:
    assert court.add_checkpoint(Log().request(0, 5)).status == 200
    sealed(6)
    with served(court, listed):
        (one,) = checkpoint_cosign()
    assert (one.outcome, one.alarming) == ("refused", True)


def test_another_process_that_asked_for_a_later_checkpoint_is_no_alarm(court: Witness, listed: Path) -> None:
    """Two workers, or one that was killed and its job run again: the one with the older checkpoint comes second."""
    with served(court, listed):
        older, later = sealed(2), sealed(3)
        (listed_witness,) = witnesses()
        assert ask_one(listed_witness, later).outcome == "cosigned"
        asked = ask_one(listed_witness, older)
    assert (asked.outcome, asked.alarming) == ("overtaken", False)


def test_a_witness_out_of_order_is_no_alarm(
    court: Witness, listed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_body: bytes) -> Answer:
        return Answer(500, "内部错误\ninternal error\n".encode())

    monkeypatch.setattr(court, "add_checkpoint", broken)
    with served(court, listed):
        sealed(1)
        (asked,) = checkpoint_cosign()
    assert (asked.outcome, asked.alarming) == ("unreachable", False)


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[1]", '[{"vkey": "x"}]', '[{"url": "http://a"}]', json.dumps([{"vkey": LOG_KEY.key.vkey}])],
)
def test_a_list_that_cannot_be_right_is_refused(listed: Path, text: str) -> None:
    listed.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        witnesses()
