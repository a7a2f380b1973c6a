"""Rows of a relational database through SQLAlchemy's core: those from a mark on, in its order, page by page."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from zhunsheng.base.clock import LOCAL
from zhunsheng.base.errors import InputError

from .feed_file import SqlSource, secret
from .pages import Page, cells_of

DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "oracle": "oracle+oracledb",
    "mssql": "mssql+pymssql",
    "mysql": "mysql+pymysql",
}
EXTRAS = {"oracle": "feed-oracle", "mssql": "feed-sqlserver", "mysql": "feed-mysql"}


class SqlConnector:
    """Reads in one read-only transaction a run; never writes."""

    def __init__(self, source: SqlSource) -> None:
        self.source = source

    def pages(self, cursor: str) -> Iterator[Page]:
        """Rows whose mark is not before the place, by mark; all rows where the feed has no mark."""
        import sqlalchemy as sa

        source, highest = self.source, mark_read(cursor)
        try:
            engine = sa.create_engine(self.address(), poolclass=sa.pool.NullPool)
            with engine.connect() as connection:
                base = (
                    sa.text(source.query).columns().subquery("feed_rows")
                    if source.query is not None
                    else table_of(connection, source.table or "")
                )
                if isinstance(highest, Stated) and source.mark is not None:
                    highest = highest.as_one_of(connection.execute(probed(base, source.mark)).scalar())
                asked = statement(base, source, highest)
                found = connection.execution_options(stream_results=True).execute(asked)
                header = tuple(found.keys())
                for part in found.mappings().partitions(source.page):
                    if source.mark is not None:
                        highest = highest_of(highest, [row[name_in(header, source.mark)] for row in part])
                    rows = [cells_of(dict(row)) for row in part]
                    yield Page(rows, mark_written(highest), header, place=source.table or "query")
        except (sa.exc.SQLAlchemyError, ImportError) as fault:
            raise unreachable(self.kind(), fault) from None

    def cursor_at(self, mark: str) -> str:
        """A mark as the column shows it: a number, a date or time, or text."""
        return json.dumps({"type": "stated", "value": mark}) if mark else ""

    def address(self) -> str:
        """The database's address with the driver of ours."""
        url = self.source.url or secret(self.source.url_env) or ""
        kind, sign, rest = url.partition("://")
        return f"{DRIVERS.get(kind, kind)}{sign}{rest}"

    def kind(self) -> str:
        """Which database it is."""
        return self.address().split("+")[0].split(":")[0]


def statement(base: Any, source: SqlSource, highest: Any) -> Any:
    """The rows from a mark on, in its order; all of them where the feed has no mark."""
    import sqlalchemy as sa

    asked = sa.select(sa.text("*")).select_from(base)
    if source.mark is None:
        return asked
    mark: Any = sa.column(source.mark)
    if highest is not None:
        asked = asked.where(mark >= before(highest, source.overlap))
    return asked.order_by(mark)


def probed(base: Any, name: str) -> Any:
    """One value of the mark's column, to see its type."""
    import sqlalchemy as sa

    mark: Any = sa.column(name)
    return sa.select(mark).select_from(base).where(mark.is_not(None)).limit(1)


@dataclass(frozen=True)
class Stated:
    """A mark as somebody typed it, not yet of the column's type."""

    text: str

    def as_one_of(self, example: Any) -> Any:
        """The mark in the type of a value of the column; InputError where the text is none."""
        try:
            match example:
                case dt.datetime():
                    told = dt.datetime.fromisoformat(self.text)
                    zone = None if example.tzinfo is None else told.tzinfo or LOCAL
                    return told.replace(tzinfo=zone)
                case dt.date():
                    return dt.date.fromisoformat(self.text)
                case bool() | int() | float() | Decimal():
                    return Decimal(self.text)
        except (ValueError, ArithmeticError):
            raise InputError(
                zh=f"水位列的值不是“{self.text}”这样的",
                en=f"the mark's column has no values such as {self.text!r}",
                where="--from",
                remedy_zh=f"写成如 {example} 的值",
                remedy_en=f"write it as {example}",
            ) from None
        return self.text


def table_of(connection: Any, name: str) -> Any:
    """A table or view by its name, with its schema where it has one."""
    import sqlalchemy as sa

    schema, _, table = name.rpartition(".")
    names = [column["name"] for column in sa.inspect(connection).get_columns(table, schema=schema or None)]
    return sa.table(table, *[sa.column(n) for n in names], schema=schema or None)


def name_in(header: tuple[str, ...], name: str) -> str:
    """The column as the answer spells it."""
    found = next((h for h in header if h.lower() == name.lower()), None)
    if found is None:
        raise InputError(
            zh=f"查询结果中没有水位列“{name}”",
            en=f"the rows have no column {name!r} for the mark",
            where="source.mark",
            remedy_zh=f"现有的列：{'、'.join(header[:12])}",
            remedy_en=f"columns: {', '.join(header[:12])}",
        )
    return found


def highest_of(so_far: Any, values: list[Any]) -> Any:
    """The highest mark yet; rows without one move nothing."""
    known = [plain(v) for v in values if v is not None]
    return max([*known, *([] if so_far is None else [so_far])], default=None)


def plain(value: Any) -> Any:
    """A mark in one of the few types that can be kept: numbers exact, times as they come."""
    if isinstance(value, float | Decimal):
        return Decimal(str(value))
    return value if isinstance(value, int | dt.datetime | dt.date) else str(value)


def before(mark: Any, overlap: int) -> Any:
    """The mark less the overlap; text has none."""
    if isinstance(mark, dt.datetime):
        return mark - dt.timedelta(seconds=overlap)
    if isinstance(mark, dt.date):
        return mark - dt.timedelta(days=-(-overlap // 86_400))
    return mark - overlap if isinstance(mark, int | Decimal) else mark


def mark_written(mark: Any) -> str:
    """A mark with its type, so that it compares in the database as it did."""
    if mark is None:
        return ""
    kinds = {dt.datetime: "time", dt.date: "date", int: "int", Decimal: "decimal"}
    text = mark.isoformat() if isinstance(mark, dt.date) else str(mark)
    return json.dumps({"type": kinds.get(type(mark), "text"), "value": text})


def mark_read(cursor: str) -> Any:
    """The mark a cursor holds; None at the beginning."""
    if not cursor:
        return None
    kept = json.loads(cursor)
    read: Any = {
        "stated": Stated,
        "time": dt.datetime.fromisoformat,
        "date": dt.date.fromisoformat,
        "int": int,
        "decimal": Decimal,
    }.get(kept["type"], str)
    return read(kept["value"])


def unreachable(kind: str, fault: Exception) -> InputError:
    """What the database or its driver said, without the address, which may hold a password."""
    said = str(getattr(fault, "orig", None) or fault).splitlines()[0][:300]
    extra = EXTRAS.get(kind)
    if isinstance(fault, ImportError) and extra:
        return InputError(
            zh=f"没有安装 {kind} 的驱动",
            en=f"the driver for {kind} is not installed",
            where="source.url",
            remedy_zh=f"pip install 'zhunsheng[{extra}]'",
            remedy_en=f"pip install 'zhunsheng[{extra}]'",
        )
    return InputError(
        zh=f"数据库读不了：{said}",
        en=f"the database cannot be read: {said}",
        where=f"source ({kind})",
        remedy_zh="核对地址、账户、查询语句和网络；已读入的不受影响，修好后再运行即可",
        remedy_en="check address, account, query and network; what was read is kept: run it again once mended",
    )
