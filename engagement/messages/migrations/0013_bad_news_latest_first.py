from django.db import migrations, models

from core.indexes import BuildIndex


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("engagement_messages", "0012_domain_standing"),
    ]

    operations = [
        BuildIndex(
            model_name='messageevent',
            index=models.Index(condition=models.Q(('kind__in', ('complained', 'bounced', 'rejected'))), fields=['store', '-received_at'], name='bad_news_latest_first'),
        ),
    ]
