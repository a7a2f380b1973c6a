"""Time Declare4Py on the constraints of benchmarks/peers.py. Runs in the peers' own environment; prints one line of JSON.

The log is read by Declare4Py's own reader, its traces are repeated in memory; only the checking is timed.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from importlib.metadata import version

warnings.simplefilter("ignore")

from Declare4Py.D4PyEventLog import D4PyEventLog  # noqa: E402
from Declare4Py.ProcessMiningTasks.ConformanceChecking.MPDeclareAnalyzer import MPDeclareAnalyzer  # noqa: E402
from Declare4Py.ProcessModels.DeclareModel import DeclareModel  # noqa: E402
from pm4py.objects.log.obj import EventLog  # noqa: E402

GROUPS = {
    "declare": {
        "precedence": "Precedence[Insert Fine Notification, Insert Date Appeal to Prefecture] | | |",
        "response.notified": "Response[Send Fine, Insert Fine Notification] | | |",
        "response.collected": "Response[Add penalty, Send for Credit Collection] | | |",
        "not-coexistence": "Not Responded Existence[Payment, Send for Credit Collection] | | |",
    },
    "timed": {
        "timed.response": "Response[Send Fine, Insert Fine Notification] | | |0,90,d",
        "timed.precedence": "Precedence[Create Fine, Send Fine] | | |0,90,d",
    },
}
ACTIVITIES = (
    "Create Fine", "Send Fine", "Insert Fine Notification", "Add penalty", "Payment", "Send for Credit Collection",
    "Insert Date Appeal to Prefecture",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("log")
    parser.add_argument("group", choices=GROUPS)
    parser.add_argument("copies", type=int)
    parser.add_argument("rounds", type=int)
    given = parser.parse_args()
    log = D4PyEventLog()
    log.parse_xes_log(given.log)
    traces = list(log.log) * given.copies
    log.log = EventLog(traces, properties=log.log.properties)
    log.log_length = len(traces)
    constraints = GROUPS[given.group]
    lines = [*(f"activity {name}" for name in ACTIVITIES), *constraints.values()]
    model = DeclareModel().parse_from_string("\n".join(lines))
    seconds, processor, result = float("inf"), float("inf"), None
    for _ in range(given.rounds):
        begun, used = time.perf_counter(), time.process_time()
        result = MPDeclareAnalyzer(log=log, declare_model=model, consider_vacuity=True).run()
        seconds, processor = min(seconds, time.perf_counter() - begun), min(processor, time.process_time() - used)
    assert result is not None
    states = result.get_metric("state")
    counts = {name: int((states.iloc[:, n] == 0).sum()) for n, name in enumerate(constraints)}
    told = {"events": sum(map(len, traces)), "seconds": seconds, "processor": processor, "violating": counts}
    print(json.dumps({"tool": f"Declare4Py {version('declare4py')}", **told}))


if __name__ == "__main__":
    main()
