"""Prometheus metrics: what every process counted, summed over the processes of this installation, and `/metrics` itself.

Web workers and job workers each keep their counts in files of their own (prometheus-client's multi-process mode) below
`run/metrics/` of the data folder. A scrape reads the files of every process group that still runs; a group keeps the counts
of a worker that was replaced, and its folder is emptied once nobody of it is left.
"""

from __future__ import annotations

import fcntl
import hmac
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

import prometheus_client
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Counter, Histogram, multiprocess, values
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

import zhunsheng
from zhunsheng.base import measures
from zhunsheng.config.database import brief_look
from zhunsheng.config.forwarding import asked_from_this_machine

PREFIX = "zhunsheng_"
FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)
PAGE = os.sysconf("SC_PAGE_SIZE")
LOCK = "lock"
LONGEST_STATEMENT_MS = 2_000
LONGEST_SCRAPE = 8.0
"""Seconds; Prometheus gives up after ten unless told otherwise."""
TICKS = os.sysconf("SC_CLK_TCK")

REQUESTS = measures.Count("requests", "Requests answered.", ("route", "method", "status"))
REQUEST_SECONDS = measures.Timing("request_seconds", "Time to answer a request.", ("route",))
DATABASE_SECONDS = measures.Timing("database_seconds", "Time a request spent in the database.", ("route",))
QUERIES = measures.Count("queries", "Statements sent to the database by requests.", ("route",))
JOBS = measures.Count("jobs", "Background jobs ended.", ("task", "outcome"))
JOB_SECONDS = measures.Timing("job_seconds", "Time a background job took.", ("task",))

_held: list[int] = []


def begin() -> None:
    """Count into shared files from now on, in this process; without it counts stay in memory (terminal, tests).

    Called by the entry points of long-lived processes, after any fork and before anything is counted. Again is no harm.
    """
    if _held:
        return
    folder = group_folder()
    _held.append(joined(folder))
    os.environ[FOLDER_VARIABLE] = str(folder)
    # The library chooses at import; it may have been imported before the folder was known.
    values.ValueClass = values.get_value_class()  # type: ignore[no-untyped-call]
    for other in metrics_home().iterdir():
        clear_if_abandoned(other)


def metrics_home() -> Path:
    """Where the groups of this installation have their folders."""
    return Path(settings.METRICS_HOME)


def group_folder() -> Path:
    """The folder of this process's group: a server with its workers has one, a job worker another.

    The number of the process namespace keeps containers apart that share the data folder.
    """
    return metrics_home() / f"{Path('/proc/self/ns/pid').stat().st_ino}-{os.getpgrp()}"


def joined(folder: Path) -> int:
    """A shared lock on the group's folder, made and emptied first where nobody of the group runs; the open file's number."""
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        if locked_alone(lock):
            for left in folder.glob("*.db"):
                left.unlink()
        fcntl.flock(lock, fcntl.LOCK_SH)
        with suppress(FileNotFoundError):
            if (folder / LOCK).stat().st_ino == os.fstat(lock).st_ino:
                return lock
        # Somebody cleared the folder away between our opening the lock and holding it.
        os.close(lock)


def locked_alone(lock: int) -> bool:
    """Whether the lock could be had with nobody else on it; it is then held."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def clear_if_abandoned(folder: Path) -> None:
    """Remove a group's folder when none of its processes is left."""
    with suppress(OSError), (folder / LOCK).open("rb") as file:
        if locked_alone(file.fileno()):
            shutil.rmtree(folder)


def living_files() -> list[str]:
    """The count files of every group that still has a running process."""
    found: list[str] = []
    for path in metrics_home().glob(f"*/{LOCK}"):
        with suppress(OSError), path.open("rb") as file:
            if not locked_alone(file.fileno()):
                found += map(str, path.parent.glob("*.db"))
    return found


@cache
def instrument(measure: measures.Count | measures.Timing) -> Counter | Histogram:
    """The library's metric for a measure, made when first needed."""
    if isinstance(measure, measures.Count):
        return Counter(PREFIX + measure.name, measure.about, measure.labels)
    return Histogram(PREFIX + measure.name, measure.about, measure.labels, buckets=SECONDS)


def listen(measure: measures.Count | measures.Timing, number: float, labels: Mapping[str, str]) -> None:
    """Take down what a layer tells."""
    metric = instrument(measure)
    child = metric.labels(**labels) if labels else metric
    if isinstance(child, Counter):
        child.inc(number)
    else:
        child.observe(number)


