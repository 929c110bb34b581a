from django.db import migrations

# Papers the portal wrote itself hold no byte from outside; everything else waits for the scanner.
PAPERS_ARE_CLEAN = """
UPDATE documents_storedfile AS f
   SET scan_state = 'clean', signatures = 'own', scanned_at = f.uploaded_at, cleared_at = f.uploaded_at
  FROM documents_paper AS p
 WHERE p.file_id = f.id AND f.scan_state = 'pending'
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_scanning_and_uploads")]
    operations = [migrations.RunSQL(PAPERS_ARE_CLEAN, migrations.RunSQL.noop)]
