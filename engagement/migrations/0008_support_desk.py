"""Support requests get a day by which they are to be answered, 14 days after they were asked; answers are kept."""

import uuid
from datetime import timedelta

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import engagement.models.support
import engagement.text


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
        migrations.CreateModel(
            name='GuidanceNote',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(help_text='What the next coordinator would look for: the question, in a few words.', max_length=120, validators=[engagement.text.is_readable], verbose_name='title')),
                ('text', models.TextField(max_length=4000, validators=[engagement.text.is_readable], verbose_name='note')),
                ('level', models.CharField(choices=[('moderate', 'moderate'), ('high', 'high')], max_length=8, verbose_name='level')),
                ('kept_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='kept at')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='ended on')),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='engagement.action', verbose_name='action')),
                ('cluster', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='engagement.cluster', verbose_name='cluster that asked')),
                ('kept_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='kept by')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='guidance_notes', to='engagement.supportrequest', verbose_name='support request')),
            ],
            options={
                'verbose_name': 'guidance note',
                'verbose_name_plural': 'guidance notes',
                'ordering': ['action', '-kept_at', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_on', None)), fields=('request', 'level'), name='guidance_kept_once'), models.CheckConstraint(condition=models.Q(('level__in', ['moderate', 'high'])), name='guidance_level_known'), models.CheckConstraint(condition=models.Q(models.Q(('action__in', [uuid.UUID('cf6ea4a8-675f-5d0f-a662-1c9265225540'), uuid.UUID('d9d9dd09-2d03-507d-baa2-3169c2aa7c50')]), _negated=True), ('level', 'high'), _connector='OR'), name='guidance_floor_of_level'), models.CheckConstraint(condition=models.Q(models.Q(('title', ''), _negated=True), models.Q(('text', ''), _negated=True)), name='guidance_says_something')],
            },
        ),
        migrations.RunPython(count_from_the_day_asked, migrations.RunPython.noop, elidable=True),
    ]
