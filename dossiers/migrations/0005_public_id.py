"""Every dossier gets an id that the API can show; PostgreSQL gives one to each row there is."""

import uuid

import django.contrib.postgres.functions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0004_only_drafts_are_put_away")]

    operations = [
        migrations.AddField(
            model_name="dossier",
            name="public_id",
            field=models.UUIDField(
                unique=True,
                default=uuid.uuid4,
                db_default=django.contrib.postgres.functions.RandomUUID(),
                editable=False,
            ),
        ),
    ]
