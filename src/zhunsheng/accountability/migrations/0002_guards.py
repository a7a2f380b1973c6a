"""What the tables of accountability refuse whoever asks: cases that vanish, and anything said, attributed or decided rewritten."""

from __future__ import annotations

from django.db import migrations

from zhunsheng.base.postgres.append_only import append_only, refuse_function, row_guard, undone

KEPT = (
    "accountability_externalresult",
    "accountability_normproposal",
    "accountability_responsibilitycase",
)
ADDED = (
    "accountability_externalreview",
    "accountability_reviewedact",
    "accountability_caseground",
    "accountability_groundjudged",
    "accountability_involvement",
    "accountability_partseen",
    "accountability_statement",
    "accountability_objection",
    "accountability_decision",
    "accountability_determination",
    "accountability_remedy",
    "accountability_caseevent",
)
GUARD = """
CREATE FUNCTION accountability_result_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- What the paper said stays; it may be linked to its dossier once, and fall once.
    IF OLD.overturned_at IS NULL
       AND (OLD.dossier_id IS NULL OR NEW.dossier_id = OLD.dossier_id)
       AND to_jsonb(NEW) - 'dossier_id' - 'overturned_at' - 'overturned_by_id' - 'overturned_paper'
           = to_jsonb(OLD) - 'dossier_id' - 'overturned_at' - 'overturned_by_id' - 'overturned_paper' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an external result stays as it was entered'
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END $$;
CREATE FUNCTION accountability_proposal_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.settled_at IS NULL AND NEW.text = OLD.text AND NEW.made_by_id = OLD.made_by_id THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a proposal that was settled stays as it was settled'
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END $$;
"""
SQL = (
    refuse_function("accountability_refuse")
    + GUARD
    + "".join(append_only(table, "accountability_refuse", events="DELETE") for table in KEPT)
    + "".join(append_only(table, "accountability_refuse") for table in ADDED)
    + row_guard("accountability_externalresult", "accountability_result_guard", events="UPDATE")
    + row_guard("accountability_normproposal", "accountability_proposal_guard", events="UPDATE")
)


class Migration(migrations.Migration):
    """Triggers on the tables of accountability."""

    dependencies = [("accountability", "0001_initial")]
    operations = [
        migrations.RunSQL(
            SQL,
            undone(
                [*KEPT, *ADDED],
                [
                    "accountability_refuse",
                    "accountability_result_guard",
                    "accountability_proposal_guard",
                ],
            ),
        )
    ]
