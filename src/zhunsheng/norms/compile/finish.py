"""From what an engine hands over to rows of the findings table: evidence put in order, the rest derived as everywhere."""

from __future__ import annotations

import pyarrow as pa

from zhunsheng.norms.compile.standstills import ITEM, ITEMS
from zhunsheng.norms.plans import Plan
from zhunsheng.norms.results_table import CORE, finished

ROWS_AT_ONCE = 1 << 17


def finish(batch: pa.RecordBatch | pa.Table, plan: Plan, *, zone: str, as_of_us: int) -> pa.Table:
    """Rows in the columns of `CORE`, evidence as items of seq and id, as rows of the findings table."""
    table = pa.table([batch.column(f.name) for f in CORE], names=CORE.names).cast(CORE)
    if table["evidence"].null_count < len(table):
        told = zip(
            *(table[c].to_pylist() for c in ("evidence", "opened_seq", "opened_by", "met_seq", "met_by")),
            strict=True,
        )
        texts = [None if items is None else in_order(items, seqs) for items, *seqs in told]
        table = table.set_column(
            table.schema.get_field_index("evidence"), "evidence", pa.array(texts, pa.string())
        )
    return finished(table, plan, zone=zone, as_of_us=as_of_us)


def in_order(items: str, known: list[object]) -> str:
    """Ids of all acts that decide, by seq, each once."""
    opened_seq, opened_by, met_seq, met_by = known
    acts = {int(seq): act_id for seq, act_id in (item.split(ITEM, 1) for item in items.split(ITEMS))}
    assert isinstance(opened_seq, int)
    acts[opened_seq] = str(opened_by)
    if isinstance(met_seq, int):
        acts[met_seq] = str(met_by)
    return " ".join(acts[seq] for seq in sorted(acts))
