from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("ticketing", "0007_select"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="allows_lonely_seats",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Otherwise nobody may leave one free seat between taken ones if they can help it.",
                verbose_name="lets single seats be left alone",
            ),
        ),
    ]
