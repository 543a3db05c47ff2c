"""Due notices, delay checks, birthdays and anniversaries are found store by store."""

from django.db import migrations, models

from core.indexes import BuildIndex, DropIndex


class Migration(migrations.Migration):
    atomic = False  # PostgreSQL builds indexes of tables in use outside a transaction

    dependencies = [
        ('orders', '0005_products_know_their_handle'),
        ('stores', '0002_user_last_store'),
    ]

    operations = [
        BuildIndex(
            model_name='customer',
            index=models.Index(condition=models.Q(('birthday_month__isnull', False), ('erased_at__isnull', True), ('merged_into__isnull', True)), fields=['store', 'birthday_month', 'birthday_day'], name='birthdays_of_a_store'),
        ),
        BuildIndex(
            model_name='customer',
            index=models.Index(condition=models.Q(('account_created_on__isnull', False), ('erased_at__isnull', True), ('merged_into__isnull', True)), fields=['store', 'account_created_on'], name='account_days_of_a_store'),
        ),
        BuildIndex(
            model_name='inboundnotice',
            index=models.Index(condition=models.Q(('status', 'waiting')), fields=['store', 'due_at', 'id'], name='notices_due_by_store'),
        ),
        BuildIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('delay_check_at__isnull', False)), fields=['store', 'delay_check_at'], name='delay_checks_of_a_store'),
        ),
        BuildIndex(
            model_name='customer',
            index=models.Index(fields=['store', 'email'], name='customers_by_email_start', opclasses=['int8_ops', 'varchar_pattern_ops']),
        ),
        BuildIndex(
            model_name='customer',
            index=models.Index(fields=['store', 'last_name'], name='customers_by_name_start', opclasses=['int8_ops', 'varchar_pattern_ops']),
        ),
        BuildIndex(
            model_name='order',
            index=models.Index(fields=['store', 'number'], name='orders_by_number_start', opclasses=['int8_ops', 'varchar_pattern_ops']),
        ),
        DropIndex(
            model_name='customer',
            name='customers_by_birthday',
        ),
        DropIndex(
            model_name='customer',
            name='customers_by_account_day',
        ),
        DropIndex(
            model_name='inboundnotice',
            name='notices_due',
        ),
        DropIndex(
            model_name='order',
            name='orders_to_check_for_delay',
        ),
        DropIndex(
            model_name='order',
            name='orders_by_number',
        ),
    ]
