"""A key whose column leads another index keeps no index of its own."""

import django.db.models.deletion
from django.db import migrations, models

from core.indexes import DropKeyIndex


class Migration(migrations.Migration):
    atomic = False  # PostgreSQL drops indexes of tables in use outside a transaction

    dependencies = [
        ('events', '0004_due_and_search_by_store'),
        ('stores', '0008_second_factor'),
    ]

    operations = [
        DropKeyIndex(
            model_name='eventrow',
            name='store',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stores.store'),
        ),
        DropKeyIndex(
            model_name='pendingreaction',
            name='event',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='reactions', to='events.eventrow'),
        ),
    ]
