from pathlib import Path

import django.core.validators
import django.db.models.deletion
import voting.models.place
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('max_places', models.PositiveSmallIntegerField(default=3, help_text='So many may one person choose; 0: places are not up for vote.', validators=[django.core.validators.MaxValueValidator(50)], verbose_name='most places')),
                ('max_menus', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(50)], verbose_name='most menus')),
                ('anonymous', models.BooleanField(default=False, help_text='Nobody sees who voted for what.', verbose_name='anonymous')),
                ('suggestions_allowed', models.BooleanField(default=True, help_text='Voters may put up more while the round is open.', verbose_name='takes suggestions')),
                ('tie_rule', models.CharField(choices=[('earliest', 'The earliest to reach the count'), ('run_off', 'A run-off'), ('draw', 'A draw that anyone can check')], default='earliest', max_length=10, verbose_name='ties')),
                ('reminder_minutes', models.PositiveSmallIntegerField(default=10, help_text='So long before the close those are reminded who have not voted; 0: never.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1440)], verbose_name='reminder in minutes')),
                ('title', models.CharField(max_length=100, verbose_name='title')),
                ('weekdays', models.PositiveSmallIntegerField(default=31, help_text='A bit a day: Monday is 1, Sunday 64.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(127)], verbose_name='weekdays')),
                ('opens', models.TimeField(verbose_name='opens')),
                ('closes', models.TimeField(verbose_name='closes')),
                ('starts_on', models.DateField(verbose_name='starts on')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='ends on')),
                ('num_places', models.PositiveSmallIntegerField(default=10, help_text='So many are proposed.', validators=[django.core.validators.MaxValueValidator(50)], verbose_name='number of places')),
                ('with_menus', models.BooleanField(default=False, verbose_name='with menus')),
                ('paused', models.BooleanField(default=False, verbose_name='paused')),
            ],
            options={
                'verbose_name': 'schedule',
                'verbose_name_plural': 'schedules',
                'ordering': ['opens', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='member')),
            ],
            options={
                'verbose_name': 'membership',
                'verbose_name_plural': 'memberships',
                'ordering': ['team_id', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Menu',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=60, verbose_name='name in English')),
                ('key', models.CharField(editable=False, max_length=120)),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='archived at')),
                ('added_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='added by')),
            ],
            options={
                'verbose_name': 'menu',
                'verbose_name_plural': 'menus',
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveBigIntegerField(default=1, editable=False)),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('address', models.CharField(blank=True, max_length=300, verbose_name='address')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='phone')),
                ('link', models.CharField(blank=True, max_length=500, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='link')),
                ('price_level', models.PositiveSmallIntegerField(blank=True, help_text='From 1, cheap, to 4, dear.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(4)], verbose_name='price level')),
                ('distance', models.PositiveIntegerField(blank=True, help_text='In metres from the office.', null=True, validators=[django.core.validators.MaxValueValidator(1000000)], verbose_name='distance')),
                ('picture', models.ImageField(blank=True, upload_to='places/', validators=[voting.models.place.check_picture], verbose_name='picture')),
                ('memo', models.CharField(blank=True, max_length=300, verbose_name='memo')),
                ('key', models.CharField(editable=False, max_length=1000)),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='archived at')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='added at')),
                ('added_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='added by')),
                ('menus', models.ManyToManyField(blank=True, related_name='places', to='voting.menu', verbose_name='menus')),
                ('merged_into', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='doubles', to='voting.place', verbose_name='merged into')),
            ],
            options={
                'verbose_name': 'place',
                'verbose_name_plural': 'places',
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Option',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('place', 'Place'), ('menu', 'Menu'), ('date', 'Date')], max_length=5, verbose_name='kind')),
                ('date', models.DateField(blank=True, null=True, verbose_name='date')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('withdrawn_at', models.DateTimeField(editable=False, null=True, verbose_name='withdrawn at')),
                ('num_votes', models.PositiveIntegerField(default=0, editable=False, verbose_name='votes')),
                ('reached_at', models.DateTimeField(editable=False, null=True, verbose_name='reached at')),
                ('version', models.PositiveBigIntegerField(default=1, editable=False)),
                ('menu', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='options', to='voting.menu', verbose_name='menu')),
                ('suggested_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='suggested by')),
                ('place', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='options', to='voting.place', verbose_name='place')),
            ],
            options={
                'verbose_name': 'option',
                'verbose_name_plural': 'options',
                'ordering': ['position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Round',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveBigIntegerField(default=1, editable=False)),
                ('max_places', models.PositiveSmallIntegerField(default=3, help_text='So many may one person choose; 0: places are not up for vote.', validators=[django.core.validators.MaxValueValidator(50)], verbose_name='most places')),
                ('max_menus', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(50)], verbose_name='most menus')),
                ('anonymous', models.BooleanField(default=False, help_text='Nobody sees who voted for what.', verbose_name='anonymous')),
                ('suggestions_allowed', models.BooleanField(default=True, help_text='Voters may put up more while the round is open.', verbose_name='takes suggestions')),
                ('tie_rule', models.CharField(choices=[('earliest', 'The earliest to reach the count'), ('run_off', 'A run-off'), ('draw', 'A draw that anyone can check')], default='earliest', max_length=10, verbose_name='ties')),
                ('reminder_minutes', models.PositiveSmallIntegerField(default=10, help_text='So long before the close those are reminded who have not voted; 0: never.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1440)], verbose_name='reminder in minutes')),
                ('title', models.CharField(max_length=100, verbose_name='title')),
                ('day', models.DateField(help_text='The day it is about, in Seoul.', verbose_name='day')),
                ('opens_at', models.DateTimeField(verbose_name='opens at')),
                ('closes_at', models.DateTimeField(verbose_name='closes at')),
                ('max_dates', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(50)], verbose_name='most dates')),
                ('seed', models.CharField(editable=False, max_length=64)),
                ('seed_hash', models.CharField(editable=False, max_length=64, verbose_name='hash of the seed')),
                ('status', models.CharField(choices=[('upcoming', 'Upcoming'), ('open', 'Open'), ('closed', 'Closed'), ('cancelled', 'Cancelled')], default='upcoming', editable=False, help_text='What watchers were last told; `current_status` is what holds.', max_length=10, verbose_name='status')),
                ('cancelled_at', models.DateTimeField(editable=False, null=True, verbose_name='cancelled at')),
                ('closed_at', models.DateTimeField(editable=False, null=True, verbose_name='closed early at')),
                ('settled_at', models.DateTimeField(editable=False, null=True, verbose_name='settled at')),
                ('reminded_at', models.DateTimeField(editable=False, null=True, verbose_name='reminded at')),
                ('posted_opening_at', models.DateTimeField(editable=False, null=True, verbose_name='called to vote at')),
                ('posted_result_at', models.DateTimeField(editable=False, null=True, verbose_name='told the result at')),
                ('num_eligible', models.PositiveIntegerField(default=0, editable=False, verbose_name='eligible')),
                ('num_voters', models.PositiveIntegerField(default=0, editable=False, verbose_name='voters')),
                ('num_votes', models.PositiveIntegerField(default=0, editable=False, verbose_name='votes')),
                ('leads', models.JSONField(default=dict, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('ate_at', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='meals', to='voting.place', verbose_name='where we ate')),
                ('run_off_of', models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='run_off', to='voting.round', verbose_name='run-off of')),
                ('winner_date', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='voting.option', verbose_name='winning date')),
                ('winner_menu', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='voting.option', verbose_name='winning menu')),
                ('winner_place', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='voting.option', verbose_name='winning place')),
                ('schedule', models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='rounds', to='voting.schedule', verbose_name='schedule')),
            ],
            options={
                'verbose_name': 'round',
                'verbose_name_plural': 'rounds',
                'ordering': ['-opens_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stars', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(5)], verbose_name='stars')),
                ('text', models.CharField(blank=True, max_length=500, verbose_name='text')),
                ('written_at', models.DateTimeField(auto_now=True, verbose_name='written at')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='voting.place', verbose_name='place')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('round', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to='voting.round', verbose_name='round')),
            ],
            options={
                'verbose_name': 'review',
                'verbose_name_plural': 'reviews',
                'ordering': ['-written_at', '-id'],
            },
        ),
        migrations.AddField(
            model_name='option',
            name='round',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='options', to='voting.round', verbose_name='round'),
        ),
        migrations.CreateModel(
            name='Movement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('num_votes', models.PositiveIntegerField(verbose_name='votes')),
                ('option', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='voting.option', verbose_name='option')),
                ('round', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='movements', to='voting.round', verbose_name='round')),
            ],
            options={
                'verbose_name': 'movement',
                'verbose_name_plural': 'movements',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(blank=True, max_length=500, verbose_name='text')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='written at')),
                ('edited_at', models.DateTimeField(editable=False, null=True, verbose_name='edited at')),
                ('deleted_at', models.DateTimeField(editable=False, null=True, verbose_name='deleted at')),
                ('num_likes', models.PositiveIntegerField(default=0, editable=False, verbose_name='likes')),
                ('version', models.PositiveBigIntegerField(default=1, editable=False)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('round', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='voting.round', verbose_name='round')),
            ],
            options={
                'verbose_name': 'comment',
                'verbose_name_plural': 'comments',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Ballot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cast_at', models.DateTimeField(verbose_name='first cast at')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ballots', to=settings.AUTH_USER_MODEL, verbose_name='voter')),
                ('round', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='ballots', to='voting.round', verbose_name='round')),
            ],
            options={
                'verbose_name': 'ballot',
                'verbose_name_plural': 'ballots',
                'ordering': ['round_id', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, unique=True, verbose_name='name')),
                ('members', models.ManyToManyField(related_name='teams', through='voting.Membership', to=settings.AUTH_USER_MODEL, verbose_name='members')),
            ],
            options={
                'verbose_name': 'team',
                'verbose_name_plural': 'teams',
                'ordering': ['name'],
            },
        ),
        migrations.AddField(
            model_name='schedule',
            name='team',
            field=models.ForeignKey(blank=True, help_text='Empty: the whole office.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='schedules', to='voting.team', verbose_name='team'),
        ),
        migrations.AddField(
            model_name='round',
            name='team',
            field=models.ForeignKey(blank=True, help_text='Empty: the whole office.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='voting.team', verbose_name='team'),
        ),
        migrations.AddField(
            model_name='membership',
            name='team',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='voting.team', verbose_name='team'),
        ),
        migrations.CreateModel(
            name='Vote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cast_at', models.DateTimeField(verbose_name='cast at')),
                ('ballot', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='voting.ballot', verbose_name='ballot')),
                ('option', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='voting.option', verbose_name='option')),
            ],
            options={
                'verbose_name': 'vote',
                'verbose_name_plural': 'votes',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Webhook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('url', models.CharField(max_length=500, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='address')),
                ('secret', models.CharField(blank=True, help_text='What we post is signed with it.', max_length=200, verbose_name='secret')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
                ('posts_opening', models.BooleanField(default=True, verbose_name='calls to vote')),
                ('posts_result', models.BooleanField(default=True, verbose_name='tells the result')),
            ],
            options={
                'verbose_name': 'webhook',
                'verbose_name_plural': 'webhooks',
                'ordering': ['name', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('url__regex', '^https?://')), name='webhook_url')],
            },
        ),
        migrations.AddField(
            model_name='schedule',
            name='webhook',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='schedules', to='voting.webhook', verbose_name='webhook'),
        ),
        migrations.AddField(
            model_name='round',
            name='webhook',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='rounds', to='voting.webhook', verbose_name='webhook'),
        ),
        migrations.CreateModel(
            name='Posting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('opening', 'Call to vote'), ('result', 'Result')], max_length=10, verbose_name='kind')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='queued at')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('next_at', models.DateTimeField(blank=True, null=True, verbose_name='next attempt at')),
                ('delivered_at', models.DateTimeField(blank=True, null=True, verbose_name='delivered at')),
                ('given_up_at', models.DateTimeField(blank=True, null=True, verbose_name='given up at')),
                ('last_error', models.CharField(blank=True, max_length=300, verbose_name='last error')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='postings', to='voting.round', verbose_name='round')),
                ('webhook', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='postings', to='voting.webhook', verbose_name='webhook')),
            ],
            options={
                'verbose_name': 'posting',
                'verbose_name_plural': 'postings',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='CommentLike',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('comment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='likes', to='voting.comment', verbose_name='comment')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who likes it')),
            ],
            options={
                'verbose_name': 'like',
                'verbose_name_plural': 'likes',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('comment', 'user'), name='comment_like_unique')],
            },
        ),
        migrations.AddConstraint(
            model_name='menu',
            constraint=models.UniqueConstraint(condition=models.Q(('archived_at', None)), fields=('key',), name='menu_key_unique', violation_error_message='There is such a menu already.'),
        ),
        migrations.AddConstraint(
            model_name='menu',
            constraint=models.CheckConstraint(condition=models.Q(('key', ''), _negated=True), name='menu_key_said'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.UniqueConstraint(condition=models.Q(('archived_at', None), ('merged_into', None)), fields=('key',), name='place_key_unique', violation_error_message='There is such a place already.'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.CheckConstraint(condition=models.Q(('price_level', None), models.Q(('price_level__gte', 1), ('price_level__lte', 4)), _connector='OR'), name='place_price_level'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.CheckConstraint(condition=models.Q(('link', ''), ('link__regex', '^https?://'), _connector='OR'), name='place_link'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', models.F('id')), _negated=True), name='place_no_own_double'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.UniqueConstraint(fields=('round', 'user'), name='review_unique'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(('stars__gte', 1), ('stars__lte', 5)), name='review_stars'),
        ),
        migrations.AddConstraint(
            model_name='option',
            constraint=models.UniqueConstraint(fields=('round', 'place'), name='option_place_unique'),
        ),
        migrations.AddConstraint(
            model_name='option',
            constraint=models.UniqueConstraint(fields=('round', 'menu'), name='option_menu_unique'),
        ),
        migrations.AddConstraint(
            model_name='option',
            constraint=models.UniqueConstraint(fields=('round', 'date'), name='option_date_unique'),
        ),
        migrations.AddConstraint(
            model_name='option',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('date__isnull', True), ('kind', 'place'), ('menu__isnull', True), ('place__isnull', False)), models.Q(('date__isnull', True), ('kind', 'menu'), ('menu__isnull', False), ('place__isnull', True)), models.Q(('date__isnull', False), ('kind', 'date'), ('menu__isnull', True), ('place__isnull', True)), _connector='OR'), name='option_is_one_thing'),
        ),
        migrations.AddIndex(
            model_name='movement',
            index=models.Index(fields=['round', 'id'], name='movement_in_order'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['round', '-id'], name='comment_newest'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('deleted_at', None), models.Q(('text', ''), _negated=True)), models.Q(('deleted_at__isnull', False), ('text', '')), _connector='OR'), name='comment_says_something'),
        ),
        migrations.AddConstraint(
            model_name='ballot',
            constraint=models.UniqueConstraint(fields=('round', 'user'), name='ballot_unique'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(fields=('team', 'user'), name='membership_unique'),
        ),
        migrations.AddConstraint(
            model_name='vote',
            constraint=models.UniqueConstraint(fields=('ballot', 'option'), name='vote_unique'),
        ),
        migrations.AddConstraint(
            model_name='schedule',
            constraint=models.CheckConstraint(condition=models.Q(('max_menus__lte', 50), ('max_places__lte', 50)), name='schedule_choices'),
        ),
        migrations.AddConstraint(
            model_name='schedule',
            constraint=models.CheckConstraint(condition=models.Q(('tie_rule__in', ['earliest', 'run_off', 'draw'])), name='schedule_tie_rule'),
        ),
        migrations.AddConstraint(
            model_name='schedule',
            constraint=models.CheckConstraint(condition=models.Q(('opens__lt', models.F('closes'))), name='schedule_runs_forward', violation_error_message='It must open before it closes.'),
        ),
        migrations.AddConstraint(
            model_name='schedule',
            constraint=models.CheckConstraint(condition=models.Q(('weekdays__gte', 1), ('weekdays__lte', 127)), name='schedule_weekdays'),
        ),
        migrations.AddConstraint(
            model_name='schedule',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='schedule_ends', violation_error_message='It must start before it ends.'),
        ),
        migrations.AddIndex(
            model_name='round',
            index=models.Index(fields=['-opens_at', '-id'], name='round_newest'),
        ),
        migrations.AddIndex(
            model_name='round',
            index=models.Index(condition=models.Q(('cancelled_at', None), ('settled_at', None)), fields=['closes_at'], name='round_unsettled'),
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.CheckConstraint(condition=models.Q(('max_menus__lte', 50), ('max_places__lte', 50)), name='round_choices'),
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.CheckConstraint(condition=models.Q(('tie_rule__in', ['earliest', 'run_off', 'draw'])), name='round_tie_rule'),
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.UniqueConstraint(fields=('schedule', 'day'), name='round_schedule_day'),
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.CheckConstraint(condition=models.Q(('opens_at__lt', models.F('closes_at'))), name='round_runs_forward', violation_error_message='It must open before it closes.'),
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.CheckConstraint(condition=models.Q(('max_dates__lte', 50), models.Q(('max_places__gte', 1), ('max_menus__gte', 1), ('max_dates__gte', 1), _connector='OR')), name='round_something_is_up', violation_error_message='Something has to be up for vote.'),
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.CheckConstraint(condition=models.Q(('num_voters__lte', models.F('num_votes'))), name='round_voters_vote'),
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.CheckConstraint(condition=models.Q(('seed__regex', '^[0-9a-f]{64}$'), ('seed_hash__regex', '^[0-9a-f]{64}$')), name='round_seed'),
        ),
        migrations.AddIndex(
            model_name='posting',
            index=models.Index(condition=models.Q(('delivered_at', None), ('given_up_at', None)), fields=['next_at'], name='posting_due'),
        ),
        migrations.AddConstraint(
            model_name='posting',
            constraint=models.UniqueConstraint(fields=('webhook', 'round', 'kind'), name='posting_unique'),
        ),
        migrations.AddConstraint(
            model_name='posting',
            constraint=models.CheckConstraint(condition=models.Q(('delivered_at', None), ('given_up_at', None), _connector='OR'), name='posting_one_end'),
        ),
        # Also leaves the counters room on their pages. The functions go before what they speak of.
        migrations.RunSQL(
            (SQL / "0001_cast.sql").read_text(),
            """
            DROP FUNCTION voting_cast(bigint, bigint, text, bigint, date, boolean);
            DROP FUNCTION voting_next_lead(voting_option, jsonb, bigint);
            DROP FUNCTION voting_lead(voting_option, bigint);
            DROP FUNCTION voting_names(voting_option);
            DROP FUNCTION voting_public_id(voting_option);
            DROP FUNCTION voting_option_of(bigint, text, bigint, date);
            DROP FUNCTION voting_place_of(bigint);
            """,
        ),
        migrations.RunSQL(
            (SQL / "0001_merge.sql").read_text(),
            "DROP FUNCTION voting_merge_options(bigint, bigint, bigint)",
        ),
    ]
