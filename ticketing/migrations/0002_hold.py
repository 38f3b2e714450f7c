from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("ticketing", "0001_initial"), ("accounts", "0001_initial")]

    operations = [
        migrations.RunSQL(
            (SQL / "0002_hold.sql").read_text(),
            "DROP FUNCTION ticketing_hold(uuid, text, bigint, bigint, bigint[], integer[], text, text)",
        ),
        # Counters change all the time: leave room on the page, so that an update stays on it.
        migrations.RunSQL(
            "ALTER TABLE ticketing_tickettype SET (fillfactor = 50)",
            "ALTER TABLE ticketing_tickettype RESET (fillfactor)",
        ),
    ]
