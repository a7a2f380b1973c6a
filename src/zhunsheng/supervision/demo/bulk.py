"""A big city's cases in bulk: dossiers made through the door, multiplied in the database. For benchmarks, never for evidence.

Every copy has its own number, unit, people and times; dossiers, case rows, parties and search terms are as the door and the
projections make them. A whole city's obligations and findings are not copied: `walking` makes them act by act. The copies' acts
keep the words of their model, dates and times moved, and there are no ledger entries for them: `zhunsheng ledger audit` would say
so at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction
from psycopg import ClientCursor

from zhunsheng.base.clock import LOCAL
from zhunsheng.supervision.demo.breach_ops import NEW_LAW
from zhunsheng.supervision.demo.identities import DIVISIONS, MARK, SURNAMES, WEIGHTS

ONE_RUNNING_IN = 25
"""One case in so many has something due: a month's work of a year."""
STEMS = "甲乙丙丁戊己庚辛壬癸"
Told = Callable[[str, int], None]


@dataclass(frozen=True)
class Bulk:
    """How many copies, spread over how many days before their models.

    `whole`: acts of all, moved by whole weeks on their side of the change of the law, and no obligations. Else acts and
    obligations of running ones only, for lists.
    """

    copies: int
    days: int = 365
    whole: bool = True


CHECK_DIGIT = f"""
CREATE OR REPLACE FUNCTION pg_temp.with_check(body text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
SELECT body || substr('10X98765432', 1 + (
  SELECT sum(substr(body, i, 1)::int * (ARRAY{list(WEIGHTS)})[i]) FROM generate_series(1, 17) i)::int % 11, 1)
$$
"""  # noqa: S608 - numbers of ours

