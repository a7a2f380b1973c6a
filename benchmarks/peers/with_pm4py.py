"""Time pm4py on the constraints of benchmarks/peers.py. Runs in the peers' own environment; prints one line of JSON.

The log is read once by pm4py itself and copied in memory under new case ids; only the checking is timed.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from collections.abc import Callable
from typing import Any

warnings.simplefilter("ignore")

import pandas as pd  # noqa: E402
import pm4py  # noqa: E402
from pm4py.algo.filtering.pandas.ltl import ltl_checker  # noqa: E402

CASE, ACTIVITY, TIME = "case:concept:name", "concept:name", "time:timestamp"
LIMIT = 90 * 86400
SENT, NOTIFIED, CREATED = "Send Fine", "Insert Fine Notification", "Create Fine"
COLLECTED, PENALTY, PAID, APPEAL = "Send for Credit Collection", "Add penalty", "Payment", "Insert Date Appeal to Prefecture"

DECLARE = {
    "precedence": ("precedence", (NOTIFIED, APPEAL)),
    "response.notified": ("response", (SENT, NOTIFIED)),
    "response.collected": ("response", (PENALTY, COLLECTED)),
    "not-coexistence": ("noncoexistence", (PAID, COLLECTED)),
}


def declare(log: pd.DataFrame) -> Callable[[], dict[str, int]]:
    """All declare constraints in one model."""
    model: dict[str, dict[Any, Any]] = {}
    for template, pair in DECLARE.values():
        model.setdefault(template, {})[pair] = {"support": 1.0, "confidence": 1.0}
    result = pm4py.conformance_declare(log, model)

    def counts() -> dict[str, int]:
        found = [(template, tuple(pair)) for case in result for template, pair in case["deviations"]]
        return {name: found.count(constraint) for name, constraint in DECLARE.items()}

    return counts


def timed(log: pd.DataFrame) -> Callable[[], dict[str, int]]:
    """Time-bounded eventually-follows, one call for each constraint: the cases in which it holds."""
    parameters = {ltl_checker.Parameters.TIMESTAMP_DIFF_BOUNDARIES: [[0, LIMIT]], ltl_checker.Parameters.POSITIVE: True}
    notified = ltl_checker.eventually_follows(log, [SENT, NOTIFIED], parameters=parameters)
    created = ltl_checker.eventually_follows(log, [CREATED, SENT], parameters=parameters)

    def counts() -> dict[str, int]:
        sent = log[log[ACTIVITY] == SENT][CASE].nunique()
        return {"timed.response": sent - notified[CASE].nunique(), "timed.precedence": sent - created[CASE].nunique()}

    return counts


def profile(log: pd.DataFrame) -> Callable[[], dict[str, int]]:
    """A temporal profile whose band is from 0 to the limit."""
    band = (LIMIT / 2, LIMIT / 2)
    result = pm4py.conformance_temporal_profile(log, {(SENT, NOTIFIED): band, (CREATED, SENT): band}, zeta=1)

    def counts() -> dict[str, int]:
        pairs = [pair for case in result for pair in {deviation[:2] for deviation in case}]
        return {"timed.pair": pairs.count((SENT, NOTIFIED)), "timed.precedence": pairs.count((CREATED, SENT))}

    return counts


CHECKS = {"declare": declare, "timed": timed, "profile": profile}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("log")
    parser.add_argument("group", choices=CHECKS)
    parser.add_argument("copies", type=int)
    parser.add_argument("rounds", type=int)
    given = parser.parse_args()
    one = pm4py.read_xes(given.log)[[CASE, ACTIVITY, TIME]]
    log = pd.concat([one.assign(**{CASE: f"{k}-" + one[CASE]}) for k in range(given.copies)], ignore_index=True)
    seconds, processor, counts = float("inf"), float("inf"), {}
    for _ in range(given.rounds):
        begun, used = time.perf_counter(), time.process_time()
        counts = CHECKS[given.group](log)
        seconds, processor = min(seconds, time.perf_counter() - begun), min(processor, time.process_time() - used)
    told = {"events": len(log), "seconds": seconds, "processor": processor, "violating": counts()}
    print(json.dumps({"tool": f"pm4py {pm4py.__version__}", **told}))


if __name__ == "__main__":
    main()
