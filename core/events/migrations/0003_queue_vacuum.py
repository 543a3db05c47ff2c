"""PostgreSQL: vacuum the queue of reactions early; a row of it lives for seconds."""

from django.db import migrations

TABLE = "events_pendingreaction"


def tune(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"ALTER TABLE {TABLE} SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01)"
        )


def reset(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"ALTER TABLE {TABLE} RESET (fillfactor, autovacuum_vacuum_scale_factor)"
        )


class Migration(migrations.Migration):
    dependencies = [("events", "0002_initial")]
    operations = [migrations.RunPython(tune, reset, elidable=False)]
