"""Long lists and the forecast read indexes; two indexes that repeated others go."""

import django.db.models.deletion
from django.db import migrations, models

from core.indexes import BuildIndex, DropIndex

TABLE = "engagement_messages_message"
# Django's own names; `messages_for_the_cap` and `messages_of_an_order` begin with the same columns.
DOUBLES = {
    f"{TABLE}_customer_id_b6441001": "customer_id",
    f"{TABLE}_order_id_0d7e8b46": "order_id",
}


def _concurrently(schema_editor):
    return "CONCURRENTLY" if schema_editor.connection.vendor == "postgresql" else ""


def drop_doubles(apps, schema_editor):
    for name in DOUBLES:
        schema_editor.execute(f'DROP INDEX {_concurrently(schema_editor)} IF EXISTS "{name}"')


def make_doubles(apps, schema_editor):
    for name, column in DOUBLES.items():
        schema_editor.execute(
            f'CREATE INDEX {_concurrently(schema_editor)} IF NOT EXISTS "{name}" '
            f'ON "{TABLE}" ("{column}")'
        )


class Migration(migrations.Migration):
    atomic = False  # PostgreSQL builds indexes of tables in use outside a transaction

    dependencies = [
        ('engagement_messages', '0006_pace'),
        ('events', '0004_due_and_search_by_store'),
        ('orders', '0006_due_and_search_by_store'),
        ('stores', '0002_user_last_store'),
    ]

    operations = [
        BuildIndex(
            model_name='message',
            index=models.Index(fields=['store', 'status', '-due_at', 'flow', 'step'], name='messages_by_status_and_flow'),
        ),
        BuildIndex(
            model_name='message',
            index=models.Index(fields=['store', 'flow', '-due_at'], name='messages_of_a_flow'),
        ),
        BuildIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('reason', ''), _negated=True), fields=['store', 'reason', '-due_at'], name='messages_by_reason'),
        ),
        DropIndex(
            model_name='message',
            name='messages_by_status',
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop_doubles, make_doubles, elidable=False)],
            state_operations=[
                migrations.AlterField(
                    model_name='message',
                    name='customer',
                    field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='orders.customer'),
                ),
                migrations.AlterField(
                    model_name='message',
                    name='order',
                    field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='orders.order'),
                ),
            ],
        ),
    ]
