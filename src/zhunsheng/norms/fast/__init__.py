"""The fast local path: norms over a log prepared as memory-mapped columns, in loops compiled by numba (extra `fast`).

`prepare` a log once; `run_fast` it as often as norms change. Plans that `lowerable` refuses run on DuckDB.
"""

from zhunsheng.norms.fast.columns import Prepared
from zhunsheng.norms.fast.jit import available
from zhunsheng.norms.fast.lowering import lowerable
from zhunsheng.norms.fast.preparing import prepare
from zhunsheng.norms.fast.run import FastResults, run_fast

__all__ = ["FastResults", "Prepared", "available", "lowerable", "prepare", "run_fast"]
