"""Shares of a long piece of work done by several processes at once, their results gathered as they come."""

from __future__ import annotations

import multiprocessing
import pickle
import queue
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from zhunsheng.base.errors import InputError

Share = TypeVar("Share")
Result = TypeVar("Result")
WAIT_S = 5.0


def gathered(
    work: Callable[[Share], Iterable[Result]],
    shares: Sequence[Share],
    total: int,
    told: Callable[[int, int], None],
    size: Callable[[Result], int] = lambda _: 1,
) -> list[Result]:
    """What `work` yields for every share, each share in a process of its own; `told` hears (done, total) by `size`.

    InputError when one of them fails; then all are stopped. `work` is a function of a module, and finds Django set up.
    """
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    # Read only once Django is set up there: what it names may be in a module of models.
    jobs = [pickle.dumps((work, share)) for share in shares]
    workers = [context.Process(target=worker, args=(job, results)) for job in jobs]
    for process in workers:
        process.start()
    found: list[Result] = []
    done = 0
    try:
        while done < total:
            one = next_of(results, workers)
            found.append(one)
            done += size(one)
            told(done, total)
    finally:
        for process in workers:
            process.terminate()
            process.join()
    return found


def next_of(results: Any, workers: Sequence[Any]) -> Any:
    """The next result of any process."""
    while True:
        try:
            one = results.get(timeout=WAIT_S)
        except queue.Empty:
            if any(process.is_alive() for process in workers):
                continue
            raise failed("a process ended before its share was done") from None
        if isinstance(one, Failure):
            raise failed(one)
        return one


class Failure(str):
    """What went wrong in a process."""

    __slots__ = ()


def failed(why: str) -> InputError:
    """The error when a share was not done."""
    return InputError(
        zh=f"有一个进程没有做完它的一份：{why}",
        en=f"a process did not finish its share: {why}",
        remedy_zh="看上面的出错信息，改正后重新运行",
        remedy_en="see the error above, mend it and run this again",
    )


def worker(job: bytes, results: Any) -> None:
    """One of the processes."""
    import django

    django.setup()
    try:
        work, share = pickle.loads(job)  # noqa: S301 - from the process that started this one
        for one in work(share):
            results.put(one)
    except Exception as error:
        results.put(Failure(f"{type(error).__name__}: {error}"))
        raise
