"""Every edit of a calendar row, by whatever means, renews the stamp that processes look at."""

from django.db import migrations

TABLES = (
    "calendars_calendar",
    "calendars_dayoff",
    "calendars_makeupday",
    "calendars_officehours",
)

FUNCTION = """
CREATE FUNCTION calendars_renew_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO calendars_calendarstamp (singleton, stamp) VALUES (true, gen_random_uuid())
    ON CONFLICT (singleton) DO UPDATE SET stamp = EXCLUDED.stamp;
    RETURN NULL;
END
$$
"""
TRIGGER = """
CREATE TRIGGER renew_stamp AFTER INSERT OR UPDATE OR DELETE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION calendars_renew_stamp()
"""


class Migration(migrations.Migration):
    dependencies = [("calendars", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION calendars_renew_stamp()"),
        *(
            migrations.RunSQL(TRIGGER.format(table=table), f"DROP TRIGGER renew_stamp ON {table}")
            for table in TABLES
        ),
    ]
