"""Events are never changed or deleted: the database itself refuses."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION dossiers_refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'dossier events are append-only';
END $$;
CREATE TRIGGER dossier_events_append_only
    BEFORE UPDATE OR DELETE ON dossiers_dossierevent
    FOR EACH ROW EXECUTE FUNCTION dossiers_refuse_event_change();
"""
BACKWARD = """
DROP TRIGGER dossier_events_append_only ON dossiers_dossierevent;
DROP FUNCTION dossiers_refuse_event_change();
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
