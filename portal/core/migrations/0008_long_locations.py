from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("core", "0007_forget_done_effects"),
    ]

    operations = [
        migrations.AlterField(
            model_name="givenanswer",
            name="location",
            field=models.TextField(blank=True),
        ),
    ]
