from pathlib import Path

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('ticketing', '0010_select'),
    ]

    operations = [
        migrations.CreateModel(
            name='WaitingRoom',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveBigIntegerField(default=1, editable=False)),
                ('mode', models.CharField(choices=[('off', 'Off'), ('automatic', 'Automatic'), ('on', 'On'), ('paused', 'Paused'), ('drain', 'No newcomers'), ('closed', 'Closed')], default='off', max_length=10, verbose_name='mode')),
                ('threshold', models.PositiveIntegerField(default=500, help_text='So many people may be buying at the same time.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000000)], verbose_name='most at once')),
                ('rate', models.PositiveIntegerField(default=500, help_text='So many people are let in within a minute.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000000)], verbose_name='most per minute')),
                ('grace_seconds', models.PositiveIntegerField(default=300, help_text='So long the place of somebody who has gone silent is kept.', validators=[django.core.validators.MinValueValidator(30), django.core.validators.MaxValueValidator(3600)], verbose_name='grace in seconds')),
                ('grace_signed_in_seconds', models.PositiveIntegerField(default=900, help_text='The same for those who have signed in; at least as long.', validators=[django.core.validators.MinValueValidator(30), django.core.validators.MaxValueValidator(86400)], verbose_name='grace for members in seconds')),
                ('claim_seconds', models.PositiveIntegerField(default=120, help_text='Who is called and does not come within it loses the turn.', validators=[django.core.validators.MinValueValidator(15), django.core.validators.MaxValueValidator(900)], verbose_name='time to come in, in seconds')),
                ('idle_seconds', models.PositiveIntegerField(default=120, help_text='Who is inside and silent for so long is out; a hold keeps them in.', validators=[django.core.validators.MinValueValidator(30), django.core.validators.MaxValueValidator(3600)], verbose_name='idle time in seconds')),
                ('guests_allowed', models.BooleanField(default=True, help_text='Otherwise only those who have signed in may join the line.', verbose_name='lets guests wait')),
                ('releases_on_buying', models.BooleanField(default=True, help_text='Who has bought is out, and the next one is let in.', verbose_name='makes room on buying')),
                ('message', models.CharField(blank=True, max_length=500, verbose_name='message')),
                ('message_en', models.CharField(blank=True, max_length=500, verbose_name='message in English')),
                ('opens_at', models.DateTimeField(blank=True, help_text='Who comes before gets a random place then. Empty: nobody waits for it.', null=True, verbose_name='opens at')),
                ('epoch', models.PositiveIntegerField(default=1, editable=False)),
                ('reserved', models.PositiveBigIntegerField(default=0, editable=False)),
                ('seed_hash', models.CharField(blank=True, editable=False, max_length=64)),
                ('seed', models.CharField(blank=True, editable=False, max_length=64)),
                ('num_entries', models.PositiveBigIntegerField(default=0, editable=False)),
                ('head', models.CharField(blank=True, editable=False, max_length=64)),
                ('number_noted', models.PositiveBigIntegerField(default=0, editable=False)),
                ('recovery_noted', models.PositiveBigIntegerField(default=0, editable=False)),
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='waiting_room', to='ticketing.event', verbose_name='event')),
            ],
            options={
                'verbose_name': 'waiting room',
                'verbose_name_plural': 'waiting rooms',
                'ordering': ['event_id'],
            },
        ),
        migrations.CreateModel(
            name='Traffic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('minute', models.DateTimeField(verbose_name='minute')),
                ('joined', models.PositiveIntegerField(default=0, verbose_name='joined')),
                ('called', models.PositiveIntegerField(default=0, verbose_name='called')),
                ('entered', models.PositiveIntegerField(default=0, verbose_name='came in')),
                ('left', models.PositiveIntegerField(default=0, verbose_name='left')),
                ('no_shows', models.PositiveIntegerField(default=0, verbose_name='did not come')),
                ('waiting_max', models.PositiveIntegerField(default=0, verbose_name='most waiting')),
                ('active_max', models.PositiveIntegerField(default=0, verbose_name='most inside')),
                ('room', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='traffic', to='queueing.waitingroom', verbose_name='waiting room')),
            ],
            options={
                'verbose_name': 'minute of traffic',
                'verbose_name_plural': 'traffic',
                'ordering': ['room_id', '-minute'],
            },
        ),
        migrations.CreateModel(
            name='RecordEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sequence', models.PositiveBigIntegerField(verbose_name='sequence')),
                ('at', models.DateTimeField(verbose_name='written at')),
                ('kind', models.CharField(choices=[('begun', 'The line began'), ('joined', 'People joined'), ('called', 'People were let in'), ('admitted', 'More were let in by hand'), ('removed', 'Somebody was removed'), ('cleared', 'The line was cleared'), ('configured', 'The settings changed'), ('sealed', 'The draw was sealed'), ('revealed', 'The draw was revealed')], max_length=12, verbose_name='kind')),
                ('body', models.JSONField(verbose_name='what happened')),
                ('previous', models.CharField(blank=True, max_length=64, verbose_name='digest before')),
                ('digest', models.CharField(max_length=64, verbose_name='digest')),
                ('room', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='record', to='queueing.waitingroom', verbose_name='waiting room')),
            ],
            options={
                'verbose_name': 'record entry',
                'verbose_name_plural': 'record entries',
                'ordering': ['room_id', 'sequence'],
            },
        ),
        migrations.AddConstraint(
            model_name='waitingroom',
            constraint=models.CheckConstraint(condition=models.Q(('mode__in', ['off', 'automatic', 'on', 'paused', 'drain', 'closed'])), name='waiting_room_mode'),
        ),
        migrations.AddConstraint(
            model_name='waitingroom',
            constraint=models.CheckConstraint(condition=models.Q(('threshold__gte', 1), ('threshold__lte', 1000000)), name='waiting_room_threshold'),
        ),
        migrations.AddConstraint(
            model_name='waitingroom',
            constraint=models.CheckConstraint(condition=models.Q(('rate__gte', 1), ('rate__lte', 1000000)), name='waiting_room_rate'),
        ),
        migrations.AddConstraint(
            model_name='waitingroom',
            constraint=models.CheckConstraint(condition=models.Q(('grace_seconds__gte', 30), ('grace_seconds__lte', 3600)), name='waiting_room_grace_seconds'),
        ),
        migrations.AddConstraint(
            model_name='waitingroom',
            constraint=models.CheckConstraint(condition=models.Q(('grace_signed_in_seconds__gte', 30), ('grace_signed_in_seconds__lte', 86400)), name='waiting_room_grace_signed_in_seconds'),
        ),
        migrations.AddConstraint(
            model_name='waitingroom',
            constraint=models.CheckConstraint(condition=models.Q(('claim_seconds__gte', 15), ('claim_seconds__lte', 900)), name='waiting_room_claim_seconds'),
        ),
        migrations.AddConstraint(
            model_name='waitingroom',
            constraint=models.CheckConstraint(condition=models.Q(('idle_seconds__gte', 30), ('idle_seconds__lte', 3600)), name='waiting_room_idle_seconds'),
        ),
        migrations.AddConstraint(
            model_name='waitingroom',
            constraint=models.CheckConstraint(condition=models.Q(('grace_signed_in_seconds__gte', models.F('grace_seconds'))), name='waiting_room_graces', violation_error_message='Who has signed in is kept at least as long as others.'),
        ),
        migrations.AddConstraint(
            model_name='waitingroom',
            constraint=models.CheckConstraint(condition=models.Q(('reserved__gte', 0), ('reserved__lte', 9007199254740992)), name='waiting_room_reserved'),
        ),
        migrations.AddConstraint(
            model_name='waitingroom',
            constraint=models.CheckConstraint(condition=models.Q(('epoch__gte', 1)), name='waiting_room_epoch'),
        ),
        migrations.AddConstraint(
            model_name='waitingroom',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('seed', ''), ('seed_hash', '')), models.Q(('seed__regex', '^[0-9a-f]{64}$'), ('seed_hash__regex', '^[0-9a-f]{64}$')), _connector='OR'), name='waiting_room_seed'),
        ),
        migrations.AddConstraint(
            model_name='waitingroom',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('head', ''), ('num_entries', 0)), models.Q(('head__regex', '^[0-9a-f]{64}$'), ('num_entries__gte', 1)), _connector='OR'), name='waiting_room_head'),
        ),
        migrations.AddConstraint(
            model_name='traffic',
            constraint=models.UniqueConstraint(fields=('room', 'minute'), name='traffic_minute_unique'),
        ),
        migrations.AddConstraint(
            model_name='recordentry',
            constraint=models.UniqueConstraint(fields=('room', 'sequence'), name='record_sequence_unique'),
        ),
        migrations.AddConstraint(
            model_name='recordentry',
            constraint=models.CheckConstraint(condition=models.Q(('sequence__gte', 1)), name='record_sequence'),
        ),
        migrations.AddConstraint(
            model_name='recordentry',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['begun', 'joined', 'called', 'admitted', 'removed', 'cleared', 'configured', 'sealed', 'revealed'])), name='record_kind'),
        ),
        # The table's own constraint, its trigger and its space go with it.
        migrations.RunSQL(
            (SQL / "0001_record.sql").read_text(),
            "DROP FUNCTION queueing_keep_record() CASCADE",
        ),
    ]