MODELS = """
CREATE TEMP TABLE model AS
SELECT d.id, d.opened_at, c.closed_at IS NULL AND c.due_at IS NOT NULL AS running, 0::bigint AS place
FROM acts_dossier d JOIN casework_case c ON c.dossier_id = d.id;
UPDATE model SET place = counted.place FROM (
  SELECT id, row_number() OVER (PARTITION BY running ORDER BY id) - 1 AS place FROM model
) counted WHERE counted.id = model.id;
CREATE TEMP TABLE place AS
SELECT unit.code AS unit, officer.number AS handler, row_number() OVER (ORDER BY officer.number) - 1 AS place
FROM people_officer officer JOIN people_unit unit ON unit.code = officer.unit_id AND unit.kind = 'station'
JOIN people_roleassignment held ON held.officer_id = officer.id AND held.role = 'handler';
ANALYZE model;
ANALYZE place
"""
COUNTS = "SELECT count(*) FILTER (WHERE running), count(*) FILTER (WHERE NOT running), (SELECT count(*) FROM place) FROM model"
COPY = """
CREATE TEMP TABLE copy AS
WITH thrown AS (
  SELECT n, n %% %(one_running_in)s = 0 AS running, md5('copy' || n) AS dice,
    ('x' || substr(md5('model' || n), 1, 7))::bit(28)::int AS one, ('x' || substr(md5('place' || n), 1, 7))::bit(28)::int AS two,
    ('x' || substr(md5(n::text), 1, 7))::bit(28)::int AS three
  FROM generate_series(1, %(copies)s) n
), placed AS (
  SELECT *, one %% CASE WHEN running THEN %(running)s ELSE %(finished)s END AS model_place, two %% %(places)s AS unit_place
  FROM thrown
)
SELECT n, model.id AS model, running, moved.back, model.opened_at, dice, place.unit, place.handler,
  (lpad(to_hex((extract(epoch FROM model.opened_at - back) * 1000)::bigint), 12, '0') || '7' || substr(dice, 1, 3) || '8'
    || substr(dice, 4, 15))::uuid AS id,
  extract(year FROM (model.opened_at - back) AT TIME ZONE 'Asia/Shanghai')::int AS year
FROM placed JOIN model USING (running) JOIN place ON place.place = unit_place
CROSS JOIN LATERAL (SELECT {back} AS back) moved
WHERE model.place = model_place
"""
BACK_IN_LISTS = "make_interval(days => CASE WHEN running THEN three %% 4 ELSE three %% %(days)s END)"
BACK_IN_WEEKS = """
make_interval(days => CASE WHEN running THEN 0 ELSE 7 * (three %% (1 + greatest(0, floor(extract(epoch FROM
  model.opened_at - greatest(now() - make_interval(days => %(days)s),
  CASE WHEN model.opened_at >= %(new_law)s THEN %(new_law)s ELSE '-infinity' END
)) / 604800))::int)) END)
"""
NUMBERED = """
ALTER TABLE copy ADD number text;
UPDATE copy SET number = counted.unit || '-' || counted.year || '-' || lpad((counted.last + counted.place)::text, 6, '0')
FROM (
  SELECT copy.n, copy.unit, copy.year, coalesce(had.last, 0) AS last,
    row_number() OVER (PARTITION BY copy.unit, copy.year ORDER BY copy.opened_at - copy.back, copy.n) AS place
  FROM copy LEFT JOIN acts_numbering had ON had.unit_id = copy.unit AND had.year = copy.year
) counted WHERE counted.n = copy.n;
CREATE INDEX ON copy (model);
INSERT INTO acts_numbering (unit_id, year, last) SELECT unit, year, count(*) FROM copy GROUP BY unit, year
ON CONFLICT (unit_id, year) DO UPDATE SET last = acts_numbering.last + excluded.last;
ANALYZE copy
"""
DOSSIERS = """
INSERT INTO acts_dossier (id, number, kind, unit_id, opened_at, closed_at, sealed_at, position, head, revision, edition)
SELECT copy.id, copy.number, d.kind, copy.unit, d.opened_at - back, d.closed_at - back, d.sealed_at - back, d.position,
  d.head, d.revision, {edition}
FROM copy JOIN acts_dossier d ON d.id = copy.model
"""
PEOPLE = """
CREATE TEMP TABLE person AS
WITH thrown AS (
  SELECT p.id AS model, copy.id AS dossier, p.key, p.roles, p.age, p.sex, p.juvenile, p.birth_on - copy.back AS born,
    p.name <> '' AS named, p.id_number <> '' AS numbered, copy.n,
    ('x' || substr(md5(copy.n || p.key), 1, 7))::bit(28)::int AS one,
    ('x' || substr(md5(copy.n || p.key), 8, 7))::bit(28)::int AS two
  FROM copy JOIN casework_party p ON p.dossier_id = copy.model
)
SELECT model, dossier, key, roles, age, sex, juvenile, born,
  CASE WHEN named THEN %(mark)s || substr(%(surnames)s, 1 + one %% %(surname_count)s, 1)
    || substr(%(stems)s, 1 + two %% 10, 1) || substr(%(stems)s, 1 + two / 10 %% 10, 1) ELSE '' END AS name,
  CASE WHEN numbered THEN pg_temp.with_check((%(divisions)s::text[])[1 + n %% %(division_count)s]
    || to_char(born, 'YYYYMMDD') || lpad((two / 100 %% 100)::text, 2, '0')
    || CASE sex WHEN 'male' THEN '1' ELSE '2' END) ELSE '' END AS id_number
FROM thrown;
CREATE INDEX ON person (dossier);
ANALYZE person
"""
PARTIES = """
INSERT INTO casework_party (dossier_id, key, name, roles, id_number, birth_on, age, sex, juvenile)
SELECT dossier, key, name, roles, id_number, born::date, age, sex, juvenile FROM person ORDER BY dossier, model
"""
CASES = """
INSERT INTO casework_case ({columns})
SELECT {values} FROM copy JOIN casework_case c ON c.dossier_id = copy.model
LEFT JOIN (
  SELECT dossier, string_agg(name, '、' ORDER BY place) FILTER (WHERE place <= 3) AS names
  FROM (
    SELECT dossier, name, row_number() OVER (PARTITION BY dossier ORDER BY roles !~ 'suspect', model) AS place
    FROM person WHERE name <> ''
  ) ordered GROUP BY dossier
) shown ON shown.dossier = copy.id
"""
TERMS = """
INSERT INTO casework_term (dossier_id, kind, term)
SELECT id, 'number', lower(number) FROM copy
UNION SELECT dossier, 'name', name FROM person WHERE name <> ''
UNION SELECT dossier, 'identity', lower(id_number) FROM person WHERE id_number <> ''
"""
SHIFTED = """
CREATE OR REPLACE FUNCTION pg_temp.shifted(content jsonb, back interval, dates text[], times text[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
SELECT CASE WHEN NOT content ?| (dates || times) THEN content ELSE (
  SELECT jsonb_object_agg(key, CASE
    WHEN key = ANY (dates) THEN to_jsonb(to_char((value #>> '{}')::date - back, 'YYYY-MM-DD'))
    WHEN key = ANY (times) THEN to_jsonb(to_char(
      ((value #>> '{}')::timestamptz - back) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
    ELSE value END)
  FROM jsonb_each(content)) END
$$
"""
ACTS = """
CREATE TEMP TABLE act AS
SELECT copy.id AS dossier, copy.back, copy.unit, copy.handler, a.id AS model, md5(copy.n || a.id::text) AS dice
FROM copy JOIN acts_act a ON a.dossier_id = copy.model WHERE {which};
ALTER TABLE act ADD id uuid;
UPDATE act SET id = (lpad(to_hex((extract(epoch FROM a.recorded_at - act.back) * 1000)::bigint), 12, '0') || '7'
  || substr(dice, 1, 3) || '8' || substr(dice, 4, 15))::uuid FROM acts_act a WHERE a.id = act.model;
CREATE INDEX ON act (dossier, model);
ANALYZE act;
INSERT INTO acts_act (id, dossier_id, position, type, schema, unit_id, occurred_at, ended_at, recorded_at, recorded_by_id,
  content, salts, erased)
SELECT act.id, act.dossier, a.position, a.type, a.schema, act.unit, a.occurred_at - back, a.ended_at - back,
  a.recorded_at - back, act.handler, pg_temp.shifted(a.content, back, {dates}, {times}), a.salts, a.erased
FROM act JOIN acts_act a ON a.id = act.model
"""
OBLIGATIONS = """
INSERT INTO procedure_obligation (dossier_id, norm_id, version, scope, opened_by_id, severity, status, due_at, warn_at,
  decided_by_id, owner_unit_id, owner_id, bearer, floating, judged_at, withdrawn_at)
SELECT copy.id, o.norm_id, o.version, o.scope, opened.id, o.severity, o.status, o.due_at - copy.back, o.warn_at - copy.back,
  decided.id, copy.unit, CASE WHEN o.owner_id IS NULL THEN NULL ELSE copy.handler END, o.bearer, o.floating,
  o.judged_at - copy.back, o.withdrawn_at - copy.back
FROM copy JOIN procedure_obligation o ON o.dossier_id = copy.model
JOIN act opened ON opened.dossier = copy.id AND opened.model = o.opened_by_id
LEFT JOIN act decided ON decided.dossier = copy.id AND decided.model = o.decided_by_id
"""
TABLES = (
    "acts_dossier",
    "acts_act",
    "procedure_obligation",
    "casework_case",
    "casework_party",
    "casework_term",
)


