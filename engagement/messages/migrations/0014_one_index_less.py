"""A key whose column leads another index keeps no index of its own."""

import django.db.models.deletion
from django.db import migrations, models

from core.indexes import DropKeyIndex


class Migration(migrations.Migration):
    atomic = False  # PostgreSQL drops indexes of tables in use outside a transaction

    dependencies = [
        ('engagement_messages', '0013_bad_news_latest_first'),
        ('stores', '0008_second_factor'),
    ]

    operations = [
        DropKeyIndex(
            model_name='message',
            name='store',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stores.store'),
        ),
        DropKeyIndex(
            model_name='messageevent',
            name='store',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stores.store'),
        ),
    ]
