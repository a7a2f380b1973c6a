"""A made-up bureau and its log for `zhunsheng demo`: lawful cases by construction, and breaches planted in some of them.

Nobody and nothing here is real. Amounts, ages and hours are facts of invented cases; the law on them is in the rulebook.
"""

from zhunsheng.supervision.demo.case_file import CaseFile, DemoAct
from zhunsheng.supervision.demo.generating import Demo, generate
from zhunsheng.supervision.demo.log_writing import write_demo
from zhunsheng.supervision.demo.scoring import Score, breached_pairs, score, write_ledger

__all__ = [
    "CaseFile",
    "Demo",
    "DemoAct",
    "Score",
    "breached_pairs",
    "generate",
    "score",
    "write_demo",
    "write_ledger",
]