def multiply(bulk: Bulk, told: Told) -> None:
    """Add the copies, in one transaction; `told` hears each table and how many rows it got. All dossiers there are models.

    Checks of foreign keys are left out where the database's role may do so, for speed: the rows are made to fit.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL statement_timeout = 0; SET LOCAL synchronous_commit = off; SET LOCAL work_mem = '256MB'"
        )
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(CHECK_DIGIT)
        cursor.execute(MODELS)
        cursor.execute(COUNTS)
        running, finished, places = cursor.fetchone()
        spread = {
            "running": running,
            "finished": finished,
            "places": places,
            "one_running_in": ONE_RUNNING_IN,
        }
        copied = COPY.format(back=BACK_IN_WEEKS if bulk.whole else BACK_IN_LISTS)
        law = dt.datetime.combine(NEW_LAW, dt.time(), LOCAL)
        cursor.execute(filled(copied, spread | {"copies": bulk.copies, "days": bulk.days, "new_law": law}))
        cursor.execute(NUMBERED)
        # Until it has been walked through, a copy is judged by no edition of the rulebook.
        step(cursor, "acts_dossier", DOSSIERS.format(edition="''" if bulk.whole else "d.edition"), told)
        cursor.execute(filled(PEOPLE, particulars()))
        step(cursor, "casework_party", PARTIES, told)
        step(cursor, "casework_case", cases_sql(), told)
        step(cursor, "casework_term", TERMS, told)
        cursor.execute(SHIFTED)
        step(cursor, "acts_act", acts_sql(bulk), told)
        if not bulk.whole:
            step(cursor, "procedure_obligation", OBLIGATIONS, told)
        cursor.execute("DROP TABLE copy, person, act, model, place")
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ANALYZE {table}")


def acts_sql(bulk: Bulk) -> str:
    """The statements for the acts, of all or of running cases; every date and time that an act states is moved with it."""
    from zhunsheng.acts.vocabulary import vocabulary

    stated = {
        kind: ", ".join(f"'fields.{name}'" for name, f in vocabulary().fields.items() if f.type == kind[:-1])
        for kind in ("dates", "times")
    }
    arrays = {kind: f"ARRAY[{names}]::text[]" for kind, names in stated.items()}
    return ACTS.format(which="true" if bulk.whole else "copy.running", **arrays)


def filled(sql: str, values: dict[str, object]) -> str:
    """The statements with their values written in: tables are not made with parameters."""
    return ClientCursor(connection.connection).mogrify(sql, values)


def step(cursor: object, table: str, sql: str, told: Told) -> None:
    """One table."""
    cursor.execute(sql)  # type: ignore[attr-defined]
    told(table, cursor.rowcount)  # type: ignore[attr-defined]


def particulars() -> dict[str, object]:
    """What names and identity numbers are made of."""
    return {
        "mark": MARK,
        "surnames": SURNAMES,
        "surname_count": len(SURNAMES),
        "stems": STEMS,
        "divisions": list(DIVISIONS),
        "division_count": len(DIVISIONS),
    }


MOVED = frozenset(("opened_at", "closed_at", "sealed_at", "due_at", "changed_at"))
GIVEN = {
    "dossier_id": "copy.id",
    "number": "copy.number",
    "unit_id": "copy.unit",
    "handler_id": "CASE WHEN c.handler_id IS NULL THEN NULL ELSE copy.handler END",
    "people": "coalesce(shown.names, '')",
}


def cases_sql() -> str:
    """The statement for the case rows, of whatever columns they have now."""
    from zhunsheng.casework.models import Case

    columns = [str(f.column) for f in Case._meta.concrete_fields]  # noqa: SLF001 - Django's documented API
    values = [GIVEN.get(c) or (f"c.{c} - copy.back" if c in MOVED else f"c.{c}") for c in columns]
    return CASES.format(columns=", ".join(columns), values=", ".join(values))
