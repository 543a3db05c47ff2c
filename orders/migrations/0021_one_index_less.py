"""A key whose column leads another index keeps no index of its own."""

import django.db.models.deletion
from django.db import migrations, models

from core.indexes import DropKeyIndex


class Migration(migrations.Migration):
    atomic = False  # PostgreSQL drops indexes of tables in use outside a transaction

    dependencies = [
        ('orders', '0020_ask_for_missed'),
        ('stores', '0008_second_factor'),
    ]

    operations = [
        DropKeyIndex(
            model_name='adjustment',
            name='store',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stores.store'),
        ),
        DropKeyIndex(
            model_name='customer',
            name='store',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stores.store'),
        ),
        DropKeyIndex(
            model_name='customersourceid',
            name='store',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stores.store'),
        ),
        DropKeyIndex(
            model_name='fulfillment',
            name='order',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='fulfillments', to='orders.order'),
        ),
        DropKeyIndex(
            model_name='fulfillment',
            name='store',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stores.store'),
        ),
        DropKeyIndex(
            model_name='inboundnotice',
            name='store',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stores.store'),
        ),
        DropKeyIndex(
            model_name='order',
            name='customer',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='orders.customer'),
        ),
        DropKeyIndex(
            model_name='order',
            name='store',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stores.store'),
        ),
        DropKeyIndex(
            model_name='product',
            name='store',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stores.store'),
        ),
        DropKeyIndex(
            model_name='refund',
            name='order',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='refunds', to='orders.order'),
        ),
        DropKeyIndex(
            model_name='trackingevent',
            name='store',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stores.store'),
        ),
        DropKeyIndex(
            model_name='variant',
            name='store',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stores.store'),
        ),
    ]
