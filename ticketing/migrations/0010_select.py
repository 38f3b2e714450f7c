from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("ticketing", "0009_left_alone")]

    operations = [
        migrations.RunSQL(
            "DROP FUNCTION IF EXISTS"
            " ticketing_select(uuid, text, bigint, bigint, bigint, boolean, integer, integer[],"
            " integer[], bigint[], integer[], integer[], text, text, text)",
            migrations.RunSQL.noop,
        ),
        # It sees by itself whether a choice may strand a seat.
        migrations.RunSQL((SQL / "0007_select.sql").read_text(), migrations.RunSQL.noop),
    ]