class Counted(Collector):
    """Counts and times of all living groups together."""

    def collect(self) -> Iterable[Metric]:
        """The sums; once more when a group was cleared away in the middle of reading."""
        try:
            return self.merged()
        except FileNotFoundError:
            return self.merged()

    @staticmethod
    def merged() -> list[Metric]:
        return list(multiprocess.MultiProcessCollector.merge(living_files()))  # type: ignore[no-untyped-call]


class Gauges(Collector):
    """Every registered gauge, read now; one that fails is left out and named in `zhunsheng_gauge_failures`."""

    def collect(self) -> Iterator[Metric]:
        """One family a gauge; reading stops when the scrape has taken as long as it may."""
        failures = GaugeMetricFamily(
            PREFIX + "gauge_failures", "Whether the gauge could not be read.", labels=["gauge"]
        )
        until = time.monotonic() + LONGEST_SCRAPE
        for gauge in measures.gauges():
            reading: measures.Reading | None = None
            if time.monotonic() < until:
                with suppress(Exception), brief_look(LONGEST_STATEMENT_MS):
                    reading = gauge.read()
            failures.add_metric([gauge.name], 1.0 if reading is None else 0.0)
            if reading is not None:
                yield family(gauge, reading)
        yield failures


def family(gauge: measures.Gauge, reading: measures.Reading) -> Metric:
    """One gauge with its values."""
    made = GaugeMetricFamily(PREFIX + gauge.name, gauge.about, labels=gauge.labels)
    for labels, value in (reading if isinstance(reading, Mapping) else {(): reading}).items():
        made.add_metric(labels, value)
    return made


class Processes(Collector):
    """Processor time, memory, open files and start of every process that counts, from /proc."""

    def collect(self) -> Iterator[Metric]:
        """One line a process; those of other process namespaces cannot be seen and are left out."""
        processor = CounterMetricFamily(
            PREFIX + "process_cpu_seconds", "Processor time used.", labels=["pid"]
        )
        memory = GaugeMetricFamily(PREFIX + "process_resident_bytes", "Memory in use.", labels=["pid"])
        files = GaugeMetricFamily(PREFIX + "process_open_files", "Open file descriptors.", labels=["pid"])
        namespace = group_folder().name.partition("-")[0]
        paths = [Path(p) for p in living_files()]
        pids = {p.stem.rpartition("_")[2] for p in paths if p.parent.name.startswith(namespace + "-")}
        for pid in sorted(pids):
            with suppress(OSError, IndexError, ValueError):
                stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
                opened = len(list(Path(f"/proc/{pid}/fd").iterdir()))
                processor.add_metric([pid], (int(stat[11]) + int(stat[12])) / TICKS)
                memory.add_metric([pid], int(stat[21]) * PAGE)
                files.add_metric([pid], opened)
        yield from (processor, memory, files)


class Build(Collector):
    """Which version runs."""

    def collect(self) -> Iterator[Metric]:
        """Always 1; the version is a label."""
        made = GaugeMetricFamily(PREFIX + "build", "The version that runs.", labels=["version"])
        made.add_metric([zhunsheng.__version__], 1)
        yield made


def exposition() -> bytes:
    """All metrics in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    parts: tuple[Collector, ...] = (Build(), Gauges())
    if _held:
        parts += (Counted(), Processes())
    for part in parts:
        registry.register(part)
    own = b"" if _held else prometheus_client.generate_latest(prometheus_client.REGISTRY)
    return own + prometheus_client.generate_latest(registry)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """`/metrics`, for this machine itself or for whoever bears ZHUNSHENG_METRICS_TOKEN."""
    if not (asked_from_this_machine(request) or bears_token(request)):
        return HttpResponseForbidden("403\n", content_type="text/plain")
    return HttpResponse(exposition(), content_type=prometheus_client.CONTENT_TYPE_LATEST)


def bears_token(request: HttpRequest) -> bool:
    """Whether the request carries the metrics token, compared in constant time; no token set means no."""
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    wanted: str | None = settings.METRICS_TOKEN
    return (
        wanted is not None
        and kind.lower() == "bearer"
        and hmac.compare_digest(given.encode(), wanted.encode())
    )


if listen not in measures.listeners:
    measures.listeners.append(listen)
