
import django.db.models.deletion
import django.utils.timezone
import engagement.models.imports
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('engagement', '0012_kept_forms'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportBatch',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='handed in at')),
                ('expires_at', models.DateTimeField(db_index=True, default=engagement.models.imports.in_a_day, verbose_name='kept until')),
                ('file_name', models.CharField(max_length=120, verbose_name='file')),
                ('kind', models.CharField(choices=[('xlsx', 'Excel'), ('csv', 'CSV'), ('docx', 'Word')], max_length=4, verbose_name='kind of file')),
                ('state', models.CharField(choices=[('draft', 'not confirmed'), ('confirmed', 'confirmed'), ('undone', 'undone')], default='draft', max_length=9, verbose_name='state')),
                ('content', models.JSONField(blank=True, default=dict, verbose_name='rows')),
                ('columns', models.JSONField(blank=True, default=dict, verbose_name='columns')),
                ('choices', models.JSONField(blank=True, default=dict, verbose_name='choices')),
                ('counts', models.JSONField(blank=True, default=dict, verbose_name='counts')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='confirmed at')),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='undone at')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('cluster', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='engagement.cluster', verbose_name='cluster of rows that name none')),
            ],
            options={
                'verbose_name': 'import',
                'verbose_name_plural': 'imports',
                'ordering': ['-made_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ImportedRow',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('is_new', models.BooleanField()),
                ('version', models.PositiveIntegerField()),
                ('digest', models.CharField(blank=True, db_index=True, max_length=64)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='engagement.importbatch')),
                ('engagement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='engagement.engagement')),
            ],
        ),
        migrations.AddConstraint(
            model_name='importbatch',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('state', 'draft')), models.Q(models.Q(('state', 'draft'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='import_decided_at_a_moment'),
        ),
        migrations.AddConstraint(
            model_name='importbatch',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'undone'), ('undone_at__isnull', False)), models.Q(models.Q(('state', 'undone'), _negated=True), ('undone_at', None)), _connector='OR'), name='import_undone_at_a_moment'),
        ),
        migrations.AddConstraint(
            model_name='importbatch',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'draft'), models.Q(('choices', {}), ('columns', {}), ('content', {})), _connector='OR'), name='import_keeps_no_text'),
        ),
        migrations.AddConstraint(
            model_name='importedrow',
            constraint=models.UniqueConstraint(fields=('batch', 'engagement'), name='import_row_once'),
        ),
    ]
