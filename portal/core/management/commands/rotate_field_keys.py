"""`./run manage rotate_field_keys`: every sealed column under the newest key of FIELD_KEYS.

Put the new key first and keep the old one behind it, restart, run this, then take the old one
away. It may be broken off and called again; people go on working meanwhile.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.core.sealed_rows import rotate, sealed_models, waiting


class Command(BaseCommand):
    help = "Niêm lại mọi cột được mã hóa bằng khóa mới nhất của FIELD_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        for model, names in sealed_models():
            total, done = waiting(model, names).count(), 0
            for batch in rotate(model, names):
                done += batch
                self.stdout.write(f"{model._meta.label}: {done}/{max(done, total)}")
                self.stdout.flush()
        if left := sum(waiting(model, names).count() for model, names in sealed_models()):
            raise CommandError(f"Còn {left} dòng đang có người giữ; hãy chạy lại lệnh này.")
        self.stdout.write("Mọi dòng đều dưới khóa mới nhất.")
