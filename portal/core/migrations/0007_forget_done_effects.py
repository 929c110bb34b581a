from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Promises are written while the index of a large table is made.
    atomic = False

    dependencies = [
        ("core", "0006_sealed_columns"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="effect",
            index=models.Index(
                condition=models.Q(("state", "done")), fields=["done_at"], name="effect_done"
            ),
        ),
    ]
