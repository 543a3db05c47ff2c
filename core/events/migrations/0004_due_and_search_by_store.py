"""Due reactions are found store by store."""

from django.db import migrations, models

from core.indexes import BuildIndex, DropIndex


class Migration(migrations.Migration):
    atomic = False  # PostgreSQL builds indexes of tables in use outside a transaction

    dependencies = [
        ('events', '0003_queue_vacuum'),
        ('stores', '0002_user_last_store'),
    ]

    operations = [
        BuildIndex(
            model_name='pendingreaction',
            index=models.Index(condition=models.Q(('status', 'pending')), fields=['store', 'due_at', 'id'], name='reactions_due_by_store'),
        ),
        BuildIndex(
            model_name='eventrow',
            index=models.Index(fields=['store', 'subject'], name='events_by_subject_start', opclasses=['int8_ops', 'varchar_pattern_ops']),
        ),
        DropIndex(
            model_name='pendingreaction',
            name='reactions_due',
        ),
        DropIndex(
            model_name='eventrow',
            name='events_of_a_subject',
        ),
    ]
