"""Support requests get a day by which they are to be answered: 14 days after they were asked."""

from datetime import timedelta

from django.db import migrations, models

import engagement.models.support


def count_from_the_day_asked(apps, schema_editor):
    for name in ("SupportRequest", "HistoricalSupportRequest"):
        rows = apps.get_model("engagement", name).objects
        for key, opened_at in rows.values_list("pk", "opened_at"):
            rows.filter(pk=key).update(due_on=opened_at.date() + timedelta(days=14))


class Migration(migrations.Migration):

    dependencies = [
        ('engagement', '0007_acts_and_contacts'),
    ]

    operations = [
        migrations.AddField(
            model_name='historicalsupportrequest',
            name='due_on',
            field=models.DateField(default=engagement.models.support.day_to_answer, verbose_name='answer due by'),
        ),
        migrations.AddField(
            model_name='supportrequest',
            name='due_on',
            field=models.DateField(default=engagement.models.support.day_to_answer, verbose_name='answer due by'),
        ),
        migrations.RunPython(count_from_the_day_asked, migrations.RunPython.noop, elidable=True),
    ]
