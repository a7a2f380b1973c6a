"""The quarantine read once more from the page: a job of the worker, asked for once, its state and result in sight."""

from __future__ import annotations

import zlib
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import connection
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.feeds.conftest import Feeding
from tests.feeds.rows import ROWS, csv
from tests.feeds.test_folder import BAD_TYPE, kept, waiting
from tests.supervision.loop.acting import signed_in
from zhunsheng.feeds.models import Run
from zhunsheng.feeds.selectors import feed_states
from zhunsheng.feeds.services import LOCK_SPACE, feed_run, quarantine_retry
from zhunsheng.feeds.tasks import feeds_read, quarantine_read
from zhunsheng.people.demo import Bureau

PAGE = "/feeds/?feed=city"


@pytest.fixture
def mended(tmp_path: Path, feed: Feeding, home: Path) -> Path:
    """A row waits, and the mapping has been mended since."""
    folder = tmp_path / "drop"
    csv(folder, "a.csv", (*ROWS, BAD_TYPE))
    feed({"kind": "folder", "path": str(folder), "settled": 0})
    feed_run("city")
    file = home / "feeds" / "city.yaml"
    told = yaml.safe_load(file.read_text(encoding="utf-8"))
    told["mapping"]["types"]["审讯"] = "person.questioned"
    file.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    return file


def clicked(client: Client, committing: Any) -> str:
    """What the page says after the button was pressed."""
    with committing(execute=True):
        assert client.post(PAGE, {"do": "retry"}).status_code == 302
    return client.get(PAGE).content.decode()


def jobs() -> list[str]:
    return list(
        ProcrastinateJob.objects.filter(task_name=quarantine_read.name).values_list("status", flat=True)
    )


def retries() -> list[str]:
    return list(Run.objects.filter(way="retry").order_by("pk").values_list("state", flat=True))


def test_it_waits_for_a_worker_in_sight_and_a_second_click_adds_nothing(
    mended: Path, bureau: Bureau, django_capture_on_commit_callbacks: Any
) -> None:
    client = signed_in(bureau.supervisor)
    shown = clicked(client, django_capture_on_commit_callbacks)
    assert "已安排再读一次" in shown
    assert "再读一次：等待后台处理" in shown
    assert len(waiting()) == 1
    shown = clicked(client, django_capture_on_commit_callbacks)
    assert "没有重复安排" in shown
    assert (retries(), jobs()) == (["waiting"], ["todo"])
    quarantine_read("city")
    assert waiting() == []
    shown = client.get(PAGE).content.decode()
    assert "读1行，新1，变0，已有0，仍未读入0" in shown
    assert "等待后台处理" not in shown
    quarantine_read("city")
    assert (retries(), len(kept())) == (["done"], 5)


def test_a_lost_job_is_called_again_by_the_clock_and_the_turn_of_the_feed_does_not_move(
    mended: Path, bureau: Bureau, django_capture_on_commit_callbacks: Any
) -> None:
    clicked(signed_in(bureau.supervisor), django_capture_on_commit_callbacks)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    feeds_read(0)
    assert jobs() == ["todo"]


def test_while_somebody_reads_the_feed_it_goes_on_waiting(
    mended: Path, bureau: Bureau, django_capture_on_commit_callbacks: Any
) -> None:
    clicked(signed_in(bureau.supervisor), django_capture_on_commit_callbacks)
    other = connection.copy()
    with closing(other), other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", (LOCK_SPACE, zlib.crc32(b"city") - 2**31))
        quarantine_read("city")
        assert retries() == ["waiting"]
    quarantine_read("city")
    assert retries() == ["done"]


def test_the_command_does_what_waits(
    mended: Path, bureau: Bureau, django_capture_on_commit_callbacks: Any
) -> None:
    clicked(signed_in(bureau.supervisor), django_capture_on_commit_callbacks)
    run = quarantine_retry("city")
    assert (run.state, run.new) == ("done", 1)
    assert retries() == ["done"]


def test_a_fault_is_told_on_the_page(
    mended: Path, bureau: Bureau, django_capture_on_commit_callbacks: Any
) -> None:
    client = signed_in(bureau.supervisor)
    clicked(client, django_capture_on_commit_callbacks)
    whole = mended.read_text(encoding="utf-8")
    wrong = yaml.safe_load(whole)
    wrong["mapping"]["fields"]["identity_known"]["type"] = "number"
    mended.write_text(yaml.safe_dump(wrong, allow_unicode=True), encoding="utf-8")
    quarantine_read("city")
    assert retries() == ["failed"]
    shown = client.get(PAGE).content.decode()
    assert "没有读完" in shown
    assert "identity_known" in shown
    assert len(waiting()) == 1
    mended.write_text(whole, encoding="utf-8")
    clicked(client, django_capture_on_commit_callbacks)
    mended.write_text("name: [", encoding="utf-8")
    quarantine_read("city")
    assert retries() == ["failed", "failed"]


def test_one_whose_worker_died_can_be_asked_for_again(
    mended: Path, bureau: Bureau, django_capture_on_commit_callbacks: Any
) -> None:
    client = signed_in(bureau.supervisor)
    clicked(client, django_capture_on_commit_callbacks)
    Run.objects.filter(way="retry").update(state="running")
    assert "正在进行" in client.get(PAGE).content.decode()
    assert "已安排再读一次" in clicked(client, django_capture_on_commit_callbacks)
    assert retries() == ["failed", "waiting"]
    assert [one.state for one in feed_states()] == ["well"]


def test_it_is_for_supervisors_of_the_unit(mended: Path, bureau: Bureau) -> None:
    assert signed_in(bureau.administrator).post(PAGE, {"do": "retry"}).status_code == 403
    assert retries() == []
