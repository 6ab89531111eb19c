from django.db import migrations

COLUMNS = "what_was_done, challenges, result, support_needed, partner"
"""WORDS_OF of the model, in the same order."""


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "ALTER TABLE engagement_engagement"
            f" ADD COLUMN words tsvector GENERATED ALWAYS AS (words_of({COLUMNS})) STORED"
        )
        schema_editor.execute("CREATE INDEX engagement_words ON engagement_engagement USING gin (words)")


def undo(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE engagement_engagement DROP COLUMN words")


class Migration(migrations.Migration):
    """What the text filter of the log asks on PostgreSQL: see migration 0007 of `mandates`."""

    dependencies = [
        ("engagement", "0026_drafts"),
        ("mandates", "0007_full_text"),
    ]

    operations = [
        migrations.RunPython(make, undo),
    ]
