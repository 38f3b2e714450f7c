from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("ticketing", "0006_seats")]

    operations = [
        migrations.RunSQL(
            (SQL / "0007_select.sql").read_text(),
            "DROP FUNCTION ticketing_select",
        ),
        # It sells no longer what has seats.
        migrations.RunSQL((SQL / "0002_hold.sql").read_text(), migrations.RunSQL.noop),
        # A seat changes hands often: leave room on the page, so that an update stays on it.
        migrations.RunSQL(
            "ALTER TABLE ticketing_seat SET (fillfactor = 60)",
            "ALTER TABLE ticketing_seat RESET (fillfactor)",
        ),
    ]
